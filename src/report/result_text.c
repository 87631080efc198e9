/* What an apply came to, for people: who needs attention, the new URLs, one summary line. */
#include <stdint.h>

#include "base/clock.h"
#include "report/report.h"
#include "report/text.h"

#define KEY_LIMIT  60
#define URLS_SHOWN 50 /* above it they are counted, --verbose shows all */

/* Its URL became known in this run. */
static bool is_new(const struct rcn_result *result, size_t i)
{
	const struct rcn_action *action = &result->plan->actions[i];
	enum rcn_result_type type = result->actions[i].type;

	if (rcn_view_is_none(result->actions[i].url) ||
	    (type != RCN_RESULT_DONE && type != RCN_RESULT_ADOPTED))
		return false;
	return type == RCN_RESULT_ADOPTED || action->type == RCN_ACTION_CREATE ||
	       (action->has_record && rcn_view_is_none(action->record.url));
}

static bool is_unknown(const struct rcn_result *result, size_t i)
{
	return result->actions[i].type == RCN_RESULT_UNKNOWN;
}

static bool is_failed(const struct rcn_result *result, size_t i)
{
	enum rcn_result_type type = result->actions[i].type;

	return type == RCN_RESULT_FAILED ||
	       (type == RCN_RESULT_BLOCKED && rcn_action_is_work(result->plan->actions[i].type));
}

static bool is_busy(const struct rcn_result *result, size_t i)
{
	return result->actions[i].type == RCN_RESULT_BUSY;
}

static bool is_blocked(const struct rcn_result *result, size_t i)
{
	return result->actions[i].type == RCN_RESULT_BLOCKED &&
	       result->plan->actions[i].type == RCN_ACTION_BLOCKED;
}

static void write_line(struct rcn_buffer *out, const struct rcn_result *result, size_t i,
		       size_t width)
{
	const struct rcn_action *action = &result->plan->actions[i];
	const struct rcn_action_result *done = &result->actions[i];
	struct rcn_view reason = done->reason;

	if (rcn_view_is_none(reason))
		reason = is_new(result, i) || is_busy(result, i) ? RCN_VIEW_NONE : action->reason;
	rcn_buffer_format(out, "  %c ", rcn_action_sign(action->type));
	rcn_report_pad(out, rcn_report_cell(out, action->key, KEY_LIMIT), width);
	if (is_new(result, i)) {
		(void)rcn_report_cell(out, done->url, SIZE_MAX);
	} else {
		(void)rcn_report_cell(out,
				      rcn_view_is_none(done->status) || is_unknown(result, i)
					      ? rcn_view_of(rcn_result_name(done->type))
					      : done->status,
				      KEY_LIMIT);
		if (is_busy(result, i) && !rcn_view_is_none(done->url)) {
			rcn_buffer_text(out, "  ");
			(void)rcn_report_cell(out, done->url, SIZE_MAX);
		}
	}
	if (!rcn_view_is_none(reason)) {
		rcn_buffer_text(out, ": ");
		(void)rcn_report_cell(out, reason, SIZE_MAX);
	}
	if (!is_new(result, i) && !rcn_view_is_none(done->tracking_id)) {
		rcn_buffer_text(out, " (tracking id ");
		(void)rcn_report_cell(out, done->tracking_id, SIZE_MAX);
		rcn_buffer_char(out, ')');
	}
	rcn_buffer_char(out, '\n');
}

static void write_section(struct rcn_buffer *out, const struct rcn_result *result,
			  const char *title, enum rcn_report_style style,
			  bool (*belongs)(const struct rcn_result *, size_t), size_t limit,
			  const struct rcn_look *look)
{
	size_t count = 0, width = 0;

	for (size_t i = 0; i < result->count; i++) {
		size_t columns;

		if (!belongs(result, i))
			continue;
		count++;
		columns = rcn_report_cell_columns(result->plan->actions[i].key, KEY_LIMIT);
		width = columns > width ? columns : width;
	}
	if (count == 0)
		return;
	rcn_report_style(out, look, style);
	rcn_buffer_text(out, title);
	rcn_report_plain(out, look);
	rcn_buffer_char(out, '\n');
	if (count > limit) {
		rcn_buffer_format(out, "  %zu customers; `reconcile status` lists their URLs\n\n",
				  count);
		return;
	}
	for (size_t i = 0; i < result->count; i++)
		if (belongs(result, i))
			write_line(out, result, i, width);
	rcn_buffer_char(out, '\n');
}

static void write_summary(struct rcn_buffer *out, const struct rcn_result *result,
			  const struct rcn_look *look)
{
	const struct rcn_result_counts *counts = &result->counts;
	char duration[RCN_DURATION_SIZE];
	size_t unknown = 0;
	bool first = true;

	for (size_t i = 0; i < result->count; i++)
		unknown += is_unknown(result, i);

	rcn_report_style(out, look, RCN_STYLE_BOLD);
	rcn_buffer_text(out, result->interrupted        ? "Interrupted: "
			     : result->status != RCN_OK ? "Stopped: "
							: "Applied: ");
	rcn_report_count(out, &first, counts->created, "created");
	rcn_report_count(out, &first, counts->adopted, "adopted");
	rcn_report_count(out, &first, counts->updated, "updated");
	rcn_report_count(out, &first, counts->deleted, "deleted");
	rcn_report_count(out, &first, counts->retried, "retried");
	rcn_report_count(out, &first, counts->resumed, "resumed");
	rcn_report_count(out, &first, counts->busy, "still busy");
	/* The counts take what is not known yet for failed; people need not worry. */
	rcn_report_count(out, &first, counts->failed > unknown ? counts->failed - unknown : 0,
			 "failed");
	rcn_report_count(out, &first, unknown, "to be found out");
	rcn_report_count(out, &first, counts->blocked, "blocked");
	rcn_report_count(out, &first, counts->skipped, "not started");
	rcn_report_count(out, &first, result->plan->counts[RCN_ACTION_UNCHANGED], "unchanged");
	if (first)
		rcn_buffer_text(out, "nothing to do");
	rcn_report_plain(out, look);
	if (counts->requests > 0) {
		rcn_duration_format(result->ended_at - result->started_at, duration);
		rcn_buffer_format(out, " (%zu request%s in %s", counts->requests,
				  counts->requests == 1 ? "" : "s", duration);
		if (counts->refused > 0)
			rcn_buffer_format(out, ", slowed down %zu times", counts->refused);
		rcn_buffer_char(out, ')');
	}
	rcn_buffer_char(out, '\n');
	if (counts->adopted > 0 && !look->quiet)
		rcn_buffer_text(out,
				"Adopted customers were compared in what the API shows (address, "
				"packages);\nwhat it does not show is taken to be as their "
				"manifests say.\n");
	if (counts->busy > 0 && !look->quiet)
		rcn_buffer_text(out,
				"The service still works on some; run again to follow them.\n");
}

void rcn_report_result_text(struct rcn_buffer *out, const struct rcn_result *result,
			    const struct rcn_look *look)
{
	size_t limit = look->verbose ? SIZE_MAX : URLS_SHOWN;

	write_section(out, result, "Created", RCN_STYLE_GREEN, is_new, limit, look);
	write_section(out, result, "Still busy", RCN_STYLE_CYAN, is_busy, SIZE_MAX, look);
	write_section(out, result, "Blocked", RCN_STYLE_MAGENTA, is_blocked, SIZE_MAX, look);
	write_section(out, result, "Outcome not known yet: the next run finds it out",
		      RCN_STYLE_YELLOW, is_unknown, SIZE_MAX, look);
	write_section(out, result, "Failed", RCN_STYLE_RED, is_failed, SIZE_MAX, look);
	write_summary(out, result, look);
}
