#include "base/limits.h"
#include "base/text.h"
#include "data/yaml_internal.h"

#define FAULTS_SHOWN      100 /* of one file; a photograph has a million */
#define BYTE_ORDER_MARK   0xFEFF
#define CONFLICT_MARK_LEN 7

struct scan {
	const struct rcn_file *file;
	struct rcn_diag *diag;
	struct rcn_view text;
	size_t position;
	uint32_t line, column;
	size_t faults;
	enum rcn_status status;
};

const char *rcn_yaml_refused(uint32_t code_point)
{
	if (code_point == 0x2028 || code_point == 0x2029)
		return "the line separator";
	if (code_point == BYTE_ORDER_MARK)
		return "a byte order mark inside the text,";
	if (code_point == 0xFFFE || code_point == 0xFFFF)
		return "the noncharacter";
	if (code_point >= 0x7F && rcn_text_is_control(code_point))
		return "the control character";
	if (code_point < 0x20 && rcn_text_is_control(code_point))
		return "the control character";
	if (rcn_text_is_bidirectional(code_point))
		return "the bidirectional control character";
	return NULL;
}

static struct rcn_span span_here(const struct scan *scan)
{
	return (struct rcn_span){ scan->file, scan->line, scan->column, scan->line,
				  scan->column + 1 };
}

/* True when this fault is one of those that are shown. */
static bool count_fault(struct scan *scan)
{
	scan->status = RCN_ERROR_INVALID;
	scan->faults++;
	if (scan->faults == FAULTS_SHOWN + 1)
		rcn_problem_hint(rcn_diag_error(scan->diag, RCN_CODE_YAML_CHARACTER,
						span_here(scan),
						"more such bytes and characters follow; the first "
						"%d are shown",
						FAULTS_SHOWN),
				 "is this a text file?");
	return scan->faults <= FAULTS_SHOWN;
}

static void report_byte(struct scan *scan, unsigned char byte)
{
	if (!count_fault(scan))
		return;
	rcn_problem_hint(rcn_diag_error(scan->diag, RCN_CODE_YAML_ENCODING, span_here(scan),
					"the byte 0x%02X is not UTF-8", byte),
			 "save the file as UTF-8");
}

static void report_character(struct scan *scan, uint32_t code_point, const char *what)
{
	struct rcn_problem *problem;

	if (!count_fault(scan))
		return;
	problem = rcn_diag_error(scan->diag, RCN_CODE_YAML_CHARACTER, span_here(scan),
				 "%s U+%04X must not be in a manifest", what, code_point);
	if (code_point == '\r')
		rcn_problem_hint(problem, "end lines with LF, or CR and LF");
	else
		rcn_problem_hint(problem, "remove it; it can't be seen in most editors");
}

/* Everything but printable ASCII and line feeds, which the loop below passes over. */
static void check_character(struct scan *scan)
{
	const size_t start = scan->position;
	const uint32_t code_point = rcn_utf8_next(scan->text, &scan->position);
	const char *what;

	if (code_point == UINT32_MAX) {
		report_byte(scan, (unsigned char)scan->text.ptr[start]);
	} else if (code_point == '\r') {
		if (scan->position >= scan->text.len || scan->text.ptr[scan->position] != '\n')
			report_character(scan, code_point,
					 "a carriage return without a line feed,");
	} else {
		what = rcn_yaml_refused(code_point);
		if (what)
			report_character(scan, code_point, what);
	}
	scan->column++;
}

static bool is_mark(struct rcn_view rest, char byte)
{
	if (rest.len < CONFLICT_MARK_LEN)
		return false;
	for (size_t i = 0; i < CONFLICT_MARK_LEN; i++)
		if (rest.ptr[i] != byte)
			return false;
	return rest.len == CONFLICT_MARK_LEN || strchr(" \r\n", rest.ptr[CONFLICT_MARK_LEN]);
}

/* A conflict is reported once, with its three marks, instead of libyaml's confusion. */
static void check_conflict(struct scan *scan, struct rcn_problem **conflict)
{
	const struct rcn_view rest = rcn_view_from(scan->text, scan->position);
	const struct rcn_span span = { scan->file, scan->line, 1, scan->line,
				       1 + CONFLICT_MARK_LEN };

	if (is_mark(rest, '<')) {
		*conflict = rcn_diag_error(scan->diag, RCN_CODE_YAML_CONFLICT, span,
					   "an unresolved merge conflict begins here");
		rcn_problem_hint(*conflict, "keep the right lines and remove the marks");
		scan->status = RCN_ERROR_INVALID;
	} else if (*conflict && is_mark(rest, '=')) {
		rcn_problem_related(*conflict, span, "the other side begins here");
	} else if (*conflict && is_mark(rest, '>')) {
		rcn_problem_related(*conflict, span, "it ends here");
		*conflict = NULL;
	}
}

static void scan_text(struct scan *scan)
{
	struct rcn_problem *conflict = NULL;

	while (scan->position < scan->text.len) {
		const unsigned char byte = (unsigned char)scan->text.ptr[scan->position];

		if (scan->column == 1 && (byte == '<' || byte == '=' || byte == '>'))
			check_conflict(scan, &conflict);
		if ((byte >= 0x20 && byte < 0x7F) || byte == '\t') {
			scan->position++;
			scan->column++;
		} else if (byte == '\n') {
			scan->position++;
			scan->line++;
			scan->column = 1;
		} else {
			check_character(scan);
		}
	}
}

/* UTF-16 and UTF-32 have a mark at the start, or a NUL in their first two characters. */
static bool is_wide(struct rcn_view text)
{
	if (text.len < 2)
		return false;
	return memcmp(text.ptr, "\xFF\xFE", 2) == 0 || memcmp(text.ptr, "\xFE\xFF", 2) == 0 ||
	       (text.ptr[0] == '\0') != (text.ptr[1] == '\0');
}

enum rcn_status rcn_yaml_check_text(const struct rcn_file *file, struct rcn_diag *diag)
{
	struct scan scan = { .file = file,
			     .diag = diag,
			     .text = file->text,
			     .line = 1,
			     .column = 1,
			     .status = RCN_OK };

	if (file->text.len > RCN_LIMIT_FILE_BYTES) {
		rcn_problem_hint(rcn_diag_error(diag, RCN_CODE_YAML_FILE_SIZE,
						(struct rcn_span){ file, 1, 1, 0, 0 },
						"the file has %zu bytes; at most %d are read",
						file->text.len, RCN_LIMIT_FILE_BYTES),
				 "one customer a file is best");
		return RCN_ERROR_LIMIT;
	}
	if (is_wide(file->text)) {
		rcn_problem_hint(rcn_diag_error(diag, RCN_CODE_YAML_ENCODING,
						(struct rcn_span){ file, 1, 1, 0, 0 },
						"the file is UTF-16 or UTF-32, or no text"),
				 "save the file as UTF-8");
		return RCN_ERROR_INVALID;
	}
	if (rcn_view_starts_with(file->text, RCN_VIEW("\xEF\xBB\xBF")))
		scan.position = 3;
	scan_text(&scan);
	return scan.status;
}
