#include "base/text.h"

/* Tests a code point against the class at *position (behind its '['), and moves behind the
 * class. Returns -1 when the class is not closed: then the '[' is an ordinary character. */
static int match_class(struct rcn_view pattern, size_t *position, uint32_t code_point)
{
	size_t place = *position;
	bool negated = false, matched = false, first = true;

	if (place < pattern.len && (pattern.ptr[place] == '!' || pattern.ptr[place] == '^')) {
		negated = true;
		place++;
	}
	while (place < pattern.len && (first || pattern.ptr[place] != ']')) {
		uint32_t low = rcn_utf8_next(pattern, &place);
		uint32_t high = low;

		if (place + 1 < pattern.len && pattern.ptr[place] == '-' &&
		    pattern.ptr[place + 1] != ']') {
			place++;
			high = rcn_utf8_next(pattern, &place);
		}
		matched = matched || (code_point >= low && code_point <= high);
		first = false;
	}
	if (place >= pattern.len)
		return -1;
	*position = place + 1;
	return matched != negated;
}

/* Matches one element of the pattern, which is no '*', against one code point. */
static bool match_one(struct rcn_view pattern, size_t *in_pattern, struct rcn_view text,
		      size_t *in_text)
{
	uint32_t code_point, wanted;

	if (*in_text >= text.len || *in_pattern >= pattern.len)
		return false;
	code_point = rcn_utf8_next(text, in_text);
	wanted = rcn_utf8_next(pattern, in_pattern);
	if (wanted == '?')
		return true;
	if (wanted == '[') {
		int matched = match_class(pattern, in_pattern, code_point);

		if (matched >= 0)
			return matched == 1;
	}
	return code_point == wanted;
}

/* Only the last star is ever tried again, so the time is at most the product of both lengths. */
bool rcn_text_glob(struct rcn_view pattern, struct rcn_view text)
{
	size_t in_pattern = 0, in_text = 0;
	size_t behind_star = SIZE_MAX, star_text = 0;

	while (in_text < text.len || in_pattern < pattern.len) {
		if (in_pattern < pattern.len && pattern.ptr[in_pattern] == '*') {
			behind_star = ++in_pattern;
			star_text = in_text;
			continue;
		}
		if (match_one(pattern, &in_pattern, text, &in_text))
			continue;
		if (behind_star == SIZE_MAX || star_text >= text.len)
			return false;
		rcn_utf8_next(text, &star_text);
		in_text = star_text;
		in_pattern = behind_star;
	}
	return true;
}
