#include "diag/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "base/text.h"

/* What follows the last character that fits. */
#define ELLIPSIS     "…"
#define ELLIPSIS_LEN (sizeof(ELLIPSIS) - 1)

void rcn_diag_init(struct rcn_diag *diag)
{
	*diag = (struct rcn_diag){ .arena = RCN_ARENA(RCN_LIMIT_DIAG_BYTES) };
}

void rcn_diag_free(struct rcn_diag *diag)
{
	if (!diag)
		return;
	free(diag->problems);
	rcn_arena_free(&diag->arena);
	rcn_diag_init(diag);
}

void rcn_diag_clear(struct rcn_diag *diag)
{
	rcn_arena_reset(&diag->arena);
	diag->count = 0;
	diag->errors = 0;
	diag->warnings = 0;
	diag->hints = 0;
	diag->memory_failed = false;
}

/* To be called after anything was taken from the arena. */
static void note_failure(struct rcn_diag *diag)
{
	if (rcn_arena_status(&diag->arena) == RCN_ERROR_MEMORY)
		diag->memory_failed = true;
}

/* The text is cut to RCN_LIMIT_MESSAGE_BYTES, at the start of a character. */
static void cut_message(struct rcn_view *message, char *ptr)
{
	size_t len = RCN_LIMIT_MESSAGE_BYTES - ELLIPSIS_LEN;

	while (len > 0 && ((unsigned char)ptr[len] & 0xc0) == 0x80)
		len--;
	memcpy(ptr + len, ELLIPSIS, ELLIPSIS_LEN);
	message->len = len + ELLIPSIS_LEN;
}

__attribute__((format(printf, 2, 0))) static struct rcn_view write_message(struct rcn_diag *diag,
									   const char *format,
									   va_list list)
{
	struct rcn_view message;
	va_list again;
	size_t size;
	char *ptr;
	int len;

	va_copy(again, list);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return RCN_VIEW("");
	size = (size_t)len < RCN_LIMIT_MESSAGE_BYTES ? (size_t)len : RCN_LIMIT_MESSAGE_BYTES;
	ptr = rcn_arena_alloc(&diag->arena, size + 1);
	note_failure(diag);
	if (!ptr)
		return RCN_VIEW("");
	vsnprintf(ptr, size + 1, format, list);
	message = rcn_view_make(ptr, size);
	if ((size_t)len > size)
		cut_message(&message, ptr);
	return message;
}

/* Copies the line, or what stands around the column when the line is long. *first gets the
 * column of the first character that is kept. */
static struct rcn_view keep_excerpt(struct rcn_diag *diag, struct rcn_view line, uint32_t column,
				    uint32_t *first)
{
	*first = 1;
	if (line.len > RCN_LIMIT_EXCERPT_BYTES) {
		size_t place = 0, start = 0, end;

		for (uint32_t i = 1; i < column && place < line.len; i++)
			rcn_utf8_next(line, &place);
		if (place > RCN_LIMIT_EXCERPT_BYTES / 2)
			start = place - RCN_LIMIT_EXCERPT_BYTES / 2;
		if (start > line.len - RCN_LIMIT_EXCERPT_BYTES)
			start = line.len - RCN_LIMIT_EXCERPT_BYTES;
		end = start + RCN_LIMIT_EXCERPT_BYTES;
		while (start > 0 && start < place &&
		       ((unsigned char)line.ptr[start] & 0xc0) == 0x80)
			start++;
		while (end < line.len && end > start &&
		       ((unsigned char)line.ptr[end] & 0xc0) == 0x80)
			end--;
		*first += (uint32_t)rcn_utf8_length(rcn_view_make(line.ptr, start));
		line = rcn_view_make(line.ptr + start, end - start);
	}
	line = rcn_arena_copy(&diag->arena, line);
	note_failure(diag);
	return line;
}

/* Problems come in runs of the same file: the last path is shared. */
static struct rcn_view keep_path(struct rcn_diag *diag, struct rcn_view path)
{
	if (!rcn_view_is_none(path) && diag->count > 0) {
		struct rcn_view last = diag->problems[diag->count - 1]->place.path;

		if (!rcn_view_is_none(last) && rcn_view_equal(last, path))
			return last;
	}
	path = rcn_arena_copy(&diag->arena, path);
	note_failure(diag);
	return path;
}

static void count_severity(struct rcn_diag *diag, enum rcn_severity severity)
{
	if (severity == RCN_SEVERITY_ERROR)
		diag->errors++;
	else if (severity == RCN_SEVERITY_WARNING)
		diag->warnings++;
	else
		diag->hints++;
}

/* Counts, and makes an empty problem when there is room for it. */
static struct rcn_problem *add_problem(struct rcn_diag *diag, enum rcn_severity severity)
{
	struct rcn_problem *problem;

	count_severity(diag, severity);
	if (diag->count >= RCN_LIMIT_PROBLEMS)
		return NULL;
	if (!rcn_array_reserve((void **)&diag->problems, &diag->capacity, diag->count + 1,
			       sizeof(*diag->problems))) {
		diag->memory_failed = true;
		return NULL;
	}
	problem = RCN_ARENA_NEW(&diag->arena, struct rcn_problem);
	note_failure(diag);
	if (!problem)
		return NULL;
	problem->severity = severity;
	problem->order = diag->count;
	problem->diag = diag;
	return problem;
}

__attribute__((format(printf, 5, 0))) static struct rcn_problem *add_span(
	struct rcn_diag *diag, enum rcn_severity severity, enum rcn_code code, struct rcn_span span,
	const char *format, va_list list)
{
	struct rcn_problem *problem = add_problem(diag, severity);

	if (!problem)
		return NULL;
	problem->code = code;
	problem->message = write_message(diag, format, list);
	problem->place = rcn_span_place(span);
	problem->place.path = keep_path(diag, problem->place.path);
	if (span.file) {
		problem->end_line = span.end_line;
		problem->end_column = span.end_column;
		problem->excerpt = keep_excerpt(diag, rcn_file_line(span.file, span.line),
						span.column, &problem->excerpt_column);
	}
	diag->problems[diag->count++] = problem;
	return problem;
}

/* `file` is a stand-in with the path of the place, and without text. */
static struct rcn_span span_of_place(struct rcn_place place, const struct rcn_file *file)
{
	if (rcn_view_is_none(place.path))
		return RCN_SPAN_NONE;
	return (struct rcn_span){ file, place.line, place.column, 0, 0 };
}

__attribute__((format(printf, 5, 0))) static struct rcn_problem *add_place(
	struct rcn_diag *diag, enum rcn_severity severity, enum rcn_code code,
	struct rcn_place place, const char *format, va_list list)
{
	struct rcn_file file = { place.path, RCN_VIEW_NONE };

	return add_span(diag, severity, code, span_of_place(place, &file), format, list);
}

struct rcn_problem *rcn_diag_error(struct rcn_diag *diag, enum rcn_code code, struct rcn_span span,
				   const char *format, ...)
{
	struct rcn_problem *problem;
	va_list list;

	va_start(list, format);
	problem = add_span(diag, RCN_SEVERITY_ERROR, code, span, format, list);
	va_end(list);
	return problem;
}

struct rcn_problem *rcn_diag_warning(struct rcn_diag *diag, enum rcn_code code,
				     struct rcn_span span, const char *format, ...)
{
	struct rcn_problem *problem;
	va_list list;

	va_start(list, format);
	problem = add_span(diag, RCN_SEVERITY_WARNING, code, span, format, list);
	va_end(list);
	return problem;
}

struct rcn_problem *rcn_diag_hint(struct rcn_diag *diag, enum rcn_code code, struct rcn_span span,
				  const char *format, ...)
{
	struct rcn_problem *problem;
	va_list list;

	va_start(list, format);
	problem = add_span(diag, RCN_SEVERITY_HINT, code, span, format, list);
	va_end(list);
	return problem;
}

struct rcn_problem *rcn_diag_error_at(struct rcn_diag *diag, enum rcn_code code,
				      struct rcn_place place, const char *format, ...)
{
	struct rcn_problem *problem;
	va_list list;

	va_start(list, format);
	problem = add_place(diag, RCN_SEVERITY_ERROR, code, place, format, list);
	va_end(list);
	return problem;
}

struct rcn_problem *rcn_diag_warning_at(struct rcn_diag *diag, enum rcn_code code,
					struct rcn_place place, const char *format, ...)
{
	struct rcn_problem *problem;
	va_list list;

	va_start(list, format);
	problem = add_place(diag, RCN_SEVERITY_WARNING, code, place, format, list);
	va_end(list);
	return problem;
}

void rcn_problem_hint(struct rcn_problem *problem, const char *format, ...)
{
	va_list list;

	if (!problem)
		return;
	va_start(list, format);
	problem->hint = write_message(problem->diag, format, list);
	va_end(list);
}

__attribute__((format(printf, 4, 0))) static void add_related(struct rcn_problem *problem,
							      struct rcn_span span,
							      struct rcn_view line,
							      const char *format, va_list list)
{
	struct rcn_diag *diag = problem->diag;
	struct rcn_related *related = RCN_ARENA_NEW(&diag->arena, struct rcn_related);
	struct rcn_related **end = &problem->related;

	note_failure(diag);
	if (!related)
		return;
	related->place = rcn_span_place(span);
	related->place.path = keep_path(diag, related->place.path);
	related->end_line = span.end_line;
	related->end_column = span.end_column;
	related->excerpt = keep_excerpt(diag, line, span.column, &related->excerpt_column);
	related->message = write_message(diag, format, list);
	while (*end)
		end = &(*end)->next;
	*end = related;
}

void rcn_problem_related(struct rcn_problem *problem, struct rcn_span span, const char *format, ...)
{
	va_list list;

	if (!problem)
		return;
	va_start(list, format);
	add_related(problem, span, rcn_file_line(span.file, span.line), format, list);
	va_end(list);
}

void rcn_problem_related_at(struct rcn_problem *problem, struct rcn_place place,
			    struct rcn_view excerpt, const char *format, ...)
{
	struct rcn_file file = { place.path, RCN_VIEW_NONE };
	va_list list;

	if (!problem)
		return;
	va_start(list, format);
	add_related(problem, span_of_place(place, &file), excerpt, format, list);
	va_end(list);
}

void rcn_problem_key(struct rcn_problem *problem, struct rcn_view key)
{
	if (!problem)
		return;
	problem->key = rcn_arena_copy(&problem->diag->arena, key);
	note_failure(problem->diag);
}

void rcn_problem_pointer(struct rcn_problem *problem, struct rcn_view pointer)
{
	if (!problem)
		return;
	problem->pointer = rcn_arena_copy(&problem->diag->arena, pointer);
	note_failure(problem->diag);
}

enum rcn_status rcn_diag_no_memory(struct rcn_diag *diag)
{
	/* Each level that hands the failure up may say so; once is enough. */
	if (diag->count == 0 || diag->problems[diag->count - 1]->code != RCN_CODE_NO_MEMORY)
		rcn_diag_error_at(diag, RCN_CODE_NO_MEMORY, RCN_PLACE_NONE, "out of memory");
	return RCN_ERROR_MEMORY;
}

enum rcn_status rcn_diag_internal(struct rcn_diag *diag, const char *what)
{
	struct rcn_problem *problem = rcn_diag_error_at(diag, RCN_CODE_INTERNAL, RCN_PLACE_NONE,
							"a fault of reconcile itself: %s", what);

	rcn_problem_hint(problem, "report it with the output of `reconcile version`");
	return RCN_ERROR_INTERNAL;
}
