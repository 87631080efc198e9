/* Bearer tokens: which are accepted, and how new ones are made. Never shown in the books.
 * Not thread-safe: the caller holds the simulator's lock. */
#ifndef SIM_TOKEN_H
#define SIM_TOKEN_H

#include "options.h"
#include "text.h"

#define SIM_TOKENS_MAX 1024

struct sim_token {
	char *text;
	int64_t expires;
};

struct sim_tokens {
	const struct sim_options *options;
	/* Of the command line are none any more, and none but an issued one will do. */
	bool expired;
	struct sim_token issued[SIM_TOKENS_MAX];
	size_t count;
	size_t next;
};

void sim_tokens_init(struct sim_tokens *tokens, const struct sim_options *options);
void sim_tokens_free(struct sim_tokens *tokens);
/* `header`: the Authorization header, or NULL. Gives NULL when accepted, else why not. */
const char *sim_tokens_refuse(const struct sim_tokens *tokens, const char *header, int64_t now);
void sim_tokens_expire(struct sim_tokens *tokens);
/* A refresh grant. Gives the HTTP status; `out` gets the body (an error's too). `basic`: the
 * Authorization header, or NULL. */
int sim_tokens_grant(struct sim_tokens *tokens, const char *form, size_t length, const char *basic,
		     const char *tracking, int64_t now, struct text *out);

#endif
