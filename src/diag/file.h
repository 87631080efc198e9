/*
 * Where things stand in a source text.
 *
 * Lines and columns count from 1; columns count code points, as editors do; 0
 * means unknown. A span borrows its file, which must outlive it; a place is a
 * span that was boiled down to what survives the file's text.
 */
#ifndef RCN_DIAG_FILE_H
#define RCN_DIAG_FILE_H

#include <stdint.h>

#include "base/view.h"

/* A text that was read, and what to call it ("customers/acme.yaml"). */
struct rcn_file {
	struct rcn_view path; /* relative to the repository's root, '/' between */
	struct rcn_view text; /* the bytes; absent when they are no longer there */
};

struct rcn_span {
	const struct rcn_file *file; /* NULL when nowhere */
	uint32_t line, column;
	uint32_t end_line, end_column; /* just behind the last character; 0 = unknown */
};

#define RCN_SPAN_NONE ((struct rcn_span){ NULL, 0, 0, 0, 0 })

struct rcn_place {
	struct rcn_view path;
	uint32_t line, column;
};

#define RCN_PLACE_NONE ((struct rcn_place){ { NULL, 0 }, 0, 0 })

/* The path is borrowed from the span's file. */
static inline struct rcn_place rcn_span_place(struct rcn_span span)
{
	struct rcn_place place = RCN_PLACE_NONE;

	if (span.file) {
		place.path = span.file->path;
		place.line = span.line;
		place.column = span.column;
	}
	return place;
}

/* Line number `line` of the text, without its line break; absent when there is none. */
struct rcn_view rcn_file_line(const struct rcn_file *file, uint32_t line);

/* The point at `column`; with column 0 the whole line, without the blanks around it; with
 * line 0 the file as a whole. */
struct rcn_span rcn_file_span(const struct rcn_file *file, uint32_t line, uint32_t column);

#endif
