/* Colours, cells and counts of the text reports. */
#include "report/text.h"

#include <stdint.h>

#include "base/limits.h"
#include "base/text.h"

static const char *const style_codes[] = {
	[RCN_STYLE_BOLD] = "\x1b[1m",     [RCN_STYLE_DIM] = "\x1b[2m",
	[RCN_STYLE_RED] = "\x1b[31m",     [RCN_STYLE_GREEN] = "\x1b[32m",
	[RCN_STYLE_YELLOW] = "\x1b[33m",  [RCN_STYLE_CYAN] = "\x1b[36m",
	[RCN_STYLE_MAGENTA] = "\x1b[35m",
};

void rcn_report_style(struct rcn_buffer *out, const struct rcn_look *look,
		      enum rcn_report_style style)
{
	if (look->colour)
		rcn_buffer_text(out, style_codes[style]);
}

void rcn_report_plain(struct rcn_buffer *out, const struct rcn_look *look)
{
	if (look->colour)
		rcn_buffer_text(out, "\x1b[0m");
}

size_t rcn_report_cell(struct rcn_buffer *out, struct rcn_view text, size_t limit)
{
	size_t start = out->len;

	rcn_text_escape(out, text, limit);
	if (rcn_buffer_status(out) != RCN_OK)
		return 0;
	return rcn_utf8_columns(rcn_view_from(rcn_buffer_get(out), start));
}

size_t rcn_report_cell_columns(struct rcn_view text, size_t limit)
{
	struct rcn_buffer scratch = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t columns = rcn_report_cell(&scratch, text, limit);

	rcn_buffer_free(&scratch);
	return columns;
}

void rcn_report_pad(struct rcn_buffer *out, size_t columns, size_t width)
{
	rcn_buffer_repeat(out, ' ', (columns < width ? width - columns : 0) + 2);
}

void rcn_report_place(struct rcn_buffer *out, struct rcn_place place)
{
	if (rcn_view_is_none(place.path))
		return;
	rcn_text_escape(out, place.path, SIZE_MAX);
	if (place.line > 0)
		rcn_buffer_format(out, ":%u", place.line);
}

void rcn_report_count(struct rcn_buffer *out, bool *first, size_t count, const char *what)
{
	if (count == 0)
		return;
	rcn_buffer_format(out, "%s%zu %s", *first ? "" : ", ", count, what);
	*first = false;
}
