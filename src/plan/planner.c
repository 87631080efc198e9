#include "plan/plan.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "data/json.h"
#include "plan/decide.h"

struct rcn_planner {
	struct rcn_plan *plan;
	size_t action_capacity, touch_capacity;
	bool prune;
	struct rcn_arena scratch; /* for one customer at a time */
};

/* What differs between a record and its manifest. Everything lives in the scratch. */
struct comparison {
	bool is_same;
	struct rcn_change *changes;
	size_t count;
};

enum rcn_status rcn_planner_new(const struct rcn_plan_options *options,
				struct rcn_planner **planner)
{
	struct rcn_planner *result = calloc(1, sizeof(*result));
	struct rcn_plan *plan = calloc(1, sizeof(*plan));

	if (!result || !plan) {
		free(result);
		free(plan);
		return RCN_ERROR_MEMORY;
	}
	plan->arena = RCN_ARENA(RCN_LIMIT_PLAN_BYTES);
	plan->commit = rcn_arena_copy(&plan->arena, options->commit);
	plan->ref = rcn_arena_copy(&plan->arena, options->ref);
	plan->folder = rcn_arena_copy(&plan->arena, options->folder);
	result->plan = plan;
	result->prune = options->prune;
	result->scratch = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	if (rcn_arena_status(&plan->arena) != RCN_OK) {
		enum rcn_status status = rcn_arena_status(&plan->arena);

		rcn_planner_free(result);
		return status;
	}
	*planner = result;
	return RCN_OK;
}

void rcn_planner_free(struct rcn_planner *planner)
{
	if (!planner)
		return;
	rcn_plan_free(planner->plan);
	rcn_arena_free(&planner->scratch);
	free(planner);
}

/* Bodies in the state were written by us: one that can't be read is as good as none. */
static const struct rcn_node *read_body(struct rcn_arena *arena, struct rcn_view body)
{
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	if (rcn_view_is_none(body) || rcn_json_read(body, arena, &node, &reason, &offset) != RCN_OK)
		return NULL;
	return node;
}

static struct rcn_view quote(struct rcn_arena *arena, struct rcn_view text)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
	struct rcn_json json;

	if (rcn_view_is_none(text))
		return text;
	rcn_json_begin(&json, &out, 0);
	rcn_json_string(&json, text);
	return rcn_arena_copy(arena, rcn_buffer_get(&out));
}

static enum rcn_status add_change(struct rcn_planner *planner, struct comparison *comparison,
				  const struct rcn_change *change)
{
	struct rcn_change *changes =
		RCN_ARENA_ARRAY(&planner->scratch, comparison->count + 1, struct rcn_change);

	if (!changes)
		return rcn_arena_status(&planner->scratch);
	if (comparison->count > 0)
		memcpy(changes, comparison->changes, comparison->count * sizeof(*changes));
	changes[comparison->count++] = *change;
	comparison->changes = changes;
	return RCN_OK;
}

/* The sub-partner is no part of the body, and can't be changed either. */
static enum rcn_status add_sub_partner(struct rcn_planner *planner,
				       const struct rcn_customer *customer,
				       const struct rcn_record *record,
				       struct comparison *comparison)
{
	struct rcn_change change = {
		.type = rcn_view_is_none(record->sub_partner)     ? RCN_CHANGE_ADDED
			: rcn_view_is_none(customer->sub_partner) ? RCN_CHANGE_REMOVED
								  : RCN_CHANGE_CHANGED,
		.immutable = true,
		.pointer = RCN_VIEW("/x-reconcile/subPartnerOrgId"),
		.old_value = quote(&planner->scratch, record->sub_partner),
		.new_value = quote(&planner->scratch, customer->sub_partner),
	};

	if (!rcn_view_is_none(customer->sub_partner)) {
		change.place = rcn_span_place(customer->span);
		change.place.path = customer->path;
	}
	return add_change(planner, comparison, &change);
}

/* The body that was accepted has the customer's key already, and only the record is still under
 * the old one: it has to move, or it would be taken for another customer's some day. */
static enum rcn_status add_key(struct rcn_planner *planner, const struct rcn_customer *customer,
			       const struct rcn_record *record, struct comparison *comparison)
{
	struct rcn_change change = {
		.type = RCN_CHANGE_CHANGED,
		.pointer = RCN_VIEW("/externalId"),
		.old_value = quote(&planner->scratch, record->key),
		.new_value = quote(&planner->scratch, customer->key),
		.place = rcn_span_place(customer->span),
	};

	change.place.path = customer->path;
	comparison->is_same = false;
	return add_change(planner, comparison, &change);
}

static enum rcn_status compare(struct rcn_planner *planner, const struct rcn_customer *customer,
			       const struct rcn_record *record, struct comparison *comparison)
{
	bool same_partner = rcn_view_equal(customer->sub_partner, record->sub_partner);
	const struct rcn_node *old_body;
	enum rcn_status status = RCN_OK;

	*comparison = (struct comparison){ .is_same = true };
	if (rcn_digest_equal(&customer->digest, &record->digest) ||
	    (same_partner && rcn_view_equal(customer->canonical, record->body)))
		return RCN_OK;
	if (rcn_view_is_none(record->body)) {
		comparison->is_same = false;
		return RCN_OK;
	}
	old_body = read_body(&planner->scratch, record->body);
	if (rcn_arena_status(&planner->scratch) != RCN_OK)
		return rcn_arena_status(&planner->scratch);
	status = rcn_diff(&planner->scratch, old_body, customer->body, &comparison->changes,
			  &comparison->count);
	if (status == RCN_OK && !same_partner)
		status = add_sub_partner(planner, customer, record, comparison);
	comparison->is_same = comparison->count == 0;
	return status;
}

static enum rcn_status add_touch(struct rcn_planner *planner, const struct rcn_customer *customer)
{
	struct rcn_plan *plan = planner->plan;
	struct rcn_touch touch = { .protect = customer->protect };

	if (!rcn_array_reserve((void **)&plan->touches, &planner->touch_capacity,
			       plan->touch_count + 1, sizeof(touch)))
		return RCN_ERROR_MEMORY;
	touch.key = rcn_arena_copy(&plan->arena, customer->key);
	touch.path = rcn_arena_copy(&plan->arena, customer->path);
	if (rcn_arena_status(&plan->arena) != RCN_OK)
		return rcn_arena_status(&plan->arena);
	plan->touches[plan->touch_count++] = touch;
	return RCN_OK;
}

/* From the scratch into the plan. */
static struct rcn_change *keep_changes(struct rcn_plan *plan, const struct rcn_action *action,
				       const struct comparison *comparison)
{
	struct rcn_change *changes =
		RCN_ARENA_ARRAY(&plan->arena, comparison->count, struct rcn_change);

	for (size_t i = 0; changes && i < comparison->count; i++) {
		struct rcn_change change = comparison->changes[i];

		change.pointer = rcn_arena_copy(&plan->arena, change.pointer);
		change.old_value = rcn_arena_copy(&plan->arena, change.old_value);
		change.new_value = rcn_arena_copy(&plan->arena, change.new_value);
		if (!rcn_view_is_none(change.place.path) &&
		    rcn_view_equal(change.place.path, action->place.path))
			change.place.path = action->place.path;
		else
			change.place.path = rcn_arena_copy(&plan->arena, change.place.path);
		changes[i] = change;
	}
	return changes;
}

static void fill_body(struct rcn_plan *plan, struct rcn_action *action, enum rcn_body_source source,
		      const struct rcn_customer *customer)
{
	const struct rcn_record *record = &action->record;

	/* An intent without a body (of a delete, or damaged) leaves the manifest's. */
	if (source == RCN_BODY_INTENT && rcn_view_is_none(record->intent_body) && customer)
		source = RCN_BODY_MANIFEST;
	if (source == RCN_BODY_RECORD && rcn_view_is_none(record->body) && customer)
		source = RCN_BODY_MANIFEST;
	switch (source) {
	case RCN_BODY_NONE:
		return;
	case RCN_BODY_MANIFEST:
		action->body = rcn_arena_copy(&plan->arena, customer->canonical);
		action->digest = customer->digest;
		action->sub_partner = rcn_arena_copy(&plan->arena, customer->sub_partner);
		return;
	case RCN_BODY_INTENT:
		action->body = record->intent_body;
		action->digest = record->intent_digest;
		break;
	case RCN_BODY_RECORD:
		action->body = record->body;
		action->digest = record->digest;
		break;
	}
	action->sub_partner = record->sub_partner;
}

static enum rcn_status add_action(struct rcn_planner *planner, const struct rcn_decision *decision,
				  const struct rcn_customer *customer,
				  const struct rcn_record *record,
				  const struct comparison *comparison)
{
	struct rcn_plan *plan = planner->plan;
	struct rcn_action action = { .type = decision->type };
	const struct rcn_node *body;
	enum rcn_status status;

	if (!rcn_array_reserve((void **)&plan->actions, &planner->action_capacity, plan->count + 1,
			       sizeof(action)))
		return RCN_ERROR_MEMORY;
	if (record) {
		status = rcn_record_copy(&plan->arena, record, &action.record);
		if (status != RCN_OK)
			return status;
		action.has_record = true;
		action.protect = record->protect;
		action.place.path = action.record.path;
	}
	action.key = !customer || decision->by_record ? action.record.key
						      : rcn_arena_copy(&plan->arena, customer->key);
	if (customer) {
		action.protect = customer->protect;
		action.place.path = rcn_arena_copy(&plan->arena, customer->path);
		action.place.line = customer->span.line;
		action.place.column = customer->span.column;
		body = customer->body;
	} else {
		body = read_body(&planner->scratch, record->body);
	}
	action.name = rcn_arena_copy(
		&plan->arena,
		rcn_node_string(rcn_node_get(rcn_node_get(body, RCN_VIEW("customerInfo")),
					     RCN_VIEW("name"))));
	action.reason = rcn_arena_copy(&plan->arena, decision->reason);
	action.advice = rcn_arena_copy(&plan->arena, decision->advice);
	fill_body(plan, &action, decision->body, customer);
	/* Found out about, and not sent again: then there is nothing to send in the record either.
	 */
	if (action.type == RCN_ACTION_RESUME && decision->body == RCN_BODY_NONE) {
		action.record.intent_body = RCN_VIEW_NONE;
		action.record.intent_digest = (struct rcn_digest){ { 0 } };
	}
	if (decision->body == RCN_BODY_MANIFEST && comparison->count > 0) {
		action.changes = keep_changes(plan, &action, comparison);
		action.change_count = comparison->count;
	}
	if (rcn_arena_status(&plan->arena) != RCN_OK)
		return rcn_arena_status(&plan->arena);
	plan->actions[plan->count++] = action;
	plan->counts[action.type]++;
	plan->requests += decision->requests;
	return RCN_OK;
}

enum rcn_status rcn_planner_customer(struct rcn_planner *planner,
				     const struct rcn_customer *customer,
				     const struct rcn_record *record)
{
	struct rcn_plan *plan = planner->plan;
	struct comparison comparison = { .is_same = false };
	struct rcn_decision decision;
	enum rcn_status status = RCN_OK;

	if (record)
		status = compare(planner, customer, record, &comparison);
	if (record && status == RCN_OK && comparison.is_same &&
	    !rcn_view_equal(customer->key, record->key))
		status = add_key(planner, customer, record, &comparison);
	if (status == RCN_OK) {
		decision =
			rcn_decide_customer(&planner->scratch, customer, record, comparison.is_same,
					    comparison.changes, comparison.count);
		status = rcn_arena_status(&planner->scratch);
	}
	if (status == RCN_OK && decision.type != RCN_ACTION_UNCHANGED) {
		status = add_action(planner, &decision, customer, record, &comparison);
	} else if (status == RCN_OK) {
		plan->counts[RCN_ACTION_UNCHANGED]++;
		if (record->protect != customer->protect ||
		    !rcn_view_equal(record->path, customer->path))
			status = add_touch(planner, customer);
	}
	if (status == RCN_OK) {
		plan->customers++;
		plan->records += record != NULL;
	}
	rcn_arena_reset(&planner->scratch);
	return status;
}

enum rcn_status rcn_planner_conflict(struct rcn_planner *planner,
				     const struct rcn_customer *customer,
				     const struct rcn_record *record,
				     const struct rcn_record *previous)
{
	const struct comparison none = { .is_same = true };
	struct rcn_decision decision =
		rcn_decide_conflict(&planner->scratch, customer, record, previous);
	enum rcn_status status = rcn_arena_status(&planner->scratch);

	if (status == RCN_OK)
		status = add_action(planner, &decision, customer, record, &none);
	if (status == RCN_OK) {
		planner->plan->customers++;
		planner->plan->records += 2;
	}
	rcn_arena_reset(&planner->scratch);
	return status;
}

enum rcn_status rcn_planner_orphan(struct rcn_planner *planner, const struct rcn_record *record)
{
	const struct comparison none = { .is_same = true };
	struct rcn_decision decision;
	enum rcn_status status;

	decision = rcn_decide_orphan(&planner->scratch, record, planner->prune);
	status = rcn_arena_status(&planner->scratch);
	if (status == RCN_OK)
		status = add_action(planner, &decision, NULL, record, &none);
	if (status == RCN_OK)
		planner->plan->records++;
	rcn_arena_reset(&planner->scratch);
	return status;
}

static int order_actions(const void *a, const void *b)
{
	const struct rcn_action *first = a, *other = b;

	if (first->type != other->type)
		return first->type < other->type ? -1 : 1;
	return rcn_view_compare(first->key, other->key);
}

static int order_touches(const void *a, const void *b)
{
	const struct rcn_touch *first = a, *other = b;

	return rcn_view_compare(first->key, other->key);
}

enum rcn_status rcn_planner_finish(struct rcn_planner *planner, struct rcn_plan **plan)
{
	struct rcn_plan *result = planner->plan;
	enum rcn_status status;

	if (result->count > 0)
		qsort(result->actions, result->count, sizeof(*result->actions), order_actions);
	if (result->touch_count > 0)
		qsort(result->touches, result->touch_count, sizeof(*result->touches),
		      order_touches);
	status = rcn_plan_digest(result, &result->digest);
	if (status != RCN_OK)
		return status;
	planner->plan = NULL;
	*plan = result;
	return RCN_OK;
}
