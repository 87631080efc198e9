#include "http/pace.h"

#include <math.h>
#include <string.h>

#define WINDOW_AT_START          4.0
#define PAUSE_MS                 1000
#define PAUSE_LONGEST_MS         30000
#define FAILURE_PAUSE_MS         500
#define FAILURE_PAUSE_LONGEST_MS 15000
#define MEASURE_MS               2000

/* After a refusal the rate starts this much below the plateau. */
#define BACK_OFF 0.05
/* A refusal costs at least one request and a pause: look for more only after so many
 * requests, so many pauses, and so long. */
#define PROBE_REQUESTS 110.0
#define PROBE_PAUSES   25.0
#define PROBE_MS       30000.0
/* One refusal never believes in less than this part of the rate before. */
#define LEAST_BELIEF 0.3
/* What passed before the first refusal was partly a burst that comes but once. */
#define FIRST_BELIEF 0.7
#define LEAST_RATE   0.02
/* What is believed after an outage, of what was believed before. */
#define OUTAGE_BELIEF 0.5
/* The search: e^0.5 times the rate a step at first; a step is a second, or so many requests. */
#define SEARCH_AT_START 0.5
#define SEARCH_AGAIN    0.25
#define SEARCH_NARROWS  0.5
#define SEARCH_ENDS     0.1
#define STEP_MS         1000.0
#define STEP_REQUESTS   8.0
/* What may go at once after the caller was late: a bucket of so many seconds. */
#define BURST_SECONDS 0.005

void rcn_pace_init(struct rcn_pace *pace, unsigned ceiling, int64_t now)
{
	memset(pace, 0, sizeof(*pace));
	pace->ceiling = ceiling > 0 ? ceiling : 1;
	pace->window = fmin(WINDOW_AT_START, pace->ceiling);
	pace->slow_start_threshold = pace->ceiling;
	pace->filled_at = pace->started_at = pace->refused_at = pace->measured_at = now;
	pace->paused_until = now;
}

/* While searching exponential; then plateau × (1 + c(t − K)³), where c is such that it starts at
 * plateau × (1 − BACK_OFF) */
static double rate_of(const struct rcn_pace *pace)
{
	double distance = pace->busy_ms / pace->plateau_ms - 1.0;

	if (pace->search > 0.0)
		return pace->plateau * exp(pace->search * pace->busy_ms / pace->plateau_ms);
	return fmax(LEAST_RATE, pace->plateau * (1.0 + BACK_OFF * distance * distance * distance));
}

static double burst_of(const struct rcn_pace *pace)
{
	return 1.9 + fmax(0.0, pace->rate - 200.0) * BURST_SECONDS;
}

static void fill(struct rcn_pace *pace, int64_t now)
{
	if (pace->rate <= 0.0 || now <= pace->filled_at)
		return;
	pace->tokens += pace->rate * (double)(now - pace->filled_at) / 1000.0;
	pace->tokens = fmin(pace->tokens, burst_of(pace));
	pace->filled_at = now;
}

int64_t rcn_pace_delay(struct rcn_pace *pace, unsigned in_flight, int64_t now)
{
	pace->out = in_flight;
	if (pace->storm > in_flight)
		pace->storm = in_flight;
	if (in_flight > 0 && in_flight >= (unsigned)pace->window)
		return -1;
	if (now < pace->paused_until)
		return pace->paused_until - now;
	if (pace->rate <= 0.0)
		return 0;
	fill(pace, now);
	/* The sum of many small fills may miss a whole one by its last bits. */
	if (pace->tokens >= 1.0 - 1e-9)
		return 0;
	pace->braked = true;
	return (int64_t)ceil(fmax(1.0, (1.0 - pace->tokens) / pace->rate * 1000.0 - 1e-6));
}

void rcn_pace_started(struct rcn_pace *pace, int64_t now)
{
	pace->out++;
	if (pace->rate > 0.0) {
		/* Growth is earned only while the rate is the brake: of what was not tried,
		 * nothing is known. */
		if (pace->braked)
			pace->busy_ms +=
				fmin((double)(now - pace->started_at), 2000.0 / pace->rate + 2.0);
		fill(pace, now);
		pace->tokens = fmax(pace->tokens - 1.0, -1.0);
		pace->rate = rate_of(pace);
	}
	pace->braked = false;
	pace->started_at = now;
}

static void count_end(struct rcn_pace *pace, int64_t now)
{
	if (pace->out > 0)
		pace->out--;
	if (pace->storm > 0)
		pace->storm--;
	pace->measured++;
	if (now - pace->measured_at >= MEASURE_MS) {
		pace->throughput = pace->measured * 1000.0 / (double)(now - pace->measured_at);
		pace->measured_at = now;
		pace->measured = 0;
	}
}

static void grow_window(struct rcn_pace *pace, unsigned was_out)
{
	/* A window that is not used says nothing about a larger one. */
	if (was_out * 2.0 < pace->window)
		return;
	pace->window += pace->window < pace->slow_start_threshold ? 1.0 : 1.0 / pace->window;
	pace->window = fmin(pace->window, pace->ceiling);
}

static void shrink_window(struct rcn_pace *pace, unsigned was_out, double threshold)
{
	double used = fmin(pace->window, fmax(was_out, 1.0));

	pace->slow_start_threshold = fmax(1.0, used * threshold);
	pace->window = fmax(1.0, used / 2.0);
}

static void begin_curve(struct rcn_pace *pace)
{
	pace->plateau_ms = fmax(PROBE_MS, PROBE_REQUESTS / pace->plateau * 1000.0);
	pace->plateau_ms = fmax(pace->plateau_ms, PROBE_PAUSES * (double)pace->refusal_pause);
	if (pace->search > 0.0)
		pace->plateau_ms = fmax(STEP_MS, STEP_REQUESTS / pace->plateau * 1000.0);
	pace->busy_ms = 0.0;
	pace->rate = rate_of(pace);
}

/* An outage is over. The limit may be what it was: half of that, and a quick search. */
static void resume(struct rcn_pace *pace)
{
	if (pace->rate <= 0.0)
		return;
	pace->plateau = fmax(LEAST_RATE, pace->plateau * OUTAGE_BELIEF);
	pace->search = SEARCH_AGAIN;
	begin_curve(pace);
}

void rcn_pace_succeeded(struct rcn_pace *pace, int64_t now)
{
	unsigned was_out = pace->out;
	bool late = pace->storm > 0;

	count_end(pace, now);
	pace->succeeded++;
	pace->accepted += 1.0;
	if (late)
		return;
	pace->strikes = 0;
	if (pace->barren > 1)
		resume(pace);
	pace->barren = 0;
	grow_window(pace, was_out);
}

/* Everything that is out now began before the storm was noticed, and belongs to it. */
static void open_pause(struct rcn_pace *pace, int64_t pause_ms, int64_t now)
{
	pace->storm = pace->out;
	if (pace->strikes < 16)
		pace->strikes++;
	if (now + pause_ms > pace->paused_until)
		pace->paused_until = now + pause_ms;
	/* The bucket is empty when the pause ends, so that what waited is spread. */
	pace->tokens = 0.0;
	pace->filled_at = pace->paused_until;
}

static int64_t growing_pause(const struct rcn_pace *pace, int64_t first, int64_t longest)
{
	int64_t pause = first;

	for (unsigned i = 0; i < pace->strikes && pause < longest; i++)
		pause *= 2;
	return pause < longest ? pause : longest;
}

void rcn_pace_failed(struct rcn_pace *pace, int64_t now)
{
	unsigned was_out = pace->out;
	bool late = pace->storm > 0;

	count_end(pace, now);
	pace->accepted += 1.0;
	if (late)
		return;
	shrink_window(pace, was_out, 0.5);
	/* One failure alone is one customer's; a second without a success between is an
	 * outage, and one request at a time finds out when it is over. */
	if (pace->strikes > 0)
		pace->window = 1.0;
	open_pause(pace,
		   pace->strikes == 0
			   ? 0
			   : growing_pause(pace, FAILURE_PAUSE_MS, FAILURE_PAUSE_LONGEST_MS),
		   now);
}

/* The search is over when what passed and what was tried agree; a limit that has changed
 * begins another. */
static void narrow_search(struct rcn_pace *pace, double seen, double before)
{
	if (pace->rate <= 0.0)
		pace->search = SEARCH_AT_START;
	else if (pace->search > 0.0)
		pace->search *= SEARCH_NARROWS;
	else if (seen < before * 0.5)
		pace->search = SEARCH_AGAIN;
	if (pace->search < SEARCH_ENDS || (pace->rate > 0.0 && seen > before * 0.85))
		pace->search = 0.0;
}

/* What the limit is, by what happened since the refusal before. */
static void learn_rate(struct rcn_pace *pace, int64_t now)
{
	/* In a pause the service's bucket fills up for a second or so, and then overflows. */
	double lost = fmax((double)pace->refusal_pause / 2.0, (double)pace->refusal_pause - 1000.0);
	double elapsed = fmax((double)(now - pace->refused_at) - lost, 1.0);
	double seen = pace->accepted * 1000.0 / elapsed;
	double before = pace->rate > 0.0 ? pace->rate : seen * FIRST_BELIEF;
	double active = pace->busy_ms + (double)pace->refusal_pause - lost;
	double belief;

	if (pace->rate > 0.0 && active < elapsed / 2.0)
		belief = before * 0.9; /* it was mostly idle: `seen` is only what was asked for */
	else
		belief = fmin((seen + before) / 2.0, seen * (1.05 + pace->search * 0.8));
	narrow_search(pace, seen, before);
	pace->plateau = fmax(LEAST_RATE, fmax(fmin(belief, before), before * LEAST_BELIEF));
}

void rcn_pace_refused(struct rcn_pace *pace, int64_t retry_after_ms, int64_t now)
{
	unsigned was_out = pace->out;
	bool late = pace->storm > 0;
	/* Nothing passed since the storm before, or ever: that is no limit to learn. */
	bool barren = pace->barren > 0 || (pace->rate <= 0.0 && pace->accepted < 1.0);
	int64_t pause = retry_after_ms >= 0 ? retry_after_ms
					    : growing_pause(pace, PAUSE_MS, PAUSE_LONGEST_MS);

	count_end(pace, now);
	pace->refused++;
	if (late) {
		/* It may only ask for a longer pause than the first one did. */
		if (retry_after_ms >= 0 && now + retry_after_ms > pace->paused_until) {
			pace->paused_until = now + retry_after_ms;
			pace->filled_at = pace->paused_until;
			pace->refusal_pause = pace->paused_until - pace->refused_at;
		}
		return;
	}
	if (pace->rate <= 0.0)
		shrink_window(pace, was_out, pace->ceiling);
	if (barren) {
		int64_t grown = growing_pause(pace, PAUSE_MS, PAUSE_LONGEST_MS);

		pause = pause > grown ? pause : grown;
		pace->window = 1.0;
	} else {
		learn_rate(pace, now);
	}
	pace->barren++;
	pace->refused_at = now;
	pace->refusal_pause = pause;
	pace->accepted = 0.0;
	if (!barren)
		begin_curve(pace);
	open_pause(pace, pause, now);
}

double rcn_pace_rate(const struct rcn_pace *pace)
{
	if (pace->throughput > 0.0 && pace->rate > 0.0)
		return fmin(pace->throughput, pace->rate);
	return pace->throughput > 0.0 ? pace->throughput : pace->rate;
}
