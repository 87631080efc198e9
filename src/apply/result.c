/* What an apply came to, and what is told while it runs. */
#include <stdlib.h>

#include "apply/run.h"
#include "base/limits.h"

static const char *const result_names[] = {
	[RCN_RESULT_NONE] = "skipped",    [RCN_RESULT_DONE] = "done",
	[RCN_RESULT_ADOPTED] = "adopted", [RCN_RESULT_BUSY] = "busy",
	[RCN_RESULT_FAILED] = "failed",   [RCN_RESULT_BLOCKED] = "blocked",
	[RCN_RESULT_UNKNOWN] = "unknown",
};

const char *rcn_result_name(enum rcn_result_type type)
{
	return result_names[type];
}

struct rcn_result *rcn_result_new(const struct rcn_plan *plan, int64_t started_at)
{
	struct rcn_result *result = calloc(1, sizeof(*result));

	if (!result)
		return NULL;
	result->arena = RCN_ARENA(RCN_LIMIT_PLAN_BYTES);
	result->plan = plan;
	result->count = plan->count;
	result->started_at = started_at;
	result->actions = calloc(plan->count ? plan->count : 1, sizeof(*result->actions));
	if (!result->actions) {
		free(result);
		return NULL;
	}
	for (size_t i = 0; i < plan->count; i++) {
		result->counts.actions++;
		if (plan->actions[i].type == RCN_ACTION_BLOCKED)
			result->counts.blocked++;
		if (!rcn_action_is_work(plan->actions[i].type))
			result->actions[i].type = RCN_RESULT_BLOCKED;
		else
			result->counts.skipped++; /* until it comes to something */
	}
	return result;
}

void rcn_result_free(struct rcn_result *result)
{
	if (!result)
		return;
	rcn_arena_free(&result->arena);
	free(result->actions);
	free(result);
}

static void count_done(struct rcn_result_counts *counts, const struct rcn_task *task)
{
	counts->done++;
	if (task->result == RCN_RESULT_ADOPTED) {
		counts->adopted++;
		return;
	}
	switch (task->action->type) {
	case RCN_ACTION_CREATE:
		counts->created++;
		break;
	case RCN_ACTION_UPDATE:
		counts->updated++;
		break;
	case RCN_ACTION_DELETE:
		counts->deleted++;
		break;
	case RCN_ACTION_RETRY:
		counts->retried++;
		break;
	case RCN_ACTION_RESUME:
		counts->resumed++;
		break;
	case RCN_ACTION_BLOCKED:
	case RCN_ACTION_ORPHAN:
	case RCN_ACTION_UNCHANGED:
	case RCN_ACTION_COUNT:
		break;
	}
}

enum rcn_status rcn_run_record_result(struct rcn_run *run, const struct rcn_task *task)
{
	struct rcn_arena *arena = &run->result->arena;
	struct rcn_action_result *result = &run->result->actions[task->index];
	struct rcn_result_counts *counts = &run->result->counts;

	*result = (struct rcn_action_result){
		.type = task->result,
		.url = rcn_arena_copy(arena, task->record.url),
		.status = rcn_arena_copy(arena, task->record.status),
		.reason = rcn_arena_copy(arena, task->reason),
		.code = rcn_arena_copy(arena, task->code),
		.tracking_id = rcn_arena_copy(arena, task->tracking_id),
		.requests = task->requests,
		.started_at = task->started_at,
		.ended_at = rcn_clock_wall(run->options->clock),
	};
	if (task->result == RCN_RESULT_NONE)
		return rcn_arena_status(arena);
	counts->skipped--;
	switch (task->result) {
	case RCN_RESULT_DONE:
	case RCN_RESULT_ADOPTED:
		count_done(counts, task);
		break;
	case RCN_RESULT_BUSY:
		counts->busy++;
		break;
	case RCN_RESULT_BLOCKED:
		counts->blocked++;
		break;
	case RCN_RESULT_FAILED:
	case RCN_RESULT_UNKNOWN:
	case RCN_RESULT_NONE:
		counts->failed++;
		break;
	}
	return rcn_arena_status(arena);
}

void rcn_run_add_problem(const struct rcn_run *run, const struct rcn_task *task)
{
	const struct rcn_action *action = task->action;
	enum rcn_code code = task->problem != RCN_CODE_NONE       ? task->problem
			     : task->result == RCN_RESULT_UNKNOWN ? RCN_CODE_APPLY_UNKNOWN
								  : RCN_CODE_APPLY_FAILED;
	struct rcn_problem *problem = rcn_diag_error_at(
		run->diag, code, action->place, "%s of `%.*s` %s: %.*s",
		rcn_action_name(action->type), RCN_VIEW_ARGS(action->key),
		task->result == RCN_RESULT_UNKNOWN ? "has no known outcome" : "failed",
		RCN_VIEW_ARGS(task->reason));

	rcn_problem_key(problem, action->key);
	if (!rcn_view_is_none(task->tracking_id))
		rcn_problem_hint(problem, "Cisco's support asks for the tracking id %.*s",
				 RCN_VIEW_ARGS(task->tracking_id));
}

static void explain_network(struct rcn_run *run)
{
	struct rcn_problem *problem = rcn_diag_error_at(
		run->diag, run->stop_code ? run->stop_code : RCN_CODE_API_UNREACHABLE,
		RCN_PLACE_NONE, "the service at %.*s can't be used: %.*s",
		RCN_VIEW_ARGS(rcn_client_base(run->options->client)),
		RCN_VIEW_ARGS(rcn_view_is_none(run->stop_text) ? RCN_VIEW("no answer")
							       : run->stop_text));

	rcn_problem_hint(problem,
			 "check --api-url, the network and the proxy; nothing is lost: the "
			 "next run goes on from here");
}

void rcn_run_explain(struct rcn_run *run)
{
	const struct rcn_result_counts *counts = &run->result->counts;
	struct rcn_problem *problem;

	switch (run->stopped) {
	case RCN_ERROR_DENIED:
		if (rcn_view_is_none(run->stop_text)) {
			rcn_client_explain_token(run->options->client, run->diag);
			return;
		}
		problem = rcn_diag_error_at(run->diag, RCN_CODE_API_FORBIDDEN, RCN_PLACE_NONE,
					    "the service forbids this to the token in use: %.*s",
					    RCN_VIEW_ARGS(run->stop_text));
		rcn_problem_hint(problem,
				 "its owner must be a partner's full administrator or hold "
				 "the Wholesale administration role, and the token the "
				 "scopes spark-admin:wholesale_customers_read and _write");
		return;
	case RCN_ERROR_NETWORK:
		explain_network(run);
		return;
	case RCN_ERROR_INTERRUPTED:
		rcn_diag_warning_at(
			run->diag, RCN_CODE_APPLY_INTERRUPTED, RCN_PLACE_NONE,
			"interrupted: %zu of %zu actions were not finished; the state is "
			"consistent, and the next run goes on from here",
			counts->skipped, run->work);
		return;
	case RCN_ERROR_MEMORY:
		(void)rcn_diag_no_memory(run->diag);
		return;
	default:
		(void)rcn_diag_internal(run->diag, "apply ended without a reason");
		return;
	}
}

void rcn_run_emit(const struct rcn_run *run, struct rcn_event *event)
{
	if (!run->options->on_event)
		return;
	event->time = rcn_clock_wall(run->options->clock);
	event->progress = (struct rcn_progress){
		.total = run->work,
		.done = run->ended,
		.failed = run->failed,
		.in_flight = rcn_http_in_flight(run->options->http),
		.waiting = run->polling,
		.rate = rcn_pace_rate(&run->pace),
		.remaining_ms = -1,
		.elapsed_ms = rcn_clock_monotonic(run->options->clock) - run->started,
	};
	if (run->ended > 0 && run->work >= run->ended)
		event->progress.remaining_ms = event->progress.elapsed_ms *
					       (int64_t)(run->work - run->ended) /
					       (int64_t)run->ended;
	run->options->on_event(run->options->payload, event);
}

void rcn_run_emit_ended(const struct rcn_run *run, const struct rcn_task *task)
{
	struct rcn_event event = {
		.type = RCN_EVENT_ACTION_ENDED,
		.key = task->action->key,
		.action = rcn_action_name(task->action->type),
		.result = rcn_result_name(task->result),
		.status = task->record.status,
		.url = task->record.url,
		.text = task->reason,
		.tracking_id = task->tracking_id,
	};

	rcn_run_emit(run, &event);
}

void rcn_run_emit_request(const struct rcn_run *run, const struct rcn_task *task,
			  enum rcn_call call, const struct rcn_http_response *response)
{
	struct rcn_event event = {
		.type = RCN_EVENT_REQUEST_ENDED,
		.key = task->action->key,
		.action = rcn_action_name(task->action->type),
		.call = rcn_call_name(call),
		.attempt = task->attempts + 1,
		.http_status = response->status,
		.http_version = response->http_version,
		.duration_ms = response->ended_ms - response->started_ms,
		.tracking_id = response->tracking_id,
		.text = response->error,
	};

	rcn_run_emit(run, &event);
}

void rcn_run_emit_progress(struct rcn_run *run, bool now)
{
	struct rcn_event event = { .type = RCN_EVENT_PROGRESS };
	int64_t time;

	if (!run->options->on_event)
		return;
	time = rcn_clock_monotonic(run->options->clock);
	if (!now && time - run->progress_at < 200)
		return;
	run->progress_at = time;
	rcn_run_emit(run, &event);
}
