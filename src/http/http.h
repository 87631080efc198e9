/*
 * One event loop over curl's multi interface. One thread, no callbacks into other
 * threads; the caller turns it:
 *
 *	rcn_http_new(&options, &http, diag);
 *	rcn_http_start(http, &request);            as many as the pace allows
 *	while (rcn_http_in_flight(http) > 0)
 *		rcn_http_turn(http, wait_ms);      calls each ended request's `done`
 *	rcn_http_free(http);
 *
 * It does exactly what it is told, once: no retries, no redirects, no pace, no
 * decision. TLS is always verified, 1.2 at least; plain http only to loopback
 * (rcn_http_origin_parse refuses the rest). HTTP/2 where the server offers it over
 * TLS, else HTTP/1.1; connections are reused and capped. Every request has a time
 * limit, a connect limit and a low-speed limit. Answers and headers beyond their
 * maximum end as RCN_HTTP_TOO_LARGE. Proxies by the usual environment variables.
 */
#ifndef RCN_HTTP_HTTP_H
#define RCN_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/view.h"
#include "diag/diag.h"

struct rcn_http;

struct rcn_http_options {
	const char *ca_file;  /* PEM bundle; NULL = the system's */
	const char *user_agent;
	unsigned connections; /* cap per host; 0 = 8 */
	unsigned concurrency; /* requests that will ever be in flight */
	int64_t timeout_ms;   /* of one request, 0 = 60 s */
	int64_t connect_timeout_ms; /* 0 = 10 s */
	const struct rcn_clock *clock;
};

/* What became of a request on the wire. */
enum rcn_http_outcome {
	RCN_HTTP_ANSWERED,      /* a complete answer; look at its status */
	RCN_HTTP_NOT_SENT,      /* could not resolve, connect, or shake hands: no byte of the
	                           request left, safe to repeat */
	RCN_HTTP_UNTRUSTED,     /* TLS verification failed: nothing was sent, hopeless to repeat */
	RCN_HTTP_UNKNOWN,       /* sent at least in part, and no complete answer: the work may
	                           be done or not (reset, time-out, cut, malformed) */
	RCN_HTTP_TOO_LARGE,     /* the answer exceeded a maximum; the work may be done */
};

struct rcn_http_response {
	enum rcn_http_outcome outcome;
	int status;                      /* HTTP status; 0 when there was none */
	struct rcn_view body;            /* as received so far; NUL-terminated behind its end */
	struct rcn_view location, link, retry_after, date, content_type, tracking_id;
	struct rcn_view error;           /* transport's reason, for people; absent when answered */
	int http_version;                /* 10, 11, 20; 0 unknown */
	int64_t started_ms, ended_ms;    /* monotonic */
};

struct rcn_http_request {
	const char *method; /* "GET", "POST", "PUT", "DELETE" */
	struct rcn_view url;
	struct rcn_view body;         /* absent = none; copied */
	const char *content_type;     /* of the body */
	const struct rcn_secret *bearer; /* NULL = no Authorization header */
	struct rcn_view tracking_id;  /* sent as TrackingID; absent = none */
	int64_t timeout_ms;           /* 0 = the loop's */
	/* Called once from rcn_http_turn (or rcn_http_free, with RCN_HTTP_UNKNOWN). May start
	 * further requests. The response is gone when it returns. */
	void (*done)(void *payload, const struct rcn_http_response *response);
	void *payload;
};

enum rcn_status rcn_http_new(const struct rcn_http_options *options, struct rcn_http **http,
                             struct rcn_diag *diag);
void rcn_http_free(struct rcn_http *http);

/* Copies what it needs of the request. RCN_ERROR_MEMORY or RCN_ERROR_INTERNAL without
 * diagnostics; then `done` is not called. */
enum rcn_status rcn_http_start(struct rcn_http *http, const struct rcn_http_request *request);

/* Waits at most wait_ms for something to happen, and handles it. Interruptible: returns
 * early when rcn_http_wake was called (async-signal-safe? no: from other threads) or a
 * signal arrived. */
enum rcn_status rcn_http_turn(struct rcn_http *http, int64_t wait_ms);
unsigned rcn_http_in_flight(const struct rcn_http *http);

/* scheme://host:port of a URL, lower case, default port left out. False where it is no
 * http(s) URL, has user information, a fragment, or is plain http to anything but
 * loopback (127.0.0.0/8, [::1], localhost). */
bool rcn_http_origin(struct rcn_view url, struct rcn_buffer *origin);
bool rcn_http_same_origin(struct rcn_view a, struct rcn_view b);

#endif
