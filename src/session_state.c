/* The store: opened for a run, and shown. */
#include <errno.h>
#include <pwd.h>
#include <unistd.h>

#include "base/array.h"
#include "base/limits.h"
#include "session.h"

/* The same texts, in the session's arena: a store's views live until its next call only. */
static enum rcn_status keep_info(struct rcn_session *session, const struct rcn_store_info *info)
{
	struct rcn_arena *arena = &session->arena;

	session->info = *info;
	session->info.uri = rcn_arena_copy(arena, info->uri);
	session->info.fleet = rcn_arena_copy(arena, info->fleet);
	session->info.api_url = rcn_arena_copy(arena, info->api_url);
	session->info.applied_commit = rcn_arena_copy(arena, info->applied_commit);
	session->info.applied_tree = rcn_arena_copy(arena, info->applied_tree);
	session->info.applied_folder = rcn_arena_copy(arena, info->applied_folder);
	if (rcn_arena_status(arena) != RCN_OK)
		return rcn_diag_no_memory(&session->diag);
	return RCN_OK;
}

static enum rcn_status take_lock(struct rcn_session *session)
{
	char host[256] = "", run[RCN_UUID_SIZE] = "", names[1024];
	struct passwd entry, *found = NULL;
	uint64_t epoch = 0;
	struct rcn_lock_holder self = {
		.command = rcn_view_of(session->options.command),
		.pid = getpid(),
		.since = rcn_clock_wall(session->clock),
	};
	enum rcn_status status;

	if (gethostname(host, sizeof(host) - 1) == 0 && host[0])
		self.host = rcn_view_of(host);
	if (getpwuid_r(geteuid(), &entry, names, sizeof(names), &found) == 0 && found)
		self.user = rcn_view_of(found->pw_name);
	if (rcn_random_uuid(session->random, run) != 0)
		return rcn_diag_internal(&session->diag, "the system has no randomness");
	self.run = rcn_view_of(run);
	status = rcn_store_lock(session->store, &self,
				rcn_settings_number(&session->settings, RCN_SETTING_LOCK_TIMEOUT),
				&epoch, &session->diag);
	session->locked = status == RCN_OK;
	return status;
}

static enum rcn_status open_store(struct rcn_session *session, bool create, bool write)
{
	struct rcn_store_options options = {
		.create = create,
		.read_only = !write,
		.git_folder =
			session->source ? rcn_source_git_folder(session->source) : RCN_VIEW_NONE,
		.clock = session->clock,
		.random = session->random,
	};

	rcn_session_close_store(session);
	return rcn_store_open(rcn_settings_text(&session->settings, RCN_SETTING_STATE), &options,
			      &session->store, &session->diag);
}

static enum rcn_status read_info(struct rcn_session *session)
{
	struct rcn_store_info info;
	enum rcn_status status = rcn_store_info(session->store, &info, &session->diag);

	return status == RCN_OK ? keep_info(session, &info) : status;
}

enum rcn_status rcn_session_open_store(struct rcn_session *session, bool lock)
{
	enum rcn_status status = open_store(session, lock, lock);

	if (status == RCN_OK && lock)
		status = take_lock(session);
	return status == RCN_OK ? read_info(session) : status;
}

void rcn_session_close_store(struct rcn_session *session)
{
	rcn_store_close(session->store);
	session->store = NULL;
	session->locked = false;
	session->info = (struct rcn_store_info){ 0 };
	session->record_count = 0;
	rcn_arena_reset(&session->arena);
}

static enum rcn_status keep_record(void *payload, const struct rcn_record *record)
{
	struct rcn_session *session = payload;
	struct rcn_record *copy = RCN_ARENA_NEW(&session->arena, struct rcn_record);
	enum rcn_status status;

	if (rcn_session_stopped(session))
		return RCN_ERROR_INTERRUPTED;
	if (!copy || !rcn_array_reserve((void **)&session->records, &session->record_capacity,
					session->record_count + 1, sizeof(*session->records)))
		return RCN_ERROR_MEMORY;
	status = rcn_record_copy(&session->arena, record, copy);
	if (status == RCN_OK)
		session->records[session->record_count++] = copy;
	return status;
}

enum rcn_status rcn_session_read_records(struct rcn_session *session)
{
	session->record_count = 0;
	return rcn_store_read_all(session->store, keep_record, session, &session->diag);
}

/* A state of its own address needs no repository: it can be looked at from anywhere. */
static bool needs_source(const struct rcn_session *session)
{
	const struct rcn_setting_value *state = &session->settings.values[RCN_SETTING_STATE];

	if (state->origin <= RCN_ORIGIN_REPOSITORY)
		return true;
	return rcn_view_is(state->text, "sqlite:") ||
	       !rcn_view_starts_with(state->text, RCN_VIEW("sqlite:"));
}

static enum rcn_status open_for_reading(struct rcn_session *session)
{
	enum rcn_status status = rcn_session_read_settings(session);

	if (status == RCN_OK && needs_source(session))
		status = rcn_session_open_source(session, false);
	if (status == RCN_OK)
		status = rcn_session_open_store(session, false);
	return status;
}

enum rcn_status rcn_session_open_to_mend(struct rcn_session *session, bool source)
{
	enum rcn_status status = rcn_session_read_settings(session);

	if (status == RCN_OK && (source || needs_source(session)))
		status = rcn_session_open_source(session, false);
	if (status == RCN_OK)
		status = open_store(session, false, true);
	if (status == RCN_OK)
		status = read_info(session);
	/* Every store has its fleet's name from its first moment on. */
	if (status == RCN_OK && session->info.fleet.len > 0) {
		status = take_lock(session);
		/* Read again: what came before the lock may be another run's yesterday. */
		if (status == RCN_OK)
			status = read_info(session);
	}
	return status;
}

enum rcn_status rcn_session_mend(struct rcn_session *session, struct rcn_store_batch batch)
{
	const struct rcn_store_info *info = &session->info;

	/* The folder's id stands for "the state is what this folder says", which ends here. */
	if (info->applied_tree.len > 0) {
		batch.set_applied = true;
		batch.applied_commit = info->applied_commit;
		batch.applied_folder = info->applied_folder;
		batch.applied_at = info->applied_at;
	}
	return rcn_store_commit(session->store, &batch, &session->diag);
}

static bool record_is_meant(const struct rcn_record *record, struct rcn_view wanted)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	bool meant = rcn_view_equal(record->key, wanted) || rcn_view_equal(record->path, wanted) ||
		     rcn_view_equal(record->url, wanted) ||
		     rcn_view_equal(record->customer_id, wanted);

	if (wanted.len == 0)
		return false;
	if (!meant)
		meant = rcn_view_equal(rcn_report_record_name(&arena, record), wanted);
	rcn_arena_free(&arena);
	return meant;
}

static enum rcn_status select_records(struct rcn_session *session, const char *wanted)
{
	struct rcn_view text = rcn_view_of(wanted);
	size_t kept = 0;

	if (!wanted)
		return RCN_OK;
	for (size_t i = 0; i < session->record_count; i++)
		if (record_is_meant(session->records[i], text))
			session->records[kept++] = session->records[i];
	session->record_count = kept;
	if (kept > 0)
		return RCN_OK;
	rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_NO_CUSTOMER, RCN_PLACE_NONE,
			  "the state has no customer `%s`", wanted);
	return RCN_ERROR_NOT_FOUND;
}

enum show {
	SHOW_STATUS,
	SHOW_LIST,
	SHOW_RECORD,
	SHOW_EXPORT,
};

static void write_records(struct rcn_buffer *out, const struct rcn_session *session, enum show show,
			  const struct rcn_look *look)
{
	const struct rcn_records_view view = { (const struct rcn_record *const *)session->records,
					       session->record_count, &session->info };

	if (show == SHOW_EXPORT) {
		rcn_report_state_json(out, &view);
	} else if (!look) {
		rcn_report_records_json(out, &view);
	} else if (show == SHOW_STATUS) {
		rcn_report_status_text(out, &view, look);
	} else if (show == SHOW_LIST) {
		rcn_report_records_text(out, &view, look);
	} else {
		for (size_t i = 0; i < view.count; i++) {
			if (i > 0)
				rcn_buffer_char(out, '\n');
			rcn_report_record_text(out, view.records[i], look);
		}
	}
}

/* `look` NULL: as JSON. */
static enum rcn_status show_records(struct rcn_session *session, const char *wanted, enum show show,
				    const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	enum rcn_status status = open_for_reading(session);

	if (status == RCN_OK)
		status = rcn_session_read_records(session);
	if (status == RCN_OK)
		status = select_records(session, wanted);
	if (status == RCN_OK) {
		write_records(&out, session, show, look);
		status = rcn_session_emit(session, &out, sink);
	}
	rcn_session_close_store(session);
	return status;
}

enum rcn_status rcn_session_status(struct rcn_session *session, const char *key,
				   enum rcn_format format, const struct rcn_look *look,
				   struct rcn_sink sink)
{
	return show_records(session, key, SHOW_STATUS, format == RCN_FORMAT_JSON ? NULL : look,
			    sink);
}

enum rcn_status rcn_session_state_list(struct rcn_session *session, enum rcn_format format,
				       const struct rcn_look *look, struct rcn_sink sink)
{
	return show_records(session, NULL, SHOW_LIST, format == RCN_FORMAT_JSON ? NULL : look,
			    sink);
}

enum rcn_status rcn_session_state_show(struct rcn_session *session, const char *key,
				       enum rcn_format format, const struct rcn_look *look,
				       struct rcn_sink sink)
{
	return show_records(session, key, SHOW_RECORD, format == RCN_FORMAT_JSON ? NULL : look,
			    sink);
}

enum rcn_status rcn_session_state_export(struct rcn_session *session, struct rcn_sink sink)
{
	return show_records(session, NULL, SHOW_EXPORT, NULL, sink);
}

enum rcn_status rcn_session_render(struct rcn_session *session,
				   const struct rcn_plan_request *request, const char *file,
				   enum rcn_format format, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_manifest_options options;
	enum rcn_status status = rcn_session_open_source(session, request->worktree);

	if (status == RCN_OK)
		status = rcn_session_manifest_options(session, &options);
	if (status == RCN_OK)
		status = rcn_manifest_render(session->source, &options, rcn_view_of(file),
					     format == RCN_FORMAT_JSON, &out, &session->diag);
	if (status == RCN_OK)
		return rcn_session_emit(session, &out, sink);
	rcn_buffer_free(&out);
	return status;
}

enum rcn_status rcn_session_config(struct rcn_session *session,
				   const struct rcn_plan_request *request, enum rcn_format format,
				   const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	/* Shown also when something is wrong: that is when somebody wants to see it. */
	enum rcn_status written, status = rcn_session_open_source(session, request->worktree);

	if (format == RCN_FORMAT_JSON)
		rcn_report_config_json(&out, &session->settings);
	else
		rcn_report_config_text(&out, &session->settings, look);
	written = rcn_session_emit(session, &out, sink);
	return status != RCN_OK ? status : written;
}
