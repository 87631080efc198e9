#include "model/record.h"

#include "model/customer.h"

bool rcn_record_is_unsettled(const struct rcn_record *record)
{
	if (record->intent != RCN_INTENT_NONE || !rcn_view_is_none(record->error) ||
	    !rcn_digest_is_zero(&record->refused_digest))
		return true;
	switch (rcn_phase_of(record->status)) {
	case RCN_PHASE_DONE:
		return false;
	case RCN_PHASE_NONE: /* nobody has seen yet how it is */
	case RCN_PHASE_BUSY:
	case RCN_PHASE_REVIEW:
	case RCN_PHASE_DEGRADED:
	case RCN_PHASE_FAILED:
		break;
	}
	return true;
}

enum rcn_status rcn_record_copy(struct rcn_arena *arena, const struct rcn_record *from,
				struct rcn_record *to)
{
	struct rcn_record copy = *from;

	copy.key = rcn_arena_copy(arena, from->key);
	copy.path = rcn_arena_copy(arena, from->path);
	copy.url = rcn_arena_copy(arena, from->url);
	copy.customer_id = rcn_arena_copy(arena, from->customer_id);
	copy.org_id = rcn_arena_copy(arena, from->org_id);
	copy.status = rcn_arena_copy(arena, from->status);
	copy.body = rcn_arena_copy(arena, from->body);
	copy.sub_partner = rcn_arena_copy(arena, from->sub_partner);
	copy.commit = rcn_arena_copy(arena, from->commit);
	copy.intent_body = rcn_arena_copy(arena, from->intent_body);
	copy.error = rcn_arena_copy(arena, from->error);
	copy.error_code = rcn_arena_copy(arena, from->error_code);
	copy.tracking_id = rcn_arena_copy(arena, from->tracking_id);
	if (rcn_arena_status(arena) != RCN_OK)
		return rcn_arena_status(arena);
	*to = copy;
	return RCN_OK;
}

static const char *const intent_names[] = {
	[RCN_INTENT_NONE] = "none",
	[RCN_INTENT_CREATE] = "create",
	[RCN_INTENT_UPDATE] = "update",
	[RCN_INTENT_DELETE] = "delete",
};

const char *rcn_intent_name(enum rcn_intent intent)
{
	return intent_names[intent];
}

bool rcn_intent_from_name(struct rcn_view name, enum rcn_intent *intent)
{
	for (size_t i = 0; i < sizeof(intent_names) / sizeof(intent_names[0]); i++) {
		if (rcn_view_is(name, intent_names[i])) {
			*intent = (enum rcn_intent)i;
			return true;
		}
	}
	return false;
}

enum rcn_status rcn_customer_digest(struct rcn_view canonical, struct rcn_view sub_partner,
				    struct rcn_digest *digest)
{
	struct rcn_hasher *hasher;
	enum rcn_status status;

	if (rcn_view_is_none(sub_partner))
		return rcn_digest_of(canonical, digest);
	hasher = rcn_hasher_new();
	if (!hasher)
		return RCN_ERROR_MEMORY;
	status = rcn_hasher_add(hasher, canonical);
	if (status == RCN_OK)
		status = rcn_hasher_add(hasher, RCN_VIEW("\n"));
	if (status == RCN_OK)
		status = rcn_hasher_add(hasher, sub_partner);
	if (status != RCN_OK) {
		rcn_hasher_free(hasher);
		return status;
	}
	return rcn_hasher_finish(hasher, digest);
}
