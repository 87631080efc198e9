#include "base/text.h"

#define LONGEST 128 /* code points; nothing longer is a misspelt name */

static uint32_t fold_case(uint32_t code_point)
{
	return code_point >= 'A' && code_point <= 'Z' ? code_point + ('a' - 'A') : code_point;
}

/* False when the text is too long to be compared. */
static bool decode(struct rcn_view text, bool fold, uint32_t points[LONGEST], size_t *count)
{
	size_t position = 0;

	for (*count = 0; position < text.len; (*count)++) {
		uint32_t code_point;

		if (*count == LONGEST)
			return false;
		code_point = rcn_utf8_next(text, &position);
		points[*count] = fold ? fold_case(code_point) : code_point;
	}
	return true;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insertions, removals, replacements, swaps of neighbours. */
static size_t measure(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
		      size_t most)
{
	size_t rows[3][LONGEST + 1];
	size_t *above2 = rows[0], *above = rows[1], *row = rows[2];

	if ((a_count > b_count ? a_count - b_count : b_count - a_count) > most)
		return most + 1;
	for (size_t j = 0; j <= b_count; j++) {
		above[j] = j;
		above2[j] = 0;
	}
	for (size_t i = 1; i <= a_count; i++) {
		size_t best = i;
		size_t *oldest = above2;

		row[0] = i;
		for (size_t j = 1; j <= b_count; j++) {
			size_t cost = above[j - 1] + (a[i - 1] != b[j - 1]);

			cost = smaller(cost, above[j] + 1);
			cost = smaller(cost, row[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cost = smaller(cost, above2[j - 2] + 1);
			row[j] = cost;
			best = smaller(best, cost);
		}
		if (best > most)
			return most + 1;
		above2 = above;
		above = row;
		row = oldest;
	}
	return smaller(above[b_count], most + 1);
}

static size_t distance(struct rcn_view a, struct rcn_view b, size_t most, bool fold)
{
	uint32_t a_points[LONGEST], b_points[LONGEST];
	size_t a_count, b_count;

	if (!decode(a, fold, a_points, &a_count) || !decode(b, fold, b_points, &b_count))
		return rcn_view_equal(a, b) ? 0 : most + 1;
	return measure(a_points, a_count, b_points, b_count, most);
}

size_t rcn_text_distance(struct rcn_view a, struct rcn_view b, size_t most)
{
	return distance(a, b, most, false);
}

/* "zipcode" in "zipOrPostalCode": all letters in order, and the first one is the first. */
static bool is_abbreviation(struct rcn_view abbreviation, struct rcn_view full)
{
	uint32_t a[LONGEST], f[LONGEST];
	size_t a_count, f_count, found = 0;

	if (!decode(abbreviation, true, a, &a_count) || !decode(full, true, f, &f_count))
		return false;
	if (a_count < 3 || f_count < 3 || a[0] != f[0])
		return false;
	for (size_t i = 0; i < f_count && found < a_count; i++)
		found += a[found] == f[i];
	return found == a_count;
}

/* When nothing is near: the only candidate that shortens, or is shortened by, what was
 * written. With several the writer is better served without a guess. */
static const char *suggest_abbreviation(struct rcn_view written, const char *const *candidates,
					size_t count)
{
	const char *only = NULL;

	for (size_t i = 0; i < count; i++) {
		struct rcn_view candidate = rcn_view_of(candidates[i]);

		if (!is_abbreviation(written, candidate) && !is_abbreviation(candidate, written))
			continue;
		if (only)
			return NULL;
		only = candidates[i];
	}
	return only;
}

const char *rcn_text_suggest(struct rcn_view written, const char *const *candidates, size_t count)
{
	size_t allowed = smaller(rcn_utf8_length(written) / 3, 4);
	size_t best_score = SIZE_MAX;
	const char *best = NULL;

	for (size_t i = 0; i < count; i++) {
		struct rcn_view candidate = rcn_view_of(candidates[i]);
		size_t apart, score;

		if (rcn_view_is_none(candidate))
			continue;
		apart = distance(written, candidate, allowed, true);
		if (apart > allowed)
			continue;
		/* Another case is cheaper than any edit, but not free. */
		score = 2 * apart + (distance(written, candidate, apart, false) > apart);
		if (score < best_score) {
			best_score = score;
			best = candidates[i];
		}
	}
	return best ? best : suggest_abbreviation(written, candidates, count);
}
