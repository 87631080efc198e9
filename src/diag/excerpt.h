/*
 * One source line and the carets below it, as part of a rendered problem.
 */
#ifndef RCN_DIAG_EXCERPT_H
#define RCN_DIAG_EXCERPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"

/* What the lines of one problem have in common. */
struct rcn_excerpt_style {
	const char *gutter; /* what turns a colour on, "" without colours */
	const char *caret;
	const char *off;
	size_t width; /* columns of the terminal, with the gutter */
};

struct rcn_excerpt {
	struct rcn_view text; /* at most RCN_LIMIT_EXCERPT_BYTES are looked at */
	uint32_t text_column; /* of its first character, from 1 */
	uint32_t line;
	uint32_t column, end_column; /* what to mark; 0 = nothing; end 0 = one character */
};

/* Columns that the line's number takes, blanks in front included. */
size_t rcn_excerpt_gutter(uint32_t line);

void rcn_excerpt_render(struct rcn_buffer *out, const struct rcn_excerpt *excerpt,
			const struct rcn_excerpt_style *style);

#endif
