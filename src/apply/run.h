/*
 * One apply while it runs: what the loop, the sender and the reporting share.
 */
#ifndef RCN_APPLY_RUN_H
#define RCN_APPLY_RUN_H

#include "apply/queue.h"
#include "http/pace.h"

/* Accepted customers that wait for their next poll take no place in the window; of the
 * others at most this many times the concurrency are begun, so that intents are committed
 * in batches ahead of their requests. */
#define RCN_RUN_AHEAD 2

/* Requests that could not be sent before the service counts as out of reach, as long as
 * nothing was ever answered. */
#define RCN_RUN_UNREACHABLE 4

/* So long without a single answer but refusals and faults, and the run ends: what it began is in
 * the state, and the next run goes on from there. Longer than any Retry-After that is obeyed. */
#define RCN_RUN_UNWELL_MS (15 * 60 * 1000)

struct rcn_run {
	const struct rcn_apply_options *options;
	const struct rcn_plan *plan;
	struct rcn_result *result;
	struct rcn_diag *diag;
	struct rcn_pace pace;
	struct rcn_queue waiting;  /* tasks that will send */
	struct rcn_task **tasks;   /* by action's index; NULL = not begun or ended */
	struct rcn_task **unsaved; /* tasks that wait for the commit */
	size_t unsaved_count, unsaved_capacity;
	size_t next;    /* first action not begun */
	size_t active;  /* begun and not ended */
	size_t polling; /* of those, the ones that only wait for a poll */
	size_t ended, failed, work;
	struct rcn_arena scratch; /* for reading an answer; emptied behind each */
	int64_t well_at; /* monotonic, of the last answer that was neither refusal nor fault */
	bool answered;   /* the service answered something in this run */
	bool worked;     /* some call of this run succeeded: the address is right */
	unsigned unreachable;
	enum rcn_status stopped;   /* RCN_OK, or what ends the run: nothing more is sent */
	struct rcn_view stop_text; /* of the answer that did it */
	enum rcn_code stop_code;   /* how it is reported; RCN_CODE_NONE = as out of reach */
	int64_t started;           /* monotonic */
	int64_t progress_at;
	unsigned token_attempts;
	int64_t token_due;
};

struct rcn_task_world rcn_run_world(struct rcn_run *run);
/* Starts the request that the task's step wants. */
enum rcn_status rcn_run_send(struct rcn_run *run, struct rcn_task *task);
/* Stops the run; the first reason counts. */
void rcn_run_stop(struct rcn_run *run, enum rcn_status status);
/* Where the task belongs now: to the commit, to the queue, or among the ended. */
enum rcn_status rcn_run_place(struct rcn_run *run, struct rcn_task *task);
/* Commits all that is unsaved as one batch. */
enum rcn_status rcn_run_commit(struct rcn_run *run);

/* Events. */
void rcn_run_emit(const struct rcn_run *run, struct rcn_event *event);
void rcn_run_emit_ended(const struct rcn_run *run, const struct rcn_task *task);
void rcn_run_emit_request(const struct rcn_run *run, const struct rcn_task *task,
			  enum rcn_call call, const struct rcn_http_response *response);
void rcn_run_emit_progress(struct rcn_run *run, bool now);

/* Results. */
enum rcn_status rcn_run_record_result(struct rcn_run *run, const struct rcn_task *task);
void rcn_run_add_problem(const struct rcn_run *run, const struct rcn_task *task);
void rcn_run_explain(struct rcn_run *run);

#endif
