#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CUSTOMERS "/v1/wholesale/customers"

static void read_query(struct sim_request *request, const char *text)
{
	request->raw_query = sim_copy(text);
	while (*text) {
		const char *stop = strchr(text, '&');
		size_t length = stop ? (size_t)(stop - text) : strlen(text);
		const char *equals = memchr(text, '=', length);
		size_t name_length = equals ? (size_t)(equals - text) : length;

		if (request->query_count == SIM_QUERY_MAX || !equals) {
			request->malformed = true;
			return;
		}
		struct sim_pair *pair = &request->query[request->query_count++];
		pair->name = sim_percent_decode(text, name_length, true);
		pair->value = sim_percent_decode(equals + 1, length - name_length - 1, true);
		if (!pair->name || !pair->value)
			request->malformed = true;
		text += length + (stop ? 1 : 0);
	}
}

static enum sim_call find_call(const struct sim_request *request)
{
	const char *path = request->path;
	bool get = strcmp(request->method, "GET") == 0;
	bool post = strcmp(request->method, "POST") == 0;

	if (!path)
		return SIM_OTHER;
	if (request->customer_id) {
		if (get)
			return SIM_GET;
		if (strcmp(request->method, "PUT") == 0)
			return SIM_UPDATE;
		return strcmp(request->method, "DELETE") == 0 ? SIM_DELETE : SIM_OTHER;
	}
	if (strcmp(path, CUSTOMERS) == 0 && get)
		return sim_request_query(request, "externalId") ? SIM_LOOKUP : SIM_LIST;
	if (strcmp(path, CUSTOMERS) == 0 && post)
		return SIM_CREATE;
	if (strcmp(path, CUSTOMERS "/validate") == 0 && post)
		return SIM_VALIDATE;
	if (strcmp(path, "/v1/wholesale/subscribers") == 0 && get)
		return SIM_SUBSCRIBERS;
	if (strcmp(path, "/v1/access_token") == 0 && post)
		return SIM_TOKEN;
	return SIM_OTHER;
}

/* What follows the collection's path, when it is one segment and no name of our own. */
static void find_customer_id(struct sim_request *request, const char *raw_path, size_t length)
{
	const size_t prefix = strlen(CUSTOMERS "/");

	if (length <= prefix || strncmp(raw_path, CUSTOMERS "/", prefix) != 0)
		return;
	const char *segment = raw_path + prefix;
	length -= prefix;
	if (memchr(segment, '/', length) || (length == 8 && strncmp(segment, "validate", 8) == 0))
		return;
	request->customer_id = sim_percent_decode(segment, length, false);
}

void sim_request_read(struct sim_request *request)
{
	const char *target = request->target;
	size_t length = strcspn(target, "?#");

	request->rule = -1;
	request->path = sim_percent_decode(target, length, false);
	request->malformed = !request->path || target[0] != '/';
	find_customer_id(request, target, length);
	if (target[length] == '?')
		read_query(request, target + length + 1);
	request->book = request->path && strncmp(request->path, "/__simulator/", 13) == 0;
	request->call = find_call(request);
	if (request->body.length > 0 && request->call != SIM_TOKEN && !request->body_too_large)
		request->json =
			sim_json_parse(request->body.data, request->body.length, request->problem);
	const char *external_id = sim_json_string(request->json, "externalId");
	if (request->call == SIM_LOOKUP)
		external_id = sim_request_query(request, "externalId");
	if (!request->book && request->call != SIM_UPDATE)
		request->external_id = sim_copy(external_id);
}

const char *sim_request_query(const struct sim_request *request, const char *name)
{
	for (size_t i = 0; i < request->query_count; i++)
		if (request->query[i].name && strcmp(request->query[i].name, name) == 0)
			return request->query[i].value;
	return NULL;
}

void sim_answer_header(struct sim_answer *answer, const char *name, const char *value)
{
	sim_answer_drop_header(answer, name);
	if (answer->header_count == SIM_HEADERS_MAX)
		return;
	struct sim_pair *pair = &answer->headers[answer->header_count++];
	pair->name = sim_copy(name);
	pair->value = sim_copy(value);
}

void sim_answer_drop_header(struct sim_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++) {
		if (strcasecmp(answer->headers[i].name, name) != 0)
			continue;
		free(answer->headers[i].name);
		free(answer->headers[i].value);
		answer->headers[i] = answer->headers[--answer->header_count];
		return;
	}
}

void sim_answer_clear(struct sim_answer *answer)
{
	for (size_t i = 0; i < answer->header_count; i++) {
		free(answer->headers[i].name);
		free(answer->headers[i].value);
	}
	sim_text_free(&answer->body);
	free(answer->did);
	*answer = (struct sim_answer){ 0 };
}

void sim_request_clear(struct sim_request *request)
{
	free(request->method);
	free(request->target);
	free(request->content_type);
	free(request->authorization);
	free(request->client_tracking);
	sim_text_free(&request->body);
	free(request->path);
	free(request->raw_query);
	for (size_t i = 0; i < request->query_count; i++) {
		free(request->query[i].name);
		free(request->query[i].value);
	}
	free(request->customer_id);
	free(request->external_id);
	cJSON_Delete(request->json);
	sim_script_release(request->script);
	sim_answer_clear(&request->answer);
	*request = (struct sim_request){ 0 };
}

void sim_answer_error(struct sim_request *request, int status, const char *message)
{
	struct text *body = &request->answer.body;

	sim_text_free(body);
	request->answer.status = status;
	sim_text_add(body, "{\"message\":");
	sim_text_json(body, message);
	sim_text_add(body, ",\"errors\":[{\"description\":");
	sim_text_json(body, message);
	sim_text_add(body, "}],\"trackingId\":");
	sim_text_json(body, request->tracking);
	sim_text_add(body, "}");
}

void sim_answer_gateway(struct sim_request *request, int status, const char *message)
{
	struct text *body = &request->answer.body;

	sim_text_free(body);
	request->answer.status = status;
	(void)snprintf(request->tracking, sizeof(request->tracking), "GTWY_%016llx",
		       (unsigned long long)request->seq);
	sim_text_format(body, "{\"code\":%d,\"message\":", status);
	sim_text_json(body, message);
	sim_text_add(body, ",\"trackingId\":");
	sim_text_json(body, request->tracking);
	sim_text_add(body, "}");
}
