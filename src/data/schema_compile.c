#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "data/json.h"
#include "data/schema_internal.h"

struct compiler {
	struct rcn_schema *schema;
	struct rcn_diag *diag;
	struct rcn_map rules; /* the address of a subschema's node → its rule */
	struct rcn_view keyword; /* the one that is being read, for messages */
	enum rcn_status status;
};

typedef bool read_keyword(struct compiler *compiler, struct rcn_rule *rule,
                          const struct rcn_node *value);

static struct rcn_rule *compile_rule(struct compiler *compiler, const struct rcn_node *node);

static bool no_memory(struct compiler *compiler)
{
	compiler->status = rcn_diag_no_memory(compiler->diag);
	return false;
}

static bool refuse(struct compiler *compiler, enum rcn_code code, const char *what)
{
	compiler->status = RCN_ERROR_INVALID;
	rcn_diag_error(compiler->diag, code, RCN_SPAN_NONE, "schema `%.*s`: `%.*s`: %s",
	               RCN_VIEW_ARGS(compiler->schema->name), RCN_VIEW_ARGS(compiler->keyword),
	               what);
	return false;
}

static bool expect_kind(struct compiler *compiler, const struct rcn_node *value,
                        enum rcn_kind kind, const char *what)
{
	return value->kind == kind || refuse(compiler, RCN_CODE_SCHEMA_VALUE, what);
}

static bool read_rule(struct compiler *compiler, const struct rcn_node *value,
                      struct rcn_rule **rule)
{
	*rule = compile_rule(compiler, value);
	return *rule != NULL;
}

static bool read_rules(struct compiler *compiler, const struct rcn_node *value,
                       struct rcn_rule_list *list)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list of schemas"))
		return false;
	list->items = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
	                              struct rcn_rule *);
	if (!list->items)
		return no_memory(compiler);
	for (; list->count < value->count; list->count++)
		if (!read_rule(compiler, value->items[list->count], &list->items[list->count]))
			return false;
	return true;
}

static bool read_texts(struct compiler *compiler, const struct rcn_node *value,
                       struct rcn_view **texts, size_t *count)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list of texts"))
		return false;
	*texts = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1, struct rcn_view);
	if (!*texts)
		return no_memory(compiler);
	for (size_t i = 0; i < value->count; i++) {
		if (!expect_kind(compiler, value->items[i], RCN_STRING, "expected a list of texts"))
			return false;
		(*texts)[i] = value->items[i]->text;
	}
	*count = value->count;
	return true;
}

static bool read_size(struct compiler *compiler, const struct rcn_node *value, size_t *size)
{
	struct rcn_number number;

	if (value->kind == RCN_NUMBER && rcn_number_parse(value->text, &number) &&
	    rcn_number_to_size(&number, SIZE_MAX / 2, size))
		return true;
	return refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected a whole number from 0 on");
}

static bool read_limit(struct compiler *compiler, const struct rcn_node *value,
                       struct rcn_number **limit, struct rcn_view *text)
{
	if (!expect_kind(compiler, value, RCN_NUMBER, "expected a number"))
		return false;
	*limit = RCN_ARENA_NEW(&compiler->schema->arena, struct rcn_number);
	if (!*limit)
		return no_memory(compiler);
	*text = value->text;
	return rcn_number_parse(value->text, *limit) ||
	       refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected a number");
}

static bool read_pattern(struct compiler *compiler, struct rcn_view source,
                         struct rcn_pattern **pattern)
{
	const char *reason;

	*pattern = rcn_pattern_compile(source, &compiler->schema->arena, &reason);
	if (*pattern)
		return true;
	return reason ? refuse(compiler, RCN_CODE_SCHEMA_PATTERN, reason) : no_memory(compiler);
}

static bool ignore(struct compiler *compiler, struct rcn_rule *rule,
                   const struct rcn_node *value)
{
	(void)compiler;
	(void)rule;
	(void)value;
	return true;
}

static bool read_type_name(struct compiler *compiler, struct rcn_rule *rule,
                           const struct rcn_node *value)
{
	static const struct {
		const char *name;
		unsigned types;
	} names[] = {
		{ "null", RCN_TYPE_NULL },       { "boolean", RCN_TYPE_BOOLEAN },
		{ "number", RCN_TYPE_NUMBER },   { "integer", RCN_TYPE_INTEGER },
		{ "string", RCN_TYPE_STRING },   { "array", RCN_TYPE_LIST },
		{ "object", RCN_TYPE_MAPPING },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (value->kind == RCN_STRING && rcn_view_is(value->text, names[i].name)) {
			rule->types |= names[i].types;
			return true;
		}
	}
	return refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected the name of a type");
}

static bool read_type(struct compiler *compiler, struct rcn_rule *rule,
                      const struct rcn_node *value)
{
	rule->types = 0;
	if (value->kind != RCN_LIST)
		return read_type_name(compiler, rule, value);
	for (size_t i = 0; i < value->count; i++)
		if (!read_type_name(compiler, rule, value->items[i]))
			return false;
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static bool read_enum(struct compiler *compiler, struct rcn_rule *rule,
                      const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list"))
		return false;
	rule->values = value->items;
	rule->value_count = value->count;
	rule->value_texts = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
	                                    const char *);
	if (!rule->value_texts)
		return no_memory(compiler);
	for (size_t i = 0; i < value->count; i++)
		if (value->items[i]->kind == RCN_STRING)
			rule->value_texts[rule->value_text_count++] = value->items[i]->text.ptr;
	if (rule->value_text_count > 1)
		qsort((void *)rule->value_texts, rule->value_text_count, sizeof(const char *),
		      compare_texts);
	return true;
}

static bool read_const(struct compiler *compiler, struct rcn_rule *rule,
                       const struct rcn_node *value)
{
	(void)compiler;
	rule->constant = value;
	return true;
}

static int compare_properties(const void *a, const void *b)
{
	const struct rcn_rule_property *x = a, *y = b;

	return rcn_view_compare(x->key, y->key);
}

static bool read_properties(struct compiler *compiler, struct rcn_rule *rule,
                            const struct rcn_node *value)
{
	struct rcn_arena *arena = &compiler->schema->arena;

	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	rule->properties = RCN_ARENA_ARRAY(arena, value->count + 1, struct rcn_rule_property);
	rule->property_names = RCN_ARENA_ARRAY(arena, value->count + 1, const char *);
	if (!rule->properties || !rule->property_names)
		return no_memory(compiler);
	for (size_t i = 0; i < value->count; i++) {
		rule->properties[i].key = value->members[i].key;
		if (!read_rule(compiler, value->members[i].value, &rule->properties[i].rule))
			return false;
	}
	if (value->count > 1)
		qsort(rule->properties, value->count, sizeof(*rule->properties),
		      compare_properties);
	for (size_t i = 0; i < value->count; i++)
		rule->property_names[i] = rule->properties[i].key.ptr;
	rule->property_count = value->count;
	return true;
}

static bool read_pattern_properties(struct compiler *compiler, struct rcn_rule *rule,
                                    const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	rule->patterns = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
	                                 struct rcn_rule_pattern);
	if (!rule->patterns)
		return no_memory(compiler);
	for (size_t i = 0; i < value->count; i++)
		if (!read_pattern(compiler, value->members[i].key, &rule->patterns[i].pattern) ||
		    !read_rule(compiler, value->members[i].value, &rule->patterns[i].rule))
			return false;
	rule->pattern_count = value->count;
	return true;
}

static bool read_dependencies(struct compiler *compiler, struct rcn_rule *rule,
                              const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping"))
		return false;
	rule->dependencies = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
	                                     struct rcn_rule_dependency);
	if (!rule->dependencies)
		return no_memory(compiler);
	for (size_t i = 0; i < value->count; i++) {
		struct rcn_rule_dependency *dependency = &rule->dependencies[i];
		const struct rcn_node *needed = value->members[i].value;

		dependency->key = value->members[i].key;
		if (needed->kind == RCN_LIST ? !read_texts(compiler, needed, &dependency->required,
		                                           &dependency->count)
		                             : !read_rule(compiler, needed, &dependency->rule))
			return false;
	}
	rule->dependency_count = value->count;
	return true;
}

static bool read_items(struct compiler *compiler, struct rcn_rule *rule,
                       const struct rcn_node *value)
{
	rule->has_item_list = value->kind == RCN_LIST;
	if (rule->has_item_list)
		return read_rules(compiler, value, &rule->item_list);
	return read_rule(compiler, value, &rule->items);
}

static bool read_definitions(struct compiler *compiler, struct rcn_rule *rule,
                             const struct rcn_node *value)
{
	(void)rule;
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	for (size_t i = 0; i < value->count; i++)
		if (!compile_rule(compiler, value->members[i].value))
			return false;
	return true;
}

static bool read_unique(struct compiler *compiler, struct rcn_rule *rule,
                        const struct rcn_node *value)
{
	rule->unique = rcn_node_is_true(value);
	return expect_kind(compiler, value, RCN_BOOLEAN, "expected true or false");
}

static bool read_format(struct compiler *compiler, struct rcn_rule *rule,
                        const struct rcn_node *value)
{
	rule->email = rcn_view_is(rcn_node_string(value), "email");
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_message(struct compiler *compiler, struct rcn_rule *rule,
                         const struct rcn_node *value)
{
	rule->message = value->text;
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_hint(struct compiler *compiler, struct rcn_rule *rule,
                      const struct rcn_node *value)
{
	rule->hint = value->text;
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_text_pattern(struct compiler *compiler, struct rcn_rule *rule,
                              const struct rcn_node *value)
{
	return expect_kind(compiler, value, RCN_STRING, "expected text") &&
	       read_pattern(compiler, value->text, &rule->pattern);
}

static bool read_multiple(struct compiler *compiler, struct rcn_rule *rule,
                          const struct rcn_node *value)
{
	return read_limit(compiler, value, &rule->multiple, &rule->multiple_text) &&
	       (rcn_number_is_divisor(rule->multiple) ||
	        refuse(compiler, RCN_CODE_SCHEMA_VALUE,
	               "expected a number above 0 with at most 18 digits"));
}

static bool read_required(struct compiler *compiler, struct rcn_rule *rule,
                          const struct rcn_node *value)
{
	return read_texts(compiler, value, &rule->required, &rule->required_count);
}

#define RULE_KEYWORD(function, field)                                                     \
	static bool function(struct compiler *compiler, struct rcn_rule *rule,            \
	                     const struct rcn_node *value)                                \
	{                                                                                 \
		return read_rule(compiler, value, &rule->field);                          \
	}
RULE_KEYWORD(read_additional, additional)
RULE_KEYWORD(read_names, names)
RULE_KEYWORD(read_additional_items, additional_items)
RULE_KEYWORD(read_contains, contains)
RULE_KEYWORD(read_not, negated)
RULE_KEYWORD(read_if, condition)
RULE_KEYWORD(read_then, then)
RULE_KEYWORD(read_else, otherwise)

#define RULES_KEYWORD(function, field)                                                    \
	static bool function(struct compiler *compiler, struct rcn_rule *rule,            \
	                     const struct rcn_node *value)                                \
	{                                                                                 \
		return read_rules(compiler, value, &rule->field);                         \
	}
RULES_KEYWORD(read_all, all)
RULES_KEYWORD(read_any, any)
RULES_KEYWORD(read_one, one)

#define SIZE_KEYWORD(function, field)                                                     \
	static bool function(struct compiler *compiler, struct rcn_rule *rule,            \
	                     const struct rcn_node *value)                                \
	{                                                                                 \
		return read_size(compiler, value, &rule->field);                          \
	}
SIZE_KEYWORD(read_min_properties, min_properties)
SIZE_KEYWORD(read_max_properties, max_properties)
SIZE_KEYWORD(read_min_items, min_items)
SIZE_KEYWORD(read_max_items, max_items)
SIZE_KEYWORD(read_min_length, min_length)
SIZE_KEYWORD(read_max_length, max_length)

#define LIMIT_KEYWORD(function, field)                                                    \
	static bool function(struct compiler *compiler, struct rcn_rule *rule,            \
	                     const struct rcn_node *value)                                \
	{                                                                                 \
		return read_limit(compiler, value, &rule->field, &rule->field##_text);    \
	}
LIMIT_KEYWORD(read_minimum, minimum)
LIMIT_KEYWORD(read_maximum, maximum)
LIMIT_KEYWORD(read_above, above)
LIMIT_KEYWORD(read_below, below)

static const struct keyword {
	const char *name;
	read_keyword *read;
} keywords[] = {
	{ "$schema", ignore },
	{ "$id", ignore },
	{ "$comment", ignore },
	{ "title", ignore },
	{ "description", ignore },
	{ "default", ignore },
	{ "examples", ignore },
	{ "deprecated", ignore },
	{ "readOnly", ignore },
	{ "writeOnly", ignore },
	{ "definitions", read_definitions },
	{ "type", read_type },
	{ "enum", read_enum },
	{ "const", read_const },
	{ "properties", read_properties },
	{ "required", read_required },
	{ "additionalProperties", read_additional },
	{ "patternProperties", read_pattern_properties },
	{ "propertyNames", read_names },
	{ "minProperties", read_min_properties },
	{ "maxProperties", read_max_properties },
	{ "dependencies", read_dependencies },
	{ "items", read_items },
	{ "additionalItems", read_additional_items },
	{ "minItems", read_min_items },
	{ "maxItems", read_max_items },
	{ "uniqueItems", read_unique },
	{ "contains", read_contains },
	{ "minLength", read_min_length },
	{ "maxLength", read_max_length },
	{ "pattern", read_text_pattern },
	{ "format", read_format },
	{ "minimum", read_minimum },
	{ "maximum", read_maximum },
	{ "exclusiveMinimum", read_above },
	{ "exclusiveMaximum", read_below },
	{ "multipleOf", read_multiple },
	{ "allOf", read_all },
	{ "anyOf", read_any },
	{ "oneOf", read_one },
	{ "not", read_not },
	{ "if", read_if },
	{ "then", read_then },
	{ "else", read_else },
	{ "x-message", read_message },
	{ "x-hint", read_hint },
};

static bool read_member(struct compiler *compiler, struct rcn_rule *rule,
                        const struct rcn_member *member)
{
	compiler->keyword = member->key;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (rcn_view_is(member->key, keywords[i].name))
			return keywords[i].read(compiler, rule, member->value);
	if (rcn_view_starts_with(member->key, RCN_VIEW("x-")))
		return true;
	return refuse(compiler, RCN_CODE_SCHEMA_KEYWORD,
	              "this keyword is outside of the subset of JSON Schema");
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

static bool read_reference(struct compiler *compiler, struct rcn_rule *rule,
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
		return no_memory(compiler);
	if (!target)
		return refuse(compiler, RCN_CODE_SCHEMA_REFERENCE, "this reference leads nowhere");
	return read_rule(compiler, target, &rule->same);
}

/* Beside a $ref nothing counts (draft-07) but what we say of it. */
static bool read_referring(struct compiler *compiler, struct rcn_rule *rule,
                           const struct rcn_node *node, const struct rcn_node *reference)
{
	const struct rcn_node *definitions = rcn_node_get(node, RCN_VIEW("definitions"));
	const struct rcn_node *message = rcn_node_get(node, RCN_VIEW("x-message"));
	const struct rcn_node *hint = rcn_node_get(node, RCN_VIEW("x-hint"));

	return read_reference(compiler, rule, reference) &&
	       (!definitions || read_definitions(compiler, rule, definitions)) &&
	       (!message || read_message(compiler, rule, message)) &&
	       (!hint || read_hint(compiler, rule, hint));
}

static struct rcn_rule *new_rule(struct compiler *compiler, const struct rcn_node *node)
{
	struct rcn_rule *rule = RCN_ARENA_NEW(&compiler->schema->arena, struct rcn_rule);

	if (!rule) {
		no_memory(compiler);
		return NULL;
	}
	rule->source = node;
	rule->types = rule->mask = RCN_TYPE_ALL;
	rule->max_properties = rule->max_items = rule->max_length = SIZE_MAX;
	/* The rule keeps its node's address, so its bytes can be the key. */
	if (rcn_map_set(&compiler->rules,
	                rcn_view_make((const char *)&rule->source, sizeof(rule->source)), rule,
	                NULL) != RCN_OK) {
		no_memory(compiler);
		return NULL;
	}
	return rule;
}

/* The rule of a subschema, made once; a reference may get one that is still being made. */
static struct rcn_rule *compile_rule(struct compiler *compiler, const struct rcn_node *node)
{
	struct rcn_rule *rule = rcn_map_get(
	        &compiler->rules, rcn_view_make((const char *)&node, sizeof(node)));
	const struct rcn_node *reference;

	if (rule)
		return rule;
	if (node->kind != RCN_MAPPING && node->kind != RCN_BOOLEAN) {
		refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected a schema");
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
		if (!read_member(compiler, rule, &node->members[i]))
			return NULL;
	return rule;
}

static enum rcn_status read_schema(struct compiler *compiler, struct rcn_view text)
{
	struct rcn_schema *schema = compiler->schema;
	const char *reason = NULL;
	size_t offset = 0;
	const struct rcn_map_entry *entry;

	compiler->status =
	        rcn_json_read(text, &schema->arena, &schema->root, &reason, &offset);
	if (compiler->status == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(compiler->diag);
	if (compiler->status != RCN_OK) {
		rcn_diag_error(compiler->diag, RCN_CODE_SCHEMA_TEXT, RCN_SPAN_NONE,
		               "schema `%.*s`: at byte %zu: %s", RCN_VIEW_ARGS(schema->name), offset,
		               reason);
		return compiler->status;
	}
	schema->rule = compile_rule(compiler, schema->root);
	if (!schema->rule)
		return compiler->status;
	for (size_t position = 0; (entry = rcn_map_next(&compiler->rules, &position));) {
		if (rcn_rule_finish(entry->value))
			continue;
		compiler->keyword = RCN_VIEW("$ref");
		refuse(compiler, RCN_CODE_SCHEMA_REFERENCE,
		       "a reference leads back to itself without going into the value");
		return compiler->status;
	}
	return RCN_OK;
}

enum rcn_status rcn_schema_compile(struct rcn_view text, const char *name,
                                   struct rcn_schema **schema, struct rcn_diag *diag)
{
	struct compiler compiler = { .diag = diag, .rules = RCN_MAP };
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
