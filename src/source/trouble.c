/*
 * What libgit2 and the system say, in words that tell what to do.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/internal.h"

const char *rcn_source_reason(void)
{
	const git_error *error = git_error_last();

	return error && error->message ? error->message : "libgit2 gives no reason";
}

static enum rcn_status refuse_path(const char *path, int error, struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_REPOSITORY_PATH, RCN_PLACE_NONE,
				    "the repository's path `%s` can't be used: %s", path,
				    strerror(error));
	if (error == ENOENT)
		rcn_problem_hint(problem, "check --repo; the current folder is the default");
	else if (error == EACCES)
		rcn_problem_hint(problem, "run as a user who may read and enter it");
	return error == ENOENT ? RCN_ERROR_NOT_FOUND : RCN_ERROR_IO;
}

static enum rcn_status refuse_format(const char *path, const char *reason, struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	if (strcasestr(reason, "objectformat") || strcasestr(reason, "sha256")) {
		problem = rcn_diag_error_at(diag, RCN_CODE_REPOSITORY_FORMAT, RCN_PLACE_NONE,
					    "the repository `%s` has SHA-256 object ids, which "
					    "can't be read",
					    path);
		rcn_problem_hint(problem, "keep the manifests in a repository made with "
					  "`git init --object-format=sha1`");
		return RCN_ERROR_UNSUPPORTED;
	}
	if (strcasestr(reason, "refstorage") || strcasestr(reason, "reftable")) {
		problem = rcn_diag_error_at(diag, RCN_CODE_REPOSITORY_FORMAT, RCN_PLACE_NONE,
					    "the repository `%s` keeps its references as a "
					    "reftable, which can't be read",
					    path);
		rcn_problem_hint(problem, "clone it with `git clone --ref-format=files`, or "
					  "convert it with `git refs migrate --ref-format=files`");
		return RCN_ERROR_UNSUPPORTED;
	}
	rcn_diag_error_at(diag, RCN_CODE_REPOSITORY_FORMAT, RCN_PLACE_NONE,
			  "the format of the repository `%s` can't be read: %s", path, reason);
	return RCN_ERROR_UNSUPPORTED;
}

/* libgit2 1.5 reports a foreign owner as "not found" where there is no global configuration. */
static bool is_found(const char *path)
{
	git_buf found = { NULL, 0, 0 };
	bool result = git_repository_discover(&found, path, 0, NULL) == 0;

	git_buf_dispose(&found);
	return result;
}

static enum rcn_status refuse_owner(const char *path, struct rcn_diag *diag)
{
	char *absolute = realpath(path, NULL);
	const char *shown = absolute ? absolute : path;
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_REPOSITORY_OWNER, RCN_PLACE_NONE,
				    "the repository at `%s` belongs to somebody else", shown);
	rcn_problem_hint(problem, "if you trust it: git config --global --add safe.directory %s",
			 shown);
	free(absolute);
	return RCN_ERROR_IO;
}

enum rcn_status rcn_source_open_failed(const char *path, int result, struct rcn_diag *diag)
{
	const char *reason = rcn_source_reason();
	struct rcn_problem *problem;
	struct stat status;

	if (stat(path, &status) != 0)
		return refuse_path(path, errno, diag);
	if (!S_ISDIR(status.st_mode))
		return refuse_path(path, ENOTDIR, diag);
	if (access(path, R_OK | X_OK) != 0)
		return refuse_path(path, errno, diag);
	if (result == GIT_EOWNER || (result == GIT_ENOTFOUND && is_found(path)))
		return refuse_owner(path, diag);
	if (result == GIT_ENOTFOUND) {
		problem = rcn_diag_error_at(diag, RCN_CODE_NOT_A_REPOSITORY, RCN_PLACE_NONE,
					    "`%s` is not a git repository, and no folder above "
					    "it is one",
					    path);
		rcn_problem_hint(problem, "give the repository with --repo PATH, or make one: "
					  "git init && git add . && git commit");
		return RCN_ERROR_NOT_FOUND;
	}
	if (strcasestr(reason, "extension") || strcasestr(reason, "repository version") ||
	    strcasestr(reason, "repositoryformatversion"))
		return refuse_format(path, reason, diag);
	if (strcasestr(reason, "permission denied"))
		return refuse_path(path, EACCES, diag);
	rcn_diag_error_at(diag, RCN_CODE_SOURCE_READ, RCN_PLACE_NONE,
			  "the repository at `%s` can't be opened: %s", path, reason);
	return RCN_ERROR_IO;
}

/* A clone made with --filter has a remote that promised to deliver what is missing. */
static bool is_partial(git_repository *repository)
{
	git_config *config = NULL;
	git_config_iterator *iterator = NULL;
	git_config_entry *entry;
	bool partial = false;

	/* Not the iterator with a pattern: libgit2 1.5 leaks memory for every entry it matches. */
	if (git_repository_config_snapshot(&config, repository) == 0 &&
	    git_config_iterator_new(&iterator, config) == 0)
		while (!partial && git_config_next(&entry, iterator) == 0)
			partial = rcn_view_ends_with(rcn_view_of(entry->name),
						     RCN_VIEW(".promisor")) ||
				  strcmp(entry->name, "extensions.partialclone") == 0;
	git_config_iterator_free(iterator);
	git_config_free(config);
	return partial;
}

enum rcn_status rcn_source_object_failed(struct rcn_source *source, struct rcn_view path,
					 int result, struct rcn_diag *diag)
{
	struct rcn_place place = { path, 0, 0 };
	struct rcn_problem *problem;

	if (result != GIT_ENOTFOUND) {
		problem = rcn_diag_error_at(diag, RCN_CODE_SOURCE_READ, place,
					    "this can't be read from the commit: %s",
					    rcn_source_reason());
		rcn_problem_hint(problem, "`git fsck` says more");
		return RCN_ERROR_IO;
	}
	problem = rcn_diag_error_at(diag, RCN_CODE_MISSING_OBJECT, place,
				    "this is part of the commit, but not in the repository");
	if (is_partial(source->repository))
		rcn_problem_hint(problem, "this is a partial clone: clone without --filter, or run "
					  "`git fetch --refetch --no-filter origin`");
	else
		rcn_problem_hint(problem, "the repository is damaged: `git fsck` says more");
	return RCN_ERROR_CORRUPT;
}

enum rcn_status rcn_source_disk_failed(struct rcn_view path, int error, struct rcn_diag *diag)
{
	struct rcn_place place = { path, 0, 0 };

	if (error == ELOOP || error == EMLINK)
		return rcn_source_refuse_kind(path, "a symbolic link", diag);
	rcn_diag_error_at(diag, RCN_CODE_SOURCE_READ, place, "this can't be read: %s",
			  strerror(error));
	return RCN_ERROR_IO;
}

enum rcn_status rcn_source_refuse_kind(struct rcn_view path, const char *what,
				       struct rcn_diag *diag)
{
	struct rcn_place place = { path, 0, 0 };
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_LINK, place,
				    "%s is not followed: only files that the commit itself holds "
				    "are read",
				    what);
	rcn_problem_hint(problem, "put the file itself here, or begin its name with `_` to have "
				  "it skipped");
	return RCN_ERROR_INVALID;
}

enum rcn_status rcn_source_refuse_size(struct rcn_view path, uint64_t size, struct rcn_diag *diag)
{
	struct rcn_place place = { path, 0, 0 };

	rcn_diag_error_at(diag, RCN_CODE_SOURCE_FILE_SIZE, place,
			  "the file has %llu bytes, more than the %d that are read",
			  (unsigned long long)size, RCN_LIMIT_FILE_BYTES);
	return RCN_ERROR_LIMIT;
}
