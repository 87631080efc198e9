/* Where a customer is, by the answer that accepted it. */
#include "base/limits.h"
#include "webex/answers.h"
#include "webex/answers_internal.h"

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static bool decode(struct rcn_view text, struct rcn_buffer *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int high, low;

		if (text.ptr[i] != '%') {
			rcn_buffer_char(out, text.ptr[i]);
			continue;
		}
		high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
		low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		rcn_buffer_char(out, (char)(high * 16 + low));
		i += 2;
	}
	return rcn_buffer_status(out) == RCN_OK;
}

/* An id goes into paths and reports: printable, and no step upwards. */
static bool is_sound_id(struct rcn_view id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.ptr[i] <= ' ' || id.ptr[i] > '~')
			return false;
	return id.len > 0 && !rcn_view_is(id, ".") && !rcn_view_is(id, "..");
}

/* What stands behind scheme and authority, from the first slash on. */
static struct rcn_view path_of(struct rcn_view url)
{
	size_t start = rcn_view_find(url, ':') + 3;

	if (start > url.len)
		return RCN_VIEW("");
	url = rcn_view_from(url, start);
	return rcn_view_from(url, rcn_view_find(url, '/'));
}

/* The segment behind <base>/wholesale/customers/, or absent. */
static struct rcn_view segment_of(struct rcn_view url, struct rcn_view base)
{
	struct rcn_view path = path_of(url), prefix = path_of(base);
	static const struct rcn_view folder = { "/wholesale/customers/", 21 };

	path = rcn_view_make(path.ptr, rcn_view_find(path, '?'));
	if (!rcn_view_starts_with(path, prefix))
		return RCN_VIEW_NONE;
	path = rcn_view_from(path, prefix.len);
	if (!rcn_view_starts_with(path, folder))
		return RCN_VIEW_NONE;
	path = rcn_view_from(path, folder.len);
	return rcn_view_find(path, '/') == path.len ? path : RCN_VIEW_NONE;
}

/* A Location may be relative to the origin (RFC 9110 §10.2.2). */
static struct rcn_view make_absolute(struct rcn_view url, struct rcn_view base,
				     struct rcn_arena *arena)
{
	struct rcn_view path = path_of(base);

	if (!rcn_view_starts_with(url, RCN_VIEW("/")) || rcn_view_starts_with(url, RCN_VIEW("//")))
		return rcn_arena_copy(arena, url);
	return rcn_arena_format(arena, "%.*s%.*s", (int)(base.len - path.len), base.ptr,
				RCN_VIEW_ARGS(url));
}

enum rcn_status rcn_answer_accepted(const struct rcn_http_response *response, struct rcn_view base,
				    struct rcn_arena *arena, struct rcn_view *url,
				    struct rcn_view *id, const char **reason)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer decoded = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct rcn_view named = rcn_view_trim(response->location), absolute, copy, segment;
	struct rcn_node *root = NULL;

	if (rcn_view_ends_with(base, RCN_VIEW("/")))
		base.len--;
	if (named.len == 0) {
		if (rcn_answer_json(response->body, arena, &root) != RCN_OK)
			return RCN_ERROR_MEMORY;
		named = rcn_view_trim(rcn_node_string(rcn_node_get(root, RCN_VIEW("url"))));
	}
	if (named.len == 0) {
		*url = *id = RCN_VIEW_NONE;
		return RCN_OK;
	}
	absolute = make_absolute(named, base, arena);
	if (rcn_view_is_none(absolute))
		return RCN_ERROR_MEMORY;
	*reason = "the customer's URL is not of the API's address";
	if (!rcn_http_same_origin(absolute, base))
		return RCN_ERROR_INVALID;
	*reason = "the customer's URL is not below …/wholesale/customers/";
	segment = segment_of(absolute, base);
	if (!decode(segment, &decoded) || !is_sound_id(rcn_buffer_get(&decoded)))
		return RCN_ERROR_INVALID;
	copy = rcn_arena_copy(arena, rcn_buffer_get(&decoded));
	if (rcn_view_is_none(copy))
		return RCN_ERROR_MEMORY;
	*url = absolute;
	*id = copy;
	return RCN_OK;
}
