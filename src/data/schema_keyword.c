#include <stdlib.h>

#include "data/schema_compiler.h"

typedef bool read_keyword(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			  const struct rcn_node *value);

static bool expect_kind(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
			enum rcn_kind kind, const char *what)
{
	return value->kind == kind || rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE, what);
}

static bool read_rule(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
		      struct rcn_rule **rule)
{
	*rule = rcn_schema_rule(compiler, value);
	return *rule != NULL;
}

static bool read_rules(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
		       struct rcn_rule_list *list)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list of schemas"))
		return false;
	list->items =
		RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1, struct rcn_rule *);
	if (!list->items)
		return rcn_schema_no_memory(compiler);
	for (; list->count < value->count; list->count++)
		if (!read_rule(compiler, value->items[list->count], &list->items[list->count]))
			return false;
	return true;
}

static bool read_texts(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
		       struct rcn_view **texts, size_t *count)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list of texts"))
		return false;
	*texts = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1, struct rcn_view);
	if (!*texts)
		return rcn_schema_no_memory(compiler);
	for (size_t i = 0; i < value->count; i++) {
		if (!expect_kind(compiler, value->items[i], RCN_STRING, "expected a list of texts"))
			return false;
		(*texts)[i] = value->items[i]->text;
	}
	*count = value->count;
	return true;
}

static bool read_size(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
		      size_t *size)
{
	struct rcn_number number;

	if (value->kind == RCN_NUMBER && rcn_number_parse(value->text, &number) &&
	    rcn_number_to_size(&number, SIZE_MAX / 2, size))
		return true;
	return rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE,
				 "expected a whole number from 0 on");
}

static bool read_limit(struct rcn_schema_compiler *compiler, const struct rcn_node *value,
		       struct rcn_number **limit, struct rcn_view *text)
{
	if (!expect_kind(compiler, value, RCN_NUMBER, "expected a number"))
		return false;
	*limit = RCN_ARENA_NEW(&compiler->schema->arena, struct rcn_number);
	if (!*limit)
		return rcn_schema_no_memory(compiler);
	*text = value->text;
	return rcn_number_parse(value->text, *limit) ||
	       rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected a number");
}

static bool read_pattern(struct rcn_schema_compiler *compiler, struct rcn_view source,
			 struct rcn_pattern **pattern)
{
	const char *reason;

	*pattern = rcn_pattern_compile(source, &compiler->schema->arena, &reason);
	if (*pattern)
		return true;
	return reason ? rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_PATTERN, reason)
		      : rcn_schema_no_memory(compiler);
}

static bool ignore(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
		   const struct rcn_node *value)
{
	(void)compiler;
	(void)rule;
	(void)value;
	return true;
}

static bool read_type_name(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			   const struct rcn_node *value)
{
	static const struct {
		const char *name;
		unsigned types;
	} names[] = {
		{ "null", RCN_TYPE_NULL },      { "boolean", RCN_TYPE_BOOLEAN },
		{ "number", RCN_TYPE_NUMBER },  { "integer", RCN_TYPE_INTEGER },
		{ "string", RCN_TYPE_STRING },  { "array", RCN_TYPE_LIST },
		{ "object", RCN_TYPE_MAPPING },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (value->kind == RCN_STRING && rcn_view_is(value->text, names[i].name)) {
			rule->types |= names[i].types;
			return true;
		}
	}
	return rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE, "expected the name of a type");
}

static bool read_type(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
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

static bool read_enum(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
		      const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_LIST, "expected a list"))
		return false;
	rule->values = value->items;
	rule->value_count = value->count;
	rule->value_texts =
		RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1, const char *);
	if (!rule->value_texts)
		return rcn_schema_no_memory(compiler);
	for (size_t i = 0; i < value->count; i++)
		if (value->items[i]->kind == RCN_STRING)
			rule->value_texts[rule->value_text_count++] = value->items[i]->text.ptr;
	if (rule->value_text_count > 1)
		qsort((void *)rule->value_texts, rule->value_text_count, sizeof(const char *),
		      compare_texts);
	return true;
}

static bool read_const(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
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

static bool read_properties(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			    const struct rcn_node *value)
{
	struct rcn_arena *arena = &compiler->schema->arena;

	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	rule->properties = RCN_ARENA_ARRAY(arena, value->count + 1, struct rcn_rule_property);
	rule->property_names = RCN_ARENA_ARRAY(arena, value->count + 1, const char *);
	if (!rule->properties || !rule->property_names)
		return rcn_schema_no_memory(compiler);
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

static bool read_pattern_properties(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
				    const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	rule->patterns = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
					 struct rcn_rule_pattern);
	if (!rule->patterns)
		return rcn_schema_no_memory(compiler);
	for (size_t i = 0; i < value->count; i++)
		if (!read_pattern(compiler, value->members[i].key, &rule->patterns[i].pattern) ||
		    !read_rule(compiler, value->members[i].value, &rule->patterns[i].rule))
			return false;
	rule->pattern_count = value->count;
	return true;
}

static bool read_dependencies(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			      const struct rcn_node *value)
{
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping"))
		return false;
	rule->dependencies = RCN_ARENA_ARRAY(&compiler->schema->arena, value->count + 1,
					     struct rcn_rule_dependency);
	if (!rule->dependencies)
		return rcn_schema_no_memory(compiler);
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

static bool read_items(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
		       const struct rcn_node *value)
{
	rule->has_item_list = value->kind == RCN_LIST;
	if (rule->has_item_list)
		return read_rules(compiler, value, &rule->item_list);
	return read_rule(compiler, value, &rule->items);
}

static bool read_definitions(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			     const struct rcn_node *value)
{
	(void)rule;
	if (!expect_kind(compiler, value, RCN_MAPPING, "expected a mapping of schemas"))
		return false;
	for (size_t i = 0; i < value->count; i++)
		if (!rcn_schema_rule(compiler, value->members[i].value))
			return false;
	return true;
}

static bool read_unique(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			const struct rcn_node *value)
{
	rule->unique = rcn_node_is_true(value);
	return expect_kind(compiler, value, RCN_BOOLEAN, "expected true or false");
}

static bool read_format(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			const struct rcn_node *value)
{
	rule->email = rcn_view_is(rcn_node_string(value), "email");
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_message(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			 const struct rcn_node *value)
{
	rule->message = value->text;
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_hint(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
		      const struct rcn_node *value)
{
	rule->hint = value->text;
	return expect_kind(compiler, value, RCN_STRING, "expected text");
}

static bool read_text_pattern(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			      const struct rcn_node *value)
{
	return expect_kind(compiler, value, RCN_STRING, "expected text") &&
	       read_pattern(compiler, value->text, &rule->pattern);
}

static bool read_multiple(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			  const struct rcn_node *value)
{
	return read_limit(compiler, value, &rule->multiple, &rule->multiple_text) &&
	       (rcn_number_is_divisor(rule->multiple) ||
		rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_VALUE,
				  "expected a number above 0 with at most 18 digits"));
}

static bool read_required(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			  const struct rcn_node *value)
{
	return read_texts(compiler, value, &rule->required, &rule->required_count);
}

#define RULE_KEYWORD(function, field)                                                     \
	static bool function(struct rcn_schema_compiler *compiler, struct rcn_rule *rule, \
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
	static bool function(struct rcn_schema_compiler *compiler, struct rcn_rule *rule, \
			     const struct rcn_node *value)                                \
	{                                                                                 \
		return read_rules(compiler, value, &rule->field);                         \
	}
RULES_KEYWORD(read_all, all)
RULES_KEYWORD(read_any, any)
RULES_KEYWORD(read_one, one)

#define SIZE_KEYWORD(function, field)                                                     \
	static bool function(struct rcn_schema_compiler *compiler, struct rcn_rule *rule, \
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
	static bool function(struct rcn_schema_compiler *compiler, struct rcn_rule *rule, \
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

bool rcn_schema_keyword(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			struct rcn_view name, const struct rcn_node *value)
{
	compiler->keyword = name;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (rcn_view_is(name, keywords[i].name))
			return keywords[i].read(compiler, rule, value);
	if (rcn_view_starts_with(name, RCN_VIEW("x-")))
		return true;
	return rcn_schema_refuse(compiler, RCN_CODE_SCHEMA_KEYWORD,
				 "this keyword is outside of the subset of JSON Schema");
}
