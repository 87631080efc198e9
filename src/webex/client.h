/*
 * The API's calls as requests. The client builds and sends one request; it neither
 * repeats nor decides (apply does). It alone puts the token on the wire, and only to the
 * configured origin.
 *
 * A `done` callback gets the response, and the call that it answers. The token is
 * refreshed by rcn_client_refresh() when the caller was told so by a treatment; before
 * the first request it is fetched when only a refresh token is there. One refresh at a
 * time serves all who wait:
 *
 *	switch (rcn_client_token_state(client)) {
 *	case RCN_TOKEN_READY:      start requests
 *	case RCN_TOKEN_NEEDED:     rcn_client_refresh(client), then turn the network
 *	case RCN_TOKEN_REFRESHING: turn the network
 *	case RCN_TOKEN_DEAD:       rcn_client_explain_token(client, diag), stop
 *	}
 *
 * Free the client before or after the http loop, but turn it no more in between.
 */
#ifndef RCN_WEBEX_CLIENT_H
#define RCN_WEBEX_CLIENT_H

#include "base/clock.h"
#include "base/random.h"
#include "http/http.h"
#include "webex/answers.h"
#include "webex/credentials.h"
#include "webex/treatment.h"

struct rcn_client;

struct rcn_client_options {
	struct rcn_view base; /* "https://webexapis.com/v1", no slash at its end */
	const struct rcn_credentials *credentials; /* copied */
	struct rcn_http *http;                     /* borrowed */
	bool read_only; /* a plan's: refuses every verb but GET and validate */
	const struct rcn_clock *clock;
	const struct rcn_random *random;
};

typedef void (*rcn_client_done)(void *payload, enum rcn_call call,
				const struct rcn_http_response *response);

/* RCN_ERROR_INVALID with diagnostics for a base that is no http(s) URL or plain http to
 * anything but loopback. */
enum rcn_status rcn_client_new(const struct rcn_client_options *options, struct rcn_client **client,
			       struct rcn_diag *diag);
void rcn_client_free(struct rcn_client *client);
struct rcn_view rcn_client_base(const struct rcn_client *client);

/* Each starts one request. RCN_ERROR_DENIED when there is no token yet (see above),
 * RCN_ERROR_USAGE for a write with read_only, RCN_ERROR_INVALID for a URL that is not of the
 * API's origin; none with diagnostics, and `done` is not called then. `sub_partner` may be absent.
 * `body` is JSON text, sent as it is. */
enum rcn_status rcn_client_create(struct rcn_client *client, struct rcn_view body,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload);
enum rcn_status rcn_client_update(struct rcn_client *client, struct rcn_view customer_id,
				  struct rcn_view body, struct rcn_view sub_partner,
				  rcn_client_done done, void *payload);
enum rcn_status rcn_client_delete(struct rcn_client *client, struct rcn_view customer_id,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload);
enum rcn_status rcn_client_get(struct rcn_client *client, struct rcn_view customer_id,
			       struct rcn_view sub_partner, rcn_client_done done, void *payload);
enum rcn_status rcn_client_lookup(struct rcn_client *client, struct rcn_view external_id,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload);
/* A page of all customers: next = absent for the first (with max=100), else the URL that
 * the last page named (refused when it is of another origin), or offset when there was none. */
enum rcn_status rcn_client_list(struct rcn_client *client, struct rcn_view next, size_t offset,
				struct rcn_view sub_partner, rcn_client_done done, void *payload);
enum rcn_status rcn_client_validate(struct rcn_client *client, struct rcn_view body,
				    struct rcn_view sub_partner, rcn_client_done done,
				    void *payload);
enum rcn_status rcn_client_subscribers(struct rcn_client *client, struct rcn_view customer_id,
				       struct rcn_view sub_partner, rcn_client_done done,
				       void *payload);

/* Token: what state it is in, and its refresh. */
enum rcn_token_state {
	RCN_TOKEN_READY,
	RCN_TOKEN_NEEDED, /* none yet, or known to be expired (expires_in, minus 5 min): refresh
			     first */
	RCN_TOKEN_REFRESHING,
	RCN_TOKEN_DEAD, /* refused, and no (other) way to get one: stop the run */
};
enum rcn_token_state rcn_client_token_state(const struct rcn_client *client);

/* The number of the token now in use: a 401 for an older one means "repeat", not "refresh". */
unsigned rcn_client_token_generation(const struct rcn_client *client);

/* Starts a refresh (no-op while one is under way). After it the state is READY or DEAD, or
 * NEEDED again when the token service could not be reached (repeat with rcn_retry_delay).
 * After a 401 with an access token that cannot be refreshed, or was just refreshed: DEAD. */
enum rcn_status rcn_client_refresh(struct rcn_client *client);
/* Tells the client that the service refused token number `generation` (401). */
void rcn_client_token_refused(struct rcn_client *client, unsigned generation);
/* Why it is dead, for the one message; and warnings (refresh token changed, or short-lived:
 * said without showing it) are added to diag once. */
void rcn_client_explain_token(struct rcn_client *client, struct rcn_diag *diag);

/* The PUT body (packages, externalId, address, provisioningParameters, subPartnerAdminEmail)
 * out of a canonical body: API notes §1.5. Canonical too. */
enum rcn_status rcn_update_body(struct rcn_view canonical, struct rcn_buffer *out);

#endif
