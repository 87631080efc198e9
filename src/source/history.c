/*
 * How the commit stands to others, to the files on disk, and what folders it has.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "source/internal.h"

enum rcn_ancestry rcn_source_ancestry(struct rcn_source *source, struct rcn_view old_commit)
{
	git_commit *old = NULL;
	const git_oid *now;
	git_oid then;
	int forward, back;

	if (!source->commit || old_commit.len != RCN_OBJECT_ID_SIZE - 1 ||
	    git_oid_fromstrn(&then, old_commit.ptr, old_commit.len) != 0)
		return RCN_ANCESTRY_UNKNOWN;
	now = git_commit_id(source->commit);
	if (git_oid_equal(now, &then))
		return RCN_ANCESTRY_SAME;
	if (git_commit_lookup(&old, source->repository, &then) != 0)
		return RCN_ANCESTRY_UNKNOWN;
	git_commit_free(old);
	/* In a shallow clone the way between the two may be missing: that is no answer. */
	forward = git_graph_descendant_of(source->repository, now, &then);
	if (forward == 1)
		return RCN_ANCESTRY_FORWARD;
	back = git_graph_descendant_of(source->repository, &then, now);
	if (back == 1)
		return forward == 0 ? RCN_ANCESTRY_REWOUND : RCN_ANCESTRY_UNKNOWN;
	return forward == 0 && back == 0 ? RCN_ANCESTRY_UNRELATED : RCN_ANCESTRY_UNKNOWN;
}

#define MOST_INDEXED 50000 /* files in the index beyond which the disk is not looked at */
#define MOST_NAMED   3

/* A manifest, a defaults file, or reconcile.yaml at the root. */
static bool is_ours(struct rcn_view path, struct rcn_view folder)
{
	struct rcn_view rest = path;
	enum rcn_entry_kind kind;

	if (rcn_view_is(path, "reconcile.yaml"))
		return true;
	if (folder.len > 0) {
		if (!rcn_view_starts_with(path, folder) || path.len <= folder.len ||
		    path.ptr[folder.len] != '/')
			return false;
		rest = rcn_view_from(path, folder.len + 1);
	}
	for (;;) {
		size_t slash = rcn_view_find(rest, '/');
		struct rcn_view part = { rest.ptr, slash };

		if (rcn_source_is_skipped(part))
			return false;
		if (slash == rest.len)
			return rcn_source_is_manifest(part, &kind);
		rest = rcn_view_from(rest, slash + 1);
	}
}

static bool head_is_commit(struct rcn_source *source)
{
	git_oid head;

	return git_reference_name_to_id(&head, source->repository, "HEAD") == 0 &&
	       git_oid_equal(&head, git_commit_id(source->commit));
}

static bool index_is_large(git_repository *repository)
{
	git_index *index = NULL;
	bool large = git_repository_index(&index, repository) != 0 ||
		     git_index_entrycount(index) > MOST_INDEXED;

	git_index_free(index);
	return large;
}

static enum rcn_status count_differences(git_status_list *list, struct rcn_view folder,
					 struct rcn_diag *diag)
{
	struct rcn_buffer names = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	struct rcn_problem *problem;
	size_t count = 0;
	enum rcn_status result;

	for (size_t i = 0; i < git_status_list_entrycount(list); i++) {
		const git_status_entry *entry = git_status_byindex(list, i);
		const git_diff_delta *delta =
			entry->index_to_workdir ? entry->index_to_workdir : entry->head_to_index;
		struct rcn_view path;

		if (!delta || entry->status == GIT_STATUS_CURRENT)
			continue;
		path = rcn_view_of(delta->new_file.path ? delta->new_file.path
							: delta->old_file.path);
		if (!is_ours(path, folder))
			continue;
		if (count < MOST_NAMED)
			rcn_buffer_format(&names, "%s`%.*s`", count > 0 ? ", " : "",
					  RCN_VIEW_ARGS(path));
		count++;
	}
	if (count > MOST_NAMED)
		rcn_buffer_format(&names, " and %zu more", count - MOST_NAMED);
	result = rcn_buffer_status(&names) == RCN_ERROR_MEMORY ? rcn_diag_no_memory(diag) : RCN_OK;
	if (result == RCN_OK && count > 0) {
		problem = rcn_diag_warning_at(diag, RCN_CODE_WORKTREE_DIFFERS, RCN_PLACE_NONE,
					      "%zu file%s on disk differ%s from the commit, which "
					      "is what counts: %.*s",
					      count, count == 1 ? "" : "s", count == 1 ? "s" : "",
					      RCN_VIEW_ARGS(rcn_buffer_get(&names)));
		rcn_problem_hint(problem, "commit them to have them reconciled");
	}
	rcn_buffer_free(&names);
	return result;
}

enum rcn_status rcn_source_warn_dirty(struct rcn_source *source, struct rcn_view folder,
				      struct rcn_diag *diag)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	git_status_options options = { .version = GIT_STATUS_OPTIONS_VERSION };
	git_status_list *list = NULL;
	enum rcn_status result = RCN_OK;
	struct rcn_view normal;
	char *paths[2];
	char settings[] = "reconcile.yaml";

	if (!source->commit || rcn_view_is_none(source->work_folder) || !head_is_commit(source) ||
	    index_is_large(source->repository))
		return RCN_OK;
	if (!rcn_source_normalise(&arena, folder, &normal) || !normal.ptr) {
		rcn_arena_free(&arena);
		return RCN_OK;
	}
	options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
	options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
			GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
	if (normal.len > 0) {
		paths[0] = rcn_view_duplicate(normal);
		paths[1] = settings;
		options.pathspec.strings = paths;
		options.pathspec.count = 2;
		if (!paths[0]) {
			rcn_arena_free(&arena);
			return rcn_diag_no_memory(diag);
		}
	}
	/* Only a courtesy: where the disk can't be compared, nothing is said. */
	if (git_status_list_new(&list, source->repository, &options) == 0)
		result = count_differences(list, normal, diag);
	git_status_list_free(list);
	if (normal.len > 0)
		free(paths[0]);
	rcn_arena_free(&arena);
	return result;
}

#define MOST_FOLDERS 300 /* folders looked into for a suggestion */

struct folders {
	const char *names[MOST_FOLDERS];
	size_t count, seen;
	struct rcn_arena arena;
};

static bool holds_manifest(const git_tree *tree)
{
	enum rcn_entry_kind kind;

	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		struct rcn_view name = rcn_view_of(git_tree_entry_name(entry));

		if (!rcn_source_is_skipped(name) && git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
		    rcn_source_is_manifest(name, &kind))
			return true;
	}
	return false;
}

/* Folders with YAML or JSON files in them, two levels deep; the topmost counts. */
static bool find_folders(git_repository *repository, const git_tree *tree, const char *prefix,
			 struct folders *folders, unsigned depth)
{
	bool found = false;

	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *name = git_tree_entry_name(entry);
		git_tree *child = NULL;
		struct rcn_view path;

		if (git_tree_entry_type(entry) != GIT_OBJECT_TREE ||
		    rcn_source_is_skipped(rcn_view_of(name)) || folders->seen++ >= MOST_FOLDERS ||
		    git_tree_lookup(&child, repository, git_tree_entry_id(entry)) != 0)
			continue;
		path = rcn_arena_format(&folders->arena, "%s%s%s", prefix, prefix[0] ? "/" : "",
					name);
		if (path.ptr && folders->count < MOST_FOLDERS &&
		    (holds_manifest(child) ||
		     (depth > 1 &&
		      find_folders(repository, child, path.ptr, folders, depth - 1)))) {
			/* A folder whose folders hold manifests stands for them. */
			while (folders->count > 0 &&
			       rcn_view_starts_with(rcn_view_of(folders->names[folders->count - 1]),
						    path))
				folders->count--;
			folders->names[folders->count++] = path.ptr;
			found = true;
		}
		git_tree_free(child);
	}
	return found;
}

static void hint_folders(const struct folders *folders, struct rcn_view wanted,
			 struct rcn_problem *problem)
{
	const char *meant = rcn_text_suggest(wanted, folders->names, folders->count);

	if (!meant && folders->count == 1)
		meant = folders->names[0];
	if (meant)
		rcn_problem_hint(problem,
				 "did you mean `%s/`? say so with --path, or with `path:` "
				 "in reconcile.yaml",
				 meant);
	else if (folders->count > 1)
		rcn_problem_hint(problem,
				 "folders that hold YAML or JSON files are `%s/`%s%s%s%s; "
				 "give one with --path, or with `path:` in reconcile.yaml",
				 folders->names[0], folders->count > 2 ? ", `" : " and `",
				 folders->names[1], "/`", folders->count > 2 ? " and others" : "");
	else
		rcn_problem_hint(problem, "give the folder with --path, or with `path:` in "
					  "reconcile.yaml");
}

enum rcn_status rcn_source_no_folder(struct rcn_source *source, struct rcn_view folder,
				     struct rcn_diag *diag)
{
	struct folders *folders = calloc(1, sizeof(*folders));
	struct rcn_problem *problem;

	if (!folders)
		return rcn_diag_no_memory(diag);
	folders->arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	if (source->tree) {
		problem = rcn_diag_error_at(diag, RCN_CODE_NO_SUCH_FOLDER, RCN_PLACE_NONE,
					    "the commit %.10s has no folder `%.*s`", source->id,
					    RCN_VIEW_ARGS(folder));
		(void)find_folders(source->repository, source->tree, "", folders, 2);
		hint_folders(folders, folder, problem);
	} else {
		problem = rcn_diag_error_at(diag, RCN_CODE_NO_SUCH_FOLDER, RCN_PLACE_NONE,
					    "there is no folder `%.*s` in `%.*s`",
					    RCN_VIEW_ARGS(folder),
					    RCN_VIEW_ARGS(source->work_folder));
		rcn_problem_hint(problem, "give the folder with --path, or with `path:` in "
					  "reconcile.yaml; links are not followed");
	}
	rcn_arena_free(&folders->arena);
	free(folders);
	return RCN_ERROR_NOT_FOUND;
}
