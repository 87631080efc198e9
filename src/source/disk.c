/*
 * The files on disk. Every step from the work tree's root is taken without following links,
 * so that nothing outside of it is ever read, whatever happens to the folders meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "source/internal.h"

int rcn_source_open_folder(int root, struct rcn_view path)
{
	int folder = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t position = 0;

	while (folder >= 0 && position < path.len) {
		struct rcn_view rest = rcn_view_from(path, position);
		struct rcn_view part = { rest.ptr, rcn_view_find(rest, '/') };
		char *name = rcn_view_duplicate(part);
		int next, error;

		position += part.len + 1;
		next = name ? openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
			    : -1;
		error = name ? errno : ENOMEM;
		free(name);
		close(folder);
		errno = error;
		folder = next;
	}
	return folder;
}

static enum rcn_status read_descriptor(int file, uint64_t size, struct rcn_view path,
				       struct rcn_buffer *out, struct rcn_diag *diag)
{
	char piece[16384];
	size_t before = out->len;

	for (;;) {
		ssize_t got = read(file, piece, sizeof(piece));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return rcn_source_disk_failed(path, errno, diag);
		if (got == 0)
			break;
		if (out->len - before + (size_t)got > RCN_LIMIT_FILE_BYTES)
			return rcn_source_refuse_size(path, size, diag);
		rcn_buffer_append(out, piece, (size_t)got);
	}
	if (rcn_buffer_status(out) == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(diag);
	return rcn_buffer_status(out) == RCN_OK ? RCN_OK : rcn_source_refuse_size(path, size, diag);
}

enum rcn_status rcn_source_read_file(int folder, const char *name, struct rcn_view path,
				     struct rcn_buffer *out, struct rcn_diag *diag)
{
	/* O_NONBLOCK: a pipe that stands where a file was must not stop us. */
	int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum rcn_status result;
	struct stat status;

	if (file < 0)
		return rcn_source_disk_failed(path, errno, diag);
	if (fstat(file, &status) != 0)
		result = rcn_source_disk_failed(path, errno, diag);
	else if (!S_ISREG(status.st_mode))
		result = rcn_source_refuse_kind(path, "what is no regular file", diag);
	else if (status.st_size > RCN_LIMIT_FILE_BYTES)
		result = rcn_source_refuse_size(path, (uint64_t)status.st_size, diag);
	else
		result = read_descriptor(file, (uint64_t)status.st_size, path, out, diag);
	close(file);
	return result;
}

enum rcn_status rcn_source_read_disk(struct rcn_source *source, struct rcn_view path,
				     struct rcn_buffer *out, struct rcn_diag *diag)
{
	size_t slash = rcn_view_find_last(path, '/');
	struct rcn_view parent = { path.ptr, slash < path.len ? slash : 0 };
	char *name = rcn_view_duplicate(slash < path.len ? rcn_view_from(path, slash + 1) : path);
	enum rcn_status result = RCN_OK;
	struct stat status;
	int folder;

	if (!name)
		return rcn_diag_no_memory(diag);
	folder = rcn_source_open_folder(source->root, parent);
	if (folder < 0 || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		result = errno == ENOENT ? RCN_ERROR_NOT_FOUND
					 : rcn_source_disk_failed(path, errno, diag);
	else if (S_ISLNK(status.st_mode))
		result = rcn_source_refuse_kind(path, "a symbolic link", diag);
	else if (S_ISDIR(status.st_mode))
		result = rcn_source_refuse_kind(path, "a folder where a file belongs", diag);
	else
		result = rcn_source_read_file(folder, name, path, out, diag);
	if (folder >= 0)
		close(folder);
	free(name);
	return result;
}

struct listing {
	char **names;
	size_t count, capacity;
};

static void free_listing(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->names[i]);
	free(listing->names);
}

static int compare_listed(const void *a, const void *b)
{
	return rcn_source_compare_names(*(char *const *)a, *(char *const *)b);
}

static enum rcn_status list_folder(struct rcn_walk *walk, int folder, struct listing *listing)
{
	int copy = dup(folder);
	DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
	enum rcn_status result = RCN_OK;
	struct dirent *entry;

	if (!stream) {
		int error = errno;

		if (copy >= 0)
			close(copy);
		return rcn_source_disk_failed(rcn_buffer_get(&walk->path), error, walk->diag);
	}
	while (result == RCN_OK && (errno = 0, entry = readdir(stream)) != NULL) {
		if (rcn_source_is_skipped(rcn_view_of(entry->d_name)))
			continue;
		if (!rcn_array_reserve((void **)&listing->names, &listing->capacity,
				       listing->count + 1, sizeof(*listing->names)) ||
		    !(listing->names[listing->count] = strdup(entry->d_name))) {
			result = rcn_diag_no_memory(walk->diag);
			break;
		}
		listing->count++;
		if (listing->count > RCN_LIMIT_FILES)
			result = rcn_source_walk_count(walk);
	}
	if (result == RCN_OK && errno != 0)
		result = rcn_source_disk_failed(rcn_buffer_get(&walk->path), errno, walk->diag);
	closedir(stream);
	if (listing->count > 0)
		qsort(listing->names, listing->count, sizeof(*listing->names), compare_listed);
	return result;
}

static enum rcn_status visit_file(struct rcn_walk *walk, int folder, const char *name,
				  enum rcn_entry_kind kind)
{
	struct rcn_entry entry = { .kind = kind, .path = rcn_buffer_get(&walk->path), .id = "" };
	enum rcn_status result = rcn_source_walk_count(walk);

	if (result != RCN_OK)
		return result;
	rcn_buffer_clear(&walk->text);
	result = rcn_source_read_file(folder, name, entry.path, &walk->text, walk->diag);
	if (result == RCN_ERROR_MEMORY)
		return result;
	if (result != RCN_OK) {
		walk->collected = result;
		return RCN_OK;
	}
	entry.text = rcn_buffer_get(&walk->text);
	return walk->visitor(walk->payload, &entry);
}

static enum rcn_status visit_folder(struct rcn_walk *walk, int parent, const char *name)
{
	struct rcn_view path = rcn_buffer_get(&walk->path);
	enum rcn_status result;
	struct stat status;
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (folder < 0) {
		walk->collected = rcn_source_disk_failed(path, errno, walk->diag);
		return RCN_OK;
	}
	if (fstatat(folder, ".git", &status, AT_SYMLINK_NOFOLLOW) == 0) {
		walk->collected = rcn_source_refuse_kind(path, "a submodule", walk->diag);
		result = RCN_OK;
	} else {
		result = rcn_source_walk_disk(walk, folder);
	}
	close(folder);
	return result;
}

static enum rcn_status visit_name(struct rcn_walk *walk, int folder, const char *name)
{
	struct rcn_view view = rcn_view_of(name);
	struct stat status;
	enum rcn_entry_kind kind;
	enum rcn_status result;
	bool usable, manifest = rcn_source_is_manifest(view, &kind);

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return RCN_OK;
		status.st_mode = S_IFREG;
	}
	if (!S_ISDIR(status.st_mode) && !S_ISLNK(status.st_mode) && !manifest)
		return RCN_OK;
	if (walk->path.len == 0 && rcn_view_is(view, "reconcile.yaml"))
		return RCN_OK;
	result = rcn_source_walk_name(walk, view, &usable);
	if (result != RCN_OK || !usable)
		return result;
	if (S_ISLNK(status.st_mode)) {
		walk->collected = rcn_source_refuse_kind(rcn_buffer_get(&walk->path),
							 "a symbolic link", walk->diag);
		return RCN_OK;
	}
	if (S_ISDIR(status.st_mode))
		return visit_folder(walk, folder, name);
	return visit_file(walk, folder, name, kind);
}

enum rcn_status rcn_source_walk_disk(struct rcn_walk *walk, int folder)
{
	struct listing listing = { NULL, 0, 0 };
	size_t len = walk->path.len;
	enum rcn_status result = list_folder(walk, folder, &listing);

	if (result == RCN_ERROR_IO || result == RCN_ERROR_INVALID) {
		free_listing(&listing);
		walk->collected = result;
		return RCN_OK;
	}
	if (result == RCN_OK)
		result = rcn_source_walk_enter(walk, "");
	for (size_t i = 0; i < listing.count && result == RCN_OK; i++) {
		result = visit_name(walk, folder, listing.names[i]);
		rcn_buffer_truncate(&walk->path, len);
	}
	free_listing(&listing);
	return result == RCN_OK ? rcn_source_walk_leave(walk, "") : result;
}
