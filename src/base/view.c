#include "base/view.h"

#include <stdint.h>
#include <stdlib.h>

int rcn_view_compare(struct rcn_view a, struct rcn_view b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;

	if (order != 0)
		return order < 0 ? -1 : 1;
	return (a.len > b.len) - (a.len < b.len);
}

size_t rcn_view_find(struct rcn_view a, char byte)
{
	const char *found = a.len ? memchr(a.ptr, byte, a.len) : NULL;

	return found ? (size_t)(found - a.ptr) : a.len;
}

size_t rcn_view_find_last(struct rcn_view a, char byte)
{
	const char *found = a.len ? memrchr(a.ptr, byte, a.len) : NULL;

	return found ? (size_t)(found - a.ptr) : a.len;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct rcn_view rcn_view_trim(struct rcn_view a)
{
	while (a.len > 0 && is_blank(a.ptr[0])) {
		a.ptr++;
		a.len--;
	}
	while (a.len > 0 && is_blank(a.ptr[a.len - 1]))
		a.len--;
	return a;
}

char *rcn_view_duplicate(struct rcn_view a)
{
	char *copy;

	if (a.len == SIZE_MAX)
		return NULL;
	copy = malloc(a.len + 1);
	if (!copy)
		return NULL;
	if (a.len)
		memcpy(copy, a.ptr, a.len);
	copy[a.len] = '\0';
	return copy;
}
