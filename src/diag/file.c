#include "diag/file.h"

#include "base/text.h"

/* Moves behind the line that starts at *position and returns it. Breaks are LF, CR LF, and
 * CR, as YAML has them. */
static struct rcn_view take_line(struct rcn_view text, size_t *position)
{
	struct rcn_view rest = rcn_view_from(text, *position);
	size_t feed = rcn_view_find(rest, '\n');
	struct rcn_view line = rcn_view_make(rest.ptr, feed);
	size_t carriage = rcn_view_find(line, '\r');

	if (carriage < line.len) {
		line.len = carriage;
		*position += carriage + (carriage + 1 == feed && feed < rest.len ? 2 : 1);
	} else {
		*position += feed + (feed < rest.len ? 1 : 0);
	}
	return line;
}

/* A byte order mark is no character of the first line. */
static size_t mark_length(struct rcn_view text)
{
	return rcn_view_starts_with(text, RCN_VIEW("\xef\xbb\xbf")) ? 3 : 0;
}

static bool ends_with_break(struct rcn_view text)
{
	return text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r');
}

struct rcn_view rcn_file_line(const struct rcn_file *file, uint32_t line)
{
	size_t position;

	if (!file || rcn_view_is_none(file->text) || line == 0)
		return RCN_VIEW_NONE;
	position = mark_length(file->text);
	for (uint32_t number = 1; position < file->text.len; number++) {
		struct rcn_view found = take_line(file->text, &position);

		if (number == line)
			return found;
		/* Behind the last break there is one more line, an empty one: errors at the
		 * end of a file stand there. */
		if (number + 1 == line && position == file->text.len && ends_with_break(file->text))
			return rcn_view_from(file->text, position);
	}
	return line == 1 ? rcn_view_from(file->text, file->text.len) : RCN_VIEW_NONE;
}

struct rcn_span rcn_file_span(const struct rcn_file *file, uint32_t line, uint32_t column)
{
	struct rcn_span span = { file, line, column, 0, 0 };
	struct rcn_view text;
	uint32_t indent = 0;

	if (line == 0 || column != 0)
		return span;
	span.column = 1;
	text = rcn_file_line(file, line);
	while (indent < text.len && (text.ptr[indent] == ' ' || text.ptr[indent] == '\t'))
		indent++;
	text = rcn_view_trim(text);
	if (text.len == 0)
		return span;
	span.column = indent + 1;
	span.end_line = line;
	span.end_column = span.column + (uint32_t)rcn_utf8_length(text);
	return span;
}
