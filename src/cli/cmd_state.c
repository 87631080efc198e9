#include <stdio.h>
#include <unistd.h>

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

int rcn_cli_state_accept(struct rcn_cli *cli)
{
	return rcn_cli_end(cli,
			   rcn_session_state_accept(cli->session, cli->operands, cli->operand_count,
						    cli->format, &cli->out, cli->sink),
			   RCN_EXIT_DONE);
}

static bool confirm_removal(void *payload, struct rcn_view records)
{
	bool *declined = payload;

	fputs("To be forgotten; the customers at the service are left alone:\n", stderr);
	(void)fwrite(records.ptr, 1, records.len, stderr);
	*declined = !rcn_cli_ask("Forget these records?");
	return !*declined;
}

int rcn_cli_state_remove(struct rcn_cli *cli)
{
	bool declined = false, sure = rcn_cli_given(cli, "yes");
	const struct rcn_remove_request request = {
		.sure = sure,
		.confirm = !sure && isatty(STDIN_FILENO) ? confirm_removal : NULL,
		.payload = &declined,
	};
	enum rcn_status status =
		rcn_session_state_remove(cli->session, cli->operands, cli->operand_count, &request,
					 cli->format, &cli->out, cli->sink);

	if (declined)
		rcn_cli_say("nothing was forgotten");
	if (status == RCN_OK && declined && rcn_cli_signal())
		status = RCN_ERROR_INTERRUPTED;
	return rcn_cli_end(cli, status, declined ? RCN_EXIT_FAILED : RCN_EXIT_DONE);
}
