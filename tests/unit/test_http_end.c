/* The loop's early end: what waits was never sent, what runs has no known outcome. */
#include <string.h>

#include "http_kept.h"
#include "raw_server.h"

/* Six requests against a server that never answers, four of them on the wire. */
struct crowd {
	struct raw_server *server;
	struct rcn_http *http;
	struct rcn_http_request request;
	struct kept kept[6];
	char url[64];
};

static void begin_crowd(struct crowd *crowd)
{
	static const struct raw_step step = { NULL, RAW_HANG, 0 };

	memset(crowd, 0, sizeof(*crowd));
	crowd->server = raw_server_start(&step, 1);
	crowd->http = make_http(20000);
	snprintf(crowd->url, sizeof(crowd->url), "http://127.0.0.1:%u/",
		 raw_server_port(crowd->server));
	crowd->request = (struct rcn_http_request){ .method = "POST",
						    .url = rcn_view_of(crowd->url),
						    .done = keep };
	for (size_t i = 0; i < 6; i++) {
		crowd->request.payload = &crowd->kept[i];
		assert_int_equal(rcn_http_start(crowd->http, &crowd->request), RCN_OK);
	}
}

static void put_on_the_wire(struct crowd *crowd)
{
	for (int i = 0; i < 5; i++)
		assert_int_equal(rcn_http_turn(crowd->http, 20), RCN_OK);
	assert_int_equal(rcn_http_in_flight(crowd->http), 6);
}

static void check_crowd(const struct crowd *crowd, size_t from, size_t until,
			enum rcn_http_outcome outcome, const char *error)
{
	for (size_t i = from; i < until; i++) {
		assert_int_equal(crowd->kept[i].calls, 1);
		assert_int_equal(crowd->kept[i].outcome, outcome);
		assert_string_equal(crowd->kept[i].error, error);
	}
}

#define UNSENT     "the run ended before it was sent"
#define UNANSWERED "the run ended before the answer came"

static void test_freeing_ends_what_is_under_way(void **state)
{
	struct crowd crowd;

	(void)state;
	begin_crowd(&crowd);
	put_on_the_wire(&crowd);
	rcn_http_free(crowd.http);
	check_crowd(&crowd, 0, 4, RCN_HTTP_UNKNOWN, UNANSWERED);
	check_crowd(&crowd, 4, 6, RCN_HTTP_NOT_SENT, UNSENT);
	raw_server_free(crowd.server);
}

static void test_what_waits_is_ended_apart_from_what_runs(void **state)
{
	struct crowd crowd;

	(void)state;
	begin_crowd(&crowd);
	put_on_the_wire(&crowd);
	rcn_http_cancel_waiting(crowd.http);
	check_crowd(&crowd, 4, 6, RCN_HTTP_NOT_SENT, UNSENT);
	assert_int_equal(rcn_http_in_flight(crowd.http), 4);
	rcn_http_cancel_waiting(crowd.http);
	assert_int_equal(rcn_http_in_flight(crowd.http), 4);
	rcn_http_abort(crowd.http);
	assert_int_equal(rcn_http_in_flight(crowd.http), 0);
	check_crowd(&crowd, 0, 4, RCN_HTTP_UNKNOWN, UNANSWERED);
	check_crowd(&crowd, 4, 6, RCN_HTTP_NOT_SENT, UNSENT);
	rcn_http_free(crowd.http);
	raw_server_free(crowd.server);
}

static void start_again(void *payload, const struct rcn_http_response *response)
{
	struct crowd *crowd = payload;

	crowd->kept[0].calls++;
	assert_int_equal(response->outcome, RCN_HTTP_NOT_SENT);
	assert_int_equal(rcn_http_start(crowd->http, &crowd->request), RCN_ERROR_INTERRUPTED);
	/* From within a `done`, all the others end too. */
	rcn_http_abort(crowd->http);
	assert_int_equal(rcn_http_in_flight(crowd->http), 0);
}

static void test_nothing_is_started_while_all_is_ended(void **state)
{
	struct crowd crowd;

	(void)state;
	begin_crowd(&crowd);
	rcn_http_abort(crowd.http);
	check_crowd(&crowd, 0, 6, RCN_HTTP_NOT_SENT, UNSENT);
	crowd.kept[0].calls = 0;
	crowd.request.done = start_again;
	crowd.request.payload = &crowd;
	assert_int_equal(rcn_http_start(crowd.http, &crowd.request), RCN_OK);
	crowd.request.done = keep;
	crowd.request.payload = &crowd.kept[1];
	assert_int_equal(rcn_http_start(crowd.http, &crowd.request), RCN_OK);
	rcn_http_cancel_waiting(crowd.http);
	assert_int_equal(crowd.kept[0].calls, 1);
	assert_int_equal(crowd.kept[1].calls, 2);
	assert_int_equal(rcn_http_in_flight(crowd.http), 0);
	rcn_http_free(crowd.http);
	raw_server_free(crowd.server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freeing_ends_what_is_under_way),
		cmocka_unit_test(test_what_waits_is_ended_apart_from_what_runs),
		cmocka_unit_test(test_nothing_is_started_while_all_is_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
