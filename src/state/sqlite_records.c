#include <sqlite3.h>

#include "state/sqlite_store.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

/* One order for reading and writing, so that a number is a column on both sides. */
enum column {
	COLUMN_KEY,
	COLUMN_PATH,
	COLUMN_URL,
	COLUMN_CUSTOMER_ID,
	COLUMN_ORG_ID,
	COLUMN_STATUS,
	COLUMN_BODY,
	COLUMN_DIGEST,
	COLUMN_SUB_PARTNER,
	COLUMN_COMMIT_ID,
	COLUMN_PROTECT,
	COLUMN_ADOPTED,
	COLUMN_INTENT,
	COLUMN_INTENT_BODY,
	COLUMN_INTENT_DIGEST,
	COLUMN_INTENT_AT,
	COLUMN_ERROR,
	COLUMN_ERROR_CODE,
	COLUMN_TRACKING_ID,
	COLUMN_REFUSED_DIGEST,
	COLUMN_CREATED_AT,
	COLUMN_UPDATED_AT,
	COLUMN_CHECKED_AT,
	COLUMN_UNSETTLED, /* written alone */
};

#define COLUMNS                                                                                \
	"key, path, url, customer_id, org_id, status, body, digest, sub_partner, commit_id, "  \
	"protect, adopted, intent, intent_body, intent_digest, intent_at, error, error_code, " \
	"tracking_id, refused_digest, created_at, updated_at, checked_at"

static const char *const texts[SQLITE_STATEMENT_COUNT] = {
	[SQLITE_STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
	[SQLITE_STATEMENT_COMMIT] = "COMMIT",
	[SQLITE_STATEMENT_ROLLBACK] = "ROLLBACK",
	[SQLITE_STATEMENT_FENCE] = "UPDATE lock SET epoch = epoch WHERE id = 1 AND epoch = ?1",
	[SQLITE_STATEMENT_TAKE_EPOCH] =
		"UPDATE lock SET epoch = epoch + 1, holder = ?1 WHERE id = 1 RETURNING epoch",
	[SQLITE_STATEMENT_PUT] =
		"INSERT OR REPLACE INTO record (" COLUMNS
		", unsettled) VALUES (?1, ?2, ?3, ?4, ?5, "
		"?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
		"?23, ?24)",
	[SQLITE_STATEMENT_REMOVE] = "DELETE FROM record WHERE key = ?1",
	[SQLITE_STATEMENT_SET_META] = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)",
	[SQLITE_STATEMENT_READ] = "SELECT " COLUMNS " FROM record WHERE key = ?1",
	[SQLITE_STATEMENT_READ_ALL] = "SELECT " COLUMNS " FROM record ORDER BY key",
	[SQLITE_STATEMENT_READ_UNSETTLED] =
		"SELECT " COLUMNS " FROM record WHERE unsettled = 1 ORDER BY key",
	[SQLITE_STATEMENT_META] = "SELECT name, value FROM meta",
	[SQLITE_STATEMENT_COUNT_RECORDS] = "SELECT count(*) FROM record",
};

struct sqlite3_stmt *rcn_sqlite_statement(struct sqlite_store *store, enum sqlite_statement id,
					  int *code)
{
	if (!store->statements[id]) {
		*code = sqlite3_prepare_v3(store->database, texts[id], -1,
					   SQLITE_PREPARE_PERSISTENT, &store->statements[id], NULL);
		if (*code != SQLITE_OK)
			*code = sqlite3_extended_errcode(store->database);
	}
	return store->statements[id];
}

void rcn_sqlite_statements_free(struct sqlite_store *store)
{
	for (size_t i = 0; i < SQLITE_STATEMENT_COUNT; i++) {
		sqlite3_finalize(store->statements[i]);
		store->statements[i] = NULL;
	}
}

static struct rcn_view get_text(struct sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	/* NULL for SQL's NULL; sqlite3_column_bytes() is right only after _text(). */
	return rcn_view_make(text, text ? (size_t)sqlite3_column_bytes(row, column) : 0);
}

static bool get_digest(struct sqlite3_stmt *row, int column, struct rcn_digest *digest)
{
	const void *bytes = sqlite3_column_blob(row, column);

	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		return true;
	if (!bytes || sqlite3_column_bytes(row, column) != (int)sizeof(digest->bytes))
		return false;
	memcpy(digest->bytes, bytes, sizeof(digest->bytes));
	return true;
}

/* NULL, or what is wrong with the row. */
static const char *get_record(struct sqlite3_stmt *row, struct rcn_record *record)
{
	struct rcn_view intent = get_text(row, COLUMN_INTENT);

	*record = (struct rcn_record){
		.key = get_text(row, COLUMN_KEY),
		.path = get_text(row, COLUMN_PATH),
		.url = get_text(row, COLUMN_URL),
		.customer_id = get_text(row, COLUMN_CUSTOMER_ID),
		.org_id = get_text(row, COLUMN_ORG_ID),
		.status = get_text(row, COLUMN_STATUS),
		.body = get_text(row, COLUMN_BODY),
		.sub_partner = get_text(row, COLUMN_SUB_PARTNER),
		.commit = get_text(row, COLUMN_COMMIT_ID),
		.protect = sqlite3_column_int(row, COLUMN_PROTECT) != 0,
		.adopted = sqlite3_column_int(row, COLUMN_ADOPTED) != 0,
		.intent_body = get_text(row, COLUMN_INTENT_BODY),
		.intent_at = sqlite3_column_int64(row, COLUMN_INTENT_AT),
		.error = get_text(row, COLUMN_ERROR),
		.error_code = get_text(row, COLUMN_ERROR_CODE),
		.tracking_id = get_text(row, COLUMN_TRACKING_ID),
		.created_at = sqlite3_column_int64(row, COLUMN_CREATED_AT),
		.updated_at = sqlite3_column_int64(row, COLUMN_UPDATED_AT),
		.checked_at = sqlite3_column_int64(row, COLUMN_CHECKED_AT),
	};
	if (rcn_view_is_none(record->key))
		return "a record has no key";
	if (!rcn_view_is_none(intent) && !rcn_intent_from_name(intent, &record->intent))
		return "a record has an intent that no version writes";
	if (!get_digest(row, COLUMN_DIGEST, &record->digest) ||
	    !get_digest(row, COLUMN_INTENT_DIGEST, &record->intent_digest) ||
	    !get_digest(row, COLUMN_REFUSED_DIGEST, &record->refused_digest))
		return "a record has a digest of a wrong length";
	return NULL;
}

/* Steps a bound statement to its end, and leaves it reset whatever happened. */
static enum rcn_status visit_rows(struct sqlite_store *store, struct sqlite3_stmt *statement,
				  rcn_store_visitor visitor, void *payload, size_t *count,
				  struct rcn_diag *diag)
{
	enum rcn_status status = RCN_OK;
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		struct rcn_record record;
		const char *wrong = get_record(statement, &record);

		if (wrong)
			status = rcn_sqlite_report_damage(store, wrong, diag);
		else
			status = visitor(payload, &record);
		if (status != RCN_OK)
			break;
		(*count)++;
	}
	if (status == RCN_OK && code != SQLITE_DONE)
		status = rcn_sqlite_report(store, SQLITE_TASK_READ,
					   sqlite3_extended_errcode(store->database), diag);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return status;
}

/* SQLite copies nothing (STATIC): every view outlives the step. */
static int bind_text(struct sqlite3_stmt *statement, int column, struct rcn_view text)
{
	if (rcn_view_is_none(text))
		return sqlite3_bind_null(statement, column + 1);
	return sqlite3_bind_text64(statement, column + 1, text.ptr, text.len, SQLITE_STATIC,
				   SQLITE_UTF8);
}

static int bind_digest(struct sqlite3_stmt *statement, int column, const struct rcn_digest *digest)
{
	if (rcn_digest_is_zero(digest))
		return sqlite3_bind_null(statement, column + 1);
	return sqlite3_bind_blob(statement, column + 1, digest->bytes, (int)sizeof(digest->bytes),
				 SQLITE_STATIC);
}

enum rcn_status rcn_sqlite_read(struct rcn_store *base, struct rcn_view key,
				rcn_store_visitor visitor, void *payload, bool *found,
				struct rcn_diag *diag)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	struct sqlite3_stmt *statement;
	enum rcn_status status;
	size_t count = 0;
	int code = SQLITE_OK;

	*found = false;
	if (!store->database)
		return RCN_OK;
	statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_READ, &code);
	if (statement)
		code = bind_text(statement, 0, key);
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_READ, code, diag);
	status = visit_rows(store, statement, visitor, payload, &count, diag);
	*found = status == RCN_OK && count > 0;
	return status;
}

static enum rcn_status read_many(struct sqlite_store *store, enum sqlite_statement id,
				 rcn_store_visitor visitor, void *payload, struct rcn_diag *diag)
{
	struct sqlite3_stmt *statement;
	size_t count = 0;
	int code = SQLITE_OK;

	if (!store->database)
		return RCN_OK;
	statement = rcn_sqlite_statement(store, id, &code);
	if (!statement)
		return rcn_sqlite_report(store, SQLITE_TASK_READ, code, diag);
	return visit_rows(store, statement, visitor, payload, &count, diag);
}

enum rcn_status rcn_sqlite_read_all(struct rcn_store *base, rcn_store_visitor visitor,
				    void *payload, struct rcn_diag *diag)
{
	return read_many((struct sqlite_store *)base, SQLITE_STATEMENT_READ_ALL, visitor, payload,
			 diag);
}

enum rcn_status rcn_sqlite_read_unsettled(struct rcn_store *base, rcn_store_visitor visitor,
					  void *payload, struct rcn_diag *diag)
{
	return read_many((struct sqlite_store *)base, SQLITE_STATEMENT_READ_UNSETTLED, visitor,
			 payload, diag);
}

/* Runs a bound statement that gives no rows. */
static int run_statement(struct sqlite_store *store, struct sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	code = code == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(store->database);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return code;
}

static int run_plain(struct sqlite_store *store, enum sqlite_statement id)
{
	int code = SQLITE_OK;
	struct sqlite3_stmt *statement = rcn_sqlite_statement(store, id, &code);

	return statement ? run_statement(store, statement) : code;
}

static int put_record(struct sqlite_store *store, const struct rcn_record *record)
{
	const struct {
		int column;
		struct rcn_view text;
	} views[] = {
		{ COLUMN_KEY, record->key },
		{ COLUMN_PATH, record->path },
		{ COLUMN_URL, record->url },
		{ COLUMN_CUSTOMER_ID, record->customer_id },
		{ COLUMN_ORG_ID, record->org_id },
		{ COLUMN_STATUS, record->status },
		{ COLUMN_BODY, record->body },
		{ COLUMN_SUB_PARTNER, record->sub_partner },
		{ COLUMN_COMMIT_ID, record->commit },
		{ COLUMN_INTENT, record->intent == RCN_INTENT_NONE
					 ? RCN_VIEW_NONE
					 : rcn_view_of(rcn_intent_name(record->intent)) },
		{ COLUMN_INTENT_BODY, record->intent_body },
		{ COLUMN_ERROR, record->error },
		{ COLUMN_ERROR_CODE, record->error_code },
		{ COLUMN_TRACKING_ID, record->tracking_id },
	};
	const struct {
		int column;
		int64_t number;
	} numbers[] = {
		{ COLUMN_PROTECT, record->protect },
		{ COLUMN_ADOPTED, record->adopted },
		{ COLUMN_INTENT_AT, record->intent_at },
		{ COLUMN_CREATED_AT, record->created_at },
		{ COLUMN_UPDATED_AT, record->updated_at },
		{ COLUMN_CHECKED_AT, record->checked_at },
		{ COLUMN_UNSETTLED, rcn_record_is_unsettled(record) },
	};
	const struct {
		int column;
		const struct rcn_digest *digest;
	} digests[] = {
		{ COLUMN_DIGEST, &record->digest },
		{ COLUMN_INTENT_DIGEST, &record->intent_digest },
		{ COLUMN_REFUSED_DIGEST, &record->refused_digest },
	};
	int code = SQLITE_OK;
	struct sqlite3_stmt *statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_PUT, &code);

	if (!statement)
		return code;
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(views) / sizeof(views[0]); i++)
		code = bind_text(statement, views[i].column, views[i].text);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		code = sqlite3_bind_int64(statement, numbers[i].column + 1, numbers[i].number);
	for (size_t i = 0; code == SQLITE_OK && i < sizeof(digests) / sizeof(digests[0]); i++)
		code = bind_digest(statement, digests[i].column, digests[i].digest);
	if (code == SQLITE_OK)
		return run_statement(store, statement);
	sqlite3_clear_bindings(statement);
	return code;
}

static int remove_record(struct sqlite_store *store, struct rcn_view key)
{
	int code = SQLITE_OK;
	struct sqlite3_stmt *statement =
		rcn_sqlite_statement(store, SQLITE_STATEMENT_REMOVE, &code);

	if (statement)
		code = bind_text(statement, 0, key);
	return code == SQLITE_OK ? run_statement(store, statement) : code;
}

static int set_meta(struct sqlite_store *store, const char *name, struct rcn_view value)
{
	int code = SQLITE_OK;
	struct sqlite3_stmt *statement =
		rcn_sqlite_statement(store, SQLITE_STATEMENT_SET_META, &code);

	if (!statement)
		return code;
	code = bind_text(statement, 0, rcn_view_of(name));
	/* No value can't be told from an empty one, and none of them can be empty. */
	if (code == SQLITE_OK)
		code = bind_text(statement, 1, rcn_view_is_none(value) ? RCN_VIEW("") : value);
	return code == SQLITE_OK ? run_statement(store, statement) : code;
}

static int set_applied(struct sqlite_store *store, const struct rcn_store_batch *batch)
{
	char at[24];
	int code = set_meta(store, "applied_commit", batch->applied_commit);

	snprintf(at, sizeof(at), "%lld", (long long)batch->applied_at);
	if (code == SQLITE_OK)
		code = set_meta(store, "applied_tree", batch->applied_tree);
	if (code == SQLITE_OK)
		code = set_meta(store, "applied_folder", batch->applied_folder);
	if (code == SQLITE_OK)
		code = set_meta(store, "applied_at", rcn_view_of(at));
	return code;
}

static int write_batch(struct sqlite_store *store, const struct rcn_store_batch *batch)
{
	int code = SQLITE_OK;

	for (size_t i = 0; code == SQLITE_OK && i < batch->remove_count; i++)
		code = remove_record(store, batch->removes[i]);
	for (size_t i = 0; code == SQLITE_OK && i < batch->put_count; i++)
		code = put_record(store, batch->puts[i]);
	if (code == SQLITE_OK && batch->set_applied)
		code = set_applied(store, batch);
	if (code == SQLITE_OK && !rcn_view_is_none(batch->api_url))
		code = set_meta(store, "api_url", batch->api_url);
	return code;
}

/* Whether the epoch is still ours; asked inside the transaction that writes. */
static int check_fence(struct sqlite_store *store, bool *fenced)
{
	int code = SQLITE_OK;
	struct sqlite3_stmt *statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_FENCE, &code);

	if (statement)
		code = sqlite3_bind_int64(statement, 1, (int64_t)store->epoch);
	if (code == SQLITE_OK)
		code = run_statement(store, statement);
	if (code == SQLITE_OK)
		*fenced = sqlite3_changes(store->database) == 0;
	return code;
}

static enum rcn_status report_fenced(struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_FENCED, RCN_PLACE_NONE,
				    "another run has taken the lock on the state; this one may not "
				    "write any more, and has stopped");
	rcn_problem_hint(problem, "run again when the other has ended; it goes on from what was "
				  "stored");
	return RCN_ERROR_FENCED;
}

enum rcn_status rcn_sqlite_commit(struct rcn_store *base, const struct rcn_store_batch *batch,
				  struct rcn_diag *diag)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	enum rcn_status status = RCN_OK;
	bool fenced = false;
	int code;

	if (!store->locked)
		return rcn_diag_internal(diag, "a write to the state without its lock");
	code = run_plain(store, SQLITE_STATEMENT_BEGIN);
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
	code = check_fence(store, &fenced);
	if (code == SQLITE_OK && !fenced)
		code = write_batch(store, batch);
	if (code == SQLITE_OK && !fenced)
		code = run_plain(store, SQLITE_STATEMENT_COMMIT);
	if (code == SQLITE_OK && !fenced)
		return RCN_OK;
	if (code != SQLITE_OK)
		status = rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
	/* Some failures have rolled back already; then there is nothing to undo. */
	if (!sqlite3_get_autocommit(store->database))
		(void)run_plain(store, SQLITE_STATEMENT_ROLLBACK);
	return code == SQLITE_OK ? report_fenced(diag) : status;
}

enum rcn_status rcn_sqlite_take_epoch(struct sqlite_store *store,
				      const struct rcn_lock_holder *self, struct rcn_diag *diag)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer holder = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	struct sqlite3_stmt *statement;
	int64_t epoch = 0;
	int code = SQLITE_OK;

	rcn_lock_holder_write(&holder, self);
	if (rcn_buffer_status(&holder) == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(diag);
	statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_TAKE_EPOCH, &code);
	if (statement)
		code = bind_text(statement, 0, rcn_buffer_get(&holder));
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		epoch = sqlite3_column_int64(statement, 0);
		code = sqlite3_step(statement);
	}
	code = code == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(store->database);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_WRITE, code, diag);
	if (epoch <= 0)
		return rcn_sqlite_report_damage(store, "the row that counts its locks is gone",
						diag);
	store->epoch = (uint64_t)epoch;
	return RCN_OK;
}
