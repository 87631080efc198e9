/* The loop: the only part of apply that has effects. */
#include "apply/run.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "http/retry.h"

struct rcn_task_world rcn_run_world(struct rcn_run *run)
{
	const struct rcn_apply_options *options = run->options;

	return (struct rcn_task_world){
		.base = rcn_client_base(options->client),
		.commit = run->plan->commit,
		.wall = rcn_clock_wall(options->clock),
		.monotonic = rcn_clock_monotonic(options->clock),
		.wait_ms = options->wait_ms,
		.poll_ms = options->poll_ms,
		.doubt_ms = options->doubt_ms > 0 ? options->doubt_ms : 60 * 1000,
		.random = options->random,
		.scratch = &run->scratch,
	};
}

void rcn_run_stop(struct rcn_run *run, enum rcn_status status)
{
	if (run->stopped != RCN_OK)
		return;
	run->stopped = status;
	/* What waits for a connection must not leave any more. */
	rcn_http_cancel_waiting(run->options->http);
}

static bool is_polling(const struct rcn_task *task)
{
	return task->step == RCN_STEP_POLL;
}

static enum rcn_status end_task(struct rcn_run *run, struct rcn_task *task)
{
	enum rcn_status status = rcn_run_record_result(run, task);

	run->active--;
	run->ended++;
	if (task->result == RCN_RESULT_FAILED || task->result == RCN_RESULT_UNKNOWN) {
		run->failed++;
		rcn_run_add_problem(run, task);
	}
	rcn_run_emit_ended(run, task);
	run->tasks[task->index] = NULL;
	rcn_task_free(task);
	free(task);
	rcn_run_emit_progress(run, false);
	return status;
}

enum rcn_status rcn_run_place(struct rcn_run *run, struct rcn_task *task)
{
	if (task->dirty || task->removed) {
		if (!rcn_array_reserve((void **)&run->unsaved, &run->unsaved_capacity,
				       run->unsaved_count + 1, sizeof(struct rcn_task *)))
			return RCN_ERROR_MEMORY;
		run->unsaved[run->unsaved_count++] = task;
		return RCN_OK;
	}
	if (task->step == RCN_STEP_STORE || task->step == RCN_STEP_ENDED)
		return end_task(run, task);
	if (is_polling(task))
		run->polling++;
	return rcn_queue_push(&run->waiting, task);
}

enum rcn_status rcn_run_commit(struct rcn_run *run)
{
	size_t count = run->unsaved_count, puts = 0, removes = 0;
	const struct rcn_record **records;
	struct rcn_view *keys;
	struct rcn_task **tasks = run->unsaved;
	struct rcn_task_world world = rcn_run_world(run);
	struct rcn_event event = { .type = RCN_EVENT_COMMITTED, .count = count };
	bool at_service = false;
	enum rcn_status status;

	if (count == 0)
		return RCN_OK;
	records = calloc(count, sizeof(const struct rcn_record *));
	keys = calloc(2 * count, sizeof(*keys));
	if (!records || !keys) {
		free(records);
		free(keys);
		return rcn_diag_no_memory(run->diag);
	}
	for (size_t i = 0; i < count; i++) {
		/* A state belongs to an API from the first customer that it has there: a
		 * mistyped address must not claim it. */
		at_service = at_service || !rcn_view_is_none(tasks[i]->record.url);
		if (tasks[i]->removed)
			keys[removes++] = tasks[i]->record.key;
		else
			records[puts++] = &tasks[i]->record;
		if (!rcn_view_is_none(tasks[i]->old_key))
			keys[removes++] = tasks[i]->old_key;
	}
	status = rcn_store_commit(
		run->options->store,
		&(struct rcn_store_batch){ .puts = records,
					   .put_count = puts,
					   .removes = keys,
					   .remove_count = removes,
					   .api_url = at_service ? world.base : RCN_VIEW_NONE },
		run->diag);
	free(records);
	free(keys);
	if (status != RCN_OK)
		return status;
	rcn_run_emit(run, &event);
	/* Placing a task may add to the list again only through an answer, never here. */
	run->unsaved = NULL;
	run->unsaved_count = run->unsaved_capacity = 0;
	for (size_t i = 0; i < count && status == RCN_OK; i++) {
		rcn_task_stored(tasks[i], &world);
		status = rcn_run_place(run, tasks[i]);
	}
	free(tasks);
	return status;
}

/* Begins actions as long as there is room ahead of the network. */
static enum rcn_status begin_more(struct rcn_run *run)
{
	struct rcn_task_world world = rcn_run_world(run);
	size_t ahead = (size_t)run->options->concurrency * RCN_RUN_AHEAD;

	while (run->next < run->plan->count && run->active - run->polling < ahead) {
		size_t index = run->next++;
		const struct rcn_action *action = &run->plan->actions[index];
		struct rcn_task *task;
		enum rcn_status status;

		if (!rcn_action_is_work(action->type)) {
			run->result->actions[index].type = RCN_RESULT_BLOCKED;
			continue;
		}
		task = malloc(sizeof(*task));
		if (!task)
			return rcn_diag_no_memory(run->diag);
		status = rcn_task_begin(task, action, index, &world);
		run->tasks[index] = task;
		run->active++;
		if (status == RCN_OK)
			status = rcn_run_place(run, task);
		if (status != RCN_OK)
			return rcn_diag_no_memory(run->diag);
	}
	return RCN_OK;
}

/* True when a request may go out as far as the token is concerned. */
static bool token_ready(struct rcn_run *run, int64_t now, int64_t *wait)
{
	struct rcn_client *client = run->options->client;

	switch (rcn_client_token_state(client)) {
	case RCN_TOKEN_READY:
		run->token_attempts = 0;
		return true;
	case RCN_TOKEN_REFRESHING:
		return false;
	case RCN_TOKEN_DEAD:
		rcn_run_stop(run, RCN_ERROR_DENIED);
		return false;
	case RCN_TOKEN_NEEDED:
		if (now < run->token_due) {
			if (run->token_due - now < *wait)
				*wait = run->token_due - now;
			return false;
		}
		if (run->token_attempts >= RCN_LIMIT_ATTEMPTS) {
			rcn_run_stop(run, RCN_ERROR_NETWORK);
			return false;
		}
		run->token_due = now + rcn_retry_delay(++run->token_attempts, run->options->random);
		if (rcn_client_refresh(client) != RCN_OK)
			rcn_run_stop(run, RCN_ERROR_MEMORY);
		return false;
	}
	return false;
}

static bool interrupted(const struct rcn_run *run)
{
	return run->options->stop && *run->options->stop;
}

/* Starts what may start; *wait gets how long at most to wait for something else. */
static enum rcn_status send_more(struct rcn_run *run, int64_t *wait)
{
	*wait = 1000;
	while (run->stopped == RCN_OK && !interrupted(run)) {
		struct rcn_task *task = rcn_queue_first(&run->waiting);
		int64_t now = rcn_clock_monotonic(run->options->clock), delay;
		enum rcn_status status;

		if (!task)
			return RCN_OK;
		if (task->due > now) {
			if (task->due - now < *wait)
				*wait = task->due - now;
			return RCN_OK;
		}
		if (!token_ready(run, now, wait))
			return RCN_OK;
		delay = rcn_pace_delay(&run->pace, rcn_http_in_flight(run->options->http), now);
		if (delay != 0) {
			if (delay > 0 && delay < *wait)
				*wait = delay;
			return RCN_OK;
		}
		(void)rcn_queue_pop(&run->waiting);
		if (is_polling(task))
			run->polling--;
		status = rcn_run_send(run, task);
		if (status == RCN_OK) {
			rcn_pace_started(&run->pace, now);
			continue;
		}
		if (status == RCN_ERROR_MEMORY)
			return rcn_diag_no_memory(run->diag);
		/* A page of another origin, a body that can't be read: this customer's trouble. */
		rcn_task_end(task,
			     task->record.intent == RCN_INTENT_NONE ? RCN_RESULT_FAILED
								    : RCN_RESULT_UNKNOWN,
			     RCN_VIEW("its request can't be made: what the service or the state "
				      "says of it makes no sense"));
		status = rcn_run_place(run, task);
		if (status != RCN_OK)
			return status;
	}
	return RCN_OK;
}

static enum rcn_status turn(struct rcn_run *run)
{
	int64_t wait = 1000;
	enum rcn_status status = RCN_OK;

	if (interrupted(run))
		rcn_run_stop(run, RCN_ERROR_INTERRUPTED);
	if (run->active > run->polling &&
	    rcn_clock_monotonic(run->options->clock) - run->well_at > RCN_RUN_UNWELL_MS) {
		run->stop_code = RCN_CODE_API_GAVE_UP;
		run->stop_text = RCN_VIEW("nothing but refusals and faults for 15 minutes");
		rcn_run_stop(run, RCN_ERROR_NETWORK);
	}
	if (run->stopped == RCN_OK)
		status = begin_more(run);
	if (status == RCN_OK)
		status = rcn_run_commit(run);
	if (status == RCN_OK)
		status = send_more(run, &wait);
	if (status != RCN_OK)
		return status;
	/* What a commit ended makes room: do not sit and wait while there is work to begin. */
	if (run->stopped == RCN_OK && run->next < run->plan->count &&
	    run->active - run->polling < run->options->concurrency)
		wait = 0;
	if (run->stopped != RCN_OK ? rcn_http_in_flight(run->options->http) > 0
				   : run->active > 0 || run->next < run->plan->count)
		status = rcn_http_turn(run->options->http, wait);
	rcn_run_emit_progress(run, false);
	return status == RCN_OK ? status : rcn_diag_internal(run->diag, "the event loop failed");
}

static bool finished(const struct rcn_run *run)
{
	if (rcn_http_in_flight(run->options->http) > 0)
		return false;
	if (run->stopped != RCN_OK)
		return run->unsaved_count == 0;
	return run->active == 0 && run->next >= run->plan->count;
}

/*
 * The run ends early: an intent whose POST is known not to have been done (never sent, or
 * refused with 401, 403, 429) stands for nothing, and is taken back, so that the next run
 * need not find out what became of it. Without it the next run is only slower: a failure
 * here changes nothing else.
 */
static enum rcn_status withdraw_intents(struct rcn_run *run)
{
	size_t count = run->plan->count, puts = 0, removes = 0;
	const struct rcn_record **records =
		calloc(count ? count : 1, sizeof(const struct rcn_record *));
	struct rcn_view *keys = calloc(count ? count : 1, sizeof(*keys));
	enum rcn_status status = records && keys ? RCN_OK : rcn_diag_no_memory(run->diag);

	for (size_t i = 0; i < count && status == RCN_OK; i++) {
		struct rcn_task *task = run->tasks[i];

		if (!task || task->step != RCN_STEP_CREATE || task->in_doubt || task->in_flight)
			continue;
		task->record.intent = RCN_INTENT_NONE;
		task->record.intent_body = RCN_VIEW_NONE;
		if (task->action->has_record)
			records[puts++] = &task->record;
		else
			keys[removes++] = task->record.key;
	}
	if (status == RCN_OK && puts + removes > 0)
		status = rcn_store_commit(run->options->store,
					  &(struct rcn_store_batch){ .puts = records,
								     .put_count = puts,
								     .removes = keys,
								     .remove_count = removes },
					  run->diag);
	free(records);
	free(keys);
	return status;
}

static void wind_up(struct rcn_run *run)
{
	for (size_t i = 0; i < run->plan->count; i++) {
		struct rcn_task *task = run->tasks ? run->tasks[i] : NULL;

		if (!task)
			continue;
		rcn_task_abandon(task);
		if (task->result == RCN_RESULT_UNKNOWN)
			rcn_run_add_problem(run, task);
		(void)rcn_run_record_result(run, task);
		rcn_task_free(task);
		free(task);
	}
	free(run->tasks);
	free(run->unsaved);
	rcn_queue_free(&run->waiting);
	rcn_arena_free(&run->scratch);
}

enum rcn_status rcn_apply(const struct rcn_plan *plan, const struct rcn_apply_options *options,
			  struct rcn_result **result, struct rcn_diag *diag)
{
	struct rcn_run run = { .options = options, .plan = plan, .diag = diag };
	struct rcn_event started = { .type = RCN_EVENT_APPLY_STARTED };
	struct rcn_event ended = { .type = RCN_EVENT_APPLY_ENDED };
	enum rcn_status status = RCN_OK;

	run.scratch = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	run.started = rcn_clock_monotonic(options->clock);
	run.well_at = run.started;
	run.result = rcn_result_new(plan, rcn_clock_wall(options->clock));
	run.tasks = calloc(plan->count ? plan->count : 1, sizeof(struct rcn_task *));
	if (!run.result || !run.tasks) {
		rcn_result_free(run.result);
		free(run.tasks);
		return rcn_diag_no_memory(diag);
	}
	for (size_t i = 0; i < plan->count; i++)
		run.work += rcn_action_is_work(plan->actions[i].type);
	rcn_pace_init(&run.pace, options->concurrency, run.started);
	rcn_run_emit(&run, &started);
	while (status == RCN_OK && !finished(&run))
		status = turn(&run);
	/* The store or the memory failed: nothing more goes out, but what is on the wire
	 * comes home, so that its end is at least told. */
	if (status != RCN_OK)
		run.stopped = status;
	rcn_http_cancel_waiting(options->http);
	while (rcn_http_in_flight(options->http) > 0)
		if (rcn_http_turn(options->http, 1000) != RCN_OK)
			break;
	/* Nobody may call back once the tasks are gone. */
	rcn_http_abort(options->http);
	if (status == RCN_OK && run.stopped != RCN_OK)
		(void)withdraw_intents(&run);
	wind_up(&run);
	if (status == RCN_OK && run.stopped != RCN_OK)
		rcn_run_explain(&run);
	run.result->status = run.stopped;
	run.result->interrupted = run.stopped == RCN_ERROR_INTERRUPTED;
	run.result->counts.refused = run.pace.refused;
	run.result->ended_at = rcn_clock_wall(options->clock);
	rcn_run_emit_progress(&run, true);
	rcn_run_emit(&run, &ended);
	*result = run.result;
	return run.stopped;
}
