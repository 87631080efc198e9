/* What an answer that is no success says, in whatever shape (API notes §4.4). */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "webex/answers.h"
#include "webex/answers_internal.h"

#define DEPTH 6
#define ROOM  8 /* behind the limit: the end of one character and the mark of a cut */

void rcn_answer_append_line(struct rcn_buffer *out, struct rcn_view text, size_t limit)
{
	size_t position = 0;

	while (position < text.len) {
		uint32_t code_point = rcn_utf8_next(text, &position);

		if (out->len + 4 + strlen("…") > limit) {
			if (!rcn_view_ends_with(rcn_buffer_get(out), RCN_VIEW("…")))
				rcn_buffer_text(out, "…");
			return;
		}
		if (code_point == UINT32_MAX || code_point == ' ' || code_point == '\t' ||
		    code_point == '\r' || code_point == '\n' || rcn_text_is_control(code_point) ||
		    rcn_text_is_bidirectional(code_point)) {
			if (out->len > 0 && out->ptr[out->len - 1] != ' ')
				rcn_buffer_char(out, ' ');
		} else {
			rcn_utf8_append(out, code_point);
		}
	}
}

struct gather {
	struct rcn_buffer *line;
	struct rcn_api_failure *failure;
	struct rcn_view said[16]; /* sentences already there: bodies tend to repeat themselves */
	size_t said_count;
};

static void append(struct gather *gather, struct rcn_view text)
{
	rcn_answer_append_line(gather->line, text, RCN_LIMIT_ERROR_EXCERPT);
}

static bool was_said(struct gather *gather, struct rcn_view text)
{
	for (size_t i = 0; i < gather->said_count; i++)
		if (rcn_view_equal(gather->said[i], text))
			return true;
	if (gather->said_count < sizeof(gather->said) / sizeof(gather->said[0]))
		gather->said[gather->said_count++] = text;
	return false;
}

static struct rcn_view first_text(const struct rcn_node *node, const char *const *keys)
{
	for (; *keys; keys++) {
		struct rcn_view text = rcn_node_string(rcn_node_get(node, rcn_view_of(*keys)));

		if (rcn_view_trim(text).len > 0)
			return text;
	}
	return RCN_VIEW_NONE;
}

/* "10022: The email …; field customerInfo" out of one object. */
static void add_sentence(struct gather *gather, const struct rcn_node *node)
{
	static const char *const texts[] = { "description", "message", "error_description",
					     "reason",      "error",   NULL };
	struct rcn_view text = first_text(node, texts), code = rcn_answer_code(node);
	struct rcn_view field = rcn_node_string(rcn_node_get(node, RCN_VIEW("fieldName")));

	if (rcn_view_is_none(gather->failure->code))
		gather->failure->code = code;
	if (rcn_view_is_none(gather->failure->field) && field.len > 0)
		gather->failure->field = field;
	if (rcn_view_is_none(text) || was_said(gather, text))
		return;
	if (gather->line->len > 0)
		append(gather, RCN_VIEW("; "));
	if (code.len > 0) {
		append(gather, code);
		append(gather, RCN_VIEW(": "));
	}
	append(gather, rcn_view_trim(text));
	if (field.len > 0) {
		append(gather, RCN_VIEW("; field "));
		append(gather, field);
	}
}

/* An object under these is, or holds, an error. */
static bool leads_to_errors(struct rcn_view key)
{
	static const char *const keys[] = { "errors", "error", "message", "items", "info", NULL };

	for (size_t i = 0; keys[i]; i++)
		if (rcn_view_is(key, keys[i]))
			return true;
	return false;
}

/* The general sentence of an object is worth less than the errors that it holds, and
 * mostly says the same: so errors first. */
static void gather_errors(struct gather *gather, const struct rcn_node *node, int depth, bool any)
{
	if (depth > DEPTH)
		return;
	if (node->kind == RCN_LIST) {
		for (size_t i = 0; i < node->count; i++)
			gather_errors(gather, node->items[i], depth + 1, any);
		return;
	}
	if (node->kind != RCN_MAPPING)
		return;
	for (size_t i = 0; i < node->count; i++) {
		struct rcn_view key = node->members[i].key;
		const struct rcn_node *value = node->members[i].value;

		/* {"errors":{"displayName":{"code":…}}}: the keys below are fields' names. */
		if (any || leads_to_errors(key))
			gather_errors(gather, value, depth + 1,
				      rcn_view_is(key, "errors") && value->kind == RCN_MAPPING);
		if (rcn_view_is(key, "trackingId") &&
		    rcn_view_is_none(gather->failure->tracking_id))
			gather->failure->tracking_id = rcn_node_string(value);
	}
	add_sentence(gather, node);
}

/* What a page for browsers calls itself. */
static struct rcn_view html_title(struct rcn_view body)
{
	for (size_t i = 0; i + 7 < body.len; i++) {
		if (strncasecmp(body.ptr + i, "<title>", 7) == 0) {
			struct rcn_view title = rcn_view_from(body, i + 7);

			title.len = rcn_view_find(title, '<');
			return rcn_view_trim(title);
		}
	}
	return RCN_VIEW_NONE;
}

static void append_status(struct gather *gather, const struct rcn_http_response *response)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "HTTP %d: ", response->status);
	append(gather, rcn_view_of(text));
}

static void describe_other(struct gather *gather, const struct rcn_http_response *response)
{
	struct rcn_view text = rcn_view_trim(response->body), title;

	append_status(gather, response);
	if (response->status / 100 == 3) {
		append(gather, RCN_VIEW("a redirect, which is never followed"));
		if (response->location.len > 0) {
			append(gather, RCN_VIEW(", to "));
			append(gather, response->location);
		}
		return;
	}
	if (text.len == 0) {
		append(gather, RCN_VIEW("the answer is empty"));
		return;
	}
	if (*text.ptr != '<') {
		append(gather, text);
		return;
	}
	title = html_title(text);
	append(gather, RCN_VIEW("the answer is a web page, not the API's"));
	if (title.len > 0) {
		append(gather, RCN_VIEW(": "));
		append(gather, title);
	}
}

static enum rcn_status gather_all(struct gather *gather, const struct rcn_http_response *response,
				  struct rcn_arena *arena)
{
	struct rcn_node *root = NULL;

	if (response->outcome != RCN_HTTP_ANSWERED) {
		append(gather,
		       response->error.len > 0 ? response->error : RCN_VIEW("no complete answer"));
		return RCN_OK;
	}
	/* An empty body is no JSON, and no error of ours. */
	if (response->body.len > 0 && rcn_answer_json(response->body, arena, &root) != RCN_OK)
		return RCN_ERROR_MEMORY;
	if (root)
		gather_errors(gather, root, 0, false);
	if (gather->line->len == 0)
		describe_other(gather, response);
	return RCN_OK;
}

static enum rcn_status keep(struct rcn_arena *arena, struct rcn_view *view)
{
	struct rcn_view copy = rcn_arena_copy(arena, *view);

	if (!rcn_view_is_none(*view) && rcn_view_is_none(copy))
		return RCN_ERROR_MEMORY;
	*view = copy;
	return RCN_OK;
}

/* Foreign text of one line that is kept beside the message. */
static enum rcn_status keep_clean(struct rcn_arena *arena, struct rcn_view *view)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer clean = RCN_BUFFER(RCN_LIMIT_ERROR_EXCERPT + ROOM);

	if (rcn_view_is_none(*view))
		return RCN_OK;
	rcn_answer_append_line(&clean, *view, 200);
	*view = rcn_view_trim(rcn_buffer_get(&clean));
	if (view->len == 0)
		*view = RCN_VIEW_NONE;
	return rcn_buffer_status(&clean) == RCN_OK ? keep(arena, view) : RCN_ERROR_MEMORY;
}

enum rcn_status rcn_answer_failure(const struct rcn_http_response *response,
				   struct rcn_arena *arena, struct rcn_api_failure *failure)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer line = RCN_BUFFER(RCN_LIMIT_ERROR_EXCERPT + ROOM);
	struct rcn_api_failure read = { 0 };
	struct gather gather = { .line = &line, .failure = &read };

	read.tracking_id = response->tracking_id;
	if (gather_all(&gather, response, arena) != RCN_OK || rcn_buffer_status(&line) != RCN_OK)
		return RCN_ERROR_MEMORY;
	read.message = rcn_view_trim(rcn_buffer_get(&line));
	if (keep(arena, &read.message) != RCN_OK || keep_clean(arena, &read.code) != RCN_OK ||
	    keep_clean(arena, &read.field) != RCN_OK ||
	    keep_clean(arena, &read.tracking_id) != RCN_OK)
		return RCN_ERROR_MEMORY;
	*failure = read;
	return RCN_OK;
}

enum rcn_status rcn_answer_validate(const struct rcn_http_response *response,
				    struct rcn_arena *arena, bool *accepted,
				    struct rcn_api_failure *failure)
{
	struct rcn_node *root = NULL;
	struct rcn_view message;

	if (rcn_answer_json(response->body, arena, &root) != RCN_OK)
		return RCN_ERROR_MEMORY;
	message = rcn_node_string(rcn_node_get(root, RCN_VIEW("message")));
	*failure = (struct rcn_api_failure){ 0 };
	*accepted = response->outcome == RCN_HTTP_ANSWERED && response->status >= 200 &&
		    response->status < 300 && rcn_view_is(message, "success");
	return *accepted ? RCN_OK : rcn_answer_failure(response, arena, failure);
}
