/* `state accept`: the state is told that the service has what the manifests say. */
#include <stdint.h>

#include "base/limits.h"
#include "base/map.h"
#include "report/text.h"
#include "session.h"

/* One customer that was named. Texts live in the session's arena, the key in the caller's. */
struct target {
	struct rcn_view key;   /* as it was named */
	bool has_record;       /* under that key, or under the manifest's previousExternalId */
	bool has_manifest;     /* also when the record is of no use */
	bool same;             /* nothing to write */
	struct rcn_record old; /* as it is in the state */
	struct rcn_record record;
	const struct rcn_change *changes;
	size_t change_count;
	bool partner_changed;
};

struct acceptance {
	struct rcn_session *session;
	struct target *targets;
	size_t count;
	struct rcn_map by_key; /* as named → struct target */
};

static enum rcn_status read_record(struct rcn_session *session, struct rcn_view key,
				   struct rcn_record *record, bool *found)
{
	return rcn_store_read(session->store, key, &session->arena, record, found, &session->diag);
}

static enum rcn_status read_targets(struct acceptance *acceptance, const char *const *keys,
				    size_t count)
{
	struct rcn_session *session = acceptance->session;
	enum rcn_status status = RCN_OK;

	acceptance->targets = RCN_ARENA_ARRAY(&session->arena, count, struct target);
	if (!acceptance->targets)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < count && status == RCN_OK; i++) {
		struct target *target = &acceptance->targets[acceptance->count];

		target->key = rcn_view_of(keys[i]);
		if (rcn_map_get(&acceptance->by_key, target->key))
			continue;
		acceptance->count++;
		status = rcn_map_set(&acceptance->by_key, target->key, target, NULL);
		if (status == RCN_OK)
			status = read_record(session, target->key, &target->old,
					     &target->has_record);
	}
	return status;
}

/*
 * The target that means this customer, or NULL. As in a plan, a record under the key that the
 * customer had before counts as its own where there is none under the key that it has now.
 */
static enum rcn_status find_target(struct acceptance *acceptance,
				   const struct rcn_customer *customer, struct target **result)
{
	struct target *target = rcn_map_get(&acceptance->by_key, customer->key);
	struct rcn_view previous = customer->previous_external_id;
	struct rcn_record record;
	bool found = false;
	enum rcn_status status = RCN_OK;

	*result = target;
	if (target) {
		if (!target->has_record && !rcn_view_is_none(previous))
			status = read_record(acceptance->session, previous, &target->old,
					     &target->has_record);
		return status;
	}
	if (rcn_view_is_none(previous))
		return RCN_OK;
	target = rcn_map_get(&acceptance->by_key, previous);
	if (target)
		status = read_record(acceptance->session, customer->key, &record, &found);
	*result = found ? NULL : target;
	return status;
}

static enum rcn_status compare(struct rcn_arena *arena, struct target *target,
			       const struct rcn_customer *customer)
{
	struct rcn_node *old = NULL;
	struct rcn_change *changes = NULL;
	const char *reason;
	size_t offset;
	enum rcn_status status;

	target->partner_changed = !rcn_view_equal(target->old.sub_partner, customer->sub_partner);
	/* A body that is unknown, or makes no sense, has no fields to compare. */
	if (rcn_view_is_none(target->old.body) ||
	    rcn_json_read(target->old.body, arena, &old, &reason, &offset) != RCN_OK)
		return rcn_arena_status(arena);
	status = rcn_diff(arena, old, customer->body, &changes, &target->change_count);
	target->changes = changes;
	return status;
}

static bool is_same(const struct rcn_record *old, const struct rcn_customer *customer)
{
	return rcn_view_equal(old->key, customer->key) &&
	       rcn_view_equal(old->body, customer->canonical) &&
	       rcn_digest_equal(&old->digest, &customer->digest) &&
	       rcn_view_equal(old->sub_partner, customer->sub_partner) &&
	       rcn_view_equal(old->path, customer->path) && old->protect == customer->protect &&
	       old->intent == RCN_INTENT_NONE && rcn_view_is_none(old->error) &&
	       rcn_digest_is_zero(&old->refused_digest);
}

static enum rcn_status take_manifest(struct acceptance *acceptance, struct target *target,
				     const struct rcn_customer *customer)
{
	struct rcn_session *session = acceptance->session;
	struct rcn_arena *arena = &session->arena;
	struct rcn_record *record = &target->record;
	enum rcn_status status;

	*record = target->old;
	record->key = rcn_arena_copy(arena, customer->key);
	record->path = rcn_arena_copy(arena, customer->path);
	record->body = rcn_arena_copy(arena, customer->canonical);
	record->digest = customer->digest;
	record->sub_partner = rcn_arena_copy(arena, customer->sub_partner);
	record->commit = rcn_arena_copy(arena, rcn_source_commit(session->source));
	record->protect = customer->protect;
	record->intent = RCN_INTENT_NONE;
	record->intent_body = RCN_VIEW_NONE;
	record->intent_digest = (struct rcn_digest){ { 0 } };
	record->intent_at = 0;
	record->error = record->error_code = record->tracking_id = RCN_VIEW_NONE;
	record->refused_digest = (struct rcn_digest){ { 0 } };
	record->updated_at = rcn_clock_wall(session->clock);
	target->same = is_same(&target->old, customer);
	status = rcn_arena_status(arena);
	return status == RCN_OK ? compare(arena, target, customer) : status;
}

static enum rcn_status see_customer(void *payload, const struct rcn_customer *customer)
{
	struct acceptance *acceptance = payload;
	struct target *target = NULL;
	enum rcn_status status;

	if (rcn_session_stopped(acceptance->session))
		return RCN_ERROR_INTERRUPTED;
	status = find_target(acceptance, customer, &target);
	if (status != RCN_OK || !target)
		return status;
	target->has_manifest = true;
	return target->has_record ? take_manifest(acceptance, target, customer) : RCN_OK;
}

/* Whether the target can't be accepted, with a problem that says why. */
static bool refuse(struct rcn_diag *diag, const struct target *target)
{
	struct rcn_problem *problem;
	bool usable = target->has_record && !rcn_view_is_none(target->old.url);

	if (usable && target->has_manifest)
		return false;
	if (!target->has_record && !target->has_manifest) {
		problem = rcn_diag_error_at(diag, RCN_CODE_SESSION_NO_CUSTOMER, RCN_PLACE_NONE,
					    "neither the state nor the commit has a customer with "
					    "the externalId `%.*s`",
					    RCN_VIEW_ARGS(target->key));
		rcn_problem_hint(problem, "`reconcile status` lists the customers of the state");
	} else if (!target->has_manifest) {
		problem = rcn_diag_error_at(diag, RCN_CODE_SESSION_NOT_ACCEPTED, RCN_PLACE_NONE,
					    "the commit has no manifest of `%.*s`",
					    RCN_VIEW_ARGS(target->key));
		rcn_problem_hint(problem,
				 "commit its manifest first, or forget its record with "
				 "`reconcile state remove %.*s`",
				 RCN_VIEW_ARGS(target->key));
	} else {
		problem = rcn_diag_error_at(
			diag, RCN_CODE_SESSION_NOT_ACCEPTED, RCN_PLACE_NONE,
			target->has_record
				? "the record of `%.*s` has no URL: no customer of it is known"
				: "the state has no record of `%.*s`",
			RCN_VIEW_ARGS(target->key));
		rcn_problem_hint(problem, "run `reconcile apply`: it looks the customer up by its "
					  "externalId, and adopts it when it is there");
	}
	rcn_problem_key(problem, target->key);
	return true;
}

static enum rcn_status refuse_all(struct acceptance *acceptance)
{
	bool refused = false;

	for (size_t i = 0; i < acceptance->count; i++)
		if (refuse(&acceptance->session->diag, &acceptance->targets[i]))
			refused = true;
	return refused ? RCN_ERROR_NOT_FOUND : RCN_OK;
}

static enum rcn_status write_targets(struct acceptance *acceptance)
{
	struct rcn_arena *arena = &acceptance->session->arena;
	const struct rcn_record **puts =
		RCN_ARENA_ARRAY(arena, acceptance->count, const struct rcn_record *);
	struct rcn_view *removes = RCN_ARENA_ARRAY(arena, acceptance->count, struct rcn_view);
	struct rcn_store_batch batch = { .puts = puts, .removes = removes };

	if (!puts || !removes)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < acceptance->count; i++) {
		const struct target *target = &acceptance->targets[i];

		if (target->same)
			continue;
		puts[batch.put_count++] = &target->record;
		if (!rcn_view_equal(target->old.key, target->record.key))
			removes[batch.remove_count++] = target->old.key;
	}
	return batch.put_count > 0 ? rcn_session_mend(acceptance->session, batch) : RCN_OK;
}

static void write_note(struct rcn_buffer *out, const char *before, struct rcn_view text,
		       const char *after)
{
	rcn_buffer_format(out, "      %s`", before);
	(void)rcn_report_cell(out, text, SIZE_MAX);
	rcn_buffer_format(out, "`%s\n", after);
}

static void write_target(struct rcn_buffer *out, const struct target *target)
{
	enum rcn_phase phase = rcn_phase_of(target->record.status);

	rcn_buffer_text(out, "  ");
	(void)rcn_report_cell(out, target->record.key, SIZE_MAX);
	rcn_buffer_text(out, "  ");
	(void)rcn_report_cell(out, target->record.path, SIZE_MAX);
	rcn_buffer_text(out, target->same ? "  (nothing new)\n" : "\n");
	if (!rcn_view_equal(target->old.key, target->record.key))
		write_note(out, "its key was ", target->old.key, "");
	for (size_t i = 0; i < target->change_count; i++)
		write_note(out, "", target->changes[i].pointer, " is taken as applied");
	if (target->partner_changed)
		rcn_buffer_text(out, "      its sub-partner is taken as applied\n");
	if (target->old.intent != RCN_INTENT_NONE)
		write_note(out, "its open request is forgotten: ",
			   rcn_view_of(rcn_intent_name(target->old.intent)), "");
	if (phase == RCN_PHASE_FAILED || phase == RCN_PHASE_DEGRADED)
		write_note(out, "its status is still ", target->record.status,
			   ": the next apply tries it again");
}

static void write_text(struct rcn_buffer *out, const struct acceptance *acceptance,
		       const struct rcn_look *look)
{
	struct rcn_view commit = rcn_source_commit(acceptance->session->source);

	if (look->quiet)
		return;
	rcn_buffer_format(out, "Accepted as applied, from commit %.*s; nothing was sent:\n",
			  (int)(commit.len < 12 ? commit.len : 12), commit.ptr ? commit.ptr : "");
	for (size_t i = 0; i < acceptance->count; i++)
		write_target(out, &acceptance->targets[i]);
}

static void write_target_json(struct rcn_json *json, const struct target *target)
{
	rcn_json_object(json);
	rcn_json_member_string(json, "key", target->record.key);
	if (!rcn_view_equal(target->old.key, target->record.key))
		rcn_json_member_string(json, "previous_key", target->old.key);
	rcn_json_member_string(json, "path", target->record.path);
	rcn_json_member_string(json, "url", target->record.url);
	if (!rcn_view_is_none(target->record.status))
		rcn_json_member_string(json, "status", target->record.status);
	rcn_json_member_boolean(json, "changed", !target->same);
	rcn_json_key(json, "pointers");
	rcn_json_list(json);
	for (size_t i = 0; i < target->change_count; i++)
		rcn_json_string(json, target->changes[i].pointer);
	if (target->partner_changed)
		rcn_json_text(json, "/x-reconcile/subPartnerOrgId");
	rcn_json_end(json);
	if (target->old.intent != RCN_INTENT_NONE)
		rcn_json_member_text(json, "forgotten_request",
				     rcn_intent_name(target->old.intent));
	rcn_json_end(json);
}

static void write_json(struct rcn_buffer *out, const struct acceptance *acceptance)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_member_string(&json, "commit", rcn_source_commit(acceptance->session->source));
	rcn_json_key(&json, "accepted");
	rcn_json_list(&json);
	for (size_t i = 0; i < acceptance->count; i++)
		write_target_json(&json, &acceptance->targets[i]);
	rcn_json_end(&json);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

static enum rcn_status accept_all(struct acceptance *acceptance, const char *const *keys,
				  size_t count)
{
	struct rcn_session *session = acceptance->session;
	struct rcn_manifest_options options;
	struct rcn_manifest_counts counts = { 0 };
	enum rcn_status status = rcn_session_manifest_options(session, &options);

	if (status == RCN_OK)
		status = read_targets(acceptance, keys, count);
	if (status == RCN_OK)
		status = rcn_manifest_load(session->source, &options, see_customer, acceptance,
					   &counts, &session->diag);
	if (status == RCN_OK)
		status = refuse_all(acceptance);
	if (status == RCN_OK)
		status = write_targets(acceptance);
	if (status == RCN_OK)
		(void)rcn_source_warn_dirty(session->source, options.folder, &session->diag);
	return status;
}

enum rcn_status rcn_session_state_accept(struct rcn_session *session, const char *const *keys,
					 size_t count, enum rcn_format format,
					 const struct rcn_look *look, struct rcn_sink sink)
{
	struct acceptance acceptance = { .session = session, .by_key = RCN_MAP };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	size_t errors = session->diag.errors;
	enum rcn_status status = rcn_session_open_to_mend(session, true);

	if (status == RCN_OK)
		status = accept_all(&acceptance, keys, count);
	if (status == RCN_OK) {
		if (format == RCN_FORMAT_JSON)
			write_json(&out, &acceptance);
		else
			write_text(&out, &acceptance, look);
		status = rcn_session_emit(session, &out, sink);
	}
	if (status == RCN_ERROR_MEMORY && session->diag.errors == errors)
		(void)rcn_diag_no_memory(&session->diag);
	rcn_map_free(&acceptance.by_key);
	rcn_session_apply_end(session);
	return status;
}
