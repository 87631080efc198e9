/* What the state knows, as tables and one by one. */
#include <stdint.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "report/report.h"
#include "report/text.h"

#define KEY_LIMIT    60
#define NAME_LIMIT   40
#define STATUS_LIMIT 40

struct rcn_view rcn_report_record_name(struct rcn_arena *arena, const struct rcn_record *record)
{
	struct rcn_view body = rcn_view_is_none(record->body) ? record->intent_body : record->body;
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	if (rcn_view_is_none(body) || rcn_json_read(body, arena, &node, &reason, &offset) != RCN_OK)
		return RCN_VIEW_NONE;
	return rcn_node_string(
		rcn_node_get(rcn_node_get(node, RCN_VIEW("customerInfo")), RCN_VIEW("name")));
}

/* The service's word, or what is known instead. */
static struct rcn_view shown_status(const struct rcn_record *record)
{
	if (!rcn_view_is_none(record->error) && rcn_view_is_none(record->status))
		return RCN_VIEW("refused");
	if (!rcn_view_is_none(record->status))
		return record->status;
	return record->intent == RCN_INTENT_NONE ? RCN_VIEW("unknown") : RCN_VIEW("in flight");
}

static enum rcn_report_style status_style(const struct rcn_record *record)
{
	switch (rcn_phase_of(record->status)) {
	case RCN_PHASE_DONE:
		return RCN_STYLE_GREEN;
	case RCN_PHASE_DEGRADED:
		return RCN_STYLE_YELLOW;
	case RCN_PHASE_FAILED:
		return RCN_STYLE_RED;
	case RCN_PHASE_NONE:
	case RCN_PHASE_BUSY:
	case RCN_PHASE_REVIEW:
		break;
	}
	return rcn_view_is_none(record->error) ? RCN_STYLE_CYAN : RCN_STYLE_RED;
}

struct row {
	struct rcn_view cells[3]; /* key, status, name */
	struct rcn_view last;
};

static struct row make_row(struct rcn_arena *arena, const struct rcn_record *record)
{
	struct row row = { { record->key, shown_status(record), RCN_VIEW_NONE }, record->url };

	row.cells[2] = rcn_report_record_name(arena, record);
	return row;
}

static const size_t limits[3] = { KEY_LIMIT, STATUS_LIMIT, NAME_LIMIT };

static void write_row(struct rcn_buffer *out, const struct row *row, const size_t widths[3],
		      enum rcn_report_style style, const struct rcn_look *look)
{
	size_t columns = rcn_report_cell(out, row->cells[0], limits[0]);

	rcn_report_pad(out, columns, widths[0]);
	rcn_report_style(out, look, style);
	columns = rcn_report_cell(out, row->cells[1], limits[1]);
	rcn_report_plain(out, look);
	if (widths[2] > 0) {
		rcn_report_pad(out, columns, widths[1]);
		columns = rcn_report_cell(out, row->cells[2], limits[2]);
	}
	if (!rcn_view_is_none(row->last)) {
		rcn_report_pad(out, columns, widths[2] > 0 ? widths[2] : widths[1]);
		(void)rcn_report_cell(out, row->last, SIZE_MAX);
	}
	rcn_buffer_char(out, '\n');
}

static void count_phases(struct rcn_buffer *out, const struct rcn_records_view *records)
{
	size_t provisioned = 0, busy = 0, failed = 0, refused = 0, in_flight = 0;
	bool first = true;

	for (size_t i = 0; i < records->count; i++) {
		enum rcn_phase phase = rcn_phase_of(records->records[i]->status);

		provisioned += phase == RCN_PHASE_DONE;
		failed += phase == RCN_PHASE_DEGRADED || phase == RCN_PHASE_FAILED;
		busy += rcn_phase_is_busy(phase);
		if (phase == RCN_PHASE_NONE) {
			refused += !rcn_view_is_none(records->records[i]->error);
			in_flight += rcn_view_is_none(records->records[i]->error);
		}
	}
	rcn_buffer_format(out, "\n%zu customer%s", records->count, records->count == 1 ? "" : "s");
	if (records->count > 0)
		rcn_buffer_text(out, ": ");
	rcn_report_count(out, &first, provisioned, "provisioned");
	rcn_report_count(out, &first, busy, "busy");
	rcn_report_count(out, &first, failed, "with errors");
	rcn_report_count(out, &first, refused, "refused");
	rcn_report_count(out, &first, in_flight, "not known yet");
	rcn_buffer_char(out, '\n');
}

void rcn_report_status_text(struct rcn_buffer *out, const struct rcn_records_view *records,
			    const struct rcn_look *look)
{
	static const struct row head = { { { "CUSTOMER", 8 }, { "STATUS", 6 }, { "NAME", 4 } },
					 { "URL", 3 } };
	size_t widths[3] = { 8, 6, 0 };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_PLAN_BYTES);

	if (records->count == 0) {
		rcn_buffer_text(out, "No customers in the state: nothing was applied yet.\n");
		return;
	}
	for (size_t i = 0; i < records->count; i++) {
		struct row row = make_row(&arena, records->records[i]);

		for (size_t j = 0; j < 3; j++) {
			size_t columns = rcn_report_cell_columns(row.cells[j], limits[j]);

			widths[j] = columns > widths[j] ? columns : widths[j];
		}
		rcn_arena_reset(&arena);
	}
	if (widths[2] > 0 && widths[2] < head.cells[2].len)
		widths[2] = head.cells[2].len;
	if (!look->quiet)
		write_row(out, &head, widths, RCN_STYLE_BOLD, look);
	for (size_t i = 0; i < records->count; i++) {
		struct row row = make_row(&arena, records->records[i]);

		write_row(out, &row, widths, status_style(records->records[i]), look);
		if (look->verbose && !rcn_view_is_none(records->records[i]->error)) {
			rcn_buffer_text(out, "    ");
			(void)rcn_report_cell(out, records->records[i]->error, SIZE_MAX);
			rcn_buffer_char(out, '\n');
		}
		rcn_arena_reset(&arena);
	}
	rcn_arena_free(&arena);
	if (!look->quiet)
		count_phases(out, records);
}

void rcn_report_records_text(struct rcn_buffer *out, const struct rcn_records_view *records,
			     const struct rcn_look *look)
{
	size_t widths[2] = { 8, 10 };

	if (records->count == 0) {
		rcn_buffer_text(out, "The state holds no records.\n");
		return;
	}
	for (size_t i = 0; i < records->count; i++) {
		size_t key = rcn_report_cell_columns(records->records[i]->key, KEY_LIMIT);

		widths[0] = key > widths[0] ? key : widths[0];
	}
	for (size_t i = 0; i < records->count; i++) {
		const struct rcn_record *record = records->records[i];
		const char *word = rcn_record_is_unsettled(record) ? "unsettled" : "settled";

		rcn_report_pad(out, rcn_report_cell(out, record->key, KEY_LIMIT), widths[0]);
		rcn_report_style(out, look,
				 rcn_record_is_unsettled(record) ? RCN_STYLE_YELLOW
								 : RCN_STYLE_GREEN);
		rcn_buffer_text(out, word);
		rcn_report_plain(out, look);
		rcn_report_pad(out, strlen(word), widths[1]);
		(void)rcn_report_cell(out, record->path, SIZE_MAX);
		rcn_buffer_char(out, '\n');
	}
}

static void write_line(struct rcn_buffer *out, const char *name, struct rcn_view text)
{
	if (rcn_view_is_none(text))
		return;
	rcn_buffer_format(out, "%-14s", name);
	(void)rcn_report_cell(out, text, SIZE_MAX);
	rcn_buffer_char(out, '\n');
}

static void write_time(struct rcn_buffer *out, const char *name, int64_t wall_ms)
{
	char text[RCN_TIME_SIZE];

	if (wall_ms == 0)
		return;
	rcn_time_format(wall_ms, text);
	rcn_buffer_format(out, "%-14s%s\n", name, text);
}

static void write_body(struct rcn_buffer *out, const char *title, struct rcn_view body)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_PLAN_BYTES);
	struct rcn_node *node = NULL;
	struct rcn_json json;
	const char *reason;
	size_t offset;

	if (rcn_view_is_none(body))
		return;
	rcn_buffer_format(out, "\n%s\n", title);
	if (rcn_json_read(body, &arena, &node, &reason, &offset) == RCN_OK) {
		rcn_json_begin(&json, out, 2);
		rcn_json_node(&json, node);
	} else {
		rcn_text_escape(out, body, SIZE_MAX);
	}
	rcn_buffer_char(out, '\n');
	rcn_arena_free(&arena);
}

void rcn_report_record_text(struct rcn_buffer *out, const struct rcn_record *record,
			    const struct rcn_look *look)
{
	write_line(out, "customer", record->key);
	write_line(out, "manifest", record->path);
	rcn_buffer_format(out, "%-14s", "status");
	rcn_report_style(out, look, status_style(record));
	(void)rcn_report_cell(out, shown_status(record), STATUS_LIMIT);
	rcn_report_plain(out, look);
	rcn_buffer_char(out, '\n');
	write_line(out, "url", record->url);
	write_line(out, "org id", record->org_id);
	write_line(out, "sub-partner", record->sub_partner);
	write_line(out, "commit", record->commit);
	if (record->protect)
		write_line(out, "protected", RCN_VIEW("yes: it is never deleted"));
	if (record->adopted)
		write_line(out, "adopted", RCN_VIEW("yes: it existed before its first apply"));
	if (record->intent != RCN_INTENT_NONE) {
		write_line(out, "open request", rcn_view_of(rcn_intent_name(record->intent)));
		write_time(out, "since", record->intent_at);
	}
	write_line(out, "last error", record->error);
	write_line(out, "error code", record->error_code);
	write_line(out, "tracking id", record->tracking_id);
	write_time(out, "created", record->created_at);
	write_time(out, "updated", record->updated_at);
	write_time(out, "checked", record->checked_at);
	write_body(out, "last applied", record->body);
	write_body(out, "being sent", record->intent_body);
}
