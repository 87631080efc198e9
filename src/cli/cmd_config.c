#include "cli.h"

int rcn_cli_config(struct rcn_cli *cli)
{
	struct rcn_plan_request request = rcn_cli_plan_request(cli);

	return rcn_cli_end(
		cli, rcn_session_config(cli->session, &request, cli->format, &cli->out, cli->sink),
		RCN_EXIT_DONE);
}
