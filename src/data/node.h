/*
 * The neutral tree that YAML and JSON are read into. Every node knows its place.
 * Nodes live in the arena that they were read into; views point into it too, or
 * into the file's text.
 *
 * A plain (unquoted) scalar of a YAML file has the kind RCN_PLAIN until a schema
 * says what it is (data/schema.h): so `country: NO` is text where the schema
 * wants text. Its `text` is exactly what was written. The JSON reader makes typed
 * nodes at once.
 */
#ifndef RCN_DATA_NODE_H
#define RCN_DATA_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include <reconcile/status.h>

#include "base/arena.h"
#include "diag/file.h"

enum rcn_kind {
	RCN_NULL,
	RCN_BOOLEAN, /* text "true" or "false" */
	RCN_NUMBER,  /* text is a JSON number (RFC 8259) as written */
	RCN_STRING,
	RCN_PLAIN, /* of a YAML file, not resolved yet */
	RCN_LIST,
	RCN_MAPPING,
};

struct rcn_node;

struct rcn_member {
	struct rcn_view key;
	struct rcn_span key_span;
	struct rcn_node *value;
};

struct rcn_node {
	enum rcn_kind kind;
	bool plain; /* was written as a plain scalar, whatever the kind is now */
	struct rcn_span span;
	struct rcn_view text; /* scalars */
	union {
		struct rcn_member *members; /* RCN_MAPPING: as written, keys are unique */
		struct rcn_node **items;    /* RCN_LIST */
	};
	size_t count;
};

/* The value under a key, or NULL (also when node is NULL or no mapping). */
struct rcn_node *rcn_node_get(const struct rcn_node *node, struct rcn_view key);
const struct rcn_member *rcn_node_member(const struct rcn_node *node, struct rcn_view key);

/* By JSON pointer (RFC 6901), "" is the node itself; NULL when there is none. */
struct rcn_node *rcn_node_find(struct rcn_node *node, struct rcn_view pointer);

/* The text of a string, or an absent view when node is NULL or something else. */
struct rcn_view rcn_node_string(const struct rcn_node *node);
bool rcn_node_is_true(const struct rcn_node *node);

struct rcn_node *rcn_node_new(struct rcn_arena *arena, enum rcn_kind kind, struct rcn_span span);
/* Puts `value` under `key`, replacing what was there; false without memory. Meant
 * for few members: linear. */
bool rcn_node_set(struct rcn_arena *arena, struct rcn_node *mapping, struct rcn_view key,
		  struct rcn_span key_span, struct rcn_node *value);

/* A whole copy into another arena. Spans are kept as they are (same file pointer);
 * texts are copied. NULL without memory. */
struct rcn_node *rcn_node_copy(struct rcn_arena *arena, const struct rcn_node *node);

/* Equal in meaning: key order ignored, list order not, numbers by value. */
bool rcn_node_equal(const struct rcn_node *a, const struct rcn_node *b);

/* "a mapping", "text", "a number", … for messages. */
const char *rcn_kind_name(enum rcn_kind kind);

#endif
