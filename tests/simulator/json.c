#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	const char *text;
	size_t length;
	size_t at;
	const char *wrong;
};

static bool fail(struct reader *reader, const char *wrong)
{
	if (!reader->wrong)
		reader->wrong = wrong;
	return false;
}

static int peek(const struct reader *reader)
{
	return reader->at < reader->length ? (unsigned char)reader->text[reader->at] : -1;
}

static void skip_space(struct reader *reader)
{
	for (int c = peek(reader); c == ' ' || c == '\t' || c == '\n' || c == '\r';
	     c = peek(reader))
		reader->at++;
}

static bool read_escape(struct reader *reader)
{
	int kind = peek(reader);

	reader->at++;
	if (kind > 0 && strchr("\"\\/bfnrt", kind))
		return true;
	if (kind != 'u')
		return fail(reader, "unknown escape in a string");
	unsigned value = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(reader);

		reader->at++;
		if (c >= '0' && c <= '9')
			value = value * 16 + (unsigned)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value = value * 16 + (unsigned)((c | 32) - 'a' + 10);
		else
			return fail(reader, "\\u wants four hexadecimal digits");
	}
	return value ? true : fail(reader, "NUL in a string");
}

static bool read_string(struct reader *reader)
{
	if (peek(reader) != '"')
		return fail(reader, "a string is expected");
	reader->at++;
	for (;;) {
		int c = peek(reader);

		if (c < 0)
			return fail(reader, "unended string");
		if (c < 0x20)
			return fail(reader, "control character in a string");
		if (c == '"') {
			reader->at++;
			return true;
		}
		if (c == '\\') {
			reader->at++;
			if (!read_escape(reader))
				return false;
			continue;
		}
		size_t run =
			sim_utf8_length(reader->text + reader->at, reader->length - reader->at);
		if (run == 0)
			return fail(reader, "bytes that are no UTF-8");
		reader->at += run;
	}
}

static bool read_digits(struct reader *reader)
{
	size_t start = reader->at;

	while (peek(reader) >= '0' && peek(reader) <= '9')
		reader->at++;
	return reader->at > start ? true : fail(reader, "malformed number");
}

static bool read_number(struct reader *reader)
{
	if (peek(reader) == '-')
		reader->at++;
	if (peek(reader) == '0')
		reader->at++;
	else if (!read_digits(reader))
		return false;
	if (peek(reader) == '.') {
		reader->at++;
		if (!read_digits(reader))
			return false;
	}
	if (peek(reader) == 'e' || peek(reader) == 'E') {
		reader->at++;
		if (peek(reader) == '+' || peek(reader) == '-')
			reader->at++;
		if (!read_digits(reader))
			return false;
	}
	return true;
}

static bool read_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if (reader->length - reader->at < length ||
	    memcmp(reader->text + reader->at, word, length) != 0)
		return fail(reader, "a value is expected");
	reader->at += length;
	return true;
}

static bool read_value(struct reader *reader, unsigned depth);

static bool read_members(struct reader *reader, unsigned depth, char end)
{
	reader->at++;
	skip_space(reader);
	if (peek(reader) == end) {
		reader->at++;
		return true;
	}
	for (;;) {
		if (end == '}') {
			skip_space(reader);
			if (!read_string(reader))
				return false;
			skip_space(reader);
			if (peek(reader) != ':')
				return fail(reader, "':' is expected");
			reader->at++;
		}
		if (!read_value(reader, depth + 1))
			return false;
		int c = peek(reader);
		reader->at++;
		if (c == end)
			return true;
		if (c != ',') {
			reader->at--;
			return fail(reader, "',' or the end of the list is expected");
		}
	}
}

static bool read_value(struct reader *reader, unsigned depth)
{
	bool good;

	if (depth > SIM_JSON_DEPTH)
		return fail(reader, "nested too deeply");
	skip_space(reader);
	switch (peek(reader)) {
	case '{':
		good = read_members(reader, depth, '}');
		break;
	case '[':
		good = read_members(reader, depth, ']');
		break;
	case '"':
		good = read_string(reader);
		break;
	case 't':
		good = read_word(reader, "true");
		break;
	case 'f':
		good = read_word(reader, "false");
		break;
	case 'n':
		good = read_word(reader, "null");
		break;
	default:
		good = read_number(reader);
	}
	skip_space(reader);
	return good;
}

bool sim_json_check(const char *text, size_t length, char problem[SIM_PROBLEM])
{
	struct reader reader = { .text = text, .length = length };

	if (read_value(&reader, 0) && reader.at < reader.length)
		(void)fail(&reader, "text after the end of the value");
	if (!reader.wrong)
		return true;
	(void)snprintf(problem, SIM_PROBLEM, "%s at byte %zu", reader.wrong, reader.at);
	return false;
}

static bool check_names(const cJSON *item, char problem[SIM_PROBLEM])
{
	size_t members = 0;

	for (const cJSON *child = item->child; child; child = child->next) {
		if (cJSON_IsObject(item)) {
			if (++members > SIM_JSON_MEMBERS) {
				(void)snprintf(problem, SIM_PROBLEM,
					       "too many members in an object");
				return false;
			}
			for (const cJSON *other = item->child; other != child;
			     other = other->next) {
				if (strcmp(other->string, child->string) == 0) {
					(void)snprintf(problem, SIM_PROBLEM,
						       "duplicate key \"%.100s\"", child->string);
					return false;
				}
			}
		}
		if (!check_names(child, problem))
			return false;
	}
	return true;
}

cJSON *sim_json_parse(const char *text, size_t length, char problem[SIM_PROBLEM])
{
	if (!sim_json_check(text, length, problem))
		return NULL;
	cJSON *tree = cJSON_ParseWithLength(text, length);
	if (!tree) {
		(void)snprintf(problem, SIM_PROBLEM, "not to be read as JSON (lone surrogate?)");
		return NULL;
	}
	if (!check_names(tree, problem)) {
		cJSON_Delete(tree);
		return NULL;
	}
	return tree;
}

void sim_json_minify(struct text *out, const char *text, size_t length)
{
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (quoted && c == '\\') {
			sim_text_add_bytes(out, text + i, i + 1 < length ? 2 : 1);
			i++;
			continue;
		}
		if (c == '"')
			quoted = !quoted;
		if (quoted || !strchr(" \t\r\n", c))
			sim_text_add_bytes(out, &c, 1);
	}
}

const cJSON *sim_json_get(const cJSON *object, const char *name)
{
	return object ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *sim_json_string(const cJSON *object, const char *name)
{
	const cJSON *item = sim_json_get(object, name);

	return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool sim_json_number(const cJSON *item, int64_t maximum, int64_t *number)
{
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > (double)maximum ||
	    floor(item->valuedouble) != item->valuedouble)
		return false;
	*number = (int64_t)item->valuedouble;
	return true;
}

const char *sim_json_stranger(const cJSON *object, const char *const *names)
{
	for (const cJSON *child = object->child; child; child = child->next) {
		const char *const *name = names;

		while (*name && strcmp(*name, child->string) != 0)
			name++;
		if (!*name)
			return child->string;
	}
	return NULL;
}

void sim_json_add(struct text *out, const cJSON *item)
{
	char *printed = item ? cJSON_PrintUnformatted(item) : NULL;

	sim_text_add(out, printed ? printed : "null");
	cJSON_free(printed);
}

cJSON *sim_json_duplicate(const cJSON *item)
{
	if (!item)
		return NULL;
	cJSON *copy = cJSON_Duplicate(item, true);
	return copy ? copy : sim_out_of_memory();
}
