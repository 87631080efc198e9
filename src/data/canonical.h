/*
 * One text for each meaning: what rcn_json_canonical() is made of.
 */
#ifndef RCN_DATA_CANONICAL_H
#define RCN_DATA_CANONICAL_H

#include <stdbool.h>

#include "base/buffer.h"
#include "data/node.h"

/* As rcn_json_canonical(); with `nulls`, members whose value is null are kept. */
enum rcn_status rcn_canonical_write(const struct rcn_node *node, bool nulls,
				    struct rcn_buffer *out);

#endif
