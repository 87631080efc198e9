/* The access token: its state, its refresh (API notes §5), and what to say about it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "webex/answers_internal.h"
#include "webex/client_internal.h"

/* Refreshed so long before its end, or at half of a shorter life. */
#define MARGIN_MS (5 * 60 * 1000LL)
/* A token that is refused so soon after it was fetched is not refused for its age. */
#define FRESH_MS             (5 * 60 * 1000LL)
#define EXPIRES_SOON_SECONDS (14 * 24 * 3600LL)
#define LIFE_LONGEST_SECONDS (10LL * 366 * 24 * 3600)

struct rcn_refresh {
	struct rcn_client *client; /* NULL when it is gone */
};

static int64_t now_of(const struct rcn_client *client)
{
	return rcn_clock_monotonic(client->options.clock);
}

enum rcn_token_state rcn_client_token_state(const struct rcn_client *client)
{
	bool can_refresh = rcn_credentials_can_refresh(&client->credentials);

	if (client->death != RCN_TOKEN_ALIVE)
		return RCN_TOKEN_DEAD;
	if (client->refresh)
		return RCN_TOKEN_REFRESHING;
	if (!can_refresh)
		return rcn_secret_is_set(&client->credentials.access_token) ? RCN_TOKEN_READY
									    : RCN_TOKEN_DEAD;
	if (!rcn_secret_is_set(&client->credentials.access_token) || client->refused)
		return RCN_TOKEN_NEEDED;
	if (client->expires_at > 0 && now_of(client) >= client->expires_at)
		return RCN_TOKEN_NEEDED;
	return RCN_TOKEN_READY;
}

unsigned rcn_client_token_generation(const struct rcn_client *client)
{
	return client->generation;
}

/*
 * A token that was fetched a moment ago and never worked lacks a scope, or its owner a role:
 * another of its kind would fare no better. One that did work may have been revoked, which is
 * worth one more; but not one more again and again, for where only the writes are refused
 * every token seems to work at first.
 */
void rcn_client_token_refused(struct rcn_client *client, unsigned generation)
{
	bool early;

	if (generation != client->generation || client->refresh ||
	    client->death != RCN_TOKEN_ALIVE || client->refused)
		return;
	if (!rcn_credentials_can_refresh(&client->credentials)) {
		client->death = RCN_TOKEN_DEATH_REFUSED;
		return;
	}
	early = client->generation > 0 && now_of(client) - client->fetched_at < FRESH_MS;
	if (early && (!client->proven || client->early_refusals > 0)) {
		client->death = RCN_TOKEN_DEATH_FRESH_REFUSED;
		return;
	}
	client->early_refusals = early ? client->early_refusals + 1 : 0;
	client->refused = true;
}

/* A service may quote what it refuses. */
static bool shows(struct rcn_view text, const struct rcn_secret *secret)
{
	struct rcn_view hidden = rcn_secret_reveal(secret);

	return text.len > 0 && hidden.len > 0 &&
	       memmem(text.ptr, text.len, hidden.ptr, hidden.len) != NULL;
}

static void die(struct rcn_client *client, enum rcn_token_death death,
		const struct rcn_http_response *response)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(64UL * RCN_LIMIT_RESPONSE_BYTES);
	struct rcn_api_failure failure;

	client->death = death;
	if (rcn_answer_failure(response, &arena, &failure) == RCN_OK &&
	    !shows(failure.message, &client->credentials.refresh_token) &&
	    !shows(failure.message, &client->credentials.client_secret))
		snprintf(client->death_reason, sizeof(client->death_reason), "%.*s",
			 RCN_VIEW_ARGS(failure.message));
}

/* Seconds of a life, or 0 when it is not said. */
static int64_t seconds_of(const struct rcn_node *root, struct rcn_view key)
{
	struct rcn_view text = rcn_answer_scalar(rcn_node_get(root, key));
	int64_t seconds = 0;

	/* A fraction changes nothing. */
	text.len = rcn_view_find(text, '.');
	rcn_text_to_int64(text, 1, LIFE_LONGEST_SECONDS, &seconds);
	return seconds;
}

static void take_refresh_token(struct rcn_client *client, const struct rcn_node *root)
{
	struct rcn_view text = rcn_node_string(rcn_node_get(root, RCN_VIEW("refresh_token")));
	int64_t life = seconds_of(root, RCN_VIEW("refresh_token_expires_in"));
	struct rcn_secret given = RCN_SECRET_NONE;

	if (life > 0 && life < EXPIRES_SOON_SECONDS)
		client->refresh_expires = true;
	if (text.len == 0 || rcn_secret_set(&given, text) != RCN_OK)
		return;
	if (!rcn_secret_equal(&given, &client->credentials.refresh_token)) {
		client->refresh_changed = true;
		/* For what is left of this run the new one is the good one. */
		if (rcn_secret_copy(&client->credentials.refresh_token, &given) != RCN_OK)
			client->refresh_expires = true;
	}
	rcn_secret_free(&given);
}

static void take_token(struct rcn_client *client, const struct rcn_http_response *response)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(64UL * RCN_LIMIT_RESPONSE_BYTES);
	struct rcn_node *root = NULL;
	struct rcn_view text;
	int64_t life_ms, margin;
	enum rcn_status status = rcn_answer_json(response->body, &arena, &root);

	text = rcn_node_string(rcn_node_get(root, RCN_VIEW("access_token")));
	if (status == RCN_OK)
		status = rcn_secret_set(&client->credentials.access_token, text);
	if (status == RCN_ERROR_MEMORY)
		return; /* it is still NEEDED: the caller tries again, or gives up */
	if (status != RCN_OK) {
		/* Not its text: it may hold what must not be shown. */
		client->death = RCN_TOKEN_DEATH_ANSWER;
		return;
	}
	life_ms = seconds_of(root, RCN_VIEW("expires_in")) * 1000;
	margin = life_ms / 2 < MARGIN_MS ? life_ms / 2 : MARGIN_MS;
	client->generation++;
	client->refused = false;
	client->proven = false;
	client->fetched_at = now_of(client);
	client->expires_at = life_ms > 0 ? client->fetched_at + life_ms - margin : 0;
	take_refresh_token(client, root);
}

static void refreshed(void *payload, const struct rcn_http_response *response)
{
	struct rcn_refresh *refresh = payload;
	struct rcn_client *client = refresh->client;

	free(refresh);
	if (!client)
		return;
	client->refresh = NULL;
	switch (rcn_treatment_of(RCN_CALL_TOKEN, response)) {
	case RCN_TREAT_DONE:
		take_token(client, response);
		break;
	case RCN_TREAT_REPEAT:
	case RCN_TREAT_SLOW_DOWN:
		break;
	default:
		die(client,
		    response->outcome == RCN_HTTP_ANSWERED &&
				    (response->status >= 400 && response->status <= 403)
			    ? RCN_TOKEN_DEATH_REFRESH
			    : RCN_TOKEN_DEATH_ANSWER,
		    response);
	}
}

void rcn_client_forget_refresh(struct rcn_client *client)
{
	if (client->refresh)
		client->refresh->client = NULL;
	client->refresh = NULL;
}

static void add_field(struct rcn_buffer *form, const char *name, const struct rcn_secret *value)
{
	rcn_buffer_text(form, name);
	rcn_text_percent_encode(form, rcn_secret_reveal(value));
}

static enum rcn_status send_refresh(struct rcn_client *client, struct rcn_buffer *form)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	const struct rcn_credentials *credentials = &client->credentials;
	char tracking_id[RCN_TRACKING_SIZE];
	struct rcn_http_request request = { .method = "POST",
					    .content_type = "application/x-www-form-urlencoded",
					    .done = refreshed };

	/* A growing buffer would leave pieces behind that can't be wiped: one piece first. */
	rcn_buffer_repeat(form, ' ', form->maximum - 1);
	rcn_buffer_clear(form);
	add_field(form, "grant_type=refresh_token&client_id=", &credentials->client_id);
	add_field(form, "&client_secret=", &credentials->client_secret);
	add_field(form, "&refresh_token=", &credentials->refresh_token);
	rcn_buffer_view(&url, client->options.base);
	rcn_buffer_text(&url, "/access_token");
	if (rcn_buffer_status(form) != RCN_OK || rcn_buffer_status(&url) != RCN_OK)
		return RCN_ERROR_MEMORY;
	rcn_client_make_tracking_id(client, tracking_id);
	if (tracking_id[0])
		request.tracking_id = rcn_view_of(tracking_id);
	request.url = rcn_buffer_get(&url);
	request.body = rcn_buffer_get(form);
	request.payload = client->refresh;
	return rcn_http_start(client->options.http, &request);
}

enum rcn_status rcn_client_refresh(struct rcn_client *client)
{
	/* Percent-encoded, a byte may take three. */
	RCN_CLEANUP_BUFFER struct rcn_buffer form = RCN_BUFFER(9UL * RCN_LIMIT_TOKEN_BYTES + 256);
	enum rcn_status status;

	if (client->refresh || client->death != RCN_TOKEN_ALIVE)
		return RCN_OK;
	if (!rcn_credentials_can_refresh(&client->credentials))
		return RCN_ERROR_DENIED;
	client->refresh = malloc(sizeof(*client->refresh));
	if (!client->refresh)
		return RCN_ERROR_MEMORY;
	client->refresh->client = client;
	status = send_refresh(client, &form);
	if (form.ptr)
		explicit_bzero(form.ptr, form.capacity);
	if (status != RCN_OK) {
		free(client->refresh);
		client->refresh = NULL;
	}
	return status;
}

static void explain_death(const struct rcn_client *client, struct rcn_diag *diag)
{
	const char *reason = client->death_reason;
	const char *sign = *reason ? ": " : "";
	struct rcn_problem *problem;

	switch (client->death) {
	case RCN_TOKEN_ALIVE:
		return;
	case RCN_TOKEN_DEATH_REFUSED:
		problem = rcn_diag_error_at(diag, RCN_CODE_TOKEN_REFUSED, RCN_PLACE_NONE,
					    "the service refuses the access token from %s",
					    client->credentials.source);
		rcn_problem_hint(problem,
				 "it has expired, or is of another account: get a new one, "
				 "or give what one can be fetched with "
				 "(`WEBEX_CLIENT_ID`, `WEBEX_CLIENT_SECRET`, "
				 "`WEBEX_REFRESH_TOKEN`)");
		return;
	case RCN_TOKEN_DEATH_FRESH_REFUSED:
		problem = rcn_diag_error_at(diag, RCN_CODE_TOKEN_REFUSED, RCN_PLACE_NONE,
					    "the service refuses an access token that was just "
					    "fetched");
		rcn_problem_hint(problem, "check the integration's scopes and its owner's role");
		return;
	case RCN_TOKEN_DEATH_REFRESH:
		problem =
			rcn_diag_error_at(diag, RCN_CODE_TOKEN_DEAD, RCN_PLACE_NONE,
					  "the token service refuses the refresh token from %s%s%s",
					  client->credentials.source, sign, reason);
		rcn_problem_hint(problem, "authorise the integration again and store the new "
					  "refresh token");
		return;
	case RCN_TOKEN_DEATH_ANSWER:
		problem =
			rcn_diag_error_at(diag, RCN_CODE_TOKEN_ANSWER, RCN_PLACE_NONE,
					  "no token could be fetched from `%.*s/access_token`%s%s",
					  RCN_VIEW_ARGS(client->options.base), sign, reason);
		rcn_problem_hint(problem, "check --api-url");
		return;
	}
}

void rcn_client_explain_token(struct rcn_client *client, struct rcn_diag *diag)
{
	if (client->death == RCN_TOKEN_ALIVE && rcn_client_token_state(client) == RCN_TOKEN_DEAD) {
		rcn_diag_error_at(diag, RCN_CODE_TOKEN_MISSING, RCN_PLACE_NONE,
				  "there are no credentials for the service");
		return;
	}
	explain_death(client, diag);
	if (client->warned || (!client->refresh_changed && !client->refresh_expires))
		return;
	client->warned = true;
	if (client->refresh_changed)
		rcn_problem_hint(
			rcn_diag_warning_at(diag, RCN_CODE_TOKEN_CHANGED, RCN_PLACE_NONE,
					    "the service handed out another refresh token; "
					    "the stored one may stop working"),
			"authorise the integration again and store the new refresh token");
	if (client->refresh_expires)
		rcn_problem_hint(rcn_diag_warning_at(diag, RCN_CODE_TOKEN_EXPIRES, RCN_PLACE_NONE,
						     "the refresh token expires within 14 days"),
				 "authorise the integration again and store the new refresh token");
}
