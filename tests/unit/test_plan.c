#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/json.h"
#include "data/schema.h"
#include "plan/plan.h"
#include "plan_situations.h"

static const struct rcn_file file = { RCN_VIEW("customers/k.yaml"), RCN_VIEW_NONE };

static struct rcn_digest digest_of(const char *body)
{
	struct rcn_digest digest = { { 0 } };

	if (body)
		assert_int_equal(rcn_digest_of(rcn_view_of(body), &digest), RCN_OK);
	return digest;
}

/* A customer of a canonical body, at line 3 of its manifest. */
static struct rcn_customer make_customer(struct rcn_arena *arena, const char *key, const char *body)
{
	struct rcn_customer customer = {
		.key = rcn_view_of(key),
		.path = file.path,
		.span = { &file, 3, 1, 0, 0 },
		.canonical = rcn_view_of(body),
		.digest = digest_of(body),
	};
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	assert_int_equal(rcn_json_read(customer.canonical, arena, &node, &reason, &offset), RCN_OK);
	customer.body = node;
	return customer;
}

static struct rcn_plan *finish(struct rcn_planner *planner)
{
	struct rcn_plan *plan = NULL;

	assert_int_equal(rcn_planner_finish(planner, &plan), RCN_OK);
	rcn_planner_free(planner);
	return plan;
}

static struct rcn_planner *begin(bool prune)
{
	const struct rcn_plan_options options = {
		.commit = RCN_VIEW("c0ffee"),
		.ref = RCN_VIEW("main"),
		.folder = RCN_VIEW("customers"),
		.prune = prune,
	};
	struct rcn_planner *planner = NULL;

	assert_int_equal(rcn_planner_new(&options, &planner), RCN_OK);
	return planner;
}

static bool holds(struct rcn_view text, const char *part)
{
	return memmem(text.ptr ? text.ptr : "", text.len, part, strlen(part)) != NULL;
}

static struct rcn_record make_record(const struct situation *situation)
{
	return (struct rcn_record){
		.key = RCN_VIEW("k"),
		.path = file.path,
		.url = rcn_view_of(situation->url),
		.status = rcn_view_of(situation->status),
		.body = rcn_view_of(situation->applied),
		.digest = digest_of(situation->applied),
		.protect = situation->protect,
		.refused_digest = digest_of(situation->refused),
		.error = rcn_view_of(situation->error),
		.intent = situation->intent,
		.intent_body = rcn_view_of(situation->intent_body),
		.intent_digest = digest_of(situation->intent_body),
	};
}

static void check_action(const struct situation *situation, const struct rcn_plan *plan)
{
	const struct rcn_action *action = plan->actions;

	if (plan->counts[situation->type] != 1 || plan->requests != situation->requests)
		fail_msg("%s: %s, %zu requests", situation->what,
			 plan->count ? rcn_action_name(action->type) : "unchanged", plan->requests);
	if (situation->type == RCN_ACTION_UNCHANGED) {
		assert_int_equal(plan->count, 0);
		return;
	}
	assert_int_equal(plan->count, 1);
	assert_true(rcn_view_is(action->key, "k"));
	assert_true(rcn_view_is(action->place.path, "customers/k.yaml"));
	assert_int_equal(action->has_record, !situation->no_record);
	if (rcn_view_is_none(action->reason) != (situation->reason == NULL) ||
	    (situation->reason && !holds(action->reason, situation->reason)))
		fail_msg("%s: reason is \"%.*s\"", situation->what, RCN_VIEW_ARGS(action->reason));
	if (!rcn_view_equal(action->body, rcn_view_of(situation->body)) ||
	    rcn_view_is_none(action->body) != (situation->body == NULL))
		fail_msg("%s: body is %.*s", situation->what, RCN_VIEW_ARGS(action->body));
	if (situation->body) {
		struct rcn_digest digest = digest_of(situation->body);

		assert_true(rcn_digest_equal(&digest, &action->digest));
	}
	if (action->change_count != situation->changes)
		fail_msg("%s: %zu changes", situation->what, action->change_count);
	/* What must not be sent again must not be found in the record either. */
	if (situation->type == RCN_ACTION_RESUME && !situation->body)
		assert_true(rcn_view_is_none(action->record.intent_body));
}

static void each_situation_has_its_action(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
		const struct situation *situation = &situations[i];
		struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
		struct rcn_planner *planner = begin(situation->prune);
		struct rcn_record record = make_record(situation);
		struct rcn_plan *plan;

		if (situation->manifest) {
			struct rcn_customer customer =
				make_customer(&arena, "k", situation->manifest);

			customer.protect = situation->protect;
			assert_int_equal(
				rcn_planner_customer(planner, &customer,
						     situation->no_record ? NULL : &record),
				RCN_OK);
		} else {
			assert_int_equal(rcn_planner_orphan(planner, &record), RCN_OK);
		}
		rcn_arena_free(&arena);
		plan = finish(planner);
		check_action(situation, plan);
		assert_int_equal(plan->customers, situation->manifest != NULL);
		assert_int_equal(plan->records, !situation->no_record);
		rcn_plan_free(plan);
	}
}

static struct rcn_record settled_record(const char *key, const char *body)
{
	return (struct rcn_record){
		.key = rcn_view_of(key),
		.path = file.path,
		.url = RCN_VIEW(URL),
		.status = RCN_VIEW("provisioned"),
		.body = rcn_view_of(body),
		.digest = digest_of(body),
	};
}

static void a_new_key_is_an_update_with_the_old_record(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer =
		make_customer(&arena, "new", "{\"externalId\":\"new\",\"packages\":[\"a\"]}");
	struct rcn_record record =
		settled_record("old", "{\"externalId\":\"old\",\"packages\":[\"a\"]}");
	struct rcn_plan *plan;

	(void)state;
	customer.previous_external_id = RCN_VIEW("old");
	for (int busy = 0; busy < 2; busy++) {
		struct rcn_planner *planner = begin(false);

		record.status = busy ? RCN_VIEW("updating") : RCN_VIEW("provisioned");
		assert_int_equal(rcn_planner_customer(planner, &customer, &record), RCN_OK);
		plan = finish(planner);
		assert_int_equal(plan->count, 1);
		assert_int_equal(plan->actions[0].type,
				 busy ? RCN_ACTION_RESUME : RCN_ACTION_UPDATE);
		assert_true(rcn_view_is(plan->actions[0].key, busy ? "old" : "new"));
		assert_true(rcn_view_is(plan->actions[0].record.key, "old"));
		if (!busy) {
			assert_true(holds(plan->actions[0].reason, "`old`"));
			assert_int_equal(plan->actions[0].change_count, 1);
			assert_true(
				rcn_view_is(plan->actions[0].changes[0].pointer, "/externalId"));
		}
		rcn_plan_free(plan);
	}
	rcn_arena_free(&arena);
}

static void a_record_left_under_the_old_key_is_never_unchanged(void **state)
{
	static const char body[] = "{\"externalId\":\"new\",\"packages\":[\"a\"]}";
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer = make_customer(&arena, "new", body);
	struct rcn_record record = settled_record("old", body);
	struct rcn_planner *planner = begin(false);
	struct rcn_plan *plan;

	(void)state;
	customer.previous_external_id = RCN_VIEW("old");
	assert_int_equal(rcn_planner_customer(planner, &customer, &record), RCN_OK);
	plan = finish(planner);
	assert_int_equal(plan->counts[RCN_ACTION_UPDATE], 1);
	assert_true(rcn_view_is(plan->actions[0].key, "new"));
	assert_true(rcn_view_is(plan->actions[0].body, body));
	assert_true(holds(plan->actions[0].reason, "`old`"));
	assert_int_equal(plan->actions[0].change_count, 1);
	assert_true(rcn_view_is(plan->actions[0].changes[0].pointer, "/externalId"));
	assert_true(rcn_view_is(plan->actions[0].changes[0].old_value, "\"old\""));
	assert_true(rcn_view_is(plan->actions[0].changes[0].new_value, "\"new\""));
	assert_int_equal(plan->actions[0].changes[0].place.line, 3);
	rcn_plan_free(plan);
	rcn_arena_free(&arena);
}

/* What is being sent says whether the record moves with the answer. */
static void a_begun_update_goes_by_the_key_that_it_sends(void **state)
{
	static const struct {
		const char *intent_body, *key;
	} cases[] = {
		{ "{\"externalId\":\"new\",\"packages\":[\"a\"]}", "new" },
		{ "{\"externalId\":\"new\",\"packages\":[\"b\"]}", "new" },
		{ NULL, "new" },
		{ "{\"externalId\":\"old\",\"packages\":[\"b\"]}", "old" },
	};
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer = make_customer(&arena, "new", cases[0].intent_body);

	(void)state;
	customer.previous_external_id = RCN_VIEW("old");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_planner *planner = begin(false);
		struct rcn_record record =
			settled_record("old", "{\"externalId\":\"old\",\"packages\":[\"a\"]}");
		struct rcn_plan *plan;

		record.intent = RCN_INTENT_UPDATE;
		record.intent_body = rcn_view_of(cases[i].intent_body);
		record.intent_digest = digest_of(cases[i].intent_body);
		assert_int_equal(rcn_planner_customer(planner, &customer, &record), RCN_OK);
		plan = finish(planner);
		assert_int_equal(plan->counts[RCN_ACTION_RESUME], 1);
		assert_true(rcn_view_is(plan->actions[0].key, cases[i].key));
		assert_true(rcn_view_is(plan->actions[0].record.key, "old"));
		rcn_plan_free(plan);
	}
	rcn_arena_free(&arena);
}

static void two_customers_of_one_manifest_are_blocked(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer = make_customer(&arena, "k", BODY_B);
	struct rcn_record record = settled_record("k", BODY_A);
	struct rcn_record previous = settled_record("old", BODY_A);
	struct rcn_planner *planner = begin(true);
	struct rcn_plan *plan;

	(void)state;
	customer.previous_external_id = RCN_VIEW("old");
	previous.url = RCN_VIEW("https://webexapis.com/v1/wholesale/customers/2");
	assert_int_equal(rcn_planner_conflict(planner, &customer, &record, &previous), RCN_OK);
	plan = finish(planner);
	assert_int_equal(plan->count, 1);
	assert_int_equal(plan->actions[0].type, RCN_ACTION_BLOCKED);
	assert_true(rcn_view_is(plan->actions[0].key, "k"));
	assert_true(holds(plan->actions[0].reason, "`k` (" URL ")"));
	assert_true(holds(plan->actions[0].reason, "`old` (https://webexapis.com/v1/wholesale/"
						   "customers/2)"));
	assert_true(holds(plan->actions[0].advice, "state remove k"));
	assert_int_equal(plan->customers, 1);
	assert_int_equal(plan->records, 2);
	assert_int_equal(plan->requests, 0);
	rcn_plan_free(plan);
	rcn_arena_free(&arena);
}

static void another_sub_partner_is_blocked(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer = make_customer(&arena, "k", BODY_A);
	struct rcn_record record = settled_record("k", BODY_A);
	struct rcn_planner *planner = begin(false);
	struct rcn_plan *plan;

	(void)state;
	customer.sub_partner = RCN_VIEW("U3Vi=");
	assert_int_equal(
		rcn_customer_digest(customer.canonical, customer.sub_partner, &customer.digest),
		RCN_OK);
	assert_int_equal(rcn_planner_customer(planner, &customer, &record), RCN_OK);
	plan = finish(planner);
	assert_int_equal(plan->counts[RCN_ACTION_BLOCKED], 1);
	assert_int_equal(plan->actions[0].change_count, 1);
	assert_true(
		rcn_view_is(plan->actions[0].changes[0].pointer, "/x-reconcile/subPartnerOrgId"));
	assert_true(rcn_view_is(plan->actions[0].changes[0].new_value, "\"U3Vi=\""));
	assert_int_equal(plan->actions[0].changes[0].place.line, 3);
	assert_true(holds(plan->actions[0].advice, "state accept k"));
	rcn_plan_free(plan);
	rcn_arena_free(&arena);
}

static void an_unchanged_customer_that_moved_or_is_protected_is_touched(void **state)
{
	static const struct {
		bool protect;
		const char *path;
		size_t touches;
	} cases[] = { { false, "customers/k.yaml", 0 },
		      { true, "customers/k.yaml", 1 },
		      { false, "customers/old.yaml", 1 } };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_customer customer = make_customer(&arena, "k", BODY_A);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_planner *planner = begin(false);
		struct rcn_record record = settled_record("k", BODY_A);
		struct rcn_plan *plan;

		record.path = rcn_view_of(cases[i].path);
		customer.protect = cases[i].protect;
		assert_int_equal(rcn_planner_customer(planner, &customer, &record), RCN_OK);
		plan = finish(planner);
		assert_int_equal(plan->count, 0);
		assert_int_equal(plan->touch_count, cases[i].touches);
		if (plan->touch_count) {
			assert_true(rcn_view_is(plan->touches[0].key, "k"));
			assert_true(rcn_view_is(plan->touches[0].path, "customers/k.yaml"));
			assert_int_equal(plan->touches[0].protect, cases[i].protect);
		}
		rcn_plan_free(plan);
	}
	rcn_arena_free(&arena);
}

/* Some of everything, added in the order given. */
static struct rcn_plan *plan_many(const size_t *order, const char *commit, const char *ref)
{
	static const char *const bodies[] = {
		"{\"externalId\":\"a\",\"packages\":[\"p\"]}",
		"{\"externalId\":\"b\",\"packages\":[\"p\"]}",
		"{\"customerInfo\":{\"name\":\"C <b>\\n\\u001b\"},\"externalId\":\"c\"}",
		"{\"externalId\":\"d\",\"packages\":[\"q\",\"r\"]}",
	};
	static const char *const keys[] = { "a", "b", "c", "d" };
	const struct rcn_plan_options options = { .commit = rcn_view_of(commit),
						  .ref = rcn_view_of(ref),
						  .folder = RCN_VIEW("customers") };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_planner *planner = NULL;

	assert_int_equal(rcn_planner_new(&options, &planner), RCN_OK);
	for (size_t i = 0; i < 5; i++) {
		struct rcn_record record;
		struct rcn_customer customer;

		if (order[i] == 4) {
			record = settled_record("e", "{\"externalId\":\"e\"}");
			assert_int_equal(rcn_planner_orphan(planner, &record), RCN_OK);
			continue;
		}
		customer = make_customer(&arena, keys[order[i]], bodies[order[i]]);
		record = settled_record(keys[order[i]],
					"{\"externalId\":\"d\",\"packages\":[\"p\"]}");
		record.error = RCN_VIEW("no \"quotes\"");
		assert_int_equal(
			rcn_planner_customer(planner, &customer, order[i] == 3 ? &record : NULL),
			RCN_OK);
	}
	rcn_arena_free(&arena);
	return finish(planner);
}

static const size_t forwards[] = { 0, 1, 2, 3, 4 }, backwards[] = { 4, 3, 2, 1, 0 };

static void the_order_of_adding_means_nothing(void **state)
{
	struct rcn_plan *first = plan_many(forwards, "c1", "main");
	struct rcn_plan *second = plan_many(backwards, "c1", "main");
	struct rcn_buffer texts[2] = { RCN_BUFFER(65536), RCN_BUFFER(65536) };
	static const char *const expected[] = { "a", "b", "c", "d", "e" };

	(void)state;
	assert_int_equal(rcn_plan_canonical(first, &texts[0]), RCN_OK);
	assert_int_equal(rcn_plan_canonical(second, &texts[1]), RCN_OK);
	assert_string_equal(texts[0].ptr, texts[1].ptr);
	assert_true(rcn_digest_equal(&first->digest, &second->digest));
	assert_int_equal(first->count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(rcn_view_is(first->actions[i].key, expected[i]));
	assert_true(rcn_plan_has_changes(first));
	rcn_buffer_free(&texts[0]);
	rcn_buffer_free(&texts[1]);
	rcn_plan_free(first);
	rcn_plan_free(second);
}

static void the_digest_is_of_the_content_and_not_of_the_commit(void **state)
{
	static const size_t fewer[] = { 0, 1, 2, 4, 4 };
	struct rcn_plan *plan = plan_many(forwards, "c1", "main");
	struct rcn_plan *merged = plan_many(forwards, "c2", "refs/pull/1");
	struct rcn_plan *other = plan_many(fewer, "c1", "main");

	(void)state;
	assert_false(rcn_digest_is_zero(&plan->digest));
	assert_true(rcn_digest_equal(&plan->digest, &merged->digest));
	assert_false(rcn_digest_equal(&plan->digest, &other->digest));
	rcn_plan_free(plan);
	rcn_plan_free(merged);
	rcn_plan_free(other);
}

static void the_canonical_content_is_as_its_schema_says(void **state)
{
	struct rcn_plan *plan = plan_many(forwards, "c1", "main");
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_buffer text = RCN_BUFFER(65536);
	struct rcn_schema *schema = NULL;
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(rcn_plan_canonical(plan, &text), RCN_OK);
	assert_int_equal(rcn_json_read(rcn_buffer_get(&text), &arena, &node, &reason, &offset),
			 RCN_OK);
	assert_int_equal(rcn_schema_compile(rcn_embedded_schema("plan"), "plan", &schema, &diag),
			 RCN_OK);
	if (rcn_schema_check(schema, node, RCN_VIEW_NONE, &diag) != RCN_OK)
		fail_msg("%.*s", RCN_VIEW_ARGS(diag.problems[0]->message));
	assert_true(rcn_view_is(
		rcn_node_string(rcn_node_find(node, RCN_VIEW("/actions/0/body/externalId"))), "a"));
	assert_true(rcn_view_is(rcn_node_string(rcn_node_find(node, RCN_VIEW("/actions/2/name"))),
				"C <b>\n\x1b"));
	assert_true(rcn_view_is(
		rcn_node_string(rcn_node_find(node, RCN_VIEW("/actions/3/changes/1/new"))), "q"));
	assert_true(rcn_view_is(rcn_node_string(rcn_node_find(node, RCN_VIEW("/commit"))), "c1"));
	assert_null(rcn_node_find(node, RCN_VIEW("/ref")));
	rcn_schema_free(schema);
	rcn_buffer_free(&text);
	rcn_arena_free(&arena);
	rcn_diag_free(&diag);
	rcn_plan_free(plan);
}

static void an_empty_plan_has_no_changes_and_a_resume_is_none(void **state)
{
	struct rcn_plan *plan = finish(begin(false));
	struct rcn_planner *planner = begin(false);
	struct rcn_record record = settled_record("k", BODY_A);

	(void)state;
	assert_false(rcn_plan_has_changes(plan));
	assert_int_equal(plan->count, 0);
	assert_true(rcn_view_is(plan->commit, "c0ffee"));
	assert_true(rcn_view_is(plan->ref, "main"));
	rcn_plan_free(plan);
	record.status = RCN_VIEW("updating");
	assert_int_equal(rcn_planner_orphan(planner, &record), RCN_OK);
	plan = finish(planner);
	assert_false(rcn_plan_has_changes(plan));
	rcn_plan_free(plan);
	rcn_plan_free(NULL);
	rcn_planner_free(NULL);
	rcn_planner_free(begin(true));
}

static void each_action_has_a_name_and_a_sign(void **state)
{
	static const char signs[] = "-!+~^>? ";

	(void)state;
	for (int i = 0; i < RCN_ACTION_COUNT; i++) {
		assert_true(strlen(rcn_action_name((enum rcn_action_type)i)) > 0);
		assert_int_equal(rcn_action_sign((enum rcn_action_type)i), signs[i]);
	}
	assert_true(rcn_action_is_work(RCN_ACTION_DELETE));
	assert_true(rcn_action_is_work(RCN_ACTION_RESUME));
	assert_false(rcn_action_is_work(RCN_ACTION_BLOCKED));
	assert_false(rcn_action_is_work(RCN_ACTION_ORPHAN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_situation_has_its_action),
		cmocka_unit_test(a_new_key_is_an_update_with_the_old_record),
		cmocka_unit_test(a_record_left_under_the_old_key_is_never_unchanged),
		cmocka_unit_test(a_begun_update_goes_by_the_key_that_it_sends),
		cmocka_unit_test(two_customers_of_one_manifest_are_blocked),
		cmocka_unit_test(another_sub_partner_is_blocked),
		cmocka_unit_test(an_unchanged_customer_that_moved_or_is_protected_is_touched),
		cmocka_unit_test(the_order_of_adding_means_nothing),
		cmocka_unit_test(the_digest_is_of_the_content_and_not_of_the_commit),
		cmocka_unit_test(the_canonical_content_is_as_its_schema_says),
		cmocka_unit_test(an_empty_plan_has_no_changes_and_a_resume_is_none),
		cmocka_unit_test(each_action_has_a_name_and_a_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
