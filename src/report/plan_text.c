/* A plan for people: totals first, then each group of actions, then what it rests on. */
#include <stdint.h>

#include "base/limits.h"
#include "report/report.h"
#include "report/text.h"

#define KEY_LIMIT    60
#define NAME_LIMIT   40
#define FIELD_LIMIT  60
#define VALUE_LIMIT  48
#define SHORT_COMMIT 12

struct group {
	const char *total; /* "to create" */
	const char *title; /* "Create" */
	enum rcn_report_style style;
};

static const struct group groups[RCN_ACTION_COUNT] = {
	[RCN_ACTION_DELETE] = { "to delete", "Delete", RCN_STYLE_RED },
	[RCN_ACTION_BLOCKED] = { "blocked", "Blocked", RCN_STYLE_MAGENTA },
	[RCN_ACTION_CREATE] = { "to create", "Create", RCN_STYLE_GREEN },
	[RCN_ACTION_UPDATE] = { "to update", "Update", RCN_STYLE_YELLOW },
	[RCN_ACTION_RETRY] = { "to retry", "Retry", RCN_STYLE_YELLOW },
	[RCN_ACTION_RESUME] = { "to resume", "Resume", RCN_STYLE_CYAN },
	[RCN_ACTION_ORPHAN] = { "without a manifest", "Without a manifest (nothing is done)",
				RCN_STYLE_MAGENTA },
	[RCN_ACTION_UNCHANGED] = { "unchanged", "Unchanged", RCN_STYLE_DIM },
};

/* "/address/city" as "address.city": a pointer's own escapes are undone. */
static void write_field(struct rcn_buffer *out, struct rcn_view pointer)
{
	for (size_t i = pointer.len > 0 && pointer.ptr[0] == '/'; i < pointer.len; i++) {
		char byte = pointer.ptr[i];

		if (byte == '~' && i + 1 < pointer.len)
			byte = pointer.ptr[++i] == '1' ? '/' : '~';
		else if (byte == '/')
			byte = '.';
		rcn_buffer_char(out, byte);
	}
}

static size_t write_field_cell(struct rcn_buffer *out, struct rcn_view pointer)
{
	struct rcn_buffer field = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t columns;

	write_field(&field, pointer);
	columns = rcn_report_cell(out, rcn_buffer_get(&field), FIELD_LIMIT);
	rcn_buffer_free(&field);
	return columns;
}

/* Old → new; returns the columns taken. */
static size_t write_values(struct rcn_buffer *out, const struct rcn_change *change,
			   const struct rcn_look *look)
{
	size_t limit = look->verbose ? SIZE_MAX : VALUE_LIMIT;
	size_t columns = 0;

	switch (change->type) {
	case RCN_CHANGE_ADDED:
		rcn_buffer_text(out, "+ ");
		return 2 + rcn_report_cell(out, change->new_value, limit);
	case RCN_CHANGE_REMOVED:
		rcn_buffer_text(out, "- ");
		return 2 + rcn_report_cell(out, change->old_value, limit);
	case RCN_CHANGE_CHANGED:
		columns = rcn_report_cell(out, change->old_value, limit);
		rcn_buffer_text(out, " → ");
		return columns + 3 + rcn_report_cell(out, change->new_value, limit);
	}
	return columns;
}

/* What the service can't change is what a blocked action is about. */
static bool change_is_shown(const struct rcn_action *action, const struct rcn_look *look)
{
	return action->type != RCN_ACTION_CREATE || look->verbose;
}

static void write_changes(struct rcn_buffer *out, const struct rcn_action *action,
			  const struct rcn_look *look)
{
	struct rcn_buffer scratch = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t field_width = 0, value_width = 0;

	if (!change_is_shown(action, look))
		return;
	for (size_t i = 0; i < action->change_count; i++) {
		const struct rcn_change *change = &action->changes[i];
		size_t field, value;

		rcn_buffer_clear(&scratch);
		field = write_field_cell(&scratch, change->pointer);
		rcn_buffer_clear(&scratch);
		value = write_values(&scratch, change, look);
		field_width = field > field_width ? field : field_width;
		/* One long value must not push the places of all others to the right. */
		if (value <= VALUE_LIMIT && value > value_width)
			value_width = value;
	}
	rcn_buffer_free(&scratch);
	for (size_t i = 0; i < action->change_count; i++) {
		const struct rcn_change *change = &action->changes[i];
		size_t columns;

		rcn_buffer_text(out, "      ");
		columns = write_field_cell(out, change->pointer);
		rcn_report_pad(out, columns, field_width);
		columns = write_values(out, change, look);
		if (!rcn_view_is_none(change->place.path) || change->immutable)
			rcn_report_pad(out, columns, value_width);
		rcn_report_style(out, look, RCN_STYLE_DIM);
		rcn_report_place(out, change->place);
		rcn_report_plain(out, look);
		if (change->immutable) {
			rcn_report_style(out, look, RCN_STYLE_MAGENTA);
			rcn_buffer_text(out, rcn_view_is_none(change->place.path)
						     ? "can't be changed"
						     : "  can't be changed");
			rcn_report_plain(out, look);
		}
		rcn_buffer_char(out, '\n');
	}
}

static void write_sentence(struct rcn_buffer *out, const char *before, struct rcn_view text)
{
	if (rcn_view_is_none(text))
		return;
	rcn_buffer_format(out, "      %s", before);
	(void)rcn_report_cell(out, text, SIZE_MAX);
	rcn_buffer_char(out, '\n');
}

static void write_action(struct rcn_buffer *out, const struct rcn_action *action, size_t key_width,
			 size_t name_width, const struct rcn_look *look)
{
	bool has_place = !rcn_view_is_none(action->place.path);
	bool has_name = !rcn_view_is_none(action->name);
	size_t columns;

	rcn_report_style(out, look, groups[action->type].style);
	rcn_buffer_format(out, "  %c ", rcn_action_sign(action->type));
	columns = rcn_report_cell(out, action->key, KEY_LIMIT);
	rcn_report_plain(out, look);
	if (has_name || (has_place && name_width > 0)) {
		rcn_report_pad(out, columns, key_width);
		columns = rcn_report_cell(out, action->name, NAME_LIMIT);
	}
	if (has_place) {
		rcn_report_pad(out, columns, name_width > 0 ? name_width : key_width);
		rcn_report_style(out, look, RCN_STYLE_DIM);
		rcn_report_place(out, action->place);
		rcn_report_plain(out, look);
	}
	rcn_buffer_char(out, '\n');
	write_changes(out, action, look);
	write_sentence(out, "", action->reason);
	write_sentence(out, "help: ", action->advice);
}

static size_t write_group(struct rcn_buffer *out, const struct rcn_plan *plan, size_t start,
			  const struct rcn_look *look)
{
	enum rcn_action_type type = plan->actions[start].type;
	size_t end = start, key_width = 0, name_width = 0;

	for (; end < plan->count && plan->actions[end].type == type; end++) {
		size_t key = rcn_report_cell_columns(plan->actions[end].key, KEY_LIMIT);
		size_t name = rcn_report_cell_columns(plan->actions[end].name, NAME_LIMIT);

		key_width = key > key_width ? key : key_width;
		name_width = name > name_width ? name : name_width;
	}
	rcn_buffer_char(out, '\n');
	rcn_report_style(out, look, RCN_STYLE_BOLD);
	rcn_buffer_text(out, groups[type].title);
	rcn_report_plain(out, look);
	rcn_buffer_char(out, '\n');
	for (size_t i = start; i < end; i++)
		write_action(out, &plan->actions[i], key_width, name_width, look);
	return end;
}

static void write_commit(struct rcn_buffer *out, const struct rcn_plan *plan)
{
	if (rcn_view_is_none(plan->commit)) {
		rcn_buffer_text(out, "the files on disk");
	} else {
		(void)rcn_report_cell(out, plan->commit, SHORT_COMMIT);
		/* The escape marks a cut; an abbreviated commit id needs no mark. */
		if (plan->commit.len > SHORT_COMMIT && out->len >= 3)
			rcn_buffer_truncate(out, out->len - 3);
		if (!rcn_view_is_none(plan->ref) && !rcn_view_equal(plan->ref, plan->commit)) {
			rcn_buffer_text(out, " (");
			(void)rcn_report_cell(out, plan->ref, KEY_LIMIT);
			rcn_buffer_char(out, ')');
		}
	}
	rcn_buffer_text(out, ", folder ");
	(void)rcn_report_cell(out, plan->folder, SIZE_MAX);
}

static void write_foot(struct rcn_buffer *out, const struct rcn_plan *plan,
		       const struct rcn_look *look)
{
	char hex[RCN_DIGEST_HEX_SIZE];

	rcn_digest_hex(&plan->digest, hex);
	rcn_buffer_text(out, "\nCommit    ");
	write_commit(out, plan);
	if (plan->requests > 0)
		rcn_buffer_format(out, "\nRequests  at least %zu, and those that ask for progress",
				  plan->requests);
	rcn_buffer_format(out, "\nDigest    %s\n", hex);
	if (plan->counts[RCN_ACTION_CREATE] > 0 && !look->verbose && !look->quiet)
		rcn_buffer_text(out, "\n--verbose shows the fields of new customers, too.\n");
}

void rcn_report_plan_text(struct rcn_buffer *out, const struct rcn_plan *plan,
			  const struct rcn_look *look)
{
	bool first = true;

	if (plan->count == 0) {
		rcn_buffer_format(out, "Nothing to do: %zu customer%s unchanged at ",
				  plan->counts[RCN_ACTION_UNCHANGED],
				  plan->counts[RCN_ACTION_UNCHANGED] == 1 ? " is" : "s are");
		write_commit(out, plan);
		rcn_buffer_text(out, ".\n");
		return;
	}
	rcn_report_style(out, look, RCN_STYLE_BOLD);
	rcn_buffer_text(out, "Plan: ");
	for (int type = 0; type < RCN_ACTION_COUNT; type++)
		rcn_report_count(out, &first, plan->counts[type], groups[type].total);
	rcn_report_plain(out, look);
	rcn_buffer_char(out, '\n');
	for (size_t i = 0; i < plan->count;)
		i = write_group(out, plan, i, look);
	write_foot(out, plan, look);
}
