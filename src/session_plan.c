/* Desired and last applied, paired into a plan; and the check without a plan. */
#include "base/limits.h"
#include "session.h"

/* For "%.*s": a commit id as people write it. */
#define SHORT_ID(id) (int)((id).len < 12 ? (id).len : 12), ((id).ptr ? (id).ptr : "")

/* Where each record goes that is paired with a manifest. */
struct pairing {
	struct rcn_session *session;
	struct rcn_planner *planner;
	struct rcn_map by_key; /* key → struct rcn_record */
	struct rcn_map seen;   /* the keys of records that a manifest knows */
};

/* By key; or by the key that the customer had before, where there is no record yet under the
 * one that it has now. `other` is the record of the key that it had before where that is
 * another customer of the service. */
static struct rcn_record *find_record(const struct pairing *pairing,
				      const struct rcn_customer *customer,
				      struct rcn_record **other)
{
	struct rcn_record *record = rcn_map_get(&pairing->by_key, customer->key);
	struct rcn_record *previous = NULL;

	*other = NULL;
	if (!rcn_view_is_none(customer->previous_external_id))
		previous = rcn_map_get(&pairing->by_key, customer->previous_external_id);
	if (!record)
		return previous;
	if (previous && !rcn_view_is_none(previous->customer_id) &&
	    !rcn_view_equal(previous->customer_id, record->customer_id))
		*other = previous;
	return record;
}

static enum rcn_status pair_customer(void *payload, const struct rcn_customer *customer)
{
	struct pairing *pairing = payload;
	struct rcn_record *other, *record = find_record(pairing, customer, &other);
	enum rcn_status status = RCN_OK;

	if (rcn_session_stopped(pairing->session))
		return RCN_ERROR_INTERRUPTED;
	if (record)
		status = rcn_map_set(&pairing->seen, record->key, record, NULL);
	if (status == RCN_OK && other)
		status = rcn_map_set(&pairing->seen, other->key, other, NULL);
	if (status != RCN_OK)
		return status;
	if (other)
		return rcn_planner_conflict(pairing->planner, customer, record, other);
	return rcn_planner_customer(pairing->planner, customer, record);
}

static enum rcn_status pair_all(struct pairing *pairing)
{
	struct rcn_session *session = pairing->session;
	struct rcn_manifest_options options;
	struct rcn_manifest_counts counts = { 0 };
	enum rcn_status status = rcn_session_manifest_options(session, &options);

	for (size_t i = 0; i < session->record_count && status == RCN_OK; i++)
		status = rcn_map_set(&pairing->by_key, session->records[i]->key,
				     session->records[i], NULL);
	if (status == RCN_OK)
		status = rcn_manifest_load(session->source, &options, pair_customer, pairing,
					   &counts, &session->diag);
	for (size_t i = 0; i < session->record_count && status == RCN_OK; i++)
		if (!rcn_map_get(&pairing->seen, session->records[i]->key))
			status = rcn_planner_orphan(pairing->planner, session->records[i]);
	return status;
}

static enum rcn_status read_digest(struct rcn_session *session, const char *text,
				   struct rcn_plan_options *options)
{
	if (!text)
		return RCN_OK;
	options->digest_given = true;
	if (rcn_digest_from_hex(rcn_view_of(text), &options->expected_digest))
		return RCN_OK;
	rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_REQUEST, RCN_PLACE_NONE,
			  "`%s` is no plan's digest, which has 64 hexadecimal digits", text);
	return RCN_ERROR_USAGE;
}

static void read_limits(const struct rcn_settings *settings, struct rcn_plan_options *options)
{
	const struct rcn_amount *changes = &settings->values[RCN_SETTING_MAX_CHANGES].amount;
	const struct rcn_amount *deletes = &settings->values[RCN_SETTING_MAX_DELETES].amount;

	options->max_changes.given = changes->given;
	options->max_changes.percent = changes->percent;
	options->max_changes.value = changes->value;
	options->max_deletes.given = deletes->given;
	options->max_deletes.percent = deletes->percent;
	options->max_deletes.value = deletes->value;
}

/* In a plan a guard rail is news, not a failure: the plan is what there is to look at. */
static enum rcn_status check_plan(struct rcn_session *session, const struct rcn_plan *plan,
				  const struct rcn_plan_options *options, bool for_apply)
{
	struct rcn_diag found;
	enum rcn_status status;

	rcn_diag_init(&found);
	status = rcn_plan_check(plan, options, &found);
	if (status == RCN_ERROR_GUARD && !for_apply) {
		for (size_t i = 0; i < found.count; i++) {
			const struct rcn_problem *problem = found.problems[i];
			struct rcn_problem *warning =
				rcn_diag_warning_at(&session->diag, problem->code, problem->place,
						    "%.*s", RCN_VIEW_ARGS(problem->message));

			if (!rcn_view_is_none(problem->hint))
				rcn_problem_hint(warning, "%.*s", RCN_VIEW_ARGS(problem->hint));
		}
		status = RCN_OK;
	} else if (rcn_diag_merge(&session->diag, &found) != RCN_OK) {
		status = status == RCN_OK ? RCN_ERROR_MEMORY : status;
	}
	rcn_diag_free(&found);
	return status;
}

static enum rcn_status check_ancestry(struct rcn_session *session,
				      const struct rcn_plan_request *request)
{
	static const char *const words[] = {
		[RCN_ANCESTRY_REWOUND] = "comes before",
		[RCN_ANCESTRY_UNRELATED] = "is on another line of history than",
		[RCN_ANCESTRY_UNKNOWN] = "can't be compared with (it is not in this repository)",
	};
	struct rcn_view commit = rcn_source_commit(session->source);
	struct rcn_view old = session->info.applied_commit;
	enum rcn_ancestry ancestry;
	struct rcn_problem *problem;

	if (rcn_source_is_worktree(session->source) || rcn_view_is_none(old) || old.len == 0 ||
	    request->allow_rewind)
		return RCN_OK;
	ancestry = rcn_source_ancestry(session->source, old);
	if (ancestry == RCN_ANCESTRY_SAME || ancestry == RCN_ANCESTRY_FORWARD)
		return RCN_OK;
	if (!request->for_apply) {
		problem =
			rcn_diag_warning_at(&session->diag, RCN_CODE_SESSION_REWIND, RCN_PLACE_NONE,
					    "commit %.*s %s %.*s, which was applied last",
					    SHORT_ID(commit), words[ancestry], SHORT_ID(old));
		rcn_problem_hint(problem, "apply will want --allow-rewind");
		return RCN_OK;
	}
	problem = rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_REWIND, RCN_PLACE_NONE,
				    "commit %.*s %s %.*s, which was applied last; nothing was "
				    "sent",
				    SHORT_ID(commit), words[ancestry], SHORT_ID(old));
	rcn_problem_hint(problem, "if that is meant, give --allow-rewind");
	return RCN_ERROR_GUARD;
}

static enum rcn_status check_api(struct rcn_session *session)
{
	struct rcn_view theirs = rcn_session_trim_url(session->info.api_url);
	struct rcn_view ours =
		rcn_session_trim_url(rcn_settings_text(&session->settings, RCN_SETTING_API_URL));
	struct rcn_problem *problem;

	if (theirs.len == 0 || rcn_view_equal(theirs, ours))
		return RCN_OK;
	problem = rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_OTHER_API, RCN_PLACE_NONE,
				    "the state %.*s belongs to the API at %.*s, not to %.*s",
				    RCN_VIEW_ARGS(session->info.uri), RCN_VIEW_ARGS(theirs),
				    RCN_VIEW_ARGS(ours));
	rcn_problem_hint(problem, "give --api-url %.*s, or a state of its own with --state",
			 RCN_VIEW_ARGS(theirs));
	return RCN_ERROR_INVALID;
}

static enum rcn_status finish_plan(struct pairing *pairing, const struct rcn_plan_options *options,
				   bool for_apply, struct rcn_plan **plan)
{
	struct rcn_plan *made = NULL;
	enum rcn_status status = rcn_planner_finish(pairing->planner, &made);

	if (status != RCN_OK)
		return status;
	status = check_plan(pairing->session, made, options, for_apply);
	if (status == RCN_OK)
		*plan = made;
	else
		rcn_plan_free(made);
	return status;
}

enum rcn_status rcn_session_make_plan(struct rcn_session *session,
				      const struct rcn_plan_request *request,
				      struct rcn_plan **plan)
{
	struct rcn_plan_options options = {
		.commit = rcn_source_commit(session->source),
		.ref = rcn_source_ref(session->source),
		.folder = rcn_settings_text(&session->settings, RCN_SETTING_PATH),
		.prune = request->prune,
	};
	struct pairing pairing = { .session = session, .by_key = RCN_MAP, .seen = RCN_MAP };
	size_t errors = session->diag.errors;
	enum rcn_status status = read_digest(session, request->expect_digest, &options);

	read_limits(&session->settings, &options);
	if (status == RCN_OK)
		status = check_api(session);
	if (status == RCN_OK)
		status = check_ancestry(session, request);
	if (status == RCN_OK)
		status = rcn_session_read_records(session);
	if (status == RCN_OK)
		status = rcn_planner_new(&options, &pairing.planner);
	if (status == RCN_OK)
		status = pair_all(&pairing);
	if (status == RCN_OK)
		status = finish_plan(&pairing, &options, request->for_apply, plan);
	if (status == RCN_OK)
		(void)rcn_source_warn_dirty(session->source, options.folder, &session->diag);
	if (status == RCN_ERROR_MEMORY && session->diag.errors == errors)
		(void)rcn_diag_no_memory(&session->diag);
	rcn_planner_free(pairing.planner);
	rcn_map_free(&pairing.by_key);
	rcn_map_free(&pairing.seen);
	return status;
}

enum rcn_status rcn_session_plan(struct rcn_session *session,
				 const struct rcn_plan_request *request, struct rcn_plan **plan)
{
	enum rcn_status status = rcn_session_open_source(session, request->worktree);

	if (status == RCN_OK)
		status = rcn_session_open_store(session, false);
	if (status == RCN_OK)
		status = rcn_session_make_plan(session, request, plan);
	rcn_session_close_store(session);
	return status;
}

void rcn_plan_release(struct rcn_plan *plan)
{
	rcn_plan_free(plan);
}

bool rcn_plan_is_empty(const struct rcn_plan *plan)
{
	return plan->count == 0;
}

size_t rcn_plan_work_count(const struct rcn_plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += rcn_action_is_work(plan->actions[i].type);
	return count;
}

static enum rcn_status write_out(struct rcn_buffer *out, struct rcn_sink sink)
{
	enum rcn_status status = rcn_buffer_status(out);
	struct rcn_view text = rcn_buffer_get(out);

	if (status == RCN_OK && sink.write(sink.payload, text.ptr, text.len) != 0)
		status = RCN_ERROR_IO;
	rcn_buffer_free(out);
	return status;
}

enum rcn_status rcn_plan_write(const struct rcn_plan *plan, enum rcn_format format,
			       const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	if (format == RCN_FORMAT_JSON)
		rcn_report_plan_json(&out, plan);
	else
		rcn_report_plan_text(&out, plan, look);
	return write_out(&out, sink);
}

static enum rcn_status ignore_customer(void *payload, const struct rcn_customer *customer)
{
	(void)customer;
	return rcn_session_stopped(payload) ? RCN_ERROR_INTERRUPTED : RCN_OK;
}

static void write_validity(struct rcn_buffer *out, const struct rcn_diag *diag, bool valid,
			   const struct rcn_manifest_counts *counts)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_OUTPUT_FORMAT_VERSION);
	rcn_json_member_boolean(&json, "valid", valid);
	rcn_json_key(&json, "counts");
	rcn_json_object(&json);
	rcn_json_member_integer(&json, "files", (int64_t)counts->files);
	rcn_json_member_integer(&json, "documents", (int64_t)counts->documents);
	rcn_json_member_integer(&json, "customers", (int64_t)counts->customers);
	rcn_json_member_integer(&json, "defaults", (int64_t)counts->defaults);
	rcn_json_member_integer(&json, "errors", (int64_t)diag->errors);
	rcn_json_member_integer(&json, "warnings", (int64_t)diag->warnings);
	rcn_json_member_integer(&json, "hints", (int64_t)diag->hints);
	rcn_json_end(&json);
	rcn_report_problems_json(&json, diag);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

enum rcn_status rcn_session_validate(struct rcn_session *session,
				     const struct rcn_plan_request *request, enum rcn_format format,
				     const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_manifest_options options;
	struct rcn_manifest_counts counts = { 0 };
	enum rcn_status written, status = rcn_session_open_source(session, request->worktree);

	/* Settings that are wrong do not keep the manifests from being looked at. */
	if (session->source && (status == RCN_OK || status == RCN_ERROR_INVALID)) {
		enum rcn_status loaded = rcn_session_manifest_options(session, &options);

		if (loaded == RCN_OK)
			loaded = rcn_manifest_load(session->source, &options, ignore_customer,
						   session, &counts, &session->diag);
		if (loaded == RCN_OK)
			(void)rcn_source_warn_dirty(session->source, options.folder,
						    &session->diag);
		else if (status == RCN_OK || loaded != RCN_ERROR_INVALID)
			status = loaded;
	}
	if (status != RCN_OK && status != RCN_ERROR_INVALID)
		return status;
	rcn_diag_sort(&session->diag);
	if (format == RCN_FORMAT_JSON)
		write_validity(&out, &session->diag, status == RCN_OK, &counts);
	else if (status == RCN_OK && !look->quiet)
		rcn_buffer_format(&out, "Valid: %zu customer%s in %zu file%s.\n", counts.customers,
				  counts.customers == 1 ? "" : "s", counts.files,
				  counts.files == 1 ? "" : "s");
	written = rcn_session_emit(session, &out, sink);
	return status != RCN_OK ? status : written;
}
