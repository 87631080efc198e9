/* Taking the lock, planning under it, running the plan, and writing down that it was run. */
#include <stdlib.h>

#include "apply/apply.h"
#include "base/limits.h"
#include "http/http.h"
#include "session.h"
#include "webex/client.h"
#include "webex/credentials.h"

static enum rcn_status refuse_worktree(struct rcn_session *session,
				       const struct rcn_plan_request *request)
{
	struct rcn_problem *problem;

	if (!request->worktree)
		return RCN_OK;
	problem = rcn_diag_error_at(&session->diag, RCN_CODE_SESSION_REQUEST, RCN_PLACE_NONE,
				    "files on disk can be planned, not applied");
	rcn_problem_hint(problem, "commit them first: what is applied is what was reviewed");
	return RCN_ERROR_USAGE;
}

enum rcn_status rcn_session_apply_begin(struct rcn_session *session,
					const struct rcn_plan_request *request,
					struct rcn_plan **plan)
{
	struct rcn_plan_request strict = *request;
	enum rcn_status status = refuse_worktree(session, request);

	strict.for_apply = true;
	if (status == RCN_OK)
		status = rcn_session_open_source(session, false);
	if (status == RCN_OK)
		status = rcn_session_open_store(session, true);
	if (status == RCN_OK)
		status = rcn_session_make_plan(session, &strict, plan);
	if (status != RCN_OK)
		rcn_session_apply_end(session);
	return status;
}

void rcn_session_apply_end(struct rcn_session *session)
{
	rcn_session_close_store(session);
	rcn_session_close_source(session);
}

/* What a run needs to talk to the service; made only when there is something to say. */
struct service {
	struct rcn_credentials credentials;
	struct rcn_http *http;
	struct rcn_client *client;
	char *ca_file, *token_file;
};

static enum rcn_status copy_path(struct rcn_session *session, enum rcn_setting setting, char **path)
{
	struct rcn_view text = rcn_settings_text(&session->settings, setting);

	if (text.len == 0)
		return RCN_OK;
	*path = rcn_view_duplicate(text);
	return *path ? RCN_OK : rcn_diag_no_memory(&session->diag);
}

static enum rcn_status open_service(struct rcn_session *session, struct service *service)
{
	const struct rcn_settings *settings = &session->settings;
	unsigned concurrency = (unsigned)rcn_settings_number(settings, RCN_SETTING_CONCURRENCY);
	enum rcn_status status = copy_path(session, RCN_SETTING_CA_FILE, &service->ca_file);

	if (status == RCN_OK)
		status = copy_path(session, RCN_SETTING_TOKEN_FILE, &service->token_file);
	if (status == RCN_OK)
		status = rcn_credentials_load(service->token_file, session->options.environment,
					      &service->credentials, &session->diag);
	if (status == RCN_OK) {
		const struct rcn_http_options options = {
			.ca_file = service->ca_file,
			.user_agent = "reconcile/" RCN_VERSION,
			.concurrency = concurrency,
			.timeout_ms = rcn_settings_number(settings, RCN_SETTING_TIMEOUT),
			.clock = session->clock,
		};

		status = rcn_http_new(&options, &service->http, &session->diag);
	}
	if (status == RCN_OK) {
		const struct rcn_client_options options = {
			.base = rcn_session_trim_url(
				rcn_settings_text(settings, RCN_SETTING_API_URL)),
			.credentials = &service->credentials,
			.http = service->http,
			.clock = session->clock,
			.random = session->random,
		};

		status = rcn_client_new(&options, &service->client, &session->diag);
	}
	return status;
}

/* The loop's last callbacks may still look at the client: the loop goes first. */
static void close_service(struct service *service)
{
	rcn_http_free(service->http);
	rcn_client_free(service->client);
	rcn_credentials_free(&service->credentials);
	free(service->ca_file);
	free(service->token_file);
}

static enum rcn_status run_plan(struct rcn_session *session, const struct rcn_plan *plan,
				struct rcn_result **result)
{
	const struct rcn_settings *settings = &session->settings;
	struct service service = { 0 };
	enum rcn_status status = open_service(session, &service);

	if (status == RCN_OK) {
		const struct rcn_apply_options options = {
			.http = service.http,
			.client = service.client,
			.store = session->store,
			.clock = session->clock,
			.random = session->random,
			.concurrency =
				(unsigned)rcn_settings_number(settings, RCN_SETTING_CONCURRENCY),
			.wait_ms = rcn_settings_number(settings, RCN_SETTING_WAIT),
			.poll_ms = rcn_settings_number(settings, RCN_SETTING_POLL_INTERVAL),
			.doubt_ms = rcn_settings_number(settings, RCN_SETTING_TIMEOUT),
			.stop = session->options.stop,
			.on_event = session->options.on_event,
			.payload = session->options.payload,
		};

		status = rcn_apply(plan, &options, result, &session->diag);
	}
	close_service(&service);
	return status;
}

static enum rcn_status see_unsettled(void *payload, const struct rcn_record *record)
{
	bool *unsettled = payload;

	(void)record;
	*unsettled = true;
	return RCN_OK;
}

/* The manifests folder's id stands for "all of it is done": only when nothing was kept
 * back, failed, or is still under way may a later run rely on it. */
static enum rcn_status find_applied_tree(struct rcn_session *session, const struct rcn_plan *plan,
					 const struct rcn_result *result,
					 char tree[RCN_OBJECT_ID_SIZE])
{
	const struct rcn_result_counts *counts = &result->counts;
	bool unsettled = false;
	enum rcn_status status;

	tree[0] = '\0';
	if (plan->counts[RCN_ACTION_BLOCKED] + plan->counts[RCN_ACTION_ORPHAN] + counts->busy +
		    counts->failed + counts->blocked + counts->skipped >
	    0)
		return RCN_OK;
	status =
		rcn_store_read_unsettled(session->store, see_unsettled, &unsettled, &session->diag);
	if (status != RCN_OK || unsettled)
		return status;
	return rcn_source_folder_id(session->source, plan->folder, tree);
}

static const struct rcn_record *record_by_key(const struct rcn_session *session,
					      struct rcn_view key)
{
	size_t low = 0, high = session->record_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = rcn_view_compare(session->records[middle]->key, key);

		if (order == 0)
			return session->records[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Customers that are unchanged at the service, but whose manifest moved or is protected
 * now (or no longer): the records follow, without any request. */
static enum rcn_status store_touches(struct rcn_session *session, const struct rcn_plan *plan)
{
	struct rcn_record *records;
	const struct rcn_record **puts;
	size_t count = 0;
	enum rcn_status status;

	if (plan->touch_count == 0)
		return RCN_OK;
	records = calloc(plan->touch_count, sizeof(*records));
	puts = calloc(plan->touch_count, sizeof(const struct rcn_record *));
	if (!records || !puts) {
		free(records);
		free(puts);
		return rcn_diag_no_memory(&session->diag);
	}
	for (size_t i = 0; i < plan->touch_count; i++) {
		const struct rcn_touch *touch = &plan->touches[i];
		const struct rcn_record *old = record_by_key(session, touch->key);

		if (!old)
			continue;
		records[count] = *old;
		records[count].path = touch->path;
		records[count].protect = touch->protect;
		puts[count] = &records[count];
		count++;
	}
	status = rcn_store_commit(session->store,
				  &(struct rcn_store_batch){ .puts = puts, .put_count = count },
				  &session->diag);
	free(records);
	free(puts);
	return status;
}

static enum rcn_status note_applied(struct rcn_session *session, const struct rcn_plan *plan,
				    const struct rcn_result *result)
{
	const struct rcn_store_info *info = &session->info;
	char tree[RCN_OBJECT_ID_SIZE] = "";
	struct rcn_store_batch batch = { .set_applied = true };
	enum rcn_status status = find_applied_tree(session, plan, result, tree);

	if (status != RCN_OK)
		return status;
	batch.applied_commit = plan->commit;
	batch.applied_tree = tree[0] ? rcn_view_of(tree) : RCN_VIEW_NONE;
	batch.applied_folder = plan->folder;
	batch.applied_at = rcn_clock_wall(session->clock);
	/* A run that found nothing to do leaves the store alone. */
	if (rcn_plan_work_count(plan) == 0 &&
	    rcn_view_equal(info->applied_commit, batch.applied_commit) &&
	    rcn_view_equal(info->applied_tree, batch.applied_tree) &&
	    rcn_view_equal(info->applied_folder, batch.applied_folder))
		return RCN_OK;
	return rcn_store_commit(session->store, &batch, &session->diag);
}

enum rcn_status rcn_session_apply_run(struct rcn_session *session, struct rcn_plan *plan,
				      struct rcn_result **result)
{
	struct rcn_result *made = NULL;
	enum rcn_status status = RCN_OK;

	if (!session->locked)
		return rcn_diag_internal(&session->diag, "apply_run without apply_begin");
	if (rcn_plan_work_count(plan) > 0) {
		status = run_plan(session, plan, &made);
	} else {
		made = rcn_result_new(plan, rcn_clock_wall(session->clock));
		if (!made)
			return rcn_diag_no_memory(&session->diag);
		made->ended_at = made->started_at;
	}
	if (status == RCN_OK)
		status = store_touches(session, plan);
	if (status == RCN_OK)
		status = note_applied(session, plan, made);
	if (made)
		*result = made;
	return status;
}

void rcn_result_release(struct rcn_result *result)
{
	rcn_result_free(result);
}

struct rcn_result_counts rcn_result_counts(const struct rcn_result *result)
{
	return result->counts;
}

enum rcn_status rcn_result_write(const struct rcn_result *result, enum rcn_format format,
				 const struct rcn_look *look, struct rcn_sink sink)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	enum rcn_status status;

	if (format == RCN_FORMAT_JSON)
		rcn_report_result_json(&out, result);
	else
		rcn_report_result_text(&out, result, look);
	status = rcn_buffer_status(&out);
	if (status == RCN_OK && sink.write(sink.payload, out.ptr, out.len) != 0)
		status = RCN_ERROR_IO;
	rcn_buffer_free(&out);
	return status;
}
