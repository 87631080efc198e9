/* Customers and pages of customers. */
#include "webex/answers.h"

#include <stdlib.h>

#include "base/limits.h"
#include "data/json.h"
#include "webex/answers_internal.h"

struct rcn_view rcn_answer_scalar(const struct rcn_node *node)
{
	if (node && (node->kind == RCN_STRING || node->kind == RCN_NUMBER))
		return node->text;
	return RCN_VIEW_NONE;
}

struct rcn_view rcn_answer_code(const struct rcn_node *error)
{
	static const char *const names[] = { "errorCode", "code", "infoCode" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct rcn_view code =
			rcn_answer_scalar(rcn_node_get(error, rcn_view_of(names[i])));

		if (code.len > 0)
			return code;
	}
	return RCN_VIEW_NONE;
}

enum rcn_status rcn_answer_json(struct rcn_view body, struct rcn_arena *arena,
				struct rcn_node **root)
{
	const char *reason;
	size_t offset;
	enum rcn_status status = rcn_json_read(body, arena, root, &reason, &offset);

	if (status == RCN_OK)
		return RCN_OK;
	*root = NULL;
	return status == RCN_ERROR_MEMORY ? status : RCN_OK;
}

static struct rcn_node *list_of(const struct rcn_node *node, const char *key)
{
	struct rcn_node *list = rcn_node_get(node, rcn_view_of(key));

	return list && list->kind == RCN_LIST ? list : NULL;
}

static size_t count_of(const struct rcn_node *node, const char *key)
{
	const struct rcn_node *list = list_of(node, key);

	return list ? list->count : 0;
}

static void add_errors(const struct rcn_node *holder, const char *key, struct rcn_view package,
		       struct rcn_observed *observed)
{
	const struct rcn_node *list = list_of(holder, key);

	for (size_t i = 0; list && i < list->count; i++) {
		const struct rcn_node *item = list->items[i];
		struct rcn_api_error *error = &observed->errors[observed->error_count++];

		error->code = rcn_answer_code(item);
		error->description = rcn_node_string(item);
		if (item->kind == RCN_MAPPING) {
			error->description =
				rcn_node_string(rcn_node_get(item, RCN_VIEW("description")));
			if (rcn_view_is_none(error->description))
				error->description =
					rcn_node_string(rcn_node_get(item, RCN_VIEW("message")));
			error->field = rcn_node_string(rcn_node_get(item, RCN_VIEW("fieldName")));
		}
		error->package = package;
	}
}

/* Both lists at both levels: a package that failed may say why under `warnings` only. */
static enum rcn_status read_errors(const struct rcn_node *root, struct rcn_arena *arena,
				   struct rcn_observed *observed)
{
	const struct rcn_node *packages =
		list_of(rcn_node_get(root, RCN_VIEW("resourceDetails")), "packages");
	size_t count = count_of(root, "errors") + count_of(root, "warnings");

	for (size_t i = 0; packages && i < packages->count; i++)
		count += count_of(packages->items[i], "errors") +
			 count_of(packages->items[i], "warnings");
	if (count == 0)
		return RCN_OK;
	observed->errors = RCN_ARENA_ARRAY(arena, count, struct rcn_api_error);
	if (!observed->errors)
		return RCN_ERROR_MEMORY;
	add_errors(root, "errors", RCN_VIEW_NONE, observed);
	add_errors(root, "warnings", RCN_VIEW_NONE, observed);
	for (size_t i = 0; packages && i < packages->count; i++) {
		struct rcn_view name =
			rcn_node_string(rcn_node_get(packages->items[i], RCN_VIEW("name")));

		add_errors(packages->items[i], "errors", name, observed);
		add_errors(packages->items[i], "warnings", name, observed);
	}
	return RCN_OK;
}

static int compare_items(const void *a, const void *b)
{
	const struct rcn_node *const *first = a, *const *second = b;

	return rcn_view_compare((*first)->text, (*second)->text);
}

/* The server's order means nothing: sorted, and each name once. */
static enum rcn_status read_packages(const struct rcn_node *root, struct rcn_arena *arena,
				     struct rcn_observed *observed, const char **reason)
{
	struct rcn_node *list = rcn_node_get(root, RCN_VIEW("packages"));
	struct rcn_node *packages;

	if (!list || list->kind == RCN_NULL)
		return RCN_OK;
	*reason = "the packages of a customer are no list of names";
	if (list->kind != RCN_LIST)
		return RCN_ERROR_INVALID;
	packages = rcn_node_new(arena, RCN_LIST, RCN_SPAN_NONE);
	if (!packages)
		return RCN_ERROR_MEMORY;
	packages->items = RCN_ARENA_ARRAY(arena, list->count + 1, struct rcn_node *);
	if (!packages->items)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i]->kind != RCN_STRING)
			return RCN_ERROR_INVALID;
		packages->items[i] = list->items[i];
	}
	if (list->count > 0)
		qsort(packages->items, list->count, sizeof(struct rcn_node *), compare_items);
	for (size_t i = 0; i < list->count; i++) {
		struct rcn_node *item = packages->items[i];

		if (packages->count == 0 ||
		    !rcn_view_equal(packages->items[packages->count - 1]->text, item->text))
			packages->items[packages->count++] = item;
	}
	observed->packages = packages;
	return RCN_OK;
}

/* The six fields and nothing else, as text: what else comes must not look like drift. */
static enum rcn_status read_address(const struct rcn_node *root, struct rcn_arena *arena,
				    struct rcn_observed *observed)
{
	static const char *const fields[] = {
		"addressLine1", "addressLine2",    "city",
		"country",      "stateOrProvince", "zipOrPostalCode"
	};
	const struct rcn_node *from = rcn_node_get(root, RCN_VIEW("address"));

	if (!from || from->kind != RCN_MAPPING)
		return RCN_OK;
	observed->address = rcn_node_new(arena, RCN_MAPPING, RCN_SPAN_NONE);
	if (!observed->address)
		return RCN_ERROR_MEMORY;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct rcn_view text =
			rcn_answer_scalar(rcn_node_get(from, rcn_view_of(fields[i])));
		struct rcn_node *value;

		if (rcn_view_is_none(text))
			continue;
		value = rcn_node_new(arena, RCN_STRING, RCN_SPAN_NONE);
		if (!value)
			return RCN_ERROR_MEMORY;
		value->text = text;
		if (!rcn_node_set(arena, observed->address, rcn_view_of(fields[i]), RCN_SPAN_NONE,
				  value))
			return RCN_ERROR_MEMORY;
	}
	return RCN_OK;
}

static enum rcn_status read_customer(const struct rcn_node *root, struct rcn_arena *arena,
				     struct rcn_observed *observed, const char **reason)
{
	struct rcn_observed read = { 0 };
	enum rcn_status status;

	*reason = "a customer is no object";
	if (!root || root->kind != RCN_MAPPING)
		return RCN_ERROR_INVALID;
	read.id = rcn_node_string(rcn_node_get(root, RCN_VIEW("id")));
	*reason = "a customer has no id";
	if (read.id.len == 0)
		return RCN_ERROR_INVALID;
	read.org_id = rcn_node_string(rcn_node_get(root, RCN_VIEW("orgId")));
	read.external_id = rcn_answer_scalar(rcn_node_get(root, RCN_VIEW("externalId")));
	read.status = rcn_node_string(rcn_node_get(root, RCN_VIEW("status")));
	status = read_packages(root, arena, &read, reason);
	if (status == RCN_OK)
		status = read_address(root, arena, &read);
	if (status == RCN_OK)
		status = read_errors(root, arena, &read);
	if (status == RCN_OK)
		*observed = read;
	return status;
}

static enum rcn_status read_root(struct rcn_view body, struct rcn_arena *arena,
				 struct rcn_node **root, const char **reason)
{
	enum rcn_status status;

	*reason = "the answer has no body";
	if (rcn_view_trim(body).len == 0)
		return RCN_ERROR_INVALID;
	status = rcn_answer_json(body, arena, root);
	*reason = "the answer is no JSON";
	if (status == RCN_OK && !*root)
		return RCN_ERROR_INVALID;
	return status;
}

enum rcn_status rcn_answer_customer(struct rcn_view body, struct rcn_arena *arena,
				    struct rcn_observed *observed, const char **reason)
{
	struct rcn_observed read;
	struct rcn_node *root;
	enum rcn_status status = read_root(body, arena, &root, reason);

	if (status == RCN_OK)
		status = read_customer(root, arena, &read, reason);
	if (status != RCN_OK)
		return status;
	*reason = "a customer has no status";
	if (read.status.len == 0)
		return RCN_ERROR_INVALID;
	*observed = read;
	return RCN_OK;
}

enum rcn_status rcn_answer_page(const struct rcn_http_response *response, struct rcn_arena *arena,
				struct rcn_page *page, const char **reason)
{
	struct rcn_page read = { 0 };
	struct rcn_node *root;
	const struct rcn_node *items;
	struct rcn_view next = rcn_link_next(response->link);
	enum rcn_status status = read_root(response->body, arena, &root, reason);

	if (status != RCN_OK)
		return status;
	*reason = "the answer has no list of items";
	items = list_of(root, "items");
	if (!items)
		return RCN_ERROR_INVALID;
	read.items = RCN_ARENA_ARRAY(arena, items->count + 1, struct rcn_observed);
	if (!read.items)
		return RCN_ERROR_MEMORY;
	for (; read.count < items->count; read.count++) {
		status = read_customer(items->items[read.count], arena, &read.items[read.count],
				       reason);
		if (status != RCN_OK)
			return status;
	}
	read.next = rcn_arena_copy(arena, next);
	if (!rcn_view_is_none(next) && rcn_view_is_none(read.next))
		return RCN_ERROR_MEMORY;
	*page = read;
	return RCN_OK;
}

struct rcn_view rcn_observed_reason(struct rcn_arena *arena, const struct rcn_observed *observed,
				    struct rcn_view *code)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer line = RCN_BUFFER(RCN_LIMIT_ERROR_EXCERPT + 64);

	*code = RCN_VIEW_NONE;
	for (size_t i = 0; i < observed->error_count; i++) {
		const struct rcn_api_error *error = &observed->errors[i];
		struct rcn_view parts[] = { error->package, error->code, error->description };
		static const char *const behind[] = { ": ", " ", "" };

		if (rcn_view_is_none(*code) && error->code.len > 0)
			*code = error->code;
		if (line.len > 0)
			rcn_answer_append_line(&line, RCN_VIEW("; "), RCN_LIMIT_ERROR_EXCERPT);
		for (size_t part = 0; part < 3; part++) {
			if (parts[part].len == 0)
				continue;
			rcn_answer_append_line(&line, parts[part], RCN_LIMIT_ERROR_EXCERPT);
			rcn_answer_append_line(&line, rcn_view_of(behind[part]),
					       RCN_LIMIT_ERROR_EXCERPT);
		}
	}
	if (line.len == 0 || rcn_buffer_status(&line) != RCN_OK)
		return RCN_VIEW_NONE;
	return rcn_arena_copy(arena, rcn_view_trim(rcn_buffer_get(&line)));
}
