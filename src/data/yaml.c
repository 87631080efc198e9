#include "data/yaml.h"

#include <stdlib.h>

#include <yaml.h>

#include "base/array.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "data/yaml_internal.h"

#define KEYS_COMPARED_ONE_BY_ONE 24

/* A mapping or list that is being read. Its members stand in reader->pending from `base`
 * on until it ends, since only then their number is known. */
struct frame {
	struct rcn_node *node;
	size_t base;
	size_t anchor;       /* index + 1 */
	size_t nodes_before; /* reader->nodes when it began */
	unsigned height;
	bool has_key;  /* a key was read, its value comes next */
	bool discard;  /* that value belongs to a key that was refused */
	struct rcn_view key;
	struct rcn_span key_span;
	struct rcn_map keys; /* of a mapping that has many */
	struct rcn_span last; /* of the last thing in it */
};

struct reader {
	yaml_parser_t parser;
	const struct rcn_file *file;
	struct rcn_arena *arena;
	struct rcn_diag *diag;
	struct frame frames[RCN_LIMIT_DEPTH];
	unsigned depth;
	struct rcn_member *pending;
	size_t pending_count, pending_capacity;
	struct rcn_yaml_anchors anchors;
	size_t nodes;   /* of the file, aliases expanded */
	size_t aliases; /* of the document */
	struct rcn_node *root;
	struct rcn_node **roots;
	size_t root_count, root_capacity;
	enum rcn_status status; /* the first error's; reading may go on */
	bool stop;
};

static struct rcn_span span_of(const struct reader *reader, yaml_mark_t start, yaml_mark_t end)
{
	return (struct rcn_span){ reader->file, (uint32_t)start.line + 1,
		                  (uint32_t)start.column + 1, (uint32_t)end.line + 1,
		                  (uint32_t)end.column + 1 };
}

static void note_fault(struct reader *reader, enum rcn_status status)
{
	if (reader->status == RCN_OK)
		reader->status = status;
}

/* Nothing behind this can be trusted. */
static void stop_reading(struct reader *reader, enum rcn_status status)
{
	reader->status = status;
	reader->stop = true;
}

static void stop_without_memory(struct reader *reader)
{
	/* The arena has a maximum of its own; the limits keep a file far below it. */
	stop_reading(reader, rcn_diag_no_memory(reader->diag));
}

static struct rcn_problem *stop_at_limit(struct reader *reader, enum rcn_code code,
                                         struct rcn_span span, const char *what, unsigned most)
{
	stop_reading(reader, RCN_ERROR_LIMIT);
	return rcn_diag_error(reader->diag, code, span, "%s; at most %u are read", what, most);
}

static bool add_nodes(struct reader *reader, size_t count, struct rcn_span span)
{
	reader->nodes += count;
	if (reader->nodes <= RCN_LIMIT_NODES)
		return true;
	stop_at_limit(reader, RCN_CODE_YAML_NODES, span,
	              "too many values in one file, aliases expanded", RCN_LIMIT_NODES);
	return false;
}

static bool push_member(struct reader *reader, struct rcn_member member)
{
	if (!rcn_array_reserve((void **)&reader->pending, &reader->pending_capacity,
	                       reader->pending_count + 1, sizeof(*reader->pending))) {
		stop_without_memory(reader);
		return false;
	}
	reader->pending[reader->pending_count++] = member;
	return true;
}

static struct frame *top_frame(struct reader *reader)
{
	return reader->depth > 0 ? &reader->frames[reader->depth - 1] : NULL;
}

static bool wants_key(struct reader *reader)
{
	const struct frame *frame = top_frame(reader);

	return frame && frame->node->kind == RCN_MAPPING && !frame->has_key;
}

/* Puts a value that was read where it belongs. `where` is its place in this text, which
 * differs from the node's own when it came by an alias. */
static void place_value(struct reader *reader, struct rcn_node *node, unsigned height,
                        struct rcn_span where)
{
	struct frame *frame = top_frame(reader);
	struct rcn_member member = { RCN_VIEW_NONE, RCN_SPAN_NONE, node };

	if (!frame) {
		reader->root = node;
		return;
	}
	if (height + 1 > frame->height)
		frame->height = height + 1;
	frame->last = where;
	if (frame->node->kind == RCN_LIST) {
		push_member(reader, member);
	} else if (!frame->has_key) { /* a refused collection as key: its value follows */
		frame->has_key = true;
		frame->discard = true;
	} else {
		frame->has_key = false;
		if (!frame->discard) {
			member.key = frame->key;
			member.key_span = frame->key_span;
			push_member(reader, member);
		}
		frame->discard = false;
	}
}

static void refuse_tag(struct reader *reader, const yaml_char_t *tag, struct rcn_span span)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	const char *name = (const char *)tag;
	const char *mark = "";

	if (!tag)
		return;
	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0) {
		name += sizeof(prefix) - 1;
		mark = "!!";
	}
	note_fault(reader, RCN_ERROR_INVALID);
	rcn_problem_hint(rcn_diag_error(reader->diag, RCN_CODE_YAML_TAG, span,
	                                "the tag `%s%s` is refused", mark, name),
	                 "remove it: the schema's type of the field decides how a value reads");
}

static void refuse_key(struct reader *reader, struct rcn_span span, const char *what)
{
	note_fault(reader, RCN_ERROR_INVALID);
	rcn_problem_hint(rcn_diag_error(reader->diag, RCN_CODE_YAML_KEY, span, "%s as a key", what),
	                 "a key is written out as text; quote `{{ … }}` if it is meant as text");
}

/* Returns the member that already has this key, or NULL. */
static const struct rcn_member *find_key(struct reader *reader, struct frame *frame,
                                         struct rcn_view key)
{
	const size_t count = reader->pending_count - frame->base;
	const struct rcn_member *members = reader->pending + frame->base;
	const uintptr_t index = (uintptr_t)rcn_map_get(&frame->keys, key);

	if (count <= KEYS_COMPARED_ONE_BY_ONE) {
		for (size_t i = 0; i < count; i++)
			if (rcn_view_equal(members[i].key, key))
				return &members[i];
		return NULL;
	}
	return index ? &members[index - 1] : NULL;
}

/* The map holds indexes + 1, since the members move when their array grows. */
static bool remember_keys(struct reader *reader, struct frame *frame)
{
	const size_t count = reader->pending_count - frame->base;
	size_t i = frame->keys.count;

	if (count < KEYS_COMPARED_ONE_BY_ONE)
		return true;
	for (; i < count; i++) {
		const struct rcn_view key = reader->pending[frame->base + i].key;

		if (rcn_map_set(&frame->keys, key, (void *)(uintptr_t)(i + 1), NULL) != RCN_OK) {
			stop_without_memory(reader);
			return false;
		}
	}
	return true;
}

static void take_key(struct reader *reader, struct rcn_view key, bool plain,
                     struct rcn_span span)
{
	struct frame *frame = top_frame(reader);
	const struct rcn_member *first;

	frame->has_key = true;
	frame->discard = true;
	frame->last = span;
	if (plain && rcn_view_is(key, "<<")) {
		note_fault(reader, RCN_ERROR_INVALID);
		rcn_problem_hint(rcn_diag_error(reader->diag, RCN_CODE_YAML_MERGE_KEY, span,
		                                "merge keys (`<<`) are refused"),
		                 "put values that manifests share into a `defaults.yaml`");
		return;
	}
	if (reader->pending_count - frame->base >= RCN_LIMIT_KEYS) {
		stop_at_limit(reader, RCN_CODE_YAML_KEYS, span, "too many keys in one mapping",
		              RCN_LIMIT_KEYS);
		return;
	}
	if (!remember_keys(reader, frame))
		return;
	first = find_key(reader, frame, key);
	if (first) {
		struct rcn_problem *problem = rcn_diag_error(
		        reader->diag, RCN_CODE_YAML_DUPLICATE_KEY, span,
		        "the key `%.*s` is given twice", RCN_VIEW_ARGS(key));

		note_fault(reader, RCN_ERROR_INVALID);
		rcn_problem_related(problem, first->key_span, "it was first given here");
		rcn_problem_hint(problem, "remove one of the two");
		return;
	}
	frame->discard = false;
	frame->key = key;
	frame->key_span = span;
}

/* Registers an anchor for a value that begins; its index + 1, or 0. */
static size_t add_anchor(struct reader *reader, const yaml_char_t *name, struct rcn_span span,
                         struct rcn_node *node)
{
	size_t index;

	if (!name)
		return 0;
	if (reader->anchors.count >= RCN_LIMIT_ALIASES) {
		stop_at_limit(reader, RCN_CODE_YAML_ALIASES, span, "too many anchors",
		              RCN_LIMIT_ALIASES);
		return 0;
	}
	index = rcn_yaml_anchor_add(&reader->anchors, reader->arena, (const char *)name, span, node);
	if (index == 0)
		stop_without_memory(reader);
	return index;
}

/* What was refused in the text can't come in by an escape either. */
static void check_escapes(struct reader *reader, struct rcn_view text, struct rcn_span span)
{
	size_t position = 0;

	while (position < text.len) {
		const uint32_t code_point = rcn_utf8_next(text, &position);
		const char *what = rcn_yaml_refused(code_point);

		if (!what)
			continue;
		note_fault(reader, RCN_ERROR_INVALID);
		rcn_problem_hint(rcn_diag_error(reader->diag, RCN_CODE_YAML_CHARACTER, span,
		                                "%s U+%04X, written as an escape, must not be in "
		                                "a manifest",
		                                what, code_point),
		                 "remove it");
		return;
	}
}

static void take_scalar(struct reader *reader, const yaml_event_t *event)
{
	const yaml_scalar_style_t style = event->data.scalar.style;
	const bool plain = style == YAML_PLAIN_SCALAR_STYLE;
	struct rcn_view text = rcn_view_make((const char *)event->data.scalar.value,
	                                     event->data.scalar.length);
	struct rcn_span span = span_of(reader, event->start_mark, event->end_mark);
	struct rcn_node *node;

	/* The end of a block scalar is wherever the next token begins. */
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
		span.end_line = span.end_column = 0;
	if (text.len > RCN_LIMIT_SCALAR_BYTES) {
		note_fault(reader, RCN_ERROR_LIMIT);
		rcn_diag_error(reader->diag, RCN_CODE_YAML_SCALAR, span,
		               "a value of %zu bytes; at most %d are read", text.len,
		               RCN_LIMIT_SCALAR_BYTES);
		text.len = 0;
	}
	refuse_tag(reader, event->data.scalar.tag, span);
	if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		check_escapes(reader, text, span);
	text = rcn_arena_copy(reader->arena, text);
	if (rcn_view_is_none(text)) {
		stop_without_memory(reader);
		return;
	}
	if (wants_key(reader) && !event->data.scalar.anchor) {
		take_key(reader, text, plain, span);
		return;
	}
	node = rcn_node_new(reader->arena, plain ? RCN_PLAIN : RCN_STRING, span);
	if (!node) {
		stop_without_memory(reader);
		return;
	}
	node->plain = plain;
	node->text = text;
	add_anchor(reader, event->data.scalar.anchor, span, node);
	if (reader->stop)
		return;
	if (wants_key(reader))
		take_key(reader, text, plain, span);
	else if (add_nodes(reader, 1, span))
		place_value(reader, node, 0, span);
}

static void open_collection(struct reader *reader, const yaml_event_t *event,
                            enum rcn_kind kind, const yaml_char_t *anchor,
                            const yaml_char_t *tag)
{
	const struct rcn_span span = span_of(reader, event->start_mark, event->end_mark);
	struct frame *frame;
	struct rcn_node *node;

	if (reader->depth >= RCN_LIMIT_DEPTH) {
		stop_at_limit(reader, RCN_CODE_YAML_DEPTH, span, "too many levels of nesting",
		              RCN_LIMIT_DEPTH);
		return;
	}
	refuse_tag(reader, tag, span);
	if (wants_key(reader))
		refuse_key(reader, span, kind == RCN_LIST ? "a list" : "a mapping");
	node = rcn_node_new(reader->arena, kind, span);
	if (!node) {
		stop_without_memory(reader);
		return;
	}
	frame = &reader->frames[reader->depth];
	*frame = (struct frame){ .node = node,
		                 .base = reader->pending_count,
		                 .nodes_before = reader->nodes,
		                 .keys = RCN_MAP,
		                 .last = span };
	frame->anchor = add_anchor(reader, anchor, span, node);
	if (reader->stop)
		return;
	if (frame->anchor)
		reader->anchors.items[frame->anchor - 1].open = true;
	if (add_nodes(reader, 1, span))
		reader->depth++;
}

static bool store_children(struct reader *reader, const struct frame *frame)
{
	const size_t count = reader->pending_count - frame->base;
	const struct rcn_member *members = reader->pending + frame->base;

	if (count == 0)
		return true;
	if (frame->node->kind == RCN_MAPPING) {
		frame->node->members = RCN_ARENA_ARRAY(reader->arena, count, struct rcn_member);
		if (!frame->node->members)
			return false;
		memcpy(frame->node->members, members, count * sizeof(*members));
	} else {
		frame->node->items = RCN_ARENA_ARRAY(reader->arena, count, struct rcn_node *);
		if (!frame->node->items)
			return false;
		for (size_t i = 0; i < count; i++)
			frame->node->items[i] = members[i].value;
	}
	frame->node->count = count;
	return true;
}

static void close_collection(struct reader *reader, const yaml_event_t *event)
{
	struct frame *frame = top_frame(reader);
	struct rcn_node *node = frame->node;

	if (!store_children(reader, frame)) {
		stop_without_memory(reader);
		return;
	}
	if (event->end_mark.index > event->start_mark.index) { /* a bracket closes it */
		node->span.end_line = (uint32_t)event->end_mark.line + 1;
		node->span.end_column = (uint32_t)event->end_mark.column + 1;
	} else { /* libyaml's mark is where the next token begins, lines below */
		node->span.end_line = frame->last.end_line;
		node->span.end_column = frame->last.end_column;
	}
	if (frame->anchor) {
		struct rcn_yaml_anchor *anchor = &reader->anchors.items[frame->anchor - 1];

		anchor->open = false;
		anchor->nodes = reader->nodes - frame->nodes_before;
		anchor->height = frame->height;
		if (anchor->height == 0)
			anchor->height = 1;
	}
	rcn_map_free(&frame->keys);
	frame->keys = RCN_MAP;
	reader->pending_count = frame->base;
	reader->depth--;
	place_value(reader, node, frame->height ? frame->height : 1, node->span);
}

/* A stand-in where an alias led nowhere, so that reading can go on. */
static void place_nothing(struct reader *reader, struct rcn_span span)
{
	struct rcn_node *node = rcn_node_new(reader->arena, RCN_NULL, span);

	if (node)
		place_value(reader, node, 0, span);
	else
		stop_without_memory(reader);
}

static void take_alias(struct reader *reader, const yaml_event_t *event)
{
	const struct rcn_span span = span_of(reader, event->start_mark, event->end_mark);
	const struct rcn_view name = rcn_view_of((const char *)event->data.alias.anchor);
	const struct rcn_yaml_anchor *anchor = rcn_yaml_anchor_find(&reader->anchors, name);
	struct rcn_problem *problem;

	if (++reader->aliases > RCN_LIMIT_ALIASES) {
		stop_at_limit(reader, RCN_CODE_YAML_ALIASES, span, "too many aliases",
		              RCN_LIMIT_ALIASES);
	} else if (wants_key(reader)) {
		refuse_key(reader, span, "an alias");
		place_nothing(reader, span);
	} else if (!anchor) {
		problem = rcn_diag_error(reader->diag, RCN_CODE_YAML_ALIAS, span,
		                         "no value is marked `&%.*s` before this alias",
		                         RCN_VIEW_ARGS(name));
		rcn_yaml_anchor_suggest(&reader->anchors, name, problem);
		note_fault(reader, RCN_ERROR_INVALID);
		place_nothing(reader, span);
	} else if (anchor->open) {
		problem = rcn_diag_error(reader->diag, RCN_CODE_YAML_SELF_REFERENCE, span,
		                         "the value `&%.*s` would contain itself",
		                         RCN_VIEW_ARGS(name));
		rcn_problem_related(problem, anchor->span, "it begins here");
		note_fault(reader, RCN_ERROR_INVALID);
		place_nothing(reader, span);
	} else if (reader->depth + anchor->height > RCN_LIMIT_DEPTH) {
		problem = stop_at_limit(reader, RCN_CODE_YAML_DEPTH, span,
		                        "too many levels of nesting", RCN_LIMIT_DEPTH);
		rcn_problem_related(problem, anchor->span, "with the value that is marked here");
	} else if (add_nodes(reader, anchor->nodes, span)) {
		place_value(reader, anchor->node, anchor->height, span);
	}
}

static void begin_document(struct reader *reader, const yaml_event_t *event)
{
	reader->anchors.count = 0;
	reader->aliases = 0;
	reader->root = NULL;
	if (reader->root_count >= RCN_LIMIT_DOCUMENTS)
		stop_at_limit(reader, RCN_CODE_YAML_DOCUMENTS,
		              span_of(reader, event->start_mark, event->end_mark),
		              "too many documents in one file", RCN_LIMIT_DOCUMENTS);
}

static void end_document(struct reader *reader)
{
	const struct rcn_node *root = reader->root;

	if (!root || (root->plain && root->text.len == 0))
		return;
	if (!rcn_array_reserve((void **)&reader->roots, &reader->root_capacity,
	                       reader->root_count + 1, sizeof(struct rcn_node *))) {
		stop_without_memory(reader);
		return;
	}
	reader->roots[reader->root_count++] = reader->root;
}

static void take_event(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		begin_document(reader, event);
		break;
	case YAML_DOCUMENT_END_EVENT:
		end_document(reader);
		break;
	case YAML_ALIAS_EVENT:
		take_alias(reader, event);
		break;
	case YAML_SCALAR_EVENT:
		take_scalar(reader, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_collection(reader, event, RCN_LIST, event->data.sequence_start.anchor,
		                event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		open_collection(reader, event, RCN_MAPPING, event->data.mapping_start.anchor,
		                event->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(reader, event);
		break;
	case YAML_STREAM_END_EVENT:
		reader->stop = true;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
		break;
	}
}

static void report_parser(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct rcn_yaml_mark at = { (uint32_t)parser->problem_mark.line + 1,
		                    (uint32_t)parser->problem_mark.column + 1 };
	struct rcn_yaml_mark context = { 0, 0 };

	if (parser->error == YAML_MEMORY_ERROR) {
		stop_without_memory(reader);
		return;
	}
	stop_reading(reader, RCN_ERROR_INVALID);
	if (parser->context)
		context = (struct rcn_yaml_mark){ (uint32_t)parser->context_mark.line + 1,
			                          (uint32_t)parser->context_mark.column + 1 };
	rcn_yaml_report_syntax(reader->file, parser->problem ? parser->problem : "unknown fault",
	                       at, parser->context, context, reader->diag);
}

static void read_events(struct reader *reader)
{
	while (!reader->stop) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reader->parser, &event)) {
			report_parser(reader);
			return;
		}
		take_event(reader, &event);
		yaml_event_delete(&event);
	}
}

static void hand_over(struct reader *reader, struct rcn_documents *documents)
{
	if (reader->root_count == 0)
		return;
	documents->roots = RCN_ARENA_ARRAY(reader->arena, reader->root_count, struct rcn_node *);
	if (!documents->roots) {
		stop_without_memory(reader);
		return;
	}
	memcpy(documents->roots, reader->roots, reader->root_count * sizeof(struct rcn_node *));
	documents->count = reader->root_count;
}

enum rcn_status rcn_yaml_read(const struct rcn_file *file, struct rcn_arena *arena,
                              struct rcn_documents *documents, struct rcn_diag *diag)
{
	struct rcn_view text = file->text;
	struct reader *reader;
	enum rcn_status status;

	*documents = (struct rcn_documents){ NULL, 0 };
	status = rcn_yaml_check_text(file, diag);
	if (status != RCN_OK)
		return status;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return rcn_diag_no_memory(diag);
	reader->file = file;
	reader->arena = arena;
	reader->diag = diag;
	if (!yaml_parser_initialize(&reader->parser)) {
		free(reader);
		return rcn_diag_no_memory(diag);
	}
	if (rcn_view_starts_with(text, RCN_VIEW("\xEF\xBB\xBF")))
		text = rcn_view_from(text, 3);
	yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader->parser,
	                             (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
	read_events(reader);
	hand_over(reader, documents);
	status = reader->status;
	yaml_parser_delete(&reader->parser);
	while (reader->depth > 0)
		rcn_map_free(&reader->frames[--reader->depth].keys);
	free(reader->pending);
	free(reader->anchors.items);
	free((void *)reader->roots);
	free(reader);
	return status;
}
