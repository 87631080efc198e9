/*
 * Documents → customers: schema, defaults, identity, duplicates, references.
 *
 * The loader reads everything below the manifests folder, collects every problem of
 * every file, and hands each customer that is whole to a sink, in order of path and
 * position. A customer lives during the sink's call only: what is unchanged leaves
 * nothing behind. After the walk, duplicates of an externalId (within files, across
 * files, and against a previousExternalId of another) are errors with both places;
 * differing only in case or in surrounding space is a warning.
 *
 * Every problem is an error in the end (RCN_ERROR_INVALID) however many customers
 * were handed out: callers must not act before rcn_manifest_load() returned RCN_OK.
 */
#ifndef RCN_MANIFEST_MANIFEST_H
#define RCN_MANIFEST_MANIFEST_H

#include "data/schema.h"
#include "model/customer.h"
#include "source/source.h"

struct rcn_manifest_options {
	struct rcn_view folder;          /* "customers" */
	const struct rcn_schema *schema; /* schemas/customer.schema.json */
};

struct rcn_manifest_counts {
	size_t files, documents, customers, defaults;
};

typedef enum rcn_status (*rcn_manifest_sink)(void *payload, const struct rcn_customer *customer);

/* An empty folder is no error: it counts 0 customers, and a warning says so. */
enum rcn_status rcn_manifest_load(struct rcn_source *source,
				  const struct rcn_manifest_options *options,
				  rcn_manifest_sink sink, void *payload,
				  struct rcn_manifest_counts *counts, struct rcn_diag *diag);

/* The embedded customer schema, compiled. */
enum rcn_status rcn_manifest_schema(struct rcn_schema **schema, struct rcn_diag *diag);

/*
 * One customer as text, its defaults merged in, each value with its origin as a comment
 * (`reconcile render`): YAML in the manifest's own order, "# customers/defaults.yaml:4".
 * `file` is the path of a manifest in the repository, or an externalId. All documents of
 * a file are rendered.
 */
enum rcn_status rcn_manifest_render(struct rcn_source *source,
				    const struct rcn_manifest_options *options,
				    struct rcn_view file, bool json, struct rcn_buffer *out,
				    struct rcn_diag *diag);

/* Merges what `defaults` says into what `own` leaves out: mappings key by key, scalars and
 * lists replace, an explicit null removes the default. Result lives in the arena; nodes are
 * shared. PURE. NULL without memory. */
struct rcn_node *rcn_defaults_merge(struct rcn_arena *arena, const struct rcn_node *defaults,
				    const struct rcn_node *own);

#endif
