/*
 * Memory that is freed all at once.
 *
 * Everything taken from an arena lives until rcn_arena_reset() or
 * rcn_arena_free(). Each arena has a maximum; when it is reached, or the system
 * has no memory, allocations return NULL and rcn_arena_status() says which.
 */
#ifndef RCN_BASE_ARENA_H
#define RCN_BASE_ARENA_H

#include <stddef.h>

#include <reconcile/status.h>

#include "base/view.h"

struct rcn_arena_block;

struct rcn_arena {
	struct rcn_arena_block *blocks; /* newest first */
	size_t used;                    /* bytes handed out, headers included */
	size_t maximum;
	enum rcn_status status; /* sticky, like a buffer's */
};

#define RCN_ARENA(max) ((struct rcn_arena){ NULL, 0, (max), RCN_OK })

/* `size` zeroed bytes, aligned for any type; NULL on failure. */
void *rcn_arena_alloc(struct rcn_arena *arena, size_t size);

/* `count` items of `size` bytes, zeroed, overflow checked. */
void *rcn_arena_alloc_array(struct rcn_arena *arena, size_t count, size_t size);

/* A copy of the text, NUL-terminated behind its end. An absent view stays absent.
 * On failure the result is absent (ptr NULL) and the arena's status is set. */
struct rcn_view rcn_arena_copy(struct rcn_arena *arena, struct rcn_view text);
struct rcn_view rcn_arena_format(struct rcn_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

enum rcn_status rcn_arena_status(const struct rcn_arena *arena);

/* Frees everything but one block, which is kept for reuse; forgets a failure. */
void rcn_arena_reset(struct rcn_arena *arena);
void rcn_arena_free(struct rcn_arena *arena);

#define RCN_ARENA_NEW(arena, type) ((type *)rcn_arena_alloc((arena), sizeof(type)))
#define RCN_ARENA_ARRAY(arena, count, type) \
	((type *)rcn_arena_alloc_array((arena), (count), sizeof(type)))
#define RCN_CLEANUP_ARENA __attribute__((cleanup(rcn_arena_free)))

#endif
