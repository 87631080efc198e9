/*
 * Problems: what went wrong, where, and what to do about it.
 *
 * A `struct rcn_diag` collects the problems of one task. Whoever finds a problem
 * adds it at the point of knowledge and returns a status that is not RCN_OK;
 * nobody above repeats it. Adding copies everything that it is given (message,
 * path, the source line for the excerpt), so files may be freed at once.
 *
 *	struct rcn_problem *problem = rcn_diag_error(diag, RCN_CODE_YAML_DUPLICATE_KEY,
 *	        key_span, "the key `%.*s` appears twice", RCN_VIEW_ARGS(key));
 *	rcn_problem_related(problem, first_span, "it was first given here");
 *	rcn_problem_hint(problem, "remove one of the two");
 *	return RCN_ERROR_INVALID;
 *
 * The builder functions take NULL (what an add returns without memory, or beyond
 * the maximum, where problems are only counted). Messages are one sentence in lower
 * case without a full stop; names and values of others stand in `backticks`. They
 * may hold foreign text as it is: whoever prints, escapes.
 */
#ifndef RCN_DIAG_DIAG_H
#define RCN_DIAG_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include <reconcile/status.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "diag/code.h"
#include "diag/file.h"

enum rcn_severity {
	RCN_SEVERITY_ERROR,
	RCN_SEVERITY_WARNING,
	RCN_SEVERITY_HINT, /* shown as "note"; --quiet hides it */
};

struct rcn_related {
	struct rcn_place place;
	uint32_t end_line, end_column; /* 0 = unknown */
	struct rcn_view excerpt;       /* the source line, absent when unknown */
	uint32_t excerpt_column;       /* as in a problem */
	struct rcn_view message;
	struct rcn_related *next;
};

struct rcn_problem {
	enum rcn_code code;
	enum rcn_severity severity;
	struct rcn_place place;
	uint32_t end_line, end_column; /* 0 = unknown */
	struct rcn_view excerpt;       /* the source line, absent when there is none */
	uint32_t excerpt_column;       /* of its first character: 1, but in lines that are longer
					* than RCN_LIMIT_EXCERPT_BYTES and were cut around the place */
	struct rcn_view message;
	struct rcn_view hint;    /* absent when there is none */
	struct rcn_view key;     /* the customer concerned, absent when none */
	struct rcn_view pointer; /* JSON pointer of the field concerned, absent when none */
	struct rcn_related *related;
	size_t order;          /* in which it was added */
	struct rcn_diag *diag; /* whose arena it lives in */
};

struct rcn_diag {
	struct rcn_arena arena;
	struct rcn_problem **problems;
	size_t count, capacity;
	size_t errors, warnings, hints; /* all that were added, kept or not */
	bool memory_failed;             /* a problem could not be written down as a whole */
};

void rcn_diag_init(struct rcn_diag *diag);
void rcn_diag_free(struct rcn_diag *diag);
void rcn_diag_clear(struct rcn_diag *diag);

struct rcn_problem *rcn_diag_error(struct rcn_diag *diag, enum rcn_code code, struct rcn_span span,
				   const char *format, ...) __attribute__((format(printf, 4, 5)));
struct rcn_problem *rcn_diag_warning(struct rcn_diag *diag, enum rcn_code code,
				     struct rcn_span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct rcn_problem *rcn_diag_hint(struct rcn_diag *diag, enum rcn_code code, struct rcn_span span,
				  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same for what has only a place left (no excerpt), or none: RCN_PLACE_NONE. */
struct rcn_problem *rcn_diag_error_at(struct rcn_diag *diag, enum rcn_code code,
				      struct rcn_place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct rcn_problem *rcn_diag_warning_at(struct rcn_diag *diag, enum rcn_code code,
					struct rcn_place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

void rcn_problem_hint(struct rcn_problem *problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void rcn_problem_related(struct rcn_problem *problem, struct rcn_span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void rcn_problem_related_at(struct rcn_problem *problem, struct rcn_place place,
			    struct rcn_view excerpt, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void rcn_problem_key(struct rcn_problem *problem, struct rcn_view key);
void rcn_problem_pointer(struct rcn_problem *problem, struct rcn_view pointer);

/* Adds RCN_CODE_NO_MEMORY as best it can, and returns RCN_ERROR_MEMORY. */
enum rcn_status rcn_diag_no_memory(struct rcn_diag *diag);
/* Adds RCN_CODE_INTERNAL, and returns RCN_ERROR_INTERNAL. */
enum rcn_status rcn_diag_internal(struct rcn_diag *diag, const char *what);

/* By path, line, column, then the order of adding; problems without a place last. */
void rcn_diag_sort(struct rcn_diag *diag);

/* Copies all problems of `from` behind those of `to`. */
enum rcn_status rcn_diag_merge(struct rcn_diag *to, const struct rcn_diag *from);

const char *rcn_severity_name(enum rcn_severity severity); /* "error", "warning", "note" */

#endif
