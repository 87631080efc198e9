/*
 * How fast to go: decides, purely, when the next request may start.
 *
 * A window of requests in flight (additive increase, multiplicative decrease)
 * and a token bucket whose rate is learnt from refusals; a refusal (429, 423) slows
 * everything down together, Retry-After opens a pause during which nothing starts, and
 * success speeds up again. After a pause requests are spread, not released at once.
 * Times are monotonic milliseconds that the caller gives; nothing here reads a clock.
 */
#ifndef RCN_HTTP_PACE_H
#define RCN_HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct rcn_pace {
	unsigned ceiling;      /* --concurrency */
	double window;         /* requests that may be in flight, 1 … ceiling */
	double rate;           /* requests a second that are allowed; 0 = not known yet, no limit */
	double tokens;         /* of the bucket; burst is limited */
	int64_t filled_at;     /* when tokens were last counted */
	int64_t paused_until;  /* nothing starts before */
	int64_t slowed_at;     /* last multiplicative decrease: one storm counts once */
	double slow_start_threshold;
	/* what was achieved lately, to derive the rate from at a refusal */
	int64_t window_started;
	unsigned window_successes;
	unsigned long refused, succeeded; /* totals, for the summary */
};

void rcn_pace_init(struct rcn_pace *pace, unsigned ceiling, int64_t now);

/* How long to wait before one more request may start when `in_flight` are out: 0 = now;
 * -1 = not before one of them ends. Starting it must be told with rcn_pace_started. */
int64_t rcn_pace_delay(struct rcn_pace *pace, unsigned in_flight, int64_t now);
void rcn_pace_started(struct rcn_pace *pace, int64_t now);

/* An answer that was no refusal (whatever its status), or a failure of the transport. */
void rcn_pace_succeeded(struct rcn_pace *pace, int64_t now);
void rcn_pace_failed(struct rcn_pace *pace, int64_t now);
/* 429 or 423; retry_after_ms as parsed and clamped, or -1 when there was none. */
void rcn_pace_refused(struct rcn_pace *pace, int64_t retry_after_ms, int64_t now);

/* Requests a second at which it goes now, for progress and estimates; 0 = unknown. */
double rcn_pace_rate(const struct rcn_pace *pace);

#endif
