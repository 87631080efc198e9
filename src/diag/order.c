/*
 * Problems in order, and problems of several tasks together.
 */
#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "diag/diag.h"

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_problems(const void *left, const void *right)
{
	const struct rcn_problem *a = *(const struct rcn_problem *const *)left;
	const struct rcn_problem *b = *(const struct rcn_problem *const *)right;
	bool a_nowhere = rcn_view_is_none(a->place.path);
	bool b_nowhere = rcn_view_is_none(b->place.path);
	int order = a_nowhere - b_nowhere;

	if (order == 0 && !a_nowhere)
		order = rcn_view_compare(a->place.path, b->place.path);
	if (order == 0)
		order = compare_numbers(a->place.line, b->place.line);
	if (order == 0)
		order = compare_numbers(a->place.column, b->place.column);
	return order != 0 ? order : compare_numbers(a->order, b->order);
}

void rcn_diag_sort(struct rcn_diag *diag)
{
	if (diag->count > 1)
		qsort(diag->problems, diag->count, sizeof(*diag->problems), compare_problems);
}

static struct rcn_related *copy_related(struct rcn_arena *arena, const struct rcn_related *from)
{
	struct rcn_related *first = NULL;
	struct rcn_related **end = &first;

	for (; from; from = from->next) {
		struct rcn_related *copy = RCN_ARENA_NEW(arena, struct rcn_related);

		if (!copy)
			break;
		*copy = *from;
		copy->place.path = rcn_arena_copy(arena, from->place.path);
		copy->excerpt = rcn_arena_copy(arena, from->excerpt);
		copy->message = rcn_arena_copy(arena, from->message);
		copy->next = NULL;
		*end = copy;
		end = &copy->next;
	}
	return first;
}

static void copy_problem(struct rcn_diag *to, const struct rcn_problem *from)
{
	struct rcn_arena *arena = &to->arena;
	struct rcn_problem *copy = RCN_ARENA_NEW(arena, struct rcn_problem);

	if (!copy)
		return;
	*copy = *from;
	copy->place.path = rcn_arena_copy(arena, from->place.path);
	copy->excerpt = rcn_arena_copy(arena, from->excerpt);
	copy->message = rcn_arena_copy(arena, from->message);
	copy->hint = rcn_arena_copy(arena, from->hint);
	copy->key = rcn_arena_copy(arena, from->key);
	copy->pointer = rcn_arena_copy(arena, from->pointer);
	copy->related = copy_related(arena, from->related);
	copy->order = to->count;
	copy->diag = to;
	to->problems[to->count++] = copy;
}

enum rcn_status rcn_diag_merge(struct rcn_diag *to, const struct rcn_diag *from)
{
	size_t room = RCN_LIMIT_PROBLEMS - to->count;
	size_t kept = from->count < room ? from->count : room;

	to->errors += from->errors;
	to->warnings += from->warnings;
	to->hints += from->hints;
	to->memory_failed = to->memory_failed || from->memory_failed;
	if (!rcn_array_reserve((void **)&to->problems, &to->capacity, to->count + kept,
			       sizeof(*to->problems))) {
		to->memory_failed = true;
		return RCN_ERROR_MEMORY;
	}
	for (size_t i = 0; i < kept; i++)
		copy_problem(to, from->problems[i]);
	if (rcn_arena_status(&to->arena) != RCN_ERROR_MEMORY)
		return RCN_OK;
	to->memory_failed = true;
	return RCN_ERROR_MEMORY;
}
