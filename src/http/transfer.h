/*
 * One request on its way, and its curl handle. Inside src/http only.
 */
#ifndef RCN_HTTP_TRANSFER_H
#define RCN_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "http/answer.h"
#include "http/http.h"

struct rcn_http_transfer {
	struct rcn_http_transfer *previous, *next;
	CURL *easy;
	bool running;  /* handed to libcurl; else it waits in our queue */
	bool once;     /* a POST: must not be on the wire twice */
	bool begun;    /* libcurl began to send it */
	bool repeated; /* libcurl wanted to send it again, and was refused */
	char *url;
	char *body; /* NULL when there is none */
	size_t body_len;
	struct curl_slist *headers; /* one of them may hold the token: wiped */
	struct rcn_http_answer answer;
	char error[CURL_ERROR_SIZE];
	int64_t started_ms;
	void (*done)(void *payload, const struct rcn_http_response *response);
	void *payload;
};

/* Sets a fresh transfer up; RCN_ERROR_MEMORY or RCN_ERROR_INTERNAL. */
enum rcn_status rcn_http_transfer_new(const struct rcn_http_options *options,
				      const struct rcn_http_request *request,
				      struct rcn_http_transfer **transfer);

/* What it came to. The response borrows from the transfer. */
void rcn_http_transfer_read(struct rcn_http_transfer *transfer, CURLcode result, int64_t now,
			    struct rcn_http_response *response);
void rcn_http_transfer_free(struct rcn_http_transfer *transfer);

#endif
