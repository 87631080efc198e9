/*
 * Text: UTF-8 (RFC 3629), numbers, likeness, and making foreign text harmless.
 */
#ifndef RCN_BASE_TEXT_H
#define RCN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

/* Decodes the code point at *position and moves behind it. Returns UINT32_MAX, and
 * moves one byte, where the bytes are not valid UTF-8. */
uint32_t rcn_utf8_next(struct rcn_view text, size_t *position);

/* True when all of it is valid UTF-8; else *bad gets the offset of the first fault. */
bool rcn_utf8_valid(struct rcn_view text, size_t *bad);
size_t rcn_utf8_length(struct rcn_view text); /* code points */
void rcn_utf8_append(struct rcn_buffer *out, uint32_t code_point);
int rcn_utf8_width(uint32_t code_point);       /* terminal columns: 0, 1 or 2 */
size_t rcn_utf8_columns(struct rcn_view text); /* of the text as escaped below */

/* Control characters (C0 but tab, LF, CR; DEL; C1), and the bidirectional controls
 * U+061C U+200E U+200F U+202A–U+202E U+2066–U+2069. */
bool rcn_text_is_control(uint32_t code_point);
bool rcn_text_is_bidirectional(uint32_t code_point);

/* Appends text so that a terminal shows it and does nothing else: control and
 * bidirectional characters and bytes that are not UTF-8 come out as \x1b, \u202e;
 * line breaks and tabs as \n, \r, \t. At most `limit` code points, then "…". */
void rcn_text_escape(struct rcn_buffer *out, struct rcn_view text, size_t limit);

/* Whole text must be a decimal number in range; false otherwise, *value untouched. */
bool rcn_text_to_int64(struct rcn_view text, int64_t minimum, int64_t maximum, int64_t *value);

/* Edit distance (with swaps of neighbours), capped: anything above `most` is most + 1. */
size_t rcn_text_distance(struct rcn_view a, struct rcn_view b, size_t most);

/* The candidate that the writer probably meant, or NULL. Case is ignored at a price;
 * the distance allowed grows with the length (a third, at most 4). */
const char *rcn_text_suggest(struct rcn_view written, const char *const *candidates, size_t count);

/* Shell-like pattern with * ? and [abc]; '/' is an ordinary byte. */
bool rcn_text_glob(struct rcn_view pattern, struct rcn_view text);

/* Percent-encodes everything but RFC 3986's unreserved characters. */
void rcn_text_percent_encode(struct rcn_buffer *out, struct rcn_view text);

#endif
