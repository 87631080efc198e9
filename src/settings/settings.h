/*
 * Settings: one table says of each its name, type, where it may come from and what it
 * does. Flags beat environment variables (RECONCILE_*), which beat the user's own file
 * ($XDG_CONFIG_HOME/reconcile/config.yaml), which beats reconcile.yaml in the
 * commit... but what is in the commit is untrusted: it may only set what the table
 * marks RCN_FROM_REPOSITORY; anything else there is an error that says where it goes.
 *
 * The command line's options, --help, the man page, and `reconcile config` are made
 * from this table (and from cli/'s table of commands).
 */
#ifndef RCN_SETTINGS_SETTINGS_H
#define RCN_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "diag/diag.h"

enum rcn_setting {
	RCN_SETTING_FORMAT_VERSION, /* reconcile.yaml only: 1 */
	RCN_SETTING_REPO,           /* flag/env: path of the repository, "." */
	RCN_SETTING_REF,            /* flag/env: "HEAD" */
	RCN_SETTING_PATH,           /* "customers" */
	RCN_SETTING_STATE,          /* "sqlite:" default; in the repository's file only git:… */
	RCN_SETTING_API_URL,
	RCN_SETTING_CA_FILE,
	RCN_SETTING_TOKEN_FILE,
	RCN_SETTING_CONCURRENCY,   /* 16 */
	RCN_SETTING_TIMEOUT,       /* of one request, 60s */
	RCN_SETTING_WAIT,          /* 15m */
	RCN_SETTING_POLL_INTERVAL, /* first wait between polls, 5s; env/flag/user file */
	RCN_SETTING_LOCK_TIMEOUT,  /* 0 */
	RCN_SETTING_MAX_CHANGES,   /* count or percentage; none */
	RCN_SETTING_MAX_DELETES,   /* count or percentage; the rule of behaviour.md */
	RCN_SETTING_REPORT,        /* list of FORMAT=FILE; repeatable flag */
	RCN_SETTING_OUTPUT,        /* text|json */
	RCN_SETTING_COLOR,         /* auto|always|never */
	RCN_SETTING_LOG_FORMAT,    /* text|json */
	RCN_SETTING_LOG_LEVEL,     /* error|warning|info|debug|trace */
	RCN_SETTING_COUNT,
};

enum rcn_setting_type {
	RCN_TYPE_TEXT,
	RCN_TYPE_PATH,
	RCN_TYPE_URL,
	RCN_TYPE_COUNT,
	RCN_TYPE_DURATION,
	RCN_TYPE_AMOUNT /* count or percentage */,
	RCN_TYPE_CHOICE,
	RCN_TYPE_LIST,
};

enum {
	RCN_FROM_FLAG = 1,
	RCN_FROM_ENVIRONMENT = 2,
	RCN_FROM_USER = 4,
	RCN_FROM_REPOSITORY = 8
};

struct rcn_setting_entry {
	enum rcn_setting setting;
	const char *name;        /* in files: "max_deletes"; the flag is --max-deletes */
	const char *environment; /* "RECONCILE_MAX_DELETES" */
	enum rcn_setting_type type;
	unsigned from;            /* RCN_FROM_* */
	const char *choices;      /* RCN_TYPE_CHOICE: "text|json" */
	const char *placeholder;  /* "N", "DURATION", "FILE" */
	const char *default_text; /* NULL = none */
	int64_t minimum, maximum; /* RCN_TYPE_COUNT; ms for RCN_TYPE_DURATION */
	const char *help;         /* one line, imperative */
};

extern const struct rcn_setting_entry rcn_setting_table[RCN_SETTING_COUNT];
const struct rcn_setting_entry *rcn_setting_find(struct rcn_view name); /* by name; NULL */

struct rcn_amount {
	bool given;
	bool percent;
	uint32_t value;
};

enum rcn_origin {
	RCN_ORIGIN_DEFAULT,
	RCN_ORIGIN_REPOSITORY,
	RCN_ORIGIN_USER,
	RCN_ORIGIN_ENVIRONMENT,
	RCN_ORIGIN_FLAG
};

struct rcn_setting_value {
	struct rcn_view text; /* as written, or the default; absent = not set, no default */
	int64_t number;       /* count; or ms of a duration */
	struct rcn_amount amount;
	enum rcn_origin origin;
	struct rcn_place place; /* of a file's value */
	struct rcn_view *list;  /* RCN_TYPE_LIST */
	size_t list_count;
};

struct rcn_settings {
	struct rcn_arena arena;
	struct rcn_setting_value values[RCN_SETTING_COUNT];
};

void rcn_settings_init(struct rcn_settings *settings); /* all at their defaults */
void rcn_settings_free(struct rcn_settings *settings);

/* Each of these sets what is of a stronger origin than what is there already, checks types
 * and ranges, and collects all problems. Call in any order. */
enum rcn_status rcn_settings_flag(struct rcn_settings *settings, enum rcn_setting setting,
				  struct rcn_view text, struct rcn_diag *diag);
enum rcn_status rcn_settings_environment(struct rcn_settings *settings,
					 const char *(*environment)(const char *name),
					 struct rcn_diag *diag);
/* The user's own file; it is fine when there is none. */
enum rcn_status rcn_settings_user_file(struct rcn_settings *settings,
				       const char *(*environment)(const char *name),
				       struct rcn_diag *diag);
/* reconcile.yaml of the commit; `text` absent = there is none. Checked against
 * schemas/settings.schema.json too, which must agree with the table (a test sees to it). */
enum rcn_status rcn_settings_repository(struct rcn_settings *settings, struct rcn_view path,
					struct rcn_view text, struct rcn_diag *diag);

static inline struct rcn_view rcn_settings_text(const struct rcn_settings *settings,
						enum rcn_setting setting)
{
	return settings->values[setting].text;
}

static inline int64_t rcn_settings_number(const struct rcn_settings *settings,
					  enum rcn_setting setting)
{
	return settings->values[setting].number;
}

const char *rcn_origin_name(enum rcn_origin origin); /* "default", "reconcile.yaml", … */

#endif
