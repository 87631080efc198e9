/* What people and programs get to see of a plan and of what became of it: golden texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/schema.h"
#include "report/report.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define ZEROS  "0000000000000000000000000000000000000000000000000000000000000000"

static const struct rcn_look plain = { 0 };

static struct rcn_place at(const char *path, uint32_t line)
{
	return (struct rcn_place){ rcn_view_of(path), line, 1 };
}

static struct rcn_change changes[] = {
	{ .type = RCN_CHANGE_CHANGED,
	  .pointer = { "/address/city", 13 },
	  .old_value = { "\"Milpitas\"", 10 },
	  .new_value = { "\"San José\"", 11 },
	  .place = { { "customers/b.yaml", 16 }, 7, 9 } },
	{ .type = RCN_CHANGE_REMOVED,
	  .pointer = { "/packages", 9 },
	  .old_value = { "\"webex_calling\"", 15 } },
};

static struct rcn_change frozen[] = {
	{ .type = RCN_CHANGE_CHANGED,
	  .immutable = true,
	  .pointer = { "/provisioningId", 15 },
	  .old_value = { "\"a\"", 3 },
	  .new_value = { "\"b\"", 3 },
	  .place = { { "customers/c.yaml", 16 }, 2, 1 } },
};

static struct rcn_action actions[4];

static struct rcn_plan make_plan(void)
{
	struct rcn_plan plan = { .actions = actions, .count = 4, .requests = 5 };

	actions[0] = (struct rcn_action){ .type = RCN_ACTION_BLOCKED,
					  .key = RCN_VIEW("c-3"),
					  .place = at("customers/c.yaml", 1),
					  .reason = RCN_VIEW("provisioningId can't be changed"),
					  .advice = RCN_VIEW("take the change back"),
					  .changes = frozen,
					  .change_count = 1 };
	actions[1] = (struct rcn_action){ .type = RCN_ACTION_CREATE,
					  .key = RCN_VIEW("a-1"),
					  .name = RCN_VIEW("Evil\x1b[31m Ltd"),
					  .place = at("customers/a.yaml", 1) };
	actions[2] = (struct rcn_action){ .type = RCN_ACTION_CREATE,
					  .key = RCN_VIEW("a-longer-key"),
					  .name = RCN_VIEW("Bé"),
					  .place = at("customers/a.yaml", 9) };
	actions[3] = (struct rcn_action){ .type = RCN_ACTION_UPDATE,
					  .key = RCN_VIEW("b-2"),
					  .place = at("customers/b.yaml", 1),
					  .changes = changes,
					  .change_count = 2 };
	plan.counts[RCN_ACTION_BLOCKED] = 1;
	plan.counts[RCN_ACTION_CREATE] = 2;
	plan.counts[RCN_ACTION_UPDATE] = 1;
	plan.counts[RCN_ACTION_UNCHANGED] = 94;
	plan.commit = RCN_VIEW(COMMIT);
	plan.ref = RCN_VIEW("main");
	plan.folder = RCN_VIEW("customers");
	return plan;
}

static void assert_text(struct rcn_buffer *out, const char *expected)
{
	assert_int_equal(rcn_buffer_status(out), RCN_OK);
	assert_string_equal(rcn_buffer_get(out).ptr, expected);
	rcn_buffer_free(out);
}

static void a_plan_shows_totals_groups_fields_and_what_it_rests_on(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	rcn_report_plan_text(&out, &plan, &plain);
	assert_text(&out,
		    "Plan: 1 blocked, 2 to create, 1 to update, 94 unchanged\n"
		    "\n"
		    "Blocked\n"
		    "  ! c-3  customers/c.yaml:1\n"
		    "      provisioningId  \"a\" → \"b\"  customers/c.yaml:2  can't be changed\n"
		    "      provisioningId can't be changed\n"
		    "      help: take the change back\n"
		    "\n"
		    "Create\n"
		    "  + a-1           Evil\\x1b[31m Ltd  customers/a.yaml:1\n"
		    "  + a-longer-key  Bé                customers/a.yaml:9\n"
		    "\n"
		    "Update\n"
		    "  ~ b-2  customers/b.yaml:1\n"
		    "      address.city  \"Milpitas\" → \"San José\"  customers/b.yaml:7\n"
		    "      packages      - \"webex_calling\"\n"
		    "\n"
		    "Commit    0123456789ab (main), folder customers\n"
		    "Requests  at least 5, and those that ask for progress\n"
		    "Digest    " ZEROS "\n"
		    "\n"
		    "--verbose shows the fields of new customers, too.\n");
}

static void a_plan_without_actions_is_one_line(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	plan.count = 0;
	rcn_report_plan_text(&out, &plan, &plain);
	assert_text(&out, "Nothing to do: 94 customers are unchanged at 0123456789ab (main), "
			  "folder customers.\n");
}

static void colours_come_only_when_asked_for(void **state)
{
	const struct rcn_look coloured = { .colour = true };
	struct rcn_plan plan = make_plan();
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	rcn_report_plan_text(&out, &plan, &plain);
	assert_null(strchr(rcn_buffer_get(&out).ptr, '\x1b'));
	rcn_buffer_clear(&out);
	rcn_report_plan_text(&out, &plan, &coloured);
	assert_non_null(strstr(rcn_buffer_get(&out).ptr, "\x1b[32m  + a-1"));
	rcn_buffer_free(&out);
}

static void a_plan_as_json_is_one_value_with_its_digest(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	(void)state;
	rcn_report_plan_json(&out, &plan);
	assert_int_equal(
		rcn_json_read(rcn_view_trim(rcn_buffer_get(&out)), &arena, &node, &reason, &offset),
		RCN_OK);
	assert_true(rcn_view_is(rcn_node_string(rcn_node_get(node, RCN_VIEW("digest"))), ZEROS));
	assert_true(rcn_view_is(rcn_node_string(rcn_node_get(node, RCN_VIEW("format_version"))),
				RCN_PLAN_FORMAT_VERSION));
	rcn_arena_free(&arena);
	rcn_buffer_free(&out);
}

static struct rcn_action_result results[4];

static struct rcn_result make_result(const struct rcn_plan *plan)
{
	struct rcn_result result = { .plan = plan, .actions = results, .count = 4 };

	results[0] = (struct rcn_action_result){ .type = RCN_RESULT_BLOCKED };
	results[1] = (struct rcn_action_result){
		.type = RCN_RESULT_DONE,
		.url = RCN_VIEW("https://example.test/v1/wholesale/customers/1"),
		.status = RCN_VIEW("provisioned"),
	};
	results[2] = (struct rcn_action_result){
		.type = RCN_RESULT_BUSY,
		.url = RCN_VIEW("https://example.test/v1/wholesale/customers/2"),
		.status = RCN_VIEW("provisioning"),
	};
	results[3] = (struct rcn_action_result){ .type = RCN_RESULT_FAILED,
						 .reason = RCN_VIEW("10022: no such city"),
						 .tracking_id = RCN_VIEW("T-1"),
						 .started_at = 1000,
						 .ended_at = 2000 };
	result.counts = (struct rcn_result_counts){ .actions = 4,
						    .created = 1,
						    .done = 1,
						    .busy = 1,
						    .failed = 1,
						    .blocked = 1,
						    .requests = 6,
						    .refused = 2 };
	result.started_at = 1000;
	result.ended_at = 5200;
	return result;
}

static void a_result_shows_urls_and_who_needs_attention(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_result result = make_result(&plan);
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	rcn_report_result_text(&out, &result, &plain);
	assert_text(&out, "Created\n"
			  "  + a-1  https://example.test/v1/wholesale/customers/1\n"
			  "\n"
			  "Still busy\n"
			  "  + a-longer-key  provisioning  "
			  "https://example.test/v1/wholesale/customers/2\n"
			  "\n"
			  "Blocked\n"
			  "  ! c-3  blocked: provisioningId can't be changed\n"
			  "\n"
			  "Failed\n"
			  "  ~ b-2  failed: 10022: no such city (tracking id T-1)\n"
			  "\n"
			  "Applied: 1 created, 1 still busy, 1 failed, 1 blocked, 94 unchanged "
			  "(6 requests in 4.2 s, slowed down 2 times)\n"
			  "The service still works on some; run again to follow them.\n");
}

static void a_result_as_json_keeps_the_order_of_the_plan(void **state)
{
	static const char *const expected[] = { "blocked", "done", "busy", "failed" };
	struct rcn_plan plan = make_plan();
	struct rcn_result result = make_result(&plan);
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL, *list;
	const char *reason;
	size_t offset;

	(void)state;
	rcn_report_result_json(&out, &result);
	assert_int_equal(
		rcn_json_read(rcn_view_trim(rcn_buffer_get(&out)), &arena, &node, &reason, &offset),
		RCN_OK);
	list = rcn_node_get(node, RCN_VIEW("actions"));
	assert_non_null(list);
	assert_int_equal(list->count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(rcn_view_is(
			rcn_node_string(rcn_node_get(list->items[i], RCN_VIEW("result"))),
			expected[i]));
	assert_true(rcn_view_is(
		rcn_node_string(rcn_node_get(list->items[3], RCN_VIEW("tracking_id"))), "T-1"));
	rcn_arena_free(&arena);
	rcn_buffer_free(&out);
}

/* The document as it was written has to be what its schema says. */
static void assert_follows_schema(struct rcn_view text, const char *name)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_schema *schema = NULL;
	struct rcn_node *node = NULL;
	struct rcn_diag diag;
	const char *reason;
	size_t offset;

	rcn_diag_init(&diag);
	assert_int_equal(rcn_schema_compile(rcn_embedded_schema(name), name, &schema, &diag),
			 RCN_OK);
	assert_int_equal(rcn_json_read(rcn_view_trim(text), &arena, &node, &reason, &offset),
			 RCN_OK);
	if (rcn_schema_check(schema, node, RCN_VIEW_NONE, &diag) != RCN_OK)
		fail_msg("%s: %.*s", name, RCN_VIEW_ARGS(diag.problems[0]->message));
	rcn_schema_free(schema);
	rcn_diag_free(&diag);
	rcn_arena_free(&arena);
}

static void an_outcome_that_is_not_known_is_no_failure_for_people(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_result result = make_result(&plan);
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	results[3] =
		(struct rcn_action_result){ .type = RCN_RESULT_UNKNOWN,
					    .reason = RCN_VIEW("the run ended before it did") };
	result.interrupted = true;
	rcn_report_result_text(&out, &result, &plain);
	assert_non_null(strstr(rcn_buffer_get(&out).ptr,
			       "Outcome not known yet: the next run finds it out\n"
			       "  ~ b-2  unknown: the run ended before it did\n"));
	assert_non_null(strstr(rcn_buffer_get(&out).ptr,
			       "Interrupted: 1 created, 1 still busy, 1 to be found out, "));
	assert_null(strstr(rcn_buffer_get(&out).ptr, "ailed"));
	rcn_buffer_free(&out);
}

static void documents_follow_their_schemas(void **state)
{
	struct rcn_plan plan = make_plan();
	struct rcn_result result = make_result(&plan);
	struct rcn_record record = { .key = RCN_VIEW("k1"),
				     .status = RCN_VIEW("error"),
				     .body = RCN_VIEW("{}"),
				     .intent = RCN_INTENT_UPDATE,
				     .intent_at = 5,
				     .error = RCN_VIEW("no"),
				     .created_at = 1 };
	const struct rcn_record *const all[] = { &record };
	const struct rcn_store_info info = { .uri = RCN_VIEW("sqlite:x"), .applied_at = 7 };
	const struct rcn_records_view view = { all, 1, &info };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	rcn_buffer_text(&out, "{\"format_version\":\"1.0\",\"plan\":");
	rcn_report_plan_json(&out, &plan);
	rcn_buffer_text(&out, ",\"result\":");
	rcn_report_result_json(&out, &result);
	rcn_buffer_text(&out, "}");
	assert_follows_schema(rcn_buffer_get(&out), "apply");
	rcn_buffer_clear(&out);
	rcn_report_records_json(&out, &view);
	assert_follows_schema(rcn_buffer_get(&out), "status");
	rcn_buffer_clear(&out);
	rcn_report_state_json(&out, &view);
	assert_follows_schema(rcn_buffer_get(&out), "state");
	rcn_buffer_free(&out);
}

static void many_new_urls_are_counted_unless_verbose(void **state)
{
	enum {
		MANY = 51
	};
	static struct rcn_action created[MANY];
	static struct rcn_action_result done[MANY];
	const struct rcn_look verbose = { .verbose = true };
	struct rcn_plan plan = { .actions = created, .count = MANY };
	struct rcn_result result = { .plan = &plan, .actions = done, .count = MANY };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		created[i] = (struct rcn_action){ .type = RCN_ACTION_CREATE, .key = RCN_VIEW("k") };
		done[i] = (struct rcn_action_result){ .type = RCN_RESULT_DONE,
						      .url = RCN_VIEW("https://u.test/1") };
	}
	rcn_report_result_text(&out, &result, &plain);
	assert_null(strstr(rcn_buffer_get(&out).ptr, "https://u.test/1"));
	assert_non_null(strstr(rcn_buffer_get(&out).ptr, "51 customers"));
	rcn_buffer_clear(&out);
	rcn_report_result_text(&out, &result, &verbose);
	assert_non_null(strstr(rcn_buffer_get(&out).ptr, "https://u.test/1"));
	rcn_buffer_free(&out);
}

static void status_lists_name_status_and_url_in_columns(void **state)
{
	struct rcn_record first = { .key = RCN_VIEW("k1"),
				    .status = RCN_VIEW("provisioned"),
				    .url = RCN_VIEW("https://u.test/1"),
				    .body = RCN_VIEW("{\"customerInfo\":{\"name\":\"Acme\"}}") };
	struct rcn_record second = { .key = RCN_VIEW("longer-key"),
				     .status = RCN_VIEW("updating"),
				     .url = RCN_VIEW("https://u.test/2") };
	const struct rcn_record *const all[] = { &first, &second };
	const struct rcn_records_view view = { all, 2, NULL };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	(void)state;
	rcn_report_status_text(&out, &view, &plain);
	assert_text(&out, "CUSTOMER    STATUS       NAME  URL\n"
			  "k1          provisioned  Acme  https://u.test/1\n"
			  "longer-key  updating           https://u.test/2\n"
			  "\n"
			  "2 customers: 1 provisioned, 1 busy\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_shows_totals_groups_fields_and_what_it_rests_on),
		cmocka_unit_test(a_plan_without_actions_is_one_line),
		cmocka_unit_test(colours_come_only_when_asked_for),
		cmocka_unit_test(a_plan_as_json_is_one_value_with_its_digest),
		cmocka_unit_test(a_result_shows_urls_and_who_needs_attention),
		cmocka_unit_test(a_result_as_json_keeps_the_order_of_the_plan),
		cmocka_unit_test(an_outcome_that_is_not_known_is_no_failure_for_people),
		cmocka_unit_test(documents_follow_their_schemas),
		cmocka_unit_test(many_new_urls_are_counted_unless_verbose),
		cmocka_unit_test(status_lists_name_status_and_url_in_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
