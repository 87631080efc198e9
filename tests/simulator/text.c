#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *sim_out_of_memory(void)
{
	(void)fputs("wholesale-simulator: out of memory\n", stderr);
	_Exit(70);
}

void *sim_allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	return memory ? memory : sim_out_of_memory();
}

void *sim_reallocate(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	return memory ? memory : sim_out_of_memory();
}

char *sim_copy_bytes(const char *text, size_t length)
{
	char *copy = sim_allocate(length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *sim_copy(const char *text)
{
	return text ? sim_copy_bytes(text, strlen(text)) : NULL;
}

void sim_text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

static void reserve(struct text *text, size_t more)
{
	size_t need = text->length + more + 1;

	if (more > SIM_TEXT_MAX || need > SIM_TEXT_MAX)
		sim_out_of_memory();
	if (need <= text->capacity)
		return;
	size_t capacity = text->capacity ? text->capacity : 128;
	while (capacity < need)
		capacity *= 2;
	text->data = sim_reallocate(text->data, capacity);
	text->capacity = capacity;
}

void sim_text_add_bytes(struct text *text, const char *more, size_t length)
{
	reserve(text, length);
	if (length > 0)
		memcpy(text->data + text->length, more, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void sim_text_add(struct text *text, const char *more)
{
	sim_text_add_bytes(text, more, strlen(more));
}

void sim_text_format(struct text *text, const char *format, ...)
{
	va_list list;
	va_list again;

	va_start(list, format);
	va_copy(again, list);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (length >= 0) {
		reserve(text, (size_t)length);
		(void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
}

size_t sim_utf8_length(const char *text, size_t left)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (left == 0)
		return 0;
	if (byte[0] < 0x80)
		return 1;
	size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
	if (byte[0] < 0xc2 || byte[0] > 0xf4 || left < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0;
	return length;
}

void sim_text_json_bytes(struct text *text, const char *value, size_t length)
{
	sim_text_add_bytes(text, "\"", 1);
	for (size_t i = 0; i < length;) {
		unsigned char byte = (unsigned char)value[i];
		size_t run = sim_utf8_length(value + i, length - i);

		if (byte == '"' || byte == '\\')
			sim_text_format(text, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			sim_text_format(text, "\\u%04x", byte);
		else if (run == 0)
			sim_text_add(text, "\xef\xbf\xbd");
		else
			sim_text_add_bytes(text, value + i, run);
		i += run ? run : 1;
	}
	sim_text_add_bytes(text, "\"", 1);
}

void sim_text_json(struct text *text, const char *value)
{
	if (value)
		sim_text_json_bytes(text, value, strlen(value));
	else
		sim_text_add(text, "null");
}

void sim_text_percent(struct text *text, const char *value)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

	for (; *value; value++) {
		if (strchr(plain, *value))
			sim_text_add_bytes(text, value, 1);
		else
			sim_text_format(text, "%%%02X", (unsigned char)*value);
	}
}

void sim_text_base64url(struct text *text, const char *value, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const unsigned char *byte = (const unsigned char *)value;

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		unsigned bits = (unsigned)byte[i] << 16;

		bits |= left > 1 ? (unsigned)byte[i + 1] << 8 : 0;
		bits |= left > 2 ? (unsigned)byte[i + 2] : 0;
		char four[4] = { digits[bits >> 18], digits[bits >> 12 & 63],
				 digits[bits >> 6 & 63], digits[bits & 63] };
		sim_text_add_bytes(text, four, left > 2 ? 4 : left + 1);
	}
}

void sim_text_time(struct text *text, int64_t epoch_ms)
{
	time_t seconds = (time_t)(epoch_ms / 1000);
	struct tm parts = { 0 };
	char out[40];

	(void)gmtime_r(&seconds, &parts);
	(void)strftime(out, sizeof(out), "%Y-%m-%dT%H:%M:%S", &parts);
	sim_text_format(text, "%s.%03dZ", out, (int)(epoch_ms % 1000));
}

char *sim_text_take(struct text *text)
{
	char *data = text->data ? text->data : sim_copy("");

	*text = (struct text){ 0 };
	return data;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

char *sim_percent_decode(const char *text, size_t length, bool plus)
{
	char *out = sim_allocate(length + 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '%') {
			int high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
			int low = i + 2 < length ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0 || (high == 0 && low == 0)) {
				free(out);
				return NULL;
			}
			out[used++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[used++] = plus && text[i] == '+' ? ' ' : text[i];
		}
	}
	return out;
}

char *sim_base64_decode(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = sim_allocate(strlen(text) + 1);
	size_t used = 0;
	unsigned bits = 0;
	int have = 0;

	while (*text && *text != '=') {
		const char *digit = strchr(digits, *text++);

		if (!digit) {
			free(out);
			return NULL;
		}
		bits = bits << 6 | (unsigned)(digit - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[used] = (char)(bits >> have & 255);
			if (!out[used++]) {
				free(out);
				return NULL;
			}
		}
	}
	return out;
}

bool sim_glob(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *resume = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

uint64_t sim_hash(const char *text, uint64_t seed)
{
	uint64_t hash = 0xcbf29ce484222325u ^ seed;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	hash ^= hash >> 33;
	hash *= 0xff51afd7ed558ccdu;
	hash ^= hash >> 33;
	hash *= 0xc4ceb9fe1a85ec53u;
	return hash ^ hash >> 33;
}

bool sim_parse_number(const char *text, int64_t maximum, int64_t *number)
{
	int64_t sum = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		sum = sum * 10 + (*text - '0');
		if (sum > maximum)
			return false;
	}
	*number = sum;
	return true;
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = { 0 };

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sim_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t sim_epoch(void)
{
	return read_clock(CLOCK_REALTIME);
}
