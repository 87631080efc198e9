/*
 * YAML (1.2 as far as libyaml goes) → nodes, from libyaml's events.
 *
 * All problems of one file are found in one go as far as the syntax allows:
 * duplicate keys, tags, merge keys (`<<`), keys that are no scalars, undefined
 * aliases, self-reference, expansions beyond the limits, control and
 * bidirectional characters, bytes that are not UTF-8, depth and sizes beyond
 * base/limits.h. Depth is limited inside the event loop, and the size of the text
 * before libyaml sees it: `[` × 64 kB costs libyaml seconds otherwise. A UTF-8 byte
 * order mark at the start is skipped; UTF-16 and UTF-32 are refused.
 */
#ifndef RCN_DATA_YAML_H
#define RCN_DATA_YAML_H

#include "base/arena.h"
#include "data/node.h"
#include "diag/diag.h"

struct rcn_documents {
	struct rcn_node **roots; /* empty documents are left out */
	size_t count;
};

/*
 * Reads file->text. The nodes point at `file` and into `arena`; both must outlive
 * them. Aliases are expanded by sharing nodes. On any error: RCN_ERROR_INVALID (or
 * _LIMIT, _MEMORY), diagnostics filled, and *documents still holds the documents
 * before the fault that were whole (so that later checks can go on collecting);
 * callers must not use them for anything but finding more problems.
 */
enum rcn_status rcn_yaml_read(const struct rcn_file *file, struct rcn_arena *arena,
			      struct rcn_documents *documents, struct rcn_diag *diag);

/* The library in use, for `reconcile version`: "0.2.5"; static text. */
const char *rcn_yaml_library_version(void);

#endif
