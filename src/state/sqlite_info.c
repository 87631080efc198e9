#include <sqlite3.h>

#include "state/sqlite_store.h"

#include "base/text.h"
#include "data/json.h"

static struct rcn_view get_text(struct sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return rcn_view_make(text, text ? (size_t)sqlite3_column_bytes(row, column) : 0);
}

static void take_fact(struct rcn_store_info *info, struct rcn_arena *arena, struct rcn_view name,
		      struct rcn_view value)
{
	const struct {
		const char *name;
		struct rcn_view *target;
	} facts[] = {
		{ "fleet", &info->fleet },
		{ "api_url", &info->api_url },
		{ "applied_commit", &info->applied_commit },
		{ "applied_tree", &info->applied_tree },
		{ "applied_folder", &info->applied_folder },
	};
	int64_t number;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (value.len > 0 && rcn_view_is(name, facts[i].name))
			*facts[i].target = rcn_arena_copy(arena, value);
	}
	if (rcn_view_is(name, "applied_at") && rcn_text_to_int64(value, 0, INT64_MAX, &number))
		info->applied_at = number;
	if (rcn_view_is(name, "canonical_version") &&
	    rcn_text_to_int64(value, 0, INT32_MAX, &number))
		info->canonical_version = (uint32_t)number;
}

enum rcn_status rcn_sqlite_info(struct rcn_store *base, struct rcn_store_info *info,
				struct rcn_diag *diag)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	struct rcn_store_info result = { .uri = rcn_view_of(store->uri),
					 .canonical_version = RCN_CANONICAL_VERSION };
	struct sqlite3_stmt *statement;
	int code = SQLITE_OK;

	if (!store->database) {
		*info = result;
		return RCN_OK;
	}
	rcn_arena_reset(&store->info_arena);
	result.schema_version = rcn_sqlite_layout_version();
	statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_META, &code);
	if (!statement)
		return rcn_sqlite_report(store, SQLITE_TASK_READ, code, diag);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		take_fact(&result, &store->info_arena, get_text(statement, 0),
			  get_text(statement, 1));
	sqlite3_reset(statement);
	if (code == SQLITE_DONE) {
		code = SQLITE_OK;
		statement = rcn_sqlite_statement(store, SQLITE_STATEMENT_COUNT_RECORDS, &code);
		if (statement && (code = sqlite3_step(statement)) == SQLITE_ROW) {
			result.records = (size_t)sqlite3_column_int64(statement, 0);
			code = SQLITE_OK;
		}
		sqlite3_reset(statement);
	}
	if (code != SQLITE_OK)
		return rcn_sqlite_report(store, SQLITE_TASK_READ,
					 sqlite3_extended_errcode(store->database), diag);
	if (rcn_arena_status(&store->info_arena) != RCN_OK)
		return rcn_diag_no_memory(diag);
	*info = result;
	return RCN_OK;
}
