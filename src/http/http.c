#include "http/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/transfer.h"

#define CONNECTIONS        8U
#define TIMEOUT_MS         60000
#define CONNECT_TIMEOUT_MS 10000
#define WAIT_MAXIMUM_MS    60000
#define SYSTEM_CA_FILE     "/etc/ssl/certs/ca-certificates.crt"

struct rcn_http {
	CURLM *multi;
	bool global; /* curl_global_init was called */
	struct rcn_http_options options;
	char *ca_file, *user_agent; /* what the options point at */
	unsigned total, running;
	bool multiplexed; /* an answer came over HTTP/2 */
	bool plain;       /* a request over plain http was made */
	bool closing;     /* transfers are being cut short: nothing new starts */
	/* All transfers, oldest first: those that run, and those that wait for a slot. */
	struct rcn_http_transfer *first, *last;
};

static void link_transfer(struct rcn_http *http, struct rcn_http_transfer *transfer)
{
	transfer->previous = http->last;
	if (http->last)
		http->last->next = transfer;
	else
		http->first = transfer;
	http->last = transfer;
	http->total++;
}

static void unlink_transfer(struct rcn_http *http, struct rcn_http_transfer *transfer)
{
	if (transfer->previous)
		transfer->previous->next = transfer->next;
	else
		http->first = transfer->next;
	if (transfer->next)
		transfer->next->previous = transfer->previous;
	else
		http->last = transfer->previous;
	http->total--;
}

static void choose_defaults(struct rcn_http_options *options)
{
	if (options->concurrency == 0)
		options->concurrency = 1;
	if (options->concurrency > RCN_LIMIT_CONCURRENCY)
		options->concurrency = RCN_LIMIT_CONCURRENCY;
	if (options->connections == 0)
		options->connections = CONNECTIONS;
	if (options->connections > options->concurrency)
		options->connections = options->concurrency;
	if (options->timeout_ms <= 0)
		options->timeout_ms = TIMEOUT_MS;
	if (options->connect_timeout_ms <= 0)
		options->connect_timeout_ms = CONNECT_TIMEOUT_MS;
}

static bool copy_texts(struct rcn_http *http, const struct rcn_http_options *options)
{
	const char *ca_file = options->ca_file;

	if (!ca_file && access(SYSTEM_CA_FILE, R_OK) == 0)
		ca_file = SYSTEM_CA_FILE;
	http->options.ca_file = NULL;
	http->options.user_agent = NULL;
	if (ca_file) {
		http->ca_file = rcn_view_duplicate(rcn_view_of(ca_file));
		if (!http->ca_file)
			return false;
		http->options.ca_file = http->ca_file;
	}
	if (options->user_agent) {
		http->user_agent = rcn_view_duplicate(rcn_view_of(options->user_agent));
		if (!http->user_agent)
			return false;
		http->options.user_agent = http->user_agent;
	}
	return true;
}

#define SET(multi, option, value) (curl_multi_setopt((multi), (option), (value)) == CURLM_OK)

static bool set_up_multi(struct rcn_http *http)
{
	return SET(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) &&
	       SET(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)http->options.connections) &&
	       SET(http->multi, CURLMOPT_MAXCONNECTS, (long)http->options.concurrency + 4);
}

static enum rcn_status check_ca_file(const struct rcn_http_options *options, struct rcn_diag *diag)
{
	if (!options->ca_file || access(options->ca_file, R_OK) == 0)
		return RCN_OK;
	rcn_problem_hint(
		rcn_diag_error_at(diag, RCN_CODE_API_CA_FILE, RCN_PLACE_NONE,
				  "the CA file `%s` can't be read", options->ca_file),
		"give a file with certificates in PEM form, or leave --ca-file out for the "
		"system's");
	return RCN_ERROR_IO;
}

enum rcn_status rcn_http_new(const struct rcn_http_options *options, struct rcn_http **result,
			     struct rcn_diag *diag)
{
	enum rcn_status status = check_ca_file(options, diag);
	struct rcn_http *http;

	if (status != RCN_OK)
		return status;
	http = calloc(1, sizeof(*http));
	if (!http)
		return rcn_diag_no_memory(diag);
	http->options = *options;
	choose_defaults(&http->options);
	http->global = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	if (http->global)
		http->multi = curl_multi_init();
	if (!copy_texts(http, options) || !http->multi || !set_up_multi(http)) {
		rcn_http_free(http);
		return rcn_diag_no_memory(diag);
	}
	*result = http;
	return RCN_OK;
}

static int64_t now_of(const struct rcn_http *http)
{
	return rcn_clock_monotonic(http->options.clock);
}

/* Takes a transfer out of everything, and tells its owner. */
static void end_transfer(struct rcn_http *http, struct rcn_http_transfer *transfer, CURLcode result)
{
	struct rcn_http_response response;

	rcn_http_transfer_read(transfer, result, now_of(http), &response);
	if (response.http_version == 20)
		http->multiplexed = true;
	if (transfer->running) {
		curl_multi_remove_handle(http->multi, transfer->easy);
		http->running--;
	}
	unlink_transfer(http, transfer);
	transfer->done(transfer->payload, &response);
	rcn_http_transfer_free(transfer);
}

/* Hands out what libcurl is done with. */
static enum rcn_status take_ended(struct rcn_http *http, bool *ended)
{
	int left = 0;
	CURLMsg *message;

	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		CURLcode result = message->data.result;
		char *payload = NULL;

		if (message->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &payload) != CURLE_OK)
			return RCN_ERROR_INTERNAL;
		*ended = true;
		end_transfer(http, (struct rcn_http_transfer *)(void *)payload, result);
	}
	return RCN_OK;
}

static void cut_short(struct rcn_http *http, struct rcn_http_transfer *transfer)
{
	/* The text is the owner's now: libcurl must not write over it. */
	curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, (char *)NULL);
	snprintf(transfer->error, sizeof(transfer->error), "%s",
		 transfer->begun ? "the run ended before the answer came"
				 : "the run ended before it was sent");
	end_transfer(http, transfer, CURLE_ABORTED_BY_CALLBACK);
}

/* A `done` may end further transfers: nothing is remembered from one to the next. */
static struct rcn_http_transfer *first_waiting(const struct rcn_http *http)
{
	struct rcn_http_transfer *at = http->running < http->total ? http->first : NULL;

	while (at && at->running)
		at = at->next;
	return at;
}

void rcn_http_cancel_waiting(struct rcn_http *http)
{
	bool was_closing = http->closing;
	struct rcn_http_transfer *transfer;

	http->closing = true;
	while ((transfer = first_waiting(http)) != NULL)
		cut_short(http, transfer);
	http->closing = was_closing;
}

void rcn_http_abort(struct rcn_http *http)
{
	bool was_closing = http->closing, ended = false;

	http->closing = true;
	rcn_http_cancel_waiting(http);
	if (http->multi)
		(void)take_ended(http, &ended);
	while (http->first)
		cut_short(http, http->first);
	http->closing = was_closing;
}

void rcn_http_free(struct rcn_http *http)
{
	if (!http)
		return;
	rcn_http_abort(http);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	if (http->global)
		curl_global_cleanup();
	free(http->ca_file);
	free(http->user_agent);
	free(http);
}

/* Until an answer says that requests share connections, one each is assumed. Plain http is
 * loopback's: a connection costs nothing there, so each request has one. */
static unsigned slots_of(const struct rcn_http *http)
{
	return http->multiplexed || http->plain ? http->options.concurrency
						: http->options.connections;
}

/* Hands waiting transfers to libcurl, oldest first, as far as there are slots. */
static enum rcn_status promote(struct rcn_http *http)
{
	struct rcn_http_transfer *at = http->first;

	if (http->running == http->total)
		return RCN_OK;
	for (; at; at = at->next) {
		if (at->running)
			continue;
		if (http->running >= slots_of(http))
			break;
		at->started_ms = now_of(http);
		if (curl_multi_add_handle(http->multi, at->easy) != CURLM_OK)
			return RCN_ERROR_MEMORY;
		at->running = true;
		http->running++;
	}
	return RCN_OK;
}

enum rcn_status rcn_http_start(struct rcn_http *http, const struct rcn_http_request *request)
{
	struct rcn_http_transfer *transfer;
	enum rcn_status status;

	if (http->closing)
		return RCN_ERROR_INTERRUPTED;
	if (!request->done || !rcn_http_origin(request->url, NULL))
		return RCN_ERROR_INTERNAL;
	status = rcn_http_transfer_new(&http->options, request, &transfer);
	if (status != RCN_OK)
		return status;
	if (!http->plain && strncasecmp(transfer->url, "https", 5) != 0) {
		http->plain = true;
		curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
				  (long)http->options.concurrency);
	}
	transfer->started_ms = now_of(http);
	link_transfer(http, transfer);
	return RCN_OK;
}

static enum rcn_status move_on(struct rcn_http *http, bool *ended)
{
	enum rcn_status status = promote(http);
	int left = 0;

	if (status != RCN_OK)
		return status;
	if (curl_multi_perform(http->multi, &left) != CURLM_OK)
		return RCN_ERROR_INTERNAL;
	return take_ended(http, ended);
}

enum rcn_status rcn_http_turn(struct rcn_http *http, int64_t wait_ms)
{
	bool ended = false;
	enum rcn_status status = move_on(http, &ended);

	/* What ended may have made room: the caller fills it before anybody sleeps. */
	if (status != RCN_OK || ended || wait_ms <= 0)
		return status;
	if (wait_ms > WAIT_MAXIMUM_MS)
		wait_ms = WAIT_MAXIMUM_MS;
	if (curl_multi_poll(http->multi, NULL, 0, (int)wait_ms, NULL) != CURLM_OK)
		return RCN_ERROR_INTERNAL;
	return move_on(http, &ended);
}

void rcn_http_wake(struct rcn_http *http)
{
	curl_multi_wakeup(http->multi);
}

unsigned rcn_http_in_flight(const struct rcn_http *http)
{
	return http->total;
}
