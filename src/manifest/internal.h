/*
 * What the files of this folder share.
 *
 * A loader goes through folders: enter, defaults (if there are any), files and folders,
 * leave. Each document that a file holds is merged with the defaults in force, checked, and
 * handed to the hook. Errors are collected in `result`; functions return only what must end
 * the run.
 */
#ifndef RCN_MANIFEST_INTERNAL_H
#define RCN_MANIFEST_INTERNAL_H

#include "base/limits.h"
#include "base/map.h"
#include "manifest/manifest.h"

/* The defaults of one folder, merged with those above. */
struct rcn_level {
	struct rcn_level *above;
	struct rcn_arena arena;
	struct rcn_file file;          /* its defaults.yaml; text absent when there is none */
	const struct rcn_node *merged; /* NULL when nothing is set so far */
	bool broken;                   /* a defaults.yaml here or above has errors */
};

struct rcn_document {
	const struct rcn_file *file;
	const struct rcn_node *own;    /* as written */
	const struct rcn_node *merged; /* with defaults, typed; x- members still there */
	struct rcn_view key;           /* externalId, or absent */
	bool valid;
};

struct rcn_loader;
typedef enum rcn_status (*rcn_document_hook)(struct rcn_loader *loader, void *payload,
					     const struct rcn_document *document);

struct rcn_identities;

struct rcn_loader {
	struct rcn_source *source;
	const struct rcn_manifest_options *options;
	struct rcn_schema *partial; /* of defaults.yaml */
	struct rcn_level *level;    /* the innermost folder */
	struct rcn_arena arena;     /* of the file in hand */
	struct rcn_arena reported_arena;
	struct rcn_map reported; /* problems in defaults.yaml files: once, not per manifest */
	struct rcn_identities *identities; /* NULL = duplicates are not looked for */
	rcn_document_hook hook;
	void *payload;
	struct rcn_manifest_counts counts;
	struct rcn_diag *diag;
	enum rcn_status result;
};

enum rcn_status rcn_loader_begin(struct rcn_loader *loader, struct rcn_source *source,
				 const struct rcn_manifest_options *options, struct rcn_diag *diag);
void rcn_loader_free(struct rcn_loader *loader);
enum rcn_status rcn_loader_enter(struct rcn_loader *loader);
void rcn_loader_leave(struct rcn_loader *loader);
enum rcn_status rcn_loader_defaults(struct rcn_loader *loader, struct rcn_view path,
				    struct rcn_view text);
enum rcn_status rcn_loader_file(struct rcn_loader *loader, struct rcn_view path,
				struct rcn_view text);
/* A visitor of rcn_source_walk whose payload is a loader. */
enum rcn_status rcn_loader_visit(void *payload, const struct rcn_entry *entry);

/* Keeps a failure for the end; returns it only when nothing can go on. */
enum rcn_status rcn_loader_note(struct rcn_loader *loader, enum rcn_status status);

/* True the first time that it is asked for this code at this place. */
bool rcn_loader_is_first(struct rcn_loader *loader, struct rcn_place place, enum rcn_code code,
			 struct rcn_view message);

/* The schema for defaults.yaml: the same without what only whole manifests must have. */
enum rcn_status rcn_partial_schema(const struct rcn_schema *schema, struct rcn_schema **partial,
				   struct rcn_diag *diag);

/* Checks a merged document; problems that stand in a defaults.yaml are reported once. */
enum rcn_status rcn_document_check(struct rcn_loader *loader, const struct rcn_document *document);

/* Keys seen so far. */
enum rcn_status rcn_identities_new(struct rcn_identities **identities);
void rcn_identities_free(struct rcn_identities *identities);
enum rcn_status rcn_identities_add(struct rcn_loader *loader, const struct rcn_document *document,
				   bool *duplicate);
/* After the last document: what previousExternalIds clash with. */
enum rcn_status rcn_identities_finish(struct rcn_loader *loader);

#endif
