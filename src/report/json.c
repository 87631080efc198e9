/* The JSON documents. They carry format_version; their schemas are in schemas/. */
#include "base/clock.h"
#include "base/limits.h"
#include "report/report.h"

static void write_time(struct rcn_json *json, const char *key, int64_t wall_ms)
{
	char text[RCN_TIME_SIZE];

	if (wall_ms == 0)
		return;
	rcn_time_format(wall_ms, text);
	rcn_json_member_text(json, key, text);
}

static void write_known(struct rcn_json *json, const char *key, struct rcn_view text)
{
	if (!rcn_view_is_none(text))
		rcn_json_member_string(json, key, text);
}

static void write_place(struct rcn_json *json, struct rcn_place place)
{
	write_known(json, "path", place.path);
	if (place.line > 0)
		rcn_json_member_integer(json, "line", place.line);
	if (place.column > 0)
		rcn_json_member_integer(json, "column", place.column);
}

/* The canonical content is an object; its digest, which can't be part of it, is put in
 * front, so that a reader finds both in one document. */
void rcn_report_plan_json(struct rcn_buffer *out, const struct rcn_plan *plan)
{
	size_t start = out->len;
	char hex[RCN_DIGEST_HEX_SIZE];
	struct rcn_buffer content = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_view text;

	rcn_digest_hex(&plan->digest, hex);
	if (rcn_plan_canonical(plan, &content) != RCN_OK || rcn_buffer_status(&content) != RCN_OK ||
	    content.len < 2) {
		/* The caller looks at the status of `out` alone. */
		out->status = rcn_buffer_status(&content) != RCN_OK ? rcn_buffer_status(&content)
								    : RCN_ERROR_MEMORY;
		rcn_buffer_free(&content);
		return;
	}
	text = rcn_buffer_get(&content);
	rcn_buffer_format(out, "{\"digest\":\"%s\"%s", hex, text.ptr[1] == '}' ? "" : ",");
	rcn_buffer_view(out, rcn_view_from(text, 1));
	rcn_buffer_free(&content);
	if (out->len > start)
		rcn_buffer_char(out, '\n');
}

static void write_counts(struct rcn_json *json, const struct rcn_result_counts *counts)
{
	const struct {
		const char *name;
		size_t count;
	} all[] = {
		{ "actions", counts->actions },   { "done", counts->done },
		{ "created", counts->created },   { "updated", counts->updated },
		{ "deleted", counts->deleted },   { "adopted", counts->adopted },
		{ "retried", counts->retried },   { "resumed", counts->resumed },
		{ "busy", counts->busy },         { "failed", counts->failed },
		{ "blocked", counts->blocked },   { "skipped", counts->skipped },
		{ "requests", counts->requests }, { "refused", counts->refused },
	};

	rcn_json_key(json, "counts");
	rcn_json_object(json);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		rcn_json_member_integer(json, all[i].name, (int64_t)all[i].count);
	rcn_json_end(json);
}

static void write_action(struct rcn_json *json, const struct rcn_action *action,
			 const struct rcn_action_result *result)
{
	rcn_json_object(json);
	rcn_json_member_string(json, "key", action->key);
	rcn_json_member_text(json, "action", rcn_action_name(action->type));
	rcn_json_member_text(json, "result", rcn_result_name(result->type));
	write_place(json, action->place);
	write_known(json, "url", result->url);
	write_known(json, "status", result->status);
	write_known(json, "reason", result->reason);
	write_known(json, "code", result->code);
	write_known(json, "tracking_id", result->tracking_id);
	if (result->requests > 0)
		rcn_json_member_integer(json, "requests", result->requests);
	write_time(json, "started_at", result->started_at);
	write_time(json, "ended_at", result->ended_at);
	rcn_json_end(json);
}

void rcn_report_result_json(struct rcn_buffer *out, const struct rcn_result *result)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_member_text(&json, "status", rcn_status_name(result->status));
	rcn_json_member_boolean(&json, "interrupted", result->interrupted);
	write_time(&json, "started_at", result->started_at);
	write_time(&json, "ended_at", result->ended_at);
	write_counts(&json, &result->counts);
	rcn_json_key(&json, "actions");
	rcn_json_list(&json);
	for (size_t i = 0; i < result->count; i++)
		write_action(&json, &result->plan->actions[i], &result->actions[i]);
	rcn_json_end(&json);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

static void write_problem(struct rcn_json *json, const struct rcn_problem *problem)
{
	const struct rcn_code_entry *code = rcn_code_find(problem->code);

	rcn_json_object(json);
	if (code)
		rcn_json_member_text(json, "code", code->label);
	rcn_json_member_text(json, "severity", rcn_severity_name(problem->severity));
	rcn_json_member_string(json, "message", problem->message);
	write_known(json, "hint", problem->hint);
	write_place(json, problem->place);
	if (problem->end_line > 0)
		rcn_json_member_integer(json, "end_line", problem->end_line);
	if (problem->end_column > 0)
		rcn_json_member_integer(json, "end_column", problem->end_column);
	write_known(json, "key", problem->key);
	write_known(json, "pointer", problem->pointer);
	if (problem->related) {
		rcn_json_key(json, "related");
		rcn_json_list(json);
		for (const struct rcn_related *related = problem->related; related;
		     related = related->next) {
			rcn_json_object(json);
			rcn_json_member_string(json, "message", related->message);
			write_place(json, related->place);
			rcn_json_end(json);
		}
		rcn_json_end(json);
	}
	rcn_json_end(json);
}

void rcn_report_problems_json(struct rcn_json *json, const struct rcn_diag *diag)
{
	rcn_json_key(json, "problems");
	rcn_json_list(json);
	for (size_t i = 0; i < diag->count; i++)
		write_problem(json, diag->problems[i]);
	rcn_json_end(json);
}

static void write_info(struct rcn_json *json, const struct rcn_store_info *info)
{
	rcn_json_member_string(json, "uri", info->uri);
	write_known(json, "fleet", info->fleet);
	write_known(json, "api_url", info->api_url);
	write_known(json, "applied_commit", info->applied_commit);
	write_known(json, "applied_tree", info->applied_tree);
	write_known(json, "applied_folder", info->applied_folder);
	write_time(json, "applied_at", info->applied_at);
}

static void write_store(struct rcn_json *json, const struct rcn_store_info *info)
{
	rcn_json_key(json, "state");
	rcn_json_object(json);
	write_info(json, info);
	rcn_json_end(json);
}

static void write_records(struct rcn_json *json, const char *key,
			  const struct rcn_records_view *records)
{
	rcn_json_key(json, key);
	rcn_json_list(json);
	for (size_t i = 0; i < records->count; i++)
		rcn_record_write_json(json, records->records[i]);
	rcn_json_end(json);
}

void rcn_report_state_json(struct rcn_buffer *out, const struct rcn_records_view *records)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	if (records->info) {
		write_info(&json, records->info);
		if (records->info->canonical_version > 0)
			rcn_json_member_integer(&json, "canonical_version",
						records->info->canonical_version);
	}
	write_records(&json, "records", records);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

void rcn_report_records_json(struct rcn_buffer *out, const struct rcn_records_view *records)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	if (records->info)
		write_store(&json, records->info);
	write_records(&json, "customers", records);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

void rcn_report_config_json(struct rcn_buffer *out, const struct rcn_settings *settings)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_key(&json, "settings");
	rcn_json_list(&json);
	for (int i = 0; i < RCN_SETTING_COUNT; i++) {
		const struct rcn_setting_value *value = &settings->values[i];

		rcn_json_object(&json);
		rcn_json_member_text(&json, "name", rcn_setting_table[i].name);
		rcn_json_key(&json, "value");
		if (rcn_setting_table[i].type == RCN_TYPE_LIST) {
			rcn_json_list(&json);
			for (size_t j = 0; j < value->list_count; j++)
				rcn_json_string(&json, value->list[j]);
			rcn_json_end(&json);
		} else {
			rcn_json_string(&json, value->text);
		}
		rcn_json_member_text(&json, "origin", rcn_origin_name(value->origin));
		write_place(&json, value->place);
		rcn_json_end(&json);
	}
	rcn_json_end(&json);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}
