/*
 * The SQLite store's inside, shared by its files alone.
 *
 *	sqlite.c           opening, closing, the table of operations
 *	sqlite_layout.c    the layout: its versions, and the steps between them
 *	sqlite_records.c   reading and committing
 *	sqlite_info.c      what concerns the fleet as a whole
 *	sqlite_check.c     looking for damage
 *	sqlite_report.c    SQLite's result codes → problems
 *
 * One connection, used by one thread. While the run's lock is held nobody else writes;
 * should somebody (the lock file was removed, another machine), the epoch in the table
 * `lock` decides, inside the transaction.
 */
#ifndef RCN_STATE_SQLITE_STORE_H
#define RCN_STATE_SQLITE_STORE_H

#include "state/lock_file.h"
#include "state/store.h"

#define SQLITE_APPLICATION_ID 0x52434e53 /* "RCNS" */

struct sqlite3;
struct sqlite3_stmt;

enum sqlite_statement {
	SQLITE_STATEMENT_BEGIN,
	SQLITE_STATEMENT_COMMIT,
	SQLITE_STATEMENT_ROLLBACK,
	SQLITE_STATEMENT_FENCE,
	SQLITE_STATEMENT_TAKE_EPOCH,
	SQLITE_STATEMENT_PUT,
	SQLITE_STATEMENT_REMOVE,
	SQLITE_STATEMENT_SET_META,
	SQLITE_STATEMENT_READ,
	SQLITE_STATEMENT_READ_ALL,
	SQLITE_STATEMENT_READ_UNSETTLED,
	SQLITE_STATEMENT_META,
	SQLITE_STATEMENT_COUNT_RECORDS,
	SQLITE_STATEMENT_COUNT,
};

struct sqlite_store {
	struct rcn_store base;
	struct sqlite3 *database; /* NULL: there is none, and it reads as an empty one */
	struct sqlite3_stmt *statements[SQLITE_STATEMENT_COUNT];
	char *path;
	char *uri; /* for showing */
	char *lock_path;
	bool read_only;
	bool locked;
	struct rcn_lock_file lock;
	uint64_t epoch;
	const struct rcn_clock *clock;
	const struct rcn_random *random;
	struct rcn_arena info_arena;
};

/* What was being done when SQLite returned `code` (extended). Adds the problem that fits. */
enum sqlite_task {
	SQLITE_TASK_OPEN,
	SQLITE_TASK_READ,
	SQLITE_TASK_WRITE
};
enum rcn_status rcn_sqlite_report(const struct sqlite_store *store, enum sqlite_task task, int code,
				  struct rcn_diag *diag);
/* Damage that we found ourselves; `what` as a sentence's end: "the state `p` is damaged: …". */
enum rcn_status rcn_sqlite_report_damage(const struct sqlite_store *store, const char *what,
					 struct rcn_diag *diag);

/* Runs SQL without results; the extended result code. */
int rcn_sqlite_run(struct sqlite3 *database, const char *sql);
/* The number that a one-row statement gives. */
int rcn_sqlite_number(struct sqlite3 *database, const char *sql, int64_t *number);

/* Looks at who made the database, and brings its layout up to date. *empty when it holds
 * nothing at all and nothing was to be made. */
enum rcn_status rcn_sqlite_layout_prepare(struct sqlite_store *store, bool create, bool *empty,
					  struct rcn_diag *diag);
uint32_t rcn_sqlite_layout_version(void);

/* The statement, ready to be bound and stepped; NULL and *code on failure. */
struct sqlite3_stmt *rcn_sqlite_statement(struct sqlite_store *store, enum sqlite_statement id,
					  int *code);
void rcn_sqlite_statements_free(struct sqlite_store *store);

enum rcn_status rcn_sqlite_take_epoch(struct sqlite_store *store,
				      const struct rcn_lock_holder *self, struct rcn_diag *diag);

/* The operations (store.h). */
enum rcn_status rcn_sqlite_info(struct rcn_store *base, struct rcn_store_info *info,
				struct rcn_diag *diag);
enum rcn_status rcn_sqlite_read(struct rcn_store *base, struct rcn_view key,
				rcn_store_visitor visitor, void *payload, bool *found,
				struct rcn_diag *diag);
enum rcn_status rcn_sqlite_read_all(struct rcn_store *base, rcn_store_visitor visitor,
				    void *payload, struct rcn_diag *diag);
enum rcn_status rcn_sqlite_read_unsettled(struct rcn_store *base, rcn_store_visitor visitor,
					  void *payload, struct rcn_diag *diag);
enum rcn_status rcn_sqlite_commit(struct rcn_store *base, const struct rcn_store_batch *batch,
				  struct rcn_diag *diag);
enum rcn_status rcn_sqlite_check(struct rcn_store *base, struct rcn_diag *diag);

#endif
