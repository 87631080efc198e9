/*
 * What the files session*.c share. Public contract: <reconcile/session.h>.
 *
 * Order inside every call: settings (flags are there already; environment, user's file),
 * source, the repository's own settings, store. rcn_session_open does all of it; each step is
 * done once and kept until a call needs it otherwise (files on disk instead of a commit, a
 * store that writes instead of one that reads).
 */
#ifndef RCN_SESSION_H
#define RCN_SESSION_H

#include <reconcile/session.h>

#include "base/map.h"
#include "manifest/manifest.h"
#include "report/report.h"
#include "settings/settings.h"
#include "source/source.h"
#include "state/store.h"

struct rcn_session_flag {
	enum rcn_setting setting;
	char *text;
};

struct rcn_session {
	struct rcn_session_options options;
	const struct rcn_clock *clock;
	const struct rcn_random *random;
	struct rcn_diag diag;

	struct rcn_settings settings;
	struct rcn_session_flag *flags; /* kept, as settings are read anew for another source */
	size_t flag_count, flag_capacity;
	bool settings_read; /* environment and user's file; what came of it: */
	enum rcn_status settings_status;
	bool repository_read; /* the source's reconcile.yaml */

	struct rcn_source *source;
	struct rcn_schema *schema;

	struct rcn_store *store;
	struct rcn_store_info info; /* texts in `arena` */
	bool store_writes, locked;

	/* Of the store's records and info; emptied when the store is closed. */
	struct rcn_arena arena;
	struct rcn_record **records; /* in the store's order; items in `arena` */
	size_t record_count, record_capacity;
};

/* Environment and user's file, once. */
enum rcn_status rcn_session_read_settings(struct rcn_session *session);
/* The above, the source (a commit's or the work tree's) and the settings in it. */
enum rcn_status rcn_session_open_source(struct rcn_session *session, bool worktree);
/* The store, with its info; `lock` takes the lock and may create it. Needs the source, but
 * where the settings name a store that does without one. */
enum rcn_status rcn_session_open_store(struct rcn_session *session, bool lock);
/*
 * For commands that correct single records: the store that is there, locked. Where there is
 * none, none is made, and reading finds nothing; then `locked` stays false and nothing can be
 * written. `source`: the manifests are needed too, not only what names the store.
 */
enum rcn_status rcn_session_open_to_mend(struct rcn_session *session, bool source);
/* Writes the batch's puts and removes; the last apply counts as incomplete from then on. */
enum rcn_status rcn_session_mend(struct rcn_session *session, struct rcn_store_batch batch);
void rcn_session_close_store(struct rcn_session *session);
void rcn_session_close_source(struct rcn_session *session);
/* All records, in order of their keys, into `records`. */
enum rcn_status rcn_session_read_records(struct rcn_session *session);
enum rcn_status rcn_session_manifest_options(struct rcn_session *session,
					     struct rcn_manifest_options *options);

bool rcn_session_stopped(const struct rcn_session *session);
/* The buffer's status, else what the sink says: RCN_ERROR_IO when it refused. A sink's refusal
 * gets no problem: its owner knows why it refused. Frees the buffer. */
enum rcn_status rcn_session_emit(struct rcn_session *session, struct rcn_buffer *buffer,
				 struct rcn_sink sink);
/* The URL without slashes at its end, so that both spellings are the same API. */
struct rcn_view rcn_session_trim_url(struct rcn_view url);

/* The plan, from an open source and store; session_plan.c. */
enum rcn_status rcn_session_make_plan(struct rcn_session *session,
				      const struct rcn_plan_request *request,
				      struct rcn_plan **plan);

#endif
