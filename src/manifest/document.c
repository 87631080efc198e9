/*
 * Checking one document with its defaults.
 */
#include <stdlib.h>

#include "base/text.h"
#include "manifest/internal.h"

#define MOST_PACKAGES 100 /* names in the schema's list */

bool rcn_loader_is_first(struct rcn_loader *loader, struct rcn_place place, enum rcn_code code,
			 struct rcn_view message)
{
	struct rcn_view name = rcn_arena_format(&loader->reported_arena, "%.*s:%u:%u:%d:%.*s",
						RCN_VIEW_ARGS(place.path), place.line, place.column,
						(int)code, RCN_VIEW_ARGS(message));

	if (!name.ptr || rcn_map_get(&loader->reported, name))
		return !name.ptr;
	(void)rcn_map_set(&loader->reported, name, loader, NULL);
	return true;
}

static bool is_foreign(const struct rcn_problem *problem, const struct rcn_document *document)
{
	return problem->place.path.ptr &&
	       !rcn_view_equal(problem->place.path, document->file->path);
}

/* What a mapping of defaults.yaml lacks, it is the manifest that has to say it. */
static void move_home(struct rcn_problem *problem, const struct rcn_document *document)
{
	struct rcn_place place = problem->place;
	struct rcn_span span = document->own->span;

	if (document->own->count > 0)
		span = document->own->members[0].key_span;
	rcn_problem_related_at(problem, place, problem->excerpt,
			       "the rest of it comes from these defaults");
	problem->place = rcn_span_place(span);
	problem->end_line = span.end_line;
	problem->end_column = span.end_column;
	problem->excerpt = rcn_file_line(document->file, span.line);
	problem->excerpt_column = 1;
	if (problem->excerpt.len > RCN_LIMIT_EXCERPT_BYTES)
		problem->excerpt = RCN_VIEW_NONE;
}

static void recount(struct rcn_diag *diag)
{
	diag->errors = diag->warnings = diag->hints = 0;
	for (size_t i = 0; i < diag->count; i++) {
		if (diag->problems[i]->severity == RCN_SEVERITY_ERROR)
			diag->errors++;
		else if (diag->problems[i]->severity == RCN_SEVERITY_WARNING)
			diag->warnings++;
		else
			diag->hints++;
	}
}

static enum rcn_status report_violations(struct rcn_loader *loader,
					 const struct rcn_document *document)
{
	struct rcn_diag found;
	enum rcn_status result;
	size_t kept = 0;

	rcn_diag_init(&found);
	result = rcn_schema_check(loader->options->schema, document->merged, document->key, &found);
	for (size_t i = 0; i < found.count; i++) {
		struct rcn_problem *problem = found.problems[i];

		if (is_foreign(problem, document)) {
			if (problem->code == RCN_CODE_MISSING_FIELD ||
			    problem->code == RCN_CODE_COMBINATION)
				move_home(problem, document);
			else if (!rcn_loader_is_first(loader, problem->place, problem->code,
						      problem->message))
				continue;
		}
		found.problems[kept++] = problem;
	}
	/* Beyond the maximum, problems are counted and not kept; then the counts stay. */
	if (kept < found.count) {
		found.count = kept;
		recount(&found);
	}
	if (rcn_diag_merge(loader->diag, &found) != RCN_OK)
		result = RCN_ERROR_MEMORY;
	rcn_diag_free(&found);
	return result;
}

/* The names of the schema's list; the views are NUL-terminated copies in the arena. */
static size_t list_packages(struct rcn_loader *loader, const char *names[MOST_PACKAGES])
{
	const struct rcn_node *node = rcn_schema_root(loader->options->schema);
	size_t count = 0;

	node = rcn_node_get(rcn_node_get(node, RCN_VIEW("definitions")), RCN_VIEW("package"));
	node = rcn_node_get(node, RCN_VIEW("anyOf"));
	if (!node || node->kind != RCN_LIST || node->count == 0)
		return 0;
	node = rcn_node_get(node->items[0], RCN_VIEW("enum"));
	for (size_t i = 0; node && i < node->count && count < MOST_PACKAGES; i++) {
		struct rcn_view name = rcn_arena_copy(&loader->arena, node->items[i]->text);

		if (name.ptr)
			names[count++] = name.ptr;
	}
	return count;
}

static bool is_known_package(const struct rcn_loader *loader, struct rcn_view name)
{
	const struct rcn_node *node = rcn_schema_root(loader->options->schema);

	node = rcn_node_get(rcn_node_get(node, RCN_VIEW("definitions")), RCN_VIEW("package"));
	node = rcn_node_get(node, RCN_VIEW("anyOf"));
	node = node && node->kind == RCN_LIST && node->count > 0
		       ? rcn_node_get(node->items[0], RCN_VIEW("enum"))
		       : NULL;
	for (size_t i = 0; node && i < node->count; i++)
		if (rcn_view_equal(node->items[i]->text, name))
			return true;
	return false;
}

static void warn_package(struct rcn_loader *loader, const struct rcn_document *document,
			 const struct rcn_node *item)
{
	const char *names[MOST_PACKAGES];
	struct rcn_problem *problem;
	const char *meant;
	size_t count;

	if (item->span.file != document->file &&
	    !rcn_loader_is_first(loader, rcn_span_place(item->span),
				 RCN_CODE_MANIFEST_UNKNOWN_PACKAGE, item->text))
		return;
	count = list_packages(loader, names);
	problem = rcn_diag_warning(loader->diag, RCN_CODE_MANIFEST_UNKNOWN_PACKAGE, item->span,
				   "the package `%.*s` is not known; it is sent as it is",
				   RCN_VIEW_ARGS(item->text));
	rcn_problem_key(problem, document->key);
	meant = rcn_text_suggest(item->text, names, count);
	if (meant)
		rcn_problem_hint(problem, "did you mean `%s`?", meant);
}

static void check_packages(struct rcn_loader *loader, const struct rcn_document *document)
{
	const struct rcn_node *packages = rcn_node_get(document->merged, RCN_VIEW("packages"));

	if (!packages || packages->kind != RCN_LIST)
		return;
	for (size_t i = 0; i < packages->count; i++)
		if (packages->items[i]->kind == RCN_STRING && packages->items[i]->text.len > 0 &&
		    !is_known_package(loader, packages->items[i]->text))
			warn_package(loader, document, packages->items[i]);
}

/* The schema counts characters; the state and the service's URLs count bytes. */
static bool refuse_key(struct rcn_loader *loader, const struct rcn_document *document,
		       const struct rcn_node *node, const char *name)
{
	struct rcn_view text = rcn_node_string(node);
	struct rcn_problem *problem;

	if (text.len <= RCN_LIMIT_KEY_BYTES || rcn_utf8_length(text) > RCN_LIMIT_KEY_BYTES)
		return false;
	problem = rcn_diag_error(loader->diag, RCN_CODE_MANIFEST_KEY_BYTES, node->span,
				 "`%s` has %zu bytes in UTF-8, more than %d", name, text.len,
				 RCN_LIMIT_KEY_BYTES);
	rcn_problem_key(problem, document->key);
	return true;
}

enum rcn_status rcn_document_check(struct rcn_loader *loader, const struct rcn_document *document)
{
	const struct rcn_node *ours = rcn_node_get(document->merged, RCN_VIEW("x-reconcile"));
	enum rcn_status result;
	bool refused;

	/* Nearly all documents are right: problems are written down in a second pass only. */
	result = rcn_schema_check(loader->options->schema, document->merged, document->key, NULL);
	if (result == RCN_ERROR_INVALID)
		result = report_violations(loader, document);
	if (result == RCN_ERROR_MEMORY)
		return result;
	check_packages(loader, document);
	refused = refuse_key(loader, document,
			     rcn_node_get(document->merged, RCN_VIEW("externalId")), "externalId");
	refused |= refuse_key(loader, document, rcn_node_get(ours, RCN_VIEW("previousExternalId")),
			      "previousExternalId");
	return refused ? RCN_ERROR_INVALID : result;
}
