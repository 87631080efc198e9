/*
 * Names and paths: which are read, which are refused, in which order they come.
 */
#include <string.h>

#include "base/text.h"
#include "source/internal.h"

#define DEFAULTS "defaults.yaml"

bool rcn_source_is_skipped(struct rcn_view name)
{
	return name.len == 0 || name.ptr[0] == '.' || name.ptr[0] == '_';
}

bool rcn_source_is_manifest(struct rcn_view name, enum rcn_entry_kind *kind)
{
	*kind = RCN_ENTRY_MANIFEST;
	if (rcn_view_is(name, DEFAULTS)) {
		*kind = RCN_ENTRY_DEFAULTS;
		return true;
	}
	return rcn_view_ends_with(name, RCN_VIEW(".yaml")) ||
	       rcn_view_ends_with(name, RCN_VIEW(".yml")) ||
	       rcn_view_ends_with(name, RCN_VIEW(".json"));
}

int rcn_source_compare_names(const char *a, const char *b)
{
	bool first = strcmp(a, DEFAULTS) == 0, second = strcmp(b, DEFAULTS) == 0;

	if (first != second)
		return first ? -1 : 1;
	return strcmp(a, b);
}

bool rcn_source_normalise(struct rcn_arena *arena, struct rcn_view path, struct rcn_view *normal)
{
	size_t position = 0, len = 0;
	char *text;

	*normal = RCN_VIEW_NONE;
	if (path.len > 0 && path.ptr[0] == '/')
		return false;
	if (path.len > RCN_LIMIT_PATH_BYTES || memchr(path.ptr ? path.ptr : "", 0, path.len))
		return false;
	text = rcn_arena_alloc(arena, path.len + 1);
	if (!text)
		return true;
	while (position < path.len) {
		struct rcn_view rest = rcn_view_from(path, position);
		struct rcn_view part = { rest.ptr, rcn_view_find(rest, '/') };

		position += part.len + 1;
		if (part.len == 0 || rcn_view_is(part, "."))
			continue;
		if (rcn_view_is(part, ".."))
			return false;
		if (len > 0)
			text[len++] = '/';
		memcpy(text + len, part.ptr, part.len);
		len += part.len;
	}
	text[len] = '\0';
	*normal = rcn_view_make(text, len);
	return true;
}

/* Why a name may not be shown, or NULL. */
static const char *find_fault(struct rcn_view name)
{
	size_t position = 0;

	while (position < name.len) {
		uint32_t code_point = rcn_utf8_next(name, &position);

		if (code_point == UINT32_MAX)
			return "is not UTF-8";
		if (code_point < 0x20 || rcn_text_is_control(code_point))
			return "holds a control character";
		if (rcn_text_is_bidirectional(code_point))
			return "holds a character that changes the direction of text";
	}
	return NULL;
}

enum rcn_status rcn_source_walk_name(struct rcn_walk *walk, struct rcn_view name, bool *usable)
{
	const char *fault = find_fault(name);
	struct rcn_place place = RCN_PLACE_NONE;

	*usable = false;
	if (walk->path.len > 0)
		rcn_buffer_char(&walk->path, '/');
	rcn_buffer_view(&walk->path, name);
	if (rcn_buffer_status(&walk->path) == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(walk->diag);
	place.path = rcn_buffer_get(&walk->path);
	if (rcn_buffer_status(&walk->path) != RCN_OK) {
		rcn_diag_error_at(walk->diag, RCN_CODE_SOURCE_LIMIT, place,
				  "a path below this one is longer than %d bytes",
				  RCN_LIMIT_PATH_BYTES);
		return RCN_ERROR_LIMIT;
	}
	if (fault) {
		struct rcn_problem *problem;

		problem = rcn_diag_error_at(walk->diag, RCN_CODE_SOURCE_NAME, place,
					    "the name `%.*s` %s", RCN_VIEW_ARGS(name), fault);
		rcn_problem_hint(problem, "rename it with git mv");
		walk->collected = RCN_ERROR_INVALID;
		return RCN_OK;
	}
	*usable = true;
	return RCN_OK;
}
