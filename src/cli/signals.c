/* Asking a run to stop: once politely, twice at once. */
#include <errno.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t stop;
static volatile sig_atomic_t stop_signal;

static void ask_to_stop(int number)
{
	static const char message[] = "\nreconcile: stopping; requests on their way are waited "
				      "for, a second signal ends it at once\n";
	int kept = errno;
	ssize_t written;

	if (stop)
		_exit(128 + (number == SIGHUP ? SIGTERM : number));
	stop = 1;
	stop_signal = number == SIGHUP ? SIGTERM : number;
	written = write(STDERR_FILENO, message, sizeof(message) - 1);
	(void)written;
	errno = kept;
}

/* Without SA_RESTART: a read of an answer, or a wait for the lock, must end. */
const volatile sig_atomic_t *rcn_cli_catch_signals(void)
{
	struct sigaction action = { .sa_handler = ask_to_stop };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction hangup;

	sigemptyset(&action.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* nohup means what it says. */
	if (sigaction(SIGHUP, NULL, &hangup) != 0 || hangup.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	return &stop;
}

int rcn_cli_signal(void)
{
	return stop_signal;
}
