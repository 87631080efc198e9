#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole seconds until a token is in the bucket again; 0 when one was there and is taken. */
static int64_t take_token(struct sim *sim)
{
	int64_t now = sim_now();
	double rate = (double)sim->options.rate;

	if (sim->options.rate == 0)
		return 0;
	sim->bucket += (double)(now - sim->bucket_at) * rate / 1000.0;
	if (sim->bucket > (double)sim->options.burst)
		sim->bucket = (double)sim->options.burst;
	sim->bucket_at = now;
	if (sim->bucket >= 1.0) {
		sim->bucket -= 1.0;
		return 0;
	}
	return (int64_t)((1.0 - sim->bucket) / rate) + 1;
}

/* A customer that the path names is known to the books by its externalId. */
static void find_external_id(struct sim *sim, struct sim_request *request)
{
	if (!request->customer_id)
		return;
	const struct sim_customer *customer =
		sim_customers_find(&sim->customers, request->customer_id, sim_now());
	if (customer) {
		free(request->external_id);
		request->external_id = sim_copy(customer->external_id);
	}
}

int64_t sim_routes_arrive(struct sim *sim, struct sim_request *request)
{
	int64_t wait = 0;

	if (request->book)
		return 0;
	(void)pthread_mutex_lock(&sim->lock);
	find_external_id(sim, request);
	/* The token call's body is made of secrets. */
	bool keep =
		request->body.length > 0 && request->call != SIM_TOKEN && !request->body_too_large;
	struct sim_arrival arrival = {
		.call = request->call,
		.method = request->method,
		.path = request->path ? request->path : request->target,
		.query = request->raw_query,
		.external_id = request->external_id,
		.client_tracking = request->client_tracking,
		.authorized = request->authorization != NULL,
		.body_json = keep && request->json ? request->body.data : NULL,
		.body_text = keep ? request->body.data : NULL,
		.body_length = request->body.length,
	};
	request->seq = sim_journal_arrive(&sim->journal, &arrival);
	(void)snprintf(request->tracking, sizeof(request->tracking), "ROUTER_%08llX-SIM",
		       (unsigned long long)request->seq);
	if (request->call == SIM_CREATE && request->external_id)
		sim_customers_key(&sim->customers, request->external_id)->posts++;
	int64_t seconds = request->call == SIM_TOKEN ? 0 : take_token(sim);
	if (seconds > 0) {
		char number[24];

		request->throttled = true;
		(void)snprintf(number, sizeof(number), "%lld", (long long)seconds);
		sim_answer_header(&request->answer, "Retry-After", number);
	} else {
		struct sim_subject subject = {
			.call = request->call,
			.method = request->method,
			.path = arrival.path,
			.external_id = request->external_id,
		};
		request->script = sim_script_hold(sim->script);
		request->action = sim_script_match(request->script, &subject, &request->rule);
		wait = request->action ? request->action->delay : 0;
	}
	(void)pthread_mutex_unlock(&sim->lock);
	return wait;
}

static const char *find_place(const struct sim *sim, const struct sim_request *request,
			      const char *from, size_t *length)
{
	const struct {
		const char *name;
		const char *value;
	} places[] = {
		{ "{id}", request->customer_id },
		{ "{externalId}", request->external_id },
		{ "{base}", sim->base },
		{ "{trackingId}", request->tracking },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		*length = strlen(places[i].name);
		if (strncmp(from, places[i].name, *length) == 0)
			return places[i].value ? places[i].value : "";
	}
	return NULL;
}

static char *expand(const struct sim *sim, const struct sim_request *request, const char *from)
{
	struct text out = { 0 };
	size_t length = 0;

	while (*from) {
		const char *value = *from == '{' ? find_place(sim, request, from, &length) : NULL;

		if (value) {
			sim_text_add(&out, value);
			from += length;
		} else {
			sim_text_add_bytes(&out, from++, 1);
		}
	}
	return sim_text_take(&out);
}

static void replace_url(struct sim *sim, struct sim_request *request)
{
	const struct sim_replace *url = &request->action->url;
	struct text *body = &request->answer.body;

	if (request->answer.status != 202 || (!url->absent && !url->text))
		return;
	sim_text_free(body);
	if (url->absent) {
		sim_text_add(body, "{}");
		return;
	}
	char *value = expand(sim, request, url->text);
	sim_text_add(body, "{\"url\":");
	sim_text_json(body, value);
	sim_text_add(body, "}");
	free(value);
}

static void replace_location(struct sim *sim, struct sim_request *request)
{
	const struct sim_replace *location = &request->action->location;

	if (location->absent)
		sim_answer_drop_header(&request->answer, "Location");
	if (location->text) {
		char *value = expand(sim, request, location->text);

		sim_answer_header(&request->answer, "Location", value);
		free(value);
	}
}

static void mangle(struct sim *sim, struct sim_request *request)
{
	const struct sim_action *action = request->action;
	struct sim_answer *answer = &request->answer;

	replace_url(sim, request);
	if (action->status) {
		if (action->status >= 300)
			sim_answer_drop_header(answer, "Location");
		if (!answer->body.data || action->status >= 300)
			sim_answer_error(request, (int)action->status,
					 "This is a fault from the simulator's script.");
		answer->status = (int)action->status;
	}
	if (action->body) {
		char *body = expand(sim, request, action->body);

		sim_text_free(&answer->body);
		sim_text_add(&answer->body, body);
		free(body);
	}
	replace_location(sim, request);
	for (const cJSON *item = action->headers ? action->headers->child : NULL; item;
	     item = item->next) {
		char *value = expand(sim, request, item->valuestring);

		sim_answer_header(answer, item->string, value);
		free(value);
	}
}

void sim_routes_work(struct sim *sim, struct sim_request *request)
{
	struct sim_answer *answer = &request->answer;
	const struct sim_action *action = request->action;

	(void)pthread_mutex_lock(&sim->lock);
	if (request->book) {
		sim_books_serve(sim, request);
		(void)pthread_mutex_unlock(&sim->lock);
		return;
	}
	if (action && action->expire_tokens)
		sim_tokens_expire(&sim->tokens);
	if (request->throttled)
		sim_answer_gateway(request, 429, "Too Many Requests");
	else if (!action || action->work)
		sim_api_serve(sim, request);
	if (action)
		mangle(sim, request);
	sim_answer_header(answer, "TrackingID", request->tracking);
	answer->wait = sim->options.latency + (action ? action->delay_after : 0);
	if (action && action->drop != SIM_DROP_NO)
		answer->wait = action->delay_after;
	(void)pthread_mutex_unlock(&sim->lock);
}

void sim_routes_leave(struct sim *sim, struct sim_request *request, int status)
{
	if (request->book || request->seq == 0)
		return;
	(void)pthread_mutex_lock(&sim->lock);
	sim_journal_answer(&sim->journal, request->seq, request->call, status, request->rule,
			   request->answer.did, request->tracking);
	(void)pthread_mutex_unlock(&sim->lock);
	request->seq = 0;
}
