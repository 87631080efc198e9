/* Every call with every status, against the rules as they are written for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "webex/treatment.h"

static enum rcn_treatment of(enum rcn_call call, enum rcn_http_outcome outcome, int status)
{
	struct rcn_http_response response = { .outcome = outcome, .status = status };

	return rcn_treatment_of(call, &response);
}

/* Calls about one customer that is known by its id. */
static bool names_one(enum rcn_call call)
{
	return call == RCN_CALL_UPDATE || call == RCN_CALL_DELETE || call == RCN_CALL_GET;
}

/* behaviour.md "Apply" and API notes §2.6 in prose, independent of the table's form. */
static enum rcn_treatment expected(enum rcn_call call, int status)
{
	if (status >= 200 && status < 300)
		return RCN_TREAT_DONE;
	if (status >= 300 && status < 400)
		return RCN_TREAT_STOP_RUN;
	if (status == 429 || status == 423)
		return RCN_TREAT_SLOW_DOWN;
	if (status < 200 || status >= 500 || status == 408)
		return call == RCN_CALL_CREATE ? RCN_TREAT_LOOK : RCN_TREAT_REPEAT;
	if (call == RCN_CALL_TOKEN || status == 403 || status == 407)
		return RCN_TREAT_STOP_RUN;
	if (status == 401)
		return RCN_TREAT_REFRESH;
	if ((status == 404 || status == 410) && names_one(call))
		return RCN_TREAT_GONE;
	if (status == 409 && call == RCN_CALL_CREATE)
		return RCN_TREAT_LOOK;
	return RCN_TREAT_STOP_CUSTOMER;
}

static void test_every_call_with_every_status(void **state)
{
	(void)state;
	for (int call = 0; call < RCN_CALL_COUNT; call++) {
		for (int status = -1; status < 1000; status++) {
			enum rcn_treatment treatment =
				of((enum rcn_call)call, RCN_HTTP_ANSWERED, status);

			if (treatment != expected((enum rcn_call)call, status))
				fail_msg("%s, %d: %s", rcn_call_name((enum rcn_call)call), status,
					 rcn_treatment_name(treatment));
		}
	}
}

static void test_outcomes_without_an_answer(void **state)
{
	(void)state;
	for (int number = 0; number < RCN_CALL_COUNT; number++) {
		enum rcn_call call = (enum rcn_call)number;
		bool create = call == RCN_CALL_CREATE;
		bool reads = call != RCN_CALL_UPDATE && call != RCN_CALL_DELETE && !create;

		assert_int_equal(of(call, RCN_HTTP_NOT_SENT, 0), RCN_TREAT_REPEAT);
		assert_int_equal(of(call, RCN_HTTP_UNTRUSTED, 0), RCN_TREAT_STOP_RUN);
		/* A status that came before the cut changes nothing. */
		for (int status = 0; status < 600; status += 200) {
			assert_int_equal(of(call, RCN_HTTP_UNKNOWN, status),
					 create ? RCN_TREAT_LOOK : RCN_TREAT_REPEAT);
			assert_int_equal(of(call, RCN_HTTP_TOO_LARGE, status),
					 create                   ? RCN_TREAT_LOOK
					 : call == RCN_CALL_TOKEN ? RCN_TREAT_STOP_RUN
					 : reads                  ? RCN_TREAT_STOP_CUSTOMER
								  : RCN_TREAT_REPEAT);
		}
	}
}

/* The promise that matters most, once more and alone. */
static void test_a_create_is_repeated_only_when_nothing_was_sent(void **state)
{
	(void)state;
	for (int outcome = RCN_HTTP_ANSWERED; outcome <= RCN_HTTP_TOO_LARGE; outcome++)
		for (int status = 0; status < 1000; status++)
			assert_int_equal(of(RCN_CALL_CREATE, (enum rcn_http_outcome)outcome,
					    status) == RCN_TREAT_REPEAT,
					 outcome == RCN_HTTP_NOT_SENT);
}

static void test_all_have_names(void **state)
{
	(void)state;
	for (int call = 0; call < RCN_CALL_COUNT; call++)
		assert_string_not_equal(rcn_call_name((enum rcn_call)call), "unknown");
	for (int treatment = 0; treatment <= RCN_TREAT_STOP_RUN; treatment++)
		assert_string_not_equal(rcn_treatment_name((enum rcn_treatment)treatment),
					"unknown");
	assert_string_equal(rcn_call_name(RCN_CALL_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_call_with_every_status),
		cmocka_unit_test(test_outcomes_without_an_answer),
		cmocka_unit_test(test_a_create_is_repeated_only_when_nothing_was_sent),
		cmocka_unit_test(test_all_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
