#include "cli.h"

struct rcn_plan_request rcn_cli_plan_request(const struct rcn_cli *cli)
{
	return (struct rcn_plan_request){
		.worktree = rcn_cli_given(cli, "worktree"),
		.prune = rcn_cli_given(cli, "prune"),
		.full = rcn_cli_given(cli, "full"),
		.allow_rewind = rcn_cli_given(cli, "allow-rewind"),
		.expect_digest = rcn_cli_value(cli, "expect-digest"),
	};
}

int rcn_cli_plan(struct rcn_cli *cli)
{
	struct rcn_plan_request request = rcn_cli_plan_request(cli);
	struct rcn_plan *plan = NULL;
	enum rcn_status status = rcn_session_plan(cli->session, &request, &plan);
	int code = RCN_EXIT_DONE;

	if (status == RCN_OK) {
		if (rcn_cli_given(cli, "detailed-exitcode") && !rcn_plan_is_empty(plan))
			code = RCN_EXIT_CHANGES;
		status = rcn_plan_write(plan, cli->format, &cli->out, cli->sink);
	}
	rcn_plan_release(plan);
	return rcn_cli_end(cli, status, code);
}
