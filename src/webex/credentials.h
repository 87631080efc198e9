/*
 * Who we are: a token, or what a token can be had with (API notes §5).
 *
 * Sources, in this order: --token-file / RECONCILE_TOKEN_FILE; WEBEX_ACCESS_TOKEN;
 * WEBEX_CLIENT_ID + WEBEX_CLIENT_SECRET + WEBEX_REFRESH_TOKEN. The first one that is there
 * counts, alone; but a token of the environment can be refreshed where the three are given
 * beside it. Nothing is ever read from a flag's value or from the repository.
 *
 * A token file holds the access token and nothing else; or lines NAME=value with the names
 * of the environment variables (an .env file: `#` begins a comment, `export ` is skipped,
 * other names are ignored).
 */
#ifndef RCN_WEBEX_CREDENTIALS_H
#define RCN_WEBEX_CREDENTIALS_H

#include <stdbool.h>

#include "base/secret.h"
#include "diag/diag.h"

struct rcn_credentials {
	struct rcn_secret access_token;
	struct rcn_secret client_id, client_secret, refresh_token;
	const char *source; /* "WEBEX_ACCESS_TOKEN", "the token file", …; static text */
};

/* Looks through the environment (`getenv`-like function, for tests) and the file (NULL:
 * RECONCILE_TOKEN_FILE, or none). Says what is missing when there is nothing
 * (RCN_ERROR_DENIED), names a half-given triple: an error when nothing else is there, else
 * a warning, and it counts as not given. RCN_ERROR_IO for a file that can't be read,
 * RCN_ERROR_INVALID for what is no token. A token file that others can read is a warning.
 * `credentials` is written on success only. */
enum rcn_status rcn_credentials_load(const char *token_file,
				     const char *(*environment)(const char *name),
				     struct rcn_credentials *credentials, struct rcn_diag *diag);
bool rcn_credentials_can_refresh(const struct rcn_credentials *credentials);
void rcn_credentials_free(struct rcn_credentials *credentials);

#endif
