/*
 * Between the parts of the YAML reader:
 *
 *	yaml.c        libyaml's events → nodes
 *	yaml_text.c   what is wrong with the bytes, before libyaml sees them
 *	yaml_error.c  libyaml's syntax errors in our words
 *	yaml_anchor.c anchors and aliases
 */
#ifndef RCN_DATA_YAML_INTERNAL_H
#define RCN_DATA_YAML_INTERNAL_H

#include "base/arena.h"
#include "data/node.h"
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

#endif
