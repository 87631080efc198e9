#include <sqlite3.h>

#include "state/sqlite_store.h"

#include "data/json.h"

/*
 * The layout in steps: step N (from 1) turns layout N - 1 into layout N, in one
 * transaction. A step that was released is never changed; a new layout is a new step.
 *
 * `meta` holds what concerns the fleet as a whole, by name, so that a new fact needs no
 * step. `unsettled` is rcn_record_is_unsettled(), computed at each write, for its index.
 */
static const char *const steps[] = {
	"CREATE TABLE layout (\n"
	"  version INTEGER PRIMARY KEY,\n"
	"  made_at INTEGER NOT NULL,\n"
	"  program TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE TABLE meta (\n"
	"  name  TEXT NOT NULL PRIMARY KEY,\n"
	"  value TEXT NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE lock (\n"
	"  id     INTEGER PRIMARY KEY CHECK (id = 1),\n"
	"  epoch  INTEGER NOT NULL,\n"
	"  holder TEXT\n"
	") STRICT;\n"
	"INSERT INTO lock (id, epoch) VALUES (1, 0);\n"
	"CREATE TABLE record (\n"
	"  key            TEXT NOT NULL PRIMARY KEY,\n"
	"  path           TEXT,\n"
	"  url            TEXT,\n"
	"  customer_id    TEXT,\n"
	"  org_id         TEXT,\n"
	"  status         TEXT,\n"
	"  body           TEXT,\n"
	"  digest         BLOB CHECK (length(digest) = 32),\n"
	"  sub_partner    TEXT,\n"
	"  commit_id      TEXT,\n"
	"  protect        INTEGER NOT NULL CHECK (protect IN (0, 1)),\n"
	"  adopted        INTEGER NOT NULL CHECK (adopted IN (0, 1)),\n"
	"  intent         TEXT CHECK (intent IN ('create', 'update', 'delete')),\n"
	"  intent_body    TEXT,\n"
	"  intent_digest  BLOB CHECK (length(intent_digest) = 32),\n"
	"  intent_at      INTEGER NOT NULL,\n"
	"  error          TEXT,\n"
	"  error_code     TEXT,\n"
	"  tracking_id    TEXT,\n"
	"  refused_digest BLOB CHECK (length(refused_digest) = 32),\n"
	"  created_at     INTEGER NOT NULL,\n"
	"  updated_at     INTEGER NOT NULL,\n"
	"  checked_at     INTEGER NOT NULL,\n"
	"  unsettled      INTEGER NOT NULL CHECK (unsettled IN (0, 1))\n"
	") STRICT;\n"
	"CREATE INDEX record_unsettled ON record (key) WHERE unsettled = 1;\n",
};

#define LAYOUT_VERSION ((int64_t)(sizeof(steps) / sizeof(steps[0])))

uint32_t rcn_sqlite_layout_version(void)
{
	return (uint32_t)LAYOUT_VERSION;
}

int rcn_sqlite_run(struct sqlite3 *database, const char *sql)
{
	int code = sqlite3_exec(database, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(database);
}

int rcn_sqlite_number(struct sqlite3 *database, const char *sql, int64_t *number)
{
	struct sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		*number = sqlite3_column_int64(statement, 0);
		code = SQLITE_OK;
	} else if (code == SQLITE_DONE) {
		code = SQLITE_CORRUPT;
	} else {
		code = sqlite3_extended_errcode(database);
	}
	sqlite3_finalize(statement);
	return code;
}

/* What a new store begins with: whose it is, and the canonical form of its digests. */
static int fill_new(struct sqlite_store *store)
{
	char fleet[RCN_UUID_SIZE];
	char *sql;
	int code;

	if (rcn_random_uuid(store->random, fleet) != 0)
		return SQLITE_IOERR;
	sql = sqlite3_mprintf("INSERT INTO meta (name, value) VALUES ('fleet', %Q), "
			      "('canonical_version', '%d')",
			      fleet, RCN_CANONICAL_VERSION);
	if (!sql)
		return SQLITE_NOMEM;
	code = rcn_sqlite_run(store->database, sql);
	sqlite3_free(sql);
	return code;
}

static int run_step(struct sqlite_store *store, int64_t version)
{
	int code = rcn_sqlite_run(store->database, steps[version - 1]);
	char *sql;

	if (code == SQLITE_OK && version == 1)
		code = fill_new(store);
	if (code != SQLITE_OK)
		return code;
	sql = sqlite3_mprintf("INSERT INTO layout (version, made_at, program) "
			      "VALUES (%lld, %lld, %Q); PRAGMA user_version = %lld; "
			      "PRAGMA application_id = %d;",
			      (long long)version, (long long)rcn_clock_wall(store->clock),
			      "reconcile " RCN_VERSION, (long long)version, SQLITE_APPLICATION_ID);
	if (!sql)
		return SQLITE_NOMEM;
	code = rcn_sqlite_run(store->database, sql);
	sqlite3_free(sql);
	return code;
}

/* The version is read again inside: another process may have been faster. */
static int migrate(struct sqlite_store *store)
{
	int64_t version = 0;
	int code;

	do {
		code = rcn_sqlite_run(store->database, "BEGIN IMMEDIATE");
		if (code != SQLITE_OK)
			return code;
		code = rcn_sqlite_number(store->database, "PRAGMA user_version", &version);
		if (code == SQLITE_OK && version < LAYOUT_VERSION)
			code = run_step(store, ++version);
		if (code == SQLITE_OK)
			code = rcn_sqlite_run(store->database, "COMMIT");
		if (code != SQLITE_OK) {
			(void)rcn_sqlite_run(store->database, "ROLLBACK");
			return code;
		}
	} while (version < LAYOUT_VERSION);
	return SQLITE_OK;
}

/* A run of an older version may be at work: its lock keeps the layout from moving under it. */
static enum rcn_status migrate_locked(struct sqlite_store *store, struct rcn_diag *diag)
{
	struct rcn_lock_file lock = RCN_LOCK_FILE;
	const struct rcn_lock_holder self = { .command = RCN_VIEW("bringing the layout up to date"),
					      .since = rcn_clock_wall(store->clock) };
	enum rcn_status status;
	int code;

	status = rcn_lock_file_take(store->lock_path, &self, 0, &lock, diag);
	if (status != RCN_OK)
		return status;
	code = migrate(store);
	rcn_lock_file_release(&lock);
	return code == SQLITE_OK ? RCN_OK : rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
}

static enum rcn_status report_newer(const struct sqlite_store *store, int64_t version,
				    struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_NEWER, RCN_PLACE_NONE,
				    "the state `%s` has layout %lld, and this version of reconcile "
				    "knows layouts up to %lld",
				    store->path, (long long)version, (long long)LAYOUT_VERSION);
	rcn_problem_hint(problem, "use the version that wrote it, or a later one; the state was "
				  "not touched");
	return RCN_ERROR_UNSUPPORTED;
}

enum rcn_status rcn_sqlite_layout_prepare(struct sqlite_store *store, bool create, bool *empty,
					  struct rcn_diag *diag)
{
	int64_t application = 0, version = 0, tables = 0;
	struct rcn_problem *problem;
	int code;

	*empty = false;
	code = rcn_sqlite_number(store->database, "SELECT count(*) FROM sqlite_schema", &tables);
	if (code == SQLITE_OK)
		code = rcn_sqlite_number(store->database, "PRAGMA application_id", &application);
	if (code == SQLITE_OK)
		code = rcn_sqlite_number(store->database, "PRAGMA user_version", &version);
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_OPEN, code, diag);
	if (application != SQLITE_APPLICATION_ID && (application != 0 || tables > 0)) {
		problem = rcn_diag_error_at(diag, RCN_CODE_STATE_FOREIGN, RCN_PLACE_NONE,
					    "`%s` is a database of another program", store->path);
		rcn_problem_hint(problem, "give another path with --state sqlite:PATH");
		return RCN_ERROR_UNSUPPORTED;
	}
	if (version > LAYOUT_VERSION)
		return report_newer(store, version, diag);
	if (version == LAYOUT_VERSION)
		return RCN_OK;
	if (version == 0 && !create) {
		*empty = true;
		return RCN_OK;
	}
	if (store->read_only) {
		problem = rcn_diag_error_at(diag, RCN_CODE_STATE_OLDER, RCN_PLACE_NONE,
					    "the state `%s` has layout %lld, older than what this "
					    "version reads (%lld)",
					    store->path, (long long)version,
					    (long long)LAYOUT_VERSION);
		rcn_problem_hint(problem, "the next run that writes (apply) brings it up to date");
		return RCN_ERROR_UNSUPPORTED;
	}
	if (version > 0)
		return migrate_locked(store, diag);
	code = migrate(store);
	return code == SQLITE_OK ? RCN_OK : rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
}
