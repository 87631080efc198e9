#include "diag/code.h"

#include <strings.h>

/* The three digits are computed by the compiler, as a number cannot be padded by stringizing. */
#define LABEL(number)                                                      \
	((const char[]){ 'R', 'C', 'N', (char)('0' + (number) / 100 % 10), \
			 (char)('0' + (number) / 10 % 10), (char)('0' + (number) % 10), '\0' })

static const struct rcn_code_entry table[] = {
#define RCN_CODE(name, number, title, explanation) \
	{ RCN_CODE_##name, LABEL(number), #name, (title), (explanation) },
#include "diag/codes/all.def"
#undef RCN_CODE
};

#define TABLE_COUNT (sizeof(table) / sizeof(table[0]))

#define RCN_CODE(name, number, title, explanation) \
	_Static_assert((number) > 0 && (number) < 1000, "a code has three digits: " #name);
#include "diag/codes/all.def"
#undef RCN_CODE

const struct rcn_code_entry *rcn_code_table(size_t *count)
{
	*count = TABLE_COUNT;
	return table;
}

const struct rcn_code_entry *rcn_code_find(enum rcn_code code)
{
	size_t low = 0, high = TABLE_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table[middle].code == code)
			return &table[middle];
		if (table[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct rcn_code_entry *rcn_code_find_label(struct rcn_view label)
{
	unsigned number = 0;

	if (label.len > 3 && strncasecmp(label.ptr, "RCN", 3) == 0)
		label = rcn_view_from(label, 3);
	if (label.len == 0 || label.len > 3)
		return NULL;
	for (size_t i = 0; i < label.len; i++) {
		if (label.ptr[i] < '0' || label.ptr[i] > '9')
			return NULL;
		number = number * 10 + (unsigned)(label.ptr[i] - '0');
	}
	return rcn_code_find((enum rcn_code)number);
}
