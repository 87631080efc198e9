/*
 * The whole job, for programs that embed it; the command line is the first of them.
 *
 *	struct rcn_session_options options = { .environment = my_getenv };
 *	struct rcn_session *session;
 *	rcn_session_new(&options, &session);
 *	rcn_session_set(session, "repo", "/srv/customers");
 *	struct rcn_plan *plan;
 *	struct rcn_plan_request request = { 0 };
 *	if (rcn_session_plan(session, &request, &plan) == RCN_OK)
 *		rcn_plan_write(plan, RCN_FORMAT_TEXT, &look, sink);
 *	rcn_session_write_problems(session, RCN_FORMAT_TEXT, &look, sink);
 *	rcn_plan_release(plan);
 *	rcn_session_free(session);
 *
 * The library never prints, never exits, and has no mutable globals; sessions are
 * independent of each other, one session is for one thread. After any call, problems
 * (errors, warnings, hints) wait in the session until they are written or cleared.
 */
#ifndef RECONCILE_SESSION_H
#define RECONCILE_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include <reconcile/event.h>
#include <reconcile/status.h>
#include <reconcile/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rcn_session;
struct rcn_plan;
struct rcn_result;

enum rcn_format {
	RCN_FORMAT_TEXT,
	RCN_FORMAT_JSON
};

/* How text looks; JSON ignores it. */
struct rcn_look {
	bool colour;
	bool quiet;   /* no hints, no unimportant lines */
	bool verbose; /* nothing folded */
	size_t width; /* columns; 0 = 100 */
};

struct rcn_session_options {
	/* Looks up an environment variable, like getenv; NULL = there is none. */
	const char *(*environment)(const char *name);
	void (*on_event)(void *payload, const struct rcn_event *event); /* may be NULL */
	void *payload;
	/* Becomes non-zero when the user wants to stop: no new requests, those in flight end,
	 * everything is stored, RCN_ERROR_INTERRUPTED is returned. May be NULL. */
	const volatile sig_atomic_t *stop;
	const char *command; /* "reconcile apply", for the lock's holder; may be NULL */
};

RCN_PUBLIC enum rcn_status rcn_session_new(const struct rcn_session_options *options,
					   struct rcn_session **session);
RCN_PUBLIC void rcn_session_free(struct rcn_session *session);

/* Sets a setting as a flag would ("max_deletes", "10"): strongest origin. */
RCN_PUBLIC enum rcn_status rcn_session_set(struct rcn_session *session, const char *name,
					   const char *value);

/* The value in force, or an absent view; reads the environment and the user's file first,
 * not the repository's. For what the command line must know early ("output", "color"). Lives
 * until the next call that reads manifests or state. */
RCN_PUBLIC struct rcn_view rcn_session_get(struct rcn_session *session, const char *name);
RCN_PUBLIC size_t rcn_session_get_list(struct rcn_session *session, const char *name,
				       const struct rcn_view **list);

/* Problems */
RCN_PUBLIC size_t rcn_session_error_count(const struct rcn_session *session);
/* Sorted by place. JSON: one line, {"format_version", "type": "problems", "problems"}. */
RCN_PUBLIC enum rcn_status rcn_session_write_problems(struct rcn_session *session,
						      enum rcn_format format,
						      const struct rcn_look *look,
						      struct rcn_sink sink);
RCN_PUBLIC void rcn_session_clear_problems(struct rcn_session *session);

/* Where manifests come from, for the calls that read them. */
struct rcn_plan_request {
	bool worktree;             /* files on disk instead of the commit */
	bool prune;                /* orphans become deletes */
	bool full;                 /* read everything, whatever is remembered */
	bool allow_rewind;         /* the commit may be no descendant of the last one applied */
	bool for_apply;            /* a refused guard rail is an error, a rewind too */
	const char *expect_digest; /* 64 hex digits, or NULL */
};

/* Manifests and settings, checked. Text: nothing when all is well but one line of counts;
 * JSON: {"format_version", "valid", "counts", "problems"}. RCN_ERROR_INVALID when not. */
RCN_PUBLIC enum rcn_status rcn_session_validate(struct rcn_session *session,
						const struct rcn_plan_request *request,
						enum rcn_format format, const struct rcn_look *look,
						struct rcn_sink sink);

/* A plan: no credentials, no network, nothing is written. Released by the caller. */
RCN_PUBLIC enum rcn_status rcn_session_plan(struct rcn_session *session,
					    const struct rcn_plan_request *request,
					    struct rcn_plan **plan);
RCN_PUBLIC void rcn_plan_release(struct rcn_plan *plan);
RCN_PUBLIC bool rcn_plan_is_empty(const struct rcn_plan *plan);     /* no action at all */
RCN_PUBLIC size_t rcn_plan_work_count(const struct rcn_plan *plan); /* actions apply would do */
RCN_PUBLIC enum rcn_status rcn_plan_write(const struct rcn_plan *plan, enum rcn_format format,
					  const struct rcn_look *look, struct rcn_sink sink);

/*
 * Applies. `begin` takes the lock and makes the plan under it (so that what is shown is what
 * is done); then show, ask, `run`, and `end`, which releases the lock whatever happened.
 */
RCN_PUBLIC enum rcn_status rcn_session_apply_begin(struct rcn_session *session,
						   const struct rcn_plan_request *request,
						   struct rcn_plan **plan);
RCN_PUBLIC enum rcn_status rcn_session_apply_run(struct rcn_session *session, struct rcn_plan *plan,
						 struct rcn_result **result);
RCN_PUBLIC void rcn_session_apply_end(struct rcn_session *session);

/* What an apply came to. A result exists also when apply_run returned an error after it
 * had begun (a dead token, an interrupt): it says what was done. It borrows from its plan,
 * which must outlive it. */
struct rcn_result_counts {
	size_t actions;
	size_t created, updated, deleted, adopted, retried, resumed, unchanged_remote;
	size_t done;                     /* all of the above */
	size_t busy;                     /* accepted, not settled at the time limit */
	size_t failed, blocked, skipped; /* skipped: never started */
	size_t requests, refused;        /* sent; answered by 429 or 423 */
};
RCN_PUBLIC void rcn_result_release(struct rcn_result *result);
RCN_PUBLIC struct rcn_result_counts rcn_result_counts(const struct rcn_result *result);
RCN_PUBLIC enum rcn_status rcn_result_write(const struct rcn_result *result, enum rcn_format format,
					    const struct rcn_look *look, struct rcn_sink sink);

/* From the state, without asking the service. `key`: one customer (key, path, URL or name
 * matched), or NULL for all. */
RCN_PUBLIC enum rcn_status rcn_session_status(struct rcn_session *session, const char *key,
					      enum rcn_format format, const struct rcn_look *look,
					      struct rcn_sink sink);
RCN_PUBLIC enum rcn_status rcn_session_state_list(struct rcn_session *session,
						  enum rcn_format format,
						  const struct rcn_look *look,
						  struct rcn_sink sink);
RCN_PUBLIC enum rcn_status rcn_session_state_show(struct rcn_session *session, const char *key,
						  enum rcn_format format,
						  const struct rcn_look *look,
						  struct rcn_sink sink);
RCN_PUBLIC enum rcn_status rcn_session_state_export(struct rcn_session *session,
						    struct rcn_sink sink);

/*
 * The two calls with which a person corrects the state. Nothing is sent. Both take the lock, and
 * do all keys (externalIds) or none: every key that stands in the way gets a problem of its own.
 * Text: a line for each customer; JSON: {"format_version", "accepted" or "removed"}.
 *
 * accept: the service is said to have what the manifest of the commit says. The record gets its
 * body, and loses its last error, its refused body and its open request; the status stays, as it
 * is the service's word. For records with a URL alone; a record that is still under the
 * previousExternalId of its manifest may be named by either, and moves to the new key.
 */
RCN_PUBLIC enum rcn_status rcn_session_state_accept(struct rcn_session *session,
						    const char *const *keys, size_t count,
						    enum rcn_format format,
						    const struct rcn_look *look,
						    struct rcn_sink sink);

/*
 * remove: the record is forgotten; the customer at the service is left alone. A record with an
 * open create is refused (RCN_ERROR_GUARD), and so is one that can't be read, unless `sure`.
 */
struct rcn_remove_request {
	bool sure;
	/* Asked under the lock, when all keys are well; `records` is text, a line for each. On
	 * false nothing is written, and RCN_OK is returned. NULL = yes. */
	bool (*confirm)(void *payload, struct rcn_view records);
	void *payload;
};
RCN_PUBLIC enum rcn_status rcn_session_state_remove(struct rcn_session *session,
						    const char *const *keys, size_t count,
						    const struct rcn_remove_request *request,
						    enum rcn_format format,
						    const struct rcn_look *look,
						    struct rcn_sink sink);

/* A manifest with its defaults, each value with its origin. */
RCN_PUBLIC enum rcn_status rcn_session_render(struct rcn_session *session,
					      const struct rcn_plan_request *request,
					      const char *file, enum rcn_format format,
					      struct rcn_sink sink);

/* Each setting, its value and where it came from. */
RCN_PUBLIC enum rcn_status rcn_session_config(struct rcn_session *session,
					      const struct rcn_plan_request *request,
					      enum rcn_format format, const struct rcn_look *look,
					      struct rcn_sink sink);

#ifdef __cplusplus
}
#endif
#endif
