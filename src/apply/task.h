/*
 * One action on its way: what is to happen next, and why. PURE: the functions here
 * read no clock, send nothing and store nothing; they are told the time and what was
 * answered, and leave in the task what the loop (apply/loop.c) has to do.
 *
 *	rcn_task_begin    from the plan's action to the first step
 *	rcn_task_call     the call that the step wants sent
 *	rcn_task_answer   an answer came: the next step, or the end
 *	rcn_task_stored   the record is durable now
 *
 * While `dirty` or `removed` is set the record must be committed before anything else
 * happens to the task: so an intent is durable before its request, and a URL before
 * the first poll.
 */
#ifndef RCN_APPLY_TASK_H
#define RCN_APPLY_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/apply.h"
#include "webex/treatment.h"

enum rcn_step {
	RCN_STEP_LOOKUP,      /* who has this externalId? */
	RCN_STEP_CREATE,      /* POST */
	RCN_STEP_UPDATE,      /* PUT of record.intent_body */
	RCN_STEP_SUBSCRIBERS, /* has it subscribers? then it is not deleted */
	RCN_STEP_DELETE,
	RCN_STEP_POLL,  /* GET until settled */
	RCN_STEP_STORE, /* nothing to send: end once stored */
	RCN_STEP_ENDED,
};

/* What the task is told about the world. */
struct rcn_task_world {
	struct rcn_view base;     /* the API's URL */
	struct rcn_view commit;   /* of the plan */
	int64_t wall, monotonic;  /* now, ms */
	int64_t wait_ms, poll_ms; /* of rcn_apply_options */
	int64_t doubt_ms;         /* how long a POST without an answer may still take effect */
	const struct rcn_random *random;
	struct rcn_arena *scratch; /* for reading an answer; emptied behind each */
};

/* Why the whole run has to end; RCN_OK = it goes on. */
struct rcn_task_verdict {
	enum rcn_status stop_run;
	bool refused;           /* 429 or 423: tell the pace, with … */
	int64_t retry_after_ms; /* … this, or -1 */
	bool token_refused;     /* 401 */
};

struct rcn_task {
	size_t index; /* in the plan and in the result */
	const struct rcn_action *action;
	struct rcn_arena arena;   /* everything below lives here */
	struct rcn_record record; /* as it is to be stored next */
	struct rcn_view old_key;  /* the record under it goes with the next commit; or absent */
	enum rcn_step step;
	bool dirty;   /* the record must become durable before the step */
	bool removed; /* the record must go */
	bool in_flight;
	bool has_stored; /* something of this task is in the store */

	bool accepted;   /* a write of this run got its 2xx */
	bool created;    /* our POST made it (for the summary) */
	bool adopted;    /* found by this run, not made by us */
	bool adopting;   /* found; to be compared once it has settled */
	bool in_doubt;   /* a POST went out whose outcome is unknown */
	bool conflict;   /* POST was answered 409: if nobody has it, give up */
	bool never_post; /* POST was accepted without a usable URL */
	bool updated_after_adoption;

	struct rcn_view page_next; /* further page of a lookup */
	size_t found;              /* matches on the lookup's pages so far */
	struct rcn_observed match;
	struct rcn_view other_id; /* of a second match */
	unsigned lookups;         /* complete, empty ones since the last POST */
	unsigned posts;
	unsigned attempts;         /* of the present call, that failed */
	unsigned refusals;         /* 429 and 423 of the present call */
	unsigned pages;            /* of the present look-up */
	bool wrote;                /* a write of this run left */
	unsigned polls, missing;   /* GETs; of those, 404s in a row */
	unsigned requests;         /* of this task in all */
	unsigned token_generation; /* with which the request in flight was sent */
	int64_t due;               /* monotonic: the next request not before */
	int64_t accepted_at;       /* monotonic */
	int64_t started_at;        /* wall */

	enum rcn_result_type result; /* when ENDED */
	struct rcn_view reason, code, tracking_id;
	struct rcn_view trouble; /* what the last POST in doubt ended with */
	enum rcn_code problem;   /* what a failure is reported as */
};

#define RCN_TASK_ARENA_BYTES      (8UL * 1024 * 1024)
#define RCN_TASK_LOOKUPS_IN_DOUBT 3    /* empty look-ups before a POST in doubt is repeated */
#define RCN_TASK_LOOKUPS_ACCEPTED 6    /* look-ups for what was accepted without a URL */
#define RCN_TASK_POSTS            3    /* of one run */
#define RCN_TASK_MISSING          10   /* 404s in a row before a new customer counts as gone */
#define RCN_TASK_REFUSALS         200  /* 429 and 423 of one call */
#define RCN_TASK_PAGES            1000 /* of one look-up */

/* Statuses: RCN_OK or RCN_ERROR_MEMORY/_LIMIT (the arena's). */
enum rcn_status rcn_task_begin(struct rcn_task *task, const struct rcn_action *action, size_t index,
			       const struct rcn_task_world *world);
enum rcn_call rcn_task_call(const struct rcn_task *task);
enum rcn_status rcn_task_answer(struct rcn_task *task, enum rcn_call call,
				const struct rcn_http_response *response,
				const struct rcn_task_world *world,
				struct rcn_task_verdict *verdict);
void rcn_task_stored(struct rcn_task *task, const struct rcn_task_world *world);
/* The run ends before the task did: says how far it came. */
void rcn_task_abandon(struct rcn_task *task);
void rcn_task_free(struct rcn_task *task);

/* For the parts of the machine only. */
void rcn_task_end(struct rcn_task *task, enum rcn_result_type result, struct rcn_view reason);
void rcn_task_repeat(struct rcn_task *task, const struct rcn_task_world *world);
enum rcn_status rcn_task_fail(struct rcn_task *task, const struct rcn_http_response *response,
			      const struct rcn_task_world *world, const char *prefix);
void rcn_task_want_update(struct rcn_task *task, const struct rcn_task_world *world,
			  struct rcn_view body, const struct rcn_digest *digest);
/* Writes down the intent, then POST. */
void rcn_task_want_create(struct rcn_task *task, const struct rcn_task_world *world);
/* The record says now that `intent_body` was accepted. */
void rcn_task_accept_body(struct rcn_task *task, const struct rcn_task_world *world);
enum rcn_status rcn_task_lookup_answer(struct rcn_task *task,
				       const struct rcn_http_response *response,
				       const struct rcn_task_world *world);
enum rcn_status rcn_task_poll_answer(struct rcn_task *task,
				     const struct rcn_http_response *response,
				     const struct rcn_task_world *world);
/* What can be seen (address, packages) differs from the body. */
enum rcn_status rcn_task_differs(struct rcn_arena *arena, const struct rcn_observed *observed,
				 struct rcn_view body, bool *differs);

#endif
