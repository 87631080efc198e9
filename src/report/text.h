/*
 * What the text reports share: colours, cells of tables, counts in words. Foreign text
 * goes through rcn_report_cell alone, which makes it harmless.
 */
#ifndef RCN_REPORT_TEXT_H
#define RCN_REPORT_TEXT_H

#include <reconcile/session.h>

#include "base/buffer.h"
#include "base/view.h"
#include "diag/file.h"

enum rcn_report_style {
	RCN_STYLE_BOLD,
	RCN_STYLE_DIM,
	RCN_STYLE_RED,
	RCN_STYLE_GREEN,
	RCN_STYLE_YELLOW,
	RCN_STYLE_CYAN,
	RCN_STYLE_MAGENTA,
};

void rcn_report_style(struct rcn_buffer *out, const struct rcn_look *look,
		      enum rcn_report_style style);
void rcn_report_plain(struct rcn_buffer *out, const struct rcn_look *look);

/* Appends at most `limit` code points, escaped; returns the columns that they take. */
size_t rcn_report_cell(struct rcn_buffer *out, struct rcn_view text, size_t limit);
/* The columns that rcn_report_cell would take. */
size_t rcn_report_cell_columns(struct rcn_view text, size_t limit);
/* Fills a cell that took `columns` up to `width`, and two more between columns. */
void rcn_report_pad(struct rcn_buffer *out, size_t columns, size_t width);

/* "customers/acme.yaml:4", or the path alone, or nothing. */
void rcn_report_place(struct rcn_buffer *out, struct rcn_place place);

/* "3 created", separated by ", " from what stands on the line before; nothing when 0. */
void rcn_report_count(struct rcn_buffer *out, bool *first, size_t count, const char *what);

#endif
