/*
 * What the readers of answers share. Inside src/webex only.
 */
#ifndef RCN_WEBEX_ANSWERS_INTERNAL_H
#define RCN_WEBEX_ANSWERS_INTERNAL_H

#include "webex/answers.h"

/* Text of a string or a number (codes come as either), or absent. */
struct rcn_view rcn_answer_scalar(const struct rcn_node *node);

/* The code of an error object: errorCode, code or infoCode; or absent. */
struct rcn_view rcn_answer_code(const struct rcn_node *error);

/* The JSON of an answer, or NULL when it is none. RCN_ERROR_MEMORY alone is an error. */
enum rcn_status rcn_answer_json(struct rcn_view body, struct rcn_arena *arena,
				struct rcn_node **root);

#endif
