/*
 * A growing piece of text with a maximum.
 *
 * Append many times, check once: a buffer that could not grow, or would have
 * grown beyond its maximum, keeps that failure (sticky) and takes nothing more.
 * rcn_buffer_status() says which of the two it was. The bytes are always
 * NUL-terminated (not counted in `len`), so that a buffer can be handed to C
 * interfaces. No buffer without a maximum exists; the maxima are named in
 * base/limits.h.
 *
 *	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_REPORT);
 *	rcn_buffer_text(&text, "hello ");
 *	rcn_buffer_format(&text, "%d", 1);
 *	if (rcn_buffer_status(&text) != RCN_OK) …
 *	rcn_buffer_free(&text);
 */
#ifndef RCN_BASE_BUFFER_H
#define RCN_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include <reconcile/status.h>

#include "base/view.h"

struct rcn_buffer {
	char *ptr;              /* NULL until the first append */
	size_t len;             /* bytes in use */
	size_t capacity;        /* bytes allocated */
	size_t maximum;         /* len never exceeds it */
	enum rcn_status status; /* RCN_OK, RCN_ERROR_MEMORY or RCN_ERROR_LIMIT; sticky */
};

#define RCN_BUFFER(max) ((struct rcn_buffer){ NULL, 0, 0, (max), RCN_OK })

void rcn_buffer_append(struct rcn_buffer *buffer, const char *ptr, size_t len);
void rcn_buffer_view(struct rcn_buffer *buffer, struct rcn_view view);
void rcn_buffer_text(struct rcn_buffer *buffer, const char *text);
void rcn_buffer_char(struct rcn_buffer *buffer, char byte);
void rcn_buffer_repeat(struct rcn_buffer *buffer, char byte, size_t times);
void rcn_buffer_format(struct rcn_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

enum rcn_status rcn_buffer_status(const struct rcn_buffer *buffer);

/* What is in it; valid until the next append. Never NULL ("" when empty). */
struct rcn_view rcn_buffer_get(const struct rcn_buffer *buffer);

/* Cut back to `len` bytes (len <= current); keeps a failure. */
void rcn_buffer_truncate(struct rcn_buffer *buffer, size_t len);

/* Empties it, forgets a failure, keeps the memory. */
void rcn_buffer_clear(struct rcn_buffer *buffer);

/* Hands the NUL-terminated bytes to the caller (free() them); empties the buffer.
 * NULL when the buffer had failed. */
char *rcn_buffer_take(struct rcn_buffer *buffer);

void rcn_buffer_free(struct rcn_buffer *buffer);

/* A sink that appends to a buffer; its write fails once the buffer has failed. */
struct rcn_sink rcn_buffer_sink(struct rcn_buffer *buffer);

#define RCN_CLEANUP_BUFFER __attribute__((cleanup(rcn_buffer_free)))

#endif
