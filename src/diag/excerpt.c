#include "diag/excerpt.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"

#define SMALLEST_NUMBER 3  /* "  5" */
#define SEPARATOR       3  /* " | " */
#define SMALLEST_TEXT   20 /* columns that a narrow terminal still gets */

/* A character as it is shown: where it stands in the source, and in which columns. */
struct cell {
	uint32_t offset, start;
};

struct layout {
	struct cell cells[RCN_LIMIT_EXCERPT_BYTES + 1]; /* the last one is the end of the line */
	size_t count;                                   /* without the end */
	size_t mark, mark_end;                          /* cells to mark; equal when none */
	size_t first, last;                             /* cells to show, last excluded */
	bool cut_left, cut_right;
};

size_t rcn_excerpt_gutter(uint32_t line)
{
	size_t digits = 1;

	while (line >= 10) {
		line /= 10;
		digits++;
	}
	return digits < SMALLEST_NUMBER ? SMALLEST_NUMBER : digits;
}

static struct rcn_view cell_text(struct rcn_view text, const struct cell *cell)
{
	return rcn_view_make(text.ptr + cell->offset, cell[1].offset - cell->offset);
}

static bool is_tab(struct rcn_view text, const struct cell *cell)
{
	return text.ptr[cell->offset] == '\t';
}

static void lay_out(struct layout *layout, struct rcn_view text)
{
	size_t position = 0, columns = 0;

	for (layout->count = 0; position < text.len; layout->count++) {
		struct cell *cell = &layout->cells[layout->count];

		cell->offset = (uint32_t)position;
		cell->start = (uint32_t)columns;
		rcn_utf8_next(text, &position);
		cell[1].offset = (uint32_t)position;
		columns += is_tab(text, cell) ? 1 : rcn_utf8_columns(cell_text(text, cell));
	}
	layout->cells[layout->count] = (struct cell){ (uint32_t)position, (uint32_t)columns };
}

static size_t cell_of(const struct layout *layout, const struct rcn_excerpt *excerpt,
		      uint32_t column)
{
	size_t index = column > excerpt->text_column ? column - excerpt->text_column : 0;

	return index < layout->count ? index : layout->count;
}

static void find_marks(struct layout *layout, const struct rcn_excerpt *excerpt)
{
	if (excerpt->column == 0)
		return;
	layout->mark = cell_of(layout, excerpt, excerpt->column);
	layout->mark_end = cell_of(layout, excerpt, excerpt->end_column);
	if (layout->mark_end <= layout->mark)
		layout->mark_end = layout->mark + 1;
}

/* Chooses what is shown of a line that is too long: some text before the mark, and as much
 * as fits behind it. Each end that is cut gives a column to "…". */
static void choose_window(struct layout *layout, size_t width)
{
	size_t total = layout->cells[layout->count].start;
	size_t mark_end = layout->mark_end < layout->count ? layout->mark_end : layout->count;
	size_t left = 0, right;

	layout->first = 0;
	layout->last = layout->count;
	if (total + layout->cut_left <= width)
		return;
	if (layout->cells[mark_end].start + 1 + layout->cut_left > width) {
		size_t before = width / 3;
		size_t mark = layout->cells[layout->mark].start;

		left = mark > before ? mark - before : 0;
		/* Rather more text before the mark than an empty rest of the line. */
		if (total - left < width - 1)
			left = total - (width - 1);
	}
	while (layout->first < layout->count && layout->cells[layout->first].start < left)
		layout->first++;
	layout->cut_left = layout->cut_left || layout->first > 0;
	right = layout->cells[layout->first].start + width - layout->cut_left;
	if (total <= right)
		return;
	layout->cut_right = true;
	while (layout->last > layout->first && layout->cells[layout->last].start > right - 1)
		layout->last--;
	/* A combining mark would stand on the ellipsis. */
	while (layout->first < layout->last && layout->cut_left &&
	       layout->cells[layout->first].start == layout->cells[layout->first + 1].start)
		layout->first++;
}

static void end_line(struct rcn_buffer *out, size_t start)
{
	struct rcn_view text = rcn_buffer_get(out);

	while (text.len > start && text.ptr[text.len - 1] == ' ')
		text.len--;
	rcn_buffer_truncate(out, text.len);
	rcn_buffer_char(out, '\n');
}

static void render_text(struct rcn_buffer *out, const struct layout *layout, struct rcn_view text)
{
	if (layout->cut_left)
		rcn_buffer_text(out, "…");
	for (size_t i = layout->first; i < layout->last; i++) {
		if (is_tab(text, &layout->cells[i]))
			rcn_buffer_char(out, ' ');
		else
			rcn_text_escape(out, cell_text(text, &layout->cells[i]), 1);
	}
	if (layout->cut_right)
		rcn_buffer_text(out, "…");
}

static void render_carets(struct rcn_buffer *out, const struct layout *layout,
			  const struct rcn_excerpt_style *style)
{
	size_t origin = layout->cells[layout->first].start;
	size_t end_cell = layout->mark_end < layout->last ? layout->mark_end : layout->last;
	size_t start = layout->cells[layout->mark].start;
	size_t end = layout->cells[end_cell].start;

	/* Behind the end of the line, or on a character without width, one caret stands. */
	if (end <= start)
		end = start + 1;
	rcn_buffer_repeat(out, ' ', start - origin + layout->cut_left);
	rcn_buffer_text(out, style->caret);
	rcn_buffer_repeat(out, '^', end - start);
	rcn_buffer_text(out, style->off);
}

void rcn_excerpt_render(struct rcn_buffer *out, const struct rcn_excerpt *excerpt,
			const struct rcn_excerpt_style *style)
{
	int number_width = (int)rcn_excerpt_gutter(excerpt->line);
	size_t gutter = (size_t)number_width + SEPARATOR;
	struct rcn_view text = excerpt->text;
	struct layout layout = { 0 };
	size_t start;

	if (text.len > RCN_LIMIT_EXCERPT_BYTES)
		text.len = RCN_LIMIT_EXCERPT_BYTES;
	layout.cut_left = excerpt->text_column > 1;
	lay_out(&layout, text);
	find_marks(&layout, excerpt);
	choose_window(&layout, style->width > gutter + SMALLEST_TEXT ? style->width - gutter
								     : SMALLEST_TEXT);
	rcn_buffer_format(out, "%s%*u |%s ", style->gutter, number_width, (unsigned)excerpt->line,
			  style->off);
	start = rcn_buffer_get(out).len - 1;
	render_text(out, &layout, text);
	end_line(out, start);
	if (layout.mark_end <= layout.mark)
		return;
	rcn_buffer_format(out, "%s%*s |%s ", style->gutter, number_width, "", style->off);
	render_carets(out, &layout, style);
	rcn_buffer_char(out, '\n');
}
