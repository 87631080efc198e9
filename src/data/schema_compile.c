#include <stdlib.h>

#include "base/limits.h"
#include "data/json.h"
#include "data/schema_compiler.h"

bool rcn_schema_no_memory(struct rcn_schema_compiler *compiler)
{
	compiler->status = rcn_diag_no_memory(compiler->diag);
	return false;
}

bool rcn_schema_refuse(struct rcn_schema_compiler *compiler, enum rcn_code code, const char *what)
{
	compiler->status = RCN_ERROR_INVALID;
	rcn_diag_error(compiler->diag, code, RCN_SPAN_NONE, "schema `%.*s`: `%.*s`: %s",
		       RCN_VIEW_ARGS(compiler->schema->name), RCN_VIEW_ARGS(compiler->keyword),
		       what);
	return false;
}

/* Undoes %XX; false when what stands behind a `%` is no number. */
static bool decode_percent(struct rcn_view text, struct rcn_buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned value = 0;

		if (text.ptr[i] != '%') {
			rcn_buffer_char(out, text.ptr[i]);
			continue;
		}
		for (unsigned digit = 0; digit < 2; digit++) {
			const char byte = ++i < text.len ? text.ptr[i] : 'x';
			const char lower = (char)(byte | 0x20);

			if (byte >= '0' && byte <= '9')
				value = value * 16 + (unsigned)(byte - '0');
			else if (lower >= 'a' && lower <= 'f')
				value = value * 16 + (unsigned)(lower - 'a' + 10);
			else
				return false;
		}
		rcn_buffer_char(out, (char)value);
	}
	return true;
}

static bool read_reference(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			   const struct rcn_node *value)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer pointer = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	const struct rcn_node *target = NULL;
	const struct rcn_view text = rcn_node_string(value);

	compiler->keyword = RCN_VIEW("$ref");
	if (rcn_view_starts_with(text, RCN_VIEW("#")) &&
	    decode_percent(rcn_view_from(text, 1), &pointer))
		target = rcn_node_find(compiler->schema->root, rcn_buffer_get(&pointer));
	if (rcn_buffer_status(&pointer) == RCN_ERROR_MEMORY)
		return rcn_schema_no_memory(compiler);
	if (!target)
		return rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_REFERENCE,
					 "this reference leads nowhere");
	rule->same = rcn_schema_rule(compiler, target);
	return rule->same != NULL;
}

/* Beside a $ref nothing counts (draft-07) but what we say of it. */
static bool read_referring(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			   const struct rcn_node *node, const struct rcn_node *reference)
{
	static const char *const companions[] = { "definitions", "x-message", "x-hint" };

	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		const struct rcn_view name = rcn_view_of(companions[i]);
		const struct rcn_node *value = rcn_node_get(node, name);

		if (value && !rcn_schema_keyword(compiler, rule, name, value))
			return false;
	}
	return read_reference(compiler, rule, reference);
}

static struct rcn_rule *new_rule(struct rcn_schema_compiler *compiler, const struct rcn_node *node)
{
	struct rcn_rule *rule = RCN_ARENA_NEW(&compiler->schema->arena, struct rcn_rule);

	if (!rule) {
		rcn_schema_no_memory(compiler);
		return NULL;
	}
	rule->source = node;
	rule->types = rule->mask = RCN_TYPE_ALL;
	rule->max_properties = rule->max_items = rule->max_length = SIZE_MAX;
	/* The rule keeps its node's address, so its bytes can be the key. */
	if (rcn_map_set(&compiler->rules,
			rcn_view_make((const char *)&rule->source, sizeof(rule->source)), rule,
			NULL) != RCN_OK) {
		rcn_schema_no_memory(compiler);
		return NULL;
	}
	return rule;
}

struct rcn_rule *rcn_schema_rule(struct rcn_schema_compiler *compiler, const struct rcn_node *node)
{
	struct rcn_rule *rule =
		rcn_map_get(&compiler->rules, rcn_view_make((const char *)&node, sizeof(node)));
	const struct rcn_node *reference;

	if (rule)
		return rule;
	if (node->kind != RCN_MAPPING && node->kind != RCN_BOOLEAN) {
		rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected a schema");
		return NULL;
	}
	rule = new_rule(compiler, node);
	if (!rule)
		return NULL;
	if (node->kind == RCN_BOOLEAN) {
		rule->never = !rcn_node_is_true(node);
		return rule;
	}
	reference = rcn_node_get(node, RCN_VIEW("$ref"));
	if (reference)
		return read_referring(compiler, rule, node, reference) ? rule : NULL;
	for (size_t i = 0; i < node->count; i++)
		if (!rcn_schema_keyword(compiler, rule, node->members[i].key,
					node->members[i].value))
			return NULL;
	return rule;
}

static enum rcn_status read_schema(struct rcn_schema_compiler *compiler, struct rcn_view text)
{
	struct rcn_schema *schema = compiler->schema;
	const char *reason = NULL;
	size_t offset = 0;
	const struct rcn_map_entry *entry;

	compiler->status = rcn_json_read(text, &schema->arena, &schema->root, &reason, &offset);
	if (compiler->status == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(compiler->diag);
	if (compiler->status != RCN_OK) {
		rcn_diag_error(compiler->diag, RCN_CODE_SCHEMA_TEXT, RCN_SPAN_NONE,
			       "schema `%.*s`: at byte %zu: %s", RCN_VIEW_ARGS(schema->name),
			       offset, reason);
		return compiler->status;
	}
	schema->rule = rcn_schema_rule(compiler, schema->root);
	if (!schema->rule)
		return compiler->status;
	for (size_t position = 0; (entry = rcn_map_next(&compiler->rules, &position));) {
		if (rcn_rule_finish(entry->value))
			continue;
		compiler->keyword = RCN_VIEW("$ref");
		rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_REFERENCE,
				  "a reference leads back to itself without going into the value");
		return compiler->status;
	}
	return RCN_OK;
}

enum rcn_status rcn_schema_compile(struct rcn_view text, const char *name,
				   struct rcn_schema **schema, struct rcn_diag *diag)
{
	struct rcn_schema_compiler compiler = { .diag = diag, .rules = RCN_MAP };
	enum rcn_status status;

	compiler.schema = calloc(1, sizeof(*compiler.schema));
	if (!compiler.schema)
		return rcn_diag_no_memory(diag);
	compiler.schema->arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	compiler.schema->name = rcn_arena_copy(&compiler.schema->arena, rcn_view_of(name));
	if (rcn_view_is_none(compiler.schema->name))
		status = rcn_diag_no_memory(diag);
	else
		status = read_schema(&compiler, text);
	rcn_map_free(&compiler.rules);
	if (status != RCN_OK) {
		rcn_schema_free(compiler.schema);
		return status;
	}
	*schema = compiler.schema;
	return RCN_OK;
}

void rcn_schema_free(struct rcn_schema *schema)
{
	if (!schema)
		return;
	rcn_arena_free(&schema->arena);
	free(schema);
}

const struct rcn_node *rcn_schema_root(const struct rcn_schema *schema)
{
	return schema->root;
}
