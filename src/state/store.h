/*
 * The contract of a state store. One file per kind of store implements the table of
 * operations; one contract suite (tests/contract) runs against every one of them.
 *
 *	rcn_store_open(uri, …)    finds the kind by the URI's scheme, opens, migrates
 *	rcn_store_lock            before anything is written; gives the fencing epoch
 *	rcn_store_read…           at any time, also without the lock (a plan reads only)
 *	rcn_store_commit          one atomic, durable batch: all of it or nothing of it
 *	rcn_store_close           releases the lock; NULL is fine
 *
 * Durable means: when commit has returned RCN_OK, neither a crash of the process nor
 * of the machine loses the batch. Every commit carries the epoch of the lock: a run
 * whose lock was taken over gets RCN_ERROR_FENCED and has written nothing. The lock of a
 * holder that died frees itself.
 */
#ifndef RCN_STATE_STORE_H
#define RCN_STATE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/random.h"
#include "diag/diag.h"
#include "model/record.h"

struct rcn_store;

/* What the store knows about the fleet as a whole. Views live until the next call. */
struct rcn_store_info {
	struct rcn_view uri;            /* as it may be shown: without any password */
	struct rcn_view fleet;          /* a UUID made with the store: whose state this is */
	struct rcn_view api_url;        /* that its records were made against; absent when empty */
	struct rcn_view applied_commit; /* commit that was reconciled last; absent before */
	struct rcn_view
		applied_tree;           /* object id of the manifests folder, when that commit was
					   reconciled completely and nothing is unsettled; or absent */
	struct rcn_view applied_folder; /* the manifests folder of it */
	int64_t applied_at;
	uint32_t canonical_version; /* RCN_CANONICAL_VERSION of the digests */
	uint32_t schema_version;    /* of the store's own layout */
	size_t records;
};

struct rcn_store_options {
	bool create;    /* make the store when there is none (apply); else reading an absent one
			   gives an empty store and writes nothing (plan on a fresh clone) */
	bool read_only; /* no writes, no migration: RCN_ERROR_UNSUPPORTED if one would be due */
	struct rcn_view git_folder; /* where a default sqlite: lives; with a slash at its end */
	const struct rcn_clock *clock;
	const struct rcn_random *random;
};

/* Who holds the lock. Texts live in the arena given. */
struct rcn_lock_holder {
	struct rcn_view host, user, command; /* may be absent */
	int64_t pid;
	int64_t since;       /* wall ms */
	struct rcn_view run; /* run id */
};

/* One atomic batch. Nothing in it is borrowed beyond the commit. */
struct rcn_store_batch {
	const struct rcn_record *const *puts; /* written whole, by key */
	size_t put_count;
	const struct rcn_view *removes; /* keys */
	size_t remove_count;
	bool set_applied; /* the three below are set together */
	struct rcn_view applied_commit, applied_tree, applied_folder;
	int64_t applied_at;
	struct rcn_view api_url; /* absent = leave */
};

typedef enum rcn_status (*rcn_store_visitor)(void *payload, const struct rcn_record *record);

struct rcn_store_ops {
	const char *scheme; /* "sqlite" */
	enum rcn_status (*open)(struct rcn_view uri, const struct rcn_store_options *options,
				struct rcn_store **store, struct rcn_diag *diag);
	void (*close)(struct rcn_store *store);
	enum rcn_status (*info)(struct rcn_store *store, struct rcn_store_info *info,
				struct rcn_diag *diag);
	/* RCN_ERROR_LOCKED with the holder named (diagnostics too) when another run has it. */
	enum rcn_status (*lock)(struct rcn_store *store, const struct rcn_lock_holder *self,
				int64_t timeout_ms, uint64_t *epoch, struct rcn_diag *diag);
	enum rcn_status (*unlock)(struct rcn_store *store);
	/* By key, in bytewise order of the keys where many. The record is valid during the call. */
	enum rcn_status (*read)(struct rcn_store *store, struct rcn_view key,
				rcn_store_visitor visitor, void *payload, bool *found,
				struct rcn_diag *diag);
	enum rcn_status (*read_all)(struct rcn_store *store, rcn_store_visitor visitor,
				    void *payload, struct rcn_diag *diag);
	enum rcn_status (*read_unsettled)(struct rcn_store *store, rcn_store_visitor visitor,
					  void *payload, struct rcn_diag *diag);
	enum rcn_status (*commit)(struct rcn_store *store, const struct rcn_store_batch *batch,
				  struct rcn_diag *diag);
	/* Reads everything and says what is damaged. */
	enum rcn_status (*check)(struct rcn_store *store, struct rcn_diag *diag);
};

/* Every store begins with this. */
struct rcn_store {
	const struct rcn_store_ops *ops;
};

enum rcn_status rcn_store_open(struct rcn_view uri, const struct rcn_store_options *options,
			       struct rcn_store **store, struct rcn_diag *diag);
void rcn_store_close(struct rcn_store *store);
enum rcn_status rcn_store_info(struct rcn_store *store, struct rcn_store_info *info,
			       struct rcn_diag *diag);
enum rcn_status rcn_store_lock(struct rcn_store *store, const struct rcn_lock_holder *self,
			       int64_t timeout_ms, uint64_t *epoch, struct rcn_diag *diag);
enum rcn_status rcn_store_unlock(struct rcn_store *store);
/* Copies the record into the arena; *found says whether there was one. */
enum rcn_status rcn_store_read(struct rcn_store *store, struct rcn_view key,
			       struct rcn_arena *arena, struct rcn_record *record, bool *found,
			       struct rcn_diag *diag);
enum rcn_status rcn_store_read_all(struct rcn_store *store, rcn_store_visitor visitor,
				   void *payload, struct rcn_diag *diag);
enum rcn_status rcn_store_read_unsettled(struct rcn_store *store, rcn_store_visitor visitor,
					 void *payload, struct rcn_diag *diag);
enum rcn_status rcn_store_commit(struct rcn_store *store, const struct rcn_store_batch *batch,
				 struct rcn_diag *diag);
enum rcn_status rcn_store_check(struct rcn_store *store, struct rcn_diag *diag);

/* One record as JSON (state show, export; documented in schemas/state.schema.json). */
struct rcn_json;
void rcn_record_write_json(struct rcn_json *json, const struct rcn_record *record);

extern const struct rcn_store_ops rcn_store_sqlite;

/* The library in use, for `reconcile version`: "3.40.1"; static text. */
const char *rcn_store_library_version(void);

#endif
