/*
 * The files of one commit, or of the work tree: bytes out of git's object database,
 * never out of a checkout (except with rcn_source_open_worktree). Reading runs nothing:
 * no hooks, filters, or attributes; no link is followed; nothing is written.
 *
 * Bare repositories, work trees (from any folder inside), linked work trees, and
 * shallow clones work. What libgit2 can't read (sha256, reftable, partial clones'
 * missing blobs, a foreign owner) is translated into a message that says what to do.
 */
#ifndef RCN_SOURCE_SOURCE_H
#define RCN_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "diag/diag.h"

struct rcn_source;

#define RCN_OBJECT_ID_SIZE 41 /* 40 hex digits and the NUL */

/* Opens the repository at or above `path` (NULL = "."), and the commit that `ref` names
 * (NULL = HEAD; branches, tags of tags, abbreviated ids, remote branches). */
enum rcn_status rcn_source_open(const char *path, const char *ref, struct rcn_source **source,
				struct rcn_diag *diag);
/* The same for the files on disk. Not for bare repositories. */
enum rcn_status rcn_source_open_worktree(const char *path, struct rcn_source **source,
					 struct rcn_diag *diag);
void rcn_source_free(struct rcn_source *source);

bool rcn_source_is_worktree(const struct rcn_source *source);
/* Of the commit; absent views for a work tree source. */
struct rcn_view rcn_source_commit(const struct rcn_source *source);  /* 40 hex digits */
struct rcn_view rcn_source_ref(const struct rcn_source *source);     /* as asked for */
struct rcn_view rcn_source_summary(const struct rcn_source *source); /* first line of its message */
/* Absolute paths, with a slash at their end: the (common) git folder, where the default
 * state lives; and the work tree's root, absent for a bare repository. */
struct rcn_view rcn_source_git_folder(const struct rcn_source *source);
struct rcn_view rcn_source_work_folder(const struct rcn_source *source);

/* The object id (hex) of the folder as a tree; absent when it does not exist or is not of a
 * commit. The id alone tells whether anything below it changed. */
enum rcn_status rcn_source_folder_id(struct rcn_source *source, struct rcn_view folder,
				     char id[RCN_OBJECT_ID_SIZE]);

/* One file. RCN_ERROR_NOT_FOUND, without diagnostics, when there is none. Symbolic links,
 * submodules, and files beyond RCN_LIMIT_FILE_BYTES are errors with diagnostics. */
enum rcn_status rcn_source_read(struct rcn_source *source, struct rcn_view path,
				struct rcn_buffer *out, struct rcn_diag *diag);

enum rcn_entry_kind {
	RCN_ENTRY_MANIFEST, /* *.yaml *.yml *.json */
	RCN_ENTRY_DEFAULTS, /* defaults.yaml, comes before everything else of its folder */
	RCN_ENTRY_FOLDER,   /* enter */
	RCN_ENTRY_FOLDER_END,
};

struct rcn_entry {
	enum rcn_entry_kind kind;
	struct rcn_view path; /* from the repository's root; valid during the call */
	const char *id;       /* object id in hex; "" in a work tree */
	struct rcn_view text; /* the bytes of manifest and defaults; valid during the call */
};

/* Visits the folder itself and everything below it, in bytewise order of the names
 * (defaults.yaml first; git's own trees sort folders as if they ended in '/'). The
 * repository's own reconcile.yaml is no manifest, also when the folder is the root.
 * Names that begin with '.' or '_' are skipped, other endings too. Links and submodules
 * are errors, collected; the walk goes on. The visitor returns RCN_OK to go on, else the walk
 * ends with what it returned. RCN_ERROR_NOT_FOUND with diagnostics when there is no such
 * folder. At most RCN_LIMIT_FILES files and RCN_LIMIT_FOLDER_DEPTH folders deep. Paths that
 * are not UTF-8, or hold control characters, are errors. */
typedef enum rcn_status (*rcn_source_visitor)(void *payload, const struct rcn_entry *entry);
enum rcn_status rcn_source_walk(struct rcn_source *source, struct rcn_view folder,
				rcn_source_visitor visitor, void *payload, struct rcn_diag *diag);

/* Whether manifests on disk (below folder, and reconcile.yaml) differ from the commit: adds
 * one warning that counts them and names the first few. Only for a commit of a repository
 * with a work tree whose HEAD is that commit. */
enum rcn_status rcn_source_warn_dirty(struct rcn_source *source, struct rcn_view folder,
				      struct rcn_diag *diag);

enum rcn_ancestry {
	RCN_ANCESTRY_SAME,
	RCN_ANCESTRY_FORWARD,
	RCN_ANCESTRY_REWOUND,
	RCN_ANCESTRY_UNRELATED,
	RCN_ANCESTRY_UNKNOWN /* old commit is not here */
};
/* How this source's commit stands to the one that was applied last. */
enum rcn_ancestry rcn_source_ancestry(struct rcn_source *source, struct rcn_view old_commit);

/* The library in use, for `reconcile version`: "1.5.1"; static text. */
const char *rcn_source_library_version(void);

#endif
