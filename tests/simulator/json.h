/* JSON, strictly. cJSON lets much pass (leading zeros, control characters, bytes that are no UTF-8,
 * duplicate keys, NUL in a string); a judge must not, so the text is checked first by its own
 * reader.
 *
 * Every function that can refuse fills `problem`, always with a byte offset or a name. */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

#define SIM_PROBLEM      256
#define SIM_JSON_DEPTH   32
#define SIM_JSON_MEMBERS 2000

/* NULL when refused. The caller owns the tree. */
cJSON *sim_json_parse(const char *text, size_t length, char problem[SIM_PROBLEM]);
/* Is it well-formed? (Duplicate keys are not looked at.) */
bool sim_json_check(const char *text, size_t length, char problem[SIM_PROBLEM]);
/* Adds valid JSON without its insignificant white space, numbers as they were written. */
void sim_json_minify(struct text *out, const char *text, size_t length);

/* Exact names. NULL when absent, or (string) no string. */
const cJSON *sim_json_get(const cJSON *object, const char *name);
const char *sim_json_string(const cJSON *object, const char *name);
/* A whole number of 0..maximum. */
bool sim_json_number(const cJSON *item, int64_t maximum, int64_t *number);
/* Names the first member that is not in the list (NULL-ended); NULL when there is none. */
const char *sim_json_stranger(const cJSON *object, const char *const *names);
void sim_json_add(struct text *out, const cJSON *item);
cJSON *sim_json_duplicate(const cJSON *item);

#endif
