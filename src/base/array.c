#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_CAPACITY 8

bool rcn_array_reserve(void **items, size_t *capacity, size_t needed, size_t item_size)
{
	size_t wanted, bytes;
	char *grown;

	if (needed <= *capacity)
		return true;
	wanted = *capacity > SIZE_MAX / 2 ? needed : *capacity * 2;
	if (wanted < SMALLEST_CAPACITY)
		wanted = SMALLEST_CAPACITY;
	if (wanted < needed)
		wanted = needed;
	if (__builtin_mul_overflow(wanted, item_size, &bytes) || bytes > PTRDIFF_MAX)
		return false;
	grown = realloc(*items, bytes);
	if (!grown)
		return false;
	memset(grown + *capacity * item_size, 0, (wanted - *capacity) * item_size);
	*items = grown;
	*capacity = wanted;
	return true;
}
