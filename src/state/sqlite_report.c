#include <sqlite3.h>

#include "state/sqlite_store.h"

#include <string.h>

static void hint_way_back(struct rcn_problem *problem, const struct sqlite_store *store)
{
	rcn_problem_hint(problem,
			 "move it away (with `%s-wal` and `%s-shm` if they exist) and run again: "
			 "every customer that exists is adopted, none is made twice",
			 store->path, store->path);
}

enum rcn_status rcn_sqlite_report_damage(const struct sqlite_store *store, const char *what,
					 struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_CORRUPT, RCN_PLACE_NONE,
				    "the state `%s` is damaged: %s", store->path, what);
	hint_way_back(problem, store);
	return RCN_ERROR_CORRUPT;
}

/* The system's own reason where SQLite kept it; it says more than "disk I/O error". */
static const char *find_reason(const struct sqlite_store *store, int code, char *text, size_t size)
{
	int error = store->database ? sqlite3_system_errno(store->database) : 0;

	if (code == SQLITE_FULL)
		return "no space left on the device";
	if (error != 0 && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN))
		return strerror_r(error, text, size);
	return sqlite3_errstr(code);
}

enum rcn_status rcn_sqlite_report(const struct sqlite_store *store, enum sqlite_task task, int code,
				  struct rcn_diag *diag)
{
	static const struct {
		enum rcn_code code;
		const char *verb;
	} tasks[] = {
		[SQLITE_TASK_OPEN] = { RCN_CODE_STATE_OPEN, "opened" },
		[SQLITE_TASK_READ] = { RCN_CODE_STATE_READ, "read" },
		[SQLITE_TASK_WRITE] = { RCN_CODE_STATE_WRITE, "written" },
	};
	char text[128];
	struct rcn_problem *problem;
	const char *reason;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return rcn_diag_no_memory(diag);
	case SQLITE_NOTADB:
		return rcn_sqlite_report_damage(store, "it is no SQLite database", diag);
	case SQLITE_CORRUPT:
		return rcn_sqlite_report_damage(store, "its structure is broken", diag);
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return rcn_sqlite_report_damage(store, sqlite3_errmsg(store->database), diag);
	case SQLITE_ERROR:
		/* Our statements are right for our layout, so the layout is not ours. */
		return rcn_sqlite_report_damage(store, sqlite3_errmsg(store->database), diag);
	case SQLITE_IOERR:
		if (code == SQLITE_IOERR_SHORT_READ)
			return rcn_sqlite_report_damage(store, "it was cut short", diag);
		break;
	default:
		break;
	}
	reason = find_reason(store, code, text, sizeof(text));
	problem = rcn_diag_error_at(diag, tasks[task].code, RCN_PLACE_NONE,
				    "the state `%s` can't be %s: %s", store->path, tasks[task].verb,
				    reason);
	switch (code & 0xff) {
	case SQLITE_FULL:
		rcn_problem_hint(problem, "make room and run again; nothing that was stored before "
					  "is lost");
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		rcn_problem_hint(problem, "another program has it open for writing; try again when "
					  "that has ended");
		break;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		rcn_problem_hint(problem, "the user of this run needs the right to write the file "
					  "and its folder");
		break;
	case SQLITE_PROTOCOL:
		rcn_problem_hint(problem, "keep the state on a local file system");
		break;
	default:
		rcn_problem_hint(problem, "look at the disk (dmesg) before running again");
		break;
	}
	return RCN_ERROR_IO;
}
