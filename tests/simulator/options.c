#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#ifndef SIM_VERSION
#define SIM_VERSION "0.1.0"
#endif

static const char help[] =
	"Usage: wholesale-simulator [OPTION]...\n"
	"An HTTP server that behaves like the Webex wholesale provisioning API, for tests.\n"
	"It listens on 127.0.0.1 alone and prints one line: listening on http://127.0.0.1:PORT/v1\n"
	"\n"
	"Server\n"
	"  --port N               port to listen on; 0 (default) takes a free one\n"
	"  --url-file FILE        write the URL to FILE as well (by rename)\n"
	"  --public-url URL       base of the URLs given out (default: the address listened on)\n"
	"  --latency MS           each answer comes MS later (the work is done at once)\n"
	"  --rate R               at most R requests a second, then 429 with Retry-After\n"
	"  --burst N              so many at once before the rate bites (default: R)\n"
	"  --journal FILE         append a JSON line for each request and each answer\n"
	"  --exit-with-stdin      end when standard input closes\n"
	"\n"
	"Customers\n"
	"  --provision-time MS    how long a customer stays busy (default 50)\n"
	"  --visible-after MS     a new customer shows in lists only after MS\n"
	"  --duplicate-policy P   conflict (default): 409 on a second POST of an externalId; allow\n"
	"  --page-max N           ceiling of max, and its default (default 100)\n"
	"  --page-links yes|no    send Link: rel=\"next\" (default yes)\n"
	"  --sub-partner-scope S  filter (default): onBehalfOf... narrows; strict: without it only\n"
	"                         the partner's own customers are seen\n"
	"  --seed-file FILE       JSON list of customers that exist already\n"
	"\n"
	"Tokens\n"
	"  --token TOKEN          an accepted bearer token, repeatable (default: any)\n"
	"  --client-id ID, --client-secret S, --refresh-token T\n"
	"                         what POST /access_token wants (default: any)\n"
	"  --token-life SECONDS   of the tokens given out (default 1209599)\n"
	"\n"
	"Faults\n"
	"  --script FILE          JSON list of rules {\"when\": {...}, \"do\": {...}}; the first whose\n"
	"                         turn it is applies. Example:\n"
	"    [{\"when\": {\"call\": \"create\", \"externalId\": \"a-*\", \"nth\": 1, \"times\": 1},\n"
	"      \"do\": {\"drop\": \"after\"}},\n"
	"     {\"when\": {\"call\": [\"create\", \"update\"], \"nth\": 3, \"times\": 2},\n"
	"      \"do\": {\"status\": 429, \"headers\": {\"Retry-After\": \"rand(30),add(30)\"}}}]\n"
	"    when: call (create update delete get list lookup validate subscribers token other),\n"
	"          method, externalId (glob), path (glob), nth, times, each (\"customer\")\n"
	"    do:   status, headers, body, bodyFile, work, drop (before after), reset, raw,\n"
	"          truncate (headers body), truncateAt, delay, delayAfter, drip {bytes, ms}, huge,\n"
	"          chunked, outcome {status, ms, through, errors, warnings}, location, url,\n"
	"          expireTokens\n"
	"  README.md beside the source explains each, and the books under /__simulator/.\n"
	"\n"
	"  --help, --version\n";

enum {
	PORT = 1000,
	URL_FILE,
	PUBLIC_URL,
	LATENCY,
	RATE,
	BURST,
	JOURNAL,
	EXIT_WITH_STDIN,
	PROVISION_TIME,
	VISIBLE_AFTER,
	DUPLICATE_POLICY,
	PAGE_MAX,
	PAGE_LINKS,
	SUB_PARTNER_SCOPE,
	SEED_FILE,
	TOKEN,
	CLIENT_ID,
	CLIENT_SECRET,
	REFRESH_TOKEN,
	TOKEN_LIFE,
	SCRIPT,
	HELP,
	VERSION,
};

static const struct option table[] = {
	{ "port", 1, NULL, PORT },
	{ "url-file", 1, NULL, URL_FILE },
	{ "public-url", 1, NULL, PUBLIC_URL },
	{ "latency", 1, NULL, LATENCY },
	{ "rate", 1, NULL, RATE },
	{ "burst", 1, NULL, BURST },
	{ "journal", 1, NULL, JOURNAL },
	{ "exit-with-stdin", 0, NULL, EXIT_WITH_STDIN },
	{ "provision-time", 1, NULL, PROVISION_TIME },
	{ "visible-after", 1, NULL, VISIBLE_AFTER },
	{ "duplicate-policy", 1, NULL, DUPLICATE_POLICY },
	{ "page-max", 1, NULL, PAGE_MAX },
	{ "page-links", 1, NULL, PAGE_LINKS },
	{ "sub-partner-scope", 1, NULL, SUB_PARTNER_SCOPE },
	{ "seed-file", 1, NULL, SEED_FILE },
	{ "token", 1, NULL, TOKEN },
	{ "client-id", 1, NULL, CLIENT_ID },
	{ "client-secret", 1, NULL, CLIENT_SECRET },
	{ "refresh-token", 1, NULL, REFRESH_TOKEN },
	{ "token-life", 1, NULL, TOKEN_LIFE },
	{ "script", 1, NULL, SCRIPT },
	{ "help", 0, NULL, HELP },
	{ "version", 0, NULL, VERSION },
	{ NULL, 0, NULL, 0 },
};

static void replace(char **place, const char *value)
{
	free(*place);
	*place = sim_copy(value);
}

/* One of two words; true when it was one of them. */
static bool choose(bool *place, const char *value, const char *no, const char *yes)
{
	*place = strcmp(value, yes) == 0;
	return *place || strcmp(value, no) == 0;
}

static bool take(struct sim_options *options, int key, const char *value)
{
	const int64_t day = 86400000;

	switch (key) {
	case PORT:
		return sim_parse_number(value, 65535, &options->port);
	case URL_FILE:
		replace(&options->url_file, value);
		return true;
	case PUBLIC_URL:
		replace(&options->public_url, value);
		for (size_t i = strlen(value); i > 0 && value[i - 1] == '/'; i--)
			options->public_url[i - 1] = '\0';
		return strstr(value, "://") != NULL;
	case LATENCY:
		return sim_parse_number(value, day, &options->latency);
	case RATE:
		return sim_parse_number(value, 1000000, &options->rate);
	case BURST:
		return sim_parse_number(value, 1000000, &options->burst);
	case JOURNAL:
		replace(&options->journal, value);
		return true;
	case EXIT_WITH_STDIN:
		options->exit_with_stdin = true;
		return true;
	case PROVISION_TIME:
		return sim_parse_number(value, day, &options->provision_time);
	case VISIBLE_AFTER:
		return sim_parse_number(value, day, &options->visible_after);
	case DUPLICATE_POLICY:
		return choose(&options->allow_duplicates, value, "conflict", "allow");
	case PAGE_MAX:
		return sim_parse_number(value, 100000, &options->page_max) && options->page_max > 0;
	case PAGE_LINKS:
		return choose(&options->page_links, value, "no", "yes");
	case SUB_PARTNER_SCOPE:
		return choose(&options->strict_scope, value, "filter", "strict");
	case SEED_FILE:
		replace(&options->seed_file, value);
		return true;
	case TOKEN:
		if (!*value || options->token_count == SIM_OPTIONS_TOKENS)
			return false;
		options->tokens[options->token_count++] = sim_copy(value);
		return true;
	case CLIENT_ID:
		replace(&options->client_id, value);
		return true;
	case CLIENT_SECRET:
		replace(&options->client_secret, value);
		return true;
	case REFRESH_TOKEN:
		replace(&options->refresh_token, value);
		return true;
	case TOKEN_LIFE:
		return sim_parse_number(value, 100000000, &options->token_life);
	case SCRIPT:
		replace(&options->script, value);
		return true;
	default:
		return false;
	}
}

enum sim_options_result sim_options_read(struct sim_options *options, int count, char **words)
{
	int key;
	int index = 0;

	*options = (struct sim_options){
		.provision_time = 50,
		.page_max = 100,
		.page_links = true,
		.token_life = 1209599,
	};
	while ((key = getopt_long(count, words, "", table, &index)) != -1) {
		if (key == HELP || key == VERSION) {
			(void)fputs(key == HELP ? help : "wholesale-simulator " SIM_VERSION "\n",
				    stdout);
			return SIM_OPTIONS_DONE;
		}
		if (key == '?') {
			(void)fputs("Try 'wholesale-simulator --help'.\n", stderr);
			return SIM_OPTIONS_WRONG;
		}
		if (!take(options, key, optarg ? optarg : "")) {
			(void)fprintf(stderr, "wholesale-simulator: wrong value for --%s: %s\n",
				      table[key - PORT].name, optarg);
			return SIM_OPTIONS_WRONG;
		}
	}
	if (optind < count) {
		(void)fprintf(stderr, "wholesale-simulator: unexpected argument: %s\n",
			      words[optind]);
		return SIM_OPTIONS_WRONG;
	}
	if (options->burst == 0)
		options->burst = options->rate;
	return SIM_OPTIONS_RUN;
}

void sim_options_free(struct sim_options *options)
{
	free(options->url_file);
	free(options->public_url);
	free(options->script);
	free(options->seed_file);
	free(options->journal);
	for (size_t i = 0; i < options->token_count; i++)
		free(options->tokens[i]);
	free(options->client_id);
	free(options->client_secret);
	free(options->refresh_token);
	*options = (struct sim_options){ 0 };
}
