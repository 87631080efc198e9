/*
 * What the service answers, read strictly where it matters and leniently where it is
 * only shown. Pure: bytes in, structs out. Everything lives in the arena given.
 */
#ifndef RCN_WEBEX_ANSWERS_H
#define RCN_WEBEX_ANSWERS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "data/node.h"
#include "http/http.h"

/* An error or a warning of the service: API notes §2.1, §4.4. Absent views where absent. */
struct rcn_api_error {
	struct rcn_view code; /* "10022": number or text, kept as text */
	struct rcn_view description;
	struct rcn_view field;   /* fieldName */
	struct rcn_view package; /* when it stood under a package */
};

/* A customer as the service shows it (API notes §2.1). */
struct rcn_observed {
	struct rcn_view id, org_id, external_id, status;
	struct rcn_node *address;     /* mapping of the six fields, or NULL */
	struct rcn_node *packages;    /* list of strings, sorted; NULL when absent */
	struct rcn_api_error *errors; /* errors and warnings of both levels, in order */
	size_t error_count;
};

/* GET one customer. RCN_ERROR_INVALID and *reason (static or arena text) when the body is
 * not what it should be: no JSON, no object, no id or status. */
enum rcn_status rcn_answer_customer(struct rcn_view body, struct rcn_arena *arena,
				    struct rcn_observed *observed, const char **reason);

/* One page of the list. Items without an id are an error: unknown is not absent. An item's
 * status may be absent. */
struct rcn_page {
	struct rcn_observed *items;
	size_t count;
	struct rcn_view next; /* URL of the Link header with rel="next", or absent */
};
enum rcn_status rcn_answer_page(const struct rcn_http_response *response, struct rcn_arena *arena,
				struct rcn_page *page, const char **reason);

/* 202 of POST and PUT: the customer's URL out of Location, else of {"url"}; checked to be
 * of the API's origin and below <base>/wholesale/customers/. *url and *id are absent when
 * there was none; a URL of elsewhere or rubbish is RCN_ERROR_INVALID with *reason. `base` is the
 * API's URL ("https://webexapis.com/v1"). The id has any ?query stripped and is percent-decoded. */
enum rcn_status rcn_answer_accepted(const struct rcn_http_response *response, struct rcn_view base,
				    struct rcn_arena *arena, struct rcn_view *url,
				    struct rcn_view *id, const char **reason);

/* Whatever an answer that is no success says, in any of the shapes of API notes §4.4, for
 * people: never fails but for memory. `message` is one line, harmless, at most
 * RCN_LIMIT_ERROR_EXCERPT bytes: "10022: The email is already …; field customerInfo". */
struct rcn_api_failure {
	struct rcn_view message;
	struct rcn_view code;        /* first errorCode/code, or absent */
	struct rcn_view field;       /* first fieldName, or absent */
	struct rcn_view tracking_id; /* header or body, or absent */
};
enum rcn_status rcn_answer_failure(const struct rcn_http_response *response,
				   struct rcn_arena *arena, struct rcn_api_failure *failure);

/* The answer of …/validate (API notes §3): accepted only with 2xx and message "success".
 * Otherwise `failure` says why, from `info` (a list or one object) or any other shape. */
enum rcn_status rcn_answer_validate(const struct rcn_http_response *response,
				    struct rcn_arena *arena, bool *accepted,
				    struct rcn_api_failure *failure);

/* Link (RFC 8288): the target with rel=next (case-insensitive, several values), or absent. */
struct rcn_view rcn_link_next(struct rcn_view link);

/* Appends text for one line of people's reading: control and bidirectional characters, bytes
 * that are no UTF-8, and runs of white space become one space each; at most `limit` bytes in
 * the buffer, never half a character, "…" where it was cut. */
void rcn_answer_append_line(struct rcn_buffer *out, struct rcn_view text, size_t limit);

/* One line for people about the errors of an observed customer, or absent when none:
 * "webex_calling: 2560 One or more …; …". *code gets the first code. */
struct rcn_view rcn_observed_reason(struct rcn_arena *arena, const struct rcn_observed *observed,
				    struct rcn_view *code);

#endif
