/* `state remove`: records are forgotten; what is at the service is left alone. */
#include <stdint.h>

#include "base/limits.h"
#include "base/map.h"
#include "report/text.h"
#include "session.h"

struct target {
	struct rcn_record record; /* in the session's arena; of a damaged one only the key */
	bool damaged;
};

struct removal {
	struct rcn_session *session;
	struct target *targets;
	size_t count;
	bool sure, declined;
};

/* A record that can't be read can be removed all the same: that is how one gets rid of it. */
static enum rcn_status read_target(struct rcn_session *session, struct rcn_view key,
				   struct target *target, bool *found)
{
	struct rcn_diag trouble;
	enum rcn_status status;

	rcn_diag_init(&trouble);
	status = rcn_store_read(session->store, key, &session->arena, &target->record, found,
				&trouble);
	if (status == RCN_ERROR_CORRUPT) {
		target->record = (struct rcn_record){ .key = key };
		target->damaged = *found = true;
		status = RCN_OK;
	} else if (rcn_diag_merge(&session->diag, &trouble) != RCN_OK && status == RCN_OK) {
		status = RCN_ERROR_MEMORY;
	}
	rcn_diag_free(&trouble);
	return status;
}

static enum rcn_status refuse_target(struct removal *removal, const struct target *target)
{
	const struct rcn_record *record = &target->record;
	struct rcn_diag *diag = &removal->session->diag;
	struct rcn_problem *problem;

	if (removal->sure || (record->intent != RCN_INTENT_CREATE && !target->damaged))
		return RCN_OK;
	problem = rcn_diag_error_at(
		diag, RCN_CODE_SESSION_NOT_REMOVED, RCN_PLACE_NONE,
		target->damaged ? "the record of `%.*s` is damaged: whether a request of it is "
				  "open is not known"
				: "a create of `%.*s` was begun, and its outcome is not known",
		RCN_VIEW_ARGS(record->key));
	if (target->damaged)
		rcn_problem_hint(problem, "to forget it all the same, give --yes");
	else
		rcn_problem_hint(problem, "run `reconcile apply`, which looks it up; or, to forget "
					  "it all the same, give --yes");
	rcn_problem_key(problem, record->key);
	return RCN_ERROR_GUARD;
}

static enum rcn_status refuse_unknown(struct rcn_session *session, struct rcn_view key)
{
	struct rcn_problem *problem = rcn_diag_error_at(
		&session->diag, RCN_CODE_SESSION_NO_CUSTOMER, RCN_PLACE_NONE,
		"the state has no customer with the externalId `%.*s`", RCN_VIEW_ARGS(key));

	rcn_problem_hint(problem, "`reconcile status` lists the customers of the state");
	rcn_problem_key(problem, key);
	return RCN_ERROR_NOT_FOUND;
}

static enum rcn_status read_targets(struct removal *removal, const char *const *keys, size_t count)
{
	struct rcn_session *session = removal->session;
	struct rcn_map seen = RCN_MAP;
	enum rcn_status status = RCN_OK, refused = RCN_OK;

	removal->targets = RCN_ARENA_ARRAY(&session->arena, count, struct target);
	if (!removal->targets)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < count && status == RCN_OK; i++) {
		struct target *target = &removal->targets[removal->count];
		struct rcn_view key = rcn_view_of(keys[i]);
		enum rcn_status verdict;
		bool found = false;

		if (rcn_map_get(&seen, key))
			continue;
		status = rcn_map_set(&seen, key, target, NULL);
		if (status == RCN_OK)
			status = read_target(session, key, target, &found);
		if (status != RCN_OK)
			break;
		verdict = found ? refuse_target(removal, target) : refuse_unknown(session, key);
		if (refused == RCN_OK)
			refused = verdict;
		removal->count += found;
	}
	rcn_map_free(&seen);
	return status != RCN_OK ? status : refused;
}

static void write_target(struct rcn_buffer *out, const struct target *target)
{
	const struct rcn_record *record = &target->record;
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_view name = rcn_report_record_name(&arena, record);

	rcn_buffer_text(out, "  ");
	(void)rcn_report_cell(out, record->key, SIZE_MAX);
	rcn_buffer_text(out, "  ");
	if (name.len > 0) {
		(void)rcn_report_cell(out, name, SIZE_MAX);
		rcn_buffer_text(out, "  ");
	}
	if (target->damaged)
		rcn_buffer_text(out, "(damaged)");
	else if (rcn_view_is_none(record->url))
		rcn_buffer_text(out, "(without a URL)");
	else
		(void)rcn_report_cell(out, record->url, SIZE_MAX);
	rcn_buffer_char(out, '\n');
	if (record->intent != RCN_INTENT_NONE)
		rcn_buffer_format(out, "      with its open request: `%s`\n",
				  rcn_intent_name(record->intent));
	rcn_arena_free(&arena);
}

static void write_lines(struct rcn_buffer *out, const struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++)
		write_target(out, &removal->targets[i]);
}

static enum rcn_status ask(struct removal *removal, const struct rcn_remove_request *request)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer lines = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	if (!request->confirm)
		return RCN_OK;
	write_lines(&lines, removal);
	if (rcn_buffer_status(&lines) != RCN_OK)
		return rcn_buffer_status(&lines);
	removal->declined = !request->confirm(request->payload, rcn_buffer_get(&lines));
	return RCN_OK;
}

static enum rcn_status forget(struct removal *removal)
{
	struct rcn_view *keys =
		RCN_ARENA_ARRAY(&removal->session->arena, removal->count, struct rcn_view);

	if (!keys)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < removal->count; i++)
		keys[i] = removal->targets[i].record.key;
	return rcn_session_mend(
		removal->session,
		(struct rcn_store_batch){ .removes = keys, .remove_count = removal->count });
}

static void write_text(struct rcn_buffer *out, const struct removal *removal,
		       const struct rcn_look *look)
{
	if (look->quiet || removal->declined)
		return;
	rcn_buffer_text(out, "Forgotten; nothing was sent, and what is at the service is left "
			     "alone:\n");
	write_lines(out, removal);
}

static void write_json(struct rcn_buffer *out, const struct removal *removal)
{
	struct rcn_json json;
	size_t count = removal->declined ? 0 : removal->count;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_key(&json, "removed");
	rcn_json_list(&json);
	for (size_t i = 0; i < count; i++) {
		const struct target *target = &removal->targets[i];
		const struct rcn_record *record = &target->record;

		rcn_json_object(&json);
		rcn_json_member_string(&json, "key", record->key);
		if (!rcn_view_is_none(record->path))
			rcn_json_member_string(&json, "path", record->path);
		if (!rcn_view_is_none(record->url))
			rcn_json_member_string(&json, "url", record->url);
		if (!rcn_view_is_none(record->status))
			rcn_json_member_string(&json, "status", record->status);
		if (record->intent != RCN_INTENT_NONE)
			rcn_json_member_text(&json, "forgotten_request",
					     rcn_intent_name(record->intent));
		rcn_json_member_boolean(&json, "damaged", target->damaged);
		rcn_json_end(&json);
	}
	rcn_json_end(&json);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

enum rcn_status rcn_session_state_remove(struct rcn_session *session, const char *const *keys,
					 size_t count, const struct rcn_remove_request *request,
					 enum rcn_format format, const struct rcn_look *look,
					 struct rcn_sink sink)
{
	struct removal removal = { .session = session, .sure = request->sure };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t errors = session->diag.errors;
	enum rcn_status status = rcn_session_open_to_mend(session, false);

	if (status == RCN_OK)
		status = read_targets(&removal, keys, count);
	if (status == RCN_OK)
		status = ask(&removal, request);
	if (status == RCN_OK && !removal.declined && removal.count > 0)
		status = forget(&removal);
	if (status == RCN_OK) {
		if (format == RCN_FORMAT_JSON)
			write_json(&out, &removal);
		else
			write_text(&out, &removal, look);
		status = rcn_session_emit(session, &out, sink);
	}
	if (status == RCN_ERROR_MEMORY && session->diag.errors == errors)
		(void)rcn_diag_no_memory(&session->diag);
	rcn_session_apply_end(session);
	return status;
}
