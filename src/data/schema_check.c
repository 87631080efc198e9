#include "data/schema_check.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "data/canonical.h"

#define ITEMS_COMPARED_ONE_BY_ONE 16

/* In SILENT and CAPTURE mode the first violation decides. */
static bool goes_on(const struct rcn_check *check, bool valid)
{
	return valid || check->mode == RCN_CHECK_REPORT;
}

bool rcn_check_quietly(struct rcn_check *check, const struct rcn_rule *rule,
		       const struct rcn_position *position)
{
	const enum rcn_check_mode mode = check->mode;
	bool valid;

	check->mode = RCN_CHECK_SILENT;
	valid = rcn_check_rule(check, rule, position);
	check->mode = mode;
	return valid;
}

/* Checks a subschema of the same value, whose x-message stands for all that fails in it.
 * With code RCN_CODE_NONE the problem keeps the code of what failed first. */
static bool check_speaking(struct rcn_check *check, const struct rcn_rule *sub, enum rcn_code code,
			   const struct rcn_position *position)
{
	bool valid;

	if (check->mode != RCN_CHECK_REPORT || rcn_view_is_none(sub->message))
		return rcn_check_rule(check, sub, position);
	check->mode = RCN_CHECK_CAPTURE;
	check->captured = false;
	valid = rcn_check_rule(check, sub, position);
	check->mode = RCN_CHECK_REPORT;
	if (!valid) {
		if (code == RCN_CODE_NONE)
			code = check->captured ? check->code : RCN_CODE_COMBINATION;
		rcn_check_say(check, sub, code, position);
	}
	check->captured = false;
	return valid;
}

static bool check_limit(struct rcn_check *check, const struct rcn_rule *rule, bool holds,
			const struct rcn_position *position, const char *what,
			struct rcn_view limit)
{
	if (!holds)
		rcn_check_violation(check, rule, position, RCN_CODE_NUMBER_RANGE,
				    position->node->span, RCN_VIEW_NONE, "%s %.*s", what,
				    RCN_VIEW_ARGS(limit));
	return holds;
}

static bool check_number(struct rcn_check *check, const struct rcn_rule *rule,
			 const struct rcn_position *position)
{
	struct rcn_number number;
	bool valid = true;

	if (!rule->minimum && !rule->maximum && !rule->above && !rule->below && !rule->multiple)
		return true;
	if (!rcn_number_parse(position->node->text, &number))
		return true;
	if (rule->minimum)
		valid &= check_limit(check, rule, rcn_number_compare(&number, rule->minimum) >= 0,
				     position, "less than", rule->minimum_text);
	if (rule->maximum)
		valid &= check_limit(check, rule, rcn_number_compare(&number, rule->maximum) <= 0,
				     position, "more than", rule->maximum_text);
	if (rule->above)
		valid &= check_limit(check, rule, rcn_number_compare(&number, rule->above) > 0,
				     position, "not more than", rule->above_text);
	if (rule->below)
		valid &= check_limit(check, rule, rcn_number_compare(&number, rule->below) < 0,
				     position, "not less than", rule->below_text);
	if (rule->multiple)
		valid &= check_limit(check, rule, rcn_number_is_multiple(&number, rule->multiple),
				     position, "not a multiple of", rule->multiple_text);
	return valid;
}

/* Something, one @, something: who really has the address knows only the mail server. */
static bool looks_like_email(struct rcn_view text)
{
	const size_t at = rcn_view_find_last(text, '@');

	return at > 0 && at + 1 < text.len && rcn_view_find(text, ' ') == text.len;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static bool check_text(struct rcn_check *check, const struct rcn_rule *rule,
		       const struct rcn_position *position)
{
	const struct rcn_node *node = position->node;
	const struct rcn_view text = node->text;
	bool valid = true;

	if (rule->min_length > 0 || rule->max_length < text.len) {
		const size_t length = rcn_utf8_length(text);

		if (length > rule->max_length) {
			valid = false;
			rcn_check_violation(check, rule, position, RCN_CODE_TEXT_LENGTH, node->span,
					    RCN_VIEW_NONE,
					    "longer than %zu character%s (it has %zu)",
					    rule->max_length, plural(rule->max_length), length);
		} else if (length < rule->min_length && length == 0) {
			valid = false;
			rcn_check_violation(check, rule, position, RCN_CODE_TEXT_LENGTH, node->span,
					    RCN_VIEW_NONE, "the text is empty");
		} else if (length < rule->min_length) {
			valid = false;
			rcn_check_violation(check, rule, position, RCN_CODE_TEXT_LENGTH, node->span,
					    RCN_VIEW_NONE,
					    "shorter than %zu character%s (it has %zu)",
					    rule->min_length, plural(rule->min_length), length);
		}
	}
	if (goes_on(check, valid) && rule->pattern && !rcn_pattern_matches(rule->pattern, text)) {
		const struct rcn_view source = rcn_pattern_source(rule->pattern);

		valid = false;
		rcn_check_violation(check, rule, position, RCN_CODE_TEXT_PATTERN, node->span,
				    RCN_VIEW_NONE, "the text does not have the form `%.*s`",
				    RCN_VIEW_ARGS(source));
	}
	if (goes_on(check, valid) && rule->email && !looks_like_email(text)) {
		valid = false;
		rcn_check_violation(check, rule, position, RCN_CODE_TEXT_PATTERN, node->span,
				    RCN_VIEW_NONE, "not an email address");
	}
	return valid;
}

static void report_twin(struct rcn_check *check, const struct rcn_rule *rule,
			const struct rcn_position *position, size_t first, size_t second)
{
	const struct rcn_node *list = position->node;
	const struct rcn_node *twin = list->items[second];
	struct rcn_problem *problem;

	if (twin->kind == RCN_STRING)
		problem = rcn_check_violation(
			check, rule, position, RCN_CODE_COLLECTION_SIZE, twin->span, RCN_VIEW_NONE,
			"`%.*s` stands in the list twice", RCN_VIEW_ARGS(twin->text));
	else
		problem = rcn_check_violation(check, rule, position, RCN_CODE_COLLECTION_SIZE,
					      twin->span, RCN_VIEW_NONE,
					      "the same item stands in the list twice");
	if (problem && list->items[first]->span.file)
		rcn_problem_related(problem, list->items[first]->span, "it was first given here");
}

static bool check_unique_many(struct rcn_check *check, const struct rcn_rule *rule,
			      const struct rcn_position *position)
{
	const struct rcn_node *list = position->node;
	struct rcn_arena texts = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_ARENA);
	struct rcn_map seen = RCN_MAP;
	bool valid = true;

	for (size_t i = 0; i < list->count && goes_on(check, valid); i++) {
		struct rcn_view copy;
		void *previous;

		rcn_buffer_clear(&text);
		if (rcn_canonical_write(list->items[i], true, &text) != RCN_OK) {
			check->no_memory = true;
			break;
		}
		copy = rcn_arena_copy(&texts, rcn_buffer_get(&text));
		previous = rcn_view_is_none(copy) ? NULL : rcn_map_get(&seen, copy);
		if (previous) {
			valid = false;
			report_twin(check, rule, position, (uintptr_t)previous - 1, i);
		} else if (rcn_view_is_none(copy) ||
			   rcn_map_set(&seen, copy, (void *)(uintptr_t)(i + 1), NULL) != RCN_OK) {
			check->no_memory = true;
			break;
		}
	}
	rcn_map_free(&seen);
	rcn_arena_free(&texts);
	return valid;
}

static bool check_unique(struct rcn_check *check, const struct rcn_rule *rule,
			 const struct rcn_position *position)
{
	const struct rcn_node *list = position->node;
	bool valid = true;

	if (list->count > ITEMS_COMPARED_ONE_BY_ONE)
		return check_unique_many(check, rule, position);
	for (size_t i = 1; i < list->count && goes_on(check, valid); i++) {
		for (size_t j = 0; j < i; j++) {
			if (!rcn_node_equal(list->items[i], list->items[j]))
				continue;
			valid = false;
			report_twin(check, rule, position, j, i);
			break;
		}
	}
	return valid;
}

static bool check_count(struct rcn_check *check, const struct rcn_rule *rule,
			const struct rcn_position *position, size_t least, size_t most,
			const char *what)
{
	const size_t count = position->node->count;
	struct rcn_span span = position->node->span;

	if (count >= least && count <= most)
		return true;
	if (count < least && position->member)
		span = position->member->key_span;
	rcn_check_violation(check, rule, position, RCN_CODE_COLLECTION_SIZE, span, RCN_VIEW_NONE,
			    "%s %zu %s%s (it has %zu)", count < least ? "fewer than" : "more than",
			    count < least ? least : most, what,
			    plural(count < least ? least : most), count);
	return false;
}

static bool check_contains(struct rcn_check *check, const struct rcn_rule *rule,
			   const struct rcn_position *position)
{
	const struct rcn_node *list = position->node;

	for (size_t i = 0; i < list->count; i++) {
		const struct rcn_position item = { position, NULL, i, list->items[i], false };

		if (rcn_check_quietly(check, rule->contains, &item))
			return true;
	}
	if (check->mode == RCN_CHECK_REPORT && !rcn_view_is_none(rule->contains->message)) {
		check->captured = false;
		rcn_check_say(check, rule->contains, RCN_CODE_COMBINATION, position);
	} else {
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION, list->span,
				    RCN_VIEW_NONE, "an item that is needed is not in the list");
	}
	return false;
}

static bool check_list(struct rcn_check *check, const struct rcn_rule *rule,
		       const struct rcn_position *position)
{
	const struct rcn_node *list = position->node;
	bool valid = check_count(check, rule, position, rule->min_items, rule->max_items, "item");

	if (goes_on(check, valid) && rule->unique)
		valid &= check_unique(check, rule, position);
	if (goes_on(check, valid) && rule->contains)
		valid &= check_contains(check, rule, position);
	for (size_t i = 0; i < list->count && goes_on(check, valid); i++) {
		const struct rcn_position item = { position, NULL, i, list->items[i], false };
		const struct rcn_rule *sub = rule->items;

		if (rule->has_item_list)
			sub = i < rule->item_list.count ? rule->item_list.items[i]
							: rule->additional_items;
		if (sub)
			valid &= rcn_check_rule(check, sub, &item);
	}
	return valid;
}

static bool check_name(struct rcn_check *check, const struct rcn_rule *rule,
		       const struct rcn_member *member, const struct rcn_position *position)
{
	const struct rcn_node name = { .kind = RCN_STRING,
				       .span = member->key_span,
				       .text = member->key };
	const struct rcn_position key = { position, member, 0, &name, true };

	return rcn_check_rule(check, rule->names, &key);
}

static bool check_member(struct rcn_check *check, const struct rcn_rule *rule,
			 const struct rcn_member *member, const struct rcn_position *position)
{
	const struct rcn_position value = { position, member, 0, member->value, false };
	const struct rcn_rule *property = rcn_rule_property(rule, member->key);
	bool known = property != NULL, valid = true;

	if (rule->names)
		valid = check_name(check, rule, member, position);
	if (property)
		valid &= rcn_check_rule(check, property, &value);
	for (size_t i = 0; i < rule->pattern_count && goes_on(check, valid); i++) {
		if (!rcn_pattern_matches(rule->patterns[i].pattern, member->key))
			continue;
		known = true;
		valid &= rcn_check_rule(check, rule->patterns[i].rule, &value);
	}
	if (known || !rule->additional)
		return valid;
	if (!rule->additional->never)
		return rcn_check_rule(check, rule->additional, &value) && valid;
	rcn_check_report_unknown(check, rule, member, position);
	return false;
}

static bool check_dependency(struct rcn_check *check, const struct rcn_rule *rule,
			     const struct rcn_rule_dependency *dependency,
			     const struct rcn_position *position)
{
	const struct rcn_member *cause = rcn_node_member(position->node, dependency->key);
	bool valid = true;

	if (!cause)
		return true;
	if (dependency->rule)
		return check_speaking(check, dependency->rule, RCN_CODE_COMBINATION, position);
	for (size_t i = 0; i < dependency->count; i++) {
		if (rcn_node_member(position->node, dependency->required[i]))
			continue;
		valid = false;
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION, cause->key_span,
				    dependency->required[i],
				    "`%.*s` is missing; `%.*s` is not allowed without it",
				    RCN_VIEW_ARGS(dependency->required[i]),
				    RCN_VIEW_ARGS(dependency->key));
	}
	return valid;
}

static bool check_mapping(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_position *position)
{
	const struct rcn_node *mapping = position->node;
	bool valid = true;

	for (size_t i = 0; i < rule->required_count && goes_on(check, valid); i++) {
		if (rcn_node_member(mapping, rule->required[i]))
			continue;
		valid = false;
		rcn_check_report_missing(check, rule, rule->required[i], position);
	}
	if (goes_on(check, valid))
		valid &= check_count(check, rule, position, rule->min_properties,
				     rule->max_properties, "field");
	if (rule->property_count > 0 || rule->pattern_count > 0 || rule->additional || rule->names)
		for (size_t i = 0; i < mapping->count && goes_on(check, valid); i++)
			valid &= check_member(check, rule, &mapping->members[i], position);
	for (size_t i = 0; i < rule->dependency_count && goes_on(check, valid); i++)
		valid &= check_dependency(check, rule, &rule->dependencies[i], position);
	return valid;
}

static bool is_value_allowed(const struct rcn_rule *rule, const struct rcn_node *node)
{
	size_t low = 0, high = rule->value_text_count;

	if (node->kind != RCN_STRING) {
		for (size_t i = 0; i < rule->value_count; i++)
			if (rcn_node_equal(rule->values[i], node))
				return true;
		return false;
	}
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order =
			rcn_view_compare(rcn_view_of(rule->value_texts[middle]), node->text);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static size_t count_fitting(struct rcn_check *check, const struct rcn_rule_list *list,
			    size_t enough, const struct rcn_position *position)
{
	size_t fitting = 0;

	for (size_t i = 0; i < list->count && fitting < enough; i++)
		fitting += rcn_check_quietly(check, list->items[i], position);
	return fitting;
}

static bool check_combinations(struct rcn_check *check, const struct rcn_rule *rule,
			       const struct rcn_position *position)
{
	bool valid = true;

	for (size_t i = 0; i < rule->all.count && goes_on(check, valid); i++)
		valid &= check_speaking(check, rule->all.items[i], RCN_CODE_NONE, position);
	if (goes_on(check, valid) && rule->any.count > 0 &&
	    count_fitting(check, &rule->any, 1, position) == 0) {
		valid = false;
		rcn_check_report_any(check, rule, &rule->any, position);
	}
	if (goes_on(check, valid) && rule->one.count > 0) {
		const size_t fitting = count_fitting(check, &rule->one, 2, position);

		valid &= fitting == 1;
		if (fitting == 0)
			rcn_check_report_any(check, rule, &rule->one, position);
		else if (fitting > 1)
			rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
					    rcn_check_key_span(position), RCN_VIEW_NONE,
					    "it has several forms of which only one is allowed");
	}
	if (goes_on(check, valid) && rule->negated &&
	    rcn_check_quietly(check, rule->negated, position)) {
		valid = false;
		rcn_check_report_not(check, rule, position);
	}
	if (goes_on(check, valid) && rule->condition && (rule->then || rule->otherwise)) {
		const struct rcn_rule *sub = rcn_check_quietly(check, rule->condition, position)
						     ? rule->then
						     : rule->otherwise;

		if (sub)
			valid &= check_speaking(check, sub, RCN_CODE_COMBINATION, position);
	}
	return valid;
}

static bool check_never(struct rcn_check *check, const struct rcn_rule *rule,
			const struct rcn_position *position)
{
	if (position->member)
		rcn_check_violation(check, rule, position, RCN_CODE_UNKNOWN_FIELD,
				    position->member->key_span, RCN_VIEW_NONE,
				    "`%.*s` is not allowed here",
				    RCN_VIEW_ARGS(position->member->key));
	else
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
				    position->node->span, RCN_VIEW_NONE, "nothing is allowed here");
	return false;
}

static bool check_values(struct rcn_check *check, const struct rcn_rule *rule,
			 const struct rcn_position *position)
{
	const struct rcn_node *node = position->node;

	if ((rule->value_texts && !is_value_allowed(rule, node)) ||
	    (rule->constant && !rcn_node_equal(rule->constant, node))) {
		rcn_check_report_value(check, rule, position);
		return false;
	}
	return true;
}

bool rcn_check_rule(struct rcn_check *check, const struct rcn_rule *rule,
		    const struct rcn_position *position)
{
	const unsigned type = rcn_rule_type_of(position->node);
	bool valid;

	if (rule->same)
		return check_speaking(check, rule->same, RCN_CODE_NONE, position);
	if (rule->never)
		return check_never(check, rule, position);
	/* What has the wrong kind would only fail everything else too. */
	if (!(rule->types & type)) {
		rcn_check_report_type(check, rule, rule->types, position);
		return false;
	}
	valid = check_values(check, rule, position);
	if (!goes_on(check, valid))
		return false;
	if (type & RCN_TYPE_NUMBER)
		valid &= check_number(check, rule, position);
	else if (type == RCN_TYPE_STRING)
		valid &= check_text(check, rule, position);
	else if (type == RCN_TYPE_LIST)
		valid &= check_list(check, rule, position);
	else if (type == RCN_TYPE_MAPPING)
		valid &= check_mapping(check, rule, position);
	if (goes_on(check, valid))
		valid &= check_combinations(check, rule, position);
	return valid;
}

enum rcn_status rcn_schema_check(const struct rcn_schema *schema, const struct rcn_node *node,
				 struct rcn_view key, struct rcn_diag *diag)
{
	const struct rcn_position root = { .node = node };
	struct rcn_check check = {
		.mode = diag ? RCN_CHECK_REPORT : RCN_CHECK_SILENT,
		.key = key,
		.diag = diag,
		.arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA),
	};
	const bool valid = rcn_check_rule(&check, schema->rule, &root);

	rcn_arena_free(&check.arena);
	if (check.no_memory)
		return diag ? rcn_diag_no_memory(diag) : RCN_ERROR_MEMORY;
	return valid ? RCN_OK : RCN_ERROR_INVALID;
}
