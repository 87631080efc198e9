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
 * It does exactly what it is told, once: no redirects, no pace, no decision. A POST is
 * on the wire at most once: libcurl's own repetition on a connection that turned out
 * dead is cut off (it ends as RCN_HTTP_UNKNOWN). Other methods, which are idempotent, may
 * be repeated by libcurl on a fresh connection (RFC 9110 §9.2.2). TLS is always verified, 1.2 at
 *least; plain http only to loopback (rcn_http_origin_parse refuses the rest). HTTP/2 where the
 *server offers it over TLS, else HTTP/1.1; connections are reused and capped. Every request has a
 *time limit and a connect limit. Answers and headers beyond their maximum end as
 *RCN_HTTP_TOO_LARGE. Proxies by the usual environment variables, but never for plain http, which
 *would show the token to the proxy.
 *
 * What would only queue inside libcurl (an HTTP/1.1 server takes one request a
 * connection) waits here instead, so that its time limit does not run yet.
 */
#ifndef RCN_HTTP_HTTP_H
#define RCN_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/view.h"
#include "diag/diag.h"

struct rcn_http;

struct rcn_http_options {
	const char *ca_file; /* PEM bundle; NULL = the system's */
	const char *user_agent;
	unsigned connections; /* cap per host over TLS; 0 = 8. Plain http gets `concurrency` */
	unsigned concurrency; /* requests on the wire at once, at most; 0 = 1 */
	int64_t timeout_ms;   /* of one request, 0 = 60 s */
	int64_t connect_timeout_ms; /* 0 = 10 s */
	const struct rcn_clock *clock;
};

/* What became of a request on the wire. */
enum rcn_http_outcome {
	RCN_HTTP_ANSWERED,  /* a complete answer; look at its status */
	RCN_HTTP_NOT_SENT,  /* could not resolve, connect, or shake hands: no byte of the
			       request left, safe to repeat */
	RCN_HTTP_UNTRUSTED, /* TLS verification failed: nothing was sent, hopeless to repeat */
	RCN_HTTP_UNKNOWN,   /* sent at least in part, and no complete answer: the work may
			       be done or not (reset, time-out, cut, malformed) */
	RCN_HTTP_TOO_LARGE, /* the answer exceeded a maximum; the work may be done */
};

struct rcn_http_response {
	enum rcn_http_outcome outcome;
	int status;           /* HTTP status; 0 when there was none */
	struct rcn_view body; /* as received so far; NUL-terminated behind its end */
	struct rcn_view location, link, retry_after, date, content_type, tracking_id;
	struct rcn_view error;        /* transport's reason, for people; absent when answered */
	int http_version;             /* 10, 11, 20; 0 unknown */
	int64_t started_ms, ended_ms; /* monotonic */
};

struct rcn_http_request {
	const char *method; /* "GET", "POST", "PUT", "DELETE" */
	struct rcn_view url;
	struct rcn_view body;            /* absent = none; copied */
	const char *content_type;        /* of the body */
	const struct rcn_secret *bearer; /* NULL = no Authorization header */
	struct rcn_view tracking_id;     /* sent as TrackingID; absent = none */
	int64_t timeout_ms;              /* 0 = the loop's */
	/* Called once, from rcn_http_turn, rcn_http_cancel_waiting, rcn_http_abort or
	 * rcn_http_free. May start further requests; the last three refuse them. The response is
	 * gone when it returns. */
	void (*done)(void *payload, const struct rcn_http_response *response);
	void *payload;
};

enum rcn_status rcn_http_new(const struct rcn_http_options *options, struct rcn_http **http,
			     struct rcn_diag *diag);
/* rcn_http_abort first, then everything else. */
void rcn_http_free(struct rcn_http *http);

/* Copies what it needs of the request, and wipes its copies of bearer and body when it
 * ends. RCN_ERROR_MEMORY; RCN_ERROR_INTERNAL for a URL that rcn_http_origin refuses or an
 * unknown method; RCN_ERROR_INTERRUPTED from within rcn_http_cancel_waiting, rcn_http_abort
 * and rcn_http_free. No diagnostics, and `done` is not called then. */
enum rcn_status rcn_http_start(struct rcn_http *http, const struct rcn_http_request *request);

/* Handles what happened; when nothing had ended yet, waits at most wait_ms for something
 * to happen, and handles that. Returns early when rcn_http_wake was called or a signal
 * arrived. RCN_ERROR_INTERNAL or RCN_ERROR_MEMORY when libcurl is at its end. */
enum rcn_status rcn_http_turn(struct rcn_http *http, int64_t wait_ms);

/* Ends the wait of a turn. From any thread; not from signal handlers, which end it anyway. */
void rcn_http_wake(struct rcn_http *http);

/* Ends every request that waits here and was not handed to libcurl yet, as
 * RCN_HTTP_NOT_SENT. What runs goes on. May be called from a `done`. */
void rcn_http_cancel_waiting(struct rcn_http *http);

/* Ends all requests; none is in flight afterwards. Those of which nothing was sent end as
 * RCN_HTTP_NOT_SENT, those whose end is there already as that, all others as
 * RCN_HTTP_UNKNOWN. May be called from a `done`; requests may be started afterwards. */
void rcn_http_abort(struct rcn_http *http);

/* Requests started whose `done` was not called yet. */
unsigned rcn_http_in_flight(const struct rcn_http *http);

/* scheme://host:port of a URL, lower case, default port left out. Read by libcurl's own
 * parser, so that what is judged is where it would go. False where it is no http(s) URL, has
 * user information, a fragment, or is plain http to anything but loopback (127.0.0.0/8,
 * [::1], localhost); `origin` is untouched then. It may be NULL. */
bool rcn_http_origin(struct rcn_view url, struct rcn_buffer *origin);
bool rcn_http_same_origin(struct rcn_view a, struct rcn_view b);

/* The library in use, for `reconcile version`: "libcurl/7.88.1 …"; static text. */
const char *rcn_http_library_version(void);

#endif
