/*
 * Open addressing with linear probing; a removal moves the entries behind it up,
 * so that no tombstones remain and a search ends at the first free entry.
 */
#include "base/map.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/siphash.h"

#define SMALLEST_CAPACITY 16

/* Without a random source (an old kernel, a strict sandbox) addresses and time still make
 * a seed that strangers do not know. */
static void choose_seed(struct rcn_map *map)
{
	struct timespec now = { 0, 0 };

	if (getrandom(map->seed, sizeof(map->seed), 0) == (ssize_t)sizeof(map->seed))
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	map->seed[0] = (uint64_t)(uintptr_t)map ^ (uint64_t)now.tv_nsec << 32;
	map->seed[1] = (uint64_t)(uintptr_t)map->entries ^ (uint64_t)now.tv_sec;
}

/* The entry that holds the key, or the free one where it belongs. */
static struct rcn_map_entry *find_entry(const struct rcn_map *map, struct rcn_view key,
					uint64_t hash)
{
	size_t mask = map->capacity - 1;
	size_t index = (size_t)hash & mask;

	while (map->entries[index].used &&
	       (map->entries[index].hash != hash || !rcn_view_equal(map->entries[index].key, key)))
		index = (index + 1) & mask;
	return &map->entries[index];
}

static bool grow(struct rcn_map *map)
{
	struct rcn_map grown = *map;

	if (map->capacity > SIZE_MAX / 2)
		return false;
	grown.capacity = map->capacity ? map->capacity * 2 : SMALLEST_CAPACITY;
	grown.entries = calloc(grown.capacity, sizeof(*grown.entries));
	if (!grown.entries)
		return false;
	for (size_t i = 0; i < map->capacity; i++) {
		const struct rcn_map_entry *entry = &map->entries[i];

		if (entry->used)
			*find_entry(&grown, entry->key, entry->hash) = *entry;
	}
	free(map->entries);
	if (map->capacity == 0)
		choose_seed(&grown);
	*map = grown;
	return true;
}

enum rcn_status rcn_map_set(struct rcn_map *map, struct rcn_view key, void *value, void **previous)
{
	struct rcn_map_entry *entry;
	uint64_t hash;

	if (map->count >= map->capacity / 4 * 3 && !grow(map))
		return RCN_ERROR_MEMORY;
	hash = rcn_siphash(map->seed, key);
	entry = find_entry(map, key, hash);
	if (previous)
		*previous = entry->used ? entry->value : NULL;
	if (entry->used) {
		entry->value = value;
		return RCN_OK;
	}
	*entry = (struct rcn_map_entry){ key, value, hash, true };
	map->count++;
	return RCN_OK;
}

void *rcn_map_get(const struct rcn_map *map, struct rcn_view key)
{
	const struct rcn_map_entry *entry;

	if (map->count == 0)
		return NULL;
	entry = find_entry(map, key, rcn_siphash(map->seed, key));
	return entry->used ? entry->value : NULL;
}

void rcn_map_remove(struct rcn_map *map, struct rcn_view key)
{
	size_t mask = map->capacity - 1;
	struct rcn_map_entry *entry;
	size_t hole, index;

	if (map->count == 0)
		return;
	entry = find_entry(map, key, rcn_siphash(map->seed, key));
	if (!entry->used)
		return;
	hole = (size_t)(entry - map->entries);
	for (index = (hole + 1) & mask; map->entries[index].used; index = (index + 1) & mask) {
		size_t home = (size_t)map->entries[index].hash & mask;

		/* It may move up only when its home does not lie behind the hole. */
		if (((index - home) & mask) < ((index - hole) & mask))
			continue;
		map->entries[hole] = map->entries[index];
		hole = index;
	}
	map->entries[hole] = (struct rcn_map_entry){ RCN_VIEW_NONE, NULL, 0, false };
	map->count--;
}

const struct rcn_map_entry *rcn_map_next(const struct rcn_map *map, size_t *position)
{
	while (*position < map->capacity) {
		const struct rcn_map_entry *entry = &map->entries[(*position)++];

		if (entry->used)
			return entry;
	}
	return NULL;
}

void rcn_map_free(struct rcn_map *map)
{
	if (!map)
		return;
	free(map->entries);
	*map = RCN_MAP;
}
