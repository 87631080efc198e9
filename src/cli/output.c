/* The two streams, how they look, and what a run's end is called. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

static int write_output(void *payload, const char *ptr, size_t len)
{
	struct rcn_cli *cli = payload;

	if (cli->output_error)
		return -1;
	errno = 0;
	if (fwrite(ptr, 1, len, stdout) == len)
		return 0;
	cli->output_error = errno ? errno : EIO;
	return -1;
}

static int write_error(void *payload, const char *ptr, size_t len)
{
	(void)payload;
	return fwrite(ptr, 1, len, stderr) == len ? 0 : -1;
}

struct rcn_sink rcn_cli_error_sink(void)
{
	return (struct rcn_sink){ write_error, NULL };
}

void rcn_cli_output_init(struct rcn_cli *cli)
{
	cli->sink = (struct rcn_sink){ write_output, cli };
	cli->level = RCN_LOG_INFO;
}

void rcn_cli_print(struct rcn_cli *cli, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (len < 0) {
		cli->output_error = cli->output_error ? cli->output_error : ENOMEM;
		return;
	}
	(void)write_output(cli, text, (size_t)len);
	free(text);
}

void rcn_cli_say(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vasprintf(&text, format, arguments);
	va_end(arguments);
	fputs("reconcile: ", stderr);
	if (len >= 0)
		(void)rcn_escape((struct rcn_view){ text, (size_t)len }, 2000,
				 rcn_cli_error_sink());
	fputc('\n', stderr);
	if (len >= 0)
		free(text);
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0];
}

static bool is_forced(const char *name)
{
	return is_set(name) && strcmp(getenv(name), "0") != 0;
}

static bool view_is(struct rcn_view view, const char *text)
{
	return view.ptr && view.len == strlen(text) && memcmp(view.ptr, text, view.len) == 0;
}

static bool stream_has_colour(struct rcn_view wanted, int fd)
{
	const char *terminal = getenv("TERM");

	if (view_is(wanted, "always"))
		return true;
	if (view_is(wanted, "never") || is_set("NO_COLOR"))
		return false;
	if (is_forced("FORCE_COLOR") || is_forced("CLICOLOR_FORCE"))
		return true;
	if (!terminal || !terminal[0] || strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(fd);
}

static size_t stream_width(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static struct rcn_look make_look(const struct rcn_cli *cli, struct rcn_view colour, int fd)
{
	return (struct rcn_look){ .colour = stream_has_colour(colour, fd),
				  .quiet = cli->quiet,
				  .verbose = cli->verbose,
				  .width = stream_width(fd) };
}

static enum rcn_log_level read_level(struct rcn_view text)
{
	static const char *const names[] = { "error", "warning", "info", "debug", "trace" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (view_is(text, names[i]))
			return (enum rcn_log_level)i;
	return RCN_LOG_INFO;
}

int rcn_cli_look(struct rcn_cli *cli)
{
	struct rcn_view colour = rcn_session_get(cli->session, "color");
	const char *terminal = getenv("TERM");

	cli->out = make_look(cli, colour, STDOUT_FILENO);
	cli->err = make_look(cli, colour, STDERR_FILENO);
	cli->format = view_is(rcn_session_get(cli->session, "output"), "json") ? RCN_FORMAT_JSON
									       : RCN_FORMAT_TEXT;
	cli->log_json = view_is(rcn_session_get(cli->session, "log_format"), "json");
	cli->level = read_level(rcn_session_get(cli->session, "log_level"));
	if (cli->quiet && cli->level == RCN_LOG_INFO)
		cli->level = RCN_LOG_WARNING;
	cli->live = cli->level == RCN_LOG_INFO && !cli->log_json && isatty(STDERR_FILENO) &&
		    terminal && strcmp(terminal, "dumb") != 0;
	if (rcn_session_error_count(cli->session) == 0)
		return 0;
	rcn_cli_problems(cli);
	return RCN_EXIT_INVALID;
}

void rcn_cli_problems(struct rcn_cli *cli)
{
	rcn_cli_progress_end(cli);
	(void)rcn_session_write_problems(cli->session,
					 cli->log_json ? RCN_FORMAT_JSON : RCN_FORMAT_TEXT,
					 &cli->err, rcn_cli_error_sink());
	rcn_session_clear_problems(cli->session);
}

bool rcn_cli_flush(struct rcn_cli *cli)
{
	errno = 0;
	if (fflush(stdout) != 0 && !cli->output_error)
		cli->output_error = errno ? errno : EIO;
	if (!cli->output_error || cli->output_error == EPIPE)
		return true;
	rcn_cli_say("standard output can't be written: %s", strerror(cli->output_error));
	return false;
}

int rcn_cli_exit_code(enum rcn_status status)
{
	switch (status) {
	case RCN_OK:
		return RCN_EXIT_DONE;
	case RCN_ERROR_INVALID:
		return RCN_EXIT_INVALID;
	case RCN_ERROR_LOCKED:
	case RCN_ERROR_MOVED:
		return RCN_EXIT_LOCKED;
	case RCN_ERROR_USAGE:
		return RCN_EXIT_USAGE;
	case RCN_ERROR_INTERRUPTED:
		return 128 + (rcn_cli_signal() ? rcn_cli_signal() : SIGINT);
	case RCN_ERROR_MEMORY:
	case RCN_ERROR_LIMIT:
	case RCN_ERROR_NOT_FOUND:
	case RCN_ERROR_IO:
	case RCN_ERROR_UNSUPPORTED:
	case RCN_ERROR_CORRUPT:
	case RCN_ERROR_FENCED:
	case RCN_ERROR_GUARD:
	case RCN_ERROR_NETWORK:
	case RCN_ERROR_DENIED:
	case RCN_ERROR_INTERNAL:
		break;
	}
	return RCN_EXIT_FAILED;
}

int rcn_cli_end(struct rcn_cli *cli, enum rcn_status status, int code_when_ok)
{
	bool silent = status != RCN_OK && status != RCN_ERROR_INTERRUPTED &&
		      rcn_session_error_count(cli->session) == 0 && !cli->output_error;
	bool written;

	rcn_cli_problems(cli);
	written = rcn_cli_flush(cli);
	/* A reader that went away ends the output, not the work: the code is the work's. */
	if (status == RCN_ERROR_IO && cli->output_error == EPIPE)
		status = RCN_OK;
	if (silent && status == RCN_ERROR_MEMORY)
		rcn_cli_say("out of memory");
	if (status == RCN_OK && !written)
		return RCN_EXIT_FAILED;
	return status == RCN_OK ? code_when_ok : rcn_cli_exit_code(status);
}
