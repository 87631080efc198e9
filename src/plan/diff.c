#include "plan/plan.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "data/json.h"

struct diff {
	struct rcn_arena *arena;
	struct rcn_buffer pointer; /* of the place under comparison */
	struct rcn_buffer value;
	struct rcn_change *changes;
	size_t count, capacity;
};

/* What PUT does not take (shared/api/webex-wholesale.md, "Update body"). */
static bool is_immutable(struct rcn_view pointer)
{
	static const char *const fields[] = { "/customerInfo", "/provisioningId", "/orgId" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct rcn_view field = rcn_view_of(fields[i]);

		if (rcn_view_starts_with(pointer, field) &&
		    (pointer.len == field.len || pointer.ptr[field.len] == '/'))
			return true;
	}
	return false;
}

static enum rcn_status write_value(struct diff *diff, const struct rcn_node *node,
				   struct rcn_view *text)
{
	enum rcn_status status;

	if (!node)
		return RCN_OK;
	rcn_buffer_clear(&diff->value);
	status = rcn_json_canonical(node, &diff->value);
	if (status == RCN_OK)
		*text = rcn_arena_copy(diff->arena, rcn_buffer_get(&diff->value));
	return status == RCN_OK ? rcn_arena_status(diff->arena) : status;
}

static enum rcn_status add_change(struct diff *diff, const struct rcn_node *old_node,
				  const struct rcn_node *new_node)
{
	struct rcn_change change = { .type = RCN_CHANGE_CHANGED };
	enum rcn_status status;

	if (!old_node || !new_node)
		change.type = new_node ? RCN_CHANGE_ADDED : RCN_CHANGE_REMOVED;
	if (!rcn_array_reserve((void **)&diff->changes, &diff->capacity, diff->count + 1,
			       sizeof(change)))
		return RCN_ERROR_MEMORY;
	status = write_value(diff, old_node, &change.old_value);
	if (status == RCN_OK)
		status = write_value(diff, new_node, &change.new_value);
	if (status != RCN_OK)
		return status;
	change.pointer = rcn_arena_copy(diff->arena, rcn_buffer_get(&diff->pointer));
	change.immutable = is_immutable(change.pointer);
	if (new_node) {
		change.place = rcn_span_place(new_node->span);
		change.place.path = rcn_arena_copy(diff->arena, change.place.path);
	}
	if (rcn_arena_status(diff->arena) != RCN_OK)
		return rcn_arena_status(diff->arena);
	diff->changes[diff->count++] = change;
	return RCN_OK;
}

/* The canonical form knows no null: a member that is null is not there. */
static const struct rcn_node *find_member(const struct rcn_node *mapping, struct rcn_view key)
{
	const struct rcn_node *node = rcn_node_get(mapping, key);

	return node && node->kind != RCN_NULL ? node : NULL;
}

static bool is_mapping(const struct rcn_node *node)
{
	return node && node->kind == RCN_MAPPING;
}

static bool has_item(const struct rcn_node *list, const struct rcn_node *item)
{
	for (size_t i = 0; list && i < list->count; i++) {
		if (rcn_node_equal(list->items[i], item))
			return true;
	}
	return false;
}

/* One change for each item of `from` that `other` lacks. */
static enum rcn_status add_missing(struct diff *diff, const struct rcn_node *from,
				   const struct rcn_node *other, bool removed)
{
	for (size_t i = 0; from && i < from->count; i++) {
		const struct rcn_node *item = from->items[i];
		enum rcn_status status;

		if (has_item(other, item))
			continue;
		status = removed ? add_change(diff, item, NULL) : add_change(diff, NULL, item);
		if (status != RCN_OK)
			return status;
	}
	return RCN_OK;
}

static bool is_list_or_none(const struct rcn_node *node)
{
	return !node || node->kind == RCN_LIST;
}

static enum rcn_status compare(struct diff *diff, const struct rcn_node *old_node,
			       const struct rcn_node *new_node);

static enum rcn_status compare_member(struct diff *diff, struct rcn_view key,
				      const struct rcn_node *old_node,
				      const struct rcn_node *new_node)
{
	size_t len = diff->pointer.len;
	enum rcn_status status;

	rcn_buffer_char(&diff->pointer, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			rcn_buffer_text(&diff->pointer, "~0");
		else if (key.ptr[i] == '/')
			rcn_buffer_text(&diff->pointer, "~1");
		else
			rcn_buffer_char(&diff->pointer, key.ptr[i]);
	}
	status = rcn_buffer_status(&diff->pointer);
	if (status == RCN_OK)
		status = compare(diff, old_node, new_node);
	rcn_buffer_truncate(&diff->pointer, len);
	return status;
}

static enum rcn_status compare_mappings(struct diff *diff, const struct rcn_node *old_node,
					const struct rcn_node *new_node)
{
	enum rcn_status status = RCN_OK;

	for (size_t i = 0; new_node && status == RCN_OK && i < new_node->count; i++) {
		struct rcn_view key = new_node->members[i].key;

		status = compare_member(diff, key, find_member(old_node, key),
					find_member(new_node, key));
	}
	for (size_t i = 0; old_node && status == RCN_OK && i < old_node->count; i++) {
		struct rcn_view key = old_node->members[i].key;

		if (!rcn_node_get(new_node, key)) /* else compared above */
			status = compare_member(diff, key, find_member(old_node, key), NULL);
	}
	return status;
}

static enum rcn_status compare(struct diff *diff, const struct rcn_node *old_node,
			       const struct rcn_node *new_node)
{
	if (!old_node && !new_node)
		return RCN_OK;
	if (is_mapping(old_node) && is_mapping(new_node))
		return compare_mappings(diff, old_node, new_node);
	/* A mapping that comes or goes does so leaf by leaf; an empty one has none. */
	if ((is_mapping(old_node) && old_node->count > 0 && !new_node) ||
	    (is_mapping(new_node) && new_node->count > 0 && !old_node))
		return compare_mappings(diff, old_node, new_node);
	if (old_node && new_node && rcn_node_equal(old_node, new_node))
		return RCN_OK;
	if (rcn_view_is(rcn_buffer_get(&diff->pointer), "/packages") && is_list_or_none(old_node) &&
	    is_list_or_none(new_node)) {
		enum rcn_status status = add_missing(diff, old_node, new_node, true);

		return status == RCN_OK ? add_missing(diff, new_node, old_node, false) : status;
	}
	return add_change(diff, old_node, new_node);
}

static int order_changes(const void *a, const void *b)
{
	const struct rcn_change *first = a, *other = b;
	int order = rcn_view_compare(first->pointer, other->pointer);

	if (order != 0)
		return order;
	/* Packages: by name, whether they come or go. */
	return rcn_view_compare(
		rcn_view_is_none(first->new_value) ? first->old_value : first->new_value,
		rcn_view_is_none(other->new_value) ? other->old_value : other->new_value);
}

enum rcn_status rcn_diff(struct rcn_arena *arena, const struct rcn_node *old_body,
			 const struct rcn_node *new_body, struct rcn_change **changes,
			 size_t *count)
{
	struct diff diff = {
		.arena = arena,
		.pointer = RCN_BUFFER(RCN_LIMIT_BODY_BYTES),
		.value = RCN_BUFFER(RCN_LIMIT_BODY_BYTES * 2),
	};
	struct rcn_change *result = NULL;
	enum rcn_status status;

	status = compare(&diff, old_body, new_body);
	if (status == RCN_OK && diff.count > 0) {
		qsort(diff.changes, diff.count, sizeof(*diff.changes), order_changes);
		result = RCN_ARENA_ARRAY(arena, diff.count, struct rcn_change);
		if (result)
			memcpy(result, diff.changes, diff.count * sizeof(*result));
		else
			status = rcn_arena_status(arena);
	}
	if (status == RCN_OK) {
		*changes = result;
		*count = diff.count;
	}
	free(diff.changes);
	rcn_buffer_free(&diff.pointer);
	rcn_buffer_free(&diff.value);
	return status;
}
