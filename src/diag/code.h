/*
 * The table of codes. A code is stable: it is never given another meaning, and a
 * retired one is never used again. Each module keeps its codes in
 * diag/codes/<module>.def, one RCN_CODE(name, number, title, explanation) each:
 *
 *	RCN_CODE(YAML_DUPLICATE_KEY, 103, "duplicate key",
 *	         "A mapping holds the same key twice. …what it means, an example, what to do.")
 *
 * makes RCN_CODE_YAML_DUPLICATE_KEY, shown as "RCN103". Ranges: 0xx settings and
 * usage, 1xx reading YAML and JSON, 2xx manifests, 3xx git, 4xx plan, 5xx state,
 * 6xx the service, 7xx apply. The explanation is what `reconcile explain` prints:
 * some sentences, with an example where one helps; "\n\n" between paragraphs.
 */
#ifndef RCN_DIAG_CODE_H
#define RCN_DIAG_CODE_H

#include <stddef.h>

#include "base/view.h"

enum rcn_code {
	RCN_CODE_NONE = 0,
#define RCN_CODE(name, number, title, explanation) RCN_CODE_##name = (number),
#include "diag/codes/all.def"
#undef RCN_CODE
};

struct rcn_code_entry {
	enum rcn_code code;
	const char *label; /* "RCN103" */
	const char *name;  /* "YAML_DUPLICATE_KEY" */
	const char *title;
	const char *explanation;
};

/* All codes in ascending order. */
const struct rcn_code_entry *rcn_code_table(size_t *count);
const struct rcn_code_entry *rcn_code_find(enum rcn_code code);
/* By "RCN103", "rcn103" or "103"; NULL when there is none. */
const struct rcn_code_entry *rcn_code_find_label(struct rcn_view label);

#endif
