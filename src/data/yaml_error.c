#include "base/text.h"
#include "data/yaml_internal.h"

/* What libyaml says, and what we say. A context, when given, must fit too. */
struct wording {
	const char *problem;
	const char *context;
	const char *message;
	const char *hint;
	const char *related; /* said at the context's place; NULL: nothing */
};

static const struct wording wordings[] = {
	{ "did not find expected key", "while parsing a block mapping",
	  "this line does not fit into the mapping around it",
	  "fields of one mapping stand in the same column, those of a nested one deeper",
	  "the mapping begins here" },
	{ "did not find expected '-' indicator", NULL, "expected the next item of the list, `- `",
	  "items of one list stand in the same column", "the list begins here" },
	{ "did not find expected ',' or ']'", NULL, "expected `,` or `]`", NULL,
	  "the list that is not closed begins here" },
	{ "did not find expected ',' or '}'", NULL, "expected `,` or `}`", NULL,
	  "the mapping that is not closed begins here" },
	{ "could not find expected ':'", NULL, "expected `: ` behind a key before this place",
	  "a key and its value are written as `key: value`", "this was taken for a key" },
	{ "mapping values are not allowed in this context", NULL, "a `:` can't stand here",
	  "is the line indented rightly? A value that holds `: ` has to be quoted", NULL },
	{ "block sequence entries are not allowed in this context", NULL,
	  "an item of a list (`- `) can't stand here", "put the list on lines of its own", NULL },
	{ "found unexpected end of stream", "while scanning a quoted scalar",
	  "a quotation mark is never closed", NULL, "it is opened here" },
	{ "found unexpected document indicator", "while scanning a quoted scalar",
	  "a quotation mark is not closed before the document ends", NULL, "it is opened here" },
	{ "found unknown escape character", NULL, "an unknown escape behind `\\`",
	  "write `\\\\` for a backslash, or use single quotes", "the text begins here" },
	{ "found invalid Unicode character escape code", NULL,
	  "an escape that stands for no character", "write the character itself",
	  "the text begins here" },
	{ "did not find expected hexdecimal number", NULL,
	  "hexadecimal digits are missing behind `\\x`, `\\u` or `\\U`", NULL,
	  "the text begins here" },
	{ "did not find expected node content", NULL, "expected a value", NULL, NULL },
	{ "did not find expected <document start>", NULL,
	  "this does not belong to the value before it, and no new document begins",
	  "is the line indented rightly? Documents are separated by a line `---`", NULL },
	{ "found incompatible YAML document", NULL, "a version of YAML that is not known",
	  "remove the `%YAML` line", NULL },
	{ "found unknown directive name", NULL, "an unknown directive",
	  "quote a value that begins with `%`", NULL },
	{ "found a tab character that violates indentation", NULL, NULL, NULL, NULL },
	{ "found a tab character where an indentation space is expected", NULL, NULL, NULL, NULL },
	{ "found undefined tag handle", NULL, "a tag, which is refused", "remove the tag", NULL },
	{ "did not find expected alphabetic or numeric character", NULL,
	  "a name of letters and digits is missing behind `&` or `*`",
	  "quote text that begins with `&` or `*`", NULL },
	{ "did not find expected comment or line break", NULL,
	  "only a comment may stand behind `|` or `>`", NULL, NULL },
	{ "found unexpected ':'", NULL, "a `:` can't stand in unquoted text here", "quote the text",
	  NULL },
};

static const struct wording *find_wording(const char *problem, const char *context)
{
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++) {
		const struct wording *wording = &wordings[i];

		if (strcmp(problem, wording->problem) == 0 &&
		    (!wording->context || (context && strcmp(context, wording->context) == 0)))
			return wording;
	}
	return NULL;
}

/* The column of a tab in the blanks at the line's start; 0 when there is none. */
static uint32_t find_tab(struct rcn_view line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\t')
			return (uint32_t)i + 1;
		if (line.ptr[i] != ' ')
			return 0;
	}
	return 0;
}

/* The character at a column, as a view; absent behind the end. */
static struct rcn_view character_at(struct rcn_view line, uint32_t column)
{
	size_t position = 0, start = 0;

	for (uint32_t i = 0; i < column; i++) {
		if (position >= line.len)
			return RCN_VIEW_NONE;
		start = position;
		rcn_utf8_next(line, &position);
	}
	return rcn_view_make(line.ptr + start, position - start);
}

static struct rcn_span span_of(const struct rcn_file *file, struct rcn_yaml_mark mark)
{
	return (struct rcn_span){ file, mark.line, mark.column, 0, 0 };
}

/* Tabs make libyaml complain here and there, on this line or on the next. */
static bool report_tab(const struct rcn_file *file, struct rcn_yaml_mark at, struct rcn_diag *diag)
{
	for (uint32_t line = at.line; line > 0 && line + 1 >= at.line; line--) {
		const uint32_t column = find_tab(rcn_file_line(file, line));

		if (column == 0)
			continue;
		rcn_problem_hint(
			rcn_diag_error(diag, RCN_CODE_YAML_TAB,
				       (struct rcn_span){ file, line, column, line, column + 1 },
				       "a tab indents this line; YAML takes spaces only"),
			"replace each tab at the line's start by spaces");
		return true;
	}
	return false;
}

static bool report_start(const struct rcn_file *file, struct rcn_yaml_mark at,
			 struct rcn_diag *diag)
{
	const struct rcn_view character = character_at(rcn_file_line(file, at.line), at.column);

	if (rcn_view_is_none(character) || character.len == 0)
		return false;
	if (character.ptr[0] == '\t')
		rcn_problem_hint(rcn_diag_error(diag, RCN_CODE_YAML_TAB, span_of(file, at),
						"a tab can't stand here"),
				 "use spaces");
	else
		rcn_problem_hint(rcn_diag_error(diag, RCN_CODE_YAML_SYNTAX, span_of(file, at),
						"`%.*s` can't begin an unquoted value",
						RCN_VIEW_ARGS(character)),
				 "quote the value");
	return true;
}

void rcn_yaml_report_syntax(const struct rcn_file *file, const char *problem,
			    struct rcn_yaml_mark at, const char *context,
			    struct rcn_yaml_mark context_at, struct rcn_diag *diag)
{
	const struct wording *wording = find_wording(problem, context);
	enum rcn_code code = RCN_CODE_YAML_SYNTAX;
	struct rcn_problem *reported;
	const char *related = "this began here";

	if (report_tab(file, at, diag))
		return;
	if (strcmp(problem, "found character that cannot start any token") == 0 &&
	    report_start(file, at, diag))
		return;
	if (strcmp(problem, "found incompatible YAML document") == 0)
		code = RCN_CODE_YAML_VERSION;
	if (wording && wording->message) {
		reported = rcn_diag_error(diag, code, span_of(file, at), "%s", wording->message);
		if (wording->hint)
			rcn_problem_hint(reported, "%s", wording->hint);
		related = wording->related;
	} else {
		reported = rcn_diag_error(diag, code, span_of(file, at), "not readable as YAML: %s",
					  problem);
	}
	if (related && context_at.line > 0 &&
	    (context_at.line != at.line || context_at.column != at.column))
		rcn_problem_related(reported, span_of(file, context_at), "%s", related);
}
