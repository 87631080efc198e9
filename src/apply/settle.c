/* Looking up, adopting, and polling until a customer has settled. */
#include "apply/task.h"

#include "base/limits.h"
#include "base/text.h"
#include "data/json.h"
#include "http/retry.h"

/* The bodies' `packages` are sorted, those of an answer too. */
enum rcn_status rcn_task_differs(struct rcn_arena *arena, const struct rcn_observed *observed,
				 struct rcn_view body, bool *differs)
{
	struct rcn_node *wanted = NULL;
	const struct rcn_node *address;
	const char *reason = NULL;
	size_t offset = 0;
	enum rcn_status status = rcn_json_read(body, arena, &wanted, &reason, &offset);

	if (status != RCN_OK)
		return status == RCN_ERROR_MEMORY ? status : RCN_ERROR_INTERNAL;
	*differs = false;
	if (observed->packages &&
	    !rcn_node_equal(observed->packages, rcn_node_get(wanted, RCN_VIEW("packages"))))
		*differs = true;
	address = rcn_node_get(wanted, RCN_VIEW("address"));
	if (observed->address && address) {
		/* PUT leaves absent fields as they are: only what the manifest says can differ. */
		for (size_t i = 0; i < address->count; i++) {
			const struct rcn_member *member = &address->members[i];
			if (!rcn_view_equal(
				    rcn_node_string(member->value),
				    rcn_node_string(rcn_node_get(observed->address, member->key))))
				*differs = true;
		}
	}
	return RCN_OK;
}

static struct rcn_view customer_url(struct rcn_arena *arena, struct rcn_view base,
				    struct rcn_view id)
{
	struct rcn_buffer encoded = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct rcn_view url;

	rcn_text_percent_encode(&encoded, id);
	url = rcn_arena_format(arena, "%.*s/wholesale/customers/%.*s", RCN_VIEW_ARGS(base),
			       RCN_VIEW_ARGS(rcn_buffer_get(&encoded)));
	if (rcn_buffer_status(&encoded) != RCN_OK)
		url = RCN_VIEW_NONE;
	rcn_buffer_free(&encoded);
	return url;
}

/* What an adopted customer needs now that it can be compared: an update, or nothing. */
static enum rcn_status compare_adopted(struct rcn_task *task, const struct rcn_observed *observed,
				       const struct rcn_task_world *world)
{
	bool differs = false;
	struct rcn_view body = task->record.intent_body;
	struct rcn_digest digest = task->record.intent_digest;
	enum rcn_status status;

	if (rcn_view_is_none(body)) {
		/* Its manifest is gone: kept as found, and an orphan from now on. */
		task->record.intent = RCN_INTENT_NONE;
		task->adopting = false;
		return RCN_OK;
	}
	status = rcn_task_differs(world->scratch, observed, body, &differs);
	if (status != RCN_OK)
		return status;
	task->adopting = false;
	if (differs && !task->updated_after_adoption) {
		task->updated_after_adoption = true;
		rcn_task_want_update(task, world, body, &digest);
		return RCN_OK;
	}
	rcn_task_accept_body(task, world);
	return RCN_OK;
}

/* Every answer is read into the scratch arena, which is emptied behind it: what is to last is
 * copied. */
static enum rcn_status keep_observed(struct rcn_arena *arena, const struct rcn_observed *from,
				     struct rcn_observed *to)
{
	*to = (struct rcn_observed){
		.id = rcn_arena_copy(arena, from->id),
		.org_id = rcn_arena_copy(arena, from->org_id),
		.external_id = rcn_arena_copy(arena, from->external_id),
		.status = rcn_arena_copy(arena, from->status),
		.address = from->address ? rcn_node_copy(arena, from->address) : NULL,
		.packages = from->packages ? rcn_node_copy(arena, from->packages) : NULL,
		.error_count = from->error_count,
	};
	if (from->error_count > 0)
		to->errors = RCN_ARENA_ARRAY(arena, from->error_count, struct rcn_api_error);
	for (size_t i = 0; to->errors && i < from->error_count; i++)
		to->errors[i] = (struct rcn_api_error){
			.code = rcn_arena_copy(arena, from->errors[i].code),
			.description = rcn_arena_copy(arena, from->errors[i].description),
			.field = rcn_arena_copy(arena, from->errors[i].field),
			.package = rcn_arena_copy(arena, from->errors[i].package),
		};
	return rcn_arena_status(arena);
}

static void wait_more(struct rcn_task *task, const struct rcn_task_world *world);

static enum rcn_status settle(struct rcn_task *task, const struct rcn_observed *observed,
			      const struct rcn_task_world *world)
{
	struct rcn_record *record = &task->record;
	enum rcn_phase phase = rcn_phase_of(observed->status);
	struct rcn_view code = RCN_VIEW_NONE, reason;
	enum rcn_status status;

	record->checked_at = world->wall;
	if (record->intent == RCN_INTENT_DELETE && phase != RCN_PHASE_FAILED) {
		/* Its deletion was accepted: that it still looks well only means that the
		 * service is not there yet. */
		wait_more(task, world);
		return RCN_OK;
	}
	record->status = rcn_arena_copy(&task->arena, observed->status);
	if (!rcn_view_is_none(observed->org_id))
		record->org_id = rcn_arena_copy(&task->arena, observed->org_id);
	task->dirty = true;
	if (task->adopting) {
		status = compare_adopted(task, observed, world);
		if (status != RCN_OK || task->step == RCN_STEP_UPDATE)
			return status;
	}
	if (phase == RCN_PHASE_DONE) {
		record->error = record->error_code = record->tracking_id = RCN_VIEW_NONE;
		/* A resumed request is through, and the manifest has moved on meanwhile. */
		if (!rcn_view_is_none(task->action->body) &&
		    task->action->type == RCN_ACTION_RESUME &&
		    !rcn_digest_equal(&record->digest, &task->action->digest) &&
		    task->action->change_count > 0) {
			rcn_task_want_update(task, world, task->action->body,
					     &task->action->digest);
			return RCN_OK;
		}
		rcn_task_end(task, task->adopted ? RCN_RESULT_ADOPTED : RCN_RESULT_DONE,
			     RCN_VIEW_NONE);
		return RCN_OK;
	}
	reason = rcn_observed_reason(&task->arena, observed, &code);
	code = rcn_arena_copy(&task->arena, code);
	if (rcn_view_is_none(reason))
		reason = rcn_arena_format(&task->arena, "settled as %.*s without a reason",
					  RCN_VIEW_ARGS(observed->status));
	record->error = reason;
	record->error_code = code;
	record->tracking_id = RCN_VIEW_NONE;
	task->code = code;
	rcn_task_end(task, RCN_RESULT_FAILED, reason);
	return rcn_arena_status(&task->arena);
}

static void wait_more(struct rcn_task *task, const struct rcn_task_world *world)
{
	if (world->monotonic - task->accepted_at >= world->wait_ms) {
		task->dirty = true;
		rcn_task_end(task, RCN_RESULT_BUSY,
			     rcn_arena_format(&task->arena, "still %.*s at the time limit",
					      RCN_VIEW_ARGS(task->record.status)));
		return;
	}
	task->step = RCN_STEP_POLL;
	task->due =
		world->monotonic + rcn_retry_poll_delay(task->polls, world->poll_ms, world->random);
	task->polls++;
}

static enum rcn_status observed_customer(struct rcn_task *task, const struct rcn_observed *observed,
					 const struct rcn_task_world *world)
{
	bool changed = !rcn_view_equal(task->record.status, observed->status);
	enum rcn_phase phase = rcn_phase_of(observed->status);

	/* Without a status nothing is known of it yet. */
	if (phase != RCN_PHASE_NONE && !rcn_phase_is_busy(phase))
		return settle(task, observed, world);
	if (changed)
		task->record.status = rcn_arena_copy(&task->arena, observed->status);
	task->record.checked_at = world->wall;
	task->dirty = task->dirty || changed;
	wait_more(task, world);
	return RCN_OK;
}

enum rcn_status rcn_task_poll_answer(struct rcn_task *task,
				     const struct rcn_http_response *response,
				     const struct rcn_task_world *world)
{
	struct rcn_observed observed = { 0 };
	const char *reason = NULL;
	enum rcn_status status =
		rcn_answer_customer(response->body, world->scratch, &observed, &reason);

	if (status == RCN_ERROR_MEMORY)
		return status;
	if (status == RCN_ERROR_LIMIT)
		reason = "it is too large";
	task->missing = 0;
	if (status != RCN_OK) {
		/* An answer that makes no sense says nothing about the customer: ask again. */
		if (task->attempts >= RCN_LIMIT_ATTEMPTS ||
		    world->monotonic - task->accepted_at >= world->wait_ms) {
			rcn_task_end(task, RCN_RESULT_BUSY,
				     rcn_arena_format(&task->arena,
						      "its status could not be read: %s", reason));
			return RCN_OK;
		}
		rcn_task_repeat(task, world);
		return RCN_OK;
	}
	task->attempts = 0;
	return observed_customer(task, &observed, world);
}

/* A POST whose answer never came may still be at work there: as long as a request may take,
 * "not found" means nothing. *wait gets the time until the next look. */
static bool still_in_doubt(const struct rcn_task *task, const struct rcn_task_world *world,
			   int64_t *wait)
{
	int64_t age = world->wall - task->record.intent_at;
	int64_t left = age < 0 ? world->doubt_ms : world->doubt_ms - age;
	int64_t poll = rcn_retry_poll_delay(task->lookups, 0, world->random);

	*wait = left < poll ? left : poll;
	return left > 0;
}

static enum rcn_status found_nobody(struct rcn_task *task, const struct rcn_task_world *world)
{
	bool doubt = task->in_doubt || task->conflict;
	int64_t wait = 0;
	unsigned needed = task->never_post ? RCN_TASK_LOOKUPS_ACCEPTED
			  : doubt          ? RCN_TASK_LOOKUPS_IN_DOUBT
					   : 1;

	task->lookups++;
	if (task->in_doubt && !task->never_post && still_in_doubt(task, world, &wait)) {
		task->due = world->monotonic + wait;
		return RCN_OK;
	}
	if (task->lookups < needed) {
		rcn_task_repeat(task, world);
		return RCN_OK;
	}
	if (task->never_post) {
		rcn_task_end(task, RCN_RESULT_UNKNOWN,
			     RCN_VIEW("it was accepted without a URL and can't be found by its "
				      "externalId yet; the next run looks again, and never "
				      "creates it a second time"));
		return RCN_OK;
	}
	if (task->conflict && task->in_doubt) {
		task->problem = RCN_CODE_API_CONFLICT;
		rcn_task_end(
			task, RCN_RESULT_UNKNOWN,
			RCN_VIEW("409: the service says that there is such a customer, but does "
				 "not show it yet; the next run looks again"));
		return RCN_OK;
	}
	if (task->conflict) {
		task->problem = RCN_CODE_API_CONFLICT;
		task->record.error = RCN_VIEW("409: the service says that this customer conflicts "
					      "with another, but shows none with its externalId");
		task->record.refused_digest = task->record.intent_digest;
		task->record.intent = RCN_INTENT_NONE;
		task->record.intent_body = RCN_VIEW_NONE;
		task->dirty = true;
		rcn_task_end(task, RCN_RESULT_FAILED, task->record.error);
		return RCN_OK;
	}
	if (rcn_view_is_none(task->record.intent_body)) {
		/* An intent whose manifest is gone, and nobody at the service: nothing to make. */
		task->removed = true;
		task->dirty = false;
		rcn_task_end(task, RCN_RESULT_DONE, RCN_VIEW_NONE);
		return RCN_OK;
	}
	if (task->posts >= RCN_TASK_POSTS) {
		task->problem = RCN_CODE_API_GAVE_UP;
		rcn_task_end(
			task, RCN_RESULT_UNKNOWN,
			rcn_arena_format(&task->arena,
					 "the service gave no usable answer to several attempts "
					 "(%.*s); the next run looks first, and goes on",
					 RCN_VIEW_ARGS(task->trouble)));
		return RCN_OK;
	}
	rcn_task_want_create(task, world);
	return RCN_OK;
}

static enum rcn_status found_one(struct rcn_task *task, const struct rcn_task_world *world)
{
	struct rcn_record *record = &task->record;

	record->customer_id = task->match.id;
	record->url = customer_url(&task->arena, world->base, task->match.id);
	if (rcn_view_is_none(record->url))
		return rcn_arena_status(&task->arena) != RCN_OK ? rcn_arena_status(&task->arena)
								: RCN_ERROR_LIMIT;
	record->intent = RCN_INTENT_CREATE; /* until it could be compared */
	/* What we may have made ourselves a moment or a run ago is no stranger. */
	if (!task->in_doubt)
		record->adopted = task->adopted = true;
	record->updated_at = world->wall;
	task->adopting = true;
	task->accepted = true;
	task->accepted_at = world->monotonic;
	task->attempts = 0;
	task->dirty = true;
	return observed_customer(task, &task->match, world);
}

enum rcn_status rcn_task_lookup_answer(struct rcn_task *task,
				       const struct rcn_http_response *response,
				       const struct rcn_task_world *world)
{
	struct rcn_page page = { 0 };
	const char *reason = NULL;
	enum rcn_status status = rcn_answer_page(response, world->scratch, &page, &reason);

	if (status == RCN_ERROR_MEMORY)
		return status;
	if (status == RCN_ERROR_LIMIT)
		reason = "it is too large";
	if (status == RCN_OK && !rcn_view_is_none(page.next) &&
	    (++task->pages > RCN_TASK_PAGES || rcn_view_equal(page.next, task->page_next))) {
		status = RCN_ERROR_INVALID;
		reason = "its pages have no end";
	}
	if (status != RCN_OK) {
		/* Unknown is not absent: without an answer that can be read nothing is sent. */
		task->page_next = RCN_VIEW_NONE;
		task->found = 0;
		if (task->attempts < RCN_LIMIT_ATTEMPTS) {
			rcn_task_repeat(task, world);
			return RCN_OK;
		}
		task->problem = RCN_CODE_API_ANSWER;
		rcn_task_end(task,
			     task->record.intent == RCN_INTENT_NONE ? RCN_RESULT_FAILED
								    : RCN_RESULT_UNKNOWN,
			     rcn_arena_format(&task->arena,
					      "whether it exists already could not be read: %s",
					      reason));
		return rcn_arena_status(&task->arena);
	}
	for (size_t i = 0; i < page.count; i++) {
		if (!rcn_view_equal(page.items[i].external_id, task->action->key))
			continue; /* whether the filter is exact is not documented */
		if (task->found > 0 && rcn_view_equal(task->match.id, page.items[i].id))
			continue; /* the list moved between two pages */
		if (task->found++ > 0)
			task->other_id = rcn_arena_copy(&task->arena, page.items[i].id);
		else if (keep_observed(&task->arena, &page.items[i], &task->match) != RCN_OK)
			return rcn_arena_status(&task->arena);
	}
	task->page_next = rcn_arena_copy(&task->arena, page.next);
	if (!rcn_view_is_none(page.next)) {
		task->due = world->monotonic;
		return RCN_OK;
	}
	if (task->found > 1) {
		struct rcn_view reason_text = rcn_arena_format(
			&task->arena,
			"the service has %zu customers with this externalId, %.*s and %.*s: remove "
			"the wrong one there, then run again",
			task->found, RCN_VIEW_ARGS(task->match.id), RCN_VIEW_ARGS(task->other_id));
		task->problem = RCN_CODE_API_DUPLICATE;
		task->record.error = reason_text;
		task->dirty = true;
		rcn_task_end(task, RCN_RESULT_FAILED, reason_text);
		return rcn_arena_status(&task->arena);
	}
	if (task->found == 1) {
		task->found = 0;
		return found_one(task, world);
	}
	return found_nobody(task, world);
}
