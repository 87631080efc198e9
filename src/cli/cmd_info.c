/* What the program knows of itself: explain, schema, version, help. */
#include <string.h>

#include "cli.h"

#define CANDIDATES 512

static int refuse(const char *what, const char *written, const char *const *candidates,
		  size_t count, const char *list)
{
	const char *meant = rcn_suggest(written, candidates, count);

	if (meant)
		rcn_cli_say("there is no %s `%s`; did you mean `%s`?", what, written, meant);
	else
		rcn_cli_say("there is no %s `%s`; `reconcile %s` lists all", what, written, list);
	return RCN_EXIT_USAGE;
}

int rcn_cli_explain(struct rcn_cli *cli)
{
	const char *candidates[CANDIDATES];
	size_t count = 0;
	enum rcn_status status = RCN_OK;

	while (count < CANDIDATES && (candidates[count] = rcn_code_label(count)))
		count++;
	if (cli->operand_count == 0)
		for (size_t i = 0; i < count; i++)
			rcn_cli_print(cli, "%s  %s\n", candidates[i], rcn_code_title(i));
	else
		status = rcn_explain(cli->operands[0], &cli->out, cli->sink);
	if (status == RCN_ERROR_NOT_FOUND)
		return refuse("code", cli->operands[0], candidates, count, "explain");
	return rcn_cli_end(cli, status, RCN_EXIT_DONE);
}

int rcn_cli_schema(struct rcn_cli *cli)
{
	const char *name = cli->operand_count > 0 ? cli->operands[0] : "customer";
	const char *candidates[CANDIDATES];
	struct rcn_view text = rcn_schema_text(name);
	size_t count = 0;

	while (count < CANDIDATES && (candidates[count] = rcn_schema_name(count)))
		count++;
	if (strcmp(name, "list") == 0) {
		for (size_t i = 0; i < count; i++)
			rcn_cli_print(cli, "%s\n", candidates[i]);
		return rcn_cli_end(cli, RCN_OK, RCN_EXIT_DONE);
	}
	if (!text.ptr)
		return refuse("schema", name, candidates, count, "schema list");
	(void)cli->sink.write(cli->sink.payload, text.ptr, text.len);
	return rcn_cli_end(cli, RCN_OK, RCN_EXIT_DONE);
}

int rcn_cli_version(struct rcn_cli *cli)
{
	return rcn_cli_end(cli, rcn_version_write(cli->format, cli->sink), RCN_EXIT_DONE);
}

int rcn_cli_help_command(struct rcn_cli *cli)
{
	const struct rcn_cli_command *command;
	size_t words;

	if (cli->operand_count == 0) {
		rcn_cli_help_all(cli);
		return rcn_cli_end(cli, RCN_OK, RCN_EXIT_DONE);
	}
	command = rcn_cli_find(cli->operands[0], cli->operand_count > 1 ? cli->operands[1] : NULL,
			       &words);
	if (!command || words < cli->operand_count) {
		rcn_cli_say("there is no command `%s%s%s`; `reconcile help` lists all",
			    cli->operands[0], cli->operand_count > 1 ? " " : "",
			    cli->operand_count > 1 ? cli->operands[1] : "");
		return RCN_EXIT_USAGE;
	}
	rcn_cli_help(cli, command);
	return rcn_cli_end(cli, RCN_OK, RCN_EXIT_DONE);
}
