#include "contract.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

static void name_path(const struct contract *contract, const char *suffix,
		      char path[CONTRACT_TEXT + 64])
{
	snprintf(path, CONTRACT_TEXT + 64, "%s/state.sqlite%s", contract->folder, suffix);
}

static void name_store(struct contract *contract)
{
	int len = snprintf(contract->uri, sizeof(contract->uri), "sqlite:%.400s/state.sqlite",
			   contract->folder);

	assert_true(len > 0 && (size_t)len < sizeof(contract->uri));
}

static void break_lock(struct contract *contract)
{
	char path[CONTRACT_TEXT + 64];

	name_path(contract, ".lock", path);
	assert_int_equal(unlink(path), 0);
}

static char *read_all(const char *path, size_t *size)
{
	struct stat stats;
	char *bytes;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &stats), 0);
	*size = (size_t)stats.st_size;
	bytes = malloc(*size + 1);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *size), *size);
	close(fd);
	return bytes;
}

static void write_at(const char *path, off_t offset, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, size, offset), size);
	close(fd);
}

static void damage(struct contract *contract, const char *needle)
{
	char path[CONTRACT_TEXT + 64];
	size_t size;
	char *bytes, *found;

	name_path(contract, "", path);
	bytes = read_all(path, &size);
	found = memmem(bytes, size, needle, strlen(needle));
	assert_non_null(found);
	write_at(path, found - bytes, "X", 1);
	free(bytes);
}

static void run_sql(const struct contract *contract, const char *sql)
{
	char path[CONTRACT_TEXT + 64];
	sqlite3 *database = NULL;

	name_path(contract, "", path);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void make_newer(struct contract *contract)
{
	run_sql(contract, "PRAGMA user_version = 4711");
}

static size_t count_files(struct contract *contract)
{
	DIR *folder = opendir(contract->folder);
	size_t count = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

static void make_store_with_a_record(struct contract *contract)
{
	struct rcn_store *store = contract_open(contract, true, false);
	const struct rcn_record record = contract_full_record("needle");

	contract_lock(contract, store);
	contract_put(contract, store, &record);
	rcn_store_close(store);
}

static void assert_open_refused(struct contract *contract, enum rcn_status expected,
				enum rcn_code code)
{
	for (int read_only = 0; read_only < 2; read_only++) {
		struct rcn_store *store = NULL;

		contract_assert_refused(
			contract,
			contract_try_open(contract, contract->uri, !read_only, read_only, &store),
			expected, code);
		assert_null(store);
	}
}

static void what_is_no_plain_file_is_refused(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64], target[CONTRACT_TEXT + 64];

	name_path(contract, "", path);
	name_path(contract, ".target", target);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_open_refused(contract, RCN_ERROR_IO, RCN_CODE_STATE_KIND);
	assert_true(contract_is_said(contract, "a folder"));
	assert_int_equal(rmdir(path), 0);

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_open_refused(contract, RCN_ERROR_IO, RCN_CODE_STATE_KIND);
	assert_true(contract_is_said(contract, "a pipe"));
	assert_int_equal(unlink(path), 0);

	assert_int_equal(symlink(target, path), 0);
	assert_open_refused(contract, RCN_ERROR_IO, RCN_CODE_STATE_KIND);
	assert_true(contract_is_said(contract, "a symbolic link"));
	assert_int_equal(access(target, F_OK), -1);
}

static void a_missing_folder_is_named(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = NULL;

	strncat(contract->uri, ".d/not/there", sizeof(contract->uri) - strlen(contract->uri) - 1);
	contract_assert_refused(contract,
				contract_try_open(contract, contract->uri, true, false, &store),
				RCN_ERROR_IO, RCN_CODE_STATE_OPEN);
	assert_true(contract_is_said(contract, "folder does not exist"));
}

static void what_is_no_database_is_corrupt_and_the_way_back_is_said(void **state)
{
	static const char text[] = "this is a text file, and it is longer than the header of a "
				   "SQLite database, which has one hundred bytes";
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64];
	size_t size;
	char *bytes;
	FILE *file;

	name_path(contract, "", path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_open_refused(contract, RCN_ERROR_CORRUPT, RCN_CODE_STATE_CORRUPT);
	assert_true(contract_is_said(contract, "adopted"));
	bytes = read_all(path, &size);
	assert_int_equal(size, strlen(text));
	assert_memory_equal(bytes, text, size);
	free(bytes);
}

static enum rcn_status ignore_record(void *payload, const struct rcn_record *record)
{
	(void)payload;
	(void)record;
	return RCN_OK;
}

static void a_store_cut_anywhere_is_refused_or_found_damaged(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64];
	struct stat stats;

	make_store_with_a_record(contract);
	name_path(contract, "", path);
	assert_int_equal(stat(path, &stats), 0);
	for (off_t size = stats.st_size - 1; size > 0; size -= 997) {
		struct rcn_store *store = NULL;
		enum rcn_status status;

		assert_int_equal(truncate(path, size), 0);
		status = contract_try_open(contract, contract->uri, false, true, &store);
		if (status == RCN_OK) {
			status = rcn_store_check(store, &contract->diag);
			(void)rcn_store_read_all(store, ignore_record, NULL, &contract->diag);
			rcn_store_close(store);
		}
		assert_int_equal(status, RCN_ERROR_CORRUPT);
		assert_true(contract_is_said(contract, "adopted"));
	}
}

static void an_overwritten_page_is_found(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64], junk[512];
	struct rcn_store *store;

	make_store_with_a_record(contract);
	name_path(contract, "", path);
	memset(junk, 0x5a, sizeof(junk));
	write_at(path, 4096, junk, sizeof(junk));
	if (contract_try_open(contract, contract->uri, false, true, &store) == RCN_OK) {
		contract_assert_refused(contract, rcn_store_check(store, &contract->diag),
					RCN_ERROR_CORRUPT, RCN_CODE_STATE_CORRUPT);
		rcn_store_close(store);
	}
	assert_true(contract_is_said(contract, "damaged"));
}

static void an_index_that_lies_is_found(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store;

	make_store_with_a_record(contract);
	run_sql(contract, "UPDATE record SET unsettled = 0");
	store = contract_open(contract, false, true);
	contract_assert_refused(contract, rcn_store_check(store, &contract->diag),
				RCN_ERROR_CORRUPT, RCN_CODE_STATE_CORRUPT);
	rcn_store_close(store);
}

static void a_missing_table_is_damage(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store;

	make_store_with_a_record(contract);
	run_sql(contract, "DROP TABLE record");
	store = contract_open(contract, true, false);
	contract_assert_refused(contract,
				rcn_store_read_all(store, ignore_record, NULL, &contract->diag),
				RCN_ERROR_CORRUPT, RCN_CODE_STATE_CORRUPT);
	rcn_store_close(store);
}

static void a_database_of_another_program_is_left_alone(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64];
	size_t before, after;
	char *bytes[2];

	run_sql(contract, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
	name_path(contract, "", path);
	bytes[0] = read_all(path, &before);
	assert_open_refused(contract, RCN_ERROR_UNSUPPORTED, RCN_CODE_STATE_FOREIGN);
	bytes[1] = read_all(path, &after);
	assert_int_equal(before, after);
	assert_memory_equal(bytes[0], bytes[1], before);
	free(bytes[0]);
	free(bytes[1]);
}

static void an_empty_file_is_an_absent_store(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64];
	struct rcn_store *store;
	FILE *file;

	name_path(contract, "", path);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	store = contract_open(contract, false, true);
	assert_int_equal(contract_count(contract, store), 0);
	rcn_store_close(store);
	make_store_with_a_record(contract);
	store = contract_open(contract, false, true);
	assert_int_equal(contract_count(contract, store), 1);
	rcn_store_close(store);
}

static mode_t mode_of(const char *path)
{
	struct stat stats;

	assert_int_equal(stat(path, &stats), 0);
	return stats.st_mode & 0777;
}

static void name_default(const struct contract *contract, const char *suffix,
			 char path[CONTRACT_TEXT + 64])
{
	snprintf(path, CONTRACT_TEXT + 64, "%s/reconcile%s", contract->folder, suffix);
}

static void the_default_store_is_for_its_owner_alone(void **state)
{
	struct contract *contract = *state;
	char git_folder[CONTRACT_TEXT + 64], path[CONTRACT_TEXT + 64];
	struct rcn_store_options options = { .create = false };
	mode_t old = umask(0);

	snprintf(git_folder, sizeof(git_folder), "%s/", contract->folder);
	options.git_folder = rcn_view_of(git_folder);
	for (int create = 0; create < 2; create++) {
		struct rcn_store *store = NULL;
		struct rcn_store_info info;

		options.create = create;
		contract_assert_ok(contract,
				   rcn_store_open(create ? RCN_VIEW("sqlite:") : RCN_VIEW(""),
						  &options, &store, &contract->diag));
		contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
		assert_true(rcn_view_starts_with(info.uri, RCN_VIEW("sqlite:")));
		assert_true(rcn_view_ends_with(info.uri, RCN_VIEW("/reconcile/state.sqlite")));
		if (create)
			contract_lock(contract, store);
		assert_int_equal(count_files(contract), create ? 1 : 0);
		name_default(contract, "", path);
		if (create) {
			assert_int_equal(mode_of(path), 0700);
			name_default(contract, "/state.sqlite", path);
			assert_int_equal(mode_of(path), 0600);
			name_default(contract, "/state.sqlite.lock", path);
			assert_int_equal(mode_of(path), 0600);
		}
		rcn_store_close(store);
	}
	umask(old);
}

static void the_default_store_needs_a_repository(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = NULL;

	contract_assert_refused(contract,
				contract_try_open(contract, "sqlite:", true, false, &store),
				RCN_ERROR_USAGE, RCN_CODE_STATE_URI);
}

static void names_that_mean_something_to_sqlite_are_files(void **state)
{
	static const char *const names[] = { ":memory:", "file:x?mode=memory", "a b%41?#'" };
	struct contract *contract = *state;
	char here[4096];

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(contract->folder), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(contract->uri, sizeof(contract->uri), "sqlite:%s", names[i]);
		make_store_with_a_record(contract);
		assert_int_equal(access(names[i], F_OK), 0);
	}
	assert_int_equal(chdir(here), 0);
}

/*
 * As a user who may not write: a child, because root may write everywhere. Returns the
 * status of opening and reading, and whether `text` was said, in the exit code.
 */
static int open_as_nobody(struct contract *contract, bool read_only, const char *text)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct rcn_store *store = NULL;
		enum rcn_status result;
		int code;

		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(99);
		result = contract_try_open(contract, contract->uri, !read_only, read_only, &store);
		if (result == RCN_OK)
			result = rcn_store_read_all(store, ignore_record, NULL, &contract->diag);
		code = (int)result + (text && !contract_is_said(contract, text) ? 64 : 0);
		_exit(code);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 99);
	return WEXITSTATUS(status);
}

static void a_read_only_folder_can_be_read_when_nothing_waits_in_the_wal(void **state)
{
	struct contract *contract = *state;
	char path[CONTRACT_TEXT + 64];
	struct rcn_store *store;
	int status;
	pid_t child;

	make_store_with_a_record(contract);
	name_path(contract, "", path);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(contract->folder, 0555), 0);
	assert_int_equal(open_as_nobody(contract, true, NULL), RCN_OK);
	assert_int_equal(open_as_nobody(contract, false, "right to read and write"), RCN_ERROR_IO);

	/* A writer that is at work, or died, leaves its changes in the -wal file. */
	assert_int_equal(chmod(contract->folder, 0755), 0);
	assert_int_equal(chmod(path, 0644), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		store = contract_open(contract, true, false);
		contract_lock(contract, store);
		contract_put(contract, store, &(struct rcn_record){ .key = RCN_VIEW("other") });
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	name_path(contract, "-shm", path);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chmod(contract->folder, 0555), 0);
	if (geteuid() == 0)
		assert_int_equal(open_as_nobody(contract, true, "-wal"), RCN_ERROR_IO);
	assert_int_equal(chmod(contract->folder, 0755), 0);
	store = contract_open(contract, false, true);
	assert_int_equal(contract_count(contract, store), 2);
	rcn_store_close(store);
}

static void a_refused_write_is_named_and_loses_nothing(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store;
	struct rcn_record large = contract_record("large");
	const struct rcn_record *puts[] = { &large };
	const struct rcn_store_batch batch = { .puts = puts, .put_count = 1 };
	const struct rlimit limit = { 64 * 1024UL, 64 * 1024UL };
	size_t size = 1024 * 1024;
	int status;
	pid_t child;

	make_store_with_a_record(contract);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* The limit on file sizes refuses writes as a full disk does; it can't be lifted
		 * again, so it is set in a process of its own. */
		char *body = malloc(size);

		if (!body)
			_exit(99);
		memset(body, 'x', size);
		large.body = rcn_view_make(body, size);
		if (contract_try_open(contract, contract->uri, true, false, &store) != RCN_OK)
			_exit(98);
		contract_lock(contract, store);
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		if (rcn_store_commit(store, &batch, &contract->diag) != RCN_ERROR_IO)
			_exit(97);
		if (contract->diag.problems[0]->code != RCN_CODE_STATE_WRITE)
			_exit(96);
		if (contract_count(contract, store) != 1)
			_exit(95);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	store = contract_open(contract, true, false);
	assert_int_equal(contract_count(contract, store), 1);
	contract_lock(contract, store);
	large.body = RCN_VIEW("{}");
	contract_put(contract, store, &large);
	rcn_store_close(store);
}

static const struct CMUnitTest tests[] = {
	CONTRACT_TEST(what_is_no_plain_file_is_refused),
	CONTRACT_TEST(a_missing_folder_is_named),
	CONTRACT_TEST(what_is_no_database_is_corrupt_and_the_way_back_is_said),
	CONTRACT_TEST(a_store_cut_anywhere_is_refused_or_found_damaged),
	CONTRACT_TEST(an_overwritten_page_is_found),
	CONTRACT_TEST(an_index_that_lies_is_found),
	CONTRACT_TEST(a_missing_table_is_damage),
	CONTRACT_TEST(a_database_of_another_program_is_left_alone),
	CONTRACT_TEST(an_empty_file_is_an_absent_store),
	CONTRACT_TEST(the_default_store_is_for_its_owner_alone),
	CONTRACT_TEST(the_default_store_needs_a_repository),
	CONTRACT_TEST(names_that_mean_something_to_sqlite_are_files),
	CONTRACT_TEST(a_read_only_folder_can_be_read_when_nothing_waits_in_the_wal),
	CONTRACT_TEST(a_refused_write_is_named_and_loses_nothing),
	CONTRACT_TESTS_END,
};

const struct contract_kind contract_sqlite = {
	.name = "sqlite",
	.name_store = name_store,
	.break_lock = break_lock,
	.damage = damage,
	.make_newer = make_newer,
	.count_files = count_files,
	.tests = tests,
};
