#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/plain.h"
#include "data/schema_check.h"

#define VALUES_SHOWN 8

struct rcn_span rcn_check_key_span(const struct rcn_position *position)
{
	if (position->member)
		return position->member->key_span;
	if (position->node->kind == RCN_MAPPING && position->node->count > 0)
		return position->node->members[0].key_span;
	return position->node->span;
}

static void write_token(struct rcn_buffer *out, struct rcn_view token)
{
	rcn_buffer_char(out, '/');
	for (size_t i = 0; i < token.len; i++) {
		if (token.ptr[i] == '~')
			rcn_buffer_text(out, "~0");
		else if (token.ptr[i] == '/')
			rcn_buffer_text(out, "~1");
		else
			rcn_buffer_char(out, token.ptr[i]);
	}
}

static void write_pointer(struct rcn_buffer *out, const struct rcn_position *position)
{
	if (!position->parent)
		return;
	write_pointer(out, position->parent);
	if (position->is_name)
		return;
	if (position->member)
		write_token(out, position->member->key);
	else
		rcn_buffer_format(out, "/%zu", position->index);
}

/* The field concerned, as "`address`" or "item 2 of `packages`"; nothing for the root. */
static void write_name(struct rcn_buffer *out, const struct rcn_position *position)
{
	if (!position->parent)
		return;
	if (position->member) {
		rcn_buffer_format(out, "`%.*s`", RCN_VIEW_ARGS(position->member->key));
		return;
	}
	rcn_buffer_format(out, "item %zu", position->index + 1);
	if (position->parent->parent) {
		rcn_buffer_text(out, " of ");
		write_name(out, position->parent);
	}
}

static void add_pointer(struct rcn_check *check, struct rcn_problem *problem,
			const struct rcn_position *position, struct rcn_view field)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer pointer = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);

	write_pointer(&pointer, position);
	if (!rcn_view_is_none(field))
		write_token(&pointer, field);
	if (rcn_buffer_status(&pointer) == RCN_ERROR_MEMORY)
		check->no_memory = true;
	else
		rcn_problem_pointer(problem, rcn_buffer_get(&pointer));
	if (!rcn_view_is_none(check->key))
		rcn_problem_key(problem, check->key);
}

static void capture(struct rcn_check *check, enum rcn_code code, struct rcn_span span,
		    const struct rcn_position *position, struct rcn_view field)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer pointer = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);

	if (check->captured)
		return;
	check->captured = true;
	check->code = code;
	check->span = span;
	write_pointer(&pointer, position);
	if (!rcn_view_is_none(field))
		write_token(&pointer, field);
	check->pointer = rcn_arena_copy(&check->arena, rcn_buffer_get(&pointer));
	if (rcn_view_is_none(check->pointer))
		check->no_memory = true;
}

/* What is told of a kind of value or of a field can't be said better by an x-message. */
static bool takes_message(enum rcn_code code)
{
	return code != RCN_CODE_WRONG_TYPE && code != RCN_CODE_UNKNOWN_FIELD &&
	       code != RCN_CODE_MISSING_FIELD;
}

struct rcn_problem *rcn_check_violation(struct rcn_check *check, const struct rcn_rule *rule,
					const struct rcn_position *position, enum rcn_code code,
					struct rcn_span span, struct rcn_view field,
					const char *format, ...)
{
	struct rcn_problem *problem;
	char message[RCN_LIMIT_EXCERPT_BYTES];
	va_list arguments;

	if (check->mode == RCN_CHECK_SILENT)
		return NULL;
	if (check->mode == RCN_CHECK_CAPTURE) {
		capture(check, code, span, position, field);
		return NULL;
	}
	if (takes_message(code) && !rcn_view_is_none(rule->message)) {
		if (check->said_rule == rule && check->said_node == position->node)
			return NULL;
		check->said_rule = rule;
		check->said_node = position->node;
		problem = rcn_diag_error(check->diag, code, span, "%.*s",
					 RCN_VIEW_ARGS(rule->message));
	} else {
		va_start(arguments, format);
		vsnprintf(message, sizeof(message), format, arguments);
		va_end(arguments);
		problem = rcn_diag_error(check->diag, code, span, "%s", message);
	}
	add_pointer(check, problem, position, field);
	if (!rcn_view_is_none(rule->hint))
		rcn_problem_hint(problem, "%.*s", RCN_VIEW_ARGS(rule->hint));
	return problem;
}

void rcn_check_say(struct rcn_check *check, const struct rcn_rule *sub, enum rcn_code code,
		   const struct rcn_position *position)
{
	const struct rcn_span span = check->captured ? check->span : rcn_check_key_span(position);
	struct rcn_problem *problem;

	if (check->mode != RCN_CHECK_REPORT)
		return;
	problem = rcn_diag_error(check->diag, code, span, "%.*s", RCN_VIEW_ARGS(sub->message));
	if (check->captured) {
		rcn_problem_pointer(problem, check->pointer);
		if (!rcn_view_is_none(check->key))
			rcn_problem_key(problem, check->key);
	} else {
		add_pointer(check, problem, position, RCN_VIEW_NONE);
	}
	if (!rcn_view_is_none(sub->hint))
		rcn_problem_hint(problem, "%.*s", RCN_VIEW_ARGS(sub->hint));
}

/* "text, a list or nothing" */
static void write_types(struct rcn_buffer *out, unsigned types)
{
	static const struct {
		unsigned types;
		const char *name;
	} names[] = {
		{ RCN_TYPE_STRING, "text" },
		{ RCN_TYPE_NUMBER, "a number" },
		{ RCN_TYPE_INTEGER, "a whole number" },
		{ RCN_TYPE_BOOLEAN, "true or false" },
		{ RCN_TYPE_LIST, "a list" },
		{ RCN_TYPE_MAPPING, "a mapping" },
		{ RCN_TYPE_NULL, "nothing" },
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((types & names[i].types) != names[i].types)
			continue;
		types &= ~names[i].types;
		if (!first)
			rcn_buffer_text(out, types ? ", " : " or ");
		rcn_buffer_text(out, names[i].name);
		first = false;
	}
}

static const char *hint_for_type(unsigned expected, const struct rcn_node *node)
{
	const char *elsewhere = node->kind == RCN_STRING ? rcn_plain_elsewhere(node->text) : NULL;

	if (node->kind == RCN_NULL)
		return "give it a value, or remove it";
	if (elsewhere && (expected & RCN_TYPE_BOOLEAN) && strcmp(elsewhere, "a boolean") == 0)
		return "write `true` or `false`, without quotes";
	if (elsewhere && (expected & RCN_TYPE_NUMBER) && strcmp(elsewhere, "a number") == 0)
		return "write it in plain decimal digits, without quotes";
	if ((expected & RCN_TYPE_STRING) && node->kind <= RCN_NUMBER)
		return "quote it";
	if ((expected & RCN_TYPE_LIST) && node->kind <= RCN_PLAIN)
		return "write a list, also for one value: `[value]`";
	return NULL;
}

void rcn_check_report_type(struct rcn_check *check, const struct rcn_rule *rule, unsigned expected,
			   const struct rcn_position *position)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer types = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	struct rcn_problem *problem;
	const char *hint = hint_for_type(expected, position->node);
	struct rcn_span span = position->node->span;

	if (check->mode == RCN_CHECK_REPORT)
		write_types(&types, expected);
	/* What is empty has no place that a caret could show. */
	if (position->node->kind == RCN_NULL && position->node->text.len == 0 && position->member)
		span = position->member->key_span;
	problem = rcn_check_violation(check, rule, position, RCN_CODE_WRONG_TYPE, span,
				      RCN_VIEW_NONE, "expected %.*s, found %s",
				      RCN_VIEW_ARGS(rcn_buffer_get(&types)),
				      rcn_kind_name(position->node->kind));
	if (hint && rcn_view_is_none(rule->hint))
		rcn_problem_hint(problem, "%s", hint);
}

static void write_value(struct rcn_buffer *out, const struct rcn_node *node)
{
	if (node->kind == RCN_LIST || node->kind == RCN_MAPPING || node->kind == RCN_NULL) {
		rcn_buffer_text(out, rcn_kind_name(node->kind));
		return;
	}
	rcn_buffer_char(out, '`');
	rcn_buffer_append(out, node->text.ptr, node->text.len > 200 ? 200 : node->text.len);
	rcn_buffer_char(out, '`');
}

void rcn_check_report_value(struct rcn_check *check, const struct rcn_rule *rule,
			    const struct rcn_position *position)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	const bool constant = rule->value_count == 0 && rule->constant;
	const size_t count = constant ? 1 : rule->value_count;
	struct rcn_problem *problem;
	const char *guess;

	if (check->mode == RCN_CHECK_REPORT) {
		write_value(&text, position->node);
		rcn_buffer_text(&text, count == 1 ? " is not " : " is not one of ");
		for (size_t i = 0; i < count && i < VALUES_SHOWN; i++) {
			if (i > 0)
				rcn_buffer_text(&text, ", ");
			write_value(&text, constant ? rule->constant : rule->values[i]);
		}
		if (count > VALUES_SHOWN)
			rcn_buffer_format(&text, " and %zu more", count - VALUES_SHOWN);
	}
	problem = rcn_check_violation(check, rule, position, RCN_CODE_VALUE_NOT_ALLOWED,
				      position->node->span, RCN_VIEW_NONE, "%.*s",
				      RCN_VIEW_ARGS(rcn_buffer_get(&text)));
	if (!problem || position->node->kind != RCN_STRING || !rcn_view_is_none(rule->hint))
		return;
	guess = rcn_text_suggest(position->node->text, rule->value_texts, rule->value_text_count);
	if (guess)
		rcn_problem_hint(problem, "did you mean `%s`?", guess);
}

void rcn_check_report_missing(struct rcn_check *check, const struct rcn_rule *rule,
			      struct rcn_view field, const struct rcn_position *position)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer name = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);

	if (check->mode == RCN_CHECK_REPORT && position->parent) {
		rcn_buffer_text(&name, " in ");
		write_name(&name, position);
	}
	rcn_check_violation(check, rule, position, RCN_CODE_MISSING_FIELD,
			    rcn_check_key_span(position), field, "`%.*s` is missing%.*s",
			    RCN_VIEW_ARGS(field), RCN_VIEW_ARGS(rcn_buffer_get(&name)));
}

void rcn_check_report_unknown(struct rcn_check *check, const struct rcn_rule *rule,
			      const struct rcn_member *member, const struct rcn_position *position)
{
	struct rcn_problem *problem = rcn_check_violation(
		check, rule, position, RCN_CODE_UNKNOWN_FIELD, member->key_span, member->key,
		"unknown field `%.*s`", RCN_VIEW_ARGS(member->key));
	const char *guess;

	if (!problem)
		return;
	guess = rcn_text_suggest(member->key, rule->property_names, rule->property_count);
	if (guess)
		rcn_problem_hint(problem, "did you mean `%s`?", guess);
}

/* Whether a rule does nothing but want fields. */
static bool only_requires(const struct rcn_rule *rule)
{
	return !rule->same && rule->source->kind == RCN_MAPPING && rule->required_count > 0 &&
	       rule->source->count == 1;
}

/* "one of these is needed: `customerInfo`, `orgId`"; false when the list is of another sort. */
static bool report_choice(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_rule_list *list, const struct rcn_position *position)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer names = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);

	for (size_t i = 0; i < list->count; i++) {
		const struct rcn_rule *sub = list->items[i];

		if (!only_requires(sub))
			return false;
		if (i > 0)
			rcn_buffer_text(&names, ", or ");
		for (size_t j = 0; j < sub->required_count; j++)
			rcn_buffer_format(&names, "%s`%.*s`", j > 0 ? " and " : "",
					  RCN_VIEW_ARGS(sub->required[j]));
	}
	rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
			    rcn_check_key_span(position), RCN_VIEW_NONE, "%.*s is needed",
			    RCN_VIEW_ARGS(rcn_buffer_get(&names)));
	return true;
}

void rcn_check_report_any(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_rule_list *list, const struct rcn_position *position)
{
	const unsigned type = rcn_rule_type_of(position->node);
	const struct rcn_rule *fitting = NULL, *speaking = NULL;
	unsigned fits = 0, expected = 0;

	if (check->mode != RCN_CHECK_REPORT || !rcn_view_is_none(rule->message)) {
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
				    position->node->span, RCN_VIEW_NONE, "%s", "");
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct rcn_rule *sub = list->items[i];

		expected |= sub->mask;
		if (sub->mask & type) {
			fitting = sub;
			fits++;
		}
		if (!rcn_view_is_none(sub->message) &&
		    (!speaking || (!(speaking->mask & type) && (sub->mask & type))))
			speaking = sub;
	}
	if (fits == 1 && rcn_view_is_none(fitting->message))
		rcn_check_rule(check, fitting, position);
	else if (speaking && (fits != 0 || !expected || speaking->mask == RCN_TYPE_ALL))
		rcn_check_say(check, fits == 1 ? fitting : speaking, RCN_CODE_COMBINATION,
			      position);
	else if (fits == 0 && expected != 0)
		rcn_check_report_type(check, rule, expected, position);
	else if (!report_choice(check, rule, list, position))
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
				    position->node->span, RCN_VIEW_NONE,
				    "it has none of the %zu forms that are allowed here",
				    list->count);
}

void rcn_check_report_not(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_position *position)
{
	const struct rcn_rule *sub = rule->negated;

	if (check->mode == RCN_CHECK_REPORT && !rcn_view_is_none(sub->message)) {
		check->captured = false;
		rcn_check_say(check, sub, RCN_CODE_COMBINATION, position);
	} else if (only_requires(sub) && sub->required_count == 1) {
		const struct rcn_member *member = rcn_node_member(position->node, sub->required[0]);

		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
				    member ? member->key_span : position->node->span,
				    sub->required[0], "`%.*s` is not allowed here",
				    RCN_VIEW_ARGS(sub->required[0]));
	} else {
		rcn_check_violation(check, rule, position, RCN_CODE_COMBINATION,
				    position->node->span, RCN_VIEW_NONE,
				    "it has a form that is not allowed here");
	}
}
