#include <sqlite3.h>

#include "state/sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"

#define DEFAULT_FOLDER  "reconcile"
#define DEFAULT_FILE    "reconcile/state.sqlite"
#define BUSY_TIMEOUT_MS 10000
#define INFO_BYTES      (1024UL * 1024)

static enum rcn_status report_open(struct rcn_diag *diag, const char *path, const char *what,
				   const char *hint)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_OPEN, RCN_PLACE_NONE,
				    "the state `%s` can't be opened: %s", path, what);
	if (hint)
		rcn_problem_hint(problem, "%s", hint);
	return RCN_ERROR_IO;
}

static enum rcn_status report_errno(struct rcn_diag *diag, const char *path, int error)
{
	char reason[128];
	const char *hint = NULL;

	switch (error) {
	case ENOENT:
		hint = "its folder does not exist; make it, or give another path with --state";
		break;
	case ENOTDIR:
		hint = "a part of the path is a file and not a folder";
		break;
	case EACCES:
	case EPERM:
		hint = "the user of this run needs the right to read and write the file and its "
		       "folder";
		break;
	case EROFS:
		hint = "give a path on a file system that can be written: --state sqlite:PATH";
		break;
	case ENOSPC:
	case EDQUOT:
		hint = "make room and run again";
		break;
	default:
		break;
	}
	return report_open(diag, path, strerror_r(error, reason, sizeof(reason)), hint);
}

static enum rcn_status report_kind(struct rcn_diag *diag, const char *path, mode_t mode)
{
	struct rcn_problem *problem;
	const char *kind = S_ISDIR(mode)    ? "a folder"
			   : S_ISLNK(mode)  ? "a symbolic link"
			   : S_ISFIFO(mode) ? "a pipe"
			   : S_ISSOCK(mode) ? "a socket"
					    : "a device";

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_KIND, RCN_PLACE_NONE,
				    "the state `%s` is %s, not a plain file", path, kind);
	if (S_ISLNK(mode))
		rcn_problem_hint(problem, "name the file that it points to");
	else if (S_ISDIR(mode))
		rcn_problem_hint(problem, "name a file in it: sqlite:%s/state.sqlite", path);
	return RCN_ERROR_IO;
}

/* fsync of the folder: without it a new file's name may not survive a power failure. */
static void sync_folder(const char *path)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer folder = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	struct rcn_view view = rcn_view_of(path);
	size_t slash = rcn_view_find_last(view, '/');
	int fd;

	if (slash == view.len)
		rcn_buffer_char(&folder, '.');
	else
		rcn_buffer_append(&folder, path, slash == 0 ? 1 : slash);
	if (rcn_buffer_status(&folder) != RCN_OK)
		return;
	fd = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* The folder of the default store, for its owner alone. */
static enum rcn_status make_default_folder(const struct rcn_store_options *options,
					   struct rcn_diag *diag)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer path = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	struct stat stats;

	rcn_buffer_view(&path, options->git_folder);
	rcn_buffer_text(&path, DEFAULT_FOLDER);
	if (rcn_buffer_status(&path) != RCN_OK)
		return rcn_diag_no_memory(diag);
	if (mkdir(path.ptr, 0700) == 0) {
		sync_folder(path.ptr);
		return RCN_OK;
	}
	if (errno != EEXIST)
		return report_errno(diag, path.ptr, errno);
	if (lstat(path.ptr, &stats) == 0 && !S_ISDIR(stats.st_mode)) {
		rcn_diag_error_at(diag, RCN_CODE_STATE_KIND, RCN_PLACE_NONE,
				  "`%s` is no folder; the state is to stand in it", path.ptr);
		return RCN_ERROR_IO;
	}
	return RCN_OK;
}

static char *join(const char *first, struct rcn_view second, const char *third)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	char *result;

	rcn_buffer_text(&text, first);
	rcn_buffer_view(&text, second);
	rcn_buffer_text(&text, third);
	result = rcn_buffer_take(&text);
	rcn_buffer_free(&text);
	return result;
}

/* Where the file is. A path keeps SQLite from taking names like ":memory:" for more. */
static enum rcn_status find_path(struct sqlite_store *store, struct rcn_view uri,
				 const struct rcn_store_options *options, bool *is_default,
				 struct rcn_diag *diag)
{
	size_t colon = rcn_view_find(uri, ':');
	struct rcn_view path = rcn_view_from(uri, colon < uri.len ? colon + 1 : uri.len);

	*is_default = path.len == 0;
	if (*is_default && options->git_folder.len == 0) {
		struct rcn_problem *problem =
			rcn_diag_error_at(diag, RCN_CODE_STATE_URI, RCN_PLACE_NONE,
					  "the default state stands in the git directory of a "
					  "repository, and there is none");
		rcn_problem_hint(problem, "give a file with --state sqlite:PATH");
		return RCN_ERROR_USAGE;
	}
	if (memchr(path.len ? path.ptr : "", '\0', path.len) ||
	    path.len > RCN_LIMIT_PATH_BYTES / 2) {
		rcn_diag_error_at(
			diag, RCN_CODE_STATE_URI, RCN_PLACE_NONE,
			"the path of the state is no path (too long, or with a NUL in it)");
		return RCN_ERROR_USAGE;
	}
	if (*is_default)
		store->path = join("", options->git_folder, DEFAULT_FILE);
	else
		store->path = join(path.ptr[0] == '/' ? "" : "./", path, "");
	if (store->path) {
		struct rcn_view shown = rcn_view_of(store->path);

		store->uri = join("sqlite:", is_default[0] ? shown : path, "");
		store->lock_path = join("", shown, ".lock");
	}
	return store->path && store->uri && store->lock_path ? RCN_OK : rcn_diag_no_memory(diag);
}

/* Makes the empty file, for its owner alone, durably. */
static enum rcn_status make_file(const char *path, struct rcn_diag *diag)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? RCN_OK : report_errno(diag, path, errno);
	(void)fchmod(fd, 0600); /* whatever the umask */
	(void)fsync(fd);
	close(fd);
	sync_folder(path);
	return RCN_OK;
}

/* *present tells whether there is something to open. */
static enum rcn_status prepare_file(struct sqlite_store *store, bool is_default,
				    const struct rcn_store_options *options, bool *present,
				    struct rcn_diag *diag)
{
	bool create = options->create && !options->read_only;
	struct stat stats;
	enum rcn_status status;

	*present = false;
	if (create && is_default) {
		status = make_default_folder(options, diag);
		if (status != RCN_OK)
			return status;
	}
	if (lstat(store->path, &stats) != 0) {
		if (errno != ENOENT)
			return report_errno(diag, store->path, errno);
		if (!create)
			return RCN_OK;
		status = make_file(store->path, diag);
		if (status != RCN_OK)
			return status;
		if (lstat(store->path, &stats) != 0)
			return report_errno(diag, store->path, errno);
	}
	if (!S_ISREG(stats.st_mode))
		return report_kind(diag, store->path, stats.st_mode);
	/* Nothing was ever written to an empty one: a run died right after making it. */
	*present = create || stats.st_size > 0;
	return RCN_OK;
}

static int connect_to(struct sqlite_store *store, const char *name, int flags)
{
	int code;

	sqlite3_close(store->database);
	store->database = NULL;
	code = sqlite3_open_v2(name, &store->database,
			       flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_busy_timeout(store->database, BUSY_TIMEOUT_MS);
	sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return rcn_sqlite_run(store->database,
			      "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; "
			      "PRAGMA temp_store = MEMORY");
}

/* What makes a commit survive a power failure. Where WAL is impossible (some network file
 * systems), the rollback journal does as well, with its folder synchronised too. */
static int make_durable(struct sqlite_store *store)
{
	struct sqlite3_stmt *statement = NULL;
	bool wal = false;
	int code;

	code = sqlite3_prepare_v2(store->database, "PRAGMA journal_mode = WAL", -1, &statement,
				  NULL);
	if (code == SQLITE_OK) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW) {
			const char *mode = (const char *)sqlite3_column_text(statement, 0);

			wal = mode && rcn_view_is(rcn_view_of(mode), "wal");
			code = SQLITE_OK;
		}
	}
	if (code != SQLITE_OK)
		code = sqlite3_extended_errcode(store->database);
	sqlite3_finalize(statement);
	if (code != SQLITE_OK)
		return code;
	return rcn_sqlite_run(store->database, wal ? "PRAGMA synchronous = FULL; "
						     "PRAGMA journal_size_limit = 67108864"
						   : "PRAGMA synchronous = EXTRA");
}

/* Whether the first page can be read, which is when SQLite really opens the files. */
static int touch(struct sqlite_store *store)
{
	int64_t number;

	return rcn_sqlite_number(store->database, "SELECT count(*) FROM sqlite_schema", &number);
}

static bool has_wal(const struct sqlite_store *store)
{
	struct stat stats;
	char *path = join("", rcn_view_of(store->path), "-wal");
	bool result = !path || (stat(path, &stats) == 0 && stats.st_size > 0);

	free(path);
	return result;
}

/*
 * In a folder that can't be written SQLite can't make the files that readers of a WAL
 * database share. When no -wal file is there, everything is in the database itself, and it
 * can be read as a file that nobody changes.
 */
static enum rcn_status open_reader(struct sqlite_store *store, struct rcn_diag *diag)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer name = RCN_BUFFER(RCN_LIMIT_PATH_BYTES * 4);
	int code = connect_to(store, store->path, SQLITE_OPEN_READONLY);

	if (code == SQLITE_OK)
		code = touch(store);
	if (code == SQLITE_OK)
		return RCN_OK;
	if (((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY) ||
	    access(store->path, R_OK) != 0)
		return rcn_sqlite_report(store, SQLITE_TASK_OPEN, code, diag);
	if (has_wal(store))
		return report_open(diag, store->path,
				   "its folder can't be written, and the last run left changes in "
				   "its -wal file",
				   "run once as a user who may write there, or copy the state with "
				   "its -wal file to a folder of your own");
	rcn_buffer_text(&name, "file:");
	rcn_text_percent_encode(&name, rcn_view_of(store->path));
	rcn_buffer_text(&name, "?immutable=1");
	if (rcn_buffer_status(&name) != RCN_OK)
		return rcn_diag_no_memory(diag);
	code = connect_to(store, name.ptr, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
	if (code == SQLITE_OK)
		code = touch(store);
	return code == SQLITE_OK ? RCN_OK : rcn_sqlite_report(store, SQLITE_TASK_OPEN, code, diag);
}

static enum rcn_status open_writer(struct sqlite_store *store, struct rcn_diag *diag)
{
	int code;

	if (access(store->path, R_OK | W_OK) != 0)
		return report_errno(diag, store->path, errno);
	code = connect_to(store, store->path, SQLITE_OPEN_READWRITE);
	if (code == SQLITE_OK)
		code = touch(store);
	return code == SQLITE_OK ? RCN_OK : rcn_sqlite_report(store, SQLITE_TASK_OPEN, code, diag);
}

static void disconnect(struct sqlite_store *store)
{
	rcn_sqlite_statements_free(store);
	sqlite3_close(store->database);
	store->database = NULL;
}

static void close_store(struct rcn_store *base)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	disconnect(store);
	rcn_lock_file_release(&store->lock);
	rcn_arena_free(&store->info_arena);
	free(store->path);
	free(store->uri);
	free(store->lock_path);
	free(store);
}

static enum rcn_status open_present(struct sqlite_store *store, bool create, struct rcn_diag *diag)
{
	enum rcn_status status;
	bool empty;
	int code;

	status = store->read_only ? open_reader(store, diag) : open_writer(store, diag);
	if (status != RCN_OK)
		return status;
	/* Whose file it is comes first: nothing is switched in a stranger's. */
	status = rcn_sqlite_layout_prepare(store, create, &empty, diag);
	if (status != RCN_OK)
		return status;
	if (empty) {
		disconnect(store);
		return RCN_OK;
	}
	if (store->read_only)
		return RCN_OK;
	code = make_durable(store);
	return code == SQLITE_OK ? RCN_OK : rcn_sqlite_report(store, SQLITE_TASK_OPEN, code, diag);
}

static enum rcn_status open_store(struct rcn_view uri, const struct rcn_store_options *options,
				  struct rcn_store **result, struct rcn_diag *diag)
{
	struct sqlite_store *store = calloc(1, sizeof(*store));
	bool present = false, is_default = false;
	enum rcn_status status;

	if (!store)
		return rcn_diag_no_memory(diag);
	store->base.ops = &rcn_store_sqlite;
	store->lock = RCN_LOCK_FILE;
	store->info_arena = RCN_ARENA(INFO_BYTES);
	store->read_only = options->read_only;
	store->clock = options->clock ? options->clock : &rcn_clock_system;
	store->random = options->random ? options->random : &rcn_random_system;
	status = find_path(store, uri, options, &is_default, diag);
	if (status == RCN_OK)
		status = prepare_file(store, is_default, options, &present, diag);
	if (status == RCN_OK && present)
		status = open_present(store, options->create && !options->read_only, diag);
	if (status != RCN_OK) {
		close_store(&store->base);
		return status;
	}
	*result = &store->base;
	return RCN_OK;
}

static enum rcn_status lock_store(struct rcn_store *base, const struct rcn_lock_holder *self,
				  int64_t timeout_ms, uint64_t *epoch, struct rcn_diag *diag)
{
	struct sqlite_store *store = (struct sqlite_store *)base;
	enum rcn_status status;

	if (store->read_only || !store->database || store->locked)
		return rcn_diag_internal(diag, store->locked
						       ? "the state's lock taken twice"
						       : "a lock on a state that is only read");
	status = rcn_lock_file_take(store->lock_path, self, timeout_ms, &store->lock, diag);
	if (status != RCN_OK)
		return status;
	status = rcn_sqlite_take_epoch(store, self, diag);
	if (status != RCN_OK) {
		rcn_lock_file_release(&store->lock);
		return status;
	}
	store->locked = true;
	*epoch = store->epoch;
	return RCN_OK;
}

static enum rcn_status unlock_store(struct rcn_store *base)
{
	struct sqlite_store *store = (struct sqlite_store *)base;

	store->locked = false;
	rcn_lock_file_release(&store->lock);
	return RCN_OK;
}

const struct rcn_store_ops rcn_store_sqlite = {
	.scheme = "sqlite",
	.open = open_store,
	.close = close_store,
	.info = rcn_sqlite_info,
	.lock = lock_store,
	.unlock = unlock_store,
	.read = rcn_sqlite_read,
	.read_all = rcn_sqlite_read_all,
	.read_unsettled = rcn_sqlite_read_unsettled,
	.commit = rcn_sqlite_commit,
	.check = rcn_sqlite_check,
};
