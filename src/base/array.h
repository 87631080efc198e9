/*
 * Growing an array of items by hand:
 *
 *	struct thing *items = NULL; size_t count = 0, capacity = 0;
 *	if (!rcn_array_reserve((void **)&items, &capacity, count + 1, sizeof(*items)))
 *		return RCN_ERROR_MEMORY;
 *	items[count++] = …;
 */
#ifndef RCN_BASE_ARRAY_H
#define RCN_BASE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for `needed` items; new room is zeroed. False without memory (or on
 * overflow), and then nothing has changed. */
bool rcn_array_reserve(void **items, size_t *capacity, size_t needed, size_t item_size);

#endif
