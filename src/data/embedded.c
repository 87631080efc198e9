#include "data/embedded.h"

struct rcn_view rcn_embedded_schema(const char *name)
{
	for (const struct rcn_embedded *schema = rcn_embedded_schemas; schema->name; schema++)
		if (strcmp(schema->name, name) == 0)
			return schema->text;
	return RCN_VIEW_NONE;
}
