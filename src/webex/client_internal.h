/*
 * What the client's files share: the calls (client.c) and the token (token.c).
 * Inside src/webex only.
 */
#ifndef RCN_WEBEX_CLIENT_INTERNAL_H
#define RCN_WEBEX_CLIENT_INTERNAL_H

#include "webex/client.h"

#define RCN_TRACKING_SIZE 64

/* Why a token is dead; the one message is made of it. */
enum rcn_token_death {
	RCN_TOKEN_ALIVE = 0,
	RCN_TOKEN_DEATH_REFUSED,       /* 401, and no way to another token */
	RCN_TOKEN_DEATH_FRESH_REFUSED, /* 401 for one that was just fetched */
	RCN_TOKEN_DEATH_REFRESH,       /* the token service refused the refresh */
	RCN_TOKEN_DEATH_ANSWER,        /* the token service makes no sense, or can't be trusted */
};

struct rcn_refresh;

struct rcn_client {
	struct rcn_client_options options; /* base and credentials point into this struct */
	char *base;
	struct rcn_credentials credentials;

	struct rcn_refresh *refresh; /* under way, or NULL */
	unsigned generation;         /* of the token in use; 0 = the one that was given */
	int64_t fetched_at;          /* monotonic; when this generation came, if it was fetched */
	int64_t expires_at;          /* monotonic, when to refresh ahead; 0 = unknown */
	bool proven;                 /* the service took this generation at least once */
	unsigned early_refusals;     /* tokens in a row that were refused soon after their birth */
	bool refused;                /* the service refused this generation */
	enum rcn_token_death death;
	char death_reason[512]; /* the service's own words, one line; may be empty */

	bool refresh_changed, refresh_expires, warned;
};

void rcn_client_make_tracking_id(const struct rcn_client *client, char text[RCN_TRACKING_SIZE]);

/* The client goes: an answer that still comes finds nobody. */
void rcn_client_forget_refresh(struct rcn_client *client);

#endif
