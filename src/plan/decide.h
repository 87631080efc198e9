/*
 * What is to be done about one customer: the table of behaviour.md "The plan", as a function
 * of the two sides. PURE. Part of the planner.
 */
#ifndef RCN_PLAN_DECIDE_H
#define RCN_PLAN_DECIDE_H

#include "plan/plan.h"

/* Where the action's body comes from. */
enum rcn_body_source {
	RCN_BODY_NONE,
	RCN_BODY_MANIFEST, /* what is wanted now */
	RCN_BODY_INTENT,   /* what was being sent */
	RCN_BODY_RECORD,   /* what was accepted last */
};

struct rcn_decision {
	enum rcn_action_type type;
	enum rcn_body_source body;
	bool by_record; /* the action goes by the record's key: a re-keying has to wait */
	unsigned requests;
	struct rcn_view reason, advice; /* in the arena given, or static; may be absent */
};

/* `changes` (with the change of the sub-partner, if any) are what rcn_diff found between the
 * record's body and the customer's; `is_same` that nothing differs. A failed allocation shows in
 * the arena's status. */
struct rcn_decision rcn_decide_customer(struct rcn_arena *arena,
					const struct rcn_customer *customer,
					const struct rcn_record *record, bool is_same,
					const struct rcn_change *changes, size_t change_count);
struct rcn_decision rcn_decide_conflict(struct rcn_arena *arena,
					const struct rcn_customer *customer,
					const struct rcn_record *record,
					const struct rcn_record *previous);
struct rcn_decision rcn_decide_orphan(struct rcn_arena *arena, const struct rcn_record *record,
				      bool prune);

/* Whether an open request or a busy status decides before any difference is looked at. */
bool rcn_decide_is_under_way(const struct rcn_record *record);

#endif
