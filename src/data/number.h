/*
 * JSON numbers as what was written, compared exactly: no double in between.
 *
 * A number is value = digits × 10^exponent, where digits has neither leading nor
 * trailing zeros. It borrows the text that it was read from. Exponents beyond ±10^15
 * are taken as ±10^15.
 */
#ifndef RCN_DATA_NUMBER_H
#define RCN_DATA_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

struct rcn_number {
	const char *digits; /* first significant digit; a '.' may stand between them */
	size_t count;       /* of significant digits; 0 for zero */
	int64_t exponent;
	bool negative; /* never for zero */
};

/* False when the text is no JSON number (RFC 8259). `number` may be NULL. */
bool rcn_number_parse(struct rcn_view text, struct rcn_number *number);

int rcn_number_compare(const struct rcn_number *a, const struct rcn_number *b);
bool rcn_number_is_integer(const struct rcn_number *number);

/* False when it is negative, no integer, or beyond `maximum`. */
bool rcn_number_to_size(const struct rcn_number *number, size_t maximum, size_t *value);

/* Whether `a` is a multiple of `b`; b must be usable as a divisor. */
bool rcn_number_is_divisor(const struct rcn_number *b);
bool rcn_number_is_multiple(const struct rcn_number *a, const struct rcn_number *b);

/* The one form that all ways to write the same number come to: integers without
 * fraction and exponent, fractions without trailing zeros; beyond 40 zeros of padding
 * with an exponent. */
void rcn_number_write(const struct rcn_number *number, struct rcn_buffer *out);

#endif
