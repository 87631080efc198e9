/*
 * defaults.yaml: merging, and what such a file may say.
 */
#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "data/yaml.h"
#include "manifest/internal.h"

static struct rcn_node *merge_mapping(struct rcn_arena *arena, const struct rcn_node *defaults,
				      const struct rcn_node *own);

static bool has_null(const struct rcn_node *node)
{
	if (node->kind != RCN_MAPPING)
		return node->kind == RCN_NULL;
	for (size_t i = 0; i < node->count; i++)
		if (has_null(node->members[i].value))
			return true;
	return false;
}

static struct rcn_node *merge_value(struct rcn_arena *arena, const struct rcn_node *defaults,
				    struct rcn_node *own)
{
	if (own->kind != RCN_MAPPING)
		return own;
	if ((!defaults || defaults->kind != RCN_MAPPING) && !has_null(own))
		return own;
	return merge_mapping(arena, defaults, own);
}

static struct rcn_node *merge_mapping(struct rcn_arena *arena, const struct rcn_node *defaults,
				      const struct rcn_node *own)
{
	const size_t inherited = defaults && defaults->kind == RCN_MAPPING ? defaults->count : 0;
	struct rcn_node *merged = rcn_node_new(arena, RCN_MAPPING, own->span);

	if (!merged)
		return NULL;
	merged->members = RCN_ARENA_ARRAY(arena, own->count + inherited, struct rcn_member);
	if (!merged->members)
		return NULL;
	for (size_t i = 0; i < own->count; i++) {
		struct rcn_member member = own->members[i];

		if (member.value->kind == RCN_NULL)
			continue;
		member.value = merge_value(arena, rcn_node_get(defaults, member.key), member.value);
		if (!member.value)
			return NULL;
		merged->members[merged->count++] = member;
	}
	for (size_t i = 0; i < inherited; i++)
		if (!rcn_node_member(own, defaults->members[i].key))
			merged->members[merged->count++] = defaults->members[i];
	return merged;
}

struct rcn_node *rcn_defaults_merge(struct rcn_arena *arena, const struct rcn_node *defaults,
				    const struct rcn_node *own)
{
	struct rcn_node *copy;

	if (own->kind == RCN_MAPPING)
		return merge_mapping(arena, defaults, own);
	copy = RCN_ARENA_NEW(arena, struct rcn_node);
	if (copy)
		*copy = *own;
	return copy;
}

/* Copies a schema without `required`, which a part of a manifest need not fulfil. */
static struct rcn_node *relax(struct rcn_arena *arena, struct rcn_node *node, bool root)
{
	struct rcn_node *copy;

	if (node->kind != RCN_MAPPING)
		return node;
	copy = rcn_node_new(arena, RCN_MAPPING, node->span);
	if (!copy)
		return NULL;
	copy->members = RCN_ARENA_ARRAY(arena, node->count + 1, struct rcn_member);
	if (!copy->members)
		return NULL;
	for (size_t i = 0; i < node->count; i++) {
		struct rcn_member member = node->members[i];

		if (rcn_view_is(member.key, "required") && member.value->kind == RCN_LIST)
			continue;
		/* Rules across top-level fields are about whole manifests. */
		if (root && rcn_view_is(member.key, "allOf"))
			continue;
		member.value = relax(arena, member.value, false);
		if (!member.value)
			return NULL;
		copy->members[copy->count++] = member;
	}
	return copy;
}

enum rcn_status rcn_partial_schema(const struct rcn_schema *schema, struct rcn_schema **partial,
				   struct rcn_diag *diag)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_SCHEMA_BYTES);
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *whole = rcn_node_copy(&arena, rcn_schema_root(schema));
	struct rcn_node *part = whole ? relax(&arena, whole, true) : NULL;
	enum rcn_status result = RCN_ERROR_MEMORY;
	struct rcn_json json;

	if (part) {
		rcn_json_begin(&json, &text, 0);
		rcn_json_node(&json, part);
		result = rcn_buffer_status(&text);
	}
	if (result == RCN_OK)
		result = rcn_schema_compile(rcn_buffer_get(&text), "defaults", partial, diag);
	else
		result = rcn_diag_no_memory(diag);
	rcn_arena_free(&arena);
	rcn_buffer_free(&text);
	return result;
}

static bool refuse_field(struct rcn_diag *diag, const struct rcn_node *mapping, const char *name,
			 const char *shown)
{
	const struct rcn_member *member = rcn_node_member(mapping, rcn_view_of(name));
	struct rcn_problem *problem;

	if (!member || member->value->kind == RCN_NULL)
		return false;
	problem = rcn_diag_error(diag, RCN_CODE_DEFAULTS_FIELD, member->key_span,
				 "`%s` belongs to one customer and can't have a default", shown);
	rcn_problem_hint(problem, "give it in the manifest");
	return true;
}

static bool refuse_fields(struct rcn_diag *diag, const struct rcn_node *root)
{
	bool refused = refuse_field(diag, root, "externalId", "externalId");

	refused |= refuse_field(diag, root, "orgId", "orgId");
	refused |= refuse_field(diag, rcn_node_get(root, RCN_VIEW("customerInfo")), "primaryEmail",
				"customerInfo.primaryEmail");
	refused |= refuse_field(diag, rcn_node_get(root, RCN_VIEW("x-reconcile")),
				"previousExternalId", "x-reconcile.previousExternalId");
	return refused;
}

/* The problems of a defaults file are known from now on: manifests don't repeat them. */
static void remember(struct rcn_loader *loader, const struct rcn_diag *diag)
{
	for (size_t i = 0; i < diag->count; i++)
		(void)rcn_loader_is_first(loader, diag->problems[i]->place, diag->problems[i]->code,
					  diag->problems[i]->message);
}

static enum rcn_status take_root(struct rcn_loader *loader, struct rcn_node *root,
				 struct rcn_diag *diag)
{
	struct rcn_level *level = loader->level;
	const struct rcn_node *above = level->merged;
	struct rcn_node *stripped, *merged;
	enum rcn_status result;

	if (root->kind != RCN_MAPPING) {
		rcn_diag_error(diag, RCN_CODE_DEFAULTS_SHAPE, root->span,
			       "defaults are a mapping of fields to values, not %s",
			       rcn_kind_name(root->kind));
		return RCN_ERROR_INVALID;
	}
	result = rcn_schema_resolve(loader->partial, root, diag);
	if (result != RCN_OK)
		return result;
	stripped = rcn_defaults_merge(&level->arena, NULL, root);
	merged = rcn_defaults_merge(&level->arena, above, root);
	if (!stripped || !merged)
		return rcn_diag_no_memory(diag);
	level->merged = merged;
	result = rcn_schema_check(loader->partial, stripped, RCN_VIEW_NONE, diag);
	if (refuse_fields(diag, stripped) && result == RCN_OK)
		result = RCN_ERROR_INVALID;
	return result;
}

enum rcn_status rcn_loader_defaults(struct rcn_loader *loader, struct rcn_view path,
				    struct rcn_view text)
{
	struct rcn_level *level = loader->level;
	struct rcn_documents documents = { NULL, 0 };
	struct rcn_diag found;
	enum rcn_status result, merged;

	loader->counts.defaults++;
	level->file.path = rcn_arena_copy(&level->arena, path);
	level->file.text = rcn_arena_copy(&level->arena, text);
	if (rcn_arena_status(&level->arena) != RCN_OK)
		return rcn_diag_no_memory(loader->diag);
	rcn_diag_init(&found);
	result = rcn_yaml_read(&level->file, &level->arena, &documents, &found);
	if (result == RCN_OK && documents.count > 1) {
		rcn_diag_error(&found, RCN_CODE_DEFAULTS_SHAPE, documents.roots[1]->span,
			       "a defaults.yaml holds one document");
		result = RCN_ERROR_INVALID;
	}
	if (result == RCN_OK && documents.count == 1)
		result = take_root(loader, documents.roots[0], &found);
	if (result != RCN_OK)
		level->broken = true;
	remember(loader, &found);
	merged = rcn_diag_merge(loader->diag, &found);
	rcn_diag_free(&found);
	return rcn_loader_note(loader, merged != RCN_OK ? merged : result);
}
