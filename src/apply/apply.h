/*
 * Drives a plan to its end: intents, sends, polls, records.
 *
 * One thread, one loop: start what the pace allows, turn the network, handle what
 * ended, and once a turn commit everything that is ready as one durable batch. For each
 * action a small machine of steps decides, purely (apply/step.h), what comes next;
 * the loop alone has effects.
 *
 * The order that the promises rest on:
 *	1. the intent is durable before the first request of an action may be sent;
 *	2. a create looks up by externalId first; found → adopt, two found → that customer
 *	   stops and both ids are named; not found → POST;
 *	3. an outcome that is unknown is looked up (wait, look, wait, look) before POST is sent
 *	   again; the next run does the same, since the intent is still there;
 *	4. the returned URL is durable before the customer is polled.
 */
#ifndef RCN_APPLY_APPLY_H
#define RCN_APPLY_APPLY_H

#include <signal.h>

#include <reconcile/event.h>
#include <reconcile/session.h>

#include "base/clock.h"
#include "base/random.h"
#include "diag/diag.h"
#include "http/http.h"
#include "plan/plan.h"
#include "state/store.h"
#include "webex/client.h"

struct rcn_apply_options {
	struct rcn_http *http;
	struct rcn_client *client;
	struct rcn_store *store; /* locked */
	const struct rcn_clock *clock;
	const struct rcn_random *random;
	unsigned concurrency;
	int64_t wait_ms;  /* for busy customers, from when the last was accepted; 0 = don't wait */
	int64_t poll_ms;  /* first wait between polls; 0 = 5 s */
	int64_t doubt_ms; /* a POST without an answer may take effect so long; 0 = 60 s */
	const volatile sig_atomic_t *stop;
	void (*on_event)(void *payload, const struct rcn_event *event);
	void *payload;
};

enum rcn_result_type {
	RCN_RESULT_NONE,    /* never started (run stopped before) */
	RCN_RESULT_DONE,    /* settled well */
	RCN_RESULT_ADOPTED, /* existed already: URL stored, and updated where it differed visibly */
	RCN_RESULT_BUSY,    /* accepted, not settled within the time limit */
	RCN_RESULT_FAILED,  /* refused, or settled as error or provisioned_with_errors */
	RCN_RESULT_BLOCKED, /* the plan said so */
	RCN_RESULT_UNKNOWN, /* sent, outcome not known yet: intent stays, next run finds out */
};

/* One a plan's action, same index. Views live in the result's arena. */
struct rcn_action_result {
	enum rcn_result_type type;
	struct rcn_view url, status;
	struct rcn_view reason; /* of a failure, or of waiting */
	struct rcn_view code, tracking_id;
	unsigned requests;
	int64_t started_at, ended_at; /* wall ms */
};

struct rcn_result {
	struct rcn_arena arena;
	const struct rcn_plan
		*plan; /* borrowed; rcn_session_apply_run's result owns nothing of it */
	struct rcn_action_result *actions;
	size_t count;
	struct rcn_result_counts counts;
	int64_t started_at, ended_at;
	bool interrupted;
	enum rcn_status status; /* what ended the run: RCN_OK, RCN_ERROR_DENIED, … */
};

/*
 * RCN_OK when all was tried (look at the counts). RCN_ERROR_DENIED (token dead, 403),
 * RCN_ERROR_NETWORK (TLS fault, redirect: nothing can work), RCN_ERROR_IO/_FENCED (the
 * store can't be written: nothing more is sent), RCN_ERROR_INTERRUPTED; *result is filled
 * in these cases too, and diag has exactly one problem for what ended the run. Failures of
 * customers are in the result and, with the manifest's place, in diag.
 */
enum rcn_status rcn_apply(const struct rcn_plan *plan, const struct rcn_apply_options *options,
			  struct rcn_result **result, struct rcn_diag *diag);
struct rcn_result *rcn_result_new(const struct rcn_plan *plan, int64_t started_at);
void rcn_result_free(struct rcn_result *result);
const char *rcn_result_name(enum rcn_result_type type); /* "done", "adopted", … */

#endif
