#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Only a clear yes is one. The end of the input, or a signal, is a no. */
bool rcn_cli_ask(const char *question)
{
	char answer[64];

	fputs(question, stderr);
	fputs(" [y/N] ", stderr);
	fflush(stderr);
	if (rcn_cli_signal() || !fgets(answer, sizeof(answer), stdin)) {
		fputc('\n', stderr);
		return false;
	}
	answer[strcspn(answer, "\r\n")] = '\0';
	return strcmp(answer, "y") == 0 || strcmp(answer, "Y") == 0 || strcmp(answer, "yes") == 0 ||
	       strcmp(answer, "Yes") == 0;
}

static int count_code(const struct rcn_result *result)
{
	struct rcn_result_counts counts = rcn_result_counts(result);

	if (counts.failed + counts.blocked + counts.skipped > 0)
		return RCN_EXIT_FAILED;
	return counts.busy > 0 ? RCN_EXIT_BUSY : RCN_EXIT_DONE;
}

/* One document for both, so that standard output stays one JSON value. */
static enum rcn_status write_document(struct rcn_cli *cli, const struct rcn_plan *plan,
				      const struct rcn_result *result)
{
	enum rcn_status status;

	rcn_cli_print(cli, "{\"format_version\":\"1.0\",\"plan\":");
	status = rcn_plan_write(plan, RCN_FORMAT_JSON, &cli->out, cli->sink);
	rcn_cli_print(cli, ",\"result\":");
	if (result && status == RCN_OK)
		status = rcn_result_write(result, RCN_FORMAT_JSON, &cli->out, cli->sink);
	else
		rcn_cli_print(cli, "null");
	rcn_cli_print(cli, "}\n");
	return status;
}

/* Shows the plan where a person reads it; false when nothing may be sent. */
static bool show_and_ask(struct rcn_cli *cli, const struct rcn_plan *plan, bool ask, int *code)
{
	enum rcn_status status = RCN_OK;

	if (cli->format == RCN_FORMAT_TEXT)
		status = rcn_plan_write(plan, RCN_FORMAT_TEXT, &cli->out, cli->sink);
	else if (ask)
		status = rcn_plan_write(plan, RCN_FORMAT_TEXT, &cli->err, rcn_cli_error_sink());
	if (!rcn_cli_flush(cli) || (status != RCN_OK && status != RCN_ERROR_IO)) {
		*code = RCN_EXIT_FAILED;
		return false;
	}
	rcn_cli_problems(cli);
	if (!ask || rcn_cli_ask("Apply these changes?"))
		return true;
	if (cli->format == RCN_FORMAT_JSON)
		(void)write_document(cli, plan, NULL);
	rcn_cli_say("nothing was sent");
	(void)rcn_cli_flush(cli);
	*code = rcn_cli_signal() ? rcn_cli_exit_code(RCN_ERROR_INTERRUPTED) : RCN_EXIT_FAILED;
	return false;
}

static int run_plan(struct rcn_cli *cli, struct rcn_plan *plan)
{
	struct rcn_result *result = NULL;
	enum rcn_status written = RCN_OK;
	enum rcn_status status = rcn_session_apply_run(cli->session, plan, &result);
	int code;

	rcn_cli_progress_end(cli);
	if (cli->format == RCN_FORMAT_JSON)
		written = write_document(cli, plan, result);
	else if (result && rcn_plan_work_count(plan) > 0) {
		rcn_cli_print(cli, "\n");
		written = rcn_result_write(result, RCN_FORMAT_TEXT, &cli->out, cli->sink);
	}
	code = result ? count_code(result) : RCN_EXIT_DONE;
	if (status == RCN_OK && written != RCN_OK && !cli->output_error)
		status = written;
	rcn_result_release(result);
	return rcn_cli_end(cli, status, code);
}

int rcn_cli_apply(struct rcn_cli *cli)
{
	struct rcn_plan_request request = rcn_cli_plan_request(cli);
	struct rcn_plan *plan = NULL;
	enum rcn_status status = RCN_OK;
	bool ask;
	int code = RCN_EXIT_DONE;

	if (rcn_cli_given(cli, "dry-run"))
		return rcn_cli_plan(cli);
	if (rcn_cli_given(cli, "no-wait"))
		status = rcn_session_set(cli->session, "wait", "0");
	if (status == RCN_OK)
		status = rcn_session_apply_begin(cli->session, &request, &plan);
	if (status != RCN_OK)
		return rcn_cli_end(cli, status, code);
	ask = !rcn_cli_given(cli, "yes") && isatty(STDIN_FILENO) && rcn_plan_work_count(plan) > 0;
	if (show_and_ask(cli, plan, ask, &code))
		code = run_plan(cli, plan);
	rcn_session_apply_end(cli->session);
	rcn_plan_release(plan);
	return code;
}
