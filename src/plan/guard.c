#include "plan/plan.h"

/* Without a limit of one's own: more deletes than both of these want to be approved. */
#define DEFAULT_DELETES         10
#define DEFAULT_DELETES_PERCENT 5

static size_t count_fleet(const struct rcn_plan *plan)
{
	return plan->records > plan->customers ? plan->records : plan->customers;
}

static size_t take_percent(size_t whole, uint32_t percent)
{
	/* In two parts, so that nothing overflows. */
	return whole / 100 * percent + whole % 100 * percent / 100;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* The digest as a hint wants it: what was seen can be approved as it is. */
static void hint_with_digest(struct rcn_problem *problem, const struct rcn_plan *plan,
			     const char *flag, size_t number)
{
	char hex[RCN_DIGEST_HEX_SIZE];

	rcn_digest_hex(&plan->digest, hex);
	rcn_problem_hint(problem,
			 "if it is meant, say %s %zu, or approve exactly this plan with "
			 "--expect-digest %s",
			 flag, number, hex);
}

static enum rcn_status check_digest(const struct rcn_plan *plan,
				    const struct rcn_plan_options *options, struct rcn_diag *diag)
{
	char expected[RCN_DIGEST_HEX_SIZE], actual[RCN_DIGEST_HEX_SIZE];
	struct rcn_problem *problem;

	if (!options->digest_given || rcn_digest_equal(&options->expected_digest, &plan->digest))
		return RCN_OK;
	rcn_digest_hex(&options->expected_digest, expected);
	rcn_digest_hex(&plan->digest, actual);
	problem = rcn_diag_error_at(diag, RCN_CODE_PLAN_DIGEST, RCN_PLACE_NONE,
				    "this is not the plan that was approved: its digest is %s, "
				    "expected was %s",
				    actual, expected);
	rcn_problem_hint(problem,
			 "manifests, state or settings have changed since; look at the plan "
			 "again (reconcile plan), and approve that one");
	return RCN_ERROR_MOVED;
}

static enum rcn_status check_changes(const struct rcn_plan *plan,
				     const struct rcn_plan_options *options, struct rcn_diag *diag)
{
	size_t changes = plan->counts[RCN_ACTION_CREATE] + plan->counts[RCN_ACTION_UPDATE] +
			 plan->counts[RCN_ACTION_DELETE] + plan->counts[RCN_ACTION_RETRY];
	size_t limit = options->max_changes.value;
	struct rcn_problem *problem;

	if (!options->max_changes.given)
		return RCN_OK;
	if (options->max_changes.percent)
		limit = take_percent(count_fleet(plan), options->max_changes.value);
	if (changes <= limit)
		return RCN_OK;
	if (options->max_changes.percent)
		problem = rcn_diag_error_at(diag, RCN_CODE_GUARD_CHANGES, RCN_PLACE_NONE,
					    "the plan has %zu change%s, and max_changes allows %zu "
					    "(%u%% of %zu customers)",
					    changes, plural(changes), limit,
					    options->max_changes.value, count_fleet(plan));
	else
		problem = rcn_diag_error_at(diag, RCN_CODE_GUARD_CHANGES, RCN_PLACE_NONE,
					    "the plan has %zu change%s, and max_changes allows %zu",
					    changes, plural(changes), limit);
	rcn_problem_hint(problem, "if it is meant, say --max-changes %zu", changes);
	return RCN_ERROR_GUARD;
}

static enum rcn_status check_deletes(const struct rcn_plan *plan,
				     const struct rcn_plan_options *options, struct rcn_diag *diag)
{
	size_t deletes = plan->counts[RCN_ACTION_DELETE];
	size_t limit = options->max_deletes.value;
	struct rcn_problem *problem;

	if (options->max_deletes.given) {
		if (options->max_deletes.percent)
			limit = take_percent(count_fleet(plan), options->max_deletes.value);
		if (deletes <= limit)
			return RCN_OK;
		problem = rcn_diag_error_at(diag, RCN_CODE_GUARD_DELETES, RCN_PLACE_NONE,
					    "the plan deletes %zu customer%s, and max_deletes "
					    "allows %zu",
					    deletes, plural(deletes), limit);
		rcn_problem_hint(problem, "if it is meant, say --max-deletes %zu", deletes);
		return RCN_ERROR_GUARD;
	}
	if (options->digest_given || deletes == 0)
		return RCN_OK;
	if (plan->customers == 0) {
		problem = rcn_diag_error_at(diag, RCN_CODE_GUARD_EMPTY, RCN_PLACE_NONE,
					    "there is no manifest at all, and --prune would delete "
					    "%zu customer%s",
					    deletes, plural(deletes));
		hint_with_digest(problem, plan, "--max-deletes", deletes);
		return RCN_ERROR_GUARD;
	}
	limit = take_percent(count_fleet(plan), DEFAULT_DELETES_PERCENT);
	if (limit < DEFAULT_DELETES)
		limit = DEFAULT_DELETES;
	if (deletes <= limit)
		return RCN_OK;
	problem = rcn_diag_error_at(diag, RCN_CODE_GUARD_DELETES, RCN_PLACE_NONE,
				    "the plan deletes %zu of %zu customers, and more than %zu "
				    "(%d, or %d%%) want to be approved",
				    deletes, count_fleet(plan), limit, DEFAULT_DELETES,
				    DEFAULT_DELETES_PERCENT);
	hint_with_digest(problem, plan, "--max-deletes", deletes);
	return RCN_ERROR_GUARD;
}

enum rcn_status rcn_plan_check(const struct rcn_plan *plan, const struct rcn_plan_options *options,
			       struct rcn_diag *diag)
{
	enum rcn_status moved = check_digest(plan, options, diag);
	enum rcn_status changes, deletes;

	if (moved != RCN_OK)
		return moved;
	changes = check_changes(plan, options, diag);
	deletes = check_deletes(plan, options, diag);
	return changes != RCN_OK ? changes : deletes;
}
