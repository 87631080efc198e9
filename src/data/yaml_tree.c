#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "data/yaml_internal.h"

#define KEYS_COMPARED_ONE_BY_ONE 24

static void note_fault(struct rcn_yaml_tree *tree, enum rcn_status status)
{
	if (tree->status == RCN_OK)
		tree->status = status;
}

/* Nothing behind this can be trusted. */
static void stop_reading(struct rcn_yaml_tree *tree, enum rcn_status status)
{
	tree->status = status;
	tree->stop = true;
}

void rcn_yaml_tree_no_memory(struct rcn_yaml_tree *tree)
{
	/* The arena has a maximum of its own; the limits keep a file far below it. */
	stop_reading(tree, rcn_diag_no_memory(tree->diag));
}

static struct rcn_problem *stop_at_limit(struct rcn_yaml_tree *tree, enum rcn_code code,
					 struct rcn_span span, const char *what, unsigned most)
{
	stop_reading(tree, RCN_ERROR_LIMIT);
	return rcn_diag_error(tree->diag, code, span, "%s; at most %u are read", what, most);
}

static bool add_nodes(struct rcn_yaml_tree *tree, size_t count, struct rcn_span span)
{
	tree->nodes += count;
	if (tree->nodes <= RCN_LIMIT_NODES)
		return true;
	stop_at_limit(tree, RCN_CODE_YAML_NODES, span,
		      "too many values in one file, aliases expanded", RCN_LIMIT_NODES);
	return false;
}

static bool push_member(struct rcn_yaml_tree *tree, struct rcn_member member)
{
	if (!rcn_array_reserve((void **)&tree->pending, &tree->pending_capacity,
			       tree->pending_count + 1, sizeof(*tree->pending))) {
		rcn_yaml_tree_no_memory(tree);
		return false;
	}
	tree->pending[tree->pending_count++] = member;
	return true;
}

static struct rcn_yaml_frame *top_frame(struct rcn_yaml_tree *tree)
{
	return tree->depth > 0 ? &tree->frames[tree->depth - 1] : NULL;
}

static bool wants_key(struct rcn_yaml_tree *tree)
{
	const struct rcn_yaml_frame *frame = top_frame(tree);

	return frame && frame->node->kind == RCN_MAPPING && !frame->has_key;
}

/* Puts a value that was read where it belongs. `where` is its place in this text, which
 * differs from the node's own when it came by an alias. */
static void place_value(struct rcn_yaml_tree *tree, struct rcn_node *node, unsigned height,
			struct rcn_span where)
{
	struct rcn_yaml_frame *frame = top_frame(tree);
	struct rcn_member member = { RCN_VIEW_NONE, RCN_SPAN_NONE, node };

	if (!frame) {
		tree->root = node;
		return;
	}
	if (height + 1 > frame->height)
		frame->height = height + 1;
	frame->last = where;
	if (frame->node->kind == RCN_LIST) {
		push_member(tree, member);
	} else if (!frame->has_key) { /* a refused collection as key: its value follows */
		frame->has_key = true;
		frame->discard = true;
	} else {
		frame->has_key = false;
		if (!frame->discard) {
			member.key = frame->key;
			member.key_span = frame->key_span;
			push_member(tree, member);
		}
		frame->discard = false;
	}
}

static void refuse_tag(struct rcn_yaml_tree *tree, const char *tag, struct rcn_span span)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	const char *name = tag;
	const char *mark = "";

	if (!tag)
		return;
	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0) {
		name += sizeof(prefix) - 1;
		mark = "!!";
	}
	note_fault(tree, RCN_ERROR_INVALID);
	rcn_problem_hint(rcn_diag_error(tree->diag, RCN_CODE_YAML_TAG, span,
					"the tag `%s%s` is refused", mark, name),
			 "remove it: the schema's type of the field decides how a value reads");
}

static void refuse_key(struct rcn_yaml_tree *tree, struct rcn_span span, const char *what)
{
	note_fault(tree, RCN_ERROR_INVALID);
	rcn_problem_hint(rcn_diag_error(tree->diag, RCN_CODE_YAML_KEY, span, "%s as a key", what),
			 "a key is written out as text; quote `{{ … }}` if it is meant as text");
}

/* Returns the member that already has this key, or NULL. */
static const struct rcn_member *find_key(struct rcn_yaml_tree *tree, struct rcn_yaml_frame *frame,
					 struct rcn_view key)
{
	const size_t count = tree->pending_count - frame->base;
	const struct rcn_member *members = tree->pending + frame->base;
	uintptr_t index;

	if (count <= KEYS_COMPARED_ONE_BY_ONE) {
		for (size_t i = 0; i < count; i++)
			if (rcn_view_equal(members[i].key, key))
				return &members[i];
		return NULL;
	}
	index = (uintptr_t)rcn_map_get(&frame->keys, key);
	return index ? &members[index - 1] : NULL;
}

/* The map holds indexes + 1, since the members move when their array grows. */
static bool remember_keys(struct rcn_yaml_tree *tree, struct rcn_yaml_frame *frame)
{
	const size_t count = tree->pending_count - frame->base;
	size_t i = frame->keys.count;

	if (count < KEYS_COMPARED_ONE_BY_ONE)
		return true;
	for (; i < count; i++) {
		const struct rcn_view key = tree->pending[frame->base + i].key;

		if (rcn_map_set(&frame->keys, key, (void *)(uintptr_t)(i + 1), NULL) != RCN_OK) {
			rcn_yaml_tree_no_memory(tree);
			return false;
		}
	}
	return true;
}

static void take_key(struct rcn_yaml_tree *tree, struct rcn_view key, bool plain,
		     struct rcn_span span)
{
	struct rcn_yaml_frame *frame = top_frame(tree);
	const struct rcn_member *first;

	if (!frame)
		return;
	frame->has_key = true;
	frame->discard = true;
	frame->last = span;
	if (plain && rcn_view_is(key, "<<")) {
		note_fault(tree, RCN_ERROR_INVALID);
		rcn_problem_hint(rcn_diag_error(tree->diag, RCN_CODE_YAML_MERGE_KEY, span,
						"merge keys (`<<`) are refused"),
				 "put values that manifests share into a `defaults.yaml`");
		return;
	}
	if (tree->pending_count - frame->base >= RCN_LIMIT_KEYS) {
		stop_at_limit(tree, RCN_CODE_YAML_KEYS, span, "too many keys in one mapping",
			      RCN_LIMIT_KEYS);
		return;
	}
	if (!remember_keys(tree, frame))
		return;
	first = find_key(tree, frame, key);
	if (first) {
		struct rcn_problem *problem =
			rcn_diag_error(tree->diag, RCN_CODE_YAML_DUPLICATE_KEY, span,
				       "the key `%.*s` is given twice", RCN_VIEW_ARGS(key));

		note_fault(tree, RCN_ERROR_INVALID);
		rcn_problem_related(problem, first->key_span, "it was first given here");
		rcn_problem_hint(problem, "remove one of the two");
		return;
	}
	frame->discard = false;
	frame->key = key;
	frame->key_span = span;
}

/* Registers an anchor for a value that begins; its index + 1, or 0. */
static size_t add_anchor(struct rcn_yaml_tree *tree, const char *name, struct rcn_span span,
			 struct rcn_node *node)
{
	size_t index;

	if (!name)
		return 0;
	if (tree->anchors.count >= RCN_LIMIT_ALIASES) {
		stop_at_limit(tree, RCN_CODE_YAML_ALIASES, span, "too many anchors",
			      RCN_LIMIT_ALIASES);
		return 0;
	}
	index = rcn_yaml_anchor_add(&tree->anchors, tree->arena, name, span, node);
	if (index == 0)
		rcn_yaml_tree_no_memory(tree);
	return index;
}

/* What was refused in the text can't come in by an escape either. */
static void check_escapes(struct rcn_yaml_tree *tree, struct rcn_view text, struct rcn_span span)
{
	size_t position = 0;

	while (position < text.len) {
		const uint32_t code_point = rcn_utf8_next(text, &position);
		const char *what = rcn_yaml_refused(code_point);

		if (!what)
			continue;
		note_fault(tree, RCN_ERROR_INVALID);
		rcn_problem_hint(rcn_diag_error(tree->diag, RCN_CODE_YAML_CHARACTER, span,
						"%s U+%04X, written as an escape, must not be in "
						"a manifest",
						what, code_point),
				 "remove it");
		return;
	}
}

void rcn_yaml_tree_scalar(struct rcn_yaml_tree *tree, const struct rcn_yaml_scalar *scalar,
			  struct rcn_span span)
{
	struct rcn_view text = scalar->text;
	struct rcn_node *node;

	if (text.len > RCN_LIMIT_SCALAR_BYTES) {
		note_fault(tree, RCN_ERROR_LIMIT);
		rcn_diag_error(tree->diag, RCN_CODE_YAML_SCALAR, span,
			       "a value of %zu bytes; at most %d are read", text.len,
			       RCN_LIMIT_SCALAR_BYTES);
		text.len = 0;
	}
	refuse_tag(tree, scalar->tag, span);
	if (scalar->escapes)
		check_escapes(tree, text, span);
	text = rcn_arena_copy(tree->arena, text);
	if (rcn_view_is_none(text)) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	if (wants_key(tree) && !scalar->anchor) {
		take_key(tree, text, scalar->plain, span);
		return;
	}
	node = rcn_node_new(tree->arena, scalar->plain ? RCN_PLAIN : RCN_STRING, span);
	if (!node) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	node->plain = scalar->plain;
	node->text = text;
	add_anchor(tree, scalar->anchor, span, node);
	if (tree->stop)
		return;
	if (wants_key(tree))
		take_key(tree, text, scalar->plain, span);
	else if (add_nodes(tree, 1, span))
		place_value(tree, node, 0, span);
}

void rcn_yaml_tree_open(struct rcn_yaml_tree *tree, enum rcn_kind kind, const char *anchor,
			const char *tag, struct rcn_span span)
{
	struct rcn_yaml_frame *frame;
	struct rcn_node *node;

	if (tree->depth >= RCN_LIMIT_DEPTH) {
		stop_at_limit(tree, RCN_CODE_YAML_DEPTH, span, "too many levels of nesting",
			      RCN_LIMIT_DEPTH);
		return;
	}
	refuse_tag(tree, tag, span);
	if (wants_key(tree))
		refuse_key(tree, span, kind == RCN_LIST ? "a list" : "a mapping");
	node = rcn_node_new(tree->arena, kind, span);
	if (!node) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	frame = &tree->frames[tree->depth];
	*frame = (struct rcn_yaml_frame){ .node = node,
					  .base = tree->pending_count,
					  .nodes_before = tree->nodes,
					  .keys = RCN_MAP,
					  .last = span };
	frame->anchor = add_anchor(tree, anchor, span, node);
	if (tree->stop)
		return;
	if (frame->anchor)
		tree->anchors.items[frame->anchor - 1].open = true;
	if (add_nodes(tree, 1, span))
		tree->depth++;
}

static bool store_children(struct rcn_yaml_tree *tree, const struct rcn_yaml_frame *frame)
{
	const size_t count = tree->pending_count - frame->base;
	const struct rcn_member *members = tree->pending + frame->base;

	if (count == 0)
		return true;
	if (frame->node->kind == RCN_MAPPING) {
		frame->node->members = RCN_ARENA_ARRAY(tree->arena, count, struct rcn_member);
		if (!frame->node->members)
			return false;
		memcpy(frame->node->members, members, count * sizeof(*members));
	} else {
		frame->node->items = RCN_ARENA_ARRAY(tree->arena, count, struct rcn_node *);
		if (!frame->node->items)
			return false;
		for (size_t i = 0; i < count; i++)
			frame->node->items[i] = members[i].value;
	}
	frame->node->count = count;
	return true;
}

void rcn_yaml_tree_close(struct rcn_yaml_tree *tree, struct rcn_span span, bool bracketed)
{
	struct rcn_yaml_frame *frame = top_frame(tree);
	struct rcn_node *node;

	if (!frame)
		return;
	node = frame->node;
	if (!store_children(tree, frame)) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	if (bracketed) {
		node->span.end_line = span.end_line;
		node->span.end_column = span.end_column;
	} else { /* libyaml's mark is where the next token begins, lines below */
		node->span.end_line = frame->last.end_line;
		node->span.end_column = frame->last.end_column;
	}
	if (frame->anchor) {
		struct rcn_yaml_anchor *anchor = &tree->anchors.items[frame->anchor - 1];

		anchor->open = false;
		anchor->nodes = tree->nodes - frame->nodes_before;
		anchor->height = frame->height;
		if (anchor->height == 0)
			anchor->height = 1;
	}
	rcn_map_free(&frame->keys);
	frame->keys = RCN_MAP;
	tree->pending_count = frame->base;
	tree->depth--;
	place_value(tree, node, frame->height ? frame->height : 1, node->span);
}

/* A stand-in where an alias led nowhere, so that reading can go on. */
static void place_nothing(struct rcn_yaml_tree *tree, struct rcn_span span)
{
	struct rcn_node *node = rcn_node_new(tree->arena, RCN_NULL, span);

	if (node)
		place_value(tree, node, 0, span);
	else
		rcn_yaml_tree_no_memory(tree);
}

void rcn_yaml_tree_alias(struct rcn_yaml_tree *tree, struct rcn_view name, struct rcn_span span)
{
	const struct rcn_yaml_anchor *anchor = rcn_yaml_anchor_find(&tree->anchors, name);
	struct rcn_problem *problem;

	if (++tree->aliases > RCN_LIMIT_ALIASES) {
		stop_at_limit(tree, RCN_CODE_YAML_ALIASES, span, "too many aliases",
			      RCN_LIMIT_ALIASES);
	} else if (wants_key(tree)) {
		refuse_key(tree, span, "an alias");
		place_nothing(tree, span);
	} else if (!anchor) {
		problem = rcn_diag_error(tree->diag, RCN_CODE_YAML_ALIAS, span,
					 "no value is marked `&%.*s` before this alias",
					 RCN_VIEW_ARGS(name));
		rcn_yaml_anchor_suggest(&tree->anchors, name, problem);
		note_fault(tree, RCN_ERROR_INVALID);
		place_nothing(tree, span);
	} else if (anchor->open) {
		problem = rcn_diag_error(tree->diag, RCN_CODE_YAML_SELF_REFERENCE, span,
					 "the value `&%.*s` would contain itself",
					 RCN_VIEW_ARGS(name));
		rcn_problem_related(problem, anchor->span, "it begins here");
		note_fault(tree, RCN_ERROR_INVALID);
		place_nothing(tree, span);
	} else if (tree->depth + anchor->height > RCN_LIMIT_DEPTH) {
		problem = stop_at_limit(tree, RCN_CODE_YAML_DEPTH, span,
					"too many levels of nesting", RCN_LIMIT_DEPTH);
		rcn_problem_related(problem, anchor->span, "with the value that is marked here");
	} else if (add_nodes(tree, anchor->nodes, span)) {
		place_value(tree, anchor->node, anchor->height, span);
	}
}

void rcn_yaml_tree_begin(struct rcn_yaml_tree *tree, struct rcn_span span)
{
	tree->anchors.count = 0;
	tree->aliases = 0;
	tree->root = NULL;
	if (tree->root_count >= RCN_LIMIT_DOCUMENTS)
		stop_at_limit(tree, RCN_CODE_YAML_DOCUMENTS, span, "too many documents in one file",
			      RCN_LIMIT_DOCUMENTS);
}

void rcn_yaml_tree_end(struct rcn_yaml_tree *tree)
{
	const struct rcn_node *root = tree->root;

	if (!root || (root->plain && root->text.len == 0))
		return;
	if (!rcn_array_reserve((void **)&tree->roots, &tree->root_capacity, tree->root_count + 1,
			       sizeof(struct rcn_node *))) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	tree->roots[tree->root_count++] = tree->root;
}

void rcn_yaml_tree_take(struct rcn_yaml_tree *tree, struct rcn_documents *documents)
{
	if (tree->root_count == 0)
		return;
	documents->roots = RCN_ARENA_ARRAY(tree->arena, tree->root_count, struct rcn_node *);
	if (!documents->roots) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	memcpy(documents->roots, tree->roots, tree->root_count * sizeof(struct rcn_node *));
	documents->count = tree->root_count;
}

void rcn_yaml_tree_free(struct rcn_yaml_tree *tree)
{
	if (!tree)
		return;
	while (tree->depth > 0)
		rcn_map_free(&tree->frames[--tree->depth].keys);
	free(tree->pending);
	free(tree->anchors.items);
	free((void *)tree->roots);
	free(tree);
}
