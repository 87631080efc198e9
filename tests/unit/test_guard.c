#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan.h"

enum limit {
	NO_LIMIT,
	COUNT,
	PERCENT
};

static const struct {
	const char *what;
	size_t creates, updates, deletes, retries, others; /* others: resumes and orphans */
	size_t customers, records;
	enum limit changes, removals;
	uint32_t max_changes, max_deletes;
	bool digest;        /* the right one */
	enum rcn_code code; /* NONE: may go ahead */
} cases[] = {
	{ .what = "nothing to do", .customers = 5, .records = 5 },
	{ .what = "no limit on what is made", .creates = 100000, .customers = 100000 },
	{ .what = "changes at the limit",
	  .creates = 1,
	  .updates = 1,
	  .retries = 1,
	  .deletes = 1,
	  .customers = 9,
	  .records = 9,
	  .changes = COUNT,
	  .max_changes = 4 },
	{ .what = "changes above the limit",
	  .creates = 1,
	  .updates = 1,
	  .retries = 1,
	  .deletes = 1,
	  .customers = 9,
	  .records = 9,
	  .changes = COUNT,
	  .max_changes = 3,
	  .code = RCN_CODE_GUARD_CHANGES },
	{ .what = "no change allowed",
	  .updates = 1,
	  .customers = 9,
	  .records = 9,
	  .changes = COUNT,
	  .max_changes = 0,
	  .code = RCN_CODE_GUARD_CHANGES },
	{ .what = "resumes and orphans are no changes",
	  .others = 5,
	  .customers = 9,
	  .records = 9,
	  .changes = COUNT,
	  .max_changes = 0 },
	{ .what = "percentage at the limit",
	  .updates = 3,
	  .customers = 30,
	  .records = 33,
	  .changes = PERCENT,
	  .max_changes = 10 },
	{ .what = "percentage above the limit",
	  .updates = 4,
	  .customers = 30,
	  .records = 33,
	  .changes = PERCENT,
	  .max_changes = 10,
	  .code = RCN_CODE_GUARD_CHANGES },
	{ .what = "percentage of the larger side",
	  .creates = 10,
	  .customers = 100,
	  .records = 0,
	  .changes = PERCENT,
	  .max_changes = 10 },
	{ .what = "a digest does not raise a limit of one's own",
	  .updates = 4,
	  .customers = 30,
	  .records = 30,
	  .changes = COUNT,
	  .max_changes = 3,
	  .digest = true,
	  .code = RCN_CODE_GUARD_CHANGES },
	{ .what = "ten deletes are few", .deletes = 10, .customers = 1, .records = 11 },
	{ .what = "eleven of few are many",
	  .deletes = 11,
	  .customers = 1,
	  .records = 12,
	  .code = RCN_CODE_GUARD_DELETES },
	{ .what = "five percent of many are few",
	  .deletes = 50,
	  .customers = 950,
	  .records = 1000 },
	{ .what = "more than five percent are many",
	  .deletes = 51,
	  .customers = 949,
	  .records = 1000,
	  .code = RCN_CODE_GUARD_DELETES },
	{ .what = "many deletes with a number",
	  .deletes = 51,
	  .customers = 949,
	  .records = 1000,
	  .removals = COUNT,
	  .max_deletes = 51 },
	{ .what = "many deletes with too small a number",
	  .deletes = 51,
	  .customers = 949,
	  .records = 1000,
	  .removals = COUNT,
	  .max_deletes = 50,
	  .code = RCN_CODE_GUARD_DELETES },
	{ .what = "many deletes with a percentage",
	  .deletes = 500,
	  .customers = 500,
	  .records = 1000,
	  .removals = PERCENT,
	  .max_deletes = 50 },
	{ .what = "few deletes with a smaller number",
	  .deletes = 1,
	  .customers = 9,
	  .records = 10,
	  .removals = COUNT,
	  .max_deletes = 0,
	  .code = RCN_CODE_GUARD_DELETES },
	{ .what = "many deletes that were approved",
	  .deletes = 51,
	  .customers = 949,
	  .records = 1000,
	  .digest = true },
	{ .what = "a number is not waived by a digest",
	  .deletes = 51,
	  .customers = 949,
	  .records = 1000,
	  .removals = COUNT,
	  .max_deletes = 50,
	  .digest = true,
	  .code = RCN_CODE_GUARD_DELETES },
	{ .what = "no manifests", .deletes = 1, .records = 1, .code = RCN_CODE_GUARD_EMPTY },
	{ .what = "no manifests, and a number",
	  .deletes = 3,
	  .records = 3,
	  .removals = COUNT,
	  .max_deletes = 3 },
	{ .what = "no manifests, and approved", .deletes = 300, .records = 300, .digest = true },
	{ .what = "no manifests, nothing to delete", .others = 1, .records = 1 },
	{ .what = "a fleet so large that products overflow",
	  .deletes = 1,
	  .customers = SIZE_MAX,
	  .records = SIZE_MAX,
	  .removals = PERCENT,
	  .max_deletes = 100 },
};

static struct rcn_plan make_plan(size_t i)
{
	struct rcn_plan plan = { .customers = cases[i].customers, .records = cases[i].records };

	plan.counts[RCN_ACTION_CREATE] = cases[i].creates;
	plan.counts[RCN_ACTION_UPDATE] = cases[i].updates;
	plan.counts[RCN_ACTION_DELETE] = cases[i].deletes;
	plan.counts[RCN_ACTION_RETRY] = cases[i].retries;
	plan.counts[RCN_ACTION_RESUME] = cases[i].others;
	plan.counts[RCN_ACTION_ORPHAN] = cases[i].others;
	memset(plan.digest.bytes, 0x17, sizeof(plan.digest.bytes));
	return plan;
}

static void a_run_is_stopped_before_it_does_more_than_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct rcn_plan plan = make_plan(i);
		const struct rcn_plan_options options = {
			.prune = true,
			.max_changes = { cases[i].changes != NO_LIMIT, cases[i].changes == PERCENT,
					 cases[i].max_changes },
			.max_deletes = { cases[i].removals != NO_LIMIT,
					 cases[i].removals == PERCENT, cases[i].max_deletes },
			.digest_given = cases[i].digest,
			.expected_digest = plan.digest,
		};
		struct rcn_diag diag;
		enum rcn_status status;

		rcn_diag_init(&diag);
		status = rcn_plan_check(&plan, &options, &diag);
		if (status != (cases[i].code ? RCN_ERROR_GUARD : RCN_OK) ||
		    diag.count != (cases[i].code ? 1 : 0) ||
		    (diag.count && diag.problems[0]->code != cases[i].code))
			fail_msg("%s: status %d, %zu problems", cases[i].what, (int)status,
				 diag.count);
		if (diag.count)
			assert_true(diag.problems[0]->hint.len > 0);
		rcn_diag_free(&diag);
	}
}

static void another_digest_stops_everything(void **state)
{
	const struct rcn_plan plan = make_plan(0);
	struct rcn_plan_options options = { .digest_given = true, .expected_digest = plan.digest };
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	options.expected_digest.bytes[31] ^= 1;
	assert_int_equal(rcn_plan_check(&plan, &options, &diag), RCN_ERROR_MOVED);
	assert_int_equal(diag.problems[0]->code, RCN_CODE_PLAN_DIGEST);
	rcn_diag_free(&diag);
}

static void both_limits_are_named_at_once(void **state)
{
	struct rcn_plan plan = make_plan(0);
	const struct rcn_plan_options options = { .max_changes = { true, false, 1 },
						  .max_deletes = { true, false, 1 } };
	struct rcn_diag diag;

	(void)state;
	plan.counts[RCN_ACTION_DELETE] = 2;
	rcn_diag_init(&diag);
	assert_int_equal(rcn_plan_check(&plan, &options, &diag), RCN_ERROR_GUARD);
	assert_int_equal(diag.count, 2);
	rcn_diag_free(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_stopped_before_it_does_more_than_allowed),
		cmocka_unit_test(another_digest_stops_everything),
		cmocka_unit_test(both_limits_are_named_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
