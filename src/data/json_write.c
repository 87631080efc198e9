#include "data/json.h"

#include "base/text.h"

#define REPLACEMENT_CHARACTER 0xFFFD

void rcn_json_begin(struct rcn_json *json, struct rcn_buffer *out, unsigned indent)
{
	memset(json, 0, sizeof(*json));
	json->out = out;
	json->indent = indent;
}

static void write_line_break(struct rcn_json *json)
{
	if (json->indent == 0)
		return;
	rcn_buffer_char(json->out, '\n');
	rcn_buffer_repeat(json->out, ' ', (size_t)json->depth * json->indent);
}

/* What stands before a key, or before an item of a list. */
static void write_separator(struct rcn_json *json)
{
	if (json->depth == 0 || json->depth > RCN_JSON_WRITER_DEPTH)
		return;
	if (!json->first[json->depth - 1])
		rcn_buffer_char(json->out, ',');
	json->first[json->depth - 1] = false;
	write_line_break(json);
}

static void begin_value(struct rcn_json *json)
{
	if (json->after_key)
		json->after_key = false;
	else
		write_separator(json);
}

static void open_collection(struct rcn_json *json, bool list)
{
	begin_value(json);
	rcn_buffer_char(json->out, list ? '[' : '{');
	if (json->depth < RCN_JSON_WRITER_DEPTH) {
		json->first[json->depth] = true;
		json->list[json->depth] = list;
	} else if (json->out->status == RCN_OK) {
		json->out->status = RCN_ERROR_LIMIT;
	}
	json->depth++;
}

void rcn_json_object(struct rcn_json *json)
{
	open_collection(json, false);
}

void rcn_json_list(struct rcn_json *json)
{
	open_collection(json, true);
}

void rcn_json_end(struct rcn_json *json)
{
	bool empty, list;

	if (json->depth == 0)
		return;
	json->depth--;
	if (json->depth >= RCN_JSON_WRITER_DEPTH)
		return;
	empty = json->first[json->depth];
	list = json->list[json->depth];
	if (!empty)
		write_line_break(json);
	rcn_buffer_char(json->out, list ? ']' : '}');
}

static void write_escaped(struct rcn_buffer *out, uint32_t code_point)
{
	switch (code_point) {
	case '"':
		rcn_buffer_text(out, "\\\"");
		break;
	case '\\':
		rcn_buffer_text(out, "\\\\");
		break;
	case '\n':
		rcn_buffer_text(out, "\\n");
		break;
	case '\r':
		rcn_buffer_text(out, "\\r");
		break;
	case '\t':
		rcn_buffer_text(out, "\\t");
		break;
	default:
		rcn_buffer_format(out, "\\u%04x", code_point);
	}
}

static bool needs_escape(uint32_t code_point)
{
	return code_point < 0x20 || code_point == '"' || code_point == '\\' || code_point == '<' ||
	       (code_point >= 0x7F && code_point <= 0x9F) || code_point == 0x2028 ||
	       code_point == 0x2029;
}

static void write_text(struct rcn_buffer *out, struct rcn_view text)
{
	size_t position = 0, start = 0;

	rcn_buffer_char(out, '"');
	while (position < text.len) {
		const size_t before = position;
		const uint32_t code_point = rcn_utf8_next(text, &position);

		if (code_point != UINT32_MAX && !needs_escape(code_point))
			continue;
		if (before > start)
			rcn_buffer_append(out, text.ptr + start, before - start);
		start = position;
		if (code_point == UINT32_MAX)
			rcn_utf8_append(out, REPLACEMENT_CHARACTER);
		else
			write_escaped(out, code_point);
	}
	if (text.len > start)
		rcn_buffer_append(out, text.ptr + start, text.len - start);
	rcn_buffer_char(out, '"');
}

void rcn_json_key_view(struct rcn_json *json, struct rcn_view key)
{
	write_separator(json);
	write_text(json->out, key);
	rcn_buffer_char(json->out, ':');
	if (json->indent > 0)
		rcn_buffer_char(json->out, ' ');
	json->after_key = true;
}

void rcn_json_key(struct rcn_json *json, const char *key)
{
	rcn_json_key_view(json, rcn_view_of(key));
}

void rcn_json_raw(struct rcn_json *json, struct rcn_view text)
{
	begin_value(json);
	rcn_buffer_view(json->out, text);
}

void rcn_json_null(struct rcn_json *json)
{
	rcn_json_raw(json, RCN_VIEW("null"));
}

void rcn_json_string(struct rcn_json *json, struct rcn_view text)
{
	if (rcn_view_is_none(text)) {
		rcn_json_null(json);
		return;
	}
	begin_value(json);
	write_text(json->out, text);
}

void rcn_json_text(struct rcn_json *json, const char *text)
{
	rcn_json_string(json, rcn_view_of(text));
}

void rcn_json_integer(struct rcn_json *json, int64_t number)
{
	begin_value(json);
	rcn_buffer_format(json->out, "%lld", (long long)number);
}

void rcn_json_boolean(struct rcn_json *json, bool value)
{
	rcn_json_raw(json, value ? RCN_VIEW("true") : RCN_VIEW("false"));
}

void rcn_json_node(struct rcn_json *json, const struct rcn_node *node)
{
	if (!node) {
		rcn_json_null(json);
		return;
	}
	switch (node->kind) {
	case RCN_NULL:
		rcn_json_null(json);
		break;
	case RCN_BOOLEAN:
	case RCN_NUMBER:
		rcn_json_raw(json, node->text);
		break;
	case RCN_STRING:
	case RCN_PLAIN:
		begin_value(json);
		write_text(json->out, node->text);
		break;
	case RCN_LIST:
		rcn_json_list(json);
		for (size_t i = 0; i < node->count; i++)
			rcn_json_node(json, node->items[i]);
		rcn_json_end(json);
		break;
	case RCN_MAPPING:
		rcn_json_object(json);
		for (size_t i = 0; i < node->count; i++) {
			rcn_json_key_view(json, node->members[i].key);
			rcn_json_node(json, node->members[i].value);
		}
		rcn_json_end(json);
		break;
	}
}

void rcn_json_member_string(struct rcn_json *json, const char *key, struct rcn_view text)
{
	rcn_json_key(json, key);
	rcn_json_string(json, text);
}

void rcn_json_member_text(struct rcn_json *json, const char *key, const char *text)
{
	rcn_json_key(json, key);
	rcn_json_text(json, text);
}

void rcn_json_member_integer(struct rcn_json *json, const char *key, int64_t number)
{
	rcn_json_key(json, key);
	rcn_json_integer(json, number);
}

void rcn_json_member_boolean(struct rcn_json *json, const char *key, bool value)
{
	rcn_json_key(json, key);
	rcn_json_boolean(json, value);
}
