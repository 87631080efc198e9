#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "repository.h"
#include "source/source.h"

#define MOST 4096

/* What a walk visited, one line each: "M path", "D path", "> path", "< path". */
struct trail {
	char text[MOST];
};

static enum rcn_status note_entry(void *payload, const struct rcn_entry *entry)
{
	struct trail *trail = payload;
	size_t len = strlen(trail->text);

	snprintf(trail->text + len, MOST - len, "%c %.*s\n", "MD><"[entry->kind],
		 RCN_VIEW_ARGS(entry->path));
	return RCN_OK;
}

static const struct rcn_problem *find_problem(const struct rcn_diag *diag, enum rcn_code code)
{
	for (size_t i = 0; i < diag->count; i++)
		if (diag->problems[i]->code == code)
			return diag->problems[i];
	return NULL;
}

static void check_problem(const struct rcn_diag *diag, enum rcn_code code, const char *message,
			  const char *hint)
{
	const struct rcn_problem *problem = find_problem(diag, code);

	if (!problem)
		for (size_t i = 0; i < diag->count; i++)
			print_message("%.*s\n", RCN_VIEW_ARGS(diag->problems[i]->message));
	assert_non_null(problem);
	if (message && !strstr(problem->message.ptr, message))
		fail_msg("message: %s", problem->message.ptr);
	if (hint && (!problem->hint.ptr || !strstr(problem->hint.ptr, hint)))
		fail_msg("hint: %s", problem->hint.ptr ? problem->hint.ptr : "none");
}

static void check_refused(const char *path, const char *ref, enum rcn_status status,
			  enum rcn_code code, const char *message, const char *hint)
{
	struct rcn_source *source = NULL;
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	assert_int_equal(rcn_source_open(path, ref, &source, &diag), status);
	assert_null(source);
	check_problem(&diag, code, message, hint);
	rcn_diag_free(&diag);
}

static struct rcn_source *must_open(const char *path, const char *ref)
{
	struct rcn_source *source = NULL;
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	if (rcn_source_open(path, ref, &source, &diag) != RCN_OK)
		fail_msg("%s", diag.count ? diag.problems[0]->message.ptr : "no problem given");
	rcn_diag_free(&diag);
	return source;
}

static void check_content(struct rcn_source *source, const char *path, const char *text)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	assert_int_equal(rcn_source_read(source, rcn_view_of(path), &out, &diag), RCN_OK);
	assert_true(rcn_view_is(rcn_buffer_get(&out), text));
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

static void the_commit_is_read_and_not_the_disk(void **state)
{
	struct repository repository;
	struct rcn_source *source;

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "customers/a.yaml", "committed\n");
	repository_commit(&repository);
	repository_write(&repository, "customers/a.yaml", "on disk\n");
	source = must_open(repository.root, NULL);
	check_content(source, "customers/a.yaml", "committed\n");
	check_content(source, "./customers//a.yaml", "committed\n");
	assert_int_equal(rcn_source_commit(source).len, 40);
	assert_true(rcn_view_is(rcn_source_ref(source), "HEAD"));
	assert_true(rcn_view_is(rcn_source_summary(source), "A commit"));
	assert_true(rcn_view_ends_with(rcn_source_git_folder(source), RCN_VIEW("/.git/")));
	assert_true(rcn_source_work_folder(source).ptr[rcn_source_work_folder(source).len - 1] ==
		    '/');
	assert_false(rcn_source_is_worktree(source));
	rcn_source_free(source);
	/* from any folder inside, and without a checkout */
	source = must_open(repository_path(&repository, "customers"), "main");
	rcn_source_free(source);
	repository_run(&repository, "git clone -q --bare . bare.git");
	source = must_open(repository_path(&repository, "bare.git"), NULL);
	check_content(source, "customers/a.yaml", "committed\n");
	assert_true(rcn_view_is_none(rcn_source_work_folder(source)));
	rcn_source_free(source);
	repository_free(&repository);
}

static void every_way_to_name_a_commit_works(void **state)
{
	static const char *const refs[] = { "main",   "refs/heads/main", "v1",        "v1-again",
					    "HEAD~0", "other",           "copy/main", "@" };
	struct repository repository;
	char id[41];

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "customers/a.yaml", "a\n");
	repository_commit(&repository);
	repository_run(&repository,
		       "git tag -a -m x v1 && git tag -a -m y v1-again v1 2>/dev/null && "
		       "git branch other && git remote add copy . && "
		       "git fetch -q copy");
	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		struct rcn_source *source = must_open(repository.root, refs[i]);

		check_content(source, "customers/a.yaml", "a\n");
		memcpy(id, rcn_source_commit(source).ptr, 40);
		rcn_source_free(source);
	}
	id[8] = '\0';
	rcn_source_free(must_open(repository.root, id));
	repository_free(&repository);
}

static void linked_worktrees_and_shallow_clones_work(void **state)
{
	struct repository repository;
	struct rcn_source *source;

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "customers/a.yaml", "one\n");
	repository_commit(&repository);
	repository_run(&repository, "git worktree add -q ../$(basename $PWD)-linked -b linked");
	repository_write(&repository, "customers/a.yaml", "two\n");
	repository_commit(&repository);
	repository_run(&repository, "git clone -q --depth 1 file://$PWD shallow");
	source = must_open(repository_path(&repository, "shallow"), NULL);
	check_content(source, "customers/a.yaml", "two\n");
	rcn_source_free(source);
	snprintf(repository.path, sizeof(repository.path), "%s-linked", repository.root);
	source = must_open(repository.path, NULL);
	check_content(source, "customers/a.yaml", "one\n");
	/* the state lives with the repository, not with one of its work trees */
	assert_true(rcn_view_ends_with(rcn_source_git_folder(source), RCN_VIEW("/.git/")));
	rcn_source_free(source);
	repository_run(&repository, "rm -rf '%s-linked'", repository.root);
	/* git sparse-checkout sets an extension that libgit2 does not know */
	repository_run(&repository, "git config core.repositoryformatversion 1 && "
				    "git config extensions.worktreeConfig true");
	source = must_open(repository.root, NULL);
	rcn_source_free(source);
	repository_free(&repository);
}

static void what_is_no_repository_is_told(void **state)
{
	struct repository repository;
	char missing[128];

	(void)state;
	repository_folder(&repository);
	check_refused(repository.root, NULL, RCN_ERROR_NOT_FOUND, RCN_CODE_NOT_A_REPOSITORY,
		      "is not a git repository", "--repo");
	snprintf(missing, sizeof(missing), "%s/nowhere", repository.root);
	check_refused(missing, NULL, RCN_ERROR_NOT_FOUND, RCN_CODE_REPOSITORY_PATH,
		      "No such file or directory", "--repo");
	repository_write(&repository, "file", "x");
	check_refused(repository_path(&repository, "file"), NULL, RCN_ERROR_IO,
		      RCN_CODE_REPOSITORY_PATH, "Not a directory", NULL);
	repository_free(&repository);
}

static void formats_that_cannot_be_read_are_told(void **state)
{
	struct repository repository;

	(void)state;
	repository_folder(&repository);
	repository_run(&repository, "git init -q --object-format=sha256 .");
	check_refused(repository.root, NULL, RCN_ERROR_UNSUPPORTED, RCN_CODE_REPOSITORY_FORMAT,
		      "SHA-256", "sha1");
	repository_free(&repository);
	repository_new(&repository);
	repository_run(&repository, "git config core.repositoryformatversion 1 && "
				    "git config extensions.refStorage reftable");
	check_refused(repository.root, NULL, RCN_ERROR_UNSUPPORTED, RCN_CODE_REPOSITORY_FORMAT,
		      "reftable", "--ref-format=files");
	repository_free(&repository);
}

static void a_foreign_owner_is_told(void **state)
{
	struct repository repository;

	(void)state;
	if (geteuid() != 0)
		skip();
	repository_new(&repository);
	repository_commit(&repository);
	repository_run(&repository, "chown -R 12345 .");
	check_refused(repository.root, NULL, RCN_ERROR_IO, RCN_CODE_REPOSITORY_OWNER,
		      "belongs to somebody else", "safe.directory /tmp/rcn-unit-");
	repository_free(&repository);
}

static void refs_that_lead_nowhere_are_told(void **state)
{
	struct repository repository;

	(void)state;
	repository_new(&repository);
	check_refused(repository.root, NULL, RCN_ERROR_NOT_FOUND, RCN_CODE_NO_COMMIT,
		      "no commit yet", "git commit");
	repository_write(&repository, "customers/a.yaml", "a\n");
	repository_commit(&repository);
	repository_run(&repository, "git branch release && git tag -m x tree HEAD: && "
				    "git update-ref refs/remotes/origin/only HEAD");
	check_refused(repository.root, "relaese", RCN_ERROR_NOT_FOUND, RCN_CODE_UNKNOWN_REF,
		      "relaese", "did you mean `release`?");
	check_refused(repository.root, "only", RCN_ERROR_NOT_FOUND, RCN_CODE_UNKNOWN_REF, "only",
		      "did you mean `origin/only`?");
	check_refused(repository.root, "0123456789012345678901234567890123456789",
		      RCN_ERROR_NOT_FOUND, RCN_CODE_UNKNOWN_REF, NULL, NULL);
	check_refused(repository.root, "", RCN_ERROR_NOT_FOUND, RCN_CODE_UNKNOWN_REF, NULL, NULL);
	check_refused(repository.root, "~^:", RCN_ERROR_NOT_FOUND, RCN_CODE_UNKNOWN_REF, NULL,
		      NULL);
	check_refused(repository.root, "tree", RCN_ERROR_USAGE, RCN_CODE_REF_NOT_A_COMMIT,
		      "not a commit", NULL);
	check_refused(repository.root, "HEAD:customers", RCN_ERROR_USAGE, RCN_CODE_REF_NOT_A_COMMIT,
		      "is a tree", NULL);
	repository_free(&repository);
}

static void make_tree(struct repository *repository)
{
	repository_new(repository);
	repository_write(repository, "reconcile.yaml", "path: customers\n");
	repository_write(repository, "customers/z.yaml", "z\n");
	repository_write(repository, "customers/defaults.yaml", "d\n");
	repository_write(repository, "customers/a/b.yml", "b\n");
	repository_write(repository, "customers/a.json", "{}\n");
	repository_write(repository, "customers/a-b.yaml", "a\n");
	repository_write(repository, "customers/README.md", "text\n");
	repository_write(repository, "customers/_skipped.yaml", "text\n");
	repository_write(repository, "customers/.hidden/c.yaml", "text\n");
	repository_write(repository, "customers/_off/c.yaml", "text\n");
	repository_commit(repository);
}

static const char expected_trail[] = "> customers\n"
				     "D customers/defaults.yaml\n"
				     "> customers/a\n"
				     "M customers/a/b.yml\n"
				     "< customers/a\n"
				     "M customers/a-b.yaml\n"
				     "M customers/a.json\n"
				     "M customers/z.yaml\n"
				     "< customers\n";

static void a_walk_goes_by_name_with_defaults_first(void **state)
{
	struct repository repository;
	struct trail trail = { "" };
	struct rcn_source *source;
	struct rcn_diag diag;
	char id[RCN_OBJECT_ID_SIZE];

	(void)state;
	make_tree(&repository);
	rcn_diag_init(&diag);
	source = must_open(repository.root, NULL);
	assert_int_equal(
		rcn_source_walk(source, RCN_VIEW("./customers/"), note_entry, &trail, &diag),
		RCN_OK);
	assert_string_equal(trail.text, expected_trail);
	assert_int_equal(rcn_source_folder_id(source, RCN_VIEW("customers"), id), RCN_OK);
	assert_int_equal(strlen(id), 40);
	assert_int_equal(rcn_source_folder_id(source, RCN_VIEW("nothing"), id), RCN_OK);
	assert_string_equal(id, "");
	trail.text[0] = '\0';
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("."), note_entry, &trail, &diag), RCN_OK);
	assert_null(strstr(trail.text, "reconcile.yaml"));
	assert_non_null(strstr(trail.text, "M customers/z.yaml"));
	rcn_source_free(source);
	trail.text[0] = '\0';
	assert_int_equal(rcn_source_open_worktree(repository.root, &source, &diag), RCN_OK);
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag),
			 RCN_OK);
	assert_string_equal(trail.text, expected_trail);
	assert_true(rcn_source_is_worktree(source));
	assert_true(rcn_view_is_none(rcn_source_commit(source)));
	check_content(source, "customers/a/b.yml", "b\n");
	rcn_source_free(source);
	assert_int_equal(diag.count, 0);
	rcn_diag_free(&diag);
	repository_free(&repository);
}

static void check_odd(struct rcn_source *source, bool submodule)
{
	struct trail trail = { "" };
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct rcn_diag diag;
	size_t links = 0, names = 0;

	rcn_diag_init(&diag);
	assert_int_not_equal(
		rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag), RCN_OK);
	for (size_t i = 0; i < diag.count; i++) {
		links += diag.problems[i]->code == RCN_CODE_LINK;
		names += diag.problems[i]->code == RCN_CODE_SOURCE_NAME;
	}
	assert_int_equal(links, submodule ? 3 : 2);
	assert_int_equal(names, 3);
	check_problem(&diag, RCN_CODE_SOURCE_FILE_SIZE, "more than", NULL);
	/* and the walk went on to the end */
	assert_non_null(strstr(trail.text, "M customers/zzz.yaml"));
	assert_null(strstr(trail.text, "link"));
	assert_int_equal(rcn_source_read(source, RCN_VIEW("customers/link.yaml"), &out, &diag),
			 RCN_ERROR_INVALID);
	assert_int_equal(rcn_source_read(source, RCN_VIEW("customers/no.yaml"), &out, &diag),
			 RCN_ERROR_NOT_FOUND);
	assert_int_equal(rcn_source_read(source, RCN_VIEW("customers/zzz.yaml/x"), &out, &diag),
			 submodule ? RCN_ERROR_NOT_FOUND : RCN_ERROR_IO);
	assert_int_equal(rcn_source_read(source, RCN_VIEW("../etc/passwd"), &out, &diag),
			 RCN_ERROR_NOT_FOUND);
	assert_int_equal(rcn_source_read(source, RCN_VIEW("/etc/passwd"), &out, &diag),
			 RCN_ERROR_NOT_FOUND);
	assert_int_equal(out.len, 0);
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

static void links_submodules_and_odd_names_are_refused(void **state)
{
	struct repository repository;
	struct rcn_source *source;
	struct rcn_diag diag;

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "customers/zzz.yaml", "z\n");
	repository_write(&repository, "outside/a.yaml", "a\n");
	repository_write(&repository, "customers/bad\x1b[31m.yaml", "a\n");
	repository_write(&repository, "customers/latin\xe9.yaml", "a\n");
	repository_write(&repository, "customers/bidi\xe2\x80\xae.yaml", "a\n");
	repository_write(&repository, "customers/latin\xe9.txt", "not read, not refused\n");
	repository_run(&repository, "ln -s ../outside customers/linkfolder && "
				    "ln -s /etc/passwd customers/link.yaml && "
				    "ln -s /etc/passwd customers/_ignored.yaml && "
				    "head -c 1048577 /dev/zero > customers/large.yaml");
	repository_commit(&repository);
	repository_run(&repository, "git update-index --add --cacheinfo "
				    "160000,$(git rev-parse HEAD),customers/module && "
				    "git commit -q -m module");
	source = must_open(repository.root, NULL);
	check_odd(source, true);
	rcn_source_free(source);
	rcn_diag_init(&diag);
	assert_int_equal(rcn_source_open_worktree(repository.root, &source, &diag), RCN_OK);
	check_odd(source, false);
	rcn_source_free(source);
	rcn_diag_free(&diag);
	repository_free(&repository);
}

static void a_missing_folder_gets_a_suggestion(void **state)
{
	static const char *const outside[] = { "/etc", "../x", "a/../../b" };
	struct repository repository;
	struct trail trail = { "" };
	struct rcn_source *source;
	struct rcn_diag diag;

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "tenants/emea/a.yaml", "a\n");
	repository_write(&repository, "src/main.c", "a\n");
	repository_commit(&repository);
	source = must_open(repository.root, NULL);
	rcn_diag_init(&diag);
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag),
			 RCN_ERROR_NOT_FOUND);
	check_problem(&diag, RCN_CODE_NO_SUCH_FOLDER, "has no folder `customers`",
		      "did you mean `tenants/`?");
	for (size_t i = 0; i < 3; i++) {
		rcn_diag_clear(&diag);
		assert_int_equal(
			rcn_source_walk(source, rcn_view_of(outside[i]), note_entry, &trail, &diag),
			RCN_ERROR_USAGE);
		check_problem(&diag, RCN_CODE_SOURCE_PATH, "not inside", NULL);
	}
	rcn_source_free(source);
	assert_int_equal(rcn_source_open_worktree(repository.root, &source, &diag), RCN_OK);
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag),
			 RCN_ERROR_NOT_FOUND);
	rcn_source_free(source);
	rcn_diag_clear(&diag);
	repository_run(&repository, "git clone -q --bare . bare.git");
	assert_int_equal(
		rcn_source_open_worktree(repository_path(&repository, "bare.git"), &source, &diag),
		RCN_ERROR_USAGE);
	check_problem(&diag, RCN_CODE_NO_WORKTREE, "bare", "--worktree");
	rcn_diag_free(&diag);
	repository_free(&repository);
}

static void missing_objects_of_a_partial_clone_are_told(void **state)
{
	struct repository repository;
	struct trail trail = { "" };
	struct rcn_source *source;
	struct rcn_diag diag;

	(void)state;
	repository_new(&repository);
	repository_write(&repository, "customers/a.yaml", "a\n");
	repository_commit(&repository);
	repository_run(&repository, "git config uploadpack.allowFilter true && "
				    "git clone -q --bare --filter=blob:none file://$PWD part.git");
	source = must_open(repository_path(&repository, "part.git"), NULL);
	rcn_diag_init(&diag);
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag),
			 RCN_ERROR_CORRUPT);
	check_problem(&diag, RCN_CODE_MISSING_OBJECT, NULL, "partial clone");
	rcn_source_free(source);
	rcn_diag_free(&diag);
	repository_free(&repository);
}

static void differences_on_disk_are_counted(void **state)
{
	struct repository repository;
	struct rcn_source *source;
	struct rcn_diag diag;

	(void)state;
	make_tree(&repository);
	rcn_diag_init(&diag);
	source = must_open(repository.root, NULL);
	repository_write(&repository, "elsewhere.yaml", "x\n");
	repository_write(&repository, "customers/README.md", "x\n");
	repository_write(&repository, "customers/_off/c.yaml", "x\n");
	assert_int_equal(rcn_source_warn_dirty(source, RCN_VIEW("customers"), &diag), RCN_OK);
	assert_int_equal(diag.count, 0);
	repository_write(&repository, "customers/z.yaml", "changed\n");
	repository_write(&repository, "customers/new/n.yaml", "new\n");
	repository_write(&repository, "reconcile.yaml", "path: other\n");
	repository_run(&repository, "rm customers/a.json");
	assert_int_equal(rcn_source_warn_dirty(source, RCN_VIEW("customers/"), &diag), RCN_OK);
	assert_int_equal(diag.warnings, 1);
	check_problem(&diag, RCN_CODE_WORKTREE_DIFFERS, "4 files on disk differ", NULL);
	rcn_diag_clear(&diag);
	rcn_source_free(source);
	/* another commit than HEAD's says nothing about the disk */
	repository_run(&repository, "git commit -q --allow-empty -m next");
	source = must_open(repository.root, "HEAD~1");
	assert_int_equal(rcn_source_warn_dirty(source, RCN_VIEW("customers"), &diag), RCN_OK);
	assert_int_equal(diag.count, 0);
	rcn_source_free(source);
	rcn_diag_free(&diag);
	repository_free(&repository);
}

static enum rcn_ancestry compare(struct repository *repository, const char *now, const char *then)
{
	struct rcn_source *source = must_open(repository->root, then);
	enum rcn_ancestry ancestry;
	char id[41] = { 0 };

	memcpy(id, rcn_source_commit(source).ptr, 40);
	rcn_source_free(source);
	source = must_open(repository->root, now);
	ancestry = rcn_source_ancestry(source, rcn_view_of(id));
	rcn_source_free(source);
	return ancestry;
}

static void ancestry_is_told(void **state)
{
	struct repository repository;
	struct rcn_source *source;
	char id[41] = { 0 };

	(void)state;
	repository_new(&repository);
	repository_commit(&repository);
	repository_run(&repository, "git commit -q --allow-empty -m two && git tag two && "
				    "git checkout -q -b side HEAD~1 && "
				    "git commit -q --allow-empty -m three && git checkout -q main "
				    "&& git checkout -q --orphan apart && "
				    "git commit -q --allow-empty -m four");
	assert_int_equal(compare(&repository, "two", "two"), RCN_ANCESTRY_SAME);
	assert_int_equal(compare(&repository, "two", "two~1"), RCN_ANCESTRY_FORWARD);
	assert_int_equal(compare(&repository, "two~1", "two"), RCN_ANCESTRY_REWOUND);
	assert_int_equal(compare(&repository, "side", "two"), RCN_ANCESTRY_UNRELATED);
	assert_int_equal(compare(&repository, "apart", "two"), RCN_ANCESTRY_UNRELATED);
	source = must_open(repository.root, "two");
	assert_int_equal(
		rcn_source_ancestry(source, RCN_VIEW("0123456789012345678901234567890123456789")),
		RCN_ANCESTRY_UNKNOWN);
	assert_int_equal(rcn_source_ancestry(source, RCN_VIEW("nonsense")), RCN_ANCESTRY_UNKNOWN);
	memcpy(id, rcn_source_commit(source).ptr, 40);
	rcn_source_free(source);
	/* a shallow clone does not know the way between the two */
	repository_run(&repository,
		       "git checkout -q main && git commit -q --allow-empty -m five && "
		       "git commit -q --allow-empty -m six && "
		       "git clone -q --depth 1 -b main file://$PWD shallow && "
		       "git -C shallow fetch -q --depth 1 origin tag two");
	source = must_open(repository_path(&repository, "shallow"), "main");
	assert_int_equal(rcn_source_ancestry(source, rcn_view_of(id)), RCN_ANCESTRY_UNKNOWN);
	rcn_source_free(source);
	repository_free(&repository);
}

static void folders_that_are_too_deep_end_the_walk(void **state)
{
	struct repository repository;
	struct trail trail = { "" };
	struct rcn_buffer path = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	struct rcn_source *source;
	struct rcn_diag diag;

	(void)state;
	repository_new(&repository);
	rcn_buffer_text(&path, "customers");
	for (int i = 0; i <= RCN_LIMIT_FOLDER_DEPTH; i++)
		rcn_buffer_text(&path, "/d");
	rcn_buffer_text(&path, "/a.yaml");
	repository_write(&repository, path.ptr, "a\n");
	rcn_buffer_free(&path);
	repository_commit(&repository);
	rcn_diag_init(&diag);
	source = must_open(repository.root, NULL);
	assert_int_equal(rcn_source_walk(source, RCN_VIEW("customers"), note_entry, &trail, &diag),
			 RCN_ERROR_LIMIT);
	check_problem(&diag, RCN_CODE_SOURCE_LIMIT, "levels deep", NULL);
	rcn_source_free(source);
	rcn_diag_free(&diag);
	repository_free(&repository);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_commit_is_read_and_not_the_disk),
		cmocka_unit_test(every_way_to_name_a_commit_works),
		cmocka_unit_test(linked_worktrees_and_shallow_clones_work),
		cmocka_unit_test(what_is_no_repository_is_told),
		cmocka_unit_test(formats_that_cannot_be_read_are_told),
		cmocka_unit_test(a_foreign_owner_is_told),
		cmocka_unit_test(refs_that_lead_nowhere_are_told),
		cmocka_unit_test(a_walk_goes_by_name_with_defaults_first),
		cmocka_unit_test(links_submodules_and_odd_names_are_refused),
		cmocka_unit_test(a_missing_folder_gets_a_suggestion),
		cmocka_unit_test(missing_objects_of_a_partial_clone_are_told),
		cmocka_unit_test(differences_on_disk_are_counted),
		cmocka_unit_test(ancestry_is_told),
		cmocka_unit_test(folders_that_are_too_deep_end_the_walk),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
