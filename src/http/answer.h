/*
 * What comes back, while it comes: one answer's headers and body, bounded. Inside
 * src/http only.
 *
 * An interim answer (1xx) is forgotten when the next status line arrives; what
 * follows the body (trailers) never changes a header. The memory of the body is
 * wiped when it moves or goes: it may hold a token.
 */
#ifndef RCN_HTTP_ANSWER_H
#define RCN_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include <reconcile/status.h>

#include "base/buffer.h"

enum rcn_http_header {
	RCN_HTTP_LOCATION,
	RCN_HTTP_LINK,
	RCN_HTTP_RETRY_AFTER,
	RCN_HTTP_DATE,
	RCN_HTTP_CONTENT_TYPE,
	RCN_HTTP_TRACKING_ID,
	RCN_HTTP_HEADER_COUNT,
};

struct rcn_http_answer {
	char *body;
	size_t len, capacity;
	struct rcn_buffer headers[RCN_HTTP_HEADER_COUNT];
	bool present[RCN_HTTP_HEADER_COUNT];
	size_t header_bytes;    /* of all blocks together, trailers too */
	bool headers_ended;     /* the empty line of the block was seen */
	enum rcn_status status; /* RCN_OK, _LIMIT or _MEMORY: why it takes no more */
};

void rcn_http_answer_init(struct rcn_http_answer *answer);
/* False when it takes no more; `status` says why. */
bool rcn_http_answer_header(struct rcn_http_answer *answer, const char *line, size_t len);
bool rcn_http_answer_body(struct rcn_http_answer *answer, const char *ptr, size_t len);
struct rcn_view rcn_http_answer_get(const struct rcn_http_answer *answer,
				    enum rcn_http_header header);
void rcn_http_answer_free(struct rcn_http_answer *answer);

#endif
