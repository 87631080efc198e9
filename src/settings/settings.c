/*
 * Collecting settings from flags and the environment; who beats whom.
 */
#include "settings/settings.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "settings/internal.h"

#define ARENA_BYTES  (4UL * 1024 * 1024)
#define MOST_REPORTS 16

void rcn_settings_init(struct rcn_settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->arena = RCN_ARENA(ARENA_BYTES);
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++) {
		const struct rcn_setting_entry *entry = &rcn_setting_table[i];

		if (entry->default_text)
			(void)rcn_setting_parse(entry, rcn_view_of(entry->default_text),
						&settings->values[i]);
	}
}

void rcn_settings_free(struct rcn_settings *settings)
{
	if (!settings)
		return;
	rcn_arena_free(&settings->arena);
	memset(settings, 0, sizeof(*settings));
}

static void hint_value(const struct rcn_setting_entry *entry, struct rcn_problem *problem)
{
	char least[RCN_DURATION_SIZE], most[RCN_DURATION_SIZE];

	switch (entry->type) {
	case RCN_TYPE_COUNT:
		rcn_problem_hint(problem, "a number from %" PRId64 " to %" PRId64, entry->minimum,
				 entry->maximum);
		break;
	case RCN_TYPE_DURATION:
		rcn_duration_format(entry->minimum, least);
		rcn_duration_format(entry->maximum, most);
		rcn_problem_hint(problem, "from %s to %s", least, most);
		break;
	case RCN_TYPE_CHOICE:
	case RCN_TYPE_LIST:
		rcn_problem_hint(problem, "%s %s",
				 entry->type == RCN_TYPE_LIST ? "formats:" : "one of",
				 entry->choices);
		break;
	case RCN_TYPE_TEXT:
	case RCN_TYPE_PATH:
	case RCN_TYPE_URL:
	case RCN_TYPE_AMOUNT:
		break;
	}
}

bool rcn_setting_begin_list(struct rcn_settings *settings, enum rcn_setting setting,
			    enum rcn_origin origin)
{
	struct rcn_setting_value *value = &settings->values[setting];

	if (value->origin > origin)
		return false;
	if (value->origin < origin) {
		value->list = NULL;
		value->list_count = 0;
		value->origin = origin;
	}
	return true;
}

static bool append_item(struct rcn_settings *settings, enum rcn_setting setting,
			struct rcn_view text)
{
	struct rcn_setting_value *value = &settings->values[setting];

	if (!value->list)
		value->list = RCN_ARENA_ARRAY(&settings->arena, MOST_REPORTS, struct rcn_view);
	if (!value->list)
		return false;
	value->list[value->list_count++] = text;
	value->text = text;
	return true;
}

enum rcn_status rcn_setting_take(struct rcn_settings *settings,
				 const struct rcn_setting_entry *entry, struct rcn_view text,
				 const struct rcn_setting_place *place, struct rcn_diag *diag)
{
	struct rcn_setting_value *current = &settings->values[entry->setting];
	struct rcn_setting_value value = { .origin = place->origin };
	const char *reason = rcn_setting_parse(entry, text, &value);

	if (!reason && entry->type == RCN_TYPE_LIST && current->origin == place->origin &&
	    current->list_count == MOST_REPORTS)
		reason = "is one report too many";
	if (reason) {
		struct rcn_problem *problem;

		/* %s stands for a value that may be foreign; whoever prints it escapes it. */
		problem = rcn_diag_error(
			diag, RCN_CODE_SETTING_VALUE, place->span, "%s: `%.*s` %s", place->label,
			RCN_VIEW_ARGS(rcn_view_make(text.ptr, text.len > 200 ? 200 : text.len)),
			reason);
		hint_value(entry, problem);
		return place->origin == RCN_ORIGIN_FLAG ? RCN_ERROR_USAGE : RCN_ERROR_INVALID;
	}
	if (current->origin > place->origin)
		return RCN_OK;
	value.text = rcn_arena_copy(&settings->arena, value.text);
	value.place = rcn_span_place(place->span);
	if (place->span.file)
		value.place.path = rcn_arena_copy(&settings->arena, value.place.path);
	if (rcn_arena_status(&settings->arena) != RCN_OK)
		return rcn_diag_no_memory(diag);
	if (entry->type != RCN_TYPE_LIST) {
		*current = value;
		return RCN_OK;
	}
	(void)rcn_setting_begin_list(settings, entry->setting, place->origin);
	current->place = value.place;
	return append_item(settings, entry->setting, value.text) ? RCN_OK
								 : rcn_diag_no_memory(diag);
}

enum rcn_status rcn_settings_flag(struct rcn_settings *settings, enum rcn_setting setting,
				  struct rcn_view text, struct rcn_diag *diag)
{
	const struct rcn_setting_entry *entry = &rcn_setting_table[setting];
	struct rcn_setting_place place = { RCN_ORIGIN_FLAG, RCN_SPAN_NONE, NULL };
	char name[RCN_FLAG_NAME_SIZE];

	rcn_setting_flag_name(entry, name);
	place.label = name;
	if (!(entry->from & RCN_FROM_FLAG)) {
		rcn_diag_error(diag, RCN_CODE_SETTING_NOT_HERE, RCN_SPAN_NONE,
			       "`%s` can only be given in reconcile.yaml", entry->name);
		return RCN_ERROR_USAGE;
	}
	return rcn_setting_take(settings, entry, text, &place, diag);
}

/* A variable's items are separated by commas; they replace those of weaker origins. */
static enum rcn_status take_items(struct rcn_settings *settings,
				  const struct rcn_setting_entry *entry, struct rcn_view text,
				  const struct rcn_setting_place *place, struct rcn_diag *diag)
{
	enum rcn_status result = RCN_OK;

	for (;;) {
		size_t comma = rcn_view_find(text, ',');
		struct rcn_view item = rcn_view_trim(rcn_view_make(text.ptr, comma));
		enum rcn_status taken;

		taken = item.len > 0 ? rcn_setting_take(settings, entry, item, place, diag)
				     : RCN_OK;
		if (taken != RCN_OK)
			result = taken;
		if (comma == text.len || taken == RCN_ERROR_MEMORY)
			return result;
		text = rcn_view_from(text, comma + 1);
	}
}

enum rcn_status rcn_settings_environment(struct rcn_settings *settings,
					 const char *(*environment)(const char *name),
					 struct rcn_diag *diag)
{
	enum rcn_status result = RCN_OK;

	if (!environment)
		return RCN_OK;
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++) {
		const struct rcn_setting_entry *entry = &rcn_setting_table[i];
		struct rcn_setting_place place = { RCN_ORIGIN_ENVIRONMENT, RCN_SPAN_NONE,
						   entry->environment };
		const char *text = entry->environment ? environment(entry->environment) : NULL;
		enum rcn_status taken;

		/* CI systems set variables that are not given to nothing: that is not set. */
		if (!text || !*text || !(entry->from & RCN_FROM_ENVIRONMENT))
			continue;
		if (entry->type == RCN_TYPE_LIST)
			taken = take_items(settings, entry, rcn_view_of(text), &place, diag);
		else
			taken = rcn_setting_take(settings, entry, rcn_view_of(text), &place, diag);
		if (taken != RCN_OK)
			result = taken;
	}
	return result;
}
