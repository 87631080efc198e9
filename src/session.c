/* A session: settings, source and store, opened in order and kept. */
#include "session.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "diag/render.h"

#define REPOSITORY_SETTINGS "reconcile.yaml"

enum rcn_status rcn_session_new(const struct rcn_session_options *options,
				struct rcn_session **session)
{
	struct rcn_session *made = calloc(1, sizeof(*made));

	if (!made)
		return RCN_ERROR_MEMORY;
	if (options)
		made->options = *options;
	made->clock = &rcn_clock_system;
	made->random = &rcn_random_system;
	made->arena = RCN_ARENA(RCN_LIMIT_PLAN_BYTES);
	rcn_diag_init(&made->diag);
	rcn_settings_init(&made->settings);
	*session = made;
	return RCN_OK;
}

void rcn_session_free(struct rcn_session *session)
{
	if (!session)
		return;
	rcn_session_close_store(session);
	rcn_session_close_source(session);
	rcn_schema_free(session->schema);
	for (size_t i = 0; i < session->flag_count; i++)
		free(session->flags[i].text);
	free(session->flags);
	free(session->records);
	rcn_arena_free(&session->arena);
	rcn_settings_free(&session->settings);
	rcn_diag_free(&session->diag);
	free(session);
}

static enum rcn_status keep_flag(struct rcn_session *session, enum rcn_setting setting,
				 const char *value)
{
	struct rcn_session_flag *flag;

	if (!rcn_array_reserve((void **)&session->flags, &session->flag_capacity,
			       session->flag_count + 1, sizeof(*session->flags)))
		return rcn_diag_no_memory(&session->diag);
	flag = &session->flags[session->flag_count];
	*flag = (struct rcn_session_flag){ setting, strdup(value) };
	if (!flag->text)
		return rcn_diag_no_memory(&session->diag);
	session->flag_count++;
	return RCN_OK;
}

enum rcn_status rcn_session_set(struct rcn_session *session, const char *name, const char *value)
{
	const struct rcn_setting_entry *entry = rcn_setting_find(rcn_view_of(name));
	enum rcn_status status;

	if (!entry || !(entry->from & RCN_FROM_FLAG)) {
		rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_SETTING, RCN_PLACE_NONE,
				  "there is no setting `%s` that can be given here", name);
		return RCN_ERROR_USAGE;
	}
	status = rcn_settings_flag(&session->settings, entry->setting, rcn_view_of(value),
				   &session->diag);
	return status == RCN_OK ? keep_flag(session, entry->setting, value) : status;
}

enum rcn_status rcn_session_read_settings(struct rcn_session *session)
{
	const char *(*environment)(const char *name) = session->options.environment;
	enum rcn_status variables, file;

	if (session->settings_read)
		return session->settings_status;
	session->settings_read = true;
	session->settings_status = RCN_OK;
	if (!environment)
		return RCN_OK;
	variables = rcn_settings_environment(&session->settings, environment, &session->diag);
	file = rcn_settings_user_file(&session->settings, environment, &session->diag);
	session->settings_status = variables != RCN_OK ? variables : file;
	return session->settings_status;
}

/* A source of its own brings settings of its own: what the last one said must go. */
static enum rcn_status forget_repository_settings(struct rcn_session *session)
{
	enum rcn_status status = RCN_OK;

	if (!session->repository_read)
		return RCN_OK;
	rcn_settings_free(&session->settings);
	rcn_settings_init(&session->settings);
	session->settings_read = false;
	session->repository_read = false;
	for (size_t i = 0; i < session->flag_count && status == RCN_OK; i++)
		status = rcn_settings_flag(&session->settings, session->flags[i].setting,
					   rcn_view_of(session->flags[i].text), &session->diag);
	return status;
}

struct rcn_view rcn_session_get(struct rcn_session *session, const char *name)
{
	const struct rcn_setting_entry *entry = rcn_setting_find(rcn_view_of(name));

	if (!entry)
		return RCN_VIEW_NONE;
	/* What is wrong there is in the problems; the caller gets what is right. */
	(void)rcn_session_read_settings(session);
	return rcn_settings_text(&session->settings, entry->setting);
}

size_t rcn_session_get_list(struct rcn_session *session, const char *name,
			    const struct rcn_view **list)
{
	const struct rcn_setting_entry *entry = rcn_setting_find(rcn_view_of(name));

	*list = NULL;
	if (!entry || entry->type != RCN_TYPE_LIST)
		return 0;
	(void)rcn_session_read_settings(session);
	*list = session->settings.values[entry->setting].list;
	return session->settings.values[entry->setting].list_count;
}

static enum rcn_status read_repository_settings(struct rcn_session *session)
{
	struct rcn_view path = RCN_VIEW(REPOSITORY_SETTINGS);
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	enum rcn_status status = rcn_source_read(session->source, path, &text, &session->diag);

	if (status == RCN_OK)
		status = rcn_settings_repository(&session->settings, path, rcn_buffer_get(&text),
						 &session->diag);
	else if (status == RCN_ERROR_NOT_FOUND)
		status = RCN_OK;
	session->repository_read = true;
	return status;
}

enum rcn_status rcn_session_open_source(struct rcn_session *session, bool worktree)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer path = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	RCN_CLEANUP_BUFFER struct rcn_buffer ref = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	enum rcn_status status;

	rcn_session_close_source(session);
	status = forget_repository_settings(session);
	if (status == RCN_OK)
		status = rcn_session_read_settings(session);
	if (status != RCN_OK)
		return status;
	rcn_buffer_view(&path, rcn_settings_text(&session->settings, RCN_SETTING_REPO));
	rcn_buffer_view(&ref, rcn_settings_text(&session->settings, RCN_SETTING_REF));
	if (rcn_buffer_status(&path) != RCN_OK || rcn_buffer_status(&ref) != RCN_OK)
		return rcn_diag_no_memory(&session->diag);
	if (worktree)
		status = rcn_source_open_worktree(path.len ? path.ptr : NULL, &session->source,
						  &session->diag);
	else
		status = rcn_source_open(path.len ? path.ptr : NULL, ref.len ? ref.ptr : NULL,
					 &session->source, &session->diag);
	return status == RCN_OK ? read_repository_settings(session) : status;
}

void rcn_session_close_source(struct rcn_session *session)
{
	rcn_source_free(session->source);
	session->source = NULL;
}

enum rcn_status rcn_session_manifest_options(struct rcn_session *session,
					     struct rcn_manifest_options *options)
{
	enum rcn_status status = RCN_OK;

	if (!session->schema)
		status = rcn_manifest_schema(&session->schema, &session->diag);
	if (status != RCN_OK)
		return status;
	*options = (struct rcn_manifest_options){
		.folder = rcn_settings_text(&session->settings, RCN_SETTING_PATH),
		.schema = session->schema,
	};
	return RCN_OK;
}

bool rcn_session_stopped(const struct rcn_session *session)
{
	return session->options.stop && *session->options.stop;
}

struct rcn_view rcn_session_trim_url(struct rcn_view url)
{
	while (url.len > 0 && url.ptr[url.len - 1] == '/')
		url.len--;
	return url;
}

enum rcn_status rcn_session_emit(struct rcn_session *session, struct rcn_buffer *buffer,
				 struct rcn_sink sink)
{
	enum rcn_status status = rcn_buffer_status(buffer);
	struct rcn_view text = rcn_buffer_get(buffer);

	if (status != RCN_OK)
		(void)rcn_diag_no_memory(&session->diag);
	else if (text.len > 0 && sink.write(sink.payload, text.ptr, text.len) != 0)
		status = RCN_ERROR_IO;
	rcn_buffer_free(buffer);
	return status;
}

size_t rcn_session_error_count(const struct rcn_session *session)
{
	return session->diag.errors;
}

void rcn_session_clear_problems(struct rcn_session *session)
{
	rcn_diag_clear(&session->diag);
}

enum rcn_status rcn_session_write_problems(struct rcn_session *session, enum rcn_format format,
					   const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_json json;

	if (session->diag.errors + session->diag.warnings + session->diag.hints == 0)
		return RCN_OK;
	rcn_diag_sort(&session->diag);
	if (format == RCN_FORMAT_TEXT) {
		const struct rcn_render_options options = { look->colour, look->quiet,
							    look->width };

		if (look->quiet && session->diag.errors + session->diag.warnings == 0)
			return RCN_OK;
		rcn_render_diag(&out, &session->diag, &options);
	} else {
		rcn_json_begin(&json, &out, 0);
		rcn_json_object(&json);
		rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
		rcn_json_member_text(&json, "type", "problems");
		rcn_report_problems_json(&json, &session->diag);
		rcn_json_end(&json);
		rcn_buffer_char(&out, '\n');
	}
	return rcn_session_emit(session, &out, sink);
}
