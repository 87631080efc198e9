/* What the tests of the loop share: a response that is kept, and a loop. */
#ifndef RCN_TESTS_HTTP_KEPT_H
#define RCN_TESTS_HTTP_KEPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/http.h"

/* A response, kept. */
struct kept {
	unsigned calls;
	enum rcn_http_outcome outcome;
	int status, http_version;
	char body[256], location[256], link[256], retry_after[64], tracking_id[64], error[256];
	bool has_location;
	size_t body_len;
};

static void copy(char *to, size_t size, struct rcn_view from)
{
	snprintf(to, size, "%.*s", RCN_VIEW_ARGS(from));
}

static void keep(void *payload, const struct rcn_http_response *response)
{
	struct kept *kept = payload;

	kept->calls++;
	kept->outcome = response->outcome;
	kept->status = response->status;
	kept->http_version = response->http_version;
	kept->body_len = response->body.len;
	kept->has_location = !rcn_view_is_none(response->location);
	assert_int_equal(response->body.ptr[response->body.len], 0);
	copy(kept->body, sizeof(kept->body), response->body);
	copy(kept->location, sizeof(kept->location), response->location);
	copy(kept->link, sizeof(kept->link), response->link);
	copy(kept->retry_after, sizeof(kept->retry_after), response->retry_after);
	copy(kept->tracking_id, sizeof(kept->tracking_id), response->tracking_id);
	copy(kept->error, sizeof(kept->error), response->error);
}

static struct rcn_http *make_http(int64_t timeout_ms)
{
	struct rcn_http_options options = { .user_agent = "reconcile/test",
					    .concurrency = 4,
					    .timeout_ms = timeout_ms,
					    .clock = &rcn_clock_system };
	struct rcn_http *http = NULL;
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	assert_int_equal(rcn_http_new(&options, &http, &diag), RCN_OK);
	assert_int_equal(diag.count, 0);
	rcn_diag_free(&diag);
	return http;
}

#endif
