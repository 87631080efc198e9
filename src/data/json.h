/*
 * JSON (RFC 8259): a strict reader over cJSON, and a streaming writer of our own.
 *
 * The reader is for what machines wrote (the service's answers, state, schemas):
 * it gives no lines, spans are RCN_SPAN_NONE. It refuses duplicate keys, bytes
 * behind the end, depth beyond RCN_LIMIT_JSON_DEPTH, bytes that are not UTF-8, and
 * embedded NUL characters. Members are found with their exact case. Numbers keep the
 * text that was written; those of more than 63 characters are refused.
 */
#ifndef RCN_DATA_JSON_H
#define RCN_DATA_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "data/node.h"

/*
 * Reads all of `text`. On failure RCN_ERROR_INVALID (RCN_ERROR_MEMORY), *reason
 * (never NULL then) is a static text that says what is wrong, *offset where. No diagnostics: only
 * the caller knows what was read.
 */
enum rcn_status rcn_json_read(struct rcn_view text, struct rcn_arena *arena, struct rcn_node **node,
			      const char **reason, size_t *offset);

/*
 * The writer. Failures (memory, limit) are the buffer's, checked once at the end.
 * Text is made valid UTF-8 (U+FFFD for what is not), control characters, DEL,
 * U+2028/9 and, in addition, '<' are escaped, so that the output can stand in HTML.
 *
 *	struct rcn_json json;
 *	rcn_json_begin(&json, &buffer, 2);      2 = indented by 2, 0 = compact
 *	rcn_json_object(&json);
 *	rcn_json_key(&json, "key"); rcn_json_string(&json, view);
 *	rcn_json_end(&json);                    closes the object or list
 */
#define RCN_JSON_WRITER_DEPTH 72 /* > RCN_LIMIT_JSON_DEPTH and RCN_LIMIT_DEPTH */
struct rcn_json {
	struct rcn_buffer *out;
	unsigned indent;
	unsigned depth;
	bool first[RCN_JSON_WRITER_DEPTH];
	bool list[RCN_JSON_WRITER_DEPTH];
	bool after_key;
};

void rcn_json_begin(struct rcn_json *json, struct rcn_buffer *out, unsigned indent);
void rcn_json_object(struct rcn_json *json);
void rcn_json_list(struct rcn_json *json);
void rcn_json_end(struct rcn_json *json);
void rcn_json_key(struct rcn_json *json, const char *key);
void rcn_json_key_view(struct rcn_json *json, struct rcn_view key);
void rcn_json_string(struct rcn_json *json, struct rcn_view text); /* absent → null */
void rcn_json_text(struct rcn_json *json, const char *text);       /* NULL → null */
void rcn_json_integer(struct rcn_json *json, int64_t number);
void rcn_json_boolean(struct rcn_json *json, bool value);
void rcn_json_null(struct rcn_json *json);
void rcn_json_raw(struct rcn_json *json, struct rcn_view text); /* a JSON value, written before */
void rcn_json_node(struct rcn_json *json, const struct rcn_node *node);

/* key and value in one call */
void rcn_json_member_string(struct rcn_json *json, const char *key, struct rcn_view text);
void rcn_json_member_text(struct rcn_json *json, const char *key, const char *text);
void rcn_json_member_integer(struct rcn_json *json, const char *key, int64_t number);
void rcn_json_member_boolean(struct rcn_json *json, const char *key, bool value);

/*
 * The canonical form: compact JSON, keys in bytewise order, no member whose value
 * is null, text as it is, each number in one form (data/number.h: no fraction or
 * exponent for whole numbers, no trailing zeros for others). Two bodies mean the same exactly when
 * their canonical forms are the same bytes. Lists keep their order: what is a set was sorted by the
 * caller. All nodes must be resolved (no RCN_PLAIN).
 */
#define RCN_CANONICAL_VERSION 1
enum rcn_status rcn_json_canonical(const struct rcn_node *node, struct rcn_buffer *out);

#endif
