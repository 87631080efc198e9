/*
 * Time comes in through this table, so that tests can turn the hands.
 * Everything is in milliseconds; wall time since 1970-01-01T00:00:00Z.
 */
#ifndef RCN_BASE_CLOCK_H
#define RCN_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

struct rcn_clock {
	int64_t (*wall)(void *payload);
	int64_t (*monotonic)(void *payload);
	void *payload;
};

extern const struct rcn_clock rcn_clock_system;

static inline int64_t rcn_clock_wall(const struct rcn_clock *clock)
{
	return clock->wall(clock->payload);
}

static inline int64_t rcn_clock_monotonic(const struct rcn_clock *clock)
{
	return clock->monotonic(clock->payload);
}

#define RCN_TIME_SIZE 25 /* "2026-11-24T12:46:00.000Z" and the NUL */

/* RFC 3339 in UTC, with milliseconds. Times outside 0000–9999 are clamped. */
void rcn_time_format(int64_t wall_ms, char text[RCN_TIME_SIZE]);

/* Reads "15m", "90s", "1h30m", "250ms", "0", "2d"; units descend; false when it is
 * none, or exceeds 400 days. */
bool rcn_duration_parse(struct rcn_view text, int64_t *ms);

#define RCN_DURATION_SIZE 32
/* "350 ms", "4.2 s", "3 min 20 s", "2 h 5 min": for people. */
void rcn_duration_format(int64_t ms, char text[RCN_DURATION_SIZE]);

#endif
