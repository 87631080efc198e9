/* The beginning, the end, and the writes of a task. */
#include "apply/task.h"

#include "base/limits.h"
#include "data/json.h"
#include "http/retry.h"

/* A look-up does no harm, so the intent is written down only when it is followed by a POST:
 * what a run did not come to leaves nothing in doubt. */
static void begin_create(struct rcn_task *task)
{
	struct rcn_record *record = &task->record;

	/* An intent that was left open may have reached the service: its POST is in doubt
	 * until look-ups say otherwise. */
	task->in_doubt = record->intent == RCN_INTENT_CREATE;
	task->never_post = task->in_doubt && !rcn_view_is_none(record->status);
	if (!rcn_view_is_none(task->action->body)) {
		record->intent_body = task->action->body;
		record->intent_digest = task->action->digest;
	}
	task->step = RCN_STEP_LOOKUP;
}

void rcn_task_want_create(struct rcn_task *task, const struct rcn_task_world *world)
{
	task->record.intent = RCN_INTENT_CREATE;
	task->record.intent_at = world->wall;
	task->dirty = true;
	task->posts++;
	task->attempts = 0;
	task->step = RCN_STEP_CREATE;
	task->due = world->monotonic;
}

static void begin_delete(struct rcn_task *task, const struct rcn_task_world *world)
{
	if (rcn_view_is_none(task->record.url)) {
		/* Never made it to the service: there is nothing but a record to forget. */
		task->removed = true;
		task->step = RCN_STEP_STORE;
		return;
	}
	task->record.intent = RCN_INTENT_DELETE;
	task->record.intent_at = world->wall;
	task->dirty = true;
	task->step = RCN_STEP_SUBSCRIBERS;
}

void rcn_task_want_update(struct rcn_task *task, const struct rcn_task_world *world,
			  struct rcn_view body, const struct rcn_digest *digest)
{
	struct rcn_record *record = &task->record;

	record->intent = RCN_INTENT_UPDATE;
	record->intent_body = body;
	record->intent_digest = *digest;
	record->intent_at = world->wall;
	task->dirty = true;
	task->attempts = 0;
	task->due = world->monotonic;
	task->step = RCN_STEP_UPDATE;
}

static void begin_resume(struct rcn_task *task, const struct rcn_task_world *world)
{
	struct rcn_record *record = &task->record;

	switch (record->intent) {
	case RCN_INTENT_CREATE:
		if (rcn_view_is_none(record->url)) {
			begin_create(task);
			break;
		}
		/* It was found, and not compared yet. */
		task->adopting = true;
		task->step = RCN_STEP_POLL;
		break;
	case RCN_INTENT_UPDATE:
		/* PUT may be repeated; where the manifest has moved on, the newer body it is. */
		if (!rcn_view_is_none(task->action->body))
			rcn_task_want_update(task, world, task->action->body,
					     &task->action->digest);
		else
			task->step = RCN_STEP_UPDATE;
		break;
	case RCN_INTENT_DELETE:
		task->step = RCN_STEP_SUBSCRIBERS;
		break;
	case RCN_INTENT_NONE:
		task->step = RCN_STEP_POLL;
		break;
	}
}

enum rcn_status rcn_task_begin(struct rcn_task *task, const struct rcn_action *action, size_t index,
			       const struct rcn_task_world *world)
{
	struct rcn_record *record = &task->record;

	*task = (struct rcn_task){ .index = index, .action = action };
	task->arena = RCN_ARENA(RCN_TASK_ARENA_BYTES);
	task->started_at = world->wall;
	task->accepted_at = world->monotonic;
	task->due = world->monotonic;
	/* The plan outlives the task: its views may be borrowed. */
	if (action->has_record) {
		*record = action->record;
		task->has_stored = true;
	} else {
		*record = (struct rcn_record){ .key = action->key, .created_at = world->wall };
	}
	if (action->type != RCN_ACTION_DELETE && !rcn_view_is_none(action->place.path)) {
		record->path = action->place.path;
		record->protect = action->protect;
	}
	switch (action->type) {
	case RCN_ACTION_CREATE:
		record->sub_partner = action->sub_partner;
		begin_create(task);
		break;
	case RCN_ACTION_UPDATE:
		rcn_task_want_update(task, world, action->body, &action->digest);
		break;
	case RCN_ACTION_RETRY:
		if (rcn_view_is_none(record->url)) {
			record->sub_partner = action->sub_partner;
			begin_create(task);
		} else {
			rcn_task_want_update(task, world, action->body, &action->digest);
		}
		break;
	case RCN_ACTION_RESUME:
		begin_resume(task, world);
		break;
	case RCN_ACTION_DELETE:
		begin_delete(task, world);
		break;
	case RCN_ACTION_BLOCKED:
	case RCN_ACTION_ORPHAN:
	case RCN_ACTION_UNCHANGED:
	case RCN_ACTION_COUNT:
		rcn_task_end(task, RCN_RESULT_BLOCKED, action->reason);
		break;
	}
	return rcn_arena_status(&task->arena);
}

enum rcn_call rcn_task_call(const struct rcn_task *task)
{
	switch (task->step) {
	case RCN_STEP_LOOKUP:
		return rcn_view_is_none(task->page_next) ? RCN_CALL_LOOKUP : RCN_CALL_LIST;
	case RCN_STEP_CREATE:
		return RCN_CALL_CREATE;
	case RCN_STEP_UPDATE:
		return RCN_CALL_UPDATE;
	case RCN_STEP_SUBSCRIBERS:
		return RCN_CALL_SUBSCRIBERS;
	case RCN_STEP_DELETE:
		return RCN_CALL_DELETE;
	case RCN_STEP_POLL:
	case RCN_STEP_STORE:
	case RCN_STEP_ENDED:
		break;
	}
	return RCN_CALL_GET;
}

void rcn_task_end(struct rcn_task *task, enum rcn_result_type result, struct rcn_view reason)
{
	task->result = result;
	task->reason = reason;
	task->step = task->dirty || task->removed ? RCN_STEP_STORE : RCN_STEP_ENDED;
}

void rcn_task_stored(struct rcn_task *task, const struct rcn_task_world *world)
{
	task->has_stored = !task->removed;
	task->dirty = false;
	task->old_key = RCN_VIEW_NONE;
	if (task->removed) {
		task->removed = false;
		if (task->result == RCN_RESULT_NONE)
			task->result = RCN_RESULT_DONE;
	}
	if (task->step == RCN_STEP_STORE)
		task->step = RCN_STEP_ENDED;
	else if (task->step == RCN_STEP_POLL && task->accepted && world->wait_ms <= 0 &&
		 task->result == RCN_RESULT_NONE)
		rcn_task_end(task, RCN_RESULT_BUSY, RCN_VIEW("not waited for (--no-wait)"));
}

void rcn_task_repeat(struct rcn_task *task, const struct rcn_task_world *world)
{
	task->attempts++;
	task->due = world->monotonic + rcn_retry_delay(task->attempts, world->random);
}

static void clear_error(struct rcn_record *record)
{
	record->error = RCN_VIEW_NONE;
	record->error_code = RCN_VIEW_NONE;
	record->tracking_id = RCN_VIEW_NONE;
	record->refused_digest = (struct rcn_digest){ { 0 } };
}

void rcn_task_accept_body(struct rcn_task *task, const struct rcn_task_world *world)
{
	struct rcn_record *record = &task->record;

	record->body = record->intent_body;
	record->digest = record->intent_digest;
	record->intent_body = RCN_VIEW_NONE;
	record->intent_digest = (struct rcn_digest){ { 0 } };
	record->intent = RCN_INTENT_NONE;
	record->intent_at = 0;
	record->commit = world->commit;
	record->updated_at = world->wall;
	clear_error(record);
	task->dirty = true;
}

/* A refusal for good: the customer fails, its open intent is closed, the next run retries. */
enum rcn_status rcn_task_fail(struct rcn_task *task, const struct rcn_http_response *response,
			      const struct rcn_task_world *world, const char *prefix)
{
	struct rcn_record *record = &task->record;
	struct rcn_api_failure failure = { 0 };
	enum rcn_status status = rcn_answer_failure(response, world->scratch, &failure);

	if (status != RCN_OK)
		return status;
	record->error = prefix ? rcn_arena_format(&task->arena, "%s: %.*s", prefix,
						  RCN_VIEW_ARGS(failure.message))
			       : rcn_arena_copy(&task->arena, failure.message);
	record->error_code = rcn_arena_copy(&task->arena, failure.code);
	record->tracking_id = rcn_arena_copy(&task->arena, failure.tracking_id);
	record->updated_at = world->wall;
	task->problem = response->status == 409 ? RCN_CODE_API_CONFLICT : RCN_CODE_API_REFUSED;
	task->code = record->error_code;
	task->tracking_id = record->tracking_id;
	task->dirty = true;
	if (record->intent == RCN_INTENT_CREATE && rcn_view_is_none(record->url) &&
	    (task->in_doubt || task->never_post)) {
		/* An earlier POST may have made it all the same: the intent is the only trace
		 * of it, and stays. */
		task->problem = RCN_CODE_APPLY_UNKNOWN;
		rcn_task_end(task, RCN_RESULT_UNKNOWN, record->error);
		return rcn_arena_status(&task->arena);
	}
	if (record->intent == RCN_INTENT_CREATE || record->intent == RCN_INTENT_UPDATE)
		record->refused_digest = record->intent_digest;
	record->intent = RCN_INTENT_NONE;
	record->intent_body = RCN_VIEW_NONE;
	record->intent_digest = (struct rcn_digest){ { 0 } };
	rcn_task_end(task, RCN_RESULT_FAILED, record->error);
	return rcn_arena_status(&task->arena);
}

static enum rcn_status create_accepted(struct rcn_task *task,
				       const struct rcn_http_response *response,
				       const struct rcn_task_world *world)
{
	struct rcn_view url = RCN_VIEW_NONE, id = RCN_VIEW_NONE;
	const char *reason = NULL;
	enum rcn_status status =
		rcn_answer_accepted(response, world->base, world->scratch, &url, &id, &reason);

	if (status == RCN_ERROR_MEMORY)
		return status;
	task->record.status = RCN_VIEW("provisioning");
	task->created = true;
	if (status != RCN_OK || rcn_view_is_none(url)) {
		/* It was accepted, so it exists or will: whatever happens now, no second POST. */
		task->problem = status == RCN_OK ? RCN_CODE_API_ANSWER : RCN_CODE_API_FOREIGN_URL;
		task->never_post = true;
		task->in_doubt = true;
		task->lookups = 0;
		task->attempts = 0;
		task->dirty = true;
		task->step = RCN_STEP_LOOKUP;
		rcn_task_repeat(task, world);
		return RCN_OK;
	}
	task->record.url = rcn_arena_copy(&task->arena, url);
	task->record.customer_id = rcn_arena_copy(&task->arena, id);
	task->accepted = true;
	task->accepted_at = world->monotonic;
	rcn_task_accept_body(task, world);
	task->step = RCN_STEP_POLL;
	task->attempts = 0;
	task->due = world->monotonic + rcn_retry_poll_delay(0, world->poll_ms, world->random);
	return rcn_arena_status(&task->arena);
}

/* The URL is known already: what the answer names changes nothing. */
static enum rcn_status update_accepted(struct rcn_task *task, const struct rcn_task_world *world)
{
	if (!rcn_view_equal(task->record.key, task->action->key)) {
		/* Keyed anew (previousExternalId): the record moves with its customer. */
		task->old_key = task->record.key;
		task->record.key = task->action->key;
	}
	task->accepted = true;
	task->accepted_at = world->monotonic;
	task->record.status = RCN_VIEW("updating");
	rcn_task_accept_body(task, world);
	task->step = RCN_STEP_POLL;
	task->attempts = 0;
	task->polls = 0;
	task->due = world->monotonic + rcn_retry_poll_delay(0, world->poll_ms, world->random);
	return RCN_OK;
}

static enum rcn_status subscribers_answer(struct rcn_task *task,
					  const struct rcn_http_response *response,
					  const struct rcn_task_world *world)
{
	struct rcn_node *node = NULL;
	const struct rcn_node *items;
	const char *reason = NULL;
	size_t offset = 0;
	enum rcn_status status =
		rcn_json_read(response->body, world->scratch, &node, &reason, &offset);

	if (status == RCN_ERROR_MEMORY)
		return status;
	items = status == RCN_OK ? rcn_node_get(node, RCN_VIEW("items")) : NULL;
	if ((!items || items->kind != RCN_LIST) && task->attempts < RCN_LIMIT_ATTEMPTS) {
		rcn_task_repeat(task, world);
		return RCN_OK;
	}
	if (!items || items->kind != RCN_LIST || items->count > 0) {
		/* Unknown is not absent: what can't be read can't be deleted. */
		task->record.intent = RCN_INTENT_NONE;
		task->dirty = true;
		rcn_task_end(task, RCN_RESULT_FAILED,
			     items && items->kind == RCN_LIST
				     ? RCN_VIEW("it still has subscribers: remove them first")
				     : RCN_VIEW("its list of subscribers could not be read"));
		return RCN_OK;
	}
	task->step = RCN_STEP_DELETE;
	task->attempts = 0;
	task->due = world->monotonic;
	return RCN_OK;
}

static enum rcn_status done(struct rcn_task *task, enum rcn_call call,
			    const struct rcn_http_response *response,
			    const struct rcn_task_world *world)
{
	switch (call) {
	case RCN_CALL_LOOKUP:
	case RCN_CALL_LIST:
		return rcn_task_lookup_answer(task, response, world);
	case RCN_CALL_CREATE:
		return create_accepted(task, response, world);
	case RCN_CALL_UPDATE:
		return update_accepted(task, world);
	case RCN_CALL_SUBSCRIBERS:
		return subscribers_answer(task, response, world);
	case RCN_CALL_DELETE:
		task->accepted = true;
		task->accepted_at = world->monotonic;
		task->record.status = RCN_VIEW("deleting");
		task->dirty = true;
		task->step = RCN_STEP_POLL;
		task->attempts = 0;
		task->due =
			world->monotonic + rcn_retry_poll_delay(0, world->poll_ms, world->random);
		return RCN_OK;
	case RCN_CALL_GET:
		return rcn_task_poll_answer(task, response, world);
	case RCN_CALL_VALIDATE:
	case RCN_CALL_TOKEN:
	case RCN_CALL_COUNT:
		break;
	}
	return RCN_ERROR_INTERNAL;
}

/* 404 or 410 of a customer whose id we hold. */
static enum rcn_status gone(struct rcn_task *task, enum rcn_call call,
			    const struct rcn_http_response *response,
			    const struct rcn_task_world *world)
{
	if (task->record.intent == RCN_INTENT_DELETE ||
	    rcn_view_is(task->record.status, "deleting")) {
		task->removed = true;
		task->dirty = false;
		rcn_task_end(task, RCN_RESULT_DONE, RCN_VIEW_NONE);
		return RCN_OK;
	}
	if (call == RCN_CALL_GET && task->accepted && ++task->missing < RCN_TASK_MISSING) {
		/* Accepted a moment ago: it shows itself late. */
		task->polls++;
		task->due = world->monotonic +
			    rcn_retry_poll_delay(task->polls, world->poll_ms, world->random);
		return RCN_OK;
	}
	return rcn_task_fail(task, response, world, "the customer is gone at the service");
}

/* The outcome of a POST is unknown, or somebody else is said to have the externalId. */
static enum rcn_status look(struct rcn_task *task, const struct rcn_http_response *response,
			    const struct rcn_task_world *world)
{
	struct rcn_api_failure failure = { 0 };
	enum rcn_status status = rcn_answer_failure(response, world->scratch, &failure);

	if (status != RCN_OK)
		return status;
	task->trouble = rcn_arena_copy(&task->arena, failure.message);
	task->tracking_id = rcn_arena_copy(&task->arena, failure.tracking_id);
	if (response->outcome == RCN_HTTP_ANSWERED && response->status == 409)
		task->conflict = true;
	else
		task->in_doubt = true;
	task->lookups = 0;
	task->attempts = 0;
	task->step = RCN_STEP_LOOKUP;
	rcn_task_repeat(task, world);
	task->attempts = 0;
	return rcn_arena_status(&task->arena);
}

/* What a task comes to whose call got no usable answer, often enough. */
static enum rcn_result_type gave_up_as(const struct rcn_task *task, enum rcn_call call)
{
	if (call == RCN_CALL_GET && task->accepted)
		return RCN_RESULT_BUSY;
	/* Only reads went out: nothing is in doubt. */
	return task->record.intent == RCN_INTENT_NONE ? RCN_RESULT_FAILED : RCN_RESULT_UNKNOWN;
}

static enum rcn_status repeat(struct rcn_task *task, enum rcn_call call,
			      const struct rcn_http_response *response,
			      const struct rcn_task_world *world)
{
	struct rcn_api_failure failure = { 0 };
	enum rcn_status status;

	if (task->attempts < RCN_LIMIT_ATTEMPTS) {
		rcn_task_repeat(task, world);
		return RCN_OK;
	}
	status = rcn_answer_failure(response, world->scratch, &failure);
	if (status != RCN_OK)
		return status;
	task->tracking_id = rcn_arena_copy(&task->arena, failure.tracking_id);
	task->problem = RCN_CODE_API_GAVE_UP;
	/* Nothing is known to have gone wrong with the customer; the intent, if any, stays open
	 * and the next run goes on from it. */
	rcn_task_end(task, gave_up_as(task, call),
		     rcn_arena_format(&task->arena, "no usable answer after %u attempts: %.*s",
				      task->attempts + 1, RCN_VIEW_ARGS(failure.message)));
	return rcn_arena_status(&task->arena);
}

/* The time limit for a busy customer holds also where its status can't be had. */
static bool waited_enough(struct rcn_task *task, enum rcn_call call,
			  const struct rcn_task_world *world)
{
	if (call != RCN_CALL_GET || world->monotonic - task->accepted_at < world->wait_ms)
		return false;
	rcn_task_end(task, RCN_RESULT_BUSY, RCN_VIEW("no news of it at the time limit"));
	return true;
}

enum rcn_status rcn_task_answer(struct rcn_task *task, enum rcn_call call,
				const struct rcn_http_response *response,
				const struct rcn_task_world *world,
				struct rcn_task_verdict *verdict)
{
	*verdict = (struct rcn_task_verdict){ .stop_run = RCN_OK, .retry_after_ms = -1 };
	switch (rcn_treatment_of(call, response)) {
	case RCN_TREAT_DONE:
		task->refusals = 0;
		return done(task, call, response, world);
	case RCN_TREAT_GONE:
		return gone(task, call, response, world);
	case RCN_TREAT_SLOW_DOWN:
		verdict->refused = true;
		verdict->retry_after_ms =
			rcn_retry_after_parse(response->retry_after, response->date, world->wall);
		if (waited_enough(task, call, world))
			return RCN_OK;
		if (task->refusals >= RCN_TASK_REFUSALS) {
			task->attempts = RCN_LIMIT_ATTEMPTS;
			return repeat(task, call, response, world);
		}
		task->refusals++;
		/* The pace holds everything back; when it lets go, this one may go too. */
		task->due = world->monotonic + (verdict->retry_after_ms > 0 ? 0 : 500);
		return RCN_OK;
	case RCN_TREAT_REPEAT:
		if (waited_enough(task, call, world))
			return RCN_OK;
		return repeat(task, call, response, world);
	case RCN_TREAT_LOOK:
		return look(task, response, world);
	case RCN_TREAT_REFRESH:
		verdict->token_refused = true;
		task->due = world->monotonic;
		return RCN_OK;
	case RCN_TREAT_STOP_CUSTOMER:
		return rcn_task_fail(task, response, world, NULL);
	case RCN_TREAT_STOP_RUN:
		verdict->stop_run =
			response->outcome == RCN_HTTP_ANSWERED && response->status == 403
				? RCN_ERROR_DENIED
				: RCN_ERROR_NETWORK;
		return RCN_OK;
	}
	return RCN_ERROR_INTERNAL;
}

void rcn_task_abandon(struct rcn_task *task)
{
	if (task->step == RCN_STEP_ENDED || task->result != RCN_RESULT_NONE)
		return;
	if (task->accepted || task->step == RCN_STEP_POLL)
		task->result = RCN_RESULT_BUSY;
	else if (task->in_doubt || (task->wrote && task->record.intent != RCN_INTENT_NONE))
		task->result = RCN_RESULT_UNKNOWN;
	task->reason = RCN_VIEW("the run ended before it did");
}

void rcn_task_free(struct rcn_task *task)
{
	if (task)
		rcn_arena_free(&task->arena);
}
