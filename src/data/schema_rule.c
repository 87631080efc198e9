#include "data/schema_internal.h"

struct rcn_rule *rcn_rule_property(const struct rcn_rule *rule, struct rcn_view key)
{
	size_t low = 0, high = rule->property_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = rcn_view_compare(rule->properties[middle].key, key);

		if (order == 0)
			return rule->properties[middle].rule;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

unsigned rcn_rule_type_of(const struct rcn_node *node)
{
	struct rcn_number number;

	switch (node->kind) {
	case RCN_NULL:
		return RCN_TYPE_NULL;
	case RCN_BOOLEAN:
		return RCN_TYPE_BOOLEAN;
	case RCN_NUMBER:
		if (rcn_number_parse(node->text, &number) && rcn_number_is_integer(&number))
			return RCN_TYPE_INTEGER;
		return RCN_TYPE_FRACTION;
	case RCN_STRING:
	case RCN_PLAIN:
		return RCN_TYPE_STRING;
	case RCN_LIST:
		return RCN_TYPE_LIST;
	case RCN_MAPPING:
		return RCN_TYPE_MAPPING;
	}
	return 0;
}

static bool finish_list(const struct rcn_rule_list *list, bool any, unsigned *mask)
{
	unsigned together = any && list->count > 0 ? 0 : RCN_TYPE_ALL;

	for (size_t i = 0; i < list->count; i++) {
		if (!rcn_rule_finish(list->items[i]))
			return false;
		if (any)
			together |= list->items[i]->mask;
		else
			together &= list->items[i]->mask;
	}
	*mask &= together;
	return true;
}

static bool finish_optional(struct rcn_rule *rule)
{
	return !rule || rcn_rule_finish(rule);
}

static unsigned mask_of_values(const struct rcn_rule *rule)
{
	unsigned mask = rule->value_texts ? 0 : RCN_TYPE_ALL;

	for (size_t i = 0; i < rule->value_count; i++)
		mask |= rcn_rule_type_of(rule->values[i]);
	if (rule->constant)
		mask &= rcn_rule_type_of(rule->constant);
	return mask;
}

bool rcn_rule_finish(struct rcn_rule *rule)
{
	unsigned mask;

	if (rule->state == RCN_RULE_DONE)
		return true;
	if (rule->state == RCN_RULE_VISITED)
		return false;
	rule->state = RCN_RULE_VISITED;
	if (rule->same) {
		if (!rcn_rule_finish(rule->same))
			return false;
		rule->mask = rule->same->mask;
		rule->state = RCN_RULE_DONE;
		return true;
	}
	mask = rule->never ? 0 : rule->types & mask_of_values(rule);
	if (!finish_list(&rule->all, false, &mask) || !finish_list(&rule->any, true, &mask) ||
	    !finish_list(&rule->one, true, &mask) || !finish_optional(rule->negated) ||
	    !finish_optional(rule->condition) || !finish_optional(rule->then) ||
	    !finish_optional(rule->otherwise))
		return false;
	for (size_t i = 0; i < rule->dependency_count; i++)
		if (!finish_optional(rule->dependencies[i].rule))
			return false;
	rule->mask = mask;
	rule->state = RCN_RULE_DONE;
	return true;
}
