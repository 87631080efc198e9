/* Requests of a task, and what comes back. */
#include <stdlib.h>

#include "apply/run.h"
#include "base/limits.h"

/* What a request knows of where its answer goes. */
struct flight {
	struct rcn_run *run;
	struct rcn_task *task;
};

static void note_pace(struct rcn_run *run, const struct rcn_http_response *response,
		      const struct rcn_task_verdict *verdict, int64_t now)
{
	if (verdict->refused) {
		struct rcn_event event = { .type = RCN_EVENT_SLOWED,
					   .http_status = response->status,
					   .duration_ms = verdict->retry_after_ms };

		rcn_pace_refused(&run->pace, verdict->retry_after_ms, now);
		rcn_run_emit(run, &event);
	} else if (response->outcome == RCN_HTTP_ANSWERED && response->status < 500) {
		rcn_pace_succeeded(&run->pace, now);
	} else {
		rcn_pace_failed(&run->pace, now);
	}
	if (response->outcome == RCN_HTTP_ANSWERED) {
		run->answered = true;
		run->worked = run->worked || response->status / 100 == 2;
		if (!verdict->refused && response->status < 500)
			run->well_at = now;
	}
	if (response->outcome == RCN_HTTP_NOT_SENT)
		run->unreachable++;
}

static void keep_reason(struct rcn_run *run, struct rcn_task *task,
			const struct rcn_http_response *response)
{
	struct rcn_api_failure failure = { 0 };

	if (!rcn_view_is_none(run->stop_text))
		return;
	if (response->outcome == RCN_HTTP_UNTRUSTED)
		run->stop_code = RCN_CODE_API_UNTRUSTED;
	else if (response->outcome == RCN_HTTP_ANSWERED)
		run->stop_code = RCN_CODE_API_REDIRECT;
	if (rcn_answer_failure(response, &run->scratch, &failure) == RCN_OK) {
		run->stop_text = rcn_arena_copy(&run->result->arena, failure.message);
		task->tracking_id = rcn_arena_copy(&task->arena, failure.tracking_id);
	}
}

static void answered(void *payload, enum rcn_call call, const struct rcn_http_response *response)
{
	struct flight *flight = payload;
	struct rcn_run *run = flight->run;
	struct rcn_task *task = flight->task;
	struct rcn_task_world world = rcn_run_world(run);
	struct rcn_task_verdict verdict;
	struct rcn_view status_before = task->record.status;
	enum rcn_status status;

	free(flight);
	task->in_flight = false;
	rcn_run_emit_request(run, task, call, response);
	if (!run->worked && call == RCN_CALL_LOOKUP && response->outcome == RCN_HTTP_ANSWERED &&
	    response->status == 404) {
		/* The list of customers always exists: this is no such API, and no customer's
		 * fault. */
		keep_reason(run, task, response);
		run->stop_code = RCN_CODE_API_URL;
		rcn_run_stop(run, RCN_ERROR_NETWORK);
		return;
	}
	status = rcn_task_answer(task, call, response, &world, &verdict);
	note_pace(run, response, &verdict, world.monotonic);
	if (verdict.token_refused)
		rcn_client_token_refused(run->options->client, task->token_generation);
	if (verdict.stop_run != RCN_OK) {
		keep_reason(run, task, response);
		rcn_run_stop(run, verdict.stop_run);
	} else if (!run->answered && run->unreachable >= RCN_RUN_UNREACHABLE) {
		keep_reason(run, task, response);
		rcn_run_stop(run, RCN_ERROR_NETWORK);
	}
	rcn_arena_reset(&run->scratch);
	if (status == RCN_ERROR_LIMIT) {
		/* An answer that is too large to be read is this customer's trouble alone. */
		rcn_task_end(task,
			     task->record.intent == RCN_INTENT_NONE ? RCN_RESULT_FAILED
								    : RCN_RESULT_UNKNOWN,
			     RCN_VIEW("the answer is too large to be read"));
		status = RCN_OK;
	}
	if (status != RCN_OK) {
		/* No memory for this answer: the record keeps its intent, the next run looks. */
		rcn_run_stop(run, status);
		return;
	}
	if (task->step == RCN_STEP_POLL && task->accepted &&
	    !rcn_view_equal(status_before, task->record.status)) {
		struct rcn_event event = { .type = RCN_EVENT_WAITING,
					   .key = task->action->key,
					   .action = rcn_action_name(task->action->type),
					   .status = task->record.status,
					   .url = task->record.url };
		rcn_run_emit(run, &event);
	}
	if (rcn_run_place(run, task) != RCN_OK)
		rcn_run_stop(run, RCN_ERROR_MEMORY);
}

static enum rcn_status start(struct rcn_run *run, struct rcn_task *task, enum rcn_call call,
			     struct flight *flight)
{
	struct rcn_client *client = run->options->client;
	const struct rcn_record *record = &task->record;
	struct rcn_view partner = record->sub_partner;
	struct rcn_buffer body = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
	enum rcn_status status;

	switch (call) {
	case RCN_CALL_LOOKUP:
		task->found = 0;
		task->pages = 0;
		return rcn_client_lookup(client, task->action->key, partner, answered, flight);
	case RCN_CALL_LIST:
		return rcn_client_list(client, task->page_next, 0, partner, answered, flight);
	case RCN_CALL_CREATE:
		return rcn_client_create(client, record->intent_body, partner, answered, flight);
	case RCN_CALL_UPDATE:
		status = rcn_update_body(record->intent_body, &body);
		if (status == RCN_OK)
			status =
				rcn_client_update(client, record->customer_id,
						  rcn_buffer_get(&body), partner, answered, flight);
		rcn_buffer_free(&body);
		return status;
	case RCN_CALL_SUBSCRIBERS:
		return rcn_client_subscribers(client, record->customer_id, partner, answered,
					      flight);
	case RCN_CALL_DELETE:
		return rcn_client_delete(client, record->customer_id, partner, answered, flight);
	case RCN_CALL_GET:
		return rcn_client_get(client, record->customer_id, partner, answered, flight);
	case RCN_CALL_VALIDATE:
	case RCN_CALL_TOKEN:
	case RCN_CALL_COUNT:
		break;
	}
	return RCN_ERROR_INTERNAL;
}

enum rcn_status rcn_run_send(struct rcn_run *run, struct rcn_task *task)
{
	enum rcn_call call = rcn_task_call(task);
	struct flight *flight = malloc(sizeof(*flight));
	struct rcn_event event = { .type = RCN_EVENT_REQUEST_STARTED,
				   .key = task->action->key,
				   .action = rcn_action_name(task->action->type),
				   .call = rcn_call_name(call),
				   .attempt = task->attempts + 1 };
	enum rcn_status status;

	if (!flight)
		return RCN_ERROR_MEMORY;
	*flight = (struct flight){ run, task };
	task->token_generation = rcn_client_token_generation(run->options->client);
	status = start(run, task, call, flight);
	if (status != RCN_OK) {
		free(flight);
		return status;
	}
	task->in_flight = true;
	task->wrote = task->wrote || call == RCN_CALL_CREATE || call == RCN_CALL_UPDATE ||
		      call == RCN_CALL_DELETE;
	task->requests++;
	run->result->counts.requests++;
	rcn_run_emit(run, &event);
	return RCN_OK;
}
