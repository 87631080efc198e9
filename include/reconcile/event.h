/*
 * What happens while the library works. Events are for showing and logging; nothing
 * depends on anybody listening. Views live during the call only. Text may hold what
 * others wrote (manifests, the service): escape it for where it goes.
 */
#ifndef RECONCILE_EVENT_H
#define RECONCILE_EVENT_H

#include <stdint.h>

#include <reconcile/status.h>
#include <reconcile/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rcn_event_type {
	RCN_EVENT_LOG,             /* `level` and `text` alone */
	RCN_EVENT_APPLY_STARTED,   /* progress.total is known */
	RCN_EVENT_REQUEST_STARTED, /* key, call, attempt */
	RCN_EVENT_REQUEST_ENDED,   /* key, call, attempt, http_status (0: none), duration_ms,
				      tracking_id, text: the transport's reason or absent */
	RCN_EVENT_SLOWED,          /* the service refused (429, 423): duration_ms = the pause */
	RCN_EVENT_WAITING,         /* key was accepted and is busy: status */
	RCN_EVENT_ACTION_ENDED,    /* key, action, result, status, url, text: reason or absent */
	RCN_EVENT_PROGRESS,        /* about once a second, and whenever an action ended */
	RCN_EVENT_COMMITTED,       /* `count` records were stored durably */
	RCN_EVENT_APPLY_ENDED,
};

enum rcn_log_level {
	RCN_LOG_ERROR,
	RCN_LOG_WARNING,
	RCN_LOG_INFO,
	RCN_LOG_DEBUG,
	RCN_LOG_TRACE,
};

struct rcn_progress {
	size_t total, done, failed; /* actions; done includes failed */
	size_t in_flight;           /* requests on the wire */
	size_t waiting;             /* accepted, not settled yet */
	double rate;                /* requests a second lately */
	int64_t remaining_ms;       /* estimate; -1 = unknown */
	int64_t elapsed_ms;
};

struct rcn_event {
	enum rcn_event_type type;
	enum rcn_log_level level;
	int64_t time;        /* wall ms */
	struct rcn_view key; /* the customer's externalId */
	const char *action;  /* "create", … or NULL */
	const char *call;    /* "lookup", … or NULL */
	const char *result;  /* "done", "adopted", "busy", "failed", "skipped" or NULL */
	unsigned attempt;    /* 1 = the first */
	int http_status;
	int http_version; /* of a request that ended: 10, 11, 20; 0 unknown */
	int64_t duration_ms;
	size_t count;
	struct rcn_view status, url, tracking_id, text;
	struct rcn_progress progress;
};

/* The event as one line of JSON, what it does not know left out. */
RCN_PUBLIC enum rcn_status rcn_event_write(const struct rcn_event *event, struct rcn_sink sink);

#ifdef __cplusplus
}
#endif
#endif
