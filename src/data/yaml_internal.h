/*
 * Between the parts of the YAML reader:
 *
 *	yaml.c        drives libyaml, and hands its events on
 *	yaml_tree.c   events → nodes
 *	yaml_text.c   what is wrong with the bytes, before libyaml sees them
 *	yaml_error.c  libyaml's syntax errors in our words
 *	yaml_anchor.c anchors and aliases
 */
#ifndef RCN_DATA_YAML_INTERNAL_H
#define RCN_DATA_YAML_INTERNAL_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "data/node.h"
#include "data/yaml.h"
#include "diag/diag.h"

/* Reports every byte and character that must not be there, and merge conflicts. RCN_OK
 * means that libyaml's own reader will find nothing to complain about. */
enum rcn_status rcn_yaml_check_text(const struct rcn_file *file, struct rcn_diag *diag);

/* The name of a character that is refused; NULL when it is none. */
const char *rcn_yaml_refused(uint32_t code_point);

/* A mark of libyaml, counted from 1; line 0 when there is none. */
struct rcn_yaml_mark {
	uint32_t line, column;
};

void rcn_yaml_report_syntax(const struct rcn_file *file, const char *problem,
			    struct rcn_yaml_mark at, const char *context,
			    struct rcn_yaml_mark context_at, struct rcn_diag *diag);

struct rcn_yaml_anchor {
	struct rcn_view name;
	struct rcn_span span;
	struct rcn_node *node;
	size_t nodes;    /* of the whole value, aliases expanded */
	unsigned height; /* levels of nesting in it; 0 for a scalar */
	bool open;       /* still being read: an alias to it would be endless */
};

/* The anchors of one document, oldest first. */
struct rcn_yaml_anchors {
	struct rcn_yaml_anchor *items;
	size_t count, capacity;
};

/* The newest anchor of that name, or NULL. */
const struct rcn_yaml_anchor *rcn_yaml_anchor_find(const struct rcn_yaml_anchors *anchors,
						   struct rcn_view name);
/* Adds an anchor; its index + 1, or 0 without memory. */
size_t rcn_yaml_anchor_add(struct rcn_yaml_anchors *anchors, struct rcn_arena *arena,
			   const char *name, struct rcn_span span, struct rcn_node *node);
/* A hint for an unknown name: the anchor that was probably meant. */
void rcn_yaml_anchor_suggest(const struct rcn_yaml_anchors *anchors, struct rcn_view name,
			     struct rcn_problem *problem);

/* A mapping or list that is being read. Its members stand in tree->pending from `base`
 * on until it ends, since only then their number is known. */
struct rcn_yaml_frame {
	struct rcn_node *node;
	size_t base;
	size_t anchor;       /* index + 1 */
	size_t nodes_before; /* tree->nodes when it began */
	unsigned height;
	bool has_key; /* a key was read, its value comes next */
	bool discard; /* that value belongs to a key that was refused */
	struct rcn_view key;
	struct rcn_span key_span;
	struct rcn_map keys;  /* of a mapping that has many */
	struct rcn_span last; /* of the last thing in it */
};

struct rcn_yaml_tree {
	const struct rcn_file *file;
	struct rcn_arena *arena;
	struct rcn_diag *diag;
	struct rcn_yaml_frame frames[RCN_LIMIT_DEPTH];
	unsigned depth;
	struct rcn_member *pending;
	size_t pending_count, pending_capacity;
	struct rcn_yaml_anchors anchors;
	size_t nodes;   /* of the file, aliases expanded */
	size_t aliases; /* of the document */
	struct rcn_node *root;
	struct rcn_node **roots;
	size_t root_count, root_capacity;
	enum rcn_status status; /* the first error's; reading may go on */
	bool stop;
};

/*
 * One call per event. They report what is wrong and set `status`; once `stop` is set,
 * no more events may be given. Absent anchors and tags are NULL.
 */
void rcn_yaml_tree_begin(struct rcn_yaml_tree *tree, struct rcn_span span);
void rcn_yaml_tree_end(struct rcn_yaml_tree *tree);
void rcn_yaml_tree_open(struct rcn_yaml_tree *tree, enum rcn_kind kind, const char *anchor,
			const char *tag, struct rcn_span span);
/* `bracketed`: the span is that of the closing bracket, else it means nothing. */
void rcn_yaml_tree_close(struct rcn_yaml_tree *tree, struct rcn_span span, bool bracketed);
void rcn_yaml_tree_alias(struct rcn_yaml_tree *tree, struct rcn_view name, struct rcn_span span);

struct rcn_yaml_scalar {
	struct rcn_view text;
	bool plain, escapes; /* unquoted; may have been written with escapes */
	const char *anchor, *tag;
};
void rcn_yaml_tree_scalar(struct rcn_yaml_tree *tree, const struct rcn_yaml_scalar *scalar,
			  struct rcn_span span);

void rcn_yaml_tree_no_memory(struct rcn_yaml_tree *tree);
/* The documents that were whole. */
void rcn_yaml_tree_take(struct rcn_yaml_tree *tree, struct rcn_documents *documents);
void rcn_yaml_tree_free(struct rcn_yaml_tree *tree);

#endif
