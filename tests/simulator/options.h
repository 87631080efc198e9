/* What the command line says. Texts are owned by the options. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_OPTIONS_TOKENS 32

struct sim_options {
	int64_t port;
	char *url_file;
	/* Base of every url that is given out; NULL: the address listened on. No slash at the end.
	 */
	char *public_url;
	/* Milliseconds. */
	int64_t latency;
	int64_t provision_time;
	int64_t visible_after;
	/* Requests per second; 0: no limit. */
	int64_t rate;
	int64_t burst;
	char *script;
	char *seed_file;
	char *journal;
	char *tokens[SIM_OPTIONS_TOKENS];
	size_t token_count;
	char *client_id;
	char *client_secret;
	char *refresh_token;
	/* Seconds. */
	int64_t token_life;
	int64_t page_max;
	bool page_links;
	bool allow_duplicates;
	/* A call without onBehalfOfSubPartnerOrgId sees no sub-partner's customers. */
	bool strict_scope;
	bool exit_with_stdin;
};

enum sim_options_result {
	SIM_OPTIONS_RUN,
	/* --help or --version was answered. */
	SIM_OPTIONS_DONE,
	/* Wrong usage, said on standard error. */
	SIM_OPTIONS_WRONG,
};

enum sim_options_result sim_options_read(struct sim_options *options, int count, char **words);
void sim_options_free(struct sim_options *options);

#endif
