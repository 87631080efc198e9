#include "diag/render.h"

#include "base/limits.h"
#include "base/text.h"
#include "diag/excerpt.h"

#define DEFAULT_WIDTH 100

struct palette {
	const char *severity[3]; /* by enum rcn_severity */
	const char *strong, *gutter, *off;
};

static const struct palette plain = { { "", "", "" }, "", "", "" };
static const struct palette coloured = {
	{ "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m" },
	"\x1b[1m",
	"\x1b[1;34m",
	"\x1b[0m",
};

const char *rcn_severity_name(enum rcn_severity severity)
{
	switch (severity) {
	case RCN_SEVERITY_ERROR:
		return "error";
	case RCN_SEVERITY_WARNING:
		return "warning";
	case RCN_SEVERITY_HINT:
		return "note";
	}
	return "note";
}

static const struct palette *choose_palette(const struct rcn_render_options *options)
{
	return options->colour ? &coloured : &plain;
}

static void render_escaped(struct rcn_buffer *out, struct rcn_view text)
{
	rcn_text_escape(out, text, SIZE_MAX);
}

/* "path:line:column: ", without what is unknown. */
static void render_place(struct rcn_buffer *out, struct rcn_place place,
			 const struct palette *palette)
{
	if (rcn_view_is_none(place.path))
		return;
	rcn_buffer_text(out, palette->strong);
	render_escaped(out, place.path);
	if (place.line)
		rcn_buffer_format(out, ":%u", (unsigned)place.line);
	if (place.line && place.column)
		rcn_buffer_format(out, ":%u", (unsigned)place.column);
	rcn_buffer_char(out, ':');
	rcn_buffer_text(out, palette->off);
	rcn_buffer_char(out, ' ');
}

static void render_heading(struct rcn_buffer *out, struct rcn_place place,
			   enum rcn_severity severity, enum rcn_code code, struct rcn_view message,
			   const struct palette *palette)
{
	const struct rcn_code_entry *entry = code ? rcn_code_find(code) : NULL;

	render_place(out, place, palette);
	rcn_buffer_text(out, palette->severity[severity]);
	rcn_buffer_text(out, rcn_severity_name(severity));
	if (entry)
		rcn_buffer_format(out, "[%s]", entry->label);
	rcn_buffer_char(out, ':');
	rcn_buffer_text(out, palette->off);
	rcn_buffer_char(out, ' ');
	rcn_buffer_text(out, palette->strong);
	render_escaped(out, message);
	rcn_buffer_text(out, palette->off);
	rcn_buffer_char(out, '\n');
}

static void render_excerpt(struct rcn_buffer *out, const struct rcn_excerpt *excerpt,
			   enum rcn_severity severity, const struct rcn_render_options *options)
{
	const struct palette *palette = choose_palette(options);
	struct rcn_excerpt_style style = { palette->gutter, palette->severity[severity],
					   palette->off,
					   options->width ? options->width : DEFAULT_WIDTH };

	if (!rcn_view_is_none(excerpt->text) && excerpt->line)
		rcn_excerpt_render(out, excerpt, &style);
}

static void render_related(struct rcn_buffer *out, const struct rcn_related *related,
			   const struct rcn_render_options *options)
{
	struct rcn_excerpt excerpt = { related->excerpt, related->excerpt_column,
				       related->place.line, related->place.column, 0 };

	if (related->end_line == related->place.line)
		excerpt.end_column = related->end_column;
	render_heading(out, related->place, RCN_SEVERITY_HINT, RCN_CODE_NONE, related->message,
		       choose_palette(options));
	render_excerpt(out, &excerpt, RCN_SEVERITY_HINT, options);
}

void rcn_render_problem(struct rcn_buffer *out, const struct rcn_problem *problem,
			const struct rcn_render_options *options)
{
	const struct palette *palette = choose_palette(options);
	struct rcn_excerpt excerpt = { problem->excerpt, problem->excerpt_column,
				       problem->place.line, problem->place.column, 0 };

	if (options->quiet && problem->severity == RCN_SEVERITY_HINT)
		return;
	if (problem->end_line == problem->place.line)
		excerpt.end_column = problem->end_column;
	render_heading(out, problem->place, problem->severity, problem->code, problem->message,
		       palette);
	render_excerpt(out, &excerpt, problem->severity, options);
	if (!rcn_view_is_none(problem->hint)) {
		size_t indent = rcn_view_is_none(excerpt.text) ? 0 : excerpt.line;

		rcn_buffer_repeat(out, ' ', rcn_excerpt_gutter((uint32_t)indent) + 1);
		rcn_buffer_format(out, "%s=%s %shelp:%s ", palette->gutter, palette->off,
				  palette->strong, palette->off);
		render_escaped(out, problem->hint);
		rcn_buffer_char(out, '\n');
	}
	for (const struct rcn_related *related = problem->related; related; related = related->next)
		render_related(out, related, options);
}

static void render_count(struct rcn_buffer *out, size_t count, const char *name, bool *first)
{
	if (count == 0)
		return;
	rcn_buffer_format(out, "%s%zu %s%s", *first ? "" : ", ", count, name,
			  count == 1 ? "" : "s");
	*first = false;
}

static void render_summary(struct rcn_buffer *out, const struct rcn_diag *diag,
			   const struct rcn_render_options *options)
{
	size_t added = diag->errors + diag->warnings + diag->hints;
	bool first = true;

	render_count(out, diag->errors, "error", &first);
	render_count(out, diag->warnings, "warning", &first);
	if (!options->quiet)
		render_count(out, diag->hints, "note", &first);
	if (first)
		return;
	if (added > diag->count)
		rcn_buffer_format(out, " (%zu of them not shown)", added - diag->count);
	rcn_buffer_char(out, '\n');
}

static bool has_code(const struct rcn_diag *diag, enum rcn_code code)
{
	for (size_t i = 0; i < diag->count; i++)
		if (diag->problems[i]->code == code)
			return true;
	return false;
}

void rcn_render_diag(struct rcn_buffer *out, const struct rcn_diag *diag,
		     const struct rcn_render_options *options)
{
	for (size_t i = 0; i < diag->count; i++)
		rcn_render_problem(out, diag->problems[i], options);
	/* When memory ran out, that may be the very problem that could not be written down. */
	if (diag->memory_failed && !has_code(diag, RCN_CODE_NO_MEMORY))
		render_heading(out, RCN_PLACE_NONE, RCN_SEVERITY_ERROR, RCN_CODE_NO_MEMORY,
			       RCN_VIEW("out of memory: not every problem could be written down"),
			       choose_palette(options));
	render_summary(out, diag, options);
}
