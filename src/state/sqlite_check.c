#include <sqlite3.h>

#include "state/sqlite_store.h"
#include "state/store_check.h"

#define SHOWN_FAULTS "20"

/* SQLite's own look at its pages and indexes. */
static enum rcn_status check_structure(struct sqlite_store *store, struct rcn_diag *diag)
{
	struct sqlite3_stmt *statement = NULL;
	enum rcn_status status = RCN_OK;
	int code;

	code = sqlite3_prepare_v2(store->database, "PRAGMA integrity_check(" SHOWN_FAULTS ")", -1,
				  &statement, NULL);
	if (code == SQLITE_OK) {
		while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
			const char *text = (const char *)sqlite3_column_text(statement, 0);

			if (text && !rcn_view_is(rcn_view_of(text), "ok"))
				status = rcn_sqlite_report_damage(store, text, diag);
		}
	}
	if (code != SQLITE_DONE && code != SQLITE_OK)
		status = rcn_sqlite_report(store, SQLITE_TASK_READ,
					   sqlite3_extended_errcode(store->database), diag);
	sqlite3_finalize(statement);
	return status;
}

struct check {
	struct sqlite_store *store;
	struct rcn_diag *diag;
	size_t unsettled;
	enum rcn_status status;
};

static enum rcn_status check_record(void *payload, const struct rcn_record *record)
{
	struct check *check = payload;

	if (rcn_record_is_unsettled(record))
		check->unsettled++;
	if (rcn_record_check(record, check->diag) != RCN_OK)
		check->status = RCN_ERROR_CORRUPT;
	return RCN_OK;
}

static enum rcn_status count_unsettled(void *payload, const struct rcn_record *record)
{
	size_t *count = payload;

	(void)record;
	(*count)++;
	return RCN_OK;
}

enum rcn_status rcn_sqlite_check(struct rcn_store *base, struct rcn_diag *diag)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	struct check check = { store, diag, 0, RCN_OK };
	size_t indexed = 0;
	enum rcn_status status;

	if (!store->database)
		return RCN_OK;
	status = check_structure(store, diag);
	if (status != RCN_OK)
		return status;
	status = rcn_sqlite_read_all(base, check_record, &check, diag);
	if (status != RCN_OK)
		return status;
	status = rcn_sqlite_read_unsettled(base, count_unsettled, &indexed, diag);
	if (status != RCN_OK)
		return status;
	if (indexed != check.unsettled)
		return rcn_sqlite_report_damage(
			store,
			"its list of unsettled customers does not agree with "
			"the records",
			diag);
	return check.status;
}
