/*
 * A compiled schema: each subschema is a rule, with all that it says in fields, so that
 * no keyword is looked up by name when a value is checked.
 */
#ifndef RCN_DATA_SCHEMA_INTERNAL_H
#define RCN_DATA_SCHEMA_INTERNAL_H

#include <stdint.h>

#include "data/number.h"
#include "data/pattern.h"
#include "data/schema.h"

/* Kinds of values, as bits. */
#define RCN_TYPE_NULL     1U
#define RCN_TYPE_BOOLEAN  2U
#define RCN_TYPE_FRACTION 4U /* a number that is not whole */
#define RCN_TYPE_INTEGER  8U
#define RCN_TYPE_NUMBER   (RCN_TYPE_FRACTION | RCN_TYPE_INTEGER)
#define RCN_TYPE_STRING   16U
#define RCN_TYPE_LIST     32U
#define RCN_TYPE_MAPPING  64U
#define RCN_TYPE_ALL      127U

struct rcn_rule;

struct rcn_rule_list {
	struct rcn_rule **items;
	size_t count;
};

struct rcn_rule_property {
	struct rcn_view key;
	struct rcn_rule *rule;
};

struct rcn_rule_pattern {
	struct rcn_pattern *pattern;
	struct rcn_rule *rule;
};

struct rcn_rule_dependency {
	struct rcn_view key;
	struct rcn_rule *rule; /* or, when NULL: */
	struct rcn_view *required;
	size_t count;
};

enum rcn_rule_state {
	RCN_RULE_NEW,
	RCN_RULE_VISITED,
	RCN_RULE_DONE
};

struct rcn_rule {
	const struct rcn_node *source;
	bool never;            /* the schema `false` */
	struct rcn_rule *same; /* $ref: nothing else counts then */
	unsigned types;        /* what `type` says */
	unsigned mask;         /* what can pass, seen from type, enum, const and combinations */
	enum rcn_rule_state state;

	struct rcn_node *const *values; /* enum */
	size_t value_count;
	const char **value_texts; /* those that are text, sorted, for looking up */
	size_t value_text_count;
	const struct rcn_node *constant;

	struct rcn_rule_property *properties; /* sorted by key */
	size_t property_count;
	const char **property_names; /* in the same order */
	struct rcn_view *required;
	size_t required_count;
	struct rcn_rule_pattern *patterns;
	size_t pattern_count;
	struct rcn_rule *additional, *names;
	struct rcn_rule_dependency *dependencies;
	size_t dependency_count;
	size_t min_properties, max_properties;

	struct rcn_rule *items, *additional_items, *contains;
	struct rcn_rule_list item_list;
	bool has_item_list, unique;
	size_t min_items, max_items;

	size_t min_length, max_length;
	struct rcn_pattern *pattern;
	bool email;

	struct rcn_number *minimum, *maximum, *above, *below, *multiple;
	struct rcn_view minimum_text, maximum_text, above_text, below_text, multiple_text;

	struct rcn_rule_list all, any, one;
	struct rcn_rule *negated, *condition, *then, *otherwise;

	struct rcn_view message, hint; /* x-message, x-hint */
};

struct rcn_schema {
	struct rcn_arena arena;
	struct rcn_view name;
	struct rcn_node *root;
	struct rcn_rule *rule;
};

struct rcn_rule *rcn_rule_property(const struct rcn_rule *rule, struct rcn_view key);

/* The bit of a node's kind. */
unsigned rcn_rule_type_of(const struct rcn_node *node);

/* Walks the rules that speak of the same value; false when one leads back to itself. Sets
 * the masks. */
bool rcn_rule_finish(struct rcn_rule *rule);

#endif
