#include "data/yaml.h"

#include <stdlib.h>

#include <yaml.h>

#include "data/yaml_internal.h"

static struct rcn_span span_of(const struct rcn_yaml_tree *tree, const yaml_event_t *event)
{
	return (struct rcn_span){ tree->file, (uint32_t)event->start_mark.line + 1,
				  (uint32_t)event->start_mark.column + 1,
				  (uint32_t)event->end_mark.line + 1,
				  (uint32_t)event->end_mark.column + 1 };
}

static void take_scalar(struct rcn_yaml_tree *tree, const yaml_event_t *event)
{
	const yaml_scalar_style_t style = event->data.scalar.style;
	const struct rcn_yaml_scalar scalar = {
		.text = rcn_view_make((const char *)event->data.scalar.value,
				      event->data.scalar.length),
		.plain = style == YAML_PLAIN_SCALAR_STYLE,
		.escapes = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE,
		.anchor = (const char *)event->data.scalar.anchor,
		.tag = (const char *)event->data.scalar.tag,
	};
	struct rcn_span span = span_of(tree, event);

	/* The end of a block scalar is wherever the next token begins. */
	if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
		span.end_line = span.end_column = 0;
	rcn_yaml_tree_scalar(tree, &scalar, span);
}

static void take_event(struct rcn_yaml_tree *tree, const yaml_event_t *event)
{
	const struct rcn_span span = span_of(tree, event);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		rcn_yaml_tree_begin(tree, span);
		break;
	case YAML_DOCUMENT_END_EVENT:
		rcn_yaml_tree_end(tree);
		break;
	case YAML_ALIAS_EVENT:
		rcn_yaml_tree_alias(tree, rcn_view_of((const char *)event->data.alias.anchor),
				    span);
		break;
	case YAML_SCALAR_EVENT:
		take_scalar(tree, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		rcn_yaml_tree_open(tree, RCN_LIST, (const char *)event->data.sequence_start.anchor,
				   (const char *)event->data.sequence_start.tag, span);
		break;
	case YAML_MAPPING_START_EVENT:
		rcn_yaml_tree_open(tree, RCN_MAPPING,
				   (const char *)event->data.mapping_start.anchor,
				   (const char *)event->data.mapping_start.tag, span);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		rcn_yaml_tree_close(tree, span, event->end_mark.index > event->start_mark.index);
		break;
	case YAML_STREAM_END_EVENT:
		tree->stop = true;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
		break;
	}
}

static void report_fault(struct rcn_yaml_tree *tree, const yaml_parser_t *parser)
{
	const struct rcn_yaml_mark at = { (uint32_t)parser->problem_mark.line + 1,
					  (uint32_t)parser->problem_mark.column + 1 };
	struct rcn_yaml_mark context = { 0, 0 };

	if (parser->error == YAML_MEMORY_ERROR) {
		rcn_yaml_tree_no_memory(tree);
		return;
	}
	tree->status = RCN_ERROR_INVALID;
	if (parser->context)
		context = (struct rcn_yaml_mark){ (uint32_t)parser->context_mark.line + 1,
						  (uint32_t)parser->context_mark.column + 1 };
	rcn_yaml_report_syntax(tree->file, parser->problem ? parser->problem : "unknown fault", at,
			       parser->context, context, tree->diag);
}

static void read_events(struct rcn_yaml_tree *tree, yaml_parser_t *parser)
{
	while (!tree->stop) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event)) {
			report_fault(tree, parser);
			return;
		}
		take_event(tree, &event);
		yaml_event_delete(&event);
	}
}

enum rcn_status rcn_yaml_read(const struct rcn_file *file, struct rcn_arena *arena,
			      struct rcn_documents *documents, struct rcn_diag *diag)
{
	struct rcn_view text = file->text;
	struct rcn_yaml_tree *tree;
	yaml_parser_t parser;
	enum rcn_status status;

	*documents = (struct rcn_documents){ NULL, 0 };
	status = rcn_yaml_check_text(file, diag);
	if (status != RCN_OK)
		return status;
	tree = calloc(1, sizeof(*tree));
	if (!tree || !yaml_parser_initialize(&parser)) {
		free(tree);
		return rcn_diag_no_memory(diag);
	}
	tree->file = file;
	tree->arena = arena;
	tree->diag = diag;
	if (rcn_view_starts_with(text, RCN_VIEW("\xEF\xBB\xBF")))
		text = rcn_view_from(text, 3);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(text.ptr ? text.ptr : ""),
				     text.len);
	read_events(tree, &parser);
	rcn_yaml_tree_take(tree, documents);
	status = tree->status;
	yaml_parser_delete(&parser);
	rcn_yaml_tree_free(tree);
	return status;
}
