#include "http/answer.h"

#include <stdlib.h>

#include "base/limits.h"

static const char *const names[RCN_HTTP_HEADER_COUNT] = {
	[RCN_HTTP_LOCATION] = "location",         [RCN_HTTP_LINK] = "link",
	[RCN_HTTP_RETRY_AFTER] = "retry-after",   [RCN_HTTP_DATE] = "date",
	[RCN_HTTP_CONTENT_TYPE] = "content-type", [RCN_HTTP_TRACKING_ID] = "trackingid",
};

void rcn_http_answer_init(struct rcn_http_answer *answer)
{
	*answer = (struct rcn_http_answer){ .status = RCN_OK };
	for (size_t i = 0; i < RCN_HTTP_HEADER_COUNT; i++)
		answer->headers[i] = RCN_BUFFER(RCN_LIMIT_HEADER_BYTES);
}

static void forget_headers(struct rcn_http_answer *answer)
{
	for (size_t i = 0; i < RCN_HTTP_HEADER_COUNT; i++) {
		rcn_buffer_clear(&answer->headers[i]);
		answer->present[i] = false;
	}
	answer->headers_ended = false;
}

static void keep_header(struct rcn_http_answer *answer, size_t header, struct rcn_view value)
{
	struct rcn_buffer *kept = &answer->headers[header];

	if (answer->present[header]) {
		/* Link is a list (RFC 9110 §5.3); of the others the first one counts. */
		if (header != RCN_HTTP_LINK)
			return;
		rcn_buffer_text(kept, ", ");
	}
	rcn_buffer_view(kept, value);
	answer->present[header] = true;
	if (rcn_buffer_status(kept) != RCN_OK)
		answer->status = rcn_buffer_status(kept);
}

bool rcn_http_answer_header(struct rcn_http_answer *answer, const char *line, size_t len)
{
	struct rcn_view text = rcn_view_trim(rcn_view_make(line, len));
	size_t colon;

	answer->header_bytes += len;
	if (answer->header_bytes > RCN_LIMIT_HEADER_BYTES)
		answer->status = RCN_ERROR_LIMIT;
	if (answer->status != RCN_OK)
		return false;
	if (answer->headers_ended) {
		/* Another status line: the block before was an interim one. Anything else
		 * is a trailer. */
		if (answer->len == 0 && rcn_view_starts_with(text, RCN_VIEW("HTTP/")))
			forget_headers(answer);
		return true;
	}
	if (text.len == 0) {
		answer->headers_ended = true;
		return true;
	}
	colon = rcn_view_find(text, ':');
	for (size_t i = 0; colon < text.len && i < RCN_HTTP_HEADER_COUNT; i++)
		if (strlen(names[i]) == colon && strncasecmp(names[i], text.ptr, colon) == 0)
			keep_header(answer, i, rcn_view_trim(rcn_view_from(text, colon + 1)));
	return answer->status == RCN_OK;
}

static bool make_room(struct rcn_http_answer *answer, size_t needed)
{
	size_t capacity = answer->capacity ? answer->capacity : 1024;
	char *moved;

	while (capacity < needed)
		capacity *= 2;
	if (capacity == answer->capacity)
		return true;
	/* Not realloc: what it leaves behind can't be wiped. */
	moved = malloc(capacity);
	if (!moved)
		return false;
	if (answer->body) {
		memcpy(moved, answer->body, answer->len);
		explicit_bzero(answer->body, answer->len);
	}
	free(answer->body);
	answer->body = moved;
	answer->capacity = capacity;
	return true;
}

bool rcn_http_answer_body(struct rcn_http_answer *answer, const char *ptr, size_t len)
{
	if (answer->status == RCN_OK && len > RCN_LIMIT_RESPONSE_BYTES - answer->len)
		answer->status = RCN_ERROR_LIMIT;
	if (answer->status == RCN_OK && !make_room(answer, answer->len + len + 1))
		answer->status = RCN_ERROR_MEMORY;
	if (answer->status != RCN_OK)
		return false;
	if (len > 0)
		memcpy(answer->body + answer->len, ptr, len);
	answer->len += len;
	answer->body[answer->len] = '\0';
	return true;
}

struct rcn_view rcn_http_answer_get(const struct rcn_http_answer *answer,
				    enum rcn_http_header header)
{
	return answer->present[header] ? rcn_buffer_get(&answer->headers[header]) : RCN_VIEW_NONE;
}

void rcn_http_answer_free(struct rcn_http_answer *answer)
{
	if (answer->body)
		explicit_bzero(answer->body, answer->len);
	free(answer->body);
	for (size_t i = 0; i < RCN_HTTP_HEADER_COUNT; i++)
		rcn_buffer_free(&answer->headers[i]);
	rcn_http_answer_init(answer);
}
