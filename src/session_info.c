/* What the library carries with it, and events as JSON. */
#include <reconcile/reconcile.h>

#include <stdint.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "data/embedded.h"
#include "data/yaml.h"
#include "diag/code.h"
#include "http/http.h"
#include "report/report.h"
#include "settings/settings.h"
#include "source/source.h"
#include "state/store.h"

static enum rcn_status emit(struct rcn_buffer *out, struct rcn_sink sink)
{
	enum rcn_status status = rcn_buffer_status(out);
	struct rcn_view text = rcn_buffer_get(out);

	if (status == RCN_OK && text.len > 0 && sink.write(sink.payload, text.ptr, text.len) != 0)
		status = RCN_ERROR_IO;
	rcn_buffer_free(out);
	return status;
}

const char *rcn_version(void)
{
	return RCN_VERSION;
}

enum rcn_status rcn_version_write(enum rcn_format format, struct rcn_sink sink)
{
	const struct {
		const char *name, *version;
	} libraries[] = {
		{ "libcurl", rcn_http_library_version() },
		{ "libgit2", rcn_source_library_version() },
		{ "libyaml", rcn_yaml_library_version() },
		{ "sqlite", rcn_store_library_version() },
	};
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	struct rcn_json json;

	if (format == RCN_FORMAT_TEXT) {
		rcn_buffer_format(&out, "reconcile %s\n", rcn_version());
		for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
			rcn_buffer_format(&out, "  %s %s\n", libraries[i].name,
					  libraries[i].version);
		return emit(&out, sink);
	}
	rcn_json_begin(&json, &out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_member_text(&json, "version", rcn_version());
	rcn_json_key(&json, "libraries");
	rcn_json_object(&json);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		rcn_json_member_text(&json, libraries[i].name, libraries[i].version);
	rcn_json_end(&json);
	rcn_json_end(&json);
	rcn_buffer_char(&out, '\n');
	return emit(&out, sink);
}

struct rcn_view rcn_schema_text(const char *name)
{
	return rcn_embedded_schema(name);
}

const char *rcn_schema_name(size_t index)
{
	for (size_t i = 0; rcn_embedded_schemas[i].name; i++)
		if (i == index)
			return rcn_embedded_schemas[i].name;
	return NULL;
}

/* Paragraphs are folded at spaces; lines that are indented stand as they are. */
static void write_folded(struct rcn_buffer *out, struct rcn_view text, size_t width)
{
	size_t column = 0;
	bool verbatim = false;

	for (size_t i = 0; i < text.len;) {
		size_t end = i;

		if (text.ptr[i] == '\n') {
			rcn_buffer_char(out, '\n');
			column = 0;
			i++;
			verbatim = i < text.len && text.ptr[i] == ' ';
			continue;
		}
		if (verbatim) {
			size_t line = rcn_view_find(rcn_view_from(text, i), '\n');

			rcn_buffer_append(out, text.ptr + i, line);
			i += line;
			continue;
		}
		while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n')
			end++;
		if (column > 0 && column + 1 + (end - i) > width) {
			rcn_buffer_char(out, '\n');
			column = 0;
		} else if (column > 0) {
			rcn_buffer_char(out, ' ');
			column++;
		}
		rcn_buffer_append(out, text.ptr + i, end - i);
		column += end - i;
		i = end + (end < text.len && text.ptr[end] == ' ');
	}
	rcn_buffer_char(out, '\n');
}

enum rcn_status rcn_explain(const char *code, const struct rcn_look *look, struct rcn_sink sink)
{
	const struct rcn_code_entry *entry = rcn_code_find_label(rcn_view_of(code));
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t width = look && look->width > 0 && look->width < 80 ? look->width : 80;

	if (!entry)
		return RCN_ERROR_NOT_FOUND;
	rcn_buffer_format(&out, "%s: %s\n\n", entry->label, entry->title);
	write_folded(&out, rcn_view_of(entry->explanation), width);
	return emit(&out, sink);
}

const char *rcn_code_label(size_t index)
{
	size_t count;
	const struct rcn_code_entry *table = rcn_code_table(&count);

	return index < count ? table[index].label : NULL;
}

const char *rcn_code_title(size_t index)
{
	size_t count;
	const struct rcn_code_entry *table = rcn_code_table(&count);

	return index < count ? table[index].title : NULL;
}

enum rcn_status rcn_escape(struct rcn_view text, size_t limit, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	rcn_text_escape(&out, text, limit);
	return emit(&out, sink);
}

const char *rcn_suggest(const char *written, const char *const *candidates, size_t count)
{
	return rcn_text_suggest(rcn_view_of(written), candidates, count);
}

bool rcn_setting_info(size_t index, struct rcn_setting_info *info)
{
	const struct rcn_setting_entry *entry;

	if (index >= RCN_SETTING_COUNT)
		return false;
	entry = &rcn_setting_table[index];
	*info = (struct rcn_setting_info){
		.name = entry->name,
		.environment = entry->from & RCN_FROM_ENVIRONMENT ? entry->environment : NULL,
		.placeholder = entry->placeholder,
		.choices = entry->choices,
		.default_text = entry->default_text,
		.help = entry->help,
		.flag = entry->from & RCN_FROM_FLAG,
		.list = entry->type == RCN_TYPE_LIST,
	};
	return true;
}

static const char *const event_names[] = {
	[RCN_EVENT_LOG] = "log",
	[RCN_EVENT_APPLY_STARTED] = "apply_started",
	[RCN_EVENT_REQUEST_STARTED] = "request_started",
	[RCN_EVENT_REQUEST_ENDED] = "request_ended",
	[RCN_EVENT_SLOWED] = "slowed",
	[RCN_EVENT_WAITING] = "waiting",
	[RCN_EVENT_ACTION_ENDED] = "action_ended",
	[RCN_EVENT_PROGRESS] = "progress",
	[RCN_EVENT_COMMITTED] = "committed",
	[RCN_EVENT_APPLY_ENDED] = "apply_ended",
};

static const char *const level_names[] = {
	[RCN_LOG_ERROR] = "error", [RCN_LOG_WARNING] = "warning", [RCN_LOG_INFO] = "info",
	[RCN_LOG_DEBUG] = "debug", [RCN_LOG_TRACE] = "trace",
};

static void write_known(struct rcn_json *json, const char *key, struct rcn_view text)
{
	if (!rcn_view_is_none(text))
		rcn_json_member_string(json, key, text);
}

static void write_word(struct rcn_json *json, const char *key, const char *text)
{
	if (text)
		rcn_json_member_text(json, key, text);
}

static void write_number(struct rcn_json *json, const char *key, int64_t number)
{
	if (number != 0)
		rcn_json_member_integer(json, key, number);
}

static void write_progress(struct rcn_json *json, const struct rcn_progress *progress)
{
	rcn_json_key(json, "progress");
	rcn_json_object(json);
	rcn_json_member_integer(json, "total", (int64_t)progress->total);
	rcn_json_member_integer(json, "done", (int64_t)progress->done);
	rcn_json_member_integer(json, "failed", (int64_t)progress->failed);
	rcn_json_member_integer(json, "in_flight", (int64_t)progress->in_flight);
	rcn_json_member_integer(json, "waiting", (int64_t)progress->waiting);
	rcn_json_member_integer(json, "elapsed_ms", progress->elapsed_ms);
	if (progress->remaining_ms >= 0)
		rcn_json_member_integer(json, "remaining_ms", progress->remaining_ms);
	rcn_json_end(json);
}

enum rcn_status rcn_event_write(const struct rcn_event *event, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_RESPONSE_BYTES);
	char time[RCN_TIME_SIZE];
	struct rcn_json json;

	rcn_time_format(event->time, time);
	rcn_json_begin(&json, &out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "time", time);
	rcn_json_member_text(&json, "type", event_names[event->type]);
	if (event->type == RCN_EVENT_LOG)
		rcn_json_member_text(&json, "level", level_names[event->level]);
	write_known(&json, "key", event->key);
	write_word(&json, "action", event->action);
	write_word(&json, "call", event->call);
	write_word(&json, "result", event->result);
	write_number(&json, "attempt", event->attempt);
	write_number(&json, "http_status", event->http_status);
	write_number(&json, "duration_ms", event->duration_ms);
	write_number(&json, "count", (int64_t)event->count);
	write_known(&json, "status", event->status);
	write_known(&json, "url", event->url);
	write_known(&json, "tracking_id", event->tracking_id);
	write_known(&json, "text", event->text);
	if (event->type == RCN_EVENT_PROGRESS || event->type == RCN_EVENT_APPLY_STARTED ||
	    event->type == RCN_EVENT_APPLY_ENDED)
		write_progress(&json, &event->progress);
	rcn_json_end(&json);
	rcn_buffer_char(&out, '\n');
	return emit(&out, sink);
}
