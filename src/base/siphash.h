/*
 * SipHash-1-3 (Aumasson, Bernstein), a keyed hash for tables whose keys come from
 * strangers. Not for digests: see base/hash.h.
 */
#ifndef RCN_BASE_SIPHASH_H
#define RCN_BASE_SIPHASH_H

#include <stdint.h>

#include "base/view.h"

/* `seed` is the 128-bit key as two little-endian words, as in the reference. */
uint64_t rcn_siphash(const uint64_t seed[2], struct rcn_view text);

#endif
