/*
 * Opening a repository and a commit of it; single files.
 */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "source/internal.h"

/*
 * Extensions that change nothing about reading objects and local references; libgit2 1.5
 * does not know them and would refuse the repository (`git sparse-checkout` sets the first).
 * The list is libgit2's process-wide setting: it is set, always to the same, under a lock.
 */
static const char *const harmless_extensions[] = { "worktreeconfig", "partialclone",
						   "preciousobjects" };

static int open_repository(git_repository **repository, const char *path)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int result;

	pthread_mutex_lock(&lock);
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless_extensions,
			 sizeof(harmless_extensions) / sizeof(harmless_extensions[0]));
	result = git_repository_open_ext(repository, path, 0, NULL);
	pthread_mutex_unlock(&lock);
	return result;
}

void rcn_source_free(struct rcn_source *source)
{
	if (!source)
		return;
	git_tree_free(source->tree);
	git_commit_free(source->commit);
	git_odb_free(source->objects);
	git_repository_free(source->repository);
	if (source->initialised)
		git_libgit2_shutdown();
	if (source->root >= 0)
		close(source->root);
	rcn_arena_free(&source->arena);
	free(source);
}

static struct rcn_view copy_folder(struct rcn_arena *arena, const char *path)
{
	return path ? rcn_arena_copy(arena, rcn_view_of(path)) : RCN_VIEW_NONE;
}

/* The part that both kinds of source have. */
static enum rcn_status open_source(const char *path, struct rcn_source **out, struct rcn_diag *diag)
{
	struct rcn_source *source = calloc(1, sizeof(*source));
	enum rcn_status result = RCN_OK;
	int error;

	if (!source)
		return rcn_diag_no_memory(diag);
	source->root = -1;
	source->arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	if (git_libgit2_init() < 0) {
		free(source);
		return rcn_diag_internal(diag, "libgit2 does not start");
	}
	source->initialised = true;
	error = open_repository(&source->repository, path);
	if (error != 0) {
		result = rcn_source_open_failed(path, error, diag);
	} else {
		source->git_folder =
			copy_folder(&source->arena, git_repository_commondir(source->repository));
		source->work_folder =
			copy_folder(&source->arena, git_repository_workdir(source->repository));
		if (rcn_arena_status(&source->arena) != RCN_OK)
			result = rcn_diag_no_memory(diag);
	}
	if (result != RCN_OK) {
		rcn_source_free(source);
		return result;
	}
	*out = source;
	return RCN_OK;
}

struct names {
	const char **items;
	size_t count;
	struct rcn_arena arena;
};

#define MOST_NAMES 2000 /* references that a suggestion is looked for in */

static int collect_name(git_reference *reference, void *payload)
{
	struct names *names = payload;
	struct rcn_view name =
		rcn_arena_copy(&names->arena, rcn_view_of(git_reference_shorthand(reference)));

	git_reference_free(reference);
	if (!name.ptr || names->count == MOST_NAMES)
		return 1;
	names->items[names->count++] = name.ptr;
	return 0;
}

static void suggest_ref(git_repository *repository, const char *ref, struct rcn_problem *problem)
{
	struct names names = { NULL, 0, RCN_ARENA(RCN_LIMIT_FILE_BYTES) };
	const char *meant = NULL, *remote = NULL;

	names.items = calloc(MOST_NAMES, sizeof(*names.items));
	if (names.items) {
		(void)git_reference_foreach(repository, collect_name, &names);
		/* `main`, where only `origin/main` was fetched, is what CI checkouts meet. */
		for (size_t i = 0; i < names.count && !remote; i++) {
			const char *slash = strchr(names.items[i], '/');

			if (slash && strcmp(slash + 1, ref) == 0)
				remote = names.items[i];
		}
		meant = remote ? remote
			       : rcn_text_suggest(rcn_view_of(ref), names.items, names.count);
	}
	if (meant)
		rcn_problem_hint(problem, "did you mean `%s`?", meant);
	else if (git_repository_is_shallow(repository) == 1)
		rcn_problem_hint(problem,
				 "this is a shallow clone: fetch the commit first, for "
				 "example with `git fetch origin %s`",
				 ref);
	else
		rcn_problem_hint(problem, "`git branch --all` and `git tag` list what there is");
	free(names.items);
	rcn_arena_free(&names.arena);
}

static enum rcn_status refuse_ref(struct rcn_source *source, const char *ref, int error,
				  struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	if (error == GIT_EAMBIGUOUS) {
		problem = rcn_diag_error_at(diag, RCN_CODE_UNKNOWN_REF, RCN_PLACE_NONE,
					    "`%s` could be more than one object", ref);
		rcn_problem_hint(problem, "give more digits of the commit's id");
		return RCN_ERROR_NOT_FOUND;
	}
	if (error != GIT_ENOTFOUND && error != GIT_EINVALIDSPEC) {
		rcn_diag_error_at(diag, RCN_CODE_SOURCE_READ, RCN_PLACE_NONE,
				  "the commit `%s` can't be read: %s", ref, rcn_source_reason());
		return RCN_ERROR_IO;
	}
	problem = rcn_diag_error_at(diag, RCN_CODE_UNKNOWN_REF, RCN_PLACE_NONE,
				    "the repository has no branch, tag or commit `%s`", ref);
	suggest_ref(source->repository, ref, problem);
	return RCN_ERROR_NOT_FOUND;
}

static enum rcn_status refuse_unborn(struct rcn_source *source, struct rcn_diag *diag)
{
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_NO_COMMIT, RCN_PLACE_NONE,
				    "the repository has no commit yet");
	rcn_problem_hint(problem, git_repository_is_bare(source->repository)
					  ? "push one, or name another branch with --ref"
					  : "commit the manifests: git add . && git commit; or "
					    "look at the files on disk with --worktree");
	return RCN_ERROR_NOT_FOUND;
}

static enum rcn_status open_commit(struct rcn_source *source, const char *ref,
				   struct rcn_diag *diag)
{
	const char *name = ref ? ref : "HEAD";
	git_object *object = NULL, *commit = NULL;
	int error;

	if (strcmp(name, "HEAD") == 0 && git_repository_head_unborn(source->repository) == 1)
		return refuse_unborn(source, diag);
	error = git_revparse_single(&object, source->repository, name);
	if (error != 0)
		return refuse_ref(source, name, error, diag);
	error = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (error != 0) {
		struct rcn_problem *problem;

		problem = rcn_diag_error_at(diag, RCN_CODE_REF_NOT_A_COMMIT, RCN_PLACE_NONE,
					    "`%s` is a %s, not a commit", name,
					    git_object_type2string(git_object_type(object)));
		rcn_problem_hint(problem, "give a branch, a tag of a commit, or a commit's id");
		git_object_free(object);
		return RCN_ERROR_USAGE;
	}
	git_object_free(object);
	source->commit = (git_commit *)commit;
	git_oid_tostr(source->id, sizeof(source->id), git_commit_id(source->commit));
	error = git_commit_tree(&source->tree, source->commit);
	if (error != 0)
		return rcn_source_object_failed(source, RCN_VIEW_NONE, error, diag);
	return RCN_OK;
}

enum rcn_status rcn_source_open(const char *path, const char *ref, struct rcn_source **out,
				struct rcn_diag *diag)
{
	struct rcn_source *source = NULL;
	const char *summary;
	enum rcn_status result = open_source(path ? path : ".", &source, diag);

	if (result != RCN_OK)
		return result;
	if (git_repository_odb(&source->objects, source->repository) != 0) {
		rcn_diag_error_at(diag, RCN_CODE_SOURCE_READ, RCN_PLACE_NONE,
				  "the repository's objects can't be read: %s",
				  rcn_source_reason());
		result = RCN_ERROR_IO;
	} else {
		result = open_commit(source, ref, diag);
	}
	if (result == RCN_OK) {
		summary = git_commit_summary(source->commit);
		source->ref = rcn_arena_copy(&source->arena, rcn_view_of(ref ? ref : "HEAD"));
		source->summary =
			rcn_arena_copy(&source->arena, rcn_view_of(summary ? summary : ""));
		if (rcn_arena_status(&source->arena) != RCN_OK)
			result = rcn_diag_no_memory(diag);
	}
	if (result != RCN_OK) {
		rcn_source_free(source);
		return result;
	}
	*out = source;
	return RCN_OK;
}

enum rcn_status rcn_source_open_worktree(const char *path, struct rcn_source **out,
					 struct rcn_diag *diag)
{
	struct rcn_source *source = NULL;
	struct rcn_problem *problem;
	enum rcn_status result = open_source(path ? path : ".", &source, diag);

	if (result != RCN_OK)
		return result;
	if (rcn_view_is_none(source->work_folder)) {
		problem = rcn_diag_error_at(diag, RCN_CODE_NO_WORKTREE, RCN_PLACE_NONE,
					    "the repository is bare: it has no files on disk");
		rcn_problem_hint(problem, "leave --worktree out to read its commit");
		rcn_source_free(source);
		return RCN_ERROR_USAGE;
	}
	source->root = open(source->work_folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->root < 0) {
		result = rcn_source_disk_failed(source->work_folder, errno, diag);
		rcn_source_free(source);
		return result;
	}
	*out = source;
	return RCN_OK;
}

bool rcn_source_is_worktree(const struct rcn_source *source)
{
	return source->commit == NULL;
}

struct rcn_view rcn_source_commit(const struct rcn_source *source)
{
	return source->commit ? rcn_view_of(source->id) : RCN_VIEW_NONE;
}

struct rcn_view rcn_source_ref(const struct rcn_source *source)
{
	return source->ref;
}

struct rcn_view rcn_source_summary(const struct rcn_source *source)
{
	return source->summary;
}

struct rcn_view rcn_source_git_folder(const struct rcn_source *source)
{
	return source->git_folder;
}

struct rcn_view rcn_source_work_folder(const struct rcn_source *source)
{
	return source->work_folder;
}

enum rcn_status rcn_source_folder_id(struct rcn_source *source, struct rcn_view folder,
				     char id[RCN_OBJECT_ID_SIZE])
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	git_tree_entry *entry = NULL;
	struct rcn_view normal;
	enum rcn_status result = RCN_OK;

	id[0] = '\0';
	if (!source->tree || !rcn_source_normalise(&arena, folder, &normal)) {
		rcn_arena_free(&arena);
		return RCN_OK;
	}
	if (!normal.ptr)
		result = RCN_ERROR_MEMORY;
	else if (normal.len == 0)
		git_oid_tostr(id, RCN_OBJECT_ID_SIZE, git_tree_id(source->tree));
	else if (git_tree_entry_bypath(&entry, source->tree, normal.ptr) == 0 &&
		 git_tree_entry_type(entry) == GIT_OBJECT_TREE)
		git_oid_tostr(id, RCN_OBJECT_ID_SIZE, git_tree_entry_id(entry));
	git_tree_entry_free(entry);
	rcn_arena_free(&arena);
	return result;
}

static enum rcn_status read_blob(struct rcn_source *source, struct rcn_view path,
				 const git_tree_entry *entry, struct rcn_buffer *out,
				 struct rcn_diag *diag)
{
	git_odb_object *object = NULL;
	git_object_t type;
	size_t size;
	int error;

	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_LINK:
		return rcn_source_refuse_kind(path, "a symbolic link", diag);
	case GIT_FILEMODE_COMMIT:
		return rcn_source_refuse_kind(path, "a submodule", diag);
	case GIT_FILEMODE_TREE:
		return rcn_source_refuse_kind(path, "a folder where a file belongs", diag);
	default:
		break;
	}
	error = git_odb_read_header(&size, &type, source->objects, git_tree_entry_id(entry));
	if (error == 0 && size > RCN_LIMIT_FILE_BYTES)
		return rcn_source_refuse_size(path, size, diag);
	if (error == 0)
		error = git_odb_read(&object, source->objects, git_tree_entry_id(entry));
	if (error != 0)
		return rcn_source_object_failed(source, path, error, diag);
	rcn_buffer_append(out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	if (rcn_buffer_status(out) == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(diag);
	return rcn_buffer_status(out) == RCN_OK ? RCN_OK : rcn_source_refuse_size(path, size, diag);
}

enum rcn_status rcn_source_read(struct rcn_source *source, struct rcn_view path,
				struct rcn_buffer *out, struct rcn_diag *diag)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	git_tree_entry *entry = NULL;
	struct rcn_view normal;
	enum rcn_status result = RCN_ERROR_NOT_FOUND;
	int error;

	if (!rcn_source_normalise(&arena, path, &normal) || (normal.ptr && normal.len == 0)) {
		rcn_arena_free(&arena);
		return RCN_ERROR_NOT_FOUND;
	}
	if (!normal.ptr) {
		result = rcn_diag_no_memory(diag);
	} else if (!source->tree) {
		result = rcn_source_read_disk(source, normal, out, diag);
	} else {
		error = git_tree_entry_bypath(&entry, source->tree, normal.ptr);
		if (error == 0)
			result = read_blob(source, path, entry, out, diag);
		else if (error != GIT_ENOTFOUND)
			result = rcn_source_object_failed(source, path, error, diag);
	}
	git_tree_entry_free(entry);
	rcn_arena_free(&arena);
	return result;
}
