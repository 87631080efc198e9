/* The loop against raw sockets: what is on the wire, and what is made of what comes back. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "http/http.h"
#include "http_kept.h"
#include "raw_server.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static void run(struct rcn_http *http)
{
	while (rcn_http_in_flight(http) > 0)
		assert_int_equal(rcn_http_turn(http, 10000), RCN_OK);
}

static struct kept exchange(struct rcn_http *http, unsigned port, const char *method,
			    const char *body)
{
	struct kept kept = { 0 };
	char url[64];
	struct rcn_http_request request = { .method = method,
					    .body = rcn_view_of(body),
					    .content_type = body ? "application/json" : NULL,
					    .done = keep,
					    .payload = &kept };

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/x", port);
	request.url = rcn_view_of(url);
	assert_int_equal(rcn_http_start(http, &request), RCN_OK);
	run(http);
	assert_int_equal(kept.calls, 1);
	return kept;
}

/* One request of the method, one step of the script. */
static struct kept answer_with(const char *method, const char *answer, enum raw_after after,
			       size_t flood, int64_t timeout_ms)
{
	struct raw_step step = { answer, after, flood };
	struct raw_server *server = raw_server_start(&step, 1);
	struct rcn_http *http = make_http(timeout_ms);
	struct kept kept = exchange(http, raw_server_port(server), method,
				    strcmp(method, "POST") == 0 ? "{}" : NULL);

	rcn_http_free(http);
	raw_server_stop(server);
	assert_int_equal(raw_server_count(server), 1);
	raw_server_free(server);
	return kept;
}

static void test_outcomes(void **state)
{
	static const struct {
		const char *what, *answer;
		enum raw_after after;
		enum rcn_http_outcome outcome;
		int status;
		const char *body;
	} rows[] = {
		{ "whole", "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}", RAW_KEEP,
		  RCN_HTTP_ANSWERED, 202, "{}" },
		{ "an error with a body", "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nno!",
		  RAW_KEEP, RCN_HTTP_ANSWERED, 503, "no!" },
		{ "chunked",
		  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		  RAW_KEEP, RCN_HTTP_ANSWERED, 200, "abc" },
		{ "ended by the connection", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc",
		  RAW_CLOSE, RCN_HTTP_ANSWERED, 200, "abc" },
		{ "no answer", NULL, RAW_CLOSE, RCN_HTTP_UNKNOWN, 0, "" },
		{ "cut in the status line", "HTTP/1.1 20", RAW_CLOSE, RCN_HTTP_UNKNOWN, 0, "" },
		{ "cut in the headers",
		  "HTTP/1.1 202 Accepted\r\nLocation: http://127.0.0.1/v1/a\r\n", RAW_CLOSE,
		  RCN_HTTP_UNKNOWN, 202, "" },
		{ "cut in a header line", "HTTP/1.1 202 Accepted\r\nLocation: http://127.0",
		  RAW_CLOSE, RCN_HTTP_UNKNOWN, 202, "" },
		{ "cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", RAW_CLOSE,
		  RCN_HTTP_UNKNOWN, 200, "abc" },
		{ "cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
		  RAW_CLOSE, RCN_HTTP_UNKNOWN, 200, "abc" },
		{ "not HTTP", "220 mail.example.com ESMTP\r\n\r\n", RAW_CLOSE, RCN_HTTP_UNKNOWN, 0,
		  "" },
		{ "an interim answer alone", "HTTP/1.1 103 Early Hints\r\n\r\n", RAW_CLOSE,
		  RCN_HTTP_UNKNOWN, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kept kept = answer_with("POST", rows[i].answer, rows[i].after, 0, 20000);

		if (kept.outcome != rows[i].outcome)
			fail_msg("%s: outcome %d (%s)", rows[i].what, (int)kept.outcome,
				 kept.error);
		if (kept.outcome == RCN_HTTP_ANSWERED || rows[i].status)
			assert_int_equal(kept.status, rows[i].status);
		assert_string_equal(kept.body, rows[i].body);
		assert_int_equal(kept.error[0] != '\0', kept.outcome != RCN_HTTP_ANSWERED);
	}
}

static void test_headers_are_found_in_any_case_and_bounded(void **state)
{
	struct kept kept = answer_with("GET",
				       "HTTP/1.1 100 Continue\r\nLocation: http://early/\r\n\r\n"
				       "HTTP/1.1 429 Slow\r\n"
				       "RETRY-AFTER:  7 \r\n"
				       "trackingID: ROUTER_1\r\n"
				       "link: <http://127.0.0.1/a>; rel=\"prev\"\r\n"
				       "Link: <http://127.0.0.1/b>; rel=\"next\"\r\n"
				       "Content-Length: 0\r\n\r\n",
				       RAW_KEEP, 0, 20000);

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_ANSWERED);
	assert_int_equal(kept.status, 429);
	assert_int_equal(kept.http_version, 11);
	assert_string_equal(kept.retry_after, "7");
	assert_string_equal(kept.tracking_id, "ROUTER_1");
	assert_string_equal(
		kept.link,
		"<http://127.0.0.1/a>; rel=\"prev\", <http://127.0.0.1/b>; rel=\"next\"");
	assert_false(kept.has_location);
}

static void test_trailers_change_nothing(void **state)
{
	struct kept kept = answer_with("POST",
				       "HTTP/1.1 202 OK\r\nLocation: http://127.0.0.1/good\r\n"
				       "Transfer-Encoding: chunked\r\nTrailer: Location\r\n\r\n"
				       "2\r\n{}\r\n0\r\nLocation: http://127.0.0.1/bad\r\n\r\n",
				       RAW_KEEP, 0, 20000);

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_ANSWERED);
	assert_string_equal(kept.location, "http://127.0.0.1/good");
}

static void test_an_answer_beyond_the_maximum_is_too_large(void **state)
{
	char *headers = malloc(2 * RCN_LIMIT_HEADER_BYTES);
	size_t len;
	struct kept kept = answer_with("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
				       RAW_CLOSE, RCN_LIMIT_RESPONSE_BYTES + 1, 20000);

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_TOO_LARGE);
	assert_true(kept.body_len <= RCN_LIMIT_RESPONSE_BYTES);
	kept = answer_with("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", RAW_CLOSE,
			   RCN_LIMIT_RESPONSE_BYTES, 20000);
	assert_int_equal(kept.outcome, RCN_HTTP_ANSWERED);
	assert_int_equal(kept.body_len, RCN_LIMIT_RESPONSE_BYTES);

	assert_non_null(headers);
	len = (size_t)snprintf(headers, 100, "HTTP/1.1 200 OK\r\n");
	while (len < RCN_LIMIT_HEADER_BYTES + 100)
		len += (size_t)snprintf(headers + len, 100, "X-Filler: %040d\r\n", 1);
	snprintf(headers + len, 100, "Content-Length: 0\r\n\r\n");
	kept = answer_with("GET", headers, RAW_KEEP, 0, 20000);
	assert_int_equal(kept.outcome, RCN_HTTP_TOO_LARGE);
	free(headers);
}

static void test_a_time_limit_after_sending_leaves_the_outcome_unknown(void **state)
{
	struct kept kept = answer_with("POST", NULL, RAW_HANG, 0, 200);

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_UNKNOWN);
	kept = answer_with("POST", "HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\n{", RAW_HANG, 0,
			   200);
	assert_int_equal(kept.outcome, RCN_HTTP_UNKNOWN);
}

/* A port on which nobody listens. */
static unsigned closed_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int socket_ = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(socket_, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(socket_, (struct sockaddr *)&address, &size), 0);
	close(socket_);
	return ntohs(address.sin_port);
}

static void test_without_a_connection_nothing_was_sent(void **state)
{
	struct rcn_http *http = make_http(20000);
	struct kept kept = exchange(http, closed_port(), "POST", "{}");

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_NOT_SENT);
	assert_int_equal(kept.status, 0);
	assert_true(kept.error[0] != '\0');
	rcn_http_free(http);
}

static void test_a_failed_handshake_sends_nothing(void **state)
{
	struct raw_step step = { "HTTP/1.1 400 Bad\r\n\r\n", RAW_CLOSE, 0 };
	struct raw_server *server = raw_server_start(&step, 1);
	struct rcn_http *http = make_http(500);
	struct kept kept = { 0 };
	char url[64];
	struct rcn_http_request request = {
		.method = "POST", .body = RCN_VIEW("{\"canary\":1}"), .done = keep, .payload = &kept
	};

	(void)state;
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", raw_server_port(server));
	request.url = rcn_view_of(url);
	assert_int_equal(rcn_http_start(http, &request), RCN_OK);
	run(http);
	assert_int_equal(kept.outcome, RCN_HTTP_NOT_SENT);
	rcn_http_free(http);
	raw_server_free(server);
}

static void test_redirects_are_not_followed(void **state)
{
	static const struct raw_step steps[] = {
		{ "HTTP/1.1 307 Away\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
		  RAW_KEEP, 0 },
		{ OK_EMPTY, RAW_KEEP, 0 },
	};
	struct raw_server *server = raw_server_start(steps, 2);
	struct rcn_http *http = make_http(20000);
	struct kept kept = exchange(http, raw_server_port(server), "GET", NULL);

	(void)state;
	assert_int_equal(kept.status, 307);
	rcn_http_free(http);
	raw_server_stop(server);
	assert_int_equal(raw_server_count(server), 1);
	raw_server_free(server);
}

static void test_a_request_is_sent_as_told(void **state)
{
	struct raw_step step = { OK_EMPTY, RAW_KEEP, 0 };
	struct raw_server *server = raw_server_start(&step, 1);
	struct rcn_http *http = make_http(20000);
	struct rcn_secret bearer = RCN_SECRET_NONE;
	struct kept kept = { 0 };
	const size_t size = 1200000;
	char *body = malloc(size + 1), url[64];
	const char *sent;
	struct rcn_http_request request = { .method = "PUT",
					    .content_type = "application/json",
					    .bearer = &bearer,
					    .tracking_id = RCN_VIEW("reconcile_1"),
					    .done = keep,
					    .payload = &kept };

	(void)state;
	/* Beyond 1 MiB libcurl would ask for leave first. */
	assert_non_null(body);
	memset(body, 'b', size);
	body[size] = '\0';
	assert_int_equal(rcn_secret_set(&bearer, RCN_VIEW("canary-token")), RCN_OK);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/a?b=c", raw_server_port(server));
	request.url = rcn_view_of(url);
	request.body = rcn_view_of(body);
	assert_int_equal(rcn_http_start(http, &request), RCN_OK);
	run(http);
	rcn_http_free(http);
	raw_server_stop(server);
	sent = raw_server_request(server, 0);
	assert_memory_equal(sent, "PUT /v1/a?b=c HTTP/1.1\r\n", 24);
	assert_non_null(strstr(sent, "\r\nAuthorization: Bearer canary-token\r\n"));
	assert_non_null(strstr(sent, "\r\nTrackingID: reconcile_1\r\n"));
	assert_non_null(strstr(sent, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(sent, "\r\nUser-Agent: reconcile/test\r\n"));
	assert_non_null(strstr(sent, "\r\nContent-Length: 1200000\r\n"));
	assert_null(strcasestr(sent, "\r\nExpect:"));
	assert_null(strcasestr(sent, "\r\nCookie:"));
	assert_non_null(strstr(sent, "\r\n\r\nbbbb"));
	raw_server_free(server);
	rcn_secret_free(&bearer);
	free(body);
}

static void test_verbs_have_their_bodies(void **state)
{
	static const struct {
		const char *method, *body, *line, *length;
	} rows[] = {
		{ "GET", NULL, "GET /v1/x HTTP/1.1", NULL },
		{ "DELETE", NULL, "DELETE /v1/x HTTP/1.1", NULL },
		{ "POST", NULL, "POST /v1/x HTTP/1.1", "\r\nContent-Length: 0\r\n" },
		{ "POST", "{\"a\":1}", "POST /v1/x HTTP/1.1", "\r\nContent-Length: 7\r\n" },
		{ "PUT", "{}", "PUT /v1/x HTTP/1.1", "\r\nContent-Length: 2\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw_step step = { OK_EMPTY, RAW_KEEP, 0 };
		struct raw_server *server = raw_server_start(&step, 1);
		struct rcn_http *http = make_http(20000);
		const char *sent;

		exchange(http, raw_server_port(server), rows[i].method, rows[i].body);
		rcn_http_free(http);
		raw_server_stop(server);
		sent = raw_server_request(server, 0);
		assert_memory_equal(sent, rows[i].line, strlen(rows[i].line));
		assert_null(strcasestr(sent, "Authorization"));
		if (rows[i].length)
			assert_non_null(strstr(sent, rows[i].length));
		else
			assert_null(strcasestr(sent, "Content-Length"));
		if (rows[i].body)
			assert_non_null(strstr(sent, rows[i].body));
		raw_server_free(server);
	}
}

/*
 * The trap: on a connection that was used before and dies without an answer,
 * libcurl sends the request again by itself. A create would be there twice.
 */
static void test_a_post_on_a_dead_connection_is_on_the_wire_once(void **state)
{
	static const struct raw_step steps[] = {
		{ OK_EMPTY, RAW_KEEP, 0 },
		{ NULL, RAW_CLOSE, 0 },
		{ OK_EMPTY, RAW_KEEP, 0 },
		{ OK_EMPTY, RAW_KEEP, 0 },
	};
	struct raw_server *server = raw_server_start(steps, 4);
	struct rcn_http *http = make_http(20000);
	struct kept kept = exchange(http, raw_server_port(server), "POST", "{\"n\":1}");

	(void)state;
	assert_int_equal(kept.outcome, RCN_HTTP_ANSWERED);
	kept = exchange(http, raw_server_port(server), "POST", "{\"n\":2}");
	assert_int_equal(kept.outcome, RCN_HTTP_UNKNOWN);
	kept = exchange(http, raw_server_port(server), "POST", "{\"n\":3}");
	assert_int_equal(kept.outcome, RCN_HTTP_ANSWERED);
	rcn_http_free(http);
	raw_server_stop(server);
	assert_int_equal(raw_server_count(server), 3);
	assert_non_null(strstr(raw_server_request(server, 0), "{\"n\":1}"));
	assert_non_null(strstr(raw_server_request(server, 1), "{\"n\":2}"));
	assert_non_null(strstr(raw_server_request(server, 2), "{\"n\":3}"));
	raw_server_free(server);
}

static void test_a_get_on_a_dead_connection_is_sent_anew(void **state)
{
	static const struct raw_step steps[] = {
		{ OK_EMPTY, RAW_KEEP, 0 },
		{ NULL, RAW_CLOSE, 0 },
		{ OK_EMPTY, RAW_KEEP, 0 },
	};
	struct raw_server *server = raw_server_start(steps, 3);
	struct rcn_http *http = make_http(20000);

	(void)state;
	exchange(http, raw_server_port(server), "GET", NULL);
	assert_int_equal(exchange(http, raw_server_port(server), "GET", NULL).outcome,
			 RCN_HTTP_ANSWERED);
	rcn_http_free(http);
	raw_server_stop(server);
	assert_int_equal(raw_server_count(server), 3);
	assert_int_equal(raw_server_connections(server), 2);
	raw_server_free(server);
}

static void test_connections_are_used_again(void **state)
{
	static const struct raw_step steps[] = { { OK_EMPTY, RAW_KEEP, 0 },
						 { OK_EMPTY, RAW_KEEP, 0 } };
	struct raw_server *server = raw_server_start(steps, 2);
	struct rcn_http *http = make_http(20000);

	(void)state;
	exchange(http, raw_server_port(server), "GET", NULL);
	exchange(http, raw_server_port(server), "POST", "{}");
	rcn_http_free(http);
	raw_server_stop(server);
	assert_int_equal(raw_server_connections(server), 1);
	raw_server_free(server);
}

static void test_what_can_not_be_sent_is_refused_at_once(void **state)
{
	static const char *const urls[] = {
		"http://webexapis.com/v1", "http://127.0.0.1.example.com/",
		"ftp://127.0.0.1/",        "https://user:password@127.0.0.1/",
		"127.0.0.1:8080",          ""
	};
	struct rcn_http *http = make_http(20000);
	struct kept kept = { 0 };
	struct rcn_http_request request = { .method = "GET", .done = keep, .payload = &kept };

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		request.url = rcn_view_of(urls[i]);
		assert_int_equal(rcn_http_start(http, &request), RCN_ERROR_INTERNAL);
	}
	request.url = RCN_VIEW("http://127.0.0.1/");
	request.method = "TRACE";
	assert_int_equal(rcn_http_start(http, &request), RCN_ERROR_INTERNAL);
	assert_int_equal(rcn_http_in_flight(http), 0);
	rcn_http_free(http);
	assert_int_equal(kept.calls, 0);
}

static void test_a_ca_file_that_is_not_there_is_named(void **state)
{
	struct rcn_http_options options = { .ca_file = "/nowhere/ca.pem",
					    .clock = &rcn_clock_system };
	struct rcn_http *http = NULL;
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(rcn_http_new(&options, &http, &diag), RCN_ERROR_IO);
	assert_null(http);
	assert_int_equal(diag.count, 1);
	assert_int_equal(diag.problems[0]->code, RCN_CODE_API_CA_FILE);
	rcn_diag_free(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_headers_are_found_in_any_case_and_bounded),
		cmocka_unit_test(test_trailers_change_nothing),
		cmocka_unit_test(test_an_answer_beyond_the_maximum_is_too_large),
		cmocka_unit_test(test_a_time_limit_after_sending_leaves_the_outcome_unknown),
		cmocka_unit_test(test_without_a_connection_nothing_was_sent),
		cmocka_unit_test(test_a_failed_handshake_sends_nothing),
		cmocka_unit_test(test_redirects_are_not_followed),
		cmocka_unit_test(test_a_request_is_sent_as_told),
		cmocka_unit_test(test_verbs_have_their_bodies),
		cmocka_unit_test(test_a_post_on_a_dead_connection_is_on_the_wire_once),
		cmocka_unit_test(test_a_get_on_a_dead_connection_is_sent_anew),
		cmocka_unit_test(test_connections_are_used_again),
		cmocka_unit_test(test_what_can_not_be_sent_is_refused_at_once),
		cmocka_unit_test(test_a_ca_file_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
