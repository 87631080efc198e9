#include "cli.h"

int rcn_cli_state_list(struct rcn_cli *cli)
{
	return rcn_cli_end(cli,
			   rcn_session_state_list(cli->session, cli->format, &cli->out, cli->sink),
			   RCN_EXIT_DONE);
}

int rcn_cli_state_show(struct rcn_cli *cli)
{
	return rcn_cli_end(cli,
			   rcn_session_state_show(cli->session, cli->operands[0], cli->format,
						  &cli->out, cli->sink),
			   RCN_EXIT_DONE);
}

int rcn_cli_state_export(struct rcn_cli *cli)
{
	return rcn_cli_end(cli, rcn_session_state_export(cli->session, cli->sink), RCN_EXIT_DONE);
}
