/*
 * Walking a folder of the commit, and what both walks share.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/internal.h"

enum rcn_status rcn_source_walk_count(struct rcn_walk *walk)
{
	struct rcn_place place = { rcn_buffer_get(&walk->path), 0, 0 };

	if (walk->files++ < RCN_LIMIT_FILES)
		return RCN_OK;
	rcn_diag_error_at(walk->diag, RCN_CODE_SOURCE_LIMIT, place,
			  "there are more than %d files; this one and what follows was not read",
			  RCN_LIMIT_FILES);
	return RCN_ERROR_LIMIT;
}

enum rcn_status rcn_source_walk_enter(struct rcn_walk *walk, const char *id)
{
	struct rcn_entry entry = { .kind = RCN_ENTRY_FOLDER,
				   .path = rcn_buffer_get(&walk->path),
				   .id = id };

	if (walk->depth > RCN_LIMIT_FOLDER_DEPTH) {
		struct rcn_place place = { entry.path, 0, 0 };

		rcn_diag_error_at(walk->diag, RCN_CODE_SOURCE_LIMIT, place,
				  "this folder is more than %d levels deep",
				  RCN_LIMIT_FOLDER_DEPTH);
		return RCN_ERROR_LIMIT;
	}
	walk->depth++;
	return walk->visitor(walk->payload, &entry);
}

enum rcn_status rcn_source_walk_leave(struct rcn_walk *walk, const char *id)
{
	struct rcn_entry entry = { .kind = RCN_ENTRY_FOLDER_END,
				   .path = rcn_buffer_get(&walk->path),
				   .id = id };

	walk->depth--;
	return walk->visitor(walk->payload, &entry);
}

static enum rcn_status visit_blob(struct rcn_walk *walk, const git_oid *id,
				  enum rcn_entry_kind kind)
{
	struct rcn_entry entry = { .kind = kind, .path = rcn_buffer_get(&walk->path) };
	char hex[RCN_OBJECT_ID_SIZE];
	git_odb_object *object = NULL;
	git_object_t type;
	size_t size;
	int error;
	enum rcn_status result = rcn_source_walk_count(walk);

	if (result != RCN_OK)
		return result;
	/* The size first: a blob may be larger than the memory. */
	error = git_odb_read_header(&size, &type, walk->source->objects, id);
	if (error == 0 && size > RCN_LIMIT_FILE_BYTES) {
		walk->collected = rcn_source_refuse_size(entry.path, size, walk->diag);
		return RCN_OK;
	}
	if (error == 0)
		error = git_odb_read(&object, walk->source->objects, id);
	if (error != 0) {
		walk->collected =
			rcn_source_object_failed(walk->source, entry.path, error, walk->diag);
		return RCN_OK;
	}
	git_oid_tostr(hex, sizeof(hex), id);
	entry.id = hex;
	entry.text = rcn_view_make(git_odb_object_data(object), git_odb_object_size(object));
	if (!entry.text.ptr)
		entry.text = RCN_VIEW("");
	result = walk->visitor(walk->payload, &entry);
	git_odb_object_free(object);
	return result;
}

static enum rcn_status visit_entry(struct rcn_walk *walk, const git_tree_entry *entry)
{
	struct rcn_view name = rcn_view_of(git_tree_entry_name(entry));
	git_filemode_t mode = git_tree_entry_filemode(entry);
	enum rcn_entry_kind kind;
	enum rcn_status result;
	bool usable, manifest = rcn_source_is_manifest(name, &kind);
	bool file = mode != GIT_FILEMODE_TREE && mode != GIT_FILEMODE_LINK &&
		    mode != GIT_FILEMODE_COMMIT;

	if (rcn_source_is_skipped(name) || (file && !manifest))
		return RCN_OK;
	if (walk->path.len == 0 && rcn_view_is(name, "reconcile.yaml"))
		return RCN_OK;
	result = rcn_source_walk_name(walk, name, &usable);
	if (result != RCN_OK || !usable)
		return result;
	if (mode == GIT_FILEMODE_TREE)
		return rcn_source_walk_tree(walk, git_tree_entry_id(entry));
	if (!file) {
		walk->collected = rcn_source_refuse_kind(
			rcn_buffer_get(&walk->path),
			mode == GIT_FILEMODE_LINK ? "a symbolic link" : "a submodule", walk->diag);
		return RCN_OK;
	}
	return visit_blob(walk, git_tree_entry_id(entry), kind);
}

static int compare_entries(const void *a, const void *b)
{
	return rcn_source_compare_names(git_tree_entry_name(*(const git_tree_entry *const *)a),
					git_tree_entry_name(*(const git_tree_entry *const *)b));
}

enum rcn_status rcn_source_walk_tree(struct rcn_walk *walk, const git_oid *id)
{
	const git_tree_entry **entries = NULL;
	size_t len = walk->path.len, count;
	char hex[RCN_OBJECT_ID_SIZE];
	git_tree *tree = NULL;
	enum rcn_status result = RCN_OK;
	int error = git_tree_lookup(&tree, walk->source->repository, id);

	if (error != 0) {
		walk->collected = rcn_source_object_failed(
			walk->source, rcn_buffer_get(&walk->path), error, walk->diag);
		return RCN_OK;
	}
	count = git_tree_entrycount(tree);
	if (count > 0) {
		entries = calloc(count, sizeof(*entries));
		if (!entries) {
			git_tree_free(tree);
			return rcn_diag_no_memory(walk->diag);
		}
		for (size_t i = 0; i < count; i++)
			entries[i] = git_tree_entry_byindex(tree, i);
		qsort(entries, count, sizeof(const git_tree_entry *), compare_entries);
	}
	git_oid_tostr(hex, sizeof(hex), id);
	result = rcn_source_walk_enter(walk, hex);
	for (size_t i = 0; i < count && result == RCN_OK; i++) {
		result = visit_entry(walk, entries[i]);
		rcn_buffer_truncate(&walk->path, len);
	}
	if (result == RCN_OK)
		result = rcn_source_walk_leave(walk, hex);
	free(entries);
	git_tree_free(tree);
	return result;
}

static enum rcn_status walk_commit(struct rcn_walk *walk, struct rcn_view folder)
{
	git_tree_entry *entry = NULL;
	enum rcn_status result;
	int error;

	if (folder.len == 0)
		return rcn_source_walk_tree(walk, git_tree_id(walk->source->tree));
	error = git_tree_entry_bypath(&entry, walk->source->tree, folder.ptr);
	if (error == GIT_ENOTFOUND)
		return rcn_source_no_folder(walk->source, folder, walk->diag);
	if (error != 0)
		return rcn_source_object_failed(walk->source, folder, error, walk->diag);
	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_TREE:
		result = rcn_source_walk_tree(walk, git_tree_entry_id(entry));
		break;
	case GIT_FILEMODE_LINK:
		result = rcn_source_refuse_kind(folder, "a symbolic link", walk->diag);
		break;
	case GIT_FILEMODE_COMMIT:
		result = rcn_source_refuse_kind(folder, "a submodule", walk->diag);
		break;
	default:
		result = rcn_source_no_folder(walk->source, folder, walk->diag);
		break;
	}
	git_tree_entry_free(entry);
	return result;
}

static enum rcn_status walk_worktree(struct rcn_walk *walk, struct rcn_view folder)
{
	int descriptor = rcn_source_open_folder(walk->source->root, folder);
	enum rcn_status result;

	if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		/* A link opened as a folder with O_NOFOLLOW gives ENOTDIR too. */
		return rcn_source_no_folder(walk->source, folder, walk->diag);
	}
	if (descriptor < 0)
		return rcn_source_disk_failed(folder, errno, walk->diag);
	result = rcn_source_walk_disk(walk, descriptor);
	close(descriptor);
	return result;
}

enum rcn_status rcn_source_walk(struct rcn_source *source, struct rcn_view folder,
				rcn_source_visitor visitor, void *payload, struct rcn_diag *diag)
{
	struct rcn_walk walk = {
		.source = source, .visitor = visitor, .payload = payload, .diag = diag
	};
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_BYTES);
	struct rcn_view normal;
	enum rcn_status result;

	if (!rcn_source_normalise(&arena, folder, &normal)) {
		rcn_diag_error_at(diag, RCN_CODE_SOURCE_PATH, RCN_PLACE_NONE,
				  "the manifests folder `%.*s` is not inside of the repository",
				  RCN_VIEW_ARGS(folder));
		rcn_arena_free(&arena);
		return RCN_ERROR_USAGE;
	}
	walk.path = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	walk.text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	if (normal.ptr)
		rcn_buffer_view(&walk.path, normal);
	if (!normal.ptr || rcn_buffer_status(&walk.path) != RCN_OK)
		result = rcn_diag_no_memory(diag);
	else if (source->tree)
		result = walk_commit(&walk, normal);
	else
		result = walk_worktree(&walk, normal);
	rcn_buffer_free(&walk.path);
	rcn_buffer_free(&walk.text);
	rcn_arena_free(&arena);
	return result == RCN_OK ? walk.collected : result;
}
