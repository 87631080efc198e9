#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "http/retry.h"

static int fill_low(void *payload, void *ptr, size_t len)
{
	(void)payload;
	memset(ptr, 0, len);
	return 0;
}

static int fill_none(void *payload, void *ptr, size_t len)
{
	(void)payload;
	(void)ptr;
	(void)len;
	return -1;
}

static void test_retry_after(void **state)
{
	/* 1994-11-06T08:49:37Z */
	const int64_t now = 784111777000;
	static const struct {
		const char *text, *date;
		int64_t ms;
	} rows[] = {
		{ NULL, NULL, -1 },
		{ "", NULL, -1 },
		{ "7", NULL, 7000 },
		{ " 7 ", NULL, 7000 },
		{ "007", NULL, 7000 },
		{ "0", NULL, 1000 },
		{ "300", NULL, 300000 },
		{ "301", NULL, 300000 },
		{ "86400", NULL, 300000 },
		{ "99999999999999999999999999", NULL, 300000 },
		{ "-5", NULL, -1 },
		{ "+5", NULL, -1 },
		{ "1.5", NULL, -1 },
		{ "1e3", NULL, -1 },
		{ "0x10", NULL, -1 },
		{ "7 s", NULL, -1 },
		{ "rand(30),add(30)", NULL, -1 },
		/* The three forms, against our clock. */
		{ "Sun, 06 Nov 1994 08:49:47 GMT", NULL, 10000 },
		{ "Sunday, 06-Nov-94 08:49:47 GMT", NULL, 10000 },
		{ "Sun Nov  6 08:49:47 1994", NULL, 10000 },
		{ "Sun Nov 06 08:49:47 1994", NULL, 10000 },
		/* Against the service's own. */
		{ "Fri, 24 Nov 2026 12:00:30 GMT", "Fri, 24 Nov 2026 12:00:00 GMT", 30000 },
		{ "Fri, 24 Nov 2026 12:00:30 GMT", "Friday, 24-Nov-26 12:00:00 GMT", 30000 },
		{ "Sun, 06 Nov 1994 08:49:47 GMT", "rubbish", 10000 },
		/* Past, now, and absurd. */
		{ "Sun, 06 Nov 1994 08:49:36 GMT", NULL, 1000 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", NULL, 1000 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", NULL, 1000 },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", NULL, 300000 },
		/* Leap day and leap second. */
		{ "Thu, 29 Feb 1996 00:00:10 GMT", "Wed, 28 Feb 1996 23:59:59 GMT", 11000 },
		{ "Sun, 06 Nov 1994 08:49:60 GMT", NULL, 23000 },
		/* Not dates. */
		{ "Sun, 06 Nov 1994 08:49:47", NULL, -1 },
		{ "Sun, 06 Nov 1994 08:49:47 CET", NULL, -1 },
		{ "Sun, 06 Nov 1994 24:00:00 GMT", NULL, -1 },
		{ "Sun, 00 Nov 1994 08:49:47 GMT", NULL, -1 },
		{ "Sun, 32 Nov 1994 08:49:47 GMT", NULL, -1 },
		{ "Sun, 06 Nox 1994 08:49:47 GMT", NULL, -1 },
		{ "1994-11-06T08:49:47Z", NULL, -1 },
		{ "Sun", NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t ms = rcn_retry_after_parse(rcn_view_of(rows[i].text),
						   rcn_view_of(rows[i].date), now);

		if (ms != rows[i].ms)
			fail_msg("`%s` is %ld, not %ld", rows[i].text ? rows[i].text : "(absent)",
				 (long)ms, (long)rows[i].ms);
	}
}

static void test_two_digit_years_are_never_far_in_the_future(void **state)
{
	const int64_t in_2026 = 1795000000000;

	(void)state;
	/* 77 is 1977 in 2026, and 76 is 2076. */
	assert_int_equal(rcn_retry_after_parse(RCN_VIEW("Sunday, 06-Nov-77 08:49:37 GMT"),
					       RCN_VIEW_NONE, in_2026),
			 1000);
	assert_int_equal(rcn_retry_after_parse(RCN_VIEW("Friday, 06-Nov-76 08:49:37 GMT"),
					       RCN_VIEW_NONE, in_2026),
			 300000);
}

static void test_delays_double_and_stay_in_their_upper_half(void **state)
{
	static const int64_t full[] = {
		500, 500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000
	};

	(void)state;
	for (unsigned attempt = 0; attempt < 10; attempt++) {
		for (int i = 0; i < 200; i++) {
			int64_t delay = rcn_retry_delay(attempt, &rcn_random_system);

			assert_in_range(delay, full[attempt] / 2, full[attempt]);
		}
	}
	assert_in_range(rcn_retry_delay(4000000000U, &rcn_random_system), 30000, 60000);
}

static void test_delays_differ(void **state)
{
	int64_t first = rcn_retry_delay(8, &rcn_random_system);
	bool differ = false;

	(void)state;
	for (int i = 0; i < 100; i++)
		differ |= rcn_retry_delay(8, &rcn_random_system) != first;
	assert_true(differ);
}

static void test_polls_grow_to_half_a_minute(void **state)
{
	const struct rcn_random low = { fill_low, NULL };
	int64_t last = 0;

	(void)state;
	assert_in_range(rcn_retry_poll_delay(0, 0, &rcn_random_system), 4500, 5500);
	assert_in_range(rcn_retry_poll_delay(1, 0, &rcn_random_system), 6750, 8251);
	assert_in_range(rcn_retry_poll_delay(0, 100, &rcn_random_system), 90, 110);
	assert_in_range(rcn_retry_poll_delay(0, 90000, &rcn_random_system), 81000, 99000);
	for (unsigned polls = 0; polls < 20; polls++) {
		int64_t delay = rcn_retry_poll_delay(polls, 0, &low);

		assert_true(delay >= last && delay <= 33000);
		last = delay;
	}
	assert_in_range(rcn_retry_poll_delay(1000, 1, &rcn_random_system), 27000, 33000);
}

static void test_without_randomness_there_is_a_delay_all_the_same(void **state)
{
	const struct rcn_random none = { fill_none, NULL };

	(void)state;
	assert_int_equal(rcn_retry_delay(1, &none), 250);
	assert_int_equal(rcn_retry_poll_delay(0, 0, &none), 4500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_two_digit_years_are_never_far_in_the_future),
		cmocka_unit_test(test_delays_double_and_stay_in_their_upper_half),
		cmocka_unit_test(test_delays_differ),
		cmocka_unit_test(test_polls_grow_to_half_a_minute),
		cmocka_unit_test(test_without_randomness_there_is_a_delay_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
