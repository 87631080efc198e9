/* A request on its way through the simulator, and the answer that it gets. */
#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include "sim.h"

#define SIM_BODY_MAX    ((size_t)1024 * 1024)
#define SIM_QUERY_MAX   32
#define SIM_HEADERS_MAX 24

struct sim_pair {
	char *name;
	char *value;
};

/* Filled by the routes; how it is mangled on the way out stands in the request's action. */
struct sim_answer {
	int status;
	struct sim_pair headers[SIM_HEADERS_MAX];
	size_t header_count;
	struct text body;
	/* What was done, for the books; NULL: nothing. */
	char *did;
	/* Milliseconds to wait before it goes out. */
	int64_t wait;
};

struct sim_request {
	char *method;
	/* As received. */
	char *target;
	char *content_type;
	char *authorization;
	char *client_tracking;
	struct text body;
	bool body_too_large;

	/* Decoded; NULL when the target is malformed. */
	char *path;
	/* Not decoded; NULL: none. */
	char *raw_query;
	struct sim_pair query[SIM_QUERY_MAX];
	size_t query_count;
	bool malformed;
	/* /__simulator/...: neither counted, delayed nor judged. */
	bool book;
	enum sim_call call;
	/* Of the path; NULL when the path names none. */
	char *customer_id;
	char *external_id;
	/* NULL when there is no body, or (with `problem`) when it is no JSON. */
	cJSON *json;
	char problem[SIM_PROBLEM];
	uint64_t seq;
	char tracking[64];
	/* Refused by the rate limit on arrival. */
	bool throttled;
	struct sim_script *script;
	const struct sim_action *action;
	int rule;
	struct sim_answer answer;
};

/* Reads target and body: call, ids, query, JSON. Takes no lock. */
void sim_request_read(struct sim_request *request);
/* First value of a query parameter, or NULL. */
const char *sim_request_query(const struct sim_request *request, const char *name);
/* Frees what is inside; the caller holds the simulator's lock (the script is counted). */
void sim_request_clear(struct sim_request *request);

void sim_answer_header(struct sim_answer *answer, const char *name, const char *value);
void sim_answer_drop_header(struct sim_answer *answer, const char *name);
void sim_answer_clear(struct sim_answer *answer);
/* The API's ordinary error body with one message. */
void sim_answer_error(struct sim_request *request, int status, const char *message);
/* The gateway's shape, with its own kind of tracking id. */
void sim_answer_gateway(struct sim_request *request, int status, const char *message);

#endif
