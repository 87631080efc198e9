/*
 * Regular expressions, for `pattern`: what ECMA-262 and POSIX ERE have in common,
 * and \d \D \w \W \s \S, (?:…), \xHH \uHHHH. Not: look-around, back-references, lazy
 * quantifiers, word boundaries; they fail the compilation. `.` and classes match code
 * points, whatever the locale is. The time is the length of the text times that of the
 * pattern, for any pattern: no backtracking.
 */
#ifndef RCN_DATA_PATTERN_H
#define RCN_DATA_PATTERN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/view.h"

struct rcn_pattern;

/* NULL, and *reason says why (a static text; NULL: no memory). */
struct rcn_pattern *rcn_pattern_compile(struct rcn_view source, struct rcn_arena *arena,
					const char **reason);

/* Whether it matches anywhere in the text. Safe from several threads. */
bool rcn_pattern_matches(const struct rcn_pattern *pattern, struct rcn_view text);

struct rcn_view rcn_pattern_source(const struct rcn_pattern *pattern);

#endif
