/*
 * What the files of this folder share. git2.h stays below it.
 */
#ifndef RCN_SOURCE_INTERNAL_H
#define RCN_SOURCE_INTERNAL_H

#include <git2.h>

#include "base/limits.h"
#include "source/source.h"

struct rcn_source {
	git_repository *repository;
	git_odb *objects;
	git_commit *commit; /* NULL for a work tree */
	git_tree *tree;     /* of the commit */
	bool initialised;   /* git_libgit2_init was called */
	int root;           /* descriptor of the work tree's root, or -1 */
	char id[RCN_OBJECT_ID_SIZE];
	struct rcn_arena arena;
	struct rcn_view ref, summary, git_folder, work_folder;
};

/* What libgit2 said last, never NULL. */
const char *rcn_source_reason(void);

/* Translates a failure of opening `path`; `result` is libgit2's. */
enum rcn_status rcn_source_open_failed(const char *path, int result, struct rcn_diag *diag);

/* An object of the commit could not be read; `path` is the file's or folder's. */
enum rcn_status rcn_source_object_failed(struct rcn_source *source, struct rcn_view path,
					 int result, struct rcn_diag *diag);

/* A file or folder on disk could not be read; errno says why. */
enum rcn_status rcn_source_disk_failed(struct rcn_view path, int error, struct rcn_diag *diag);

/* Links, submodules, devices: never read. `what` as in "a symbolic link". */
enum rcn_status rcn_source_refuse_kind(struct rcn_view path, const char *what,
				       struct rcn_diag *diag);
enum rcn_status rcn_source_refuse_size(struct rcn_view path, uint64_t size, struct rcn_diag *diag);
enum rcn_status rcn_source_no_folder(struct rcn_source *source, struct rcn_view folder,
				     struct rcn_diag *diag);

/* "./tenants//emea/" → "tenants/emea"; "." → "". False when it leads out of the repository.
 * The text lives in the arena, NUL-terminated; memory failure gives an absent view. */
bool rcn_source_normalise(struct rcn_arena *arena, struct rcn_view path, struct rcn_view *normal);

/* RCN_ENTRY_MANIFEST or _DEFAULTS by the last part of a name; false for other endings. */
bool rcn_source_is_manifest(struct rcn_view name, enum rcn_entry_kind *kind);
/* Names that begin with '.' or '_' are nobody's business. */
bool rcn_source_is_skipped(struct rcn_view name);

struct rcn_walk {
	struct rcn_source *source;
	rcn_source_visitor visitor;
	void *payload;
	struct rcn_diag *diag;
	struct rcn_buffer path; /* of the entry in hand */
	struct rcn_buffer text; /* of the file in hand (work tree only) */
	size_t files;
	unsigned depth;
	enum rcn_status collected; /* first error that did not end the walk */
};

/* One folder and all below it; walk->path names it. RCN_OK also when errors were collected. */
enum rcn_status rcn_source_walk_tree(struct rcn_walk *walk, const git_oid *id);
enum rcn_status rcn_source_walk_disk(struct rcn_walk *walk, int folder);

/* Shared by both walks: appends "/name" to walk->path and says whether it may go on; a name
 * that can't be used is reported, and *usable is false. Restore with rcn_buffer_truncate. */
enum rcn_status rcn_source_walk_name(struct rcn_walk *walk, struct rcn_view name, bool *usable);
enum rcn_status rcn_source_walk_enter(struct rcn_walk *walk, const char *id);
enum rcn_status rcn_source_walk_leave(struct rcn_walk *walk, const char *id);
/* Counts the file; RCN_ERROR_LIMIT beyond the maximum. */
enum rcn_status rcn_source_walk_count(struct rcn_walk *walk);

/* Disk. The folder's descriptor, opened without following links; -1 and errno. */
int rcn_source_open_folder(int root, struct rcn_view path);
/* Reads one regular file below `folder`; `path` is for messages. */
enum rcn_status rcn_source_read_file(int folder, const char *name, struct rcn_view path,
				     struct rcn_buffer *out, struct rcn_diag *diag);
enum rcn_status rcn_source_read_disk(struct rcn_source *source, struct rcn_view path,
				     struct rcn_buffer *out, struct rcn_diag *diag);

/* Order of the names in one folder: defaults.yaml first, then bytewise. git's own order
 * differs: it sorts folders as if their names ended in '/'. */
int rcn_source_compare_names(const char *a, const char *b);

#endif
