#include "data/node.h"

#include "data/number.h"

const struct rcn_member *rcn_node_member(const struct rcn_node *node, struct rcn_view key)
{
	if (!node || node->kind != RCN_MAPPING)
		return NULL;
	for (size_t i = 0; i < node->count; i++)
		if (rcn_view_equal(node->members[i].key, key))
			return &node->members[i];
	return NULL;
}

struct rcn_node *rcn_node_get(const struct rcn_node *node, struct rcn_view key)
{
	const struct rcn_member *member = rcn_node_member(node, key);

	return member ? member->value : NULL;
}

/* Whether a pointer's token, where ~0 is ~ and ~1 is /, is this key. */
static bool token_is(struct rcn_view token, struct rcn_view key)
{
	size_t position = 0;

	for (size_t i = 0; i < key.len; i++, position++) {
		char byte;

		if (position >= token.len)
			return false;
		byte = token.ptr[position];
		if (byte == '~' && position + 1 < token.len) {
			if (token.ptr[position + 1] == '1')
				byte = '/';
			else if (token.ptr[position + 1] != '0')
				return false;
			position++;
		}
		if (byte != key.ptr[i])
			return false;
	}
	return position == token.len;
}

static struct rcn_node *find_item(const struct rcn_node *list, struct rcn_view token)
{
	struct rcn_number number;
	size_t index;

	if (list->count == 0 || rcn_view_find(token, '.') != token.len ||
	    !rcn_number_parse(token, &number) ||
	    !rcn_number_to_size(&number, list->count - 1, &index))
		return NULL;
	return list->items[index];
}

struct rcn_node *rcn_node_find(struct rcn_node *node, struct rcn_view pointer)
{
	while (node && pointer.len > 0) {
		struct rcn_node *next = NULL;
		struct rcn_view token;

		if (pointer.ptr[0] != '/')
			return NULL;
		pointer = rcn_view_from(pointer, 1);
		token = rcn_view_make(pointer.ptr, rcn_view_find(pointer, '/'));
		pointer = rcn_view_from(pointer, token.len);
		if (node->kind == RCN_LIST)
			next = find_item(node, token);
		else if (node->kind == RCN_MAPPING)
			for (size_t i = 0; i < node->count && !next; i++)
				if (token_is(token, node->members[i].key))
					next = node->members[i].value;
		node = next;
	}
	return node;
}

struct rcn_view rcn_node_string(const struct rcn_node *node)
{
	return node && node->kind == RCN_STRING ? node->text : RCN_VIEW_NONE;
}

bool rcn_node_is_true(const struct rcn_node *node)
{
	return node && node->kind == RCN_BOOLEAN && rcn_view_is(node->text, "true");
}

struct rcn_node *rcn_node_new(struct rcn_arena *arena, enum rcn_kind kind, struct rcn_span span)
{
	struct rcn_node *node = RCN_ARENA_NEW(arena, struct rcn_node);

	if (node) {
		node->kind = kind;
		node->span = span;
	}
	return node;
}

bool rcn_node_set(struct rcn_arena *arena, struct rcn_node *mapping, struct rcn_view key,
		  struct rcn_span key_span, struct rcn_node *value)
{
	struct rcn_member *members;

	for (size_t i = 0; i < mapping->count; i++) {
		struct rcn_member *member = &mapping->members[i];

		if (rcn_view_equal(member->key, key)) {
			*member = (struct rcn_member){ member->key, key_span, value };
			return true;
		}
	}
	members = RCN_ARENA_ARRAY(arena, mapping->count + 1, struct rcn_member);
	if (!members)
		return false;
	if (mapping->count > 0)
		memcpy(members, mapping->members, mapping->count * sizeof(*members));
	members[mapping->count] = (struct rcn_member){ key, key_span, value };
	mapping->members = members;
	mapping->count++;
	return true;
}

static bool copy_children(struct rcn_arena *arena, struct rcn_node *copy,
			  const struct rcn_node *node)
{
	if (node->kind == RCN_LIST) {
		copy->items = RCN_ARENA_ARRAY(arena, node->count, struct rcn_node *);
		if (!copy->items)
			return false;
		for (size_t i = 0; i < node->count; i++) {
			copy->items[i] = rcn_node_copy(arena, node->items[i]);
			if (!copy->items[i])
				return false;
		}
		return true;
	}
	copy->members = RCN_ARENA_ARRAY(arena, node->count, struct rcn_member);
	if (!copy->members)
		return false;
	for (size_t i = 0; i < node->count; i++) {
		struct rcn_member *member = &copy->members[i];

		member->key = rcn_arena_copy(arena, node->members[i].key);
		member->key_span = node->members[i].key_span;
		member->value = rcn_node_copy(arena, node->members[i].value);
		if (rcn_view_is_none(member->key) || !member->value)
			return false;
	}
	return true;
}

struct rcn_node *rcn_node_copy(struct rcn_arena *arena, const struct rcn_node *node)
{
	struct rcn_node *copy = rcn_node_new(arena, node->kind, node->span);

	if (!copy)
		return NULL;
	copy->plain = node->plain;
	if (!rcn_view_is_none(node->text)) {
		copy->text = rcn_arena_copy(arena, node->text);
		if (rcn_view_is_none(copy->text))
			return NULL;
	}
	copy->count = node->count;
	if (node->count > 0 && !copy_children(arena, copy, node))
		return NULL;
	return copy;
}

static bool mappings_equal(const struct rcn_node *a, const struct rcn_node *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct rcn_member *member = &a->members[i];
		const struct rcn_node *other;

		/* Most often the keys are in the same order. */
		if (rcn_view_equal(member->key, b->members[i].key))
			other = b->members[i].value;
		else
			other = rcn_node_get(b, member->key);
		if (!other || !rcn_node_equal(member->value, other))
			return false;
	}
	return true;
}

bool rcn_node_equal(const struct rcn_node *a, const struct rcn_node *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || a->count != b->count)
		return false;
	switch (a->kind) {
	case RCN_NULL:
		return true;
	case RCN_NUMBER: {
		struct rcn_number x, y;

		if (rcn_number_parse(a->text, &x) && rcn_number_parse(b->text, &y))
			return rcn_number_compare(&x, &y) == 0;
		return rcn_view_equal(a->text, b->text);
	}
	case RCN_BOOLEAN:
	case RCN_STRING:
	case RCN_PLAIN:
		return rcn_view_equal(a->text, b->text);
	case RCN_LIST:
		for (size_t i = 0; i < a->count; i++)
			if (!rcn_node_equal(a->items[i], b->items[i]))
				return false;
		return true;
	case RCN_MAPPING:
		return mappings_equal(a, b);
	}
	return false;
}

const char *rcn_kind_name(enum rcn_kind kind)
{
	switch (kind) {
	case RCN_NULL:
		return "nothing";
	case RCN_BOOLEAN:
		return "a boolean";
	case RCN_NUMBER:
		return "a number";
	case RCN_STRING:
	case RCN_PLAIN:
		return "text";
	case RCN_LIST:
		return "a list";
	case RCN_MAPPING:
		return "a mapping";
	}
	return "something unknown";
}
