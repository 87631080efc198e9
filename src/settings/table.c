/*
 * The one table of settings.
 */
#include "settings/settings.h"

#include "base/limits.h"
#include "settings/internal.h"

#define FLAG        RCN_FROM_FLAG
#define ENVIRONMENT RCN_FROM_ENVIRONMENT
#define USER        RCN_FROM_USER
#define REPOSITORY  RCN_FROM_REPOSITORY

#define SECONDS     INT64_C(1000)
#define HOURS       (3600 * SECONDS)
#define DAYS        (24 * HOURS)

/* clang-format off */
const struct rcn_setting_entry rcn_setting_table[RCN_SETTING_COUNT] = {
	{ RCN_SETTING_FORMAT_VERSION, "format_version", NULL, RCN_TYPE_COUNT, REPOSITORY,
	  NULL, "1", "1", 1, 1, "say which format reconcile.yaml is written in" },
	{ RCN_SETTING_REPO, "repo", "RECONCILE_REPO", RCN_TYPE_PATH, FLAG | ENVIRONMENT,
	  NULL, "PATH", ".", 0, 0, "read the git repository at PATH (any folder in it, or a bare one)" },
	{ RCN_SETTING_REF, "ref", "RECONCILE_REF", RCN_TYPE_TEXT, FLAG | ENVIRONMENT,
	  NULL, "REV", "HEAD", 0, 0, "reconcile this commit, branch or tag" },
	{ RCN_SETTING_PATH, "path", "RECONCILE_PATH", RCN_TYPE_PATH, FLAG | ENVIRONMENT | REPOSITORY,
	  NULL, "FOLDER", "customers", 0, 0, "read the manifests below this folder of the repository" },
	{ RCN_SETTING_STATE, "state", "RECONCILE_STATE", RCN_TYPE_TEXT,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "URI", "sqlite:", 0, 0, "keep the state here (sqlite:PATH; default: in the git folder)" },
	{ RCN_SETTING_API_URL, "api_url", "RECONCILE_API_URL", RCN_TYPE_URL, FLAG | ENVIRONMENT | USER,
	  NULL, "URL", "https://webexapis.com/v1", 0, 0, "talk to the API at this address" },
	{ RCN_SETTING_CA_FILE, "ca_file", "RECONCILE_CA_FILE", RCN_TYPE_PATH, FLAG | ENVIRONMENT | USER,
	  NULL, "FILE", NULL, 0, 0, "trust the certificate authorities in this file, no others" },
	{ RCN_SETTING_TOKEN_FILE, "token_file", "RECONCILE_TOKEN_FILE", RCN_TYPE_PATH,
	  FLAG | ENVIRONMENT | USER,
	  NULL, "FILE", NULL, 0, 0, "read the access token from this file" },
	{ RCN_SETTING_CONCURRENCY, "concurrency", "RECONCILE_CONCURRENCY", RCN_TYPE_COUNT,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "N", "16", 1, RCN_LIMIT_CONCURRENCY, "have at most N requests under way at a time" },
	{ RCN_SETTING_TIMEOUT, "timeout", "RECONCILE_TIMEOUT", RCN_TYPE_DURATION,
	  FLAG | ENVIRONMENT | USER,
	  NULL, "DURATION", "60s", 100, 1 * HOURS, "give up on one request after this time" },
	{ RCN_SETTING_WAIT, "wait", "RECONCILE_WAIT", RCN_TYPE_DURATION,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "DURATION", "15m", 0, 7 * DAYS, "wait this long for customers that are still busy" },
	{ RCN_SETTING_POLL_INTERVAL, "poll_interval", "RECONCILE_POLL_INTERVAL", RCN_TYPE_DURATION,
	  FLAG | ENVIRONMENT | USER,
	  NULL, "DURATION", "5s", 1, 1 * HOURS, "ask for a busy customer's status after this time, "
	  "then more rarely" },
	{ RCN_SETTING_LOCK_TIMEOUT, "lock_timeout", "RECONCILE_LOCK_TIMEOUT", RCN_TYPE_DURATION,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "DURATION", "0", 0, 7 * DAYS, "wait this long for another run to end" },
	{ RCN_SETTING_MAX_CHANGES, "max_changes", "RECONCILE_MAX_CHANGES", RCN_TYPE_AMOUNT,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "N|N%", NULL, 0, UINT32_MAX, "refuse to start with more changes than this" },
	{ RCN_SETTING_MAX_DELETES, "max_deletes", "RECONCILE_MAX_DELETES", RCN_TYPE_AMOUNT,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  NULL, "N|N%", NULL, 0, UINT32_MAX, "refuse to start with more deletes than this" },
	{ RCN_SETTING_REPORT, "report", "RECONCILE_REPORT", RCN_TYPE_LIST,
	  FLAG | ENVIRONMENT | USER | REPOSITORY,
	  "markdown|html|json|junit|sarif|github|gitlab", "FORMAT=FILE", NULL, 0, 0,
	  "write a report in this format to this file; may be repeated" },
	{ RCN_SETTING_OUTPUT, "output", "RECONCILE_OUTPUT", RCN_TYPE_CHOICE, FLAG | ENVIRONMENT | USER,
	  "text|json", "FORMAT", "text", 0, 0, "print the result as text or json" },
	{ RCN_SETTING_COLOR, "color", "RECONCILE_COLOR", RCN_TYPE_CHOICE, FLAG | ENVIRONMENT | USER,
	  "auto|always|never", "WHEN", "auto", 0, 0, "use colours: auto, always or never" },
	{ RCN_SETTING_LOG_FORMAT, "log_format", "RECONCILE_LOG_FORMAT", RCN_TYPE_CHOICE,
	  FLAG | ENVIRONMENT | USER,
	  "text|json", "FORMAT", "text", 0, 0, "log as text or json" },
	{ RCN_SETTING_LOG_LEVEL, "log_level", "RECONCILE_LOG_LEVEL", RCN_TYPE_CHOICE,
	  FLAG | ENVIRONMENT | USER,
	  "error|warning|info|debug|trace", "LEVEL", "info", 0, 0, "log what is at least this important" },
};
/* clang-format on */

const struct rcn_setting_entry *rcn_setting_find(struct rcn_view name)
{
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++)
		if (rcn_view_is(name, rcn_setting_table[i].name))
			return &rcn_setting_table[i];
	return NULL;
}

const char *rcn_origin_name(enum rcn_origin origin)
{
	switch (origin) {
	case RCN_ORIGIN_DEFAULT:
		return "default";
	case RCN_ORIGIN_REPOSITORY:
		return "reconcile.yaml";
	case RCN_ORIGIN_USER:
		return "config.yaml";
	case RCN_ORIGIN_ENVIRONMENT:
		return "environment";
	case RCN_ORIGIN_FLAG:
		return "flag";
	}
	return "unknown";
}

void rcn_setting_flag_name(const struct rcn_setting_entry *entry, char name[RCN_FLAG_NAME_SIZE])
{
	size_t len = 0;

	name[len++] = '-';
	name[len++] = '-';
	for (const char *from = entry->name; *from && len + 1 < RCN_FLAG_NAME_SIZE; from++)
		name[len++] = *from == '_' ? '-' : *from;
	name[len] = '\0';
}
