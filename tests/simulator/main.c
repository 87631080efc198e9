#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "routes.h"
#include "server.h"

#define FILE_MAX ((size_t)64 * 1024 * 1024)

static bool complain(const char *what, const char *name, const char *why)
{
	(void)fprintf(stderr, "wholesale-simulator: %s %s: %s\n", what, name, why);
	return false;
}

static bool read_file(const char *name, struct text *out)
{
	FILE *file = fopen(name, "re");
	char block[16384];
	size_t length;

	if (!file)
		return complain("can't read", name, strerror(errno));
	while ((length = fread(block, 1, sizeof(block), file)) > 0 && out->length < FILE_MAX)
		sim_text_add_bytes(out, block, length);
	bool good = !ferror(file) && feof(file);
	(void)fclose(file);
	return good || complain("can't read", name, "read error, or larger than 64 MiB");
}

static bool load_script(struct sim *sim)
{
	struct text text = { 0 };
	char problem[SIM_PROBLEM] = "";
	const char *name = sim->options.script;

	if (!name)
		return true;
	bool good = read_file(name, &text);
	if (good) {
		const char *slash = strrchr(name, '/');
		char *folder = slash ? sim_copy_bytes(name, (size_t)(slash - name)) : sim_copy(".");

		sim->first_script =
			sim_script_read(text.data ? text.data : "", text.length, folder, problem);
		sim->script = sim_script_hold(sim->first_script);
		free(folder);
		good = sim->first_script || complain("script", name, problem);
	}
	sim_text_free(&text);
	return good;
}

static bool load_seed(struct sim *sim)
{
	struct text text = { 0 };
	char problem[SIM_PROBLEM] = "";
	const char *name = sim->options.seed_file;
	bool good = !name || read_file(name, &text);

	if (good && name && !sim_books_seed(sim, text.data ? text.data : "", text.length, problem))
		good = complain("seed file", name, problem);
	sim_text_free(&text);
	return good;
}

/* By rename: who finds the file finds the whole URL. */
static bool write_url(const char *name, const char *url)
{
	struct text other = { 0 };

	if (!name)
		return true;
	sim_text_format(&other, "%s.%ld", name, (long)getpid());
	FILE *file = fopen(other.data, "we");
	bool good = file && fprintf(file, "%s\n", url) > 0;
	if (file && fclose(file) != 0)
		good = false;
	if (good && rename(other.data, name) != 0)
		good = false;
	if (!good)
		(void)complain("can't write", name, strerror(errno));
	sim_text_free(&other);
	return good;
}

/* Until a signal comes, or standard input closes when that is asked for. */
static void wait_for_end(int signals, bool with_stdin)
{
	struct pollfd waits[2] = { { .fd = signals, .events = POLLIN },
				   { .fd = with_stdin ? STDIN_FILENO : -1, .events = POLLIN } };
	char ignored[256];

	for (;;) {
		if (poll(waits, 2, -1) < 0 && errno != EINTR)
			return;
		if (waits[0].revents)
			return;
		if (waits[1].revents && read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0)
			return;
	}
}

static bool serve(struct sim *sim, int signals)
{
	struct text url = { 0 };

	/* A fixed port may be asked before its number is read back. */
	sim->base = sim_copy(sim->options.public_url ? sim->options.public_url : "");
	struct sim_server *server = sim_server_start(sim, (uint16_t)sim->options.port);
	if (!server)
		return complain("can't listen on", "127.0.0.1", strerror(errno));
	sim_text_format(&url, "http://127.0.0.1:%u/v1", sim_server_port(server));
	(void)pthread_mutex_lock(&sim->lock);
	if (!sim->options.public_url) {
		free(sim->base);
		sim->base = sim_copy(url.data);
	}
	(void)pthread_mutex_unlock(&sim->lock);
	bool good = write_url(sim->options.url_file, url.data);
	if (good) {
		(void)printf("listening on %s\n", url.data);
		(void)fflush(stdout);
		wait_for_end(signals, sim->options.exit_with_stdin);
	}
	sim_server_stop(server);
	sim_text_free(&url);
	return good;
}

static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 8192) {
		limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int count, char **words)
{
	struct sim *sim = sim_allocate(sizeof(*sim));
	sigset_t signals;
	int result = EXIT_FAILURE;

	enum sim_options_result read = sim_options_read(&sim->options, count, words);
	if (read != SIM_OPTIONS_RUN) {
		sim_options_free(&sim->options);
		free(sim);
		return read == SIM_OPTIONS_DONE ? EXIT_SUCCESS : 64;
	}
	/* Before any thread is made, so that all of them inherit it. */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	int signal_file = signalfd(-1, &signals, SFD_CLOEXEC);
	raise_file_limit();

	(void)pthread_mutex_init(&sim->lock, NULL);
	sim_customers_init(&sim->customers);
	sim->customers.provision_time = sim->options.provision_time;
	sim->customers.visible_after = sim->options.visible_after;
	sim_tokens_init(&sim->tokens, &sim->options);
	sim->bucket = (double)sim->options.burst;
	sim->bucket_at = sim_now();
	if (!sim_journal_init(&sim->journal, sim->options.journal))
		(void)complain("can't open", sim->options.journal, strerror(errno));
	else if (load_script(sim) && load_seed(sim) && serve(sim, signal_file))
		result = EXIT_SUCCESS;

	sim_script_release(sim->script);
	sim_script_release(sim->first_script);
	sim_tokens_free(&sim->tokens);
	sim_customers_free(&sim->customers);
	sim_journal_free(&sim->journal);
	sim_options_free(&sim->options);
	(void)pthread_mutex_destroy(&sim->lock);
	free(sim->base);
	free(sim);
	if (signal_file >= 0)
		(void)close(signal_file);
	return result;
}
