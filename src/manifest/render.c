/*
 * `reconcile render`: a manifest with its defaults, each value with its origin.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "data/json.h"
#include "data/plain.h"
#include "manifest/internal.h"

#define COMMENT_COLUMN 56 /* comments of longer lines follow at once */
#define MOST_SUGGESTED 10000

struct line {
	struct rcn_view text;
	struct rcn_place origin; /* path absent: no comment */
};

struct rendering {
	struct rcn_view key; /* only this customer; absent = all of the file */
	bool json;
	struct rcn_buffer *out;
	struct rcn_json writer;
	struct rcn_arena arena; /* of the document in hand */
	struct line *lines;
	size_t count, capacity;
	size_t rendered;
};

static bool is_plain(struct rcn_view text)
{
	struct rcn_view value;

	if (text.len == 0 || text.ptr[text.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
		bool digit = byte >= '0' && byte <= '9';

		if (!letter && !digit && (i == 0 || !strchr(" _.@'+/=-", byte)))
			return false;
	}
	return rcn_plain_kind(text, &value) == RCN_STRING && !rcn_plain_elsewhere(text);
}

/* A JSON string is a double-quoted YAML scalar. */
static void write_text(struct rcn_buffer *out, struct rcn_view text)
{
	struct rcn_json json;

	if (is_plain(text)) {
		rcn_buffer_view(out, text);
		return;
	}
	rcn_json_begin(&json, out, 0);
	rcn_json_string(&json, text);
}

static bool add_line(struct rendering *rendering, struct rcn_buffer *text, struct rcn_span origin)
{
	struct line line;

	if (rcn_buffer_status(text) != RCN_OK ||
	    !rcn_array_reserve((void **)&rendering->lines, &rendering->capacity,
			       rendering->count + 1, sizeof(*rendering->lines)))
		return false;
	line.text = rcn_arena_copy(&rendering->arena, rcn_buffer_get(text));
	line.origin = rcn_span_place(origin);
	rendering->lines[rendering->count++] = line;
	return line.text.ptr != NULL;
}

static bool is_block(const struct rcn_node *node)
{
	return (node->kind == RCN_MAPPING || node->kind == RCN_LIST) && node->count > 0;
}

static bool write_node(struct rendering *rendering, const struct rcn_node *node, unsigned depth);

/* "key: value", or "key:" and the block below it. `text` holds what stands before. */
static bool write_value(struct rendering *rendering, struct rcn_buffer *text,
			const struct rcn_node *value, unsigned depth)
{
	if (is_block(value)) {
		/* "- " of an item that is a block stands on a line of its own. */
		return add_line(rendering, text, RCN_SPAN_NONE) &&
		       write_node(rendering, value, depth + 1);
	}
	rcn_buffer_char(text, ' ');
	if (value->kind == RCN_MAPPING)
		rcn_buffer_text(text, "{}");
	else if (value->kind == RCN_LIST)
		rcn_buffer_text(text, "[]");
	else if (value->kind == RCN_STRING)
		write_text(text, value->text);
	else if (value->kind == RCN_NULL)
		rcn_buffer_text(text, "null");
	else
		rcn_buffer_view(text, value->text);
	return add_line(rendering, text, value->span);
}

static bool write_node(struct rendering *rendering, const struct rcn_node *node, unsigned depth)
{
	for (size_t i = 0; i < node->count; i++) {
		struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
		bool written;

		rcn_buffer_repeat(&text, ' ', (size_t)depth * 2);
		if (node->kind == RCN_MAPPING) {
			write_text(&text, node->members[i].key);
			rcn_buffer_char(&text, ':');
			written = write_value(rendering, &text, node->members[i].value, depth);
		} else {
			rcn_buffer_char(&text, '-');
			written = write_value(rendering, &text, node->items[i], depth);
		}
		rcn_buffer_free(&text);
		if (!written)
			return false;
	}
	return true;
}

static bool write_yaml(struct rendering *rendering, const struct rcn_document *document)
{
	struct rcn_buffer *out = rendering->out;
	size_t widest = 0;

	rcn_arena_reset(&rendering->arena);
	rendering->count = 0;
	if (!write_node(rendering, document->merged, 0))
		return false;
	for (size_t i = 0; i < rendering->count; i++) {
		size_t columns = rcn_utf8_columns(rendering->lines[i].text);

		if (rendering->lines[i].origin.path.ptr && columns <= COMMENT_COLUMN &&
		    columns > widest)
			widest = columns;
	}
	if (rendering->rendered > 0)
		rcn_buffer_text(out, "---\n");
	for (size_t i = 0; i < rendering->count; i++) {
		const struct line *line = &rendering->lines[i];
		size_t columns = rcn_utf8_columns(line->text);

		rcn_buffer_view(out, line->text);
		if (line->origin.path.ptr) {
			rcn_buffer_repeat(out, ' ', columns < widest ? widest - columns + 2 : 2);
			rcn_buffer_format(out, "# %.*s:%u", RCN_VIEW_ARGS(line->origin.path),
					  line->origin.line);
		}
		rcn_buffer_char(out, '\n');
	}
	return true;
}

static void write_token(struct rcn_buffer *pointer, struct rcn_view key)
{
	rcn_buffer_char(pointer, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			rcn_buffer_text(pointer, "~0");
		else if (key.ptr[i] == '/')
			rcn_buffer_text(pointer, "~1");
		else
			rcn_buffer_char(pointer, key.ptr[i]);
	}
}

/* {"/address/city": {path, line, column}, …} */
static void write_origins(struct rcn_json *json, struct rcn_buffer *pointer,
			  const struct rcn_node *node)
{
	size_t len = pointer->len;

	if (!is_block(node)) {
		struct rcn_place place = rcn_span_place(node->span);

		rcn_json_key_view(json, rcn_buffer_get(pointer));
		rcn_json_object(json);
		rcn_json_member_string(json, "path", place.path);
		rcn_json_member_integer(json, "line", place.line);
		rcn_json_member_integer(json, "column", place.column);
		rcn_json_end(json);
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == RCN_MAPPING)
			write_token(pointer, node->members[i].key);
		else
			rcn_buffer_format(pointer, "/%zu", i);
		write_origins(json, pointer,
			      node->kind == RCN_MAPPING ? node->members[i].value : node->items[i]);
		rcn_buffer_truncate(pointer, len);
	}
}

static void write_json(struct rendering *rendering, const struct rcn_document *document)
{
	struct rcn_buffer pointer = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
	struct rcn_json *json = &rendering->writer;

	rcn_json_object(json);
	rcn_json_member_string(json, "key", document->key);
	rcn_json_member_string(json, "path", document->file->path);
	rcn_json_member_integer(json, "line", document->own->span.line);
	rcn_json_key(json, "manifest");
	rcn_json_node(json, document->merged);
	rcn_json_key(json, "origins");
	rcn_json_object(json);
	write_origins(json, &pointer, document->merged);
	rcn_json_end(json);
	rcn_json_end(json);
	rcn_buffer_free(&pointer);
}

static enum rcn_status render_document(struct rcn_loader *loader, void *payload,
				       const struct rcn_document *document)
{
	struct rendering *rendering = payload;

	if (rendering->key.ptr && !rcn_view_equal(rendering->key, document->key))
		return RCN_OK;
	if (rendering->json)
		write_json(rendering, document);
	else if (!write_yaml(rendering, document))
		return rcn_diag_no_memory(loader->diag);
	rendering->rendered++;
	return RCN_OK;
}

/* The defaults of every folder from the manifests folder down to the file's own. */
static enum rcn_status enter_folders(struct rcn_loader *loader, struct rcn_view folder,
				     struct rcn_view path)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct rcn_buffer name = RCN_BUFFER(RCN_LIMIT_PATH_BYTES + 32);
	size_t end = folder.len;
	enum rcn_status result = RCN_OK;

	while (result == RCN_OK) {
		struct rcn_view rest;
		size_t slash;

		rcn_buffer_clear(&name);
		rcn_buffer_clear(&text);
		rcn_buffer_view(&name, rcn_view_make(path.ptr, end));
		rcn_buffer_text(&name, end > 0 ? "/defaults.yaml" : "defaults.yaml");
		result = rcn_loader_enter(loader);
		if (result == RCN_OK)
			result = rcn_source_read(loader->source, rcn_buffer_get(&name), &text,
						 loader->diag);
		if (result == RCN_OK)
			result = rcn_loader_defaults(loader, rcn_buffer_get(&name),
						     rcn_buffer_get(&text));
		else if (result == RCN_ERROR_NOT_FOUND)
			result = RCN_OK;
		rest = rcn_view_from(path, end > 0 ? end + 1 : 0);
		slash = rcn_view_find(rest, '/');
		if (slash == rest.len)
			break;
		end = (size_t)(rest.ptr - path.ptr) + slash;
	}
	rcn_buffer_free(&text);
	rcn_buffer_free(&name);
	return result;
}

/* Finds the path of a key, and meanwhile what could have been meant. */
struct search {
	struct rcn_view wanted;
	struct rcn_view path; /* in the arena; absent until found */
	const char **names;
	size_t count, capacity;
	struct rcn_arena arena;
};

static bool remember_name(struct search *search, struct rcn_view name)
{
	struct rcn_view copy;

	if (!name.ptr || search->count == MOST_SUGGESTED)
		return true;
	copy = rcn_arena_copy(&search->arena, name);
	if (!copy.ptr || !rcn_array_reserve((void **)&search->names, &search->capacity,
					    search->count + 1, sizeof(*search->names)))
		return false;
	search->names[search->count++] = copy.ptr;
	return true;
}

static enum rcn_status look_at(struct rcn_loader *loader, void *payload,
			       const struct rcn_document *document)
{
	struct search *search = payload;

	if (!search->path.ptr && rcn_view_equal(document->key, search->wanted))
		search->path = rcn_arena_copy(&search->arena, document->file->path);
	if (!remember_name(search, document->key) || !remember_name(search, document->file->path))
		return rcn_diag_no_memory(loader->diag);
	return RCN_OK;
}

static enum rcn_status find_key(struct rcn_source *source,
				const struct rcn_manifest_options *options, struct search *search,
				struct rcn_diag *diag)
{
	struct rcn_problem *problem;
	struct rcn_loader loader;
	struct rcn_diag ignored;
	enum rcn_status result;
	const char *meant;

	/* What is wrong with other manifests is no matter of this one. */
	rcn_diag_init(&ignored);
	result = rcn_loader_begin(&loader, source, options, &ignored);
	loader.hook = look_at;
	loader.payload = search;
	if (result == RCN_OK)
		result = rcn_source_walk(source, options->folder, rcn_loader_visit, &loader,
					 &ignored);
	rcn_loader_free(&loader);
	if (result == RCN_ERROR_MEMORY || result == RCN_ERROR_NOT_FOUND) {
		(void)rcn_diag_merge(diag, &ignored);
	} else if (!search->path.ptr) {
		problem = rcn_diag_error_at(diag, RCN_CODE_MANIFEST_NOT_FOUND, RCN_PLACE_NONE,
					    "`%.*s` is neither a manifest below `%.*s` nor the "
					    "externalId of one",
					    RCN_VIEW_ARGS(search->wanted),
					    RCN_VIEW_ARGS(options->folder));
		meant = rcn_text_suggest(search->wanted, search->names, search->count);
		if (meant)
			rcn_problem_hint(problem, "did you mean `%s`?", meant);
		result = RCN_ERROR_NOT_FOUND;
	} else {
		result = RCN_OK;
	}
	rcn_diag_free(&ignored);
	return result;
}

static enum rcn_status render_file(struct rcn_source *source,
				   const struct rcn_manifest_options *options,
				   struct rcn_view folder, struct rcn_view path,
				   struct rcn_view text, struct rendering *rendering,
				   struct rcn_diag *diag)
{
	struct rcn_loader loader;
	enum rcn_status result = rcn_loader_begin(&loader, source, options, diag);

	loader.hook = render_document;
	loader.payload = rendering;
	if (rendering->json) {
		rcn_json_begin(&rendering->writer, rendering->out, 2);
		rcn_json_object(&rendering->writer);
		rcn_json_member_text(&rendering->writer, "format_version", "1.0");
		rcn_json_key(&rendering->writer, "customers");
		rcn_json_list(&rendering->writer);
	}
	if (result == RCN_OK)
		result = enter_folders(&loader, folder, path);
	if (result == RCN_OK)
		result = rcn_loader_file(&loader, path, text);
	if (rendering->json) {
		rcn_json_end(&rendering->writer);
		rcn_json_end(&rendering->writer);
		rcn_buffer_char(rendering->out, '\n');
	}
	if (result == RCN_OK)
		result = loader.result;
	rcn_loader_free(&loader);
	return result;
}

static struct rcn_view trim_folder(struct rcn_view folder)
{
	while (rcn_view_starts_with(folder, RCN_VIEW("./")))
		folder = rcn_view_from(folder, 2);
	while (folder.len > 0 && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	return rcn_view_is(folder, ".") ? RCN_VIEW("") : folder;
}

static bool is_below(struct rcn_view folder, struct rcn_view path)
{
	return folder.len == 0 || (rcn_view_starts_with(path, folder) && path.len > folder.len &&
				   path.ptr[folder.len] == '/');
}

enum rcn_status rcn_manifest_render(struct rcn_source *source,
				    const struct rcn_manifest_options *options,
				    struct rcn_view file, bool json, struct rcn_buffer *out,
				    struct rcn_diag *diag)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct rcn_buffer rendered = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct search search = { .wanted = file, .arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA) };
	struct rendering rendering = { .json = json,
				       .out = &rendered,
				       .arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA) };
	struct rcn_view folder = trim_folder(options->folder), path = trim_folder(file);
	enum rcn_status result = RCN_ERROR_NOT_FOUND;

	if (is_below(folder, path))
		result = rcn_source_read(source, path, &text, diag);
	if (result == RCN_ERROR_NOT_FOUND) {
		rendering.key = file;
		result = find_key(source, options, &search, diag);
		path = search.path;
		if (result == RCN_OK)
			result = rcn_source_read(source, path, &text, diag);
	}
	if (result == RCN_OK)
		result = render_file(source, options, folder, path, rcn_buffer_get(&text),
				     &rendering, diag);
	if (result == RCN_OK) {
		rcn_buffer_view(out, rcn_buffer_get(&rendered));
		if (rcn_buffer_status(&rendered) != RCN_OK || rcn_buffer_status(out) != RCN_OK)
			result = rcn_diag_no_memory(diag);
	}
	free(rendering.lines);
	free(search.names);
	rcn_arena_free(&rendering.arena);
	rcn_arena_free(&search.arena);
	rcn_buffer_free(&rendered);
	rcn_buffer_free(&text);
	return result;
}
