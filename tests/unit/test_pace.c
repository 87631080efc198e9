/* The pace against limiters, over a clock that only the test turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/pace.h"

#define MOST_OUT   1024
#define LATENCY_MS 100

/* A service: a token bucket (a whole second's burst, or none), and outages. */
struct service {
	double rate, burst, tokens;
	int64_t retry_after_ms;        /* -1 = says nothing */
	int64_t down_from, down_until; /* transport failures */
	int64_t shut_from, shut_until; /* refuses everything */
};

enum ending {
	ACCEPTED,
	REFUSED,
	FAILED
};

struct flight {
	int64_t ends_at;
	enum ending ending;
};

struct run {
	struct rcn_pace pace;
	struct service service;
	struct flight flights[MOST_OUT];
	unsigned out, most_out;
	unsigned long accepted, refused, failed, started;
	int64_t now;
	unsigned started_now; /* in this millisecond */
};

static void begin(struct run *run, struct service service, unsigned ceiling)
{
	memset(run, 0, sizeof(*run));
	run->service = service;
	run->service.tokens = service.burst;
	rcn_pace_init(&run->pace, ceiling, 0);
}

static enum ending serve(struct run *run)
{
	struct service *service = &run->service;

	if (run->now >= service->down_from && run->now < service->down_until)
		return FAILED;
	if (run->now >= service->shut_from && run->now < service->shut_until)
		return REFUSED;
	if (service->tokens < 1.0 - 1e-6)
		return REFUSED;
	service->tokens -= 1.0;
	return ACCEPTED;
}

static void end(struct run *run, enum ending ending)
{
	switch (ending) {
	case ACCEPTED:
		run->accepted++;
		rcn_pace_succeeded(&run->pace, run->now);
		break;
	case REFUSED:
		run->refused++;
		rcn_pace_refused(&run->pace, run->service.retry_after_ms, run->now);
		break;
	case FAILED:
		run->failed++;
		rcn_pace_failed(&run->pace, run->now);
		break;
	}
}

static void end_due(struct run *run)
{
	unsigned left = 0;

	for (unsigned i = 0; i < run->out; i++) {
		if (run->flights[i].ends_at <= run->now)
			end(run, run->flights[i].ending);
		else
			run->flights[left++] = run->flights[i];
	}
	run->out = left;
}

/* One millisecond, with always more to do than may start. */
static void tick(struct run *run)
{
	struct service *service = &run->service;

	service->tokens += service->rate / 1000.0;
	if (service->tokens > service->burst)
		service->tokens = service->burst;
	end_due(run);
	run->started_now = 0;
	while (rcn_pace_delay(&run->pace, run->out, run->now) == 0) {
		assert_true(run->out < MOST_OUT);
		rcn_pace_started(&run->pace, run->now);
		run->flights[run->out++] = (struct flight){ run->now + LATENCY_MS, serve(run) };
		run->started++;
		run->started_now++;
	}
	if (run->out > run->most_out)
		run->most_out = run->out;
	run->now++;
}

/* The time until something can happen: an answer, or the end of a wait. */
static int64_t idle_ms(struct run *run, int64_t most)
{
	int64_t wait = rcn_pace_delay(&run->pace, run->out, run->now);

	if (wait >= 0 && wait < most)
		most = wait;
	for (unsigned i = 0; i < run->out; i++)
		if (run->flights[i].ends_at - run->now < most)
			most = run->flights[i].ends_at - run->now;
	return most > 0 ? most : 0;
}

static void advance(struct run *run, int64_t ms)
{
	const int64_t end_at = run->now + ms;

	while (run->now < end_at) {
		int64_t idle;

		tick(run);
		idle = idle_ms(run, end_at - run->now);
		run->service.tokens += run->service.rate / 1000.0 * (double)idle;
		run->now += idle;
	}
}

static void test_it_finds_the_limit_with_few_refusals(void **state)
{
	static const double rates[] = { 1, 3, 10, 50, 200, 1000 };
	static const int64_t waits[] = { -1, 1000, 5000 };
	static struct run run;
	const int64_t ms = 1200000;

	(void)state;
	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
		for (size_t w = 0; w < sizeof(waits) / sizeof(waits[0]); w++) {
			for (int bursts = 0; bursts < 2; bursts++) {
				double share, refused;

				begin(&run,
				      (struct service){ .rate = rates[r],
							.burst = bursts ? rates[r] : 1.0,
							.retry_after_ms = waits[w] },
				      256);
				advance(&run, ms);
				share = (double)run.accepted * 1000.0 / (double)ms / rates[r];
				refused = (double)run.refused / (double)run.started;
				/* A pause of 5 s a refusal costs what it costs without a burst. */
				if (share < (waits[w] > 1000 ? 0.75 : 0.9) || refused >= 0.02)
					fail_msg("limit %g/s, burst %d, Retry-After %ld: %.1f %% "
						 "reached, %.2f %% refused",
						 rates[r], bursts, (long)waits[w], share * 100.0,
						 refused * 100.0);
			}
		}
	}
}

static void test_a_short_run_is_near_the_limit_too(void **state)
{
	static struct run run;

	(void)state;
	begin(&run, (struct service){ .rate = 50, .burst = 50, .retry_after_ms = 1000 }, 64);
	while (run.accepted < 3000)
		tick(&run);
	/* 3,000 requests at 50/s are 60 s, less the first second's burst. */
	assert_true(run.now < 66000);
	assert_true(run.refused < 60);
}

static void test_without_a_limit_the_ceiling_is_reached_and_kept(void **state)
{
	static struct run run;

	(void)state;
	begin(&run, (struct service){ .rate = 1e9, .burst = 1e9, .retry_after_ms = -1 }, 40);
	assert_int_equal(rcn_pace_delay(&run.pace, 3, 0), 0);
	assert_int_equal(rcn_pace_delay(&run.pace, 4, 0), -1);
	advance(&run, 3000);
	assert_int_equal(run.out, 40);
	assert_int_equal(run.most_out, 40);
	assert_int_equal(run.refused, 0);
	assert_true(rcn_pace_rate(&run.pace) > 100.0);
}

static void test_nothing_starts_in_a_pause_and_all_is_spread_behind_it(void **state)
{
	static struct run run;
	unsigned long before;

	(void)state;
	begin(&run, (struct service){ .rate = 1e9, .burst = 1e9, .retry_after_ms = -1 }, 40);
	advance(&run, 3000);
	rcn_pace_refused(&run.pace, 30000, run.now);
	run.out--;
	before = run.started;
	assert_int_equal(rcn_pace_delay(&run.pace, 0, run.now), 30000);
	advance(&run, 30000);
	assert_int_equal(run.started, before);
	for (int i = 0; i < 5000; i++) {
		tick(&run);
		assert_true(run.started_now <= 3);
	}
	assert_true(run.started > before);
}

static void test_one_storm_counts_once(void **state)
{
	static struct run run;
	double window, rate;
	int64_t pause;

	(void)state;
	begin(&run, (struct service){ .rate = 1e9, .burst = 1e9, .retry_after_ms = -1 }, 40);
	advance(&run, 3000);
	assert_int_equal(run.out, 40);
	rcn_pace_refused(&run.pace, -1, run.now);
	window = run.pace.window;
	rate = run.pace.rate;
	pause = rcn_pace_delay(&run.pace, 0, run.now);
	(void)rcn_pace_delay(&run.pace, 39, run.now);
	run.pace.storm = 39;
	for (int i = 0; i < 39; i++)
		rcn_pace_refused(&run.pace, -1, run.now + i);
	assert_true(run.pace.window >= window && run.pace.window <= window);
	assert_true(run.pace.rate >= rate && run.pace.rate <= rate);
	assert_int_equal(rcn_pace_delay(&run.pace, 0, run.now), pause);
	assert_int_equal(run.pace.refused, 40);
}

static void test_pauses_grow_while_nothing_succeeds(void **state)
{
	struct rcn_pace pace;
	int64_t now = 0, last = 0;

	(void)state;
	rcn_pace_init(&pace, 8, now);
	for (int i = 0; i < 8; i++) {
		int64_t pause;

		rcn_pace_started(&pace, now);
		rcn_pace_refused(&pace, -1, now);
		pause = rcn_pace_delay(&pace, 0, now);
		assert_true(pause >= last && pause <= 30000);
		last = pause;
		now += pause + 100000;
	}
	assert_int_equal(last, 30000);
}

static void test_after_an_outage_there_is_no_stampede(void **state)
{
	static struct run run;
	unsigned long started, refused;

	(void)state;
	begin(&run,
	      (struct service){ .rate = 200,
				.burst = 20,
				.retry_after_ms = 1000,
				.down_from = 60000,
				.down_until = 180000 },
	      128);
	advance(&run, 61000);
	started = run.started;
	advance(&run, 119000);
	/* One at a time, ever more rarely. */
	assert_true(run.started - started < 30);
	refused = run.refused;
	for (int i = 0; i < 30000; i++) {
		tick(&run);
		assert_true(run.started_now <= 4);
	}
	assert_true(run.refused - refused < 40);
	started = run.accepted;
	advance(&run, 60000);
	assert_true(run.accepted - started > 60 * 200 * 85 / 100);
}

static void test_total_refusal_is_not_taken_for_a_limit(void **state)
{
	static const int64_t waits[] = { -1, 1000, 5000 }, starts[] = { 0, 60000 };
	static const int64_t lengths[] = { 60000, 120000, 600000 };
	static struct run run;

	(void)state;
	for (size_t i = 0; i < 18; i++) {
		const int64_t wait = waits[i % 3], from = starts[i / 3 % 2];
		const int64_t length = lengths[i / 6];
		const double most = (3000 * 1000.0 / 20 + (double)length) * 1.5;
		unsigned long refused = 0;

		begin(&run,
		      (struct service){ .rate = 20,
					.burst = 20,
					.retry_after_ms = wait,
					.shut_from = from,
					.shut_until = from + length },
		      64);
		while (run.accepted < 3000 && (double)run.now <= most) {
			tick(&run);
			if (run.now == from + length)
				refused = run.refused;
		}
		if (run.accepted < 3000 || refused > 80)
			fail_msg("shut for %ld s from %ld s, Retry-After %ld: %lu of 3000 accepted "
				 "in %ld s, %lu refused in it",
				 (long)length / 1000, (long)from / 1000, (long)wait, run.accepted,
				 (long)run.now / 1000, refused);
	}
}

static void test_it_follows_a_limit_that_changes(void **state)
{
	static struct run run;
	unsigned long accepted;

	(void)state;
	begin(&run, (struct service){ .rate = 100, .burst = 100, .retry_after_ms = 1000 }, 128);
	advance(&run, 120000);
	run.service.rate = run.service.burst = 10;
	advance(&run, 30000);
	accepted = run.accepted;
	advance(&run, 60000);
	assert_true(run.accepted - accepted > 60 * 10 * 85 / 100);
	run.service.rate = run.service.burst = 100;
	advance(&run, 300000);
	accepted = run.accepted;
	advance(&run, 60000);
	assert_true(run.accepted - accepted > 60 * 100 * 85 / 100);
}

static void test_one_failure_alone_stops_nobody(void **state)
{
	static struct run run;

	(void)state;
	begin(&run, (struct service){ .rate = 1e9, .burst = 1e9, .retry_after_ms = -1 }, 8);
	advance(&run, 3000);
	rcn_pace_failed(&run.pace, run.now);
	run.out--;
	assert_int_equal(rcn_pace_delay(&run.pace, 1, run.now), 0);
}

static void test_a_ceiling_of_one_goes_one_by_one(void **state)
{
	static struct run run;

	(void)state;
	begin(&run, (struct service){ .rate = 5, .burst = 1, .retry_after_ms = 1000 }, 1);
	advance(&run, 600000);
	assert_int_equal(run.most_out, 1);
	assert_true(run.accepted > 600 * 5 * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_finds_the_limit_with_few_refusals),
		cmocka_unit_test(test_a_short_run_is_near_the_limit_too),
		cmocka_unit_test(test_without_a_limit_the_ceiling_is_reached_and_kept),
		cmocka_unit_test(test_nothing_starts_in_a_pause_and_all_is_spread_behind_it),
		cmocka_unit_test(test_one_storm_counts_once),
		cmocka_unit_test(test_pauses_grow_while_nothing_succeeds),
		cmocka_unit_test(test_after_an_outage_there_is_no_stampede),
		cmocka_unit_test(test_total_refusal_is_not_taken_for_a_limit),
		cmocka_unit_test(test_it_follows_a_limit_that_changes),
		cmocka_unit_test(test_one_failure_alone_stops_nobody),
		cmocka_unit_test(test_a_ceiling_of_one_goes_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
