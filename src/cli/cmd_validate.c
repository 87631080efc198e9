#include "cli.h"

int rcn_cli_validate(struct rcn_cli *cli)
{
	struct rcn_plan_request request = rcn_cli_plan_request(cli);
	enum rcn_status status =
		rcn_session_validate(cli->session, &request, cli->format, &cli->out, cli->sink);

	/* The document holds them already. */
	if (cli->format == RCN_FORMAT_JSON && (status == RCN_OK || status == RCN_ERROR_INVALID))
		rcn_session_clear_problems(cli->session);
	return rcn_cli_end(cli, status, RCN_EXIT_DONE);
}
