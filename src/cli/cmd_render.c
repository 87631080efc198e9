#include "cli.h"

int rcn_cli_render(struct rcn_cli *cli)
{
	struct rcn_plan_request request = rcn_cli_plan_request(cli);

	return rcn_cli_end(cli,
			   rcn_session_render(cli->session, &request, cli->operands[0], cli->format,
					      cli->sink),
			   RCN_EXIT_DONE);
}
