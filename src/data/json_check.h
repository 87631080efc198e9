/*
 * The grammar of RFC 8259, to the letter. cJSON takes more than that (01, raw control
 * characters, any byte below the blank as white space), so it never sees a text that
 * this has not passed.
 */
#ifndef RCN_DATA_JSON_CHECK_H
#define RCN_DATA_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/* NULL when the text is JSON within our limits; else what is wrong, and *offset where. */
const char *rcn_json_fault(struct rcn_view text, size_t *offset);

/* The next string (quotes included) or number from *position on, in a text that has
 * passed; *position moves behind it. */
struct rcn_view rcn_json_next_token(struct rcn_view text, size_t *position);

#endif
