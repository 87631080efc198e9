/* The machine of one action: every test is a short story of answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apply/task.h"

#define BASE "https://webexapis.com/v1"
#define BODY                                                                                      \
	"{\"address\":{\"addressLine1\":\"1 Main St\",\"city\":\"Milpitas\",\"country\":\"US\"}," \
	"\"externalId\":\"k1\",\"packages\":[\"webex_calling\"],\"provisioningId\":\"p\"}"

static int no_randomness(void *payload, void *ptr, size_t len)
{
	(void)payload;
	memset(ptr, 0, len);
	return 0;
}

static const struct rcn_random still = { no_randomness, NULL };

struct story {
	struct rcn_action action;
	struct rcn_task task;
	struct rcn_task_world world;
	struct rcn_task_verdict verdict;
	struct rcn_arena scratch;
	bool clock_stands;
};

static void begin(struct story *story, enum rcn_action_type type)
{
	story->scratch = RCN_ARENA(1UL << 26);
	story->action.type = type;
	story->action.key = RCN_VIEW("k1");
	if (type != RCN_ACTION_DELETE) {
		story->action.body = RCN_VIEW(BODY);
		memset(story->action.digest.bytes, 7, sizeof(story->action.digest.bytes));
	}
	story->world = (struct rcn_task_world){ .base = RCN_VIEW(BASE),
						.commit = RCN_VIEW("c0ffee"),
						.wall = 1000,
						.monotonic = 5000,
						.wait_ms = 900000,
						.poll_ms = 1000,
						.random = &still,
						.doubt_ms = 60000,
						.scratch = &story->scratch };
	assert_int_equal(rcn_task_begin(&story->task, &story->action, 0, &story->world), RCN_OK);
}

/* The store has taken what was to be stored. */
static void stored(struct story *story)
{
	assert_true(story->task.dirty || story->task.removed);
	rcn_task_stored(&story->task, &story->world);
}

static void answer_with(struct story *story, const struct rcn_http_response *response)
{
	if (!story->clock_stands) {
		story->world.monotonic += 100000;
		story->world.wall += 100000;
	}
	assert_int_equal(rcn_task_answer(&story->task, rcn_task_call(&story->task), response,
					 &story->world, &story->verdict),
			 RCN_OK);
	rcn_arena_reset(&story->scratch);
}

static void answer(struct story *story, int status, const char *body)
{
	struct rcn_http_response response = { .outcome = RCN_HTTP_ANSWERED,
					      .status = status,
					      .body = rcn_view_of(body) };

	answer_with(story, &response);
}

static void cut_off(struct story *story)
{
	struct rcn_http_response response = { .outcome = RCN_HTTP_UNKNOWN,
					      .body = RCN_VIEW(""),
					      .error = RCN_VIEW("connection reset") };

	answer_with(story, &response);
}

static void end(struct story *story)
{
	rcn_task_free(&story->task);
	rcn_arena_free(&story->scratch);
}

#define NOBODY   "{\"items\":[]}"
#define ACCEPTED "{\"url\":\"" BASE "/wholesale/customers/ID1\"}"
#define CUSTOMER(status)                                                                       \
	"{\"id\":\"ID1\",\"externalId\":\"k1\",\"status\":\"" status                           \
	"\",\"orgId\":\"ORG\",\"packages\":[\"webex_calling\"],\"address\":{\"addressLine1\":" \
	"\"1 Main St\",\"city\":\"Milpitas\",\"country\":\"US\"}}"

static void a_create_looks_then_stores_its_intent_then_posts(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	assert_false(story.task.dirty);
	assert_int_equal(story.task.record.intent, RCN_INTENT_NONE);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_LOOKUP);
	answer(&story, 200, NOBODY);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_CREATE);
	assert_int_equal(story.task.record.intent, RCN_INTENT_CREATE);
	stored(&story);
	answer(&story, 202, ACCEPTED);
	assert_string_equal(story.task.record.url.ptr, BASE "/wholesale/customers/ID1");
	assert_int_equal(story.task.record.intent, RCN_INTENT_NONE);
	assert_true(rcn_view_is(story.task.record.body, BODY));
	assert_true(story.task.dirty);
	stored(&story);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_GET);
	answer(&story, 200, CUSTOMER("provisioning"));
	assert_int_equal(story.task.step, RCN_STEP_POLL);
	answer(&story, 200, CUSTOMER("provisioned"));
	stored(&story);
	assert_int_equal(story.task.step, RCN_STEP_ENDED);
	assert_int_equal(story.task.result, RCN_RESULT_DONE);
	assert_true(rcn_view_is(story.task.record.org_id, "ORG"));
	end(&story);
}

static void a_post_without_an_answer_is_looked_up_before_it_is_sent_again(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	cut_off(&story);
	for (unsigned i = 0; i < RCN_TASK_LOOKUPS_IN_DOUBT; i++) {
		assert_int_equal(rcn_task_call(&story.task), RCN_CALL_LOOKUP);
		assert_true(story.task.due > story.world.monotonic);
		answer(&story, 200, NOBODY);
	}
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_CREATE);
	end(&story);
}

static void what_a_lost_answer_made_is_taken_and_not_made_again(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	cut_off(&story);
	answer(&story, 200, "{\"items\":[" CUSTOMER("provisioned") "]}");
	stored(&story);
	assert_int_equal(story.task.step, RCN_STEP_ENDED);
	assert_int_equal(story.task.result, RCN_RESULT_DONE);
	assert_false(story.task.record.adopted);
	assert_int_equal(story.task.posts, 1);
	end(&story);
}

static void an_existing_customer_is_adopted_without_a_write(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, "{\"items\":[" CUSTOMER("provisioned") "]}");
	assert_int_equal(story.task.result, RCN_RESULT_ADOPTED);
	assert_true(story.task.record.adopted);
	assert_true(rcn_view_is(story.task.record.body, BODY));
	assert_int_equal(story.task.record.intent, RCN_INTENT_NONE);
	end(&story);
}

static void an_adopted_customer_is_updated_where_it_differs_visibly(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200,
	       "{\"items\":[{\"id\":\"ID1\",\"externalId\":\"k1\",\"status\":\"provisioned\","
	       "\"packages\":[\"webex_meetings\"]}]}");
	assert_int_equal(story.task.record.intent, RCN_INTENT_UPDATE);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_UPDATE);
	stored(&story);
	answer(&story, 202, ACCEPTED);
	stored(&story);
	answer(&story, 200, CUSTOMER("provisioned"));
	assert_int_equal(story.task.result, RCN_RESULT_ADOPTED);
	end(&story);
}

static void two_customers_with_one_key_stop_it_and_are_both_named(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200,
	       "{\"items\":[{\"id\":\"ID1\",\"externalId\":\"k1\",\"status\":\"provisioned\"},"
	       "{\"id\":\"ID2\",\"externalId\":\"k1\",\"status\":\"provisioned\"},"
	       "{\"id\":\"ID3\",\"externalId\":\"k12\",\"status\":\"provisioned\"}]}");
	assert_int_equal(story.task.result, RCN_RESULT_FAILED);
	assert_non_null(strstr(story.task.reason.ptr, "ID1"));
	assert_non_null(strstr(story.task.reason.ptr, "ID2"));
	assert_null(strstr(story.task.reason.ptr, "ID3"));
	end(&story);
}

static void a_list_that_can_not_be_read_never_leads_to_a_post(void **state)
{
	static const char *const bodies[] = { "", "<html>busy</html>", "{\"items\":", "{}",
					      "{\"items\":[{\"externalId\":\"k1\"}]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct story story = { 0 };

		begin(&story, RCN_ACTION_CREATE);
		for (int times = 0; times < 50 && story.task.step == RCN_STEP_LOOKUP; times++)
			answer(&story, 200, bodies[i]);
		assert_int_equal(story.task.posts, 0);
		assert_int_equal(story.task.result, RCN_RESULT_FAILED);
		assert_false(story.task.dirty);
		end(&story);
	}
}

static void an_accepted_post_without_a_url_is_never_sent_again(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	answer(&story, 202, "{}");
	stored(&story);
	for (int times = 0; times < 50 && story.task.step == RCN_STEP_LOOKUP; times++)
		answer(&story, 200, NOBODY);
	assert_int_equal(story.task.posts, 1);
	assert_int_equal(story.task.result, RCN_RESULT_UNKNOWN);
	/* The next run knows it too: status without a URL. */
	assert_int_equal(story.task.record.intent, RCN_INTENT_CREATE);
	assert_true(rcn_view_is(story.task.record.status, "provisioning"));
	end(&story);
}

static void a_refused_create_fails_alone_and_closes_its_intent(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	answer(&story, 400,
	       "{\"message\":\"no\",\"errors\":[{\"errorCode\":10022,\"description\":\"in use\"}],"
	       "\"trackingId\":\"NA_1\"}");
	assert_int_equal(story.verdict.stop_run, RCN_OK);
	assert_int_equal(story.task.record.intent, RCN_INTENT_NONE);
	assert_false(rcn_digest_is_zero(&story.task.record.refused_digest));
	assert_true(rcn_view_is(story.task.record.tracking_id, "NA_1"));
	stored(&story);
	assert_int_equal(story.task.result, RCN_RESULT_FAILED);
	end(&story);
}

static void an_interrupted_create_is_in_doubt_from_the_start(void **state)
{
	struct story story = { 0 };

	(void)state;
	story.action.has_record = true;
	story.action.record.key = RCN_VIEW("k1");
	story.action.record.intent = RCN_INTENT_CREATE;
	story.action.record.intent_body = RCN_VIEW(BODY);
	begin(&story, RCN_ACTION_RESUME);
	answer(&story, 200, NOBODY);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_LOOKUP);
	end(&story);
}

static void a_delete_is_not_sent_while_there_are_subscribers(void **state)
{
	static const struct {
		const char *answer;
		enum rcn_call next;
		enum rcn_result_type result;
	} cases[] = {
		{ "{\"items\":[]}", RCN_CALL_DELETE, RCN_RESULT_NONE },
		{ "{\"items\":[{\"id\":\"S\"}]}", RCN_CALL_GET, RCN_RESULT_FAILED },
		{ "{\"it", RCN_CALL_SUBSCRIBERS, RCN_RESULT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct story story = { 0 };

		story.action.has_record = true;
		story.action.record.key = RCN_VIEW("k1");
		story.action.record.url = RCN_VIEW(BASE "/wholesale/customers/ID1");
		story.action.record.customer_id = RCN_VIEW("ID1");
		begin(&story, RCN_ACTION_DELETE);
		stored(&story);
		assert_int_equal(rcn_task_call(&story.task), RCN_CALL_SUBSCRIBERS);
		answer(&story, 200, cases[i].answer);
		assert_int_equal(rcn_task_call(&story.task), cases[i].next);
		assert_int_equal(story.task.result, cases[i].result);
		end(&story);
	}
}

static void a_deleted_customer_is_forgotten_once_it_is_gone(void **state)
{
	struct story story = { 0 };

	(void)state;
	story.action.has_record = true;
	story.action.record.key = RCN_VIEW("k1");
	story.action.record.url = RCN_VIEW(BASE "/wholesale/customers/ID1");
	story.action.record.customer_id = RCN_VIEW("ID1");
	begin(&story, RCN_ACTION_DELETE);
	stored(&story);
	answer(&story, 200, "{\"items\":[]}");
	answer(&story, 202, "");
	stored(&story);
	answer(&story, 200, CUSTOMER("deleting"));
	answer(&story, 404, "");
	assert_true(story.task.removed);
	stored(&story);
	assert_int_equal(story.task.step, RCN_STEP_ENDED);
	assert_int_equal(story.task.result, RCN_RESULT_DONE);
	end(&story);
}

static void too_many_requests_slow_down_and_repeat(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 429, "");
	assert_true(story.verdict.refused);
	assert_int_equal(story.verdict.stop_run, RCN_OK);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_LOOKUP);
	end(&story);
}

static void a_customer_that_settles_badly_fails_with_its_reason(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	answer(&story, 202, ACCEPTED);
	stored(&story);
	answer(&story, 200,
	       "{\"id\":\"ID1\",\"externalId\":\"k1\",\"status\":\"provisioned_with_errors\","
	       "\"resourceDetails\":{\"packages\":[{\"name\":\"webex_calling\",\"status\":\"error\","
	       "\"warnings\":[{\"errorCode\":2560,\"description\":\"maintenance\"}]}]}}");
	stored(&story);
	assert_int_equal(story.task.result, RCN_RESULT_FAILED);
	assert_non_null(strstr(story.task.reason.ptr, "2560"));
	end(&story);
}

static void a_post_in_doubt_is_not_repeated_while_it_may_still_take_effect(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	story.clock_stands = true;
	cut_off(&story);
	for (int times = 0; times < 20; times++) {
		assert_int_equal(rcn_task_call(&story.task), RCN_CALL_LOOKUP);
		answer(&story, 200, NOBODY);
	}
	story.clock_stands = false;
	answer(&story, 200, NOBODY);
	assert_int_equal(rcn_task_call(&story.task), RCN_CALL_CREATE);
	end(&story);
}

static void a_refused_look_up_leaves_a_post_in_doubt_in_doubt(void **state)
{
	static const int statuses[] = { 400, 410 };

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		struct story story = { 0 };

		begin(&story, RCN_ACTION_CREATE);
		answer(&story, 200, NOBODY);
		stored(&story);
		cut_off(&story);
		answer(&story, statuses[i], "{\"message\":\"no\"}");
		assert_int_equal(story.task.result, RCN_RESULT_UNKNOWN);
		assert_int_equal(story.task.record.intent, RCN_INTENT_CREATE);
		assert_true(rcn_view_is(story.task.record.intent_body, BODY));
		end(&story);
	}
}

static void a_deletion_is_not_done_while_the_customer_is_still_there(void **state)
{
	struct story story = { 0 };

	(void)state;
	story.action.has_record = true;
	story.action.record.key = RCN_VIEW("k1");
	story.action.record.url = RCN_VIEW(BASE "/wholesale/customers/ID1");
	story.action.record.customer_id = RCN_VIEW("ID1");
	begin(&story, RCN_ACTION_DELETE);
	stored(&story);
	answer(&story, 200, NOBODY);
	answer(&story, 202, "");
	stored(&story);
	answer(&story, 200, CUSTOMER("provisioned"));
	assert_int_equal(story.task.step, RCN_STEP_POLL);
	assert_int_equal(story.task.result, RCN_RESULT_NONE);
	end(&story);
}

static void pages_without_an_end_are_no_answer(void **state)
{
	struct rcn_http_response page = {
		.outcome = RCN_HTTP_ANSWERED,
		.status = 200,
		.body = RCN_VIEW(NOBODY),
		.link = RCN_VIEW("<" BASE "/wholesale/customers?offset=1>; rel=\"next\""),
	};
	struct story story = { 0 };
	unsigned asked = 0;

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	while (story.task.step == RCN_STEP_LOOKUP && asked < 100) {
		answer_with(&story, &page);
		asked++;
	}
	assert_int_equal(story.task.posts, 0);
	assert_int_equal(story.task.result, RCN_RESULT_FAILED);
	end(&story);
}

static void a_poll_that_is_only_refused_ends_at_the_time_limit(void **state)
{
	struct story story = { 0 };

	(void)state;
	begin(&story, RCN_ACTION_CREATE);
	answer(&story, 200, NOBODY);
	stored(&story);
	answer(&story, 202, ACCEPTED);
	stored(&story);
	for (int times = 0; times < 20 && story.task.step == RCN_STEP_POLL; times++)
		answer(&story, 429, "");
	assert_int_equal(story.task.result, RCN_RESULT_BUSY);
	end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_create_looks_then_stores_its_intent_then_posts),
		cmocka_unit_test(a_post_without_an_answer_is_looked_up_before_it_is_sent_again),
		cmocka_unit_test(a_post_in_doubt_is_not_repeated_while_it_may_still_take_effect),
		cmocka_unit_test(a_refused_look_up_leaves_a_post_in_doubt_in_doubt),
		cmocka_unit_test(a_deletion_is_not_done_while_the_customer_is_still_there),
		cmocka_unit_test(pages_without_an_end_are_no_answer),
		cmocka_unit_test(a_poll_that_is_only_refused_ends_at_the_time_limit),
		cmocka_unit_test(what_a_lost_answer_made_is_taken_and_not_made_again),
		cmocka_unit_test(an_existing_customer_is_adopted_without_a_write),
		cmocka_unit_test(an_adopted_customer_is_updated_where_it_differs_visibly),
		cmocka_unit_test(two_customers_with_one_key_stop_it_and_are_both_named),
		cmocka_unit_test(a_list_that_can_not_be_read_never_leads_to_a_post),
		cmocka_unit_test(an_accepted_post_without_a_url_is_never_sent_again),
		cmocka_unit_test(a_refused_create_fails_alone_and_closes_its_intent),
		cmocka_unit_test(an_interrupted_create_is_in_doubt_from_the_start),
		cmocka_unit_test(a_delete_is_not_sent_while_there_are_subscribers),
		cmocka_unit_test(a_deleted_customer_is_forgotten_once_it_is_gone),
		cmocka_unit_test(too_many_requests_slow_down_and_repeat),
		cmocka_unit_test(a_customer_that_settles_badly_fails_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
