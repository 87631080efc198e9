/*
 * Borrowed text. A view never owns; whoever hands one out says how long the
 * bytes live. `ptr == NULL` means absent, which is not the same as empty.
 */
#ifndef RCN_BASE_VIEW_H
#define RCN_BASE_VIEW_H

#include <stdbool.h>
#include <string.h>

#include <reconcile/types.h>

#define RCN_VIEW(literal) ((struct rcn_view){ "" literal, sizeof(literal) - 1 })
#define RCN_VIEW_NONE     ((struct rcn_view){ NULL, 0 })

/* For printf: "%.*s". A view longer than INT_MAX cannot exist, limits see to it. */
#define RCN_VIEW_ARGS(view) (int)(view).len, ((view).ptr ? (view).ptr : "")

static inline struct rcn_view rcn_view_of(const char *text)
{
	return (struct rcn_view){ text, text ? strlen(text) : 0 };
}

static inline struct rcn_view rcn_view_make(const char *ptr, size_t len)
{
	return (struct rcn_view){ ptr, len };
}

static inline bool rcn_view_is_none(struct rcn_view view)
{
	return view.ptr == NULL;
}

static inline bool rcn_view_equal(struct rcn_view a, struct rcn_view b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool rcn_view_is(struct rcn_view a, const char *text)
{
	return rcn_view_equal(a, rcn_view_of(text));
}

static inline bool rcn_view_starts_with(struct rcn_view a, struct rcn_view prefix)
{
	return a.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(a.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool rcn_view_ends_with(struct rcn_view a, struct rcn_view suffix)
{
	return a.len >= suffix.len && (suffix.len == 0 || memcmp(a.ptr + (a.len - suffix.len),
								 suffix.ptr, suffix.len) == 0);
}

/* The rest of a view from byte `start` on; start must not be beyond the end. */
static inline struct rcn_view rcn_view_from(struct rcn_view a, size_t start)
{
	return (struct rcn_view){ a.ptr ? a.ptr + start : NULL, a.len - start };
}

/* Bytewise order, the one order of everything that the program lists. */
int rcn_view_compare(struct rcn_view a, struct rcn_view b);

/* Index of the first/last `byte`, or the view's length when there is none. */
size_t rcn_view_find(struct rcn_view a, char byte);
size_t rcn_view_find_last(struct rcn_view a, char byte);

/* Without white space (space, tab, CR, LF) at both ends. */
struct rcn_view rcn_view_trim(struct rcn_view a);

/* A NUL-terminated copy for C interfaces, to be freed; NULL without memory. */
char *rcn_view_duplicate(struct rcn_view a);

#endif
