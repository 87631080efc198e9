/*
 * Files → documents with their defaults.
 */
#include <stdlib.h>
#include <string.h>

#include "data/embedded.h"
#include "data/yaml.h"
#include "manifest/internal.h"

enum rcn_status rcn_manifest_schema(struct rcn_schema **schema, struct rcn_diag *diag)
{
	return rcn_schema_compile(rcn_embedded_schema("customer"), "customer.schema.json", schema,
				  diag);
}

enum rcn_status rcn_loader_note(struct rcn_loader *loader, enum rcn_status status)
{
	if (status == RCN_OK)
		return RCN_OK;
	if (status == RCN_ERROR_MEMORY || status == RCN_ERROR_INTERNAL)
		return status;
	loader->result = RCN_ERROR_INVALID;
	return RCN_OK;
}

enum rcn_status rcn_loader_begin(struct rcn_loader *loader, struct rcn_source *source,
				 const struct rcn_manifest_options *options, struct rcn_diag *diag)
{
	memset(loader, 0, sizeof(*loader));
	loader->source = source;
	loader->options = options;
	loader->diag = diag;
	loader->arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	loader->reported_arena = RCN_ARENA(RCN_LIMIT_DIAG_BYTES);
	loader->reported = RCN_MAP;
	return rcn_partial_schema(options->schema, &loader->partial, diag);
}

void rcn_loader_free(struct rcn_loader *loader)
{
	while (loader->level)
		rcn_loader_leave(loader);
	rcn_schema_free(loader->partial);
	rcn_identities_free(loader->identities);
	rcn_map_free(&loader->reported);
	rcn_arena_free(&loader->reported_arena);
	rcn_arena_free(&loader->arena);
	memset(loader, 0, sizeof(*loader));
}

enum rcn_status rcn_loader_enter(struct rcn_loader *loader)
{
	struct rcn_level *level = calloc(1, sizeof(*level));

	if (!level)
		return rcn_diag_no_memory(loader->diag);
	level->arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	level->above = loader->level;
	if (level->above) {
		level->merged = level->above->merged;
		level->broken = level->above->broken;
	}
	loader->level = level;
	return RCN_OK;
}

void rcn_loader_leave(struct rcn_loader *loader)
{
	struct rcn_level *level = loader->level;

	loader->level = level->above;
	rcn_arena_free(&level->arena);
	free(level);
}

/* A document's own faults are noted; what is returned ends the run. */
static enum rcn_status take_document(struct rcn_loader *loader, const struct rcn_file *file,
				     struct rcn_node *root, bool whole)
{
	struct rcn_document document = { .file = file, .own = root, .valid = whole };
	enum rcn_status result;
	bool duplicate = false;

	loader->counts.documents++;
	if (root->kind != RCN_MAPPING) {
		struct rcn_problem *problem;

		problem = rcn_diag_error(loader->diag, RCN_CODE_MANIFEST_NOT_A_MAPPING, root->span,
					 "a manifest is a mapping of fields to values, not %s",
					 rcn_kind_name(root->kind));
		if (root->kind == RCN_LIST)
			rcn_problem_hint(problem, "write one document for each customer, with a "
						  "line `---` between them");
		return rcn_loader_note(loader, RCN_ERROR_INVALID);
	}
	result = rcn_schema_resolve(loader->options->schema, root, loader->diag);
	if (result != RCN_OK)
		return result;
	document.merged = rcn_defaults_merge(&loader->arena, loader->level->merged, root);
	if (!document.merged)
		return rcn_diag_no_memory(loader->diag);
	document.key = rcn_node_string(rcn_node_get(document.merged, RCN_VIEW("externalId")));
	if (loader->identities && document.key.ptr)
		result = rcn_identities_add(loader, &document, &duplicate);
	if (result != RCN_OK)
		return result;
	result = rcn_document_check(loader, &document);
	if (result != RCN_OK || duplicate || loader->level->broken)
		document.valid = false;
	result =
		rcn_loader_note(loader, duplicate && result == RCN_OK ? RCN_ERROR_INVALID : result);
	if (result == RCN_OK && loader->hook)
		result = loader->hook(loader, loader->payload, &document);
	return result;
}

/* defaults.yml is a manifest by its ending, and surely not meant as one. */
static bool is_misnamed(struct rcn_view path)
{
	size_t slash = rcn_view_find_last(path, '/');
	struct rcn_view name = slash < path.len ? rcn_view_from(path, slash + 1) : path;

	return rcn_view_is(name, "defaults.yml") || rcn_view_is(name, "defaults.json");
}

enum rcn_status rcn_loader_file(struct rcn_loader *loader, struct rcn_view path,
				struct rcn_view text)
{
	struct rcn_file file = { path, text };
	struct rcn_documents documents = { NULL, 0 };
	enum rcn_status result;
	bool whole;

	loader->counts.files++;
	if (is_misnamed(path)) {
		struct rcn_place place = { path, 0, 0 };

		rcn_problem_hint(rcn_diag_error_at(loader->diag, RCN_CODE_DEFAULTS_NAME, place,
						   "defaults are read from `defaults.yaml` alone"),
				 "rename the file");
		loader->result = RCN_ERROR_INVALID;
		return RCN_OK;
	}
	rcn_arena_reset(&loader->arena);
	result = rcn_yaml_read(&file, &loader->arena, &documents, loader->diag);
	whole = result == RCN_OK;
	if (whole && documents.count == 0) {
		struct rcn_place place = { path, 0, 0 };

		rcn_diag_warning_at(loader->diag, RCN_CODE_MANIFEST_EMPTY_FILE, place,
				    "the file holds no document");
	}
	result = rcn_loader_note(loader, result);
	for (size_t i = 0; i < documents.count && result == RCN_OK; i++)
		result = take_document(loader, &file, documents.roots[i], whole);
	return result;
}

enum rcn_status rcn_loader_visit(void *payload, const struct rcn_entry *entry)
{
	struct rcn_loader *loader = payload;

	switch (entry->kind) {
	case RCN_ENTRY_FOLDER:
		return rcn_loader_enter(loader);
	case RCN_ENTRY_FOLDER_END:
		rcn_loader_leave(loader);
		return RCN_OK;
	case RCN_ENTRY_DEFAULTS:
		return rcn_loader_defaults(loader, entry->path, entry->text);
	case RCN_ENTRY_MANIFEST:
		return rcn_loader_file(loader, entry->path, entry->text);
	}
	return RCN_OK;
}
