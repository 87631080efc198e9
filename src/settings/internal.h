/*
 * What the files of this folder share.
 */
#ifndef RCN_SETTINGS_INTERNAL_H
#define RCN_SETTINGS_INTERNAL_H

#include "data/node.h"
#include "settings/settings.h"

#define RCN_FLAG_NAME_SIZE 40
void rcn_setting_flag_name(const struct rcn_setting_entry *entry, char name[RCN_FLAG_NAME_SIZE]);

/* Where a value was written, and how messages call that place. */
struct rcn_setting_place {
	enum rcn_origin origin;
	struct rcn_span span; /* of a file's value */
	const char *label;    /* "--max-deletes", "RECONCILE_MAX_DELETES", "`max_deletes`" */
};

/* Checks one value, and keeps it if nothing stronger is there. RCN_ERROR_INVALID, or
 * RCN_ERROR_USAGE for flags, with a problem. */
enum rcn_status rcn_setting_take(struct rcn_settings *settings,
				 const struct rcn_setting_entry *entry, struct rcn_view text,
				 const struct rcn_setting_place *place, struct rcn_diag *diag);

/* The start of a list from this origin: forgets what a weaker one gave. False when a stronger
 * one is there, so that the items need only be checked. */
bool rcn_setting_begin_list(struct rcn_settings *settings, enum rcn_setting setting,
			    enum rcn_origin origin);

/* The value of a text on its own: parses by type; a static reason, or NULL when it is fine. */
const char *rcn_setting_parse(const struct rcn_setting_entry *entry, struct rcn_view text,
			      struct rcn_setting_value *value);

#endif
