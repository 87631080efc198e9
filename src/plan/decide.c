#include "plan/decide.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "data/json.h"

bool rcn_decide_is_under_way(const struct rcn_record *record)
{
	enum rcn_phase phase = rcn_phase_of(record->status);

	if (record->intent != RCN_INTENT_NONE)
		return true;
	return !rcn_view_is_none(record->url) &&
	       (rcn_phase_is_busy(phase) || phase == RCN_PHASE_NONE);
}

/* Whether what is being sent gives the customer the key that its manifest has: then the record
 * moves to it with the answer. A body of before the re-keying leaves the record where it is. */
static bool intent_has_key(struct rcn_arena *arena, const struct rcn_record *record,
			   struct rcn_view key)
{
	struct rcn_node *body = NULL;
	const char *reason;
	size_t offset;

	if (rcn_view_is_none(record->intent_body))
		return true; /* the manifest's is sent in its place */
	if (rcn_json_read(record->intent_body, arena, &body, &reason, &offset) != RCN_OK)
		return false;
	return rcn_view_equal(rcn_node_string(rcn_node_get(body, RCN_VIEW("externalId"))), key);
}

/* An open intent: it is finished first, whatever the manifest says by now. */
static struct rcn_decision resume_intent(struct rcn_arena *arena,
					 const struct rcn_customer *customer,
					 const struct rcn_record *record)
{
	struct rcn_decision decision = {
		.type = RCN_ACTION_RESUME, .body = RCN_BODY_INTENT, .by_record = true, .requests = 1
	};
	bool moved = customer && !rcn_digest_equal(&customer->digest, &record->intent_digest);
	const char *later = moved ? "; its manifest has changed since, the next run sends it" : "";

	switch (record->intent) {
	case RCN_INTENT_CREATE:
		if (!customer) {
			/* Nobody wants it any more: it must not be made now. */
			decision.body = RCN_BODY_NONE;
			later = "; its manifest is gone, so it is not sent again";
		} else if (rcn_view_is_none(record->url)) {
			decision.requests = 2;
		}
		decision.reason = rcn_arena_format(
			arena,
			"a create was begun and its outcome is not known: it is looked up first%s",
			later);
		break;
	case RCN_INTENT_UPDATE:
		if (!customer)
			later = "; its manifest is gone since";
		else if (!rcn_view_equal(customer->key, record->key))
			decision.by_record = !intent_has_key(arena, record, customer->key);
		decision.reason = rcn_arena_format(
			arena, "an update was begun and its outcome is not known%s", later);
		break;
	case RCN_INTENT_DELETE:
		decision.body = RCN_BODY_NONE;
		decision.reason = rcn_arena_format(arena, "a delete was begun%s",
						   customer ? "; as there is a manifest again, the "
							      "next run makes it anew"
							    : "");
		break;
	case RCN_INTENT_NONE:
		break;
	}
	return decision;
}

static struct rcn_decision resume_busy(struct rcn_arena *arena, const struct rcn_record *record,
				       const char *later)
{
	struct rcn_decision decision = {
		.type = RCN_ACTION_RESUME, .body = RCN_BODY_RECORD, .by_record = true, .requests = 1
	};

	switch (rcn_phase_of(record->status)) {
	case RCN_PHASE_REVIEW:
		decision.reason = rcn_arena_format(
			arena, "under review at Cisco (`%.*s`), which may take days%s",
			RCN_VIEW_ARGS(record->status), later);
		break;
	case RCN_PHASE_NONE:
		decision.reason = rcn_arena_format(
			arena, "accepted, and its status is not known yet%s", later);
		break;
	default:
		decision.reason = rcn_arena_format(arena, "busy (`%.*s`)%s",
						   RCN_VIEW_ARGS(record->status), later);
		break;
	}
	return decision;
}

/* "`/orgId` and `/customerInfo/name`", each once. */
static struct rcn_view list_immutable(struct rcn_arena *arena, const struct rcn_change *changes,
				      size_t count, bool *mixed)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	size_t left = 0;

	*mixed = false;
	for (size_t i = 0; i < count; i++) {
		if (changes[i].immutable)
			left++;
		else
			*mixed = true;
	}
	for (size_t i = 0, listed = 0; i < count; i++) {
		if (!changes[i].immutable)
			continue;
		if (listed > 0)
			rcn_buffer_text(&text, left == 1 ? " and " : ", ");
		rcn_buffer_format(&text, "`%.*s`", RCN_VIEW_ARGS(changes[i].pointer));
		listed++;
		left--;
	}
	if (rcn_buffer_status(&text) == RCN_ERROR_LIMIT)
		return RCN_VIEW("fields that the API can't change");
	return rcn_arena_copy(arena, rcn_buffer_get(&text));
}

static struct rcn_decision block(struct rcn_arena *arena, const struct rcn_record *record,
				 const struct rcn_change *changes, size_t count)
{
	struct rcn_decision decision = { .type = RCN_ACTION_BLOCKED, .body = RCN_BODY_MANIFEST };
	bool mixed;
	struct rcn_view fields = list_immutable(arena, changes, count, &mixed);
	/* Accepting takes the whole manifest as applied: what waits would never be sent. */
	const char *others = mixed ? ", and commit the other changes after that" : "";

	decision.reason =
		rcn_arena_format(arena, "the API can't change %.*s%s", RCN_VIEW_ARGS(fields),
				 mixed ? "; the other changes of this customer wait" : "");
	if (rcn_phase_of(record->status) == RCN_PHASE_FAILED)
		decision.advice = rcn_arena_format(
			arena,
			"put the old value back; or, as it never worked, delete it (take the manifest "
			"away, apply with --prune) and let it be made anew; or change it in Control Hub "
			"and run `reconcile state accept %.*s`%s",
			RCN_VIEW_ARGS(record->key), others);
	else
		decision.advice = rcn_arena_format(
			arena,
			"put the old value back; or have it changed in Control Hub or by Cisco's support "
			"and run `reconcile state accept %.*s`%s",
			RCN_VIEW_ARGS(record->key), others);
	return decision;
}

/* The newer manifest goes out in the same run, where PUT can take it as it is. */
static struct rcn_decision wait_for_busy(struct rcn_arena *arena,
					 const struct rcn_customer *customer,
					 const struct rcn_record *record, bool is_same,
					 const struct rcn_change *changes, size_t count)
{
	struct rcn_decision decision;
	bool simple = count > 0 && rcn_view_equal(customer->key, record->key);

	if (is_same)
		return resume_busy(arena, record, "");
	for (size_t i = 0; i < count; i++)
		simple = simple && !changes[i].immutable;
	if (!simple)
		return resume_busy(arena, record,
				   "; the next run compares it with its changed manifest");
	decision = resume_busy(arena, record, "; its changed manifest is sent once it has settled");
	decision.body = RCN_BODY_MANIFEST;
	decision.requests = 2;
	return decision;
}

/* "the last attempt was refused: …" with what the service said, where it said anything. */
static struct rcn_view describe_failure(struct rcn_arena *arena, const struct rcn_record *record,
					const char *what)
{
	if (rcn_view_is_none(record->error))
		return rcn_arena_format(arena, "%s", what);
	/* The service's words mostly begin with its number. */
	if (rcn_view_is_none(record->error_code) ||
	    rcn_view_starts_with(record->error, record->error_code))
		return rcn_arena_format(arena, "%s: %.*s", what, RCN_VIEW_ARGS(record->error));
	return rcn_arena_format(arena, "%s: %.*s (%.*s)", what, RCN_VIEW_ARGS(record->error),
				RCN_VIEW_ARGS(record->error_code));
}

static struct rcn_decision retry(struct rcn_arena *arena, const struct rcn_record *record,
				 const char *what)
{
	return (struct rcn_decision){
		.type = RCN_ACTION_RETRY,
		.body = RCN_BODY_MANIFEST,
		.requests = rcn_view_is_none(record->url) ? 2 : 1,
		.reason = describe_failure(arena, record, what),
	};
}

static bool was_refused(const struct rcn_customer *customer, const struct rcn_record *record)
{
	return !rcn_digest_is_zero(&record->refused_digest) &&
	       rcn_digest_equal(&record->refused_digest, &customer->digest);
}

/* The record knows of no URL and of no open request: nothing was ever accepted. */
static struct rcn_decision decide_unmade(struct rcn_arena *arena,
					 const struct rcn_customer *customer,
					 const struct rcn_record *record)
{
	if (was_refused(customer, record))
		return retry(arena, record, "the last attempt was refused");
	return (struct rcn_decision){
		.type = RCN_ACTION_CREATE,
		.body = RCN_BODY_MANIFEST,
		.requests = 2,
		.reason =
			rcn_view_is_none(record->error)
				? RCN_VIEW_NONE
				: RCN_VIEW(
					  "the manifest was changed after the last attempt failed"),
	};
}

static struct rcn_decision decide_same(struct rcn_arena *arena, const struct rcn_customer *customer,
				       const struct rcn_record *record)
{
	switch (rcn_phase_of(record->status)) {
	case RCN_PHASE_FAILED:
		return retry(arena, record, "the last attempt ended in `error`");
	case RCN_PHASE_DEGRADED:
		return retry(arena, record, "the last attempt ended in `provisioned_with_errors`");
	default:
		break;
	}
	if (was_refused(customer, record))
		return retry(arena, record, "the last attempt was refused");
	return (struct rcn_decision){ .type = RCN_ACTION_UNCHANGED };
}

static struct rcn_decision decide_different(struct rcn_arena *arena,
					    const struct rcn_customer *customer,
					    const struct rcn_record *record,
					    const struct rcn_change *changes, size_t count)
{
	struct rcn_decision decision = { .type = RCN_ACTION_UPDATE,
					 .body = RCN_BODY_MANIFEST,
					 .requests = 1 };

	for (size_t i = 0; i < count; i++) {
		if (changes[i].immutable)
			return block(arena, record, changes, count);
	}
	if (was_refused(customer, record))
		return retry(arena, record, "the last attempt was refused");
	if (rcn_view_is_none(record->body))
		decision.reason =
			RCN_VIEW("what was applied last is not known, so the whole manifest "
				 "is sent");
	else if (!rcn_view_equal(customer->key, record->key))
		decision.reason = rcn_arena_format(arena, "was `%.*s`", RCN_VIEW_ARGS(record->key));
	return decision;
}

struct rcn_decision rcn_decide_customer(struct rcn_arena *arena,
					const struct rcn_customer *customer,
					const struct rcn_record *record, bool is_same,
					const struct rcn_change *changes, size_t change_count)
{
	if (!record)
		return (struct rcn_decision){
			.type = RCN_ACTION_CREATE,
			.body = RCN_BODY_MANIFEST,
			.requests = 2,
		};
	if (record->intent != RCN_INTENT_NONE)
		return resume_intent(arena, customer, record);
	if (rcn_decide_is_under_way(record))
		return wait_for_busy(arena, customer, record, is_same, changes, change_count);
	if (rcn_view_is_none(record->url))
		return decide_unmade(arena, customer, record);
	if (is_same)
		return decide_same(arena, customer, record);
	return decide_different(arena, customer, record, changes, change_count);
}

static struct rcn_view name_url(struct rcn_arena *arena, const struct rcn_record *record)
{
	if (rcn_view_is_none(record->url))
		return rcn_arena_format(arena, "`%.*s` (of which no URL is known)",
					RCN_VIEW_ARGS(record->key));
	return rcn_arena_format(arena, "`%.*s` (%.*s)", RCN_VIEW_ARGS(record->key),
				RCN_VIEW_ARGS(record->url));
}

struct rcn_decision rcn_decide_conflict(struct rcn_arena *arena,
					const struct rcn_customer *customer,
					const struct rcn_record *record,
					const struct rcn_record *previous)
{
	struct rcn_decision decision = { .type = RCN_ACTION_BLOCKED, .body = RCN_BODY_MANIFEST };
	struct rcn_view now = name_url(arena, record), before = name_url(arena, previous);

	decision.reason = rcn_arena_format(
		arena,
		"it has a record already, %.*s, and its x-reconcile.previousExternalId is that "
		"of another customer, %.*s",
		RCN_VIEW_ARGS(now), RCN_VIEW_ARGS(before));
	decision.advice = rcn_arena_format(
		arena,
		"if they are two customers, take previousExternalId away, and keep a manifest for "
		"`%.*s`; if `%.*s` is the one that is meant, forget the other with "
		"`reconcile state remove %.*s`",
		RCN_VIEW_ARGS(previous->key), RCN_VIEW_ARGS(previous->key),
		RCN_VIEW_ARGS(customer->key));
	return decision;
}

struct rcn_decision rcn_decide_orphan(struct rcn_arena *arena, const struct rcn_record *record,
				      bool prune)
{
	struct rcn_decision decision = { .type = RCN_ACTION_ORPHAN, .by_record = true };
	bool made = !rcn_view_is_none(record->url);

	if (record->intent != RCN_INTENT_NONE)
		return resume_intent(arena, NULL, record);
	if (rcn_decide_is_under_way(record))
		return resume_busy(
			arena, record,
			prune && !record->protect
				? "; there is no manifest any more, it is deleted once it "
				  "has settled"
				: "; there is no manifest any more");
	if (record->protect && prune) {
		decision.reason = RCN_VIEW("protected, so it is not deleted");
		decision.advice = RCN_VIEW("to delete it, apply its manifest once without "
					   "x-reconcile.protect, then remove it");
		return decision;
	}
	if (prune) {
		decision.type = RCN_ACTION_DELETE;
		decision.requests = made ? 2 : 0;
		if (!made)
			decision.reason = RCN_VIEW("it was never made; only its record is removed");
		return decision;
	}
	decision.reason = made ? RCN_VIEW("there is no manifest any more")
			       : RCN_VIEW("there is no manifest any more, and it was never made");
	decision.advice =
		rcn_arena_format(arena,
				 "put the manifest back, or delete the customer with "
				 "--prune, or forget it with `reconcile state remove %.*s`",
				 RCN_VIEW_ARGS(record->key));
	return decision;
}
