/* Link headers, origins, and where an accepted customer is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/limits.h"
#include "webex/answers.h"

static void assert_view(struct rcn_view view, const char *text)
{
	if (!text) {
		assert_true(rcn_view_is_none(view));
		return;
	}
	if (!rcn_view_is(view, text))
		fail_msg("`%.*s` is not `%s`", RCN_VIEW_ARGS(view), text);
}

static void test_next(void **state)
{
	static const struct {
		const char *link, *next;
	} rows[] = {
		{ NULL, NULL },
		{ "", NULL },
		{ "<http://a/1>; rel=\"next\"", "http://a/1" },
		{ "<http://a/1>;rel=next", "http://a/1" },
		{ "< http://a/1 > ; REL = \"NEXT\" ", "http://a/1" },
		{ "<http://a/1>; rel=\"prev next\"", "http://a/1" },
		{ "<http://a/1>; rel=\"prev\", <http://a/2>; rel=\"next\"", "http://a/2" },
		{ "<http://a/1>; title=\"a, \\\"b\\\"; rel=next\"; rel=prev, <http://a/2>; rel=next",
		  "http://a/2" },
		{ "<http://a/?x=1,2;3>; rel=next", "http://a/?x=1,2;3" },
		{ ", , <http://a/1>; rel=next", "http://a/1" },
		{ "<http://a/1>; flag; rel=next", "http://a/1" },
		/* The first rel counts (RFC 8288 §3.3). */
		{ "<http://a/1>; rel=prev; rel=next", NULL },
		{ "<http://a/1>; rel=\"nextish\"", NULL },
		{ "<http://a/1>; rev=next", NULL },
		{ "<http://a/1>", NULL },
		{ "<http://a/1; rel=next", NULL },
		{ "http://a/1; rel=next", NULL },
		{ "<http://a/1>; rel=\"next", "http://a/1" },
		{ "<http://a/1>; rel=", NULL },
		{ "<http://a/1> rubbish, <http://a/2>; rel=next", "http://a/2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_view(rcn_link_next(rcn_view_of(rows[i].link)), rows[i].next);
}

static void test_origins(void **state)
{
	static const struct {
		const char *url, *origin;
	} rows[] = {
		{ "https://webexapis.com/v1", "https://webexapis.com" },
		{ "HTTPS://WebexAPIs.com:443/v1?x=y", "https://webexapis.com" },
		{ "https://webexapis.com:8443", "https://webexapis.com:8443" },
		{ "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080" },
		{ "http://127.1.2.3/", "http://127.1.2.3" },
		{ "http://localhost:80/", "http://localhost" },
		{ "http://[::1]:9/", "http://[::1]:9" },
		{ "http://webexapis.com/v1", NULL },
		{ "http://127.0.0.1.evil.example/", NULL },
		{ "http://127.evil/", NULL },
		{ "http://localhost.evil.example/", NULL },
		{ "http://[::2]/", NULL },
		{ "http://0.0.0.0/", NULL },
		{ "https://user@webexapis.com/", NULL },
		{ "https://:password@webexapis.com/", NULL },
		{ "https://webexapis.com/#fragment", NULL },
		{ "https://webexapis.com\\@evil.example/", NULL },
		{ "https://webexapis.com/a b", NULL },
		{ "https://webexapis.com/\r\nX: y", NULL },
		{ "https:webexapis.com", NULL },
		{ "https:///v1", NULL },
		{ "https://webexapis.com:99999/", NULL },
		{ "file:///etc/passwd", NULL },
		{ "webexapis.com", NULL },
		{ "//webexapis.com/v1", NULL },
		{ "/v1", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RCN_CLEANUP_BUFFER struct rcn_buffer origin = RCN_BUFFER(200);
		bool read = rcn_http_origin(rcn_view_of(rows[i].url), &origin);

		if (read != (rows[i].origin != NULL))
			fail_msg("`%s` is %staken", rows[i].url, read ? "" : "not ");
		assert_view(rcn_buffer_get(&origin), read ? rows[i].origin : "");
	}
}

static void test_same_origin(void **state)
{
	(void)state;
	assert_true(rcn_http_same_origin(RCN_VIEW("https://a.example/x"),
					 RCN_VIEW("HTTPS://A.example:443")));
	assert_false(rcn_http_same_origin(RCN_VIEW("https://a.example/"),
					  RCN_VIEW("https://a.example:444/")));
	assert_false(rcn_http_same_origin(RCN_VIEW("https://a.example/"),
					  RCN_VIEW("https://a.example.evil/")));
	assert_false(rcn_http_same_origin(RCN_VIEW("https://127.0.0.1/"),
					  RCN_VIEW("http://127.0.0.1/")));
	assert_false(rcn_http_same_origin(RCN_VIEW("rubbish"), RCN_VIEW("rubbish")));
}

#define BASE      "https://webexapis.com/v1"
#define CUSTOMERS BASE "/wholesale/customers/"

static void test_accepted(void **state)
{
	static const struct {
		const char *location, *body, *url, *id;
		enum rcn_status status;
	} rows[] = {
		{ CUSTOMERS "Y2lz", NULL, CUSTOMERS "Y2lz", "Y2lz", RCN_OK },
		{ NULL, "{\"url\":\"" CUSTOMERS "Y2lz\"}", CUSTOMERS "Y2lz", "Y2lz", RCN_OK },
		{ "", "{\"url\":\"" CUSTOMERS "Y2lz\"}", CUSTOMERS "Y2lz", "Y2lz", RCN_OK },
		/* Location comes first. */
		{ CUSTOMERS "A", "{\"url\":\"" CUSTOMERS "B\"}", CUSTOMERS "A", "A", RCN_OK },
		{ CUSTOMERS "A?x=y/z", NULL, CUSTOMERS "A?x=y/z", "A", RCN_OK },
		{ CUSTOMERS "A%3D%3d", NULL, CUSTOMERS "A%3D%3d", "A==", RCN_OK },
		{ "https://WEBEXAPIS.com:443/v1/wholesale/customers/A", NULL,
		  "https://WEBEXAPIS.com:443/v1/wholesale/customers/A", "A", RCN_OK },
		{ "/v1/wholesale/customers/A", NULL, CUSTOMERS "A", "A", RCN_OK },
		/* None. */
		{ NULL, NULL, NULL, NULL, RCN_OK },
		{ NULL, "{}", NULL, NULL, RCN_OK },
		{ NULL, "<html>", NULL, NULL, RCN_OK },
		{ NULL, "{\"url\":7}", NULL, NULL, RCN_OK },
		/* Elsewhere, or rubbish. */
		{ "https://evil.example/v1/wholesale/customers/A", NULL, NULL, NULL,
		  RCN_ERROR_INVALID },
		{ "http://webexapis.com/v1/wholesale/customers/A", NULL, NULL, NULL,
		  RCN_ERROR_INVALID },
		{ "https://webexapis.com:444/v1/wholesale/customers/A", NULL, NULL, NULL,
		  RCN_ERROR_INVALID },
		{ "//evil.example/v1/wholesale/customers/A", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ "https://webexapis.com/v2/wholesale/customers/A", NULL, NULL, NULL,
		  RCN_ERROR_INVALID },
		{ BASE "/wholesale/subscribers/A", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS, NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "?A", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A/B", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "..", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "%2e%2E", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A%00", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A%0a", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A%", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A%4", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ CUSTOMERS "A%xx", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ "rubbish", NULL, NULL, NULL, RCN_ERROR_INVALID },
		{ NULL, "{\"url\":\"javascript:alert(1)\"}", NULL, NULL, RCN_ERROR_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1 << 20);
		struct rcn_http_response response = { .status = 202,
						      .location = rcn_view_of(rows[i].location),
						      .body = rcn_view_of(rows[i].body) };
		struct rcn_view url = RCN_VIEW("untouched"), id = RCN_VIEW("untouched");
		const char *reason = NULL;
		enum rcn_status status =
			rcn_answer_accepted(&response, RCN_VIEW(BASE), &arena, &url, &id, &reason);

		if (status != rows[i].status)
			fail_msg("row %zu: status %d", i, (int)status);
		if (status != RCN_OK) {
			assert_non_null(reason);
			assert_view(url, "untouched");
			continue;
		}
		assert_view(url, rows[i].url);
		assert_view(id, rows[i].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_same_origin),
		cmocka_unit_test(test_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
