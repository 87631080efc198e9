#include "data/json.h"

#include <cjson/cJSON.h>

#include "base/map.h"
#include "data/json_check.h"

#define KEYS_COMPARED_ONE_BY_ONE 16

/*
 * cJSON's tree and the text are walked together: strings and numbers come in the same
 * order in both. So numbers keep the text that was written, where cJSON only has a
 * double, and a duplicate key has a place.
 */
struct reader {
	struct rcn_view text;
	size_t position;
	struct rcn_arena *arena;
	const char *reason;
	size_t offset;
	enum rcn_status status;
};

static struct rcn_node *read_value(struct reader *reader, const cJSON *item);

static struct rcn_node *new_node(struct reader *reader, enum rcn_kind kind)
{
	struct rcn_node *node = rcn_node_new(reader->arena, kind, RCN_SPAN_NONE);

	if (!node)
		reader->status = RCN_ERROR_MEMORY;
	return node;
}

static struct rcn_view copy_text(struct reader *reader, struct rcn_view text)
{
	const struct rcn_view copy = rcn_arena_copy(reader->arena, text);

	if (rcn_view_is_none(copy))
		reader->status = RCN_ERROR_MEMORY;
	return copy;
}

static size_t count_children(const cJSON *item)
{
	size_t count = 0;

	for (const cJSON *child = item->child; child; child = child->next)
		count++;
	return count;
}

static void read_list(struct reader *reader, struct rcn_node *node, const cJSON *item)
{
	const size_t count = count_children(item);

	if (count == 0)
		return;
	node->items = RCN_ARENA_ARRAY(reader->arena, count, struct rcn_node *);
	if (!node->items) {
		reader->status = RCN_ERROR_MEMORY;
		return;
	}
	for (const cJSON *child = item->child; child; child = child->next) {
		struct rcn_node *value = read_value(reader, child);

		if (!value)
			return;
		node->items[node->count++] = value;
	}
}

static bool is_new_key(struct reader *reader, struct rcn_map *seen, const struct rcn_node *node,
		       struct rcn_view key, bool many)
{
	void *previous = NULL;

	if (!many)
		return rcn_node_member(node, key) == NULL;
	if (rcn_map_set(seen, key, reader, &previous) != RCN_OK) {
		reader->status = RCN_ERROR_MEMORY;
		return true;
	}
	return previous == NULL;
}

static void read_members(struct reader *reader, struct rcn_node *node, const cJSON *item,
			 struct rcn_map *seen, bool many)
{
	for (const cJSON *child = item->child; child; child = child->next) {
		const struct rcn_view token = rcn_json_next_token(reader->text, &reader->position);
		const struct rcn_view key = copy_text(reader, rcn_view_of(child->string));
		struct rcn_node *value;

		if (reader->status != RCN_OK)
			return;
		if (!is_new_key(reader, seen, node, key, many)) {
			reader->status = RCN_ERROR_INVALID;
			reader->reason = "the same key twice in one object";
			reader->offset = (size_t)(token.ptr - reader->text.ptr);
		}
		if (reader->status != RCN_OK)
			return;
		value = read_value(reader, child);
		if (!value)
			return;
		node->members[node->count++] = (struct rcn_member){ key, RCN_SPAN_NONE, value };
	}
}

static void read_object(struct reader *reader, struct rcn_node *node, const cJSON *item)
{
	const size_t count = count_children(item);
	struct rcn_map seen = RCN_MAP;

	if (count == 0)
		return;
	node->members = RCN_ARENA_ARRAY(reader->arena, count, struct rcn_member);
	if (!node->members) {
		reader->status = RCN_ERROR_MEMORY;
		return;
	}
	read_members(reader, node, item, &seen, count > KEYS_COMPARED_ONE_BY_ONE);
	rcn_map_free(&seen);
}

static struct rcn_node *read_value(struct reader *reader, const cJSON *item)
{
	struct rcn_node *node = new_node(reader, RCN_NULL);

	if (!node)
		return NULL;
	if (cJSON_IsBool(item)) {
		node->kind = RCN_BOOLEAN;
		node->text = cJSON_IsTrue(item) ? RCN_VIEW("true") : RCN_VIEW("false");
	} else if (cJSON_IsNumber(item)) {
		node->kind = RCN_NUMBER;
		node->text =
			copy_text(reader, rcn_json_next_token(reader->text, &reader->position));
	} else if (cJSON_IsString(item)) {
		node->kind = RCN_STRING;
		rcn_json_next_token(reader->text, &reader->position);
		node->text = copy_text(reader, rcn_view_of(item->valuestring));
	} else if (cJSON_IsArray(item)) {
		node->kind = RCN_LIST;
		read_list(reader, node, item);
	} else if (cJSON_IsObject(item)) {
		node->kind = RCN_MAPPING;
		read_object(reader, node, item);
	}
	return reader->status == RCN_OK ? node : NULL;
}

enum rcn_status rcn_json_read(struct rcn_view text, struct rcn_arena *arena, struct rcn_node **node,
			      const char **reason, size_t *offset)
{
	struct reader reader = { .text = text, .arena = arena, .status = RCN_OK };
	const char *end = NULL;
	struct rcn_node *root;
	cJSON *tree;

	*offset = 0;
	*reason = rcn_json_fault(text, offset);
	if (*reason)
		return RCN_ERROR_INVALID;
	/* What passed the check is JSON: all that can be missing now is memory. */
	*reason = "no memory";
	tree = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, 0);
	if (!tree)
		return RCN_ERROR_MEMORY;
	root = read_value(&reader, tree);
	cJSON_Delete(tree);
	if (!root) {
		if (reader.status == RCN_OK)
			reader.status = RCN_ERROR_MEMORY;
		if (reader.reason)
			*reason = reader.reason;
		*offset = reader.offset;
		return reader.status;
	}
	*reason = NULL;
	*node = root;
	return RCN_OK;
}
