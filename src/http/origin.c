#include <curl/curl.h>

#include <ctype.h>
#include <stdlib.h>

#include "base/limits.h"
#include "http/http.h"

/* What libcurl's parser makes of a URL. */
struct parts {
	char *scheme, *host, *port;
	bool refused; /* user information or a fragment */
};

static void free_parts(struct parts *parts)
{
	curl_free(parts->scheme);
	curl_free(parts->host);
	curl_free(parts->port);
}

static bool has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static bool read_parts(const char *text, struct parts *parts)
{
	CURLU *url = curl_url();
	bool read = false;

	if (!url)
		return false;
	if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
		parts->refused = has_part(url, CURLUPART_USER) ||
				 has_part(url, CURLUPART_PASSWORD) ||
				 has_part(url, CURLUPART_FRAGMENT);
		read = curl_url_get(url, CURLUPART_SCHEME, &parts->scheme, 0) == CURLUE_OK &&
		       curl_url_get(url, CURLUPART_HOST, &parts->host, 0) == CURLUE_OK &&
		       curl_url_get(url, CURLUPART_PORT, &parts->port, CURLU_DEFAULT_PORT) ==
			       CURLUE_OK;
	}
	curl_url_cleanup(url);
	return read;
}

/* Four decimal numbers and nothing else: `127.evil.example` is a name, not an address. */
static bool is_loopback_address(const char *host)
{
	unsigned dots = 0;

	if (strncmp(host, "127.", 4) != 0)
		return false;
	for (const char *at = host; *at; at++) {
		if (*at == '.')
			dots++;
		else if (!isdigit((unsigned char)*at))
			return false;
	}
	return dots == 3;
}

static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       is_loopback_address(host);
}

static bool write_origin(const struct parts *parts, struct rcn_buffer *origin)
{
	bool tls = strcmp(parts->scheme, "https") == 0;

	for (char *at = parts->host; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	if (parts->refused || (!tls && strcmp(parts->scheme, "http") != 0))
		return false;
	if (!tls && !is_loopback(parts->host))
		return false;
	if (!origin)
		return true;
	rcn_buffer_format(origin, "%s://%s", parts->scheme, parts->host);
	if (strcmp(parts->port, tls ? "443" : "80") != 0)
		rcn_buffer_format(origin, ":%s", parts->port);
	return rcn_buffer_status(origin) == RCN_OK;
}

/* Bytes that have no place in a URL (RFC 3986): libcurl lets some pass. */
static bool has_stray_bytes(struct rcn_view url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] > '~' || url.ptr[i] == '\\')
			return true;
	return false;
}

/* libcurl would guess a missing scheme, and take a path for a host behind `https:///`. */
static bool names_scheme(struct rcn_view url)
{
	size_t len = 0;

	if (url.len > 7 && strncasecmp(url.ptr, "http://", 7) == 0)
		len = 7;
	else if (url.len > 8 && strncasecmp(url.ptr, "https://", 8) == 0)
		len = 8;
	return len > 0 && url.ptr[len] != '/';
}

bool rcn_http_origin(struct rcn_view url, struct rcn_buffer *origin)
{
	struct parts parts = { NULL, NULL, NULL, false };
	char *text;
	bool written;

	if (url.len > RCN_LIMIT_URL_BYTES || !names_scheme(url) || has_stray_bytes(url))
		return false;
	text = rcn_view_duplicate(url);
	if (!text)
		return false;
	written = read_parts(text, &parts) && write_origin(&parts, origin);
	free_parts(&parts);
	free(text);
	return written;
}

bool rcn_http_same_origin(struct rcn_view a, struct rcn_view b)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer first = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	RCN_CLEANUP_BUFFER struct rcn_buffer second = RCN_BUFFER(RCN_LIMIT_URL_BYTES);

	return rcn_http_origin(a, &first) && rcn_http_origin(b, &second) &&
	       rcn_view_equal(rcn_buffer_get(&first), rcn_buffer_get(&second));
}
