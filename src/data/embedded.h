/*
 * The schemas that the binary carries, from schemas/ (made by cmake/EmbedFiles.cmake).
 */
#ifndef RCN_DATA_EMBEDDED_H
#define RCN_DATA_EMBEDDED_H

#include "base/view.h"

struct rcn_embedded {
	const char *name; /* "customer" for schemas/customer.schema.json; NULL ends the table */
	struct rcn_view text;
};

extern const struct rcn_embedded rcn_embedded_schemas[];

/* By name; an absent view when there is none. */
struct rcn_view rcn_embedded_schema(const char *name);

#endif
