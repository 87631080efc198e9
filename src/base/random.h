/*
 * Randomness comes in through this table, so that tests can repeat it.
 */
#ifndef RCN_BASE_RANDOM_H
#define RCN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct rcn_random {
	/* Fills `len` bytes; returns 0, or -1 when the system has none. */
	int (*fill)(void *payload, void *ptr, size_t len);
	void *payload;
};

extern const struct rcn_random rcn_random_system; /* getrandom(2) */

#define RCN_UUID_SIZE 37
/* A version-4 UUID (RFC 9562) in lower case. Returns 0 or -1. */
int rcn_random_uuid(const struct rcn_random *random, char uuid[RCN_UUID_SIZE]);

/* A number from 0 to below `bound` (bound > 0); 0 when randomness fails. */
uint64_t rcn_random_below(const struct rcn_random *random, uint64_t bound);

#endif
