/*
 * Text → pointer. Keys are borrowed: they must live as long as the map. The hash
 * is keyed (SipHash) with a random seed, as keys come from strangers; the order
 * of iteration means nothing, sort before showing.
 */
#ifndef RCN_BASE_MAP_H
#define RCN_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <reconcile/status.h>

#include "base/view.h"

struct rcn_map_entry {
	struct rcn_view key;
	void *value;
	uint64_t hash;
	bool used;
};

struct rcn_map {
	struct rcn_map_entry *entries;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
	uint64_t seed[2];
};

#define RCN_MAP ((struct rcn_map){ NULL, 0, 0, { 0, 0 } })

/* Sets key to value. *previous (may be NULL) gets what was there, or NULL. */
enum rcn_status rcn_map_set(struct rcn_map *map, struct rcn_view key, void *value, void **previous);
void *rcn_map_get(const struct rcn_map *map, struct rcn_view key);
void rcn_map_remove(struct rcn_map *map, struct rcn_view key);

/* Iterate: start with *position = 0; NULL at the end. Do not change the map meanwhile. */
const struct rcn_map_entry *rcn_map_next(const struct rcn_map *map, size_t *position);
void rcn_map_free(struct rcn_map *map);

#endif
