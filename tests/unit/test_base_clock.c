#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"

static void times_are_written_in_rfc_3339(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1, "1970-01-01T00:00:00.001Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ 1795524360123, "2026-11-24T12:46:00.123Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
		{ 253402300800000, "9999-12-31T23:59:59.999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
		{ -62167219200000, "0000-01-01T00:00:00.000Z" },
		{ INT64_MIN, "0000-01-01T00:00:00.000Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[RCN_TIME_SIZE];

		rcn_time_format(cases[i].ms, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "0", 0 },
		{ "0s", 0 },
		{ "15m", 900000 },
		{ "90s", 90000 },
		{ "1h30m", 5400000 },
		{ "250ms", 250 },
		{ "2d", 172800000 },
		{ "1m5ms", 60005 },
		{ "1d2h3m4s5ms", 93784005 },
		{ "400d", 34560000000 },
		{ "34560000000ms", 34560000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;

		assert_true(rcn_duration_parse(rcn_view_of(cases[i].text), &ms));
		assert_int_equal(ms, cases[i].ms);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const cases[] = {
		"",     "5",       "m",    "-5m",  "+5m",           "5 m",
		"1.5h", "5M",      "5min", "5m5m", "5s5m",          "5ms5",
		"401d", "400d1ms", " 5m",  "5m ",  "34560000001ms", "99999999999999999999s",
		"00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = 77;

		if (rcn_duration_parse(rcn_view_of(cases[i]), &ms))
			fail_msg("`%s` was taken", cases[i]);
		assert_int_equal(ms, 77);
	}
	assert_false(rcn_duration_parse(RCN_VIEW_NONE, &(int64_t){ 0 }));
}

static void durations_are_written_for_people(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "0 ms" },
		{ 350, "350 ms" },
		{ 999, "999 ms" },
		{ 1000, "1 s" },
		{ 4250, "4.2 s" },
		{ 59999, "59.9 s" },
		{ 60000, "1 min" },
		{ 200000, "3 min 20 s" },
		{ 7500000, "2 h 5 min" },
		{ 7200000, "2 h" },
		{ 93600000, "1 d 2 h" },
		{ -350, "-350 ms" },
		{ INT64_MAX, "106751991167 d 7 h" },
		{ INT64_MIN, "-106751991167 d 7 h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[RCN_DURATION_SIZE];

		rcn_duration_format(cases[i].ms, text);
		assert_string_equal(text, cases[i].text);
	}
}

static int64_t read_payload(void *payload)
{
	return *(int64_t *)payload;
}

static void clocks_come_in_through_the_table(void **state)
{
	int64_t now = 42;
	struct rcn_clock clock = { read_payload, read_payload, &now };
	int64_t earlier = rcn_clock_monotonic(&rcn_clock_system);

	(void)state;
	assert_int_equal(rcn_clock_wall(&clock), 42);
	now++;
	assert_int_equal(rcn_clock_monotonic(&clock), 43);
	assert_true(rcn_clock_monotonic(&rcn_clock_system) >= earlier);
	/* 2020-01-01: a wall clock in seconds or since boot would be far below. */
	assert_true(rcn_clock_wall(&rcn_clock_system) > 1577836800000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_in_rfc_3339),
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(durations_are_written_for_people),
		cmocka_unit_test(clocks_come_in_through_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
