#include "webex/client.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "webex/client_internal.h"

#define PAGE_SIZE       "100"
#define TRACKING_PREFIX "reconcile_"

/* A request on its way. It knows no client: the answer may come after the client went. */
struct flight {
	struct rcn_client *client;
	unsigned generation; /* of the token that it carries */
	enum rcn_call call;
	rcn_client_done done;
	void *payload;
};

/* What one call needs. */
struct order {
	enum rcn_call call;
	const char *method;
	struct rcn_view url;
	struct rcn_view body; /* absent = none */
	rcn_client_done done;
	void *payload;
};

static enum rcn_status check_base(struct rcn_view base, struct rcn_diag *diag)
{
	/* What is appended to the base is a path; a query would swallow it. */
	bool query = rcn_view_find(base, '?') < base.len || rcn_view_find(base, '#') < base.len;

	if (!query && rcn_http_origin(base, NULL))
		return RCN_OK;
	rcn_problem_hint(rcn_diag_error_at(diag, RCN_CODE_API_URL, RCN_PLACE_NONE,
					   "the API's address `%.*s` can't be used",
					   RCN_VIEW_ARGS(base)),
			 "give an https URL such as `https://webexapis.com/v1`; plain http goes to "
			 "loopback only");
	return RCN_ERROR_INVALID;
}

static enum rcn_status copy_credentials(struct rcn_client *client,
					const struct rcn_credentials *from)
{
	struct rcn_credentials *to = &client->credentials;

	to->source = from->source;
	if (rcn_secret_copy(&to->access_token, &from->access_token) != RCN_OK ||
	    rcn_secret_copy(&to->client_id, &from->client_id) != RCN_OK ||
	    rcn_secret_copy(&to->client_secret, &from->client_secret) != RCN_OK ||
	    rcn_secret_copy(&to->refresh_token, &from->refresh_token) != RCN_OK)
		return RCN_ERROR_MEMORY;
	return RCN_OK;
}

enum rcn_status rcn_client_new(const struct rcn_client_options *options, struct rcn_client **result,
			       struct rcn_diag *diag)
{
	struct rcn_view base = options->base;
	struct rcn_client *client;
	enum rcn_status status;

	while (rcn_view_ends_with(base, RCN_VIEW("/")))
		base.len--;
	status = check_base(base, diag);
	if (status != RCN_OK)
		return status;
	client = calloc(1, sizeof(*client));
	if (!client)
		return rcn_diag_no_memory(diag);
	client->options = *options;
	client->base = rcn_view_duplicate(base);
	client->options.base = rcn_view_make(client->base, base.len);
	client->options.credentials = &client->credentials;
	if (!client->base || copy_credentials(client, options->credentials) != RCN_OK) {
		rcn_client_free(client);
		return rcn_diag_no_memory(diag);
	}
	*result = client;
	return RCN_OK;
}

void rcn_client_free(struct rcn_client *client)
{
	if (!client)
		return;
	rcn_client_forget_refresh(client);
	rcn_credentials_free(&client->credentials);
	free(client->base);
	free(client);
}

struct rcn_view rcn_client_base(const struct rcn_client *client)
{
	return client->options.base;
}

void rcn_client_make_tracking_id(const struct rcn_client *client, char text[RCN_TRACKING_SIZE])
{
	char uuid[RCN_UUID_SIZE];

	text[0] = '\0';
	if (rcn_random_uuid(client->options.random, uuid) == 0)
		snprintf(text, RCN_TRACKING_SIZE, TRACKING_PREFIX "%s", uuid);
}

static void answered(void *payload, const struct rcn_http_response *response)
{
	struct flight *flight = payload;

	if (response->status / 100 == 2 && flight->generation == flight->client->generation)
		flight->client->proven = true;
	flight->done(flight->payload, flight->call, response);
	free(flight);
}

static bool is_write(enum rcn_call call)
{
	return call == RCN_CALL_CREATE || call == RCN_CALL_UPDATE || call == RCN_CALL_DELETE;
}

static enum rcn_status start(struct rcn_client *client, const struct order *order)
{
	char tracking_id[RCN_TRACKING_SIZE];
	struct rcn_http_request request = { .method = order->method,
					    .url = order->url,
					    .body = order->body,
					    .bearer = &client->credentials.access_token,
					    .done = answered };
	struct flight *flight;
	enum rcn_status status;

	if (client->options.read_only && is_write(order->call))
		return RCN_ERROR_USAGE;
	if (!rcn_secret_is_set(request.bearer))
		return RCN_ERROR_DENIED;
	/* The one place where the token goes out: to the API's origin, or nowhere. */
	if (!rcn_http_same_origin(order->url, client->options.base))
		return RCN_ERROR_INVALID;
	flight = malloc(sizeof(*flight));
	if (!flight)
		return RCN_ERROR_MEMORY;
	*flight = (struct flight){ client, client->generation, order->call, order->done,
				   order->payload };
	request.payload = flight;
	if (!rcn_view_is_none(order->body))
		request.content_type = "application/json";
	rcn_client_make_tracking_id(client, tracking_id);
	if (tracking_id[0])
		request.tracking_id = rcn_view_of(tracking_id);
	status = rcn_http_start(client->options.http, &request);
	if (status != RCN_OK)
		free(flight);
	return status;
}

/* <base><path>[/<id>]?<first>=<value>… : what is absent is left out. */
static void begin_url(struct rcn_buffer *url, const struct rcn_client *client, const char *path,
		      struct rcn_view id)
{
	rcn_buffer_view(url, client->options.base);
	rcn_buffer_text(url, path);
	if (rcn_view_is_none(id))
		return;
	rcn_buffer_char(url, '/');
	rcn_text_percent_encode(url, id);
}

static void add_query(struct rcn_buffer *url, const char *name, struct rcn_view value)
{
	struct rcn_view written = rcn_buffer_get(url);

	if (rcn_view_is_none(value))
		return;
	rcn_buffer_char(url, rcn_view_find(written, '?') < written.len ? '&' : '?');
	rcn_buffer_text(url, name);
	rcn_buffer_char(url, '=');
	rcn_text_percent_encode(url, value);
}

/* Completes the URL and starts it. */
static enum rcn_status send_order(struct rcn_client *client, struct order *order,
				  struct rcn_buffer *url, struct rcn_view sub_partner)
{
	enum rcn_status status;

	add_query(url, "onBehalfOfSubPartnerOrgId", sub_partner);
	status = rcn_buffer_status(url);
	if (status == RCN_ERROR_LIMIT)
		status = RCN_ERROR_INVALID;
	order->url = rcn_buffer_get(url);
	return status == RCN_OK ? start(client, order) : status;
}

#define CUSTOMERS "/wholesale/customers"

/* An empty id would make the URL of the whole list. */
static bool is_usable_id(struct rcn_view id)
{
	return id.len > 0 && !rcn_view_is(id, ".") && !rcn_view_is(id, "..");
}

static enum rcn_status start_on_one(struct rcn_client *client, struct order *order,
				    struct rcn_view customer_id, struct rcn_view sub_partner)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);

	if (!is_usable_id(customer_id))
		return RCN_ERROR_INVALID;
	begin_url(&url, client, CUSTOMERS, customer_id);
	return send_order(client, order, &url, sub_partner);
}

enum rcn_status rcn_client_create(struct rcn_client *client, struct rcn_view body,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct order order = { RCN_CALL_CREATE, "POST", RCN_VIEW_NONE, body, done, payload };

	begin_url(&url, client, CUSTOMERS, RCN_VIEW_NONE);
	return send_order(client, &order, &url, sub_partner);
}

enum rcn_status rcn_client_update(struct rcn_client *client, struct rcn_view customer_id,
				  struct rcn_view body, struct rcn_view sub_partner,
				  rcn_client_done done, void *payload)
{
	struct order order = { RCN_CALL_UPDATE, "PUT", RCN_VIEW_NONE, body, done, payload };

	return start_on_one(client, &order, customer_id, sub_partner);
}

enum rcn_status rcn_client_delete(struct rcn_client *client, struct rcn_view customer_id,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload)
{
	struct order order = { .call = RCN_CALL_DELETE, .method = "DELETE", .done = done };

	order.payload = payload;
	return start_on_one(client, &order, customer_id, sub_partner);
}

enum rcn_status rcn_client_get(struct rcn_client *client, struct rcn_view customer_id,
			       struct rcn_view sub_partner, rcn_client_done done, void *payload)
{
	struct order order = { .call = RCN_CALL_GET, .method = "GET", .done = done };

	order.payload = payload;
	return start_on_one(client, &order, customer_id, sub_partner);
}

enum rcn_status rcn_client_lookup(struct rcn_client *client, struct rcn_view external_id,
				  struct rcn_view sub_partner, rcn_client_done done, void *payload)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct order order = { .call = RCN_CALL_LOOKUP, .method = "GET", .done = done };

	/* Without a value the service would list everybody. */
	if (external_id.len == 0)
		return RCN_ERROR_INVALID;
	order.payload = payload;
	begin_url(&url, client, CUSTOMERS, RCN_VIEW_NONE);
	add_query(&url, "externalId", external_id);
	return send_order(client, &order, &url, sub_partner);
}

enum rcn_status rcn_client_list(struct rcn_client *client, struct rcn_view next, size_t offset,
				struct rcn_view sub_partner, rcn_client_done done, void *payload)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct order order = { .call = RCN_CALL_LIST, .method = "GET", .done = done };

	order.payload = payload;
	if (!rcn_view_is_none(next)) {
		/* Followed exactly as given, nothing added. */
		order.url = next;
		return start(client, &order);
	}
	begin_url(&url, client, CUSTOMERS, RCN_VIEW_NONE);
	rcn_buffer_text(&url, "?max=" PAGE_SIZE);
	if (offset > 0)
		rcn_buffer_format(&url, "&offset=%zu", offset);
	return send_order(client, &order, &url, sub_partner);
}

enum rcn_status rcn_client_validate(struct rcn_client *client, struct rcn_view body,
				    struct rcn_view sub_partner, rcn_client_done done,
				    void *payload)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct order order = { RCN_CALL_VALIDATE, "POST", RCN_VIEW_NONE, body, done, payload };

	begin_url(&url, client, CUSTOMERS "/validate", RCN_VIEW_NONE);
	return send_order(client, &order, &url, sub_partner);
}

enum rcn_status rcn_client_subscribers(struct rcn_client *client, struct rcn_view customer_id,
				       struct rcn_view sub_partner, rcn_client_done done,
				       void *payload)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer url = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct order order = { .call = RCN_CALL_SUBSCRIBERS, .method = "GET", .done = done };

	if (!is_usable_id(customer_id))
		return RCN_ERROR_INVALID;
	order.payload = payload;
	begin_url(&url, client, "/wholesale/subscribers", RCN_VIEW_NONE);
	add_query(&url, "customerId", customer_id);
	add_query(&url, "max", RCN_VIEW("1"));
	return send_order(client, &order, &url, sub_partner);
}
