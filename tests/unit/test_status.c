#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/status.h"

static void each_name_has_its_phase(void **state)
{
	static const struct {
		const char *name;
		enum rcn_phase phase;
		bool busy;
	} cases[] = {
		{ "", RCN_PHASE_NONE, false },
		{ "provisioning", RCN_PHASE_BUSY, true },
		{ "updating", RCN_PHASE_BUSY, true },
		{ "deleting", RCN_PHASE_BUSY, true },
		{ "pending_rpl_review", RCN_PHASE_REVIEW, true },
		{ "provisioned", RCN_PHASE_DONE, false },
		{ "provisioned_with_errors", RCN_PHASE_DEGRADED, false },
		{ "error", RCN_PHASE_FAILED, false },
		{ "migrating", RCN_PHASE_BUSY, true },
		{ "Provisioned", RCN_PHASE_BUSY, true },
		{ "provisioned ", RCN_PHASE_BUSY, true },
		{ "provisione", RCN_PHASE_BUSY, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(rcn_phase_of(rcn_view_of(cases[i].name)), cases[i].phase);
		assert_int_equal(rcn_phase_is_busy(cases[i].phase), cases[i].busy);
	}
	assert_int_equal(rcn_phase_of(RCN_VIEW_NONE), RCN_PHASE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_has_its_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
