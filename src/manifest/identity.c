/*
 * Who is who: duplicates of an externalId, near duplicates, and previousExternalIds.
 *
 * Keys outlive the files that they stood in, so they are copied; of a place only path, line
 * and column are kept. Where a problem needs the source line of an earlier file, that file is
 * read again: problems are rare, keys are many.
 */
#include <stdlib.h>
#include <string.h>

#include "manifest/internal.h"

struct identity {
	struct rcn_view key;
	struct rcn_view path;
	uint32_t line, column;
};

struct claim {
	struct claim *next;
	const struct identity *self;
	struct identity previous; /* the key claimed, and where */
};

struct rcn_identities {
	struct rcn_arena arena;
	struct rcn_map keys;     /* key → identity */
	struct rcn_map folded;   /* the key without case and outer space → identity */
	struct rcn_map previous; /* previousExternalId → claim */
	struct claim *claims;    /* newest first */
	struct rcn_view path;    /* of the last file: shared by its keys */
};

enum rcn_status rcn_identities_new(struct rcn_identities **out)
{
	struct rcn_identities *identities = calloc(1, sizeof(*identities));

	if (!identities)
		return RCN_ERROR_MEMORY;
	identities->arena = RCN_ARENA(RCN_LIMIT_IDENTITY_BYTES);
	identities->keys = RCN_MAP;
	identities->folded = RCN_MAP;
	identities->previous = RCN_MAP;
	*out = identities;
	return RCN_OK;
}

void rcn_identities_free(struct rcn_identities *identities)
{
	if (!identities)
		return;
	rcn_map_free(&identities->keys);
	rcn_map_free(&identities->folded);
	rcn_map_free(&identities->previous);
	rcn_arena_free(&identities->arena);
	free(identities);
}

/* A file as it was when the walk went by, for its lines; text absent when it can't be read. */
static void reread(struct rcn_loader *loader, struct rcn_view path, struct rcn_buffer *text,
		   struct rcn_file *file)
{
	struct rcn_diag ignored;

	rcn_diag_init(&ignored);
	file->path = path;
	file->text = RCN_VIEW_NONE;
	if (rcn_source_read(loader->source, path, text, &ignored) == RCN_OK)
		file->text = rcn_buffer_get(text);
	rcn_diag_free(&ignored);
}

static void relate(struct rcn_loader *loader, struct rcn_problem *problem,
		   const struct identity *other, const struct rcn_file *file, const char *message)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct rcn_file again;

	if (file && rcn_view_equal(file->path, other->path)) {
		rcn_problem_related(problem, rcn_file_span(file, other->line, other->column), "%s",
				    message);
		return;
	}
	reread(loader, other->path, &text, &again);
	rcn_problem_related(problem, rcn_file_span(&again, other->line, other->column), "%s",
			    message);
	rcn_buffer_free(&text);
}

static struct rcn_view fold_key(struct rcn_identities *identities, struct rcn_view key)
{
	struct rcn_view trimmed = rcn_view_trim(key);
	bool capital = false;
	char *text;

	for (size_t i = 0; i < trimmed.len; i++)
		capital |= trimmed.ptr[i] >= 'A' && trimmed.ptr[i] <= 'Z';
	if (!capital)
		return trimmed;
	text = rcn_arena_alloc(&identities->arena, trimmed.len + 1);
	if (!text)
		return RCN_VIEW_NONE;
	for (size_t i = 0; i < trimmed.len; i++) {
		char byte = trimmed.ptr[i];

		text[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
	}
	return rcn_view_make(text, trimmed.len);
}

static bool keep_place(struct rcn_identities *identities, struct identity *identity,
		       const struct rcn_node *node)
{
	const struct rcn_file *file = node->span.file;

	identity->key = rcn_arena_copy(&identities->arena, node->text);
	if (!identities->path.ptr || !rcn_view_equal(identities->path, file->path))
		identities->path = rcn_arena_copy(&identities->arena, file->path);
	identity->path = identities->path;
	identity->line = node->span.line;
	identity->column = node->span.column;
	return rcn_arena_status(&identities->arena) == RCN_OK;
}

static enum rcn_status add_claim(struct rcn_loader *loader, const struct rcn_document *document,
				 const struct identity *self)
{
	struct rcn_identities *identities = loader->identities;
	const struct rcn_node *node = rcn_node_get(document->merged, RCN_VIEW("x-reconcile"));
	struct rcn_problem *problem;
	struct claim *claim, *other;

	node = rcn_node_get(node, RCN_VIEW("previousExternalId"));
	/* One in a defaults.yaml was refused where it stands. */
	if (!node || node->kind != RCN_STRING || node->span.file != document->file)
		return RCN_OK;
	if (rcn_view_equal(node->text, self->key)) {
		problem =
			rcn_diag_warning(loader->diag, RCN_CODE_MANIFEST_PREVIOUS_SAME, node->span,
					 "the previousExternalId is the externalId itself");
		rcn_problem_key(problem, self->key);
		rcn_problem_hint(problem, "remove it");
		return RCN_OK;
	}
	claim = RCN_ARENA_NEW(&identities->arena, struct claim);
	if (!claim || !keep_place(identities, &claim->previous, node))
		return rcn_diag_no_memory(loader->diag);
	claim->self = self;
	claim->next = identities->claims;
	identities->claims = claim;
	other = rcn_map_get(&identities->previous, claim->previous.key);
	if (!other)
		return rcn_map_set(&identities->previous, claim->previous.key, claim, NULL);
	problem = rcn_diag_error(loader->diag, RCN_CODE_MANIFEST_PREVIOUS_TWICE, node->span,
				 "two customers say that they were `%.*s` before",
				 RCN_VIEW_ARGS(node->text));
	rcn_problem_key(problem, self->key);
	relate(loader, problem, &other->previous, document->file, "the other one is here");
	return rcn_loader_note(loader, RCN_ERROR_INVALID);
}

static void warn_similar(struct rcn_loader *loader, const struct rcn_document *document,
			 const struct rcn_node *node, const struct identity *other)
{
	struct rcn_problem *problem;

	problem = rcn_diag_warning(loader->diag, RCN_CODE_MANIFEST_ALMOST_SAME, node->span,
				   "the externalId `%.*s` differs from `%.*s` only in case or in "
				   "space around it",
				   RCN_VIEW_ARGS(node->text), RCN_VIEW_ARGS(other->key));
	rcn_problem_key(problem, node->text);
	relate(loader, problem, other, document->file, "the other one is here");
}

enum rcn_status rcn_identities_add(struct rcn_loader *loader, const struct rcn_document *document,
				   bool *duplicate)
{
	struct rcn_identities *identities = loader->identities;
	const struct rcn_node *node = rcn_node_get(document->merged, RCN_VIEW("externalId"));
	const struct identity *other;
	struct identity *identity;
	struct rcn_view folded;

	*duplicate = false;
	if (node->span.file != document->file)
		return RCN_OK;
	other = rcn_map_get(&identities->keys, node->text);
	*duplicate = other != NULL;
	if (other) {
		struct rcn_problem *problem;

		problem = rcn_diag_error(loader->diag, RCN_CODE_MANIFEST_DUPLICATE, node->span,
					 "the externalId `%.*s` is taken already",
					 RCN_VIEW_ARGS(node->text));
		rcn_problem_key(problem, node->text);
		relate(loader, problem, other, document->file, "by the customer here");
		rcn_problem_hint(problem, "remove one of the two, or give it a key of its own");
		return RCN_OK;
	}
	identity = RCN_ARENA_NEW(&identities->arena, struct identity);
	if (!identity || !keep_place(identities, identity, node))
		return rcn_diag_no_memory(loader->diag);
	folded = fold_key(identities, identity->key);
	if (!folded.ptr || rcn_map_set(&identities->keys, identity->key, identity, NULL) != RCN_OK)
		return rcn_diag_no_memory(loader->diag);
	other = rcn_map_get(&identities->folded, folded);
	if (other)
		warn_similar(loader, document, node, other);
	else if (rcn_map_set(&identities->folded, folded, identity, NULL) != RCN_OK)
		return rcn_diag_no_memory(loader->diag);
	return add_claim(loader, document, identity);
}

enum rcn_status rcn_identities_finish(struct rcn_loader *loader)
{
	struct rcn_identities *identities = loader->identities;

	for (const struct claim *claim = identities->claims; claim; claim = claim->next) {
		const struct identity *other;
		struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
		struct rcn_problem *problem;
		struct rcn_file file;

		other = rcn_map_get(&identities->keys, claim->previous.key);
		if (!other)
			continue;
		reread(loader, claim->previous.path, &text, &file);
		problem = rcn_diag_error(
			loader->diag, RCN_CODE_MANIFEST_PREVIOUS_IN_USE,
			rcn_file_span(&file, claim->previous.line, claim->previous.column),
			"the previousExternalId `%.*s` is the key of another customer",
			RCN_VIEW_ARGS(claim->previous.key));
		rcn_problem_key(problem, claim->self->key);
		relate(loader, problem, other, &file, "that customer is here");
		rcn_problem_hint(problem, "remove the old manifest, or this line");
		rcn_buffer_free(&text);
		loader->result = RCN_ERROR_INVALID;
	}
	return RCN_OK;
}
