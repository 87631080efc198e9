#include "http/transfer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

static void wipe(char *text, size_t len)
{
	if (text)
		explicit_bzero(text, len);
	free(text);
}

static size_t take_header(char *line, size_t size, size_t count, void *payload)
{
	struct rcn_http_transfer *transfer = payload;

	return rcn_http_answer_header(&transfer->answer, line, size * count) ? size * count : 0;
}

static size_t take_body(char *ptr, size_t size, size_t count, void *payload)
{
	struct rcn_http_transfer *transfer = payload;

	return rcn_http_answer_body(&transfer->answer, ptr, size * count) ? size * count : 0;
}

/*
 * libcurl calls this when it has a connection and is about to send. A second
 * call for the same request means that it repeats by itself: it does so when a reused
 * connection died before a byte of the answer came (Curl_retry_request), or when an
 * HTTP/2 server refused the stream, and does not ask whether the request is idempotent.
 * The service may have read all of the first one, so a POST ends here.
 */
static int before_sending(void *payload, char *remote, char *local, int remote_port, int local_port)
{
	struct rcn_http_transfer *transfer = payload;

	(void)remote;
	(void)local;
	(void)remote_port;
	(void)local_port;
	if (transfer->begun && transfer->once) {
		transfer->repeated = true;
		return CURL_PREREQFUNC_ABORT;
	}
	transfer->begun = true;
	return CURL_PREREQFUNC_OK;
}

/* Appends one header that is composed of parts, leaving no copy of it elsewhere. */
static bool add_header(struct rcn_http_transfer *transfer, const char *name, struct rcn_view value)
{
	size_t size = strlen(name) + value.len + 1;
	char *line = malloc(size);
	struct curl_slist *grown = NULL;

	if (line && snprintf(line, size, "%s%.*s", name, RCN_VIEW_ARGS(value)) >= 0)
		grown = curl_slist_append(transfer->headers, line);
	wipe(line, size);
	if (grown)
		transfer->headers = grown;
	return grown != NULL;
}

static bool add_headers(struct rcn_http_transfer *transfer, const struct rcn_http_request *request)
{
	bool added = add_header(transfer, "Accept: ", RCN_VIEW("application/json")) &&
		     /* Without it libcurl waits for "100 Continue" before larger bodies. */
		     add_header(transfer, "Expect:", RCN_VIEW(""));

	if (added && request->content_type)
		added = add_header(transfer, "Content-Type: ", rcn_view_of(request->content_type));
	if (added && request->tracking_id.ptr)
		added = add_header(transfer, "TrackingID: ", request->tracking_id);
	if (added && request->bearer)
		added = add_header(transfer, "Authorization: Bearer ",
				   rcn_secret_reveal(request->bearer));
	return added;
}

#define SET(easy, option, value) (curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static bool set_method(struct rcn_http_transfer *transfer, const struct rcn_http_request *request)
{
	CURL *easy = transfer->easy;

	if (strcmp(request->method, "GET") == 0)
		return !transfer->body && SET(easy, CURLOPT_HTTPGET, 1L);
	if (strcmp(request->method, "POST") == 0)
		transfer->once = true;
	else if (strcmp(request->method, "PUT") != 0 && strcmp(request->method, "DELETE") != 0)
		return false;
	if (!SET(easy, CURLOPT_CUSTOMREQUEST, request->method))
		return false;
	if (!transfer->body && !transfer->once)
		return true;
	return SET(easy, CURLOPT_POST, 1L) &&
	       SET(easy, CURLOPT_POSTFIELDS, transfer->body ? transfer->body : "") &&
	       SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_len);
}

static bool set_limits(CURL *easy, const struct rcn_http_options *options,
		       const struct rcn_http_request *request)
{
	int64_t timeout = request->timeout_ms ? request->timeout_ms : options->timeout_ms;

	/* No low-speed limit: a server that thinks for long is waited for as long as told. */
	return SET(easy, CURLOPT_TIMEOUT_MS, (long)timeout) &&
	       SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms) &&
	       SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

static bool set_trust(CURL *easy, const struct rcn_http_options *options, bool tls)
{
	/* With CAPATH set, as Debian's default has it, libcurl parses the whole bundle again
	 * for every connection (29 ms); with the file alone it keeps what it parsed. */
	if (options->ca_file && (!SET(easy, CURLOPT_CAINFO, options->ca_file) ||
				 !SET(easy, CURLOPT_CAPATH, (char *)NULL)))
		return false;
	return SET(easy, CURLOPT_SSL_VERIFYPEER, 1L) && SET(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
	       SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(easy, CURLOPT_HTTP_VERSION,
		   tls ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1) &&
	       SET(easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L) && (tls || SET(easy, CURLOPT_PROXY, ""));
}

static bool set_manners(CURL *easy, const struct rcn_http_options *options)
{
	return SET(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       SET(easy, CURLOPT_FOLLOWLOCATION, 0L) && SET(easy, CURLOPT_NOSIGNAL, 1L) &&
	       SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	       SET(easy, CURLOPT_HTTP09_ALLOWED, 0L) &&
	       (!options->user_agent || SET(easy, CURLOPT_USERAGENT, options->user_agent));
}

static bool set_callbacks(struct rcn_http_transfer *transfer)
{
	CURL *easy = transfer->easy;

	return SET(easy, CURLOPT_PRIVATE, transfer) &&
	       SET(easy, CURLOPT_ERRORBUFFER, transfer->error) &&
	       SET(easy, CURLOPT_HEADERFUNCTION, take_header) &&
	       SET(easy, CURLOPT_HEADERDATA, transfer) &&
	       SET(easy, CURLOPT_WRITEFUNCTION, take_body) &&
	       SET(easy, CURLOPT_WRITEDATA, transfer) &&
	       SET(easy, CURLOPT_PREREQFUNCTION, before_sending) &&
	       SET(easy, CURLOPT_PREREQDATA, transfer);
}

enum rcn_status rcn_http_transfer_new(const struct rcn_http_options *options,
				      const struct rcn_http_request *request,
				      struct rcn_http_transfer **result)
{
	struct rcn_http_transfer *transfer = calloc(1, sizeof(*transfer));
	bool tls = request->url.len > 5 && strncasecmp(request->url.ptr, "https", 5) == 0;
	enum rcn_status status = RCN_ERROR_MEMORY;

	if (!transfer)
		return RCN_ERROR_MEMORY;
	rcn_http_answer_init(&transfer->answer);
	transfer->done = request->done;
	transfer->payload = request->payload;
	transfer->easy = curl_easy_init();
	transfer->url = rcn_view_duplicate(request->url);
	if (!transfer->easy || !transfer->url || !add_headers(transfer, request))
		goto out;
	if (request->body.ptr) {
		transfer->body = rcn_view_duplicate(request->body);
		transfer->body_len = request->body.len;
		if (!transfer->body)
			goto out;
	}
	status = RCN_ERROR_INTERNAL;
	if (set_manners(transfer->easy, options) && set_trust(transfer->easy, options, tls) &&
	    set_limits(transfer->easy, options, request) && set_callbacks(transfer) &&
	    set_method(transfer, request) && SET(transfer->easy, CURLOPT_URL, transfer->url) &&
	    SET(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers))
		status = RCN_OK;
out:
	if (status == RCN_OK)
		*result = transfer;
	else
		rcn_http_transfer_free(transfer);
	return status;
}

static bool is_distrust(CURLcode result)
{
	return result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE ||
	       result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_ISSUER_ERROR ||
	       result == CURLE_SSL_INVALIDCERTSTATUS || result == CURLE_SSL_CRL_BADFILE ||
	       result == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}

static enum rcn_http_outcome judge(const struct rcn_http_transfer *transfer, CURLcode result)
{
	if (transfer->answer.status == RCN_ERROR_LIMIT)
		return RCN_HTTP_TOO_LARGE;
	/* Nothing leaves before before_sending() was called; afterwards anything may have. */
	if (!transfer->begun)
		return is_distrust(result) ? RCN_HTTP_UNTRUSTED : RCN_HTTP_NOT_SENT;
	/* libcurl is content with an answer that ends within its headers. */
	if (result == CURLE_OK && transfer->answer.headers_ended)
		return RCN_HTTP_ANSWERED;
	return RCN_HTTP_UNKNOWN;
}

static const char *explain(const struct rcn_http_transfer *transfer, CURLcode result)
{
	if (transfer->answer.status == RCN_ERROR_LIMIT)
		return "the answer is larger than the maximum";
	if (transfer->answer.status == RCN_ERROR_MEMORY)
		return "no memory for the answer";
	if (transfer->repeated)
		return "the connection was closed after the request had been sent";
	if (result == CURLE_OK)
		return "the answer ended within its headers";
	return transfer->error[0] ? transfer->error : curl_easy_strerror(result);
}

static int version_number(long version)
{
	switch (version) {
	case CURL_HTTP_VERSION_1_0:
		return 10;
	case CURL_HTTP_VERSION_1_1:
		return 11;
	case CURL_HTTP_VERSION_2_0:
		return 20;
	default:
		return 0;
	}
}

void rcn_http_transfer_read(struct rcn_http_transfer *transfer, CURLcode result, int64_t now,
			    struct rcn_http_response *response)
{
	const struct rcn_http_answer *answer = &transfer->answer;
	long status = 0, version = 0;

	*response = (struct rcn_http_response){ .outcome = judge(transfer, result) };
	if (transfer->begun && transfer->running) {
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
	}
	response->status = (int)status;
	response->http_version = version_number(version);
	response->body = answer->body ? rcn_view_make(answer->body, answer->len) : RCN_VIEW("");
	response->location = rcn_http_answer_get(answer, RCN_HTTP_LOCATION);
	response->link = rcn_http_answer_get(answer, RCN_HTTP_LINK);
	response->retry_after = rcn_http_answer_get(answer, RCN_HTTP_RETRY_AFTER);
	response->date = rcn_http_answer_get(answer, RCN_HTTP_DATE);
	response->content_type = rcn_http_answer_get(answer, RCN_HTTP_CONTENT_TYPE);
	response->tracking_id = rcn_http_answer_get(answer, RCN_HTTP_TRACKING_ID);
	response->started_ms = transfer->started_ms;
	response->ended_ms = now;
	if (response->outcome != RCN_HTTP_ANSWERED)
		response->error = rcn_view_of(explain(transfer, result));
}

void rcn_http_transfer_free(struct rcn_http_transfer *transfer)
{
	if (!transfer)
		return;
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	for (struct curl_slist *at = transfer->headers; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(transfer->headers);
	wipe(transfer->body, transfer->body_len);
	free(transfer->url);
	rcn_http_answer_free(&transfer->answer);
	free(transfer);
}
