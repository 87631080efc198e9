/*
 * desired × last applied → actions. PURE: data in, data out; no store, no loader, no
 * clock, no network. A plan is data; making one changes nothing anywhere.
 *
 *	rcn_planner_new(&options, &planner);
 *	rcn_planner_customer(planner, customer, record or NULL);   for each manifest
 *	rcn_planner_orphan(planner, record);      for each record that no manifest knows
 *	rcn_planner_finish(planner, &plan, diag);  sorts, counts, digests, applies guard rails
 *
 * Whoever calls knows both sides and pairs them: by key, or by previousExternalId when
 * there is no record under the key (then `record` is the one under the old key: an
 * update with externalId changed).
 */
#ifndef RCN_PLAN_PLAN_H
#define RCN_PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "diag/diag.h"
#include "model/customer.h"
#include "model/record.h"

enum rcn_action_type { /* in the order in which they are shown: destructive ones first */
	RCN_ACTION_DELETE,
	RCN_ACTION_BLOCKED,
	RCN_ACTION_CREATE,
	RCN_ACTION_UPDATE,
	RCN_ACTION_RETRY,
	RCN_ACTION_RESUME,
	RCN_ACTION_ORPHAN,
	RCN_ACTION_UNCHANGED, /* counted, never listed */
	RCN_ACTION_COUNT,
};

enum rcn_change_type {
	RCN_CHANGE_ADDED,
	RCN_CHANGE_REMOVED,
	RCN_CHANGE_CHANGED
};

/* One field. For `packages` (a set): one change for each package added or removed, pointer
 * "/packages", new_value or old_value the quoted name. */
struct rcn_change {
	enum rcn_change_type type;
	bool immutable;            /* PUT can't change it: the action is blocked by it */
	struct rcn_view pointer;   /* JSON pointer: "/address/city" */
	struct rcn_view old_value; /* as JSON text; absent when added */
	struct rcn_view new_value; /* as JSON text; absent when removed */
	struct rcn_place place;    /* where the new value was written; none when removed */
};

struct rcn_action {
	enum rcn_action_type type;
	struct rcn_view key;
	struct rcn_view name;   /* customerInfo.name, or absent */
	struct rcn_place place; /* of the manifest's document; path alone for orphans */
	struct rcn_view reason; /* one sentence, absent where the type says it all */
	struct rcn_view advice; /* what to do about it, or absent */

	/* What is to be accepted in the end: the canonical body; absent for orphans and deletes.
	 * A resume finishes what was begun, so it carries the body of the intent (then a newer
	 * manifest is sent by the run after it), or, for a customer that is only busy, the newer
	 * manifest's with its changes where PUT can take them, else the one accepted last. A resume
	 * without a body only finds out what became of the request, and sends nothing; its record
	 * carries no intent_body then. */
	struct rcn_view body;
	struct rcn_digest digest; /* of rcn_customer; for a resume, of the intent or record */
	struct rcn_view sub_partner;
	bool protect;

	/* The record that it was made from; has_record false: none. A deep copy. */
	bool has_record;
	struct rcn_record record;

	struct rcn_change *changes;
	size_t change_count;
};

/* An unchanged customer whose record is to be rewritten all the same: its manifest moved, or its
 * protection changed. No action, no request, no part of the digest; apply stores it. */
struct rcn_touch {
	struct rcn_view key;
	struct rcn_view path;
	bool protect;
};

struct rcn_plan {
	struct rcn_arena arena;
	struct rcn_action *actions; /* by type, then key, bytewise; none is UNCHANGED */
	size_t count;
	size_t counts[RCN_ACTION_COUNT];
	size_t customers; /* manifests */
	size_t requests;  /* that an apply will need at least: lookups, writes; not polls */
	struct rcn_view commit, ref, folder;
	struct rcn_digest digest; /* over the canonical content: rcn_plan_digest */
	size_t records;           /* that the planner was shown */
	struct rcn_touch *touches;
	size_t touch_count;
};

struct rcn_plan_options {
	struct rcn_view commit, ref, folder; /* copied */
	bool prune;                          /* orphans become deletes */
	struct {
		bool given, percent;
		uint32_t value;
	} max_changes, max_deletes;
	bool digest_given;                 /* the digest that was approved: waives the default */
	struct rcn_digest expected_digest; /* limit on deletes, and must be met */
};

struct rcn_planner;

enum rcn_status rcn_planner_new(const struct rcn_plan_options *options,
				struct rcn_planner **planner);
/* Copies what it keeps; an unchanged customer leaves nothing behind. RCN_ERROR_MEMORY/LIMIT. */
enum rcn_status rcn_planner_customer(struct rcn_planner *planner,
				     const struct rcn_customer *customer,
				     const struct rcn_record *record);
/* There are two records, under the customer's key and under its previousExternalId, of two
 * customers at the service: which one is meant is for people to say, so it is blocked. */
enum rcn_status rcn_planner_conflict(struct rcn_planner *planner,
				     const struct rcn_customer *customer,
				     const struct rcn_record *record,
				     const struct rcn_record *previous);
enum rcn_status rcn_planner_orphan(struct rcn_planner *planner, const struct rcn_record *record);

/*
 * The plan, to be freed by the caller. Guard rails are not applied here but by
 * rcn_plan_check. Frees the planner's content; rcn_planner_free is still due.
 */
enum rcn_status rcn_planner_finish(struct rcn_planner *planner, struct rcn_plan **plan);
void rcn_planner_free(struct rcn_planner *planner);
void rcn_plan_free(struct rcn_plan *plan);

/* Guard rails (behaviour.md "The plan"): RCN_OK; RCN_ERROR_GUARD with the problem that says
 * which, and how to allow it; RCN_ERROR_MOVED for another digest than expected. */
enum rcn_status rcn_plan_check(const struct rcn_plan *plan, const struct rcn_plan_options *options,
			       struct rcn_diag *diag);

/* Things that apply does: everything but blocked and orphan. */
bool rcn_action_is_work(enum rcn_action_type type);
bool rcn_plan_has_changes(const struct rcn_plan *plan); /* any action at all but resume */
const char *rcn_action_name(enum rcn_action_type type); /* "create", … */
char rcn_action_sign(enum rcn_action_type type);        /* + ~ ! > ^ ? - */

/* The field-by-field differences between two bodies. `old_body` is canonical JSON's tree
 * (may be NULL: everything is added), `new_body` the customer's (spans give places). */
enum rcn_status rcn_diff(struct rcn_arena *arena, const struct rcn_node *old_body,
			 const struct rcn_node *new_body, struct rcn_change **changes,
			 size_t *count);

/* The canonical content of a plan as JSON (what --output json and plan --out write; described
 * by schemas/plan.schema.json): no times, no paths of this machine, no ref, the same bytes for
 * the same input. */
#define RCN_PLAN_FORMAT_VERSION "1.0"
enum rcn_status rcn_plan_canonical(const struct rcn_plan *plan, struct rcn_buffer *out);

/* SHA-256 of the canonical content without the commit's id: what a review of a branch
 * approved is the same plan after the merge, which has another id. */
enum rcn_status rcn_plan_digest(const struct rcn_plan *plan, struct rcn_digest *digest);

#endif
