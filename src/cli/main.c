/* The program: hardens itself, parses, runs the command. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli.h"

/* The leak checker of a sanitizer build attaches to its own process, which this forbids. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* A token must not end in a core dump, nor be read by a debugger of the same user. */
static void forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

#ifndef SANITIZED
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)setrlimit(RLIMIT_CORE, &none);
}

/* A file opened as descriptor 1 or 2 would get our output written into it. */
static int open_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	return 0;
}

static const char *environment(const char *name)
{
	return getenv(name);
}

/* What the lock's holder is called, for whoever waits for it. */
static const char *command_name(int argc, char **argv, char *text, size_t size)
{
	bool named = argc > 1 && argv[1][0] != '-';

	snprintf(text, size, "reconcile %s", named ? argv[1] : "apply");
	return text;
}

static int run(struct rcn_cli *cli, int argc, char **argv)
{
	int code = rcn_cli_parse(cli, argc, argv);

	if (code == 0 && cli->help) {
		if (cli->implicit)
			rcn_cli_help_all(cli);
		else
			rcn_cli_help(cli, cli->command);
		return rcn_cli_flush(cli) ? RCN_EXIT_DONE : RCN_EXIT_FAILED;
	}
	if (code == 0 && cli->version)
		return rcn_cli_end(cli, rcn_version_write(RCN_FORMAT_TEXT, cli->sink),
				   RCN_EXIT_DONE);
	if (code == 0)
		code = rcn_cli_look(cli);
	return code == 0 ? cli->command->run(cli) : code;
}

int main(int argc, char **argv)
{
	char name[128];
	struct rcn_cli cli = { 0 };
	struct rcn_session_options options = {
		.environment = environment,
		.on_event = rcn_cli_on_event,
		.payload = &cli,
		.command = command_name(argc, argv, name, sizeof(name)),
	};
	int code;

	if (open_streams() != 0)
		return RCN_EXIT_FAILED;
	forbid_dumps();
	options.stop = rcn_cli_catch_signals();
	rcn_cli_output_init(&cli);
	if (rcn_session_new(&options, &cli.session) != RCN_OK) {
		rcn_cli_say("out of memory");
		return RCN_EXIT_FAILED;
	}
	code = run(&cli, argc, argv);
	rcn_session_free(cli.session);
	free(cli.operands);
	return code;
}
