/* Help, made from the tables: at most 80 columns. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define WIDTH  80
#define MARGIN 27 /* where the texts of options begin */

/* The text, folded at spaces, from column MARGIN on. */
static void print_folded(struct rcn_cli *cli, const char *text, size_t column)
{
	size_t used = column;

	if (column + 2 > MARGIN) {
		rcn_cli_print(cli, "\n");
		used = 0;
	}
	rcn_cli_print(cli, "%*s", (int)(MARGIN - used), "");
	used = MARGIN;
	while (*text) {
		size_t word = strcspn(text, " ");

		if (used > MARGIN && used + 1 + word > WIDTH) {
			rcn_cli_print(cli, "\n%*s", MARGIN, "");
			used = MARGIN;
		} else if (used > MARGIN) {
			rcn_cli_print(cli, " ");
			used++;
		}
		rcn_cli_print(cli, "%.*s", (int)word, text);
		used += word;
		text += word + strspn(text + word, " ");
	}
	rcn_cli_print(cli, "\n");
}

static void print_option(struct rcn_cli *cli, const struct rcn_cli_option *option)
{
	char left[WIDTH];
	int len = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
			   option->letter ? option->letter : ' ', option->letter ? "," : " ",
			   option->name, option->argument ? " " : "",
			   option->argument ? option->argument : "");

	rcn_cli_print(cli, "%s", left);
	print_folded(cli, option->help, len > 0 ? (size_t)len : 0);
}

static void print_setting(struct rcn_cli *cli, const char *name)
{
	struct rcn_setting_info info;
	char left[WIDTH], text[1024], flag[WIDTH];
	size_t i;
	int len;

	for (i = 0; rcn_setting_info(i, &info); i++)
		if (strcmp(info.name, name) == 0)
			break;
	if (!rcn_setting_info(i, &info) || !info.flag)
		return;
	for (i = 0; info.name[i] && i + 1 < sizeof(flag); i++)
		flag[i] = (char)(info.name[i] == '_' ? '-' : info.name[i]);
	flag[i] = '\0';
	len = snprintf(left, sizeof(left), "      --%s %s", flag,
		       info.choices       ? info.choices
		       : info.placeholder ? info.placeholder
					  : "VALUE");
	snprintf(text, sizeof(text), "%s%s%s%s", info.help, info.default_text ? " [" : "",
		 info.default_text ? info.default_text : "", info.default_text ? "]" : "");
	rcn_cli_print(cli, "%s", left);
	print_folded(cli, text, len > 0 ? (size_t)len : 0);
}

static void print_examples(struct rcn_cli *cli, const char *lines)
{
	rcn_cli_print(cli, "\nExamples:\n");
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		rcn_cli_print(cli, "  %.*s\n", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

void rcn_cli_help(struct rcn_cli *cli, const struct rcn_cli_command *command)
{
	rcn_cli_print(cli, "%s.\n", command->summary);
	rcn_cli_print(cli, "\nUsage: reconcile %s [OPTION]...%s%s\n", command->name,
		      command->operands[0] ? " " : "", command->operands);
	if (command->description)
		rcn_cli_print(cli, "\n%s\n", command->description);
	rcn_cli_print(cli, "\nOptions:\n");
	for (const struct rcn_cli_option *option = command->options; option && option->name;
	     option++)
		print_option(cli, option);
	for (const char *const *name = command->settings; name && *name; name++)
		print_setting(cli, *name);
	for (const char *const *name = rcn_cli_common_settings; *name; name++)
		print_setting(cli, *name);
	for (const struct rcn_cli_option *option = rcn_cli_common_options; option->name; option++)
		print_option(cli, option);
	print_examples(cli, command->examples);
}

void rcn_cli_help_all(struct rcn_cli *cli)
{
	rcn_cli_print(cli, "Makes Webex wholesale customers match the manifests of a git "
			   "repository.\n"
			   "\nUsage: reconcile [COMMAND] [OPTION]...\n"
			   "\nCommands:\n");
	for (const struct rcn_cli_command *command = rcn_cli_commands; command->name; command++)
		rcn_cli_print(cli, "  %-14s%s\n", command->name, command->summary);
	print_examples(cli, "reconcile validate --worktree\n"
			    "reconcile plan\n"
			    "reconcile --repo /srv/customers");
	rcn_cli_print(cli, "\n`reconcile COMMAND --help` tells more about a command.\n"
			   "\nExit codes: 0 done, 1 something failed, 2 changes (plan "
			   "--detailed-exitcode),\n"
			   "3 invalid manifests or settings, 4 locked or not the plan that was "
			   "expected,\n"
			   "5 some customers are still busy, 64 wrong usage, 130 interrupted,\n"
			   "143 terminated.\n");
}
