/* The API's calls as they are on the wire, and the life of a token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "raw_server.h"
#include "webex/client.h"

#define OK          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define TOKEN(json) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" json

/* The hands of the clock that the client sees; the network has its own. */
static int64_t hands;

static int64_t read_hands(void *payload)
{
	(void)payload;
	return hands;
}

static const struct rcn_clock hand_clock = { read_hands, read_hands, NULL };

struct bench {
	struct raw_server *server;
	struct rcn_http *http;
	struct rcn_client *client;
	char base[64];
	unsigned calls;
	enum rcn_call call;
	int status;
};

static void note(void *payload, enum rcn_call call, const struct rcn_http_response *response)
{
	struct bench *bench = payload;

	bench->calls++;
	bench->call = call;
	bench->status = response->status;
}

static void set(struct rcn_secret *secret, const char *text)
{
	if (text)
		assert_int_equal(rcn_secret_set(secret, rcn_view_of(text)), RCN_OK);
}

static void open_bench(struct bench *bench, const struct raw_step *steps, size_t count,
		       const char *token, const char *refresh_token, bool read_only)
{
	struct rcn_credentials credentials = { .source = "the environment" };
	struct rcn_http_options http_options = { .concurrency = 2, .clock = &rcn_clock_system };
	struct rcn_client_options options = { .credentials = &credentials,
					      .read_only = read_only,
					      .clock = &hand_clock,
					      .random = &rcn_random_system };
	struct rcn_diag diag;

	memset(bench, 0, sizeof(*bench));
	hands = 1000000;
	rcn_diag_init(&diag);
	set(&credentials.access_token, token);
	set(&credentials.refresh_token, refresh_token);
	if (refresh_token) {
		set(&credentials.client_id, "client&id");
		set(&credentials.client_secret, "canary-secret");
	}
	bench->server = raw_server_start(steps, count);
	snprintf(bench->base, sizeof(bench->base), "http://127.0.0.1:%u/v1",
		 raw_server_port(bench->server));
	assert_int_equal(rcn_http_new(&http_options, &bench->http, &diag), RCN_OK);
	options.base = rcn_view_of(bench->base);
	options.http = bench->http;
	assert_int_equal(rcn_client_new(&options, &bench->client, &diag), RCN_OK);
	rcn_credentials_free(&credentials);
	rcn_diag_free(&diag);
}

static void run(struct bench *bench)
{
	while (rcn_http_in_flight(bench->http) > 0)
		assert_int_equal(rcn_http_turn(bench->http, 10000), RCN_OK);
}

static void stop_bench(struct bench *bench)
{
	rcn_client_free(bench->client);
	rcn_http_free(bench->http);
	raw_server_stop(bench->server);
}

static void assert_sent(const struct bench *bench, size_t index, const char *text)
{
	if (!strstr(raw_server_request(bench->server, index), text))
		fail_msg("`%s` is not in:\n%s", text, raw_server_request(bench->server, index));
}

static void test_calls_are_on_the_wire_as_the_api_wants_them(void **state)
{
	static const struct raw_step steps[] = {
		{ OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 },
		{ OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 },
		{ OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 },
	};
	static const char *const lines[] = {
		"POST /v1/wholesale/customers?onBehalfOfSubPartnerOrgId=Y2lz%3D HTTP/1.1\r\n",
		"PUT /v1/wholesale/customers/a%2Fb%3D HTTP/1.1\r\n",
		"DELETE /v1/wholesale/customers/ID HTTP/1.1\r\n",
		"GET /v1/wholesale/customers/ID?onBehalfOfSubPartnerOrgId=P HTTP/1.1\r\n",
		"GET /v1/wholesale/customers?externalId=a%26b%20c%C3%B6 HTTP/1.1\r\n",
		"GET /v1/wholesale/customers?max=100 HTTP/1.1\r\n",
		"GET /v1/wholesale/customers?max=100&offset=200&onBehalfOfSubPartnerOrgId=P ",
		"POST /v1/wholesale/customers/validate HTTP/1.1\r\n",
		"GET /v1/wholesale/subscribers?customerId=ID&max=1 HTTP/1.1\r\n",
	};
	static const enum rcn_call calls[] = { RCN_CALL_CREATE,     RCN_CALL_UPDATE,
					       RCN_CALL_DELETE,     RCN_CALL_GET,
					       RCN_CALL_LOOKUP,     RCN_CALL_LIST,
					       RCN_CALL_LIST,       RCN_CALL_VALIDATE,
					       RCN_CALL_SUBSCRIBERS };
	struct rcn_view none = RCN_VIEW_NONE, id = RCN_VIEW("ID"), body = RCN_VIEW("{\"a\":1}");
	struct bench bench;

	(void)state;
	open_bench(&bench, steps, 9, "canary-token", NULL, false);
	for (size_t i = 0; i < 9; i++) {
		struct rcn_client *client = bench.client;
		enum rcn_status status = RCN_ERROR_INTERNAL;

		switch (i) {
		case 0:
			status = rcn_client_create(client, body, RCN_VIEW("Y2lz="), note, &bench);
			break;
		case 1:
			status = rcn_client_update(client, RCN_VIEW("a/b="), body, none, note,
						   &bench);
			break;
		case 2:
			status = rcn_client_delete(client, id, none, note, &bench);
			break;
		case 3:
			status = rcn_client_get(client, id, RCN_VIEW("P"), note, &bench);
			break;
		case 4:
			status = rcn_client_lookup(client, RCN_VIEW("a&b cö"), none, note, &bench);
			break;
		case 5:
			status = rcn_client_list(client, none, 0, none, note, &bench);
			break;
		case 6:
			status = rcn_client_list(client, none, 200, RCN_VIEW("P"), note, &bench);
			break;
		case 7:
			status = rcn_client_validate(client, body, none, note, &bench);
			break;
		default:
			status = rcn_client_subscribers(client, id, none, note, &bench);
		}
		assert_int_equal(status, RCN_OK);
		run(&bench);
		assert_int_equal(bench.calls, i + 1);
		assert_int_equal(bench.call, calls[i]);
		assert_int_equal(bench.status, 200);
	}
	stop_bench(&bench);
	for (size_t i = 0; i < 9; i++) {
		bool has_body = i == 0 || i == 1 || i == 7;

		assert_memory_equal(raw_server_request(bench.server, i), lines[i],
				    strlen(lines[i]));
		assert_sent(&bench, i, "\r\nAuthorization: Bearer canary-token\r\n");
		assert_sent(&bench, i, "\r\nTrackingID: reconcile_");
		assert_int_equal(strstr(raw_server_request(bench.server, i),
					"Content-Type: application/json\r\n") != NULL,
				 has_body);
		if (has_body)
			assert_sent(&bench, i, "\r\n\r\n{\"a\":1}");
	}
	raw_server_free(bench.server);
}

static void test_the_token_goes_to_the_api_alone(void **state)
{
	static const struct raw_step steps[] = { { OK, RAW_KEEP, 0 } };
	static const char *const elsewhere[] = { "https://evil.example/v1/wholesale/customers",
						 "http://127.0.0.1:1/v1/wholesale/customers",
						 "http://localhost/v1", "/v1/wholesale/customers",
						 "" };
	struct bench bench;
	char next[128];

	(void)state;
	open_bench(&bench, steps, 1, "canary-token", NULL, false);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		assert_int_equal(rcn_client_list(bench.client, rcn_view_of(elsewhere[i]), 0,
						 RCN_VIEW_NONE, note, &bench),
				 RCN_ERROR_INVALID);
	assert_int_equal(rcn_http_in_flight(bench.http), 0);
	/* What the service names of itself is followed exactly as given. */
	snprintf(next, sizeof(next), "%s/wholesale/customers?offset=100&max=7&cursor=a%%2Fb",
		 bench.base);
	assert_int_equal(
		rcn_client_list(bench.client, rcn_view_of(next), 5, RCN_VIEW("P"), note, &bench),
		RCN_OK);
	run(&bench);
	stop_bench(&bench);
	assert_int_equal(raw_server_count(bench.server), 1);
	assert_sent(&bench, 0,
		    "GET /v1/wholesale/customers?offset=100&max=7&cursor=a%2Fb HTTP/1.1\r\n");
	raw_server_free(bench.server);
}

static void test_a_plan_can_not_write(void **state)
{
	static const struct raw_step steps[] = { { OK, RAW_KEEP, 0 }, { OK, RAW_KEEP, 0 } };
	struct rcn_view none = RCN_VIEW_NONE, id = RCN_VIEW("ID"), body = RCN_VIEW("{}");
	struct bench bench;

	(void)state;
	open_bench(&bench, steps, 2, "t", NULL, true);
	assert_int_equal(rcn_client_create(bench.client, body, none, note, &bench),
			 RCN_ERROR_USAGE);
	assert_int_equal(rcn_client_update(bench.client, id, body, none, note, &bench),
			 RCN_ERROR_USAGE);
	assert_int_equal(rcn_client_delete(bench.client, id, none, note, &bench), RCN_ERROR_USAGE);
	assert_int_equal(rcn_client_validate(bench.client, body, none, note, &bench), RCN_OK);
	run(&bench);
	assert_int_equal(rcn_client_get(bench.client, id, none, note, &bench), RCN_OK);
	run(&bench);
	assert_int_equal(bench.calls, 2);
	stop_bench(&bench);
	raw_server_free(bench.server);
}

static void test_senseless_ids_make_no_request(void **state)
{
	static const char *const ids[] = { NULL, "", ".", ".." };
	struct rcn_view none = RCN_VIEW_NONE;
	struct bench bench;

	(void)state;
	open_bench(&bench, NULL, 0, "t", NULL, false);
	for (size_t i = 0; i < 4; i++) {
		struct rcn_view id = rcn_view_of(ids[i]);

		assert_int_equal(rcn_client_delete(bench.client, id, none, note, &bench),
				 RCN_ERROR_INVALID);
		assert_int_equal(rcn_client_subscribers(bench.client, id, none, note, &bench),
				 RCN_ERROR_INVALID);
	}
	assert_int_equal(rcn_client_lookup(bench.client, none, none, note, &bench),
			 RCN_ERROR_INVALID);
	stop_bench(&bench);
	raw_server_free(bench.server);
}

static void test_a_base_that_can_not_be_used_is_named(void **state)
{
	static const char *const bases[] = { "",
					     "webexapis.com/v1",
					     "http://webexapis.com/v1",
					     "https://a:b@webexapis.com/v1",
					     "https://webexapis.com/v1?x=y",
					     "https://webexapis.com/v1#x" };
	struct rcn_credentials credentials = { .source = "" };

	(void)state;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		struct rcn_client_options options = { .base = rcn_view_of(bases[i]),
						      .credentials = &credentials,
						      .clock = &hand_clock,
						      .random = &rcn_random_system };
		struct rcn_client *client = NULL;
		struct rcn_diag diag;

		rcn_diag_init(&diag);
		assert_int_equal(rcn_client_new(&options, &client, &diag), RCN_ERROR_INVALID);
		assert_null(client);
		assert_int_equal(diag.count, 1);
		assert_int_equal(diag.problems[0]->code, RCN_CODE_API_URL);
		rcn_diag_free(&diag);
	}
}

/* What is said about the token: the codes, in order; and no secret. */
static void assert_explained(struct bench *bench, const int *codes, size_t count)
{
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	rcn_client_explain_token(bench->client, &diag);
	assert_int_equal(diag.count, count);
	for (size_t i = 0; i < count; i++) {
		struct rcn_view message = diag.problems[i]->message;

		assert_int_equal(diag.problems[i]->code, codes[i]);
		assert_null(memmem(message.ptr, message.len, "canary", 6));
	}
	rcn_diag_free(&diag);
}

static void test_a_token_is_fetched_refreshed_and_used(void **state)
{
	static const struct raw_step steps[] = {
		{ TOKEN("{\"access_token\":\"one\",\"expires_in\":3600,\"refresh_token\":\"r/1\","
			"\"refresh_token_expires_in\":7775999}"),
		  RAW_CLOSE, 0 },
		{ OK, RAW_CLOSE, 0 },
		{ TOKEN("{\"access_token\":\"two\",\"expires_in\":\"3600\"}"), RAW_CLOSE, 0 },
		{ OK, RAW_CLOSE, 0 },
	};
	struct rcn_view none = RCN_VIEW_NONE;
	struct bench bench;

	(void)state;
	open_bench(&bench, steps, 4, NULL, "r/1", false);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_NEEDED);
	assert_int_equal(rcn_client_get(bench.client, RCN_VIEW("ID"), none, note, &bench),
			 RCN_ERROR_DENIED);
	assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
	assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_REFRESHING);
	run(&bench);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_READY);
	assert_int_equal(rcn_client_token_generation(bench.client), 1);
	assert_int_equal(rcn_client_get(bench.client, RCN_VIEW("ID"), none, note, &bench), RCN_OK);
	run(&bench);
	/* Five minutes before its end it wants another. */
	hands += 3299 * 1000;
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_READY);
	hands += 1000;
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_NEEDED);
	assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
	run(&bench);
	assert_int_equal(rcn_client_get(bench.client, RCN_VIEW("ID"), none, note, &bench), RCN_OK);
	run(&bench);
	assert_explained(&bench, NULL, 0);
	stop_bench(&bench);
	assert_int_equal(raw_server_count(bench.server), 4);
	assert_sent(&bench, 0, "POST /v1/access_token HTTP/1.1\r\n");
	assert_sent(&bench, 0, "Content-Type: application/x-www-form-urlencoded\r\n");
	assert_sent(
		&bench, 0,
		"\r\n\r\ngrant_type=refresh_token&client_id=client%26id&client_secret=canary-secret"
		"&refresh_token=r%2F1");
	assert_null(strstr(raw_server_request(bench.server, 0), "Authorization"));
	assert_sent(&bench, 1, "Authorization: Bearer one\r\n");
	assert_sent(&bench, 3, "Authorization: Bearer two\r\n");
	raw_server_free(bench.server);
}

static void test_a_refused_token_is_refreshed_once(void **state)
{
	static const struct raw_step steps[] = {
		{ TOKEN("{\"access_token\":\"one\",\"expires_in\":1209600}"), RAW_CLOSE, 0 }
	};
	static const int codes[] = { RCN_CODE_TOKEN_REFUSED };
	struct bench bench;

	(void)state;
	open_bench(&bench, steps, 1, "zero", "r", false);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_READY);
	rcn_client_token_refused(bench.client, 0);
	rcn_client_token_refused(bench.client, 0);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_NEEDED);
	assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
	rcn_client_token_refused(bench.client, 0);
	run(&bench);
	/* A late 401 for the old one says nothing about the new one. */
	rcn_client_token_refused(bench.client, 0);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_READY);
	rcn_client_token_refused(bench.client, 1);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_DEAD);
	assert_explained(&bench, codes, 1);
	stop_bench(&bench);
	raw_server_free(bench.server);
}

static void test_a_token_that_can_not_be_refreshed_is_dead_when_refused(void **state)
{
	static const int codes[] = { RCN_CODE_TOKEN_REFUSED };
	struct bench bench;

	(void)state;
	open_bench(&bench, NULL, 0, "zero", NULL, false);
	rcn_client_token_refused(bench.client, 0);
	assert_int_equal(rcn_client_token_state(bench.client), RCN_TOKEN_DEAD);
	assert_explained(&bench, codes, 1);
	stop_bench(&bench);
	raw_server_free(bench.server);
}

static void test_what_the_token_service_may_answer(void **state)
{
	static const struct {
		const char *answer;
		enum rcn_token_state state;
		int codes[3];
		size_t count;
	} rows[] = {
		{ "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{\"error\":\"invalid_grant\","
		  "\"error_description\":\"refresh token canary-refresh is unknown\"}",
		  RCN_TOKEN_DEAD,
		  { RCN_CODE_TOKEN_DEAD },
		  1 },
		{ "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
		  RCN_TOKEN_DEAD,
		  { RCN_CODE_TOKEN_DEAD },
		  1 },
		{ "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
		  RCN_TOKEN_DEAD,
		  { RCN_CODE_TOKEN_ANSWER },
		  1 },
		{ "HTTP/1.1 302 Away\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
		  RCN_TOKEN_DEAD,
		  { RCN_CODE_TOKEN_ANSWER },
		  1 },
		{ TOKEN("<html>"), RCN_TOKEN_DEAD, { RCN_CODE_TOKEN_ANSWER }, 1 },
		{ TOKEN("{\"access_token\":\"\"}"), RCN_TOKEN_DEAD, { RCN_CODE_TOKEN_ANSWER }, 1 },
		{ TOKEN("{\"access_token\":\"a\\nb\"}"),
		  RCN_TOKEN_DEAD,
		  { RCN_CODE_TOKEN_ANSWER },
		  1 },
		{ "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", RCN_TOKEN_NEEDED, { 0 }, 0 },
		{ "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", RCN_TOKEN_NEEDED, { 0 }, 0 },
		{ NULL, RCN_TOKEN_NEEDED, { 0 }, 0 },
		{ TOKEN("{\"access_token\":\"a\"}"), RCN_TOKEN_READY, { 0 }, 0 },
		{ TOKEN("{\"access_token\":\"a\",\"expires_in\":1}"), RCN_TOKEN_READY, { 0 }, 0 },
		{ TOKEN("{\"access_token\":\"a\",\"refresh_token\":\"canary-new\"}"),
		  RCN_TOKEN_READY,
		  { RCN_CODE_TOKEN_CHANGED },
		  1 },
		{ TOKEN("{\"access_token\":\"a\",\"refresh_token\":\"canary-new\","
			"\"refresh_token_expires_in\":1209599}"),
		  RCN_TOKEN_READY,
		  { RCN_CODE_TOKEN_CHANGED, RCN_CODE_TOKEN_EXPIRES },
		  2 },
		{ TOKEN("{\"access_token\":\"a\",\"refresh_token\":\"canary-refresh\","
			"\"refresh_token_expires_in\":1209600}"),
		  RCN_TOKEN_READY,
		  { 0 },
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw_step step = { rows[i].answer, RAW_CLOSE, 0 };
		struct bench bench;

		open_bench(&bench, &step, 1, NULL, "canary-refresh", false);
		assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
		run(&bench);
		if (rcn_client_token_state(bench.client) != rows[i].state)
			fail_msg("row %zu: state %d", i, (int)rcn_client_token_state(bench.client));
		assert_explained(&bench, rows[i].codes, rows[i].count);
		/* Warnings come once; what is dead stays so. */
		assert_explained(&bench, rows[i].codes,
				 rows[i].state == RCN_TOKEN_DEAD ? rows[i].count : 0);
		stop_bench(&bench);
		raw_server_free(bench.server);
	}
}

static void test_the_client_may_go_before_its_answers(void **state)
{
	static const struct raw_step steps[] = { { NULL, RAW_HANG, 0 } };
	struct bench bench;

	(void)state;
	open_bench(&bench, steps, 1, "t", "r", false);
	assert_int_equal(rcn_client_refresh(bench.client), RCN_OK);
	assert_int_equal(rcn_client_get(bench.client, RCN_VIEW("ID"), RCN_VIEW_NONE, note, &bench),
			 RCN_OK);
	assert_int_equal(rcn_http_turn(bench.http, 0), RCN_OK);
	stop_bench(&bench);
	assert_int_equal(bench.calls, 1);
	raw_server_free(bench.server);
}

static void test_the_body_of_an_update(void **state)
{
	static const char canonical[] =
		"{\"address\":{\"city\":\"M\"},\"customerInfo\":{\"name\":\"N\"},\"externalId\":\"0042\","
		"\"orgId\":\"O\",\"packages\":[\"webex_voice\"],\"provisioningId\":\"P\","
		"\"provisioningParameters\":{\"packages\":{\"limits\":{\"webex_voice\":5}}},"
		"\"subPartnerAdminEmail\":\"a@b.example\"}";
	RCN_CLEANUP_BUFFER struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);

	(void)state;
	assert_int_equal(rcn_update_body(rcn_view_of(canonical), &out), RCN_OK);
	assert_string_equal(
		rcn_buffer_get(&out).ptr,
		"{\"address\":{\"city\":\"M\"},\"externalId\":\"0042\",\"packages\":["
		"\"webex_voice\"],\"provisioningParameters\":{\"packages\":{\"limits\":{"
		"\"webex_voice\":5}}},\"subPartnerAdminEmail\":\"a@b.example\"}");
	rcn_buffer_clear(&out);
	assert_int_equal(rcn_update_body(RCN_VIEW("[]"), &out), RCN_ERROR_INVALID);
	assert_int_equal(rcn_update_body(RCN_VIEW("{"), &out), RCN_ERROR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_are_on_the_wire_as_the_api_wants_them),
		cmocka_unit_test(test_the_token_goes_to_the_api_alone),
		cmocka_unit_test(test_a_plan_can_not_write),
		cmocka_unit_test(test_senseless_ids_make_no_request),
		cmocka_unit_test(test_a_base_that_can_not_be_used_is_named),
		cmocka_unit_test(test_a_token_is_fetched_refreshed_and_used),
		cmocka_unit_test(test_a_refused_token_is_refreshed_once),
		cmocka_unit_test(test_a_token_that_can_not_be_refreshed_is_dead_when_refused),
		cmocka_unit_test(test_what_the_token_service_may_answer),
		cmocka_unit_test(test_the_client_may_go_before_its_answers),
		cmocka_unit_test(test_the_body_of_an_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
