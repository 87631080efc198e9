/*
 * SHA-256 (FIPS 180-4), by libcrypto.
 */
#ifndef RCN_BASE_HASH_H
#define RCN_BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include <reconcile/status.h>

#include "base/view.h"

struct rcn_digest {
	uint8_t bytes[32];
};

#define RCN_DIGEST_HEX_SIZE 65 /* 64 lower-case hex digits and the NUL */

enum rcn_status rcn_digest_of(struct rcn_view data, struct rcn_digest *digest);
void rcn_digest_hex(const struct rcn_digest *digest, char hex[RCN_DIGEST_HEX_SIZE]);
bool rcn_digest_from_hex(struct rcn_view hex, struct rcn_digest *digest);
bool rcn_digest_equal(const struct rcn_digest *a, const struct rcn_digest *b);
bool rcn_digest_is_zero(const struct rcn_digest *digest); /* zero stands for "none" */

/* Incremental: new, add…, finish (which frees), or free alone. */
struct rcn_hasher;
struct rcn_hasher *rcn_hasher_new(void);
enum rcn_status rcn_hasher_add(struct rcn_hasher *hasher, struct rcn_view data);
enum rcn_status rcn_hasher_finish(struct rcn_hasher *hasher, struct rcn_digest *digest);
void rcn_hasher_free(struct rcn_hasher *hasher);

#endif
