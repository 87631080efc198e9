#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contract.h"
#include "render.h"
#include "routes.h"

#define SUB_PARTNER "onBehalfOfSubPartnerOrgId"

/* application/json, with nothing but a UTF-8 charset beside it. */
static bool is_media_type(const char *header, const char *wanted)
{
	size_t length = strlen(wanted);

	if (!header || strncasecmp(header, wanted, length) != 0)
		return false;
	header += length;
	header += strspn(header, " \t");
	if (!*header)
		return true;
	if (*header++ != ';')
		return false;
	header += strspn(header, " \t");
	return !*header || strcasecmp(header, "charset=utf-8") == 0 ||
	       strcasecmp(header, "charset=\"utf-8\"") == 0;
}

static bool judge_query(struct sim_request *request, const char *const *known)
{
	char message[200];

	for (size_t i = 0; i < request->query_count; i++) {
		const char *name = request->query[i].name;
		const char *const *item = known;

		while (*item && strcmp(*item, name) != 0)
			item++;
		if (!*item) {
			(void)snprintf(message, sizeof(message),
				       "Unknown query parameter '%.100s'.", name);
			sim_answer_error(request, 400, message);
			return false;
		}
		for (size_t j = 0; j < i; j++) {
			if (strcmp(name, "status") == 0 ||
			    strcmp(name, request->query[j].name) != 0)
				continue;
			(void)snprintf(message, sizeof(message),
				       "Query parameter '%s' is given twice.", name);
			sim_answer_error(request, 400, message);
			return false;
		}
	}
	return true;
}

static bool judge_body(struct sim_request *request)
{
	char message[SIM_PROBLEM + 40];
	bool wants = request->call == SIM_CREATE || request->call == SIM_UPDATE ||
		     request->call == SIM_VALIDATE;
	const char *type = request->content_type;

	if (!wants) {
		if (request->body.length > 0)
			sim_answer_error(request, 400, "This call takes no body.");
		return request->body.length == 0;
	}
	if (!is_media_type(type, "application/json")) {
		(void)snprintf(message, sizeof(message), "Content type '%.100s' not supported",
			       type ? type : "");
		sim_answer_error(request, 415, message);
		return false;
	}
	if (!request->json) {
		(void)snprintf(message, sizeof(message), "The body is no valid JSON: %s",
			       request->body.length ? request->problem : "it is empty");
		sim_answer_error(request, 400, message);
		return false;
	}
	return true;
}

static bool judge_contract(struct sim_request *request, enum sim_body kind, bool has_location)
{
	struct sim_problems problems;

	sim_contract_judge(kind, request->json, has_location, &problems);
	if (problems.count == 0)
		return true;
	request->answer.status = 400;
	sim_contract_answer(&problems, request->tracking, &request->answer.body);
	return false;
}

static void answer_accepted(struct sim *sim, struct sim_request *request,
			    const struct sim_customer *customer, const char *verb)
{
	struct text url = { 0 };
	struct text did = { 0 };

	sim_text_format(&url, "%s/wholesale/customers/%s", sim->base, customer->id);
	sim_text_add(&request->answer.body, "{\"url\":");
	sim_text_json(&request->answer.body, url.data);
	sim_text_add(&request->answer.body, "}");
	sim_answer_header(&request->answer, "Location", url.data);
	sim_text_free(&url);
	request->answer.status = 202;
	sim_text_format(&did, "%s %s", verb, customer->id);
	free(request->answer.did);
	request->answer.did = sim_text_take(&did);
}

static const cJSON *wanted_outcome(const struct sim_request *request)
{
	return request->action ? request->action->outcome : NULL;
}

static void serve_create(struct sim *sim, struct sim_request *request)
{
	int64_t now = sim_now();

	if (!judge_contract(request, SIM_BODY_PROVISION, false))
		return;
	if (!sim->options.allow_duplicates &&
	    sim_customers_find_external(&sim->customers, request->external_id, NULL, now)) {
		sim_answer_error(request, 409, "A customer with this externalId exists already.");
		return;
	}
	struct sim_customer *customer = sim_customers_create(
		&sim->customers, request->json, request->body.data, request->body.length,
		sim_request_query(request, SUB_PARTNER), wanted_outcome(request), now);
	if (!customer) {
		sim_answer_error(request, 503, "The simulator holds as many customers as it can.");
		return;
	}
	free(request->customer_id);
	request->customer_id = sim_copy(customer->id);
	answer_accepted(sim, request, customer, "created");
}

/* Does the caller, for itself or for a sub-partner, see this customer? */
static bool in_scope(const struct sim *sim, const struct sim_request *request,
		     const struct sim_customer *customer)
{
	const char *sub_partner = sim_request_query(request, SUB_PARTNER);

	if (sub_partner)
		return customer->sub_partner && strcmp(customer->sub_partner, sub_partner) == 0;
	return !sim->options.strict_scope || !customer->sub_partner;
}

/* The customer that the path names; NULL with the answer made. */
static struct sim_customer *find_customer(struct sim *sim, struct sim_request *request)
{
	struct sim_customer *customer =
		sim_customers_find(&sim->customers, request->customer_id, sim_now());

	if (customer && !customer->gone && in_scope(sim, request, customer))
		return customer;
	sim_answer_error(request, 404, "The requested resource could not be found.");
	return NULL;
}

static void serve_get(struct sim *sim, struct sim_request *request)
{
	const char *licenses = sim_request_query(request, "includePackageLicenseInfo");
	const struct sim_customer *customer = find_customer(sim, request);

	if (!customer)
		return;
	if (licenses && strcmp(licenses, "true") != 0 && strcmp(licenses, "false") != 0) {
		sim_answer_error(request, 400, "includePackageLicenseInfo is true or false.");
		return;
	}
	request->answer.status = 200;
	sim_render_customer(&request->answer.body, customer, licenses && *licenses == 't');
}

static void serve_update(struct sim *sim, struct sim_request *request)
{
	int64_t now = sim_now();
	struct sim_customer *customer = find_customer(sim, request);

	if (!customer || !judge_contract(request, SIM_BODY_UPDATE, customer->has_location))
		return;
	if (sim_customer_is_busy(customer)) {
		sim_answer_error(request, 409, "The customer is busy with an earlier request.");
		return;
	}
	const char *external_id = sim_json_string(request->json, "externalId");
	if (external_id && !sim->options.allow_duplicates &&
	    sim_customers_find_external(&sim->customers, external_id, customer, now)) {
		sim_answer_error(request, 409, "Another customer has this externalId.");
		return;
	}
	sim_customers_update(&sim->customers, customer, request->json, request->body.data,
			     request->body.length, wanted_outcome(request), now);
	answer_accepted(sim, request, customer, "updated");
}

static void serve_delete(struct sim *sim, struct sim_request *request)
{
	struct sim_customer *customer = find_customer(sim, request);

	if (!customer)
		return;
	bool deleting = strcmp(customer->status, "deleting") == 0;
	if (sim_customer_is_busy(customer) && !deleting) {
		sim_answer_error(request, 409, "The customer is busy with an earlier request.");
		return;
	}
	if (!deleting) {
		if (customer->subscribers && customer->subscribers->child)
			sim->deletes_with_subscribers++;
		sim_customers_delete(&sim->customers, customer, wanted_outcome(request), sim_now());
	}
	answer_accepted(sim, request, customer, "deleted");
	sim_answer_drop_header(&request->answer, "Location");
	sim_text_free(&request->answer.body);
}

/* offset and max, with the ceiling quietly applied. */
static bool read_page(struct sim_request *request, int64_t fallback, int64_t ceiling,
		      int64_t *offset, int64_t *max)
{
	const char *offset_text = sim_request_query(request, "offset");
	const char *max_text = sim_request_query(request, "max");

	*offset = 0;
	*max = fallback;
	if ((offset_text && !sim_parse_number(offset_text, INT32_MAX, offset)) ||
	    (max_text && (!sim_parse_number(max_text, INT32_MAX, max) || *max == 0))) {
		sim_answer_error(request, 400, "offset and max are whole numbers, max from 1.");
		return false;
	}
	if (*max > ceiling)
		*max = ceiling;
	return true;
}

static void link_next(struct sim *sim, struct sim_request *request, const char *collection,
		      int64_t offset, int64_t max)
{
	struct text link = { 0 };

	if (!sim->options.page_links)
		return;
	sim_text_format(&link, "<%s/wholesale/%s?offset=%lld&max=%lld", sim->base, collection,
			(long long)offset, (long long)max);
	for (size_t i = 0; i < request->query_count; i++) {
		const struct sim_pair *pair = &request->query[i];

		if (strcmp(pair->name, "offset") == 0 || strcmp(pair->name, "max") == 0)
			continue;
		sim_text_format(&link, "&%s=", pair->name);
		sim_text_percent(&link, pair->value);
	}
	sim_text_add(&link, ">; rel=\"next\"");
	sim_answer_header(&request->answer, "Link", link.data);
	sim_text_free(&link);
}

/* A status filter is repeated, or one list with commas: the documentation shows both. */
static bool has_status(const struct sim_request *request, const char *status)
{
	bool asked = false;
	size_t length = strlen(status);

	for (size_t i = 0; i < request->query_count; i++) {
		if (strcmp(request->query[i].name, "status") != 0)
			continue;
		asked = true;
		for (const char *word = request->query[i].value;; word++) {
			size_t run = strcspn(word, ",");

			if (run == length && strncmp(word, status, run) == 0)
				return true;
			word += run;
			if (!*word)
				break;
		}
	}
	return !asked;
}

static bool is_listed(const struct sim *sim, const struct sim_request *request,
		      const struct sim_customer *customer, int64_t now)
{
	const char *external_id = sim_request_query(request, "externalId");
	const char *org_id = sim_request_query(request, "orgId");

	if (customer->gone || customer->visible > now || !in_scope(sim, request, customer))
		return false;
	if (external_id && strcmp(external_id, customer->external_id) != 0)
		return false;
	if (org_id && (!customer->org_visible || strcmp(org_id, customer->org_id) != 0))
		return false;
	return has_status(request, customer->status);
}

static void serve_list(struct sim *sim, struct sim_request *request)
{
	struct text *body = &request->answer.body;
	int64_t now = sim_now();
	int64_t seen = 0;
	int64_t offset;
	int64_t max;
	const char *external_id = sim_request_query(request, "externalId");
	struct sim_customer *chain = NULL;

	if (!read_page(request, sim->options.page_max, sim->options.page_max, &offset, &max))
		return;
	/* A lookup must not walk a hundred thousand customers. */
	if (external_id)
		chain = sim_customers_find_external(&sim->customers, external_id, NULL, now);
	request->answer.status = 200;
	sim_text_add(body, "{\"items\":[");
	for (size_t i = 0; external_id ? chain != NULL : i < sim->customers.count; i++) {
		struct sim_customer *customer = external_id ? chain : sim->customers.items[i];

		chain = external_id ? chain->next_external : NULL;
		sim_customers_advance(&sim->customers, customer, now);
		if (!is_listed(sim, request, customer, now) || seen++ < offset)
			continue;
		if (seen > offset + max) {
			link_next(sim, request, "customers", offset + max, max);
			break;
		}
		if (seen > offset + 1)
			sim_text_add(body, ",");
		sim_render_customer(body, customer, false);
	}
	sim_text_add(body, "]}");
}

static void serve_subscribers(struct sim *sim, struct sim_request *request)
{
	int64_t offset;
	int64_t max;
	bool more;

	if (!read_page(request, 50, 100, &offset, &max))
		return;
	request->answer.status = 200;
	sim_render_subscribers(
		&request->answer.body, &sim->customers, sim_request_query(request, "customerId"),
		sim_request_query(request, SUB_PARTNER), offset, max, sim_now(), &more);
	if (more)
		link_next(sim, request, "subscribers", offset + max, max);
}

static void serve_token(struct sim *sim, struct sim_request *request)
{
	if (!is_media_type(request->content_type, "application/x-www-form-urlencoded")) {
		sim_answer_error(request, 415, "Content type not supported");
		return;
	}
	if (request->query_count > 0) {
		sim_answer_error(request, 400, "This call takes no query.");
		return;
	}
	request->answer.status = sim_tokens_grant(
		&sim->tokens, request->body.data, request->body.length, request->authorization,
		request->tracking, sim_now(), &request->answer.body);
}

/* The methods that a path takes; NULL: there is no such path. */
static const char *allowed_methods(const struct sim_request *request)
{
	if (request->customer_id)
		return "GET, PUT, DELETE";
	if (strcmp(request->path, "/v1/wholesale/customers") == 0)
		return "GET, POST";
	if (strcmp(request->path, "/v1/wholesale/subscribers") == 0)
		return "GET";
	if (strcmp(request->path, "/v1/wholesale/customers/validate") == 0 ||
	    strcmp(request->path, "/v1/access_token") == 0)
		return "POST";
	return NULL;
}

static void serve_call(struct sim *sim, struct sim_request *request)
{
	static const char *const one[] = { SUB_PARTNER, NULL };
	static const char *const get[] = { SUB_PARTNER, "includePackageLicenseInfo", NULL };
	static const char *const list[] = { "externalId", "orgId",     "status", "offset",
					    "max",        SUB_PARTNER, NULL };
	static const char *const subscribers[] = { "customerId", "max", "offset", SUB_PARTNER,
						   NULL };
	static const char *const *const known[SIM_CALLS] = {
		[SIM_CREATE] = one,   [SIM_UPDATE] = one,
		[SIM_DELETE] = one,   [SIM_GET] = get,
		[SIM_LIST] = list,    [SIM_LOOKUP] = list,
		[SIM_VALIDATE] = one, [SIM_SUBSCRIBERS] = subscribers,
	};

	if (!known[request->call] || !judge_query(request, known[request->call]) ||
	    !judge_body(request))
		return;
	switch (request->call) {
	case SIM_CREATE:
		serve_create(sim, request);
		break;
	case SIM_UPDATE:
		serve_update(sim, request);
		break;
	case SIM_DELETE:
		serve_delete(sim, request);
		break;
	case SIM_GET:
		serve_get(sim, request);
		break;
	case SIM_VALIDATE:
		if (judge_contract(request, SIM_BODY_VALIDATE, true)) {
			request->answer.status = 200;
			sim_text_add(&request->answer.body,
				     "{\"message\":\"success\",\"info\":[{\"infoCode\":100,"
				     "\"description\":\"Provisioning preCheck validation "
				     "successful.\"}]}");
		}
		break;
	case SIM_SUBSCRIBERS:
		serve_subscribers(sim, request);
		break;
	default:
		serve_list(sim, request);
	}
}

void sim_api_serve(struct sim *sim, struct sim_request *request)
{
	const char *refused;

	if (request->malformed) {
		sim_answer_error(request, 400, "The request's path or query is malformed.");
	} else if (request->body_too_large) {
		sim_answer_error(request, 413, "The body is larger than 1 MiB.");
	} else if (request->call == SIM_TOKEN) {
		serve_token(sim, request);
	} else if ((refused = sim_tokens_refuse(&sim->tokens, request->authorization, sim_now()))) {
		sim_answer_gateway(request, 401, refused);
	} else if (request->call == SIM_OTHER && allowed_methods(request)) {
		sim_answer_header(&request->answer, "Allow", allowed_methods(request));
		sim_answer_error(request, 405, "The path doesn't take this method.");
	} else if (request->call == SIM_OTHER) {
		sim_answer_error(request, 404, "There is no such path.");
	} else {
		serve_call(sim, request);
	}
}
