#include "data/json_check.h"

#include <stdint.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/number.h"

#define NUMBER_MAXIMUM 63 /* cJSON cuts what is longer */

struct checker {
	struct rcn_view text;
	size_t position;
	const char *reason;
	unsigned depth;
	bool list[RCN_LIMIT_JSON_DEPTH];
};

static int peek(const struct checker *checker)
{
	if (checker->position >= checker->text.len)
		return -1;
	return (unsigned char)checker->text.ptr[checker->position];
}

static bool fail(struct checker *checker, const char *reason)
{
	checker->reason =
		checker->position < checker->text.len ? reason : "the text ends in the middle";
	return false;
}

static void skip_space(struct checker *checker)
{
	int byte = peek(checker);

	while (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
		checker->position++;
		byte = peek(checker);
	}
}

/* The four hexadecimal digits of \uXXXX; -1 when they are none. */
static int32_t read_unit(const struct checker *checker, size_t position)
{
	int32_t unit = 0;

	if (checker->text.len - position < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		const char byte = checker->text.ptr[position + i];
		const char lower = (char)(byte | 0x20);

		if (byte >= '0' && byte <= '9')
			unit = unit * 16 + (byte - '0');
		else if (lower >= 'a' && lower <= 'f')
			unit = unit * 16 + (lower - 'a' + 10);
		else
			return -1;
	}
	return unit;
}

static bool check_unicode_escape(struct checker *checker)
{
	const int32_t unit = read_unit(checker, checker->position + 2);
	int32_t second;

	if (unit < 0)
		return fail(checker, "`\\u` needs four hexadecimal digits");
	if (unit == 0)
		return fail(checker, "a NUL character");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return fail(checker, "half of a surrogate pair");
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		const size_t next = checker->position + 6;

		if (checker->text.len - next < 6 || checker->text.ptr[next] != '\\' ||
		    checker->text.ptr[next + 1] != 'u')
			return fail(checker, "half of a surrogate pair");
		second = read_unit(checker, next + 2);
		if (second < 0xDC00 || second > 0xDFFF)
			return fail(checker, "half of a surrogate pair");
		checker->position += 6;
	}
	checker->position += 6;
	return true;
}

static bool check_string(struct checker *checker)
{
	checker->position++;
	for (;;) {
		const int byte = peek(checker);

		if (byte < 0)
			return fail(checker, NULL);
		if (byte == '"') {
			checker->position++;
			return true;
		}
		if (byte < 0x20)
			return fail(checker, "a control character in a string");
		if (byte != '\\') {
			checker->position++;
			continue;
		}
		if (checker->position + 1 >= checker->text.len) {
			checker->position++;
			return fail(checker, NULL);
		}
		if (checker->text.ptr[checker->position + 1] == 'u') {
			if (!check_unicode_escape(checker))
				return false;
		} else if (strchr("\"\\/bfnrt", checker->text.ptr[checker->position + 1]) &&
			   checker->text.ptr[checker->position + 1] != '\0') {
			checker->position += 2;
		} else {
			return fail(checker, "an unknown escape in a string");
		}
	}
}

static size_t number_length(struct rcn_view text)
{
	size_t len = 0;

	while (len < text.len && text.ptr[len] != '\0' && strchr("+-.0123456789eE", text.ptr[len]))
		len++;
	return len;
}

static bool check_scalar(struct checker *checker)
{
	static const struct rcn_view words[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };
	const struct rcn_view rest = rcn_view_from(checker->text, checker->position);
	const int byte = peek(checker);
	const size_t len = number_length(rest);

	if (byte == '"')
		return check_string(checker);
	if (byte == '-' || (byte >= '0' && byte <= '9')) {
		if (!rcn_number_parse(rcn_view_make(rest.ptr, len), NULL))
			return fail(checker, "not a number as JSON writes it");
		if (len > NUMBER_MAXIMUM)
			return fail(checker, "a number with too many digits");
		checker->position += len;
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (rcn_view_starts_with(rest, words[i])) {
			checker->position += words[i].len;
			return true;
		}
	}
	return fail(checker, "expected a value");
}

static bool check_key(struct checker *checker)
{
	skip_space(checker);
	if (peek(checker) != '"')
		return fail(checker, "expected a key in double quotes");
	if (!check_string(checker))
		return false;
	skip_space(checker);
	if (peek(checker) != ':')
		return fail(checker, "expected `:` behind the key");
	checker->position++;
	return true;
}

/* Opens a list or object; *empty when it is closed at once. */
static bool check_open(struct checker *checker, bool list, bool *empty)
{
	if (checker->depth >= RCN_LIMIT_JSON_DEPTH)
		return fail(checker, "nested too deeply");
	checker->list[checker->depth++] = list;
	checker->position++;
	skip_space(checker);
	*empty = peek(checker) == (list ? ']' : '}');
	if (*empty) {
		checker->depth--;
		checker->position++;
		return true;
	}
	return list || check_key(checker);
}

/* Behind a value: closes what ends here, or moves to the next value; *done at the end. */
static bool check_next(struct checker *checker, bool *done)
{
	for (;;) {
		bool list;
		int byte;

		skip_space(checker);
		if (checker->depth == 0) {
			*done = true;
			return checker->position == checker->text.len ||
			       fail(checker, "something stands behind the end");
		}
		list = checker->list[checker->depth - 1];
		byte = peek(checker);
		if (byte == ',') {
			checker->position++;
			return list || check_key(checker);
		}
		if (byte != (list ? ']' : '}'))
			return fail(checker, list ? "expected `,` or `]`" : "expected `,` or `}`");
		checker->depth--;
		checker->position++;
	}
}

static bool check_text(struct checker *checker)
{
	bool done = false;

	while (!done) {
		bool empty = true;
		int byte;

		skip_space(checker);
		byte = peek(checker);
		if (byte == '{' || byte == '[') {
			if (!check_open(checker, byte == '[', &empty))
				return false;
			if (!empty)
				continue;
		} else if (!check_scalar(checker)) {
			return false;
		}
		if (!check_next(checker, &done))
			return false;
	}
	return true;
}

const char *rcn_json_fault(struct rcn_view text, size_t *offset)
{
	struct checker checker = { .text = text };
	size_t start = 0;

	if (!rcn_utf8_valid(text, offset))
		return "a byte that is not UTF-8";
	while (start < text.len && strchr(" \t\r\n", text.ptr[start]) && text.ptr[start] != '\0')
		start++;
	if (start == text.len) {
		*offset = start;
		return "the text is empty";
	}
	if (check_text(&checker))
		return NULL;
	*offset = checker.position;
	return checker.reason;
}

struct rcn_view rcn_json_next_token(struct rcn_view text, size_t *position)
{
	size_t start = *position;

	while (start < text.len && text.ptr[start] != '"' && text.ptr[start] != '-' &&
	       !(text.ptr[start] >= '0' && text.ptr[start] <= '9'))
		start++;
	if (start == text.len) {
		*position = start;
		return RCN_VIEW_NONE;
	}
	if (text.ptr[start] == '"') {
		size_t end = start + 1;

		while (end < text.len && text.ptr[end] != '"')
			end += text.ptr[end] == '\\' ? 2 : 1;
		*position = end + 1;
	} else {
		*position = start + number_length(rcn_view_from(text, start));
	}
	return rcn_view_make(text.ptr + start, *position - start);
}
