#include "state/store_check.h"

#include "base/limits.h"
#include "data/json.h"
#include "model/customer.h"

static bool is_body(struct rcn_view body)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node;
	const char *reason;
	size_t offset;

	return rcn_json_read(body, &arena, &node, &reason, &offset) == RCN_OK &&
	       node->kind == RCN_MAPPING;
}

/* Whether the digest was made from the body, with or without the sub-partner. */
static bool is_digest_of(const struct rcn_digest *digest, struct rcn_view body,
			 struct rcn_view sub_partner)
{
	struct rcn_digest plain, full;

	return rcn_digest_of(body, &plain) == RCN_OK &&
	       rcn_customer_digest(body, sub_partner, &full) == RCN_OK &&
	       (rcn_digest_equal(digest, &plain) || rcn_digest_equal(digest, &full));
}

static void add_problem(const struct rcn_record *record, const char *what, struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_RECORD, RCN_PLACE_NONE,
				    "the record of `%.*s` is damaged: %s",
				    RCN_VIEW_ARGS(record->key), what);
	rcn_problem_key(problem, record->key);
	rcn_problem_hint(problem, "remove the record and run again: the customer is found by its "
				  "externalId and adopted, not made twice");
}

enum rcn_status rcn_record_check(const struct rcn_record *record, struct rcn_diag *diag)
{
	enum rcn_status status = RCN_OK;
	const struct {
		struct rcn_view body;
		const struct rcn_digest *digest;
		const char *no_json, *no_digest, *no_match;
	} bodies[] = {
		{ record->body, &record->digest, "the body applied last is no JSON object",
		  "the body applied last has no digest",
		  "the body applied last is not the one that its digest was made from" },
		{ record->intent_body, &record->intent_digest,
		  "the body that was being sent is no JSON object",
		  "the body that was being sent has no digest",
		  "the body that was being sent is not the one that its digest was made from" },
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const char *what = NULL;

		if (rcn_view_is_none(bodies[i].body))
			continue;
		if (rcn_digest_is_zero(bodies[i].digest))
			what = bodies[i].no_digest;
		else if (!is_digest_of(bodies[i].digest, bodies[i].body, record->sub_partner))
			what = bodies[i].no_match;
		else if (!is_body(bodies[i].body))
			what = bodies[i].no_json;
		if (what) {
			add_problem(record, what, diag);
			status = RCN_ERROR_CORRUPT;
		}
	}
	return status;
}
