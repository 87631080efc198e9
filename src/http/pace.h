/*
 * How fast to go: decides, purely, when the next request may start.
 *
 * Two controls. A window of requests in flight: it starts at 4, grows by one with every
 * success up to a threshold (doubling each round-trip) and by one a window beyond, and
 * shrinks at refusals and failures. And, from the first refusal on, a token bucket whose
 * rate is learnt: between two refusals the service let pass just what its limit allows, so
 * what was accepted by the time that went by is that limit, whatever burst it grants. That
 * holds only when the limit was really the brake, so the first few refusals are a search:
 * between them the rate grows by a factor a second, a smaller one each time. After
 * the search the rate starts a little below what was learnt, grows back to it slowly, stays
 * there longest, and only then looks for more, ever faster (the curve of CUBIC, RFC 9438).
 * The slower the service and the longer the pauses that it asks for, the rarer such a look:
 * refusals stay below 2 % at any limit.
 *
 * A refusal (429, 423) opens a pause for everything: Retry-After, or 1 s that doubles to
 * 30 s while nothing succeeds. What was out when it began belongs to the same storm, which
 * counts once. Storms with no success between them are an outage, of which nothing is learnt:
 * the pauses grow, whatever Retry-After says at least to 30 s, one request at a time goes ahead,
 * and the first success goes on from half the rate that was known before. Failures of the transport
 * or of the service (5xx) that come without a success between them open pauses too, and then one
 * request goes ahead alone. After a pause requests are spread, not released at once.
 *
 * Times are monotonic milliseconds that the caller gives; nothing here reads a clock. Every
 * request that was told with rcn_pace_started ends in exactly one of succeeded, failed or
 * refused.
 */
#ifndef RCN_HTTP_PACE_H
#define RCN_HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct rcn_pace {
	unsigned ceiling; /* --concurrency */
	double window;    /* requests that may be in flight, 1 … ceiling */
	double slow_start_threshold;
	unsigned out; /* requests in flight */

	double rate;        /* requests a second that are allowed; 0 = not known yet, no limit */
	double plateau;     /* what the limit is believed to be */
	double plateau_ms;  /* busy time from the last refusal until rate is there again */
	double search;      /* growth of the search, e^search a step; 0 = it is over */
	double busy_ms;     /* time since the last refusal in which the rate was the brake */
	double tokens;      /* of the bucket */
	int64_t filled_at;  /* when tokens were last counted */
	int64_t started_at; /* when a request last started */
	bool braked;        /* the bucket made a request wait since then */

	int64_t paused_until;  /* nothing starts before */
	unsigned storm;        /* requests still out that began before the last storm was noticed */
	unsigned strikes;      /* storms since the last success */
	int64_t refused_at;    /* the last storm of refusals, or the beginning */
	int64_t refusal_pause; /* how long it paused */
	unsigned barren;       /* storms of refusals since the last success */
	double accepted;       /* answers that were no refusals since then */

	int64_t measured_at;              /* throughput, for people: since when it is counted, */
	unsigned measured;                /* how many ended since, */
	double throughput;                /* and what that came to the last time; 0 = unknown */
	unsigned long refused, succeeded; /* totals, for the summary */
};

void rcn_pace_init(struct rcn_pace *pace, unsigned ceiling, int64_t now);

/* How long to wait before one more request may start when `in_flight` are out: 0 = now;
 * -1 = not before one of them ends. Starting it must be told with rcn_pace_started. */
int64_t rcn_pace_delay(struct rcn_pace *pace, unsigned in_flight, int64_t now);
void rcn_pace_started(struct rcn_pace *pace, int64_t now);

/* An answer that was no refusal, and a failure of the transport or the service. */
void rcn_pace_succeeded(struct rcn_pace *pace, int64_t now);
void rcn_pace_failed(struct rcn_pace *pace, int64_t now);
/* 429 or 423; retry_after_ms as parsed and clamped, or -1 when there was none. */
void rcn_pace_refused(struct rcn_pace *pace, int64_t retry_after_ms, int64_t now);

/* Requests a second at which it goes now, for progress and estimates; 0 = unknown. */
double rcn_pace_rate(const struct rcn_pace *pace);

#endif
