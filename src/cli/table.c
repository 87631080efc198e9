/* The table of commands: help, parsing and dispatch are made from it. */
#include <stdint.h>

#include "cli.h"

#define SOURCE_SETTINGS "repo", "ref", "path"

static const char *const source_settings[] = { SOURCE_SETTINGS, "output", NULL };
static const char *const plan_settings[] = { SOURCE_SETTINGS, "state",       "api_url", "output",
					     "max_changes",   "max_deletes", NULL };
static const char *const apply_settings[] = { SOURCE_SETTINGS, "state",       "lock_timeout",
					      "api_url",       "ca_file",     "token_file",
					      "concurrency",   "timeout",     "wait",
					      "poll_interval", "max_changes", "max_deletes",
					      "output",        NULL };
static const char *const state_settings[] = { "repo", "ref", "state", "output", NULL };
static const char *const export_settings[] = { "repo", "ref", "state", NULL };
static const char *const accept_settings[] = { SOURCE_SETTINGS, "state", "lock_timeout", "output",
					       NULL };
static const char *const remove_settings[] = { "repo",         "ref",    "state",
					       "lock_timeout", "output", NULL };
static const char *const version_settings[] = { "output", NULL };

const char *const rcn_cli_common_settings[] = { "color", "log_format", "log_level", NULL };

const struct rcn_cli_option rcn_cli_common_options[] = {
	{ "quiet", 'q', NULL, "no progress, no hints" },
	{ "verbose", 'v', NULL, "fold nothing away" },
	{ "help", 'h', NULL, "show this help" },
	{ "version", 'V', NULL, "show the version" },
	{ NULL, 0, NULL, NULL },
};

#define OPTION_PRUNE                                                                    \
	{                                                                               \
		"prune", 0, NULL, "delete customers that have a record and no manifest" \
	}
#define OPTION_REWIND                                                                      \
	{                                                                                  \
		"allow-rewind", 0, NULL, "take a commit that is not ahead of the last one" \
	}
#define OPTION_DIGEST                                                                \
	{                                                                            \
		"expect-digest", 0, "DIGEST", "stop unless the plan has this digest" \
	}
#define OPTION_WORKTREE                                                                \
	{                                                                              \
		"worktree", 0, NULL, "read the files on disk, not those of the commit" \
	}
#define OPTION_FULL                                                        \
	{                                                                  \
		"full", 0, NULL, "read everything, whatever is remembered" \
	}
#define OPTION_END                  \
	{                           \
		NULL, 0, NULL, NULL \
	}

static const struct rcn_cli_option apply_options[] = {
	{ "dry-run", 'n', NULL, "show the plan and send nothing" },
	{ "yes", 'y', NULL, "do not ask" },
	{ "no-wait", 0, NULL, "do not wait for busy customers" },
	OPTION_PRUNE,
	OPTION_DIGEST,
	OPTION_REWIND,
	OPTION_FULL,
	OPTION_END,
};

static const struct rcn_cli_option plan_options[] = {
	{ "detailed-exitcode", 0, NULL, "exit with 2 when there is something to do" },
	OPTION_WORKTREE,
	OPTION_PRUNE,
	OPTION_DIGEST,
	OPTION_REWIND,
	OPTION_FULL,
	OPTION_END,
};

static const struct rcn_cli_option worktree_options[] = { OPTION_WORKTREE, OPTION_END };

static const struct rcn_cli_option remove_options[] = {
	{ "yes", 'y', NULL, "do not ask, and forget an open create too" },
	OPTION_END,
};

const struct rcn_cli_command rcn_cli_commands[] = {
	{
		.name = "apply",
		.summary = "Make the service match the manifests (the default command)",
		.operands = "",
		.description =
			"Plans, shows the plan, asks when a terminal is there to answer, and\n"
			"sends what is new or changed. Needs WEBEX_ACCESS_TOKEN, or\n"
			"WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN.",
		.options = apply_options,
		.settings = apply_settings,
		.examples = "reconcile --repo /srv/customers\n"
			    "reconcile apply --yes --prune --max-deletes 5\n"
			    "reconcile apply --expect-digest 9f86d081884c7d65…",
		.run = rcn_cli_apply,
	},
	{
		.name = "plan",
		.summary = "Show what an apply would do; changes nothing anywhere",
		.operands = "",
		.description = "Needs no credentials and no network.",
		.options = plan_options,
		.settings = plan_settings,
		.examples = "reconcile plan\n"
			    "reconcile plan --worktree\n"
			    "reconcile plan --ref origin/main --detailed-exitcode\n"
			    "reconcile plan --output json | jq .digest",
		.run = rcn_cli_plan,
	},
	{
		.name = "validate",
		.summary = "Check manifests and settings, and show every problem",
		.operands = "",
		.options = worktree_options,
		.settings = source_settings,
		.examples = "reconcile validate --worktree\n"
			    "reconcile validate --ref HEAD --output json",
		.run = rcn_cli_validate,
	},
	{
		.name = "status",
		.summary = "Show each customer, its status and its URL, from the state",
		.operands = "[CUSTOMER]",
		.most = 1,
		.description = "CUSTOMER is an externalId, a manifest's path, a URL or a name.",
		.settings = state_settings,
		.examples = "reconcile status\n"
			    "reconcile status \"John's Pizza\" --output json",
		.run = rcn_cli_status,
	},
	{
		.name = "render",
		.summary = "Show a manifest with its defaults, each value with its origin",
		.operands = "MANIFEST",
		.fewest = 1,
		.most = 1,
		.description =
			"MANIFEST is the path of a manifest in the repository, or an externalId.",
		.options = worktree_options,
		.settings = source_settings,
		.examples = "reconcile render customers/emea/acme.yaml\n"
			    "reconcile render customers/emea/acme.yaml --output json",
		.run = rcn_cli_render,
	},
	{
		.name = "config",
		.summary = "Show each setting, its value and where it came from",
		.operands = "",
		.options = worktree_options,
		.settings = apply_settings,
		.examples = "reconcile config\n"
			    "reconcile config --max-deletes 3 --output json",
		.run = rcn_cli_config,
	},
	{
		.name = "state list",
		.summary = "List the records of the state",
		.operands = "",
		.settings = state_settings,
		.examples = "reconcile state list\n"
			    "reconcile state list --state sqlite:/var/lib/reconcile.db",
		.run = rcn_cli_state_list,
	},
	{
		.name = "state show",
		.summary = "Show all that the state knows of one customer",
		.operands = "CUSTOMER",
		.fewest = 1,
		.most = 1,
		.description = "CUSTOMER is an externalId, a manifest's path, a URL or a name.",
		.settings = state_settings,
		.examples = "reconcile state show c1677a16-557a-4fb4-b48f-24adde57ec99",
		.run = rcn_cli_state_show,
	},
	{
		.name = "state export",
		.summary = "Write the whole state as JSON",
		.operands = "",
		.settings = export_settings,
		.examples = "reconcile state export > state.json",
		.run = rcn_cli_state_export,
	},
	{
		.name = "state accept",
		.summary = "Record manifests as applied, without sending anything",
		.operands = "KEY...",
		.fewest = 1,
		.most = SIZE_MAX,
		.description =
			"For a customer that was changed elsewhere until it is as its manifest\n"
			"says, all of it: the state then holds the manifest of the commit as the\n"
			"one applied last, without error and open request. KEY is an externalId.",
		.settings = accept_settings,
		.examples = "reconcile state accept c1677a16-557a-4fb4-b48f-24adde57ec99\n"
			    "reconcile state accept alder birch --ref origin/main",
		.run = rcn_cli_state_accept,
	},
	{
		.name = "state remove",
		.summary = "Forget records; the customers at the service stay",
		.operands = "KEY...",
		.fewest = 1,
		.most = SIZE_MAX,
		.description =
			"Asks when a terminal is there to answer. A customer that still has a\n"
			"manifest is looked up by the next apply and adopted. KEY is an externalId.",
		.options = remove_options,
		.settings = remove_settings,
		.examples = "reconcile state remove c1677a16-557a-4fb4-b48f-24adde57ec99\n"
			    "reconcile state remove --yes alder birch",
		.run = rcn_cli_state_remove,
	},
	{
		.name = "explain",
		.summary = "Tell more about a problem's code",
		.operands = "[CODE]",
		.most = 1,
		.description = "Without CODE, lists all codes.",
		.examples = "reconcile explain RCN103\n"
			    "reconcile explain",
		.run = rcn_cli_explain,
	},
	{
		.name = "schema",
		.summary = "Write a JSON Schema, by default that of the manifests",
		.operands = "[NAME]",
		.most = 1,
		.description = "Names are listed by `reconcile schema list`.",
		.examples = "reconcile schema > schemas/customer.schema.json\n"
			    "reconcile schema settings",
		.run = rcn_cli_schema,
	},
	{
		.name = "version",
		.summary = "Show the version, and those of the libraries in use",
		.operands = "",
		.settings = version_settings,
		.examples = "reconcile version --output json",
		.run = rcn_cli_version,
	},
	{
		.name = "help",
		.summary = "Show help for a command",
		.operands = "[COMMAND]",
		.most = 2,
		.examples = "reconcile help plan\n"
			    "reconcile help state show",
		.run = rcn_cli_help_command,
	},
	{ .name = NULL },
};
