#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "routes.h"

#define BOOK "/__simulator/"

static void answer_done(struct sim_request *request)
{
	request->answer.status = 200;
	sim_text_add(&request->answer.body, "{\"done\":true}");
}

static void serve_customers(struct sim *sim, struct sim_request *request)
{
	struct text *out = &request->answer.body;
	const char *external_id = sim_request_query(request, "externalId");
	bool any = false;

	request->answer.status = 200;
	sim_text_add(out, "{\"customers\":[");
	for (size_t i = 0; i < sim->customers.count; i++) {
		struct sim_customer *customer = sim->customers.items[i];

		if (external_id && strcmp(external_id, customer->external_id) != 0)
			continue;
		sim_customers_advance(&sim->customers, customer, sim_now());
		sim_text_add(out, any ? ",\n" : "\n");
		any = true;
		sim_render_book(out, &sim->customers, customer, sim->journal.start);
	}
	sim_text_add(out, "]}");
}

static void serve_requests(struct sim *sim, struct sim_request *request)
{
	struct sim_record_filter filter = { .call = -1 };
	const char *call = sim_request_query(request, "call");
	const char *since = sim_request_query(request, "since");

	filter.external_id = sim_request_query(request, "externalId");
	for (int i = 0; call && i < SIM_CALLS; i++)
		if (strcmp(sim_call_names[i], call) == 0)
			filter.call = i;
	if ((call && filter.call < 0) ||
	    (since && !sim_parse_number(since, INT32_MAX, &filter.since))) {
		sim_answer_error(request, 400, "call or since has an unknown value.");
		return;
	}
	request->answer.status = 200;
	sim_journal_render(&sim->journal, &filter, &request->answer.body);
}

static void serve_counts(struct sim *sim, struct sim_request *request)
{
	struct text *out = &request->answer.body;
	struct text ever = { 0 };
	int64_t now = sim_now();
	size_t live = 0;
	bool any = false;

	request->answer.status = 200;
	sim_text_add(out, "{");
	sim_journal_render_counts(&sim->journal, out);
	sim_text_add(out, ",\"duplicates\":[");
	for (size_t i = 0; i < sim->customers.count; i++)
		sim_customers_advance(&sim->customers, sim->customers.items[i], now);
	for (size_t i = 0; i < sim->customers.count; i++) {
		const struct sim_customer *customer = sim->customers.items[i];
		const struct sim_key *key =
			sim_customers_key(&sim->customers, customer->external_id);

		live += !customer->gone;
		/* Each key once: with the oldest living customer of its name. */
		if (!customer->gone && key->live > 1 &&
		    sim_customers_find_external(&sim->customers, customer->external_id, NULL,
						now) == customer) {
			sim_text_add(out, any ? "," : "");
			sim_text_json(out, customer->external_id);
			any = true;
		}
		if (key->most_live > 1) {
			struct text one = { 0 };

			sim_text_json(&one, customer->external_id);
			if (!ever.data || !strstr(ever.data, one.data)) {
				sim_text_add(&ever, ever.data ? "," : "");
				sim_text_add(&ever, one.data);
			}
			sim_text_free(&one);
		}
	}
	sim_text_format(out, "],\"duplicatesEver\":[%s]", ever.data ? ever.data : "");
	sim_text_format(out, ",\"customers\":{\"live\":%zu,\"gone\":%zu}", live,
			sim->customers.count - live);
	sim_text_format(out, ",\"deletesWithSubscribers\":%u}", sim->deletes_with_subscribers);
	sim_text_free(&ever);
}

bool sim_books_seed(struct sim *sim, const char *text, size_t length, char problem[SIM_PROBLEM])
{
	cJSON *list = sim_json_parse(text, length, problem);
	bool good = list != NULL;

	if (good && !cJSON_IsArray(list)) {
		(void)snprintf(problem, SIM_PROBLEM, "a list of customers is expected");
		good = false;
	}
	for (const cJSON *item = good ? list->child : NULL; item && good; item = item->next)
		good = sim_customers_seed(&sim->customers, item, sim_now(), problem);
	cJSON_Delete(list);
	return good;
}

static void serve_seed(struct sim *sim, struct sim_request *request)
{
	char problem[SIM_PROBLEM] = "";

	if (sim_books_seed(sim, request->body.data ? request->body.data : "", request->body.length,
			   problem))
		answer_done(request);
	else
		sim_answer_error(request, 400, problem);
}

static void serve_patch(struct sim *sim, struct sim_request *request, const char *name)
{
	char problem[SIM_PROBLEM] = "the body must be a JSON object";
	int64_t now = sim_now();
	struct sim_customer *customer = sim_customers_find(&sim->customers, name, now);

	if (!customer)
		customer = sim_customers_find_external(&sim->customers, name, NULL, now);
	if (!customer) {
		sim_answer_error(request, 404, "No customer has this id or externalId.");
	} else if (!cJSON_IsObject(request->json) ||
		   !sim_customers_patch(&sim->customers, customer, request->json, now, problem)) {
		sim_answer_error(request, 400, problem);
	} else {
		request->answer.status = 200;
		sim_render_book(&request->answer.body, &sim->customers, customer,
				sim->journal.start);
	}
}

static void serve_script(struct sim *sim, struct sim_request *request)
{
	char problem[SIM_PROBLEM] = "";
	/* No file may be named here: whoever reaches the port would read it. */
	struct sim_script *script = sim_script_read(request->body.data ? request->body.data : "",
						    request->body.length, NULL, problem);

	if (!script) {
		sim_answer_error(request, 400, problem);
		return;
	}
	sim_script_release(sim->script);
	sim->script = script;
	answer_done(request);
}

static void serve_settings(struct sim *sim, struct sim_request *request)
{
	struct sim_options *options = &sim->options;
	const struct {
		const char *name;
		int64_t *place;
	} numbers[] = {
		{ "latency", &options->latency },
		{ "rate", &options->rate },
		{ "burst", &options->burst },
		{ "provisionTime", &sim->customers.provision_time },
		{ "visibleAfter", &sim->customers.visible_after },
	};
	const size_t count = sizeof(numbers) / sizeof(numbers[0]);

	for (const cJSON *item = request->json ? request->json->child : NULL; item;
	     item = item->next) {
		size_t i = 0;

		while (item->string && i < count && strcmp(item->string, numbers[i].name) != 0)
			i++;
		if (item->string && i < count && sim_json_number(item, 86400000, numbers[i].place))
			continue;
		if (item->string && strcmp(item->string, "publicUrl") == 0 &&
		    cJSON_IsString(item)) {
			free(sim->base);
			sim->base = sim_copy(item->valuestring);
			continue;
		}
		sim_answer_error(
			request, 400,
			"Settings: latency, rate, burst, provisionTime, visibleAfter, publicUrl.");
		return;
	}
	if (options->burst == 0)
		options->burst = options->rate;
	sim->bucket = (double)options->burst;
	answer_done(request);
}

static void serve_reset(struct sim *sim, struct sim_request *request)
{
	int64_t provision_time = sim->customers.provision_time;
	int64_t visible_after = sim->customers.visible_after;

	sim_customers_free(&sim->customers);
	sim_customers_init(&sim->customers);
	sim->customers.provision_time = provision_time;
	sim->customers.visible_after = visible_after;
	sim_journal_reset(&sim->journal);
	sim_tokens_free(&sim->tokens);
	sim_tokens_init(&sim->tokens, &sim->options);
	sim_script_release(sim->script);
	sim->script = sim_script_hold(sim->first_script);
	sim_script_rewind(sim->script);
	sim->bucket = (double)sim->options.burst;
	sim->deletes_with_subscribers = 0;
	answer_done(request);
}

void sim_books_serve(struct sim *sim, struct sim_request *request)
{
	const char *name = request->path + strlen(BOOK);
	bool get = strcmp(request->method, "GET") == 0;
	bool post = strcmp(request->method, "POST") == 0;

	if (request->malformed || request->body_too_large)
		sim_answer_error(request, 400, "The request is malformed, or its body too large.");
	else if (get && strcmp(name, "customers") == 0)
		serve_customers(sim, request);
	else if (get && strcmp(name, "requests") == 0)
		serve_requests(sim, request);
	else if (get && strcmp(name, "counts") == 0)
		serve_counts(sim, request);
	else if (post && strcmp(name, "customers") == 0)
		serve_seed(sim, request);
	else if (post && strncmp(name, "customers/", 10) == 0)
		serve_patch(sim, request, name + 10);
	else if (post && strcmp(name, "script") == 0)
		serve_script(sim, request);
	else if (post && strcmp(name, "settings") == 0)
		serve_settings(sim, request);
	else if (post && strcmp(name, "expire-tokens") == 0)
		sim_tokens_expire(&sim->tokens), answer_done(request);
	else if (post && strcmp(name, "reset") == 0)
		serve_reset(sim, request);
	else
		sim_answer_error(request, 404, "There is no such book; README.md lists them.");
}
