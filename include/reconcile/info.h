/*
 * What the library carries with it: versions, schemas, explanations, the table of settings.
 */
#ifndef RECONCILE_INFO_H
#define RECONCILE_INFO_H

#include <stddef.h>

#include <reconcile/session.h>

#ifdef __cplusplus
extern "C" {
#endif

RCN_PUBLIC const char *rcn_version(void); /* "0.1.0" */
/* Version, and the libraries that it runs with. */
RCN_PUBLIC enum rcn_status rcn_version_write(enum rcn_format format, struct rcn_sink sink);

/* A schema by name ("customer", "settings", "plan", "state", …): absent when there is none. */
RCN_PUBLIC struct rcn_view rcn_schema_text(const char *name);
RCN_PUBLIC const char *rcn_schema_name(size_t index); /* NULL behind the last */

/* What a code means. RCN_ERROR_NOT_FOUND, and *suggestion (may be NULL) when unknown. */
RCN_PUBLIC enum rcn_status rcn_explain(const char *code, const struct rcn_look *look,
				       struct rcn_sink sink);
RCN_PUBLIC const char *rcn_code_label(size_t index); /* "RCN101", NULL behind the last */
RCN_PUBLIC const char *rcn_code_title(size_t index);

/* Text made harmless for a terminal, at most `limit` code points; see base/text.h. */
RCN_PUBLIC enum rcn_status rcn_escape(struct rcn_view text, size_t limit, struct rcn_sink sink);
/* The candidate probably meant, or NULL. */
RCN_PUBLIC const char *rcn_suggest(const char *written, const char *const *candidates,
				   size_t count);

/* The settings that flags can set, for option parsers and help. */
struct rcn_setting_info {
	const char *name;        /* "max_deletes"; the flag is --max-deletes */
	const char *environment; /* or NULL */
	const char *placeholder;
	const char *choices;      /* "text|json" or NULL */
	const char *default_text; /* or NULL */
	const char *help;
	bool flag; /* can be given as a flag */
	bool list; /* may be repeated */
};
RCN_PUBLIC bool rcn_setting_info(size_t index, struct rcn_setting_info *info);

#ifdef __cplusplus
}
#endif
#endif
