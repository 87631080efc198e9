/*
 * A compiled pattern: a program for a machine that follows all its threads at once
 * (Thompson's construction). Jumps are relative, so that code can be moved and copied.
 */
#ifndef RCN_DATA_PATTERN_INTERNAL_H
#define RCN_DATA_PATTERN_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "data/pattern.h"

#define RCN_PATTERN_INSTRUCTIONS 2000 /* after {m,n} are unrolled */
#define RCN_PATTERN_RANGES       2000

enum rcn_pattern_operation {
	RCN_PATTERN_SET,   /* one code point of a set */
	RCN_PATTERN_SPLIT, /* go on at both */
	RCN_PATTERN_JUMP,
	RCN_PATTERN_BEGIN, /* only at the text's start */
	RCN_PATTERN_END,   /* only at its end */
	RCN_PATTERN_MATCH,
};

struct rcn_pattern_instruction {
	enum rcn_pattern_operation operation;
	int32_t first, second; /* relative; of a set: its first range, and how many */
	bool negated;          /* of a set */
};

struct rcn_pattern_range {
	uint32_t low, high;
	char class; /* 'd' 'D' 'w' 'W' 's' 'S', or 0 for low to high */
};

struct rcn_pattern {
	struct rcn_view source;
	struct rcn_pattern_instruction *code;
	size_t length;
	struct rcn_pattern_range *ranges;
	size_t range_count;
};

#endif
