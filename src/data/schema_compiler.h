/*
 * Between the two halves of the schema compiler: schema_compile.c makes rules of
 * subschemas and follows references, schema_keyword.c reads one keyword.
 */
#ifndef RCN_DATA_SCHEMA_COMPILER_H
#define RCN_DATA_SCHEMA_COMPILER_H

#include "base/map.h"
#include "data/schema_internal.h"

struct rcn_schema_compiler {
	struct rcn_schema *schema;
	struct rcn_diag *diag;
	struct rcn_map rules;    /* the address of a subschema's node → its rule */
	struct rcn_view keyword; /* the one that is being read, for messages */
	enum rcn_status status;
};

/* Both report, set the compiler's status, and return false. */
bool rcn_schema_no_memory(struct rcn_schema_compiler *compiler);
bool rcn_schema_refuse(struct rcn_schema_compiler *compiler, enum rcn_code code, const char *what);

/* The rule of a subschema, made once; a reference may get one that is still being made.
 * NULL when it was refused. */
struct rcn_rule *rcn_schema_rule(struct rcn_schema_compiler *compiler, const struct rcn_node *node);

/* Reads one member of a subschema into its rule; false when it was refused. */
bool rcn_schema_keyword(struct rcn_schema_compiler *compiler, struct rcn_rule *rule,
			struct rcn_view name, const struct rcn_node *value);

#endif
