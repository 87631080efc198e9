#include "cli.h"

int rcn_cli_status(struct rcn_cli *cli)
{
	const char *customer = cli->operand_count > 0 ? cli->operands[0] : NULL;

	return rcn_cli_end(
		cli, rcn_session_status(cli->session, customer, cli->format, &cli->out, cli->sink),
		RCN_EXIT_DONE);
}
