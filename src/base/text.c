#include "base/text.h"

#include <stdio.h>

#define INVALID UINT32_MAX

bool rcn_text_is_control(uint32_t code_point)
{
	if (code_point < 0x20)
		return code_point != '\t' && code_point != '\n' && code_point != '\r';
	return code_point >= 0x7f && code_point <= 0x9f;
}

bool rcn_text_is_bidirectional(uint32_t code_point)
{
	return code_point == 0x061c || code_point == 0x200e || code_point == 0x200f ||
	       (code_point >= 0x202a && code_point <= 0x202e) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

#define ESCAPE_SIZE 12

/* Writes what stands for the code point, and returns its length; 0 when it is shown as it
 * is. `byte` is the first byte, for what is not UTF-8. The line separators of Unicode are
 * escaped too: some terminals and log viewers break the line there. */
static size_t escape_one(uint32_t code_point, unsigned char byte, char text[ESCAPE_SIZE])
{
	int length = 0;

	if (code_point == '\n')
		length = snprintf(text, ESCAPE_SIZE, "\\n");
	else if (code_point == '\r')
		length = snprintf(text, ESCAPE_SIZE, "\\r");
	else if (code_point == '\t')
		length = snprintf(text, ESCAPE_SIZE, "\\t");
	else if (code_point == INVALID || code_point < 0x20 || code_point == 0x7f)
		length = snprintf(text, ESCAPE_SIZE, "\\x%02x", (unsigned)byte);
	else if (rcn_text_is_control(code_point) || rcn_text_is_bidirectional(code_point) ||
		 code_point == 0x2028 || code_point == 0x2029)
		length = snprintf(text, ESCAPE_SIZE, "\\u%04x", (unsigned)(code_point & 0xffff));
	return (size_t)length;
}

void rcn_text_escape(struct rcn_buffer *out, struct rcn_view text, size_t limit)
{
	size_t position = 0, plain = 0;

	for (size_t count = 0; position < text.len; count++) {
		char escaped[ESCAPE_SIZE];
		size_t start = position, length;
		uint32_t code_point;

		if (count == limit) {
			rcn_buffer_append(out, text.ptr + plain, position - plain);
			rcn_buffer_text(out, "…");
			return;
		}
		code_point = rcn_utf8_next(text, &position);
		length = escape_one(code_point, (unsigned char)text.ptr[start], escaped);
		if (length == 0)
			continue;
		rcn_buffer_append(out, text.ptr + plain, start - plain);
		rcn_buffer_append(out, escaped, length);
		plain = position;
	}
	if (position > plain)
		rcn_buffer_append(out, text.ptr + plain, position - plain);
}

size_t rcn_utf8_columns(struct rcn_view text)
{
	size_t position = 0, columns = 0;

	while (position < text.len) {
		char escaped[ESCAPE_SIZE];
		unsigned char byte = (unsigned char)text.ptr[position];
		uint32_t code_point = rcn_utf8_next(text, &position);
		size_t length = escape_one(code_point, byte, escaped);

		columns += length ? length : (size_t)rcn_utf8_width(code_point);
	}
	return columns;
}

bool rcn_text_to_int64(struct rcn_view text, int64_t minimum, int64_t maximum, int64_t *value)
{
	bool negative = text.len > 0 && text.ptr[0] == '-';
	size_t position = negative ? 1 : 0;
	int64_t sum = 0;

	if (position == text.len)
		return false;
	for (; position < text.len; position++) {
		char digit = text.ptr[position];

		if (digit < '0' || digit > '9' || __builtin_mul_overflow(sum, 10, &sum))
			return false;
		/* Downwards for negative numbers, as the smallest has no positive twin. */
		if (negative ? __builtin_sub_overflow(sum, digit - '0', &sum)
			     : __builtin_add_overflow(sum, digit - '0', &sum))
			return false;
	}
	if (sum < minimum || sum > maximum)
		return false;
	*value = sum;
	return true;
}

void rcn_text_percent_encode(struct rcn_buffer *out, struct rcn_view text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		char encoded[3] = { '%', digits[byte >> 4], digits[byte & 15] };

		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
		    byte == '~')
			rcn_buffer_char(out, (char)byte);
		else
			rcn_buffer_append(out, encoded, sizeof(encoded));
	}
}
