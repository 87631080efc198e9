/*
 * When to repeat what failed: pure.
 */
#ifndef RCN_HTTP_RETRY_H
#define RCN_HTTP_RETRY_H

#include <stdint.h>

#include "base/random.h"
#include "base/view.h"

/* The wait before attempt number `attempt` (1 = the first repetition): doubles from
 * 500 ms to 60 s, with "full jitter" in its upper half. */
int64_t rcn_retry_delay(unsigned attempt, const struct rcn_random *random);

/* The wait between polls of a busy customer: 5 s growing × 1.5 to 30 s (API notes §2.2),
 * from `first_ms` on when that is given (> 0), spread by ± 10 %. */
int64_t rcn_retry_poll_delay(unsigned polls, int64_t first_ms, const struct rcn_random *random);

/* Retry-After (RFC 9110 §10.2.3): decimal seconds, or an HTTP date (all three forms of
 * RFC 9110 §5.6.7) against the answer's own Date header if given, else `wall_now`. Clamped
 * to [1 s, RCN_LIMIT_RETRY_AFTER_SECONDS]. Anything else, the text `rand(30),add(30)` that
 * gateways send, negative or absent: -1. Zero means 1 s. */
int64_t rcn_retry_after_parse(struct rcn_view retry_after, struct rcn_view date, int64_t wall_now);

#endif
