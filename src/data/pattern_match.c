#include "base/text.h"
#include "data/pattern_internal.h"

struct threads {
	uint16_t items[RCN_PATTERN_INSTRUCTIONS];
	size_t count;
};

struct machine {
	const struct rcn_pattern *pattern;
	uint32_t step;
	uint32_t seen[RCN_PATTERN_INSTRUCTIONS]; /* the step in which each was added */
	bool at_begin, at_end, matched;
};

static bool is_space(uint32_t code_point)
{
	return code_point == ' ' || (code_point >= '\t' && code_point <= '\r') ||
	       code_point == 0xA0 || code_point == 0x1680 ||
	       (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
	       code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
	       code_point == 0x3000 || code_point == 0xFEFF;
}

static bool is_digit(uint32_t code_point)
{
	return code_point >= '0' && code_point <= '9';
}

static bool is_word(uint32_t code_point)
{
	return is_digit(code_point) || (code_point >= 'a' && code_point <= 'z') ||
	       (code_point >= 'A' && code_point <= 'Z') || code_point == '_';
}

static bool in_range(const struct rcn_pattern_range *range, uint32_t code_point)
{
	switch (range->class) {
	case 'd':
		return is_digit(code_point);
	case 'D':
		return !is_digit(code_point);
	case 'w':
		return is_word(code_point);
	case 'W':
		return !is_word(code_point);
	case 's':
		return is_space(code_point);
	case 'S':
		return !is_space(code_point);
	default:
		return code_point >= range->low && code_point <= range->high;
	}
}

static bool in_set(const struct rcn_pattern *pattern,
		   const struct rcn_pattern_instruction *instruction, uint32_t code_point)
{
	const struct rcn_pattern_range *range = pattern->ranges + instruction->first;

	for (int32_t i = 0; i < instruction->second; i++)
		if (in_range(&range[i], code_point))
			return !instruction->negated;
	return instruction->negated;
}

/* Adds what can be reached without taking a code point. */
static void add_thread(struct machine *machine, struct threads *threads, size_t at)
{
	const struct rcn_pattern_instruction *instruction = &machine->pattern->code[at];

	if (machine->seen[at] == machine->step)
		return;
	machine->seen[at] = machine->step;
	switch (instruction->operation) {
	case RCN_PATTERN_SET:
		threads->items[threads->count++] = (uint16_t)at;
		break;
	case RCN_PATTERN_SPLIT:
		add_thread(machine, threads, (size_t)((int32_t)at + instruction->first));
		add_thread(machine, threads, (size_t)((int32_t)at + instruction->second));
		break;
	case RCN_PATTERN_JUMP:
		add_thread(machine, threads, (size_t)((int32_t)at + instruction->first));
		break;
	case RCN_PATTERN_BEGIN:
		if (machine->at_begin)
			add_thread(machine, threads, at + 1);
		break;
	case RCN_PATTERN_END:
		if (machine->at_end)
			add_thread(machine, threads, at + 1);
		break;
	case RCN_PATTERN_MATCH:
		machine->matched = true;
		break;
	}
}

bool rcn_pattern_matches(const struct rcn_pattern *pattern, struct rcn_view text)
{
	struct machine machine;
	struct threads lists[2];
	struct threads *now = &lists[0], *next = &lists[1];
	size_t position = 0;

	machine.pattern = pattern;
	machine.step = 1;
	machine.matched = false;
	machine.at_begin = true;
	machine.at_end = text.len == 0;
	memset(machine.seen, 0, pattern->length * sizeof(machine.seen[0]));
	now->count = 0;
	add_thread(&machine, now, 0);
	while (!machine.matched && position < text.len) {
		const uint32_t code_point = rcn_utf8_next(text, &position);
		struct threads *swap;

		machine.step++;
		machine.at_begin = false;
		machine.at_end = position == text.len;
		next->count = 0;
		for (size_t i = 0; i < now->count; i++) {
			const size_t at = now->items[i];

			if (in_set(pattern, &pattern->code[at], code_point))
				add_thread(&machine, next, at + 1);
		}
		add_thread(&machine, next, 0); /* a match may begin anywhere */
		swap = now;
		now = next;
		next = swap;
	}
	return machine.matched;
}

struct rcn_view rcn_pattern_source(const struct rcn_pattern *pattern)
{
	return pattern->source;
}
