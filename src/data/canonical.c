#include "data/canonical.h"

#include <stdlib.h>

#include "data/json.h"
#include "data/number.h"

#define MEMBERS_ON_STACK 32

/* Only what JSON demands is escaped, so that equal texts give equal bytes. */
static void write_text(struct rcn_buffer *out, struct rcn_view text)
{
	size_t start = 0;

	rcn_buffer_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char byte = (unsigned char)text.ptr[i];

		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		rcn_buffer_append(out, text.ptr + start, i - start);
		start = i + 1;
		if (byte >= 0x20) {
			rcn_buffer_char(out, '\\');
			rcn_buffer_char(out, (char)byte);
		} else {
			rcn_buffer_format(out, "\\u%04x", byte);
		}
	}
	if (text.len > start)
		rcn_buffer_append(out, text.ptr + start, text.len - start);
	rcn_buffer_char(out, '"');
}

static int compare_members(const void *a, const void *b)
{
	const struct rcn_member *const *x = a, *const *y = b;

	return rcn_view_compare((*x)->key, (*y)->key);
}

static enum rcn_status write_mapping(const struct rcn_node *node, bool nulls,
				     struct rcn_buffer *out)
{
	const struct rcn_member *few[MEMBERS_ON_STACK];
	const struct rcn_member **members = few;
	enum rcn_status status = RCN_OK;
	size_t count = 0;

	if (node->count > MEMBERS_ON_STACK) {
		members = calloc(node->count, sizeof(struct rcn_member *));
		if (!members)
			return RCN_ERROR_MEMORY;
	}
	for (size_t i = 0; i < node->count; i++)
		if (nulls || node->members[i].value->kind != RCN_NULL)
			members[count++] = &node->members[i];
	if (count > 1)
		qsort(members, count, sizeof(struct rcn_member *), compare_members);
	rcn_buffer_char(out, '{');
	for (size_t i = 0; i < count && status == RCN_OK; i++) {
		if (i > 0)
			rcn_buffer_char(out, ',');
		write_text(out, members[i]->key);
		rcn_buffer_char(out, ':');
		status = rcn_canonical_write(members[i]->value, nulls, out);
	}
	rcn_buffer_char(out, '}');
	if (members != few)
		free(members);
	return status;
}

static enum rcn_status write_list(const struct rcn_node *node, bool nulls, struct rcn_buffer *out)
{
	rcn_buffer_char(out, '[');
	for (size_t i = 0; i < node->count; i++) {
		enum rcn_status status;

		if (i > 0)
			rcn_buffer_char(out, ',');
		status = rcn_canonical_write(node->items[i], nulls, out);
		if (status != RCN_OK)
			return status;
	}
	rcn_buffer_char(out, ']');
	return rcn_buffer_status(out);
}

enum rcn_status rcn_canonical_write(const struct rcn_node *node, bool nulls, struct rcn_buffer *out)
{
	struct rcn_number number;

	switch (node->kind) {
	case RCN_NULL:
		rcn_buffer_text(out, "null");
		break;
	case RCN_BOOLEAN:
		rcn_buffer_view(out, node->text);
		break;
	case RCN_NUMBER:
		if (!rcn_number_parse(node->text, &number))
			return RCN_ERROR_INTERNAL;
		rcn_number_write(&number, out);
		break;
	case RCN_STRING:
		write_text(out, node->text);
		break;
	case RCN_LIST: {
		const enum rcn_status status = write_list(node, nulls, out);

		if (status != RCN_OK)
			return status;
		break;
	}
	case RCN_MAPPING: {
		const enum rcn_status status = write_mapping(node, nulls, out);

		if (status != RCN_OK)
			return status;
		break;
	}
	case RCN_PLAIN:
		return RCN_ERROR_INTERNAL;
	}
	return rcn_buffer_status(out);
}

enum rcn_status rcn_json_canonical(const struct rcn_node *node, struct rcn_buffer *out)
{
	return rcn_canonical_write(node, false, out);
}
