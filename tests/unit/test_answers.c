/* What the service answers, in the shapes that were seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "webex/answers.h"

static void assert_view(struct rcn_view view, const char *text)
{
	if (!text) {
		if (!rcn_view_is_none(view))
			fail_msg("`%.*s` is there", RCN_VIEW_ARGS(view));
		return;
	}
	if (!rcn_view_is(view, text))
		fail_msg("`%.*s` is not `%s`", RCN_VIEW_ARGS(view), text);
}

static void test_a_customer_with_everything(void **state)
{
	static const char body[] =
		"{\"id\":\"ID\",\"orgId\":\"ORG\",\"externalId\":\"0042\",\"status\":\"provisioned_with_errors\","
		"\"address\":{\"city\":\"Milpitas\",\"addressLine1\":\"1 Main\",\"country\":\"US\","
		"\"zipOrPostalCode\":2134,\"addressLine2\":null,\"extra\":\"x\"},"
		"\"packages\":[\"webex_voice\",\"common_area_calling\",\"webex_voice\"],"
		"\"errors\":[{\"errorCode\":10022,\"description\":\"The email is taken.\"}],"
		"\"warnings\":[{\"code\":\"7\",\"message\":\"Odd.\",\"fieldName\":\"city\"}],"
		"\"resourceDetails\":{\"packages\":[{\"name\":\"webex_calling\",\"status\":\"error\","
		"\"warnings\":[{\"errorCode\":2560,\"description\":\"Maintenance.\"}],"
		"\"errors\":[\"plain\"]}]},\"new\":[1]}";
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
	struct rcn_observed observed;
	struct rcn_view code;
	const char *reason = NULL;

	(void)state;
	assert_int_equal(rcn_answer_customer(rcn_view_of(body), &arena, &observed, &reason),
			 RCN_OK);
	assert_view(observed.id, "ID");
	assert_view(observed.org_id, "ORG");
	assert_view(observed.external_id, "0042");
	assert_view(observed.status, "provisioned_with_errors");
	assert_int_equal(observed.address->count, 4);
	assert_view(rcn_node_string(rcn_node_get(observed.address, RCN_VIEW("zipOrPostalCode"))),
		    "2134");
	assert_int_equal(observed.packages->count, 2);
	assert_view(observed.packages->items[0]->text, "common_area_calling");
	assert_view(observed.packages->items[1]->text, "webex_voice");
	assert_int_equal(observed.error_count, 4);
	assert_view(observed.errors[0].code, "10022");
	assert_view(observed.errors[0].package, NULL);
	assert_view(observed.errors[1].field, "city");
	assert_view(observed.errors[2].description, "plain");
	assert_view(observed.errors[3].package, "webex_calling");
	assert_view(rcn_observed_reason(&arena, &observed, &code),
		    "10022 The email is taken.; 7 Odd.; webex_calling: plain; webex_calling: 2560 "
		    "Maintenance.");
	assert_view(code, "10022");
}

static void test_a_fresh_customer_has_little(void **state)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
	struct rcn_observed observed;
	struct rcn_view code;
	const char *reason = NULL;

	(void)state;
	assert_int_equal(
		rcn_answer_customer(RCN_VIEW("{\"id\":\"A\",\"status\":\"brand_new_state\"}"),
				    &arena, &observed, &reason),
		RCN_OK);
	assert_view(observed.status, "brand_new_state");
	assert_view(observed.org_id, NULL);
	assert_null(observed.address);
	assert_null(observed.packages);
	assert_int_equal(observed.error_count, 0);
	assert_view(rcn_observed_reason(&arena, &observed, &code), NULL);
	assert_view(code, NULL);
}

static void test_what_is_no_customer(void **state)
{
	static const char *const bodies[] = {
		"",
		"  \n",
		"null",
		"[]",
		"7",
		"<html>",
		"{\"id\":\"A\",\"status\":\"provisioned\"",
		"{\"status\":\"provisioned\"}",
		"{\"id\":\"\",\"status\":\"provisioned\"}",
		"{\"id\":7,\"status\":\"provisioned\"}",
		"{\"id\":\"A\"}",
		"{\"id\":\"A\",\"status\":7}",
		"{\"id\":\"A\",\"id\":\"B\",\"status\":\"provisioned\"}",
		"{\"id\":\"A\",\"status\":\"provisioned\",\"packages\":\"webex_voice\"}",
		"{\"id\":\"A\",\"status\":\"provisioned\",\"packages\":[7]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
		struct rcn_observed observed;
		const char *reason = NULL;

		if (rcn_answer_customer(rcn_view_of(bodies[i]), &arena, &observed, &reason) !=
		    RCN_ERROR_INVALID)
			fail_msg("taken: %s", bodies[i]);
		assert_non_null(reason);
	}
}

static void test_pages(void **state)
{
	static const struct {
		const char *body, *link, *next;
		size_t count;
		enum rcn_status status;
	} rows[] = {
		{ "{\"items\":[]}", NULL, NULL, 0, RCN_OK },
		{ "{\"items\":[{\"id\":\"A\",\"status\":\"x\"},{\"id\":\"B\"}]}",
		  "<https://a.example/v1/x?offset=2>; rel=\"next\"",
		  "https://a.example/v1/x?offset=2", 2, RCN_OK },
		{ "{\"items\":[{\"id\":\"A\"},{\"status\":\"x\"}]}", NULL, NULL, 0,
		  RCN_ERROR_INVALID },
		{ "{\"items\":[{\"itemNumber\":0,\"error\":{\"key\":\"404\"}}]}", NULL, NULL, 0,
		  RCN_ERROR_INVALID },
		{ "{\"items\":[null]}", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "{\"items\":{}}", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "{}", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "[]", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "{\"items\":[{\"id\":\"A\"}", NULL, NULL, 0, RCN_ERROR_INVALID },
		{ "<html></html>", NULL, NULL, 0, RCN_ERROR_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
		struct rcn_http_response response = { .status = 200,
						      .body = rcn_view_of(rows[i].body),
						      .link = rcn_view_of(rows[i].link) };
		struct rcn_page page = { 0 };
		const char *reason = NULL;
		enum rcn_status status = rcn_answer_page(&response, &arena, &page, &reason);

		if (status != rows[i].status)
			fail_msg("status %d: %s", (int)status, rows[i].body);
		assert_int_equal(page.count, rows[i].count);
		assert_view(page.next, rows[i].next);
	}
}

static void test_failures(void **state)
{
	static const struct {
		const char *body, *message, *code, *field, *tracking_id;
	} rows[] = {
		{ "{\"message\":\"Not found.\",\"errors\":[{\"description\":\"Not found.\","
		  "\"errorCode\":1001,\"fieldName\":\"externalId\"}],\"trackingId\":\"ROUTER_1\"}",
		  "1001: Not found.; field externalId", "1001", "externalId", "ROUTER_1" },
		{ "{\"message\":\"Two things.\",\"errors\":[{\"description\":\"One.\",\"errorCode\":1},"
		  "{\"description\":\"Two.\"}]}",
		  "1: One.; Two.; Two things.", "1", NULL, NULL },
		{ "{\"errors\":[{\"description\":\"Missing.\",\"code\":25008}],\"trackingId\":\"CPAPI_1\"}",
		  "25008: Missing.", "25008", NULL, "CPAPI_1" },
		{ "{\"error\":[{\"key\":\"400\",\"message\":[{\"description\":\"Bad.\",\"code\":\"25013\","
		  "\"locationId\":\"L\"}]}],\"trackingId\":\"ATLAS_1\"}",
		  "25013: Bad.", "25013", NULL, "ATLAS_1" },
		{ "{\"items\":[{\"itemNumber\":0,\"error\":{\"key\":\"404\",\"message\":[{\"description\":"
		  "\"Gone.\"}]},\"trackingId\":\"NA_1\"}]}",
		  "Gone.", NULL, NULL, "NA_1" },
		{ "{\"code\":401,\"message\":\"Unauthorized\",\"trackingId\":\"GTWY_1\","
		  "\"details\":{\"retryAfter\":3600}}",
		  "401: Unauthorized", "401", NULL, "GTWY_1" },
		{ "{\"items\":[{\"id\":\"A\",\"errors\":{\"displayName\":{\"code\":\"kms_failure\","
		  "\"reason\":\"No key.\"}}}]}",
		  "kms_failure: No key.", "kms_failure", NULL, NULL },
		{ "{\"error\":\"invalid_grant\",\"error_description\":\"The token is dead.\"}",
		  "The token is dead.", NULL, NULL, NULL },
		{ "{\"error\":\"invalid_grant\"}", "invalid_grant", NULL, NULL, NULL },
		{ "{\"message\":\"failed\",\"info\":[{\"infoCode\":7,\"description\":\"No.\"}]}",
		  "7: No.; failed", "7", NULL, NULL },
		{ "{\"info\":{\"infoCode\":\"7\",\"description\":\"No.\"}}", "7: No.", "7", NULL,
		  NULL },
		{ "", "HTTP 400: the answer is empty", NULL, NULL, NULL },
		{ " \r\n", "HTTP 400: the answer is empty", NULL, NULL, NULL },
		{ "null", "HTTP 400: null", NULL, NULL, NULL },
		{ "{}", "HTTP 400: {}", NULL, NULL, NULL },
		{ "{\"message\":", "HTTP 400: {\"message\":", NULL, NULL, NULL },
		{ "Slow\tdown\x1b[31m,\nplease \xff", "HTTP 400: Slow down [31m, please", NULL,
		  NULL, NULL },
		{ "<html><head><TITLE> 502 Bad\nGateway </TITLE>",
		  "HTTP 400: the answer is a web page, not the API's: 502 Bad Gateway", NULL, NULL,
		  NULL },
		{ "<!doctype html><p>Log in", "HTTP 400: the answer is a web page, not the API's",
		  NULL, NULL, NULL },
		{ "{\"message\":\"a\\u001b[2Jb\\u202ec\"}", "a [2Jb c", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
		struct rcn_http_response response = { .status = 400,
						      .body = rcn_view_of(rows[i].body) };
		struct rcn_api_failure failure;

		assert_int_equal(rcn_answer_failure(&response, &arena, &failure), RCN_OK);
		assert_view(failure.message, rows[i].message);
		assert_view(failure.code, rows[i].code);
		assert_view(failure.field, rows[i].field);
		assert_view(failure.tracking_id, rows[i].tracking_id);
		response.tracking_id = RCN_VIEW("HEADER_1");
		assert_int_equal(rcn_answer_failure(&response, &arena, &failure), RCN_OK);
		assert_view(failure.tracking_id, "HEADER_1");
	}
}

static void test_a_failure_of_the_transport_is_told_by_it(void **state)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
	struct rcn_http_response response = { .outcome = RCN_HTTP_NOT_SENT,
					      .body = RCN_VIEW(""),
					      .error = RCN_VIEW("Could not resolve host") };
	struct rcn_api_failure failure;

	(void)state;
	assert_int_equal(rcn_answer_failure(&response, &arena, &failure), RCN_OK);
	assert_view(failure.message, "Could not resolve host");
}

/* Long, deep, and many: one line of limited length, of whole characters. */
static void test_messages_are_bounded(void **state)
{
	static const char *const units[] = { "x", "ö", "€", "\xf0\x9f\x98\x80", "\xff", "\n", "[" };

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		for (size_t lead = 0; lead < 5; lead++) {
			RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(8 << 20);
			RCN_CLEANUP_BUFFER struct rcn_buffer body = RCN_BUFFER(1 << 20);
			struct rcn_http_response response = { .status = 500 };
			struct rcn_api_failure failure;
			size_t bad;

			rcn_buffer_repeat(&body, 'a', lead);
			for (int k = 0; k < 20000; k++)
				rcn_buffer_text(&body, units[i]);
			response.body = rcn_buffer_get(&body);
			assert_int_equal(rcn_answer_failure(&response, &arena, &failure), RCN_OK);
			assert_true(failure.message.len <= RCN_LIMIT_ERROR_EXCERPT);
			assert_true(rcn_utf8_valid(failure.message, &bad));
		}
	}
}

static void test_many_errors_are_bounded_too(void **state)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(64 << 20);
	RCN_CLEANUP_BUFFER struct rcn_buffer body = RCN_BUFFER(1 << 20);
	struct rcn_http_response response = { .status = 400 };
	struct rcn_api_failure failure;

	(void)state;
	rcn_buffer_text(&body, "{\"errors\":[");
	for (int i = 0; i < 2000; i++)
		rcn_buffer_format(&body, "%s{\"description\":\"error number %d\"}", i ? "," : "",
				  i);
	rcn_buffer_text(&body, "]}");
	response.body = rcn_buffer_get(&body);
	assert_int_equal(rcn_answer_failure(&response, &arena, &failure), RCN_OK);
	assert_true(failure.message.len <= RCN_LIMIT_ERROR_EXCERPT);
	assert_true(rcn_view_starts_with(failure.message,
					 RCN_VIEW("error number 0; error number 1; ")));
	assert_true(rcn_view_ends_with(failure.message, RCN_VIEW("…")));
}

static void test_validate(void **state)
{
	static const struct {
		int status;
		const char *body;
		bool accepted;
		const char *message;
	} rows[] = {
		{ 200,
		  "{\"message\":\"success\",\"info\":[{\"infoCode\":100,\"description\":\"Fine.\"}]}",
		  true, NULL },
		{ 200, "{\"message\":\"success\",\"info\":{\"infoCode\":100}}", true, NULL },
		{ 200,
		  "{\"message\":\"failed\",\"info\":{\"infoCode\":101,\"description\":\"No.\"}}",
		  false, "101: No.; failed" },
		{ 400, "{\"message\":\"success\"}", false, "success" },
		{ 200, "", false, "HTTP 200: the answer is empty" },
		{ 400, "{\"errors\":[{\"errorCode\":10022,\"description\":\"Taken.\"}]}", false,
		  "10022: Taken." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
		struct rcn_http_response response = { .status = rows[i].status,
						      .body = rcn_view_of(rows[i].body) };
		struct rcn_api_failure failure;
		bool accepted;

		assert_int_equal(rcn_answer_validate(&response, &arena, &accepted, &failure),
				 RCN_OK);
		assert_int_equal(accepted, rows[i].accepted);
		assert_view(failure.message, rows[i].message);
	}
}

/* With every size of arena too small for the work: a status, and never a crash. */
static void test_without_memory(void **state)
{
	static const char body[] =
		"{\"items\":[{\"id\":\"A\",\"status\":\"x\",\"packages\":[\"b\",\"a\"],\"address\":{\"city\":"
		"\"M\"},\"errors\":[{\"errorCode\":1,\"description\":\"No.\"}]}]}";
	struct rcn_http_response response = { .status = 400,
					      .body = rcn_view_of(body),
					      .link = RCN_VIEW("<https://a/b>; rel=next") };
	size_t succeeded = 0;

	(void)state;
	for (size_t size = 0; size < 16384; size += 64) {
		struct rcn_arena arena = RCN_ARENA(size);
		struct rcn_page page;
		struct rcn_api_failure failure;
		const char *reason;
		enum rcn_status status = rcn_answer_page(&response, &arena, &page, &reason);

		assert_true(status == RCN_OK || status == RCN_ERROR_MEMORY);
		succeeded += status == RCN_OK;
		rcn_arena_free(&arena);
		arena = RCN_ARENA(size);
		status = rcn_answer_failure(&response, &arena, &failure);
		assert_true(status == RCN_OK || status == RCN_ERROR_MEMORY);
		rcn_arena_free(&arena);
	}
	assert_true(succeeded > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_customer_with_everything),
		cmocka_unit_test(test_a_fresh_customer_has_little),
		cmocka_unit_test(test_what_is_no_customer),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_a_failure_of_the_transport_is_told_by_it),
		cmocka_unit_test(test_messages_are_bounded),
		cmocka_unit_test(test_many_errors_are_bounded_too),
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
