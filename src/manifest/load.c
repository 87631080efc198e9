/*
 * Documents → customers.
 */
#include <stdlib.h>
#include <string.h>

#include "data/json.h"
#include "manifest/internal.h"

struct loading {
	rcn_manifest_sink sink;
	void *payload;
	struct rcn_buffer canonical;
};

static int compare_packages(const void *a, const void *b)
{
	return rcn_view_compare((*(struct rcn_node *const *)a)->text,
				(*(struct rcn_node *const *)b)->text);
}

/* A set has no order: sorted, so that two ways of writing it are the same bytes. */
static struct rcn_node *sort_packages(struct rcn_arena *arena, const struct rcn_node *list)
{
	struct rcn_node *sorted = rcn_node_new(arena, RCN_LIST, list->span);

	if (!sorted)
		return NULL;
	sorted->items = RCN_ARENA_ARRAY(arena, list->count + 1, struct rcn_node *);
	if (!sorted->items)
		return NULL;
	if (list->count > 0)
		memcpy(sorted->items, list->items, list->count * sizeof(*list->items));
	qsort(sorted->items, list->count, sizeof(*sorted->items), compare_packages);
	for (size_t i = 0; i < list->count; i++)
		if (sorted->count == 0 ||
		    !rcn_view_equal(sorted->items[sorted->count - 1]->text, sorted->items[i]->text))
			sorted->items[sorted->count++] = sorted->items[i];
	return sorted;
}

static struct rcn_node *make_body(struct rcn_arena *arena, const struct rcn_node *merged)
{
	struct rcn_node *body = rcn_node_new(arena, RCN_MAPPING, merged->span);

	if (!body)
		return NULL;
	body->members = RCN_ARENA_ARRAY(arena, merged->count + 1, struct rcn_member);
	if (!body->members)
		return NULL;
	for (size_t i = 0; i < merged->count; i++) {
		struct rcn_member member = merged->members[i];

		if (rcn_view_starts_with(member.key, RCN_VIEW("x-")))
			continue;
		if (rcn_view_is(member.key, "packages") && member.value->kind == RCN_LIST)
			member.value = sort_packages(arena, member.value);
		if (!member.value)
			return NULL;
		body->members[body->count++] = member;
	}
	return body;
}

static enum rcn_status hand_out(struct rcn_loader *loader, void *payload,
				const struct rcn_document *document)
{
	struct loading *loading = payload;
	struct rcn_buffer *canonical = &loading->canonical;
	const struct rcn_node *ours = rcn_node_get(document->merged, RCN_VIEW("x-reconcile"));
	struct rcn_customer customer = { .key = document->key,
					 .path = document->file->path,
					 .span = document->own->span };
	enum rcn_status result;
	size_t len;

	if (!document->valid)
		return RCN_OK;
	loader->counts.customers++;
	customer.body = make_body(&loader->arena, document->merged);
	if (!customer.body)
		return rcn_diag_no_memory(loader->diag);
	customer.protect = rcn_node_is_true(rcn_node_get(ours, RCN_VIEW("protect")));
	customer.previous_external_id =
		rcn_node_string(rcn_node_get(ours, RCN_VIEW("previousExternalId")));
	customer.sub_partner = rcn_node_string(rcn_node_get(ours, RCN_VIEW("subPartnerOrgId")));
	if (rcn_view_equal(customer.previous_external_id, customer.key))
		customer.previous_external_id = RCN_VIEW_NONE;
	rcn_buffer_clear(canonical);
	result = rcn_json_canonical(customer.body, canonical);
	if (result != RCN_OK)
		return result == RCN_ERROR_MEMORY
			       ? rcn_diag_no_memory(loader->diag)
			       : rcn_diag_internal(loader->diag, "a body has no canonical form");
	len = canonical->len;
	if (customer.sub_partner.ptr) {
		rcn_buffer_char(canonical, '\n');
		rcn_buffer_view(canonical, customer.sub_partner);
	}
	if (rcn_buffer_status(canonical) != RCN_OK ||
	    rcn_digest_of(rcn_buffer_get(canonical), &customer.digest) != RCN_OK)
		return rcn_diag_no_memory(loader->diag);
	rcn_buffer_truncate(canonical, len);
	customer.canonical = rcn_buffer_get(canonical);
	return loading->sink ? loading->sink(loading->payload, &customer) : RCN_OK;
}

static void warn_empty(struct rcn_loader *loader)
{
	struct rcn_view commit = rcn_source_commit(loader->source);
	struct rcn_problem *problem;

	if (commit.ptr)
		problem = rcn_diag_warning_at(loader->diag, RCN_CODE_MANIFEST_NONE, RCN_PLACE_NONE,
					      "there are no manifests below `%.*s` in the commit "
					      "%.10s",
					      RCN_VIEW_ARGS(loader->options->folder), commit.ptr);
	else
		problem = rcn_diag_warning_at(loader->diag, RCN_CODE_MANIFEST_NONE, RCN_PLACE_NONE,
					      "there are no manifests below `%.*s`",
					      RCN_VIEW_ARGS(loader->options->folder));
	rcn_problem_hint(problem, "manifests end in .yaml, .yml or .json, and don't begin with `.` "
				  "or `_`");
}

enum rcn_status rcn_manifest_load(struct rcn_source *source,
				  const struct rcn_manifest_options *options,
				  rcn_manifest_sink sink, void *payload,
				  struct rcn_manifest_counts *counts, struct rcn_diag *diag)
{
	struct loading loading = { sink, payload,
				   RCN_BUFFER(RCN_LIMIT_BODY_BYTES + RCN_LIMIT_SCALAR_BYTES) };
	struct rcn_loader loader;
	enum rcn_status result = rcn_loader_begin(&loader, source, options, diag);

	if (result == RCN_OK && rcn_identities_new(&loader.identities) != RCN_OK)
		result = rcn_diag_no_memory(diag);
	loader.hook = hand_out;
	loader.payload = &loading;
	if (result == RCN_OK) {
		result = rcn_source_walk(source, options->folder, rcn_loader_visit, &loader, diag);
		if (result != RCN_ERROR_MEMORY && rcn_identities_finish(&loader) != RCN_OK)
			result = RCN_ERROR_MEMORY;
	}
	if (result == RCN_OK && loader.counts.files == 0)
		warn_empty(&loader);
	if (counts)
		*counts = loader.counts;
	if (result == RCN_OK)
		result = loader.result;
	rcn_loader_free(&loader);
	rcn_buffer_free(&loading.canonical);
	return result;
}
