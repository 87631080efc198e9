/*
 * Who we are: a token, or what a token can be had with (API notes §5).
 *
 * Sources, in this order: --token-file / RECONCILE_TOKEN_FILE; WEBEX_ACCESS_TOKEN;
 * WEBEX_CLIENT_ID + WEBEX_CLIENT_SECRET + WEBEX_REFRESH_TOKEN. Nothing is ever read from
 * a flag's value or from the repository.
 */
#ifndef RCN_WEBEX_CREDENTIALS_H
#define RCN_WEBEX_CREDENTIALS_H

#include "base/secret.h"
#include "diag/diag.h"

struct rcn_credentials {
	struct rcn_secret access_token;
	struct rcn_secret client_id, client_secret, refresh_token;
	const char *source; /* "WEBEX_ACCESS_TOKEN", "the token file", …; static text */
};

/* Looks through the environment (`getenv`-like function, for tests) and the file. Says
 * what is missing when there is nothing (RCN_ERROR_DENIED), names a half-given triple.
 * A token file that others can read is a warning. */
enum rcn_status rcn_credentials_load(const char *token_file,
                                     const char *(*environment)(const char *name),
                                     struct rcn_credentials *credentials,
                                     struct rcn_diag *diag);
bool rcn_credentials_can_refresh(const struct rcn_credentials *credentials);
void rcn_credentials_free(struct rcn_credentials *credentials);

#endif
