#include <stdlib.h>

#include "base/array.h"
#include "data/plain.h"
#include "data/schema_internal.h"

/* A rule that speaks of a value: certainly, or only in some branch of an anyOf or if. */
struct entry {
	const struct rcn_rule *rule;
	bool certain;
};

/* The entries of all levels of nesting, the innermost last. */
struct resolver {
	struct entry *entries;
	size_t count, capacity;
	struct rcn_diag *diag;
};

static bool add_rule(struct resolver *resolver, size_t base, const struct rcn_rule *rule,
		     bool certain);

static bool add_rules(struct resolver *resolver, size_t base, const struct rcn_rule_list *list,
		      bool certain)
{
	for (size_t i = 0; i < list->count; i++)
		if (!add_rule(resolver, base, list->items[i], certain))
			return false;
	return true;
}

/* Adds a rule and those that it applies to the same value. False without memory. */
static bool add_rule(struct resolver *resolver, size_t base, const struct rcn_rule *rule,
		     bool certain)
{
	if (!rule)
		return true;
	for (size_t i = base; i < resolver->count; i++)
		if (resolver->entries[i].rule == rule && (resolver->entries[i].certain || !certain))
			return true;
	if (!rcn_array_reserve((void **)&resolver->entries, &resolver->capacity,
			       resolver->count + 1, sizeof(struct entry)))
		return false;
	resolver->entries[resolver->count++] = (struct entry){ rule, certain };
	if (!add_rule(resolver, base, rule->same, certain) ||
	    !add_rules(resolver, base, &rule->all, certain) ||
	    !add_rules(resolver, base, &rule->any, false) ||
	    !add_rules(resolver, base, &rule->one, false) ||
	    !add_rule(resolver, base, rule->then, false) ||
	    !add_rule(resolver, base, rule->otherwise, false))
		return false;
	for (size_t i = 0; i < rule->dependency_count; i++)
		if (!add_rule(resolver, base, rule->dependencies[i].rule, false))
			return false;
	return true;
}

/* The kinds that the value may have; all of them when the schema says nothing. */
static unsigned possible_types(const struct resolver *resolver, size_t base)
{
	unsigned certain = RCN_TYPE_ALL, maybe = 0;

	for (size_t i = base; i < resolver->count; i++) {
		const struct entry *entry = &resolver->entries[i];

		if (entry->certain)
			certain &= entry->rule->mask;
		else if (entry->rule->mask != RCN_TYPE_ALL)
			maybe |= entry->rule->mask;
	}
	if (certain != RCN_TYPE_ALL && certain != 0)
		return certain;
	return maybe ? maybe : RCN_TYPE_ALL;
}

static void hint_quotes(struct resolver *resolver, const struct rcn_node *node)
{
	const char *elsewhere = rcn_plain_elsewhere(node->text);

	if (!elsewhere || !resolver->diag)
		return;
	rcn_problem_hint(rcn_diag_hint(resolver->diag, RCN_CODE_QUOTE, node->span,
				       "`%.*s` is text here; other YAML programs see %s",
				       RCN_VIEW_ARGS(node->text), elsewhere),
			 "quote it: \"%.*s\"", RCN_VIEW_ARGS(node->text));
}

static void resolve_plain(struct resolver *resolver, struct rcn_node *node, size_t base)
{
	const unsigned types = possible_types(resolver, base);
	struct rcn_view value;

	node->kind = rcn_plain_kind(node->text, &value);
	if (types != RCN_TYPE_ALL && (types & RCN_TYPE_STRING) && node->kind != RCN_NULL) {
		const unsigned wanted =
			node->kind == RCN_NUMBER ? RCN_TYPE_NUMBER : RCN_TYPE_BOOLEAN;

		if (node->kind == RCN_STRING || !(types & wanted)) {
			node->kind = RCN_STRING;
			hint_quotes(resolver, node);
			return;
		}
	}
	node->text = value;
}

static bool add_member_rules(struct resolver *resolver, size_t child, const struct rcn_rule *rule,
			     bool certain, struct rcn_view key)
{
	const struct rcn_rule *property = rcn_rule_property(rule, key);
	bool known = property != NULL;

	if (!add_rule(resolver, child, property, certain))
		return false;
	for (size_t i = 0; i < rule->pattern_count; i++) {
		if (!rcn_pattern_matches(rule->patterns[i].pattern, key))
			continue;
		known = true;
		if (!add_rule(resolver, child, rule->patterns[i].rule, certain))
			return false;
	}
	return known || add_rule(resolver, child, rule->additional, certain);
}

static bool add_item_rules(struct resolver *resolver, size_t child, const struct rcn_rule *rule,
			   bool certain, size_t index)
{
	if (!rule->has_item_list)
		return add_rule(resolver, child, rule->items, certain);
	if (index < rule->item_list.count)
		return add_rule(resolver, child, rule->item_list.items[index], certain);
	return add_rule(resolver, child, rule->additional_items, certain);
}

static bool resolve_node(struct resolver *resolver, struct rcn_node *node, size_t base)
{
	const size_t child = resolver->count;

	if (node->kind == RCN_PLAIN)
		resolve_plain(resolver, node, base);
	if (node->kind != RCN_LIST && node->kind != RCN_MAPPING)
		return true;
	for (size_t i = 0; i < node->count; i++) {
		struct rcn_node *value =
			node->kind == RCN_LIST ? node->items[i] : node->members[i].value;

		for (size_t j = base; j < child; j++) {
			const struct entry entry = resolver->entries[j];
			const bool added =
				node->kind == RCN_LIST
					? add_item_rules(resolver, child, entry.rule, entry.certain,
							 i)
					: add_member_rules(resolver, child, entry.rule,
							   entry.certain, node->members[i].key);

			if (!added)
				return false;
		}
		if (!resolve_node(resolver, value, child))
			return false;
		resolver->count = child;
	}
	return true;
}

enum rcn_status rcn_schema_resolve(const struct rcn_schema *schema, struct rcn_node *node,
				   struct rcn_diag *diag)
{
	struct resolver resolver = { .diag = diag };
	const bool done =
		add_rule(&resolver, 0, schema->rule, true) && resolve_node(&resolver, node, 0);

	free(resolver.entries);
	if (done)
		return RCN_OK;
	return diag ? rcn_diag_no_memory(diag) : RCN_ERROR_MEMORY;
}
