/*
 * Between the check (which rule fails where) and the report (how that is said).
 */
#ifndef RCN_DATA_SCHEMA_CHECK_H
#define RCN_DATA_SCHEMA_CHECK_H

#include "data/schema_internal.h"

/* A value, and how it was reached. */
struct rcn_position {
	const struct rcn_position *parent; /* NULL: the root */
	const struct rcn_member *member;   /* NULL: an item of a list, or the root */
	size_t index;
	const struct rcn_node *node;
	bool is_name; /* the node stands for a key (propertyNames) */
};

enum rcn_check_mode {
	RCN_CHECK_SILENT,  /* only whether it fails */
	RCN_CHECK_CAPTURE, /* and where it failed first */
	RCN_CHECK_REPORT,
};

struct rcn_check {
	enum rcn_check_mode mode;
	struct rcn_view key;
	struct rcn_diag *diag;
	bool no_memory;
	/* RCN_CHECK_CAPTURE: the first violation */
	bool captured;
	enum rcn_code code;
	struct rcn_span span;
	struct rcn_view pointer; /* in the arena */
	struct rcn_arena arena;
	/* the last x-message that was said, so that it is said once */
	const struct rcn_rule *said_rule;
	const struct rcn_node *said_node;
};

/* Whether the value keeps the rule; in RCN_CHECK_REPORT mode all violations are told. */
bool rcn_check_rule(struct rcn_check *check, const struct rcn_rule *rule,
		    const struct rcn_position *position);
/* The same in another mode, for finding out. */
bool rcn_check_quietly(struct rcn_check *check, const struct rcn_rule *rule,
		       const struct rcn_position *position);

/* The place of a key, an item, or the root's first key. */
struct rcn_span rcn_check_key_span(const struct rcn_position *position);

/*
 * Tells a violation of `rule`; returns NULL where nothing is to be told (or can't be).
 * `span` is where; `field`, when present, is appended to the pointer.
 */
struct rcn_problem *rcn_check_violation(struct rcn_check *check, const struct rcn_rule *rule,
					const struct rcn_position *position, enum rcn_code code,
					struct rcn_span span, struct rcn_view field,
					const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/* Says a subschema's x-message, instead of what fails in it. */
void rcn_check_say(struct rcn_check *check, const struct rcn_rule *sub, enum rcn_code code,
		   const struct rcn_position *position);

void rcn_check_report_type(struct rcn_check *check, const struct rcn_rule *rule, unsigned expected,
			   const struct rcn_position *position);
void rcn_check_report_value(struct rcn_check *check, const struct rcn_rule *rule,
			    const struct rcn_position *position);
void rcn_check_report_missing(struct rcn_check *check, const struct rcn_rule *rule,
			      struct rcn_view field, const struct rcn_position *position);
void rcn_check_report_unknown(struct rcn_check *check, const struct rcn_rule *rule,
			      const struct rcn_member *member, const struct rcn_position *position);
void rcn_check_report_any(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_rule_list *list, const struct rcn_position *position);
void rcn_check_report_not(struct rcn_check *check, const struct rcn_rule *rule,
			  const struct rcn_position *position);

#endif
