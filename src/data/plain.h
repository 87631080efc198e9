/*
 * What a plain (unquoted) YAML scalar could mean.
 */
#ifndef RCN_DATA_PLAIN_H
#define RCN_DATA_PLAIN_H

#include "base/view.h"
#include "data/node.h"

/*
 * By YAML 1.2's core schema: RCN_NULL, RCN_BOOLEAN (*value is "true" or "false"),
 * RCN_NUMBER (*value is a JSON number) or RCN_STRING (*value is the text). Numbers that
 * JSON can't write (0x1F, 0o17, .5, 007, .inf) are text: nobody should have to guess.
 */
enum rcn_kind rcn_plain_kind(struct rcn_view text, struct rcn_view *value);

/*
 * "a number", "a boolean" or "a date", when some other reader (YAML 1.1 or 1.2) would
 * see that; NULL when all agree that it is text (or null).
 */
const char *rcn_plain_elsewhere(struct rcn_view text);

#endif
