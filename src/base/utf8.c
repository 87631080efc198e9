#include "base/text.h"

#define INVALID UINT32_MAX

/* What follows a lead byte, by RFC 3629 section 4: the bounds of the second byte are what
 * keeps out overlong forms, surrogates, and what lies beyond U+10FFFF. */
static size_t lead_length(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if (lead == 0xf0)
			*low = 0x90;
		if (lead == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

uint32_t rcn_utf8_next(struct rcn_view text, size_t *position)
{
	const unsigned char *bytes;
	unsigned char low, high;
	uint32_t code_point;
	size_t length;

	if (*position >= text.len)
		return INVALID;
	bytes = (const unsigned char *)text.ptr + *position;
	if (bytes[0] < 0x80) {
		(*position)++;
		return bytes[0];
	}
	length = lead_length(bytes[0], &low, &high);
	if (length == 0 || length > text.len - *position || bytes[1] < low || bytes[1] > high) {
		(*position)++;
		return INVALID;
	}
	code_point = bytes[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80) {
			(*position)++;
			return INVALID;
		}
		code_point = code_point << 6 | (bytes[i] & 0x3f);
	}
	*position += length;
	return code_point;
}

bool rcn_utf8_valid(struct rcn_view text, size_t *bad)
{
	size_t position = 0;

	while (position < text.len) {
		size_t start = position;

		if (rcn_utf8_next(text, &position) == INVALID) {
			if (bad)
				*bad = start;
			return false;
		}
	}
	return true;
}

size_t rcn_utf8_length(struct rcn_view text)
{
	size_t position = 0, length = 0;

	while (position < text.len) {
		rcn_utf8_next(text, &position);
		length++;
	}
	return length;
}

void rcn_utf8_append(struct rcn_buffer *out, uint32_t code_point)
{
	char bytes[4];
	size_t length = 0;

	if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
		code_point = 0xfffd;
	if (code_point < 0x80) {
		bytes[length++] = (char)code_point;
	} else if (code_point < 0x800) {
		bytes[length++] = (char)(0xc0 | code_point >> 6);
		bytes[length++] = (char)(0x80 | (code_point & 0x3f));
	} else if (code_point < 0x10000) {
		bytes[length++] = (char)(0xe0 | code_point >> 12);
		bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3f));
		bytes[length++] = (char)(0x80 | (code_point & 0x3f));
	} else {
		bytes[length++] = (char)(0xf0 | code_point >> 18);
		bytes[length++] = (char)(0x80 | (code_point >> 12 & 0x3f));
		bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3f));
		bytes[length++] = (char)(0x80 | (code_point & 0x3f));
	}
	rcn_buffer_append(out, bytes, length);
}
