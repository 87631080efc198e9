/*
 * JSON Schema: a stated subset of draft-07, with places in the source.
 *
 * Keywords: $schema $id $comment title description default examples deprecated
 * readOnly writeOnly (annotations); $ref (only "#" and "#/…" pointers into the
 * same schema), definitions; type enum const; properties required
 * additionalProperties patternProperties propertyNames minProperties maxProperties
 * dependencies; items (schema or list) additionalItems minItems maxItems uniqueItems
 * contains; minLength maxLength pattern format (annotation, but `email` loosely);
 * minimum maximum exclusiveMinimum exclusiveMaximum multipleOf; allOf anyOf oneOf not
 * if then else; true/false schemas. Lengths count code points. Patterns are the subset
 * of ECMA-262 that data/pattern.h states; others fail the compilation. A keyword that is not in
 * this list, and does not begin with "x-", fails the compilation.
 *
 * Ours, for better messages (ignored by other validators):
 *   "x-message": "…"  in a subschema of allOf/anyOf/then/not…: said instead of the
 *                     mechanical text when that subschema (or `not`) fails;
 *   "x-hint": "…"     the hint that goes with it.
 *
 * A compiled schema is immutable and may be used by several threads.
 */
#ifndef RCN_DATA_SCHEMA_H
#define RCN_DATA_SCHEMA_H

#include "base/view.h"
#include "data/node.h"
#include "diag/diag.h"

struct rcn_schema;

/* Compiles; `name` is how messages call it. The text may be freed afterwards. */
enum rcn_status rcn_schema_compile(struct rcn_view text, const char *name,
				   struct rcn_schema **schema, struct rcn_diag *diag);
void rcn_schema_free(struct rcn_schema *schema);

/*
 * Gives every RCN_PLAIN node of the tree a kind, in place: what the schema says for
 * its position, as far as the text can be read so; else YAML 1.2's core schema. Where
 * the schema says text, and another YAML reader would see a number, boolean, null or
 * date (YAML 1.1 or 1.2), a hint says to quote it. Never fails but for memory. Shared
 * (aliased) nodes that would need two kinds are resolved by the first position.
 */
enum rcn_status rcn_schema_resolve(const struct rcn_schema *schema, struct rcn_node *node,
				   struct rcn_diag *diag);

/*
 * Checks a resolved tree and adds every violation with its place: at the key for
 * unknown fields ("did you mean"), at the value for types and values, at the key of the
 * mapping that lacks it (or its first key, for the root) for missing fields, with the
 * JSON pointer and `key` (may be absent) noted in the problem. With diag NULL
 * it only answers. RCN_OK or RCN_ERROR_INVALID (RCN_ERROR_MEMORY).
 */
enum rcn_status rcn_schema_check(const struct rcn_schema *schema, const struct rcn_node *node,
				 struct rcn_view key, struct rcn_diag *diag);

/* The schema's own tree, for those who make documentation or ask for an enum. */
const struct rcn_node *rcn_schema_root(const struct rcn_schema *schema);

#endif
