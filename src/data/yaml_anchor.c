#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "data/yaml_internal.h"

const struct rcn_yaml_anchor *rcn_yaml_anchor_find(const struct rcn_yaml_anchors *anchors,
						   struct rcn_view name)
{
	for (size_t i = anchors->count; i > 0; i--)
		if (rcn_view_equal(anchors->items[i - 1].name, name))
			return &anchors->items[i - 1];
	return NULL;
}

size_t rcn_yaml_anchor_add(struct rcn_yaml_anchors *anchors, struct rcn_arena *arena,
			   const char *name, struct rcn_span span, struct rcn_node *node)
{
	const struct rcn_view copy = rcn_arena_copy(arena, rcn_view_of(name));

	if (rcn_view_is_none(copy) ||
	    !rcn_array_reserve((void **)&anchors->items, &anchors->capacity, anchors->count + 1,
			       sizeof(*anchors->items)))
		return 0;
	anchors->items[anchors->count] =
		(struct rcn_yaml_anchor){ .name = copy, .span = span, .node = node, .nodes = 1 };
	return ++anchors->count;
}

void rcn_yaml_anchor_suggest(const struct rcn_yaml_anchors *anchors, struct rcn_view name,
			     struct rcn_problem *problem)
{
	const char **names;
	const char *guess = NULL;

	if (anchors->count == 0) {
		rcn_problem_hint(problem, "if it is text that begins with `*`, quote it");
		return;
	}
	names = calloc(anchors->count, sizeof(*names));
	if (!names)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		names[i] = anchors->items[i].name.ptr;
	guess = rcn_text_suggest(name, names, anchors->count);
	if (guess)
		rcn_problem_hint(problem, "did you mean `*%s`?", guess);
	else
		rcn_problem_hint(problem, "mark a value with `&%.*s` before, in the same document",
				 RCN_VIEW_ARGS(name));
	free((void *)names);
}
