#include "webex/treatment.h"

#define CALLS RCN_CALL_COUNT

/* One letter a call, in the order of enum rcn_call, so that a row reads like the table of
 * API notes §2.6. */
enum {
	D = RCN_TREAT_DONE,
	G = RCN_TREAT_GONE,
	S = RCN_TREAT_SLOW_DOWN,
	R = RCN_TREAT_REPEAT,
	L = RCN_TREAT_LOOK,
	F = RCN_TREAT_REFRESH,
	C = RCN_TREAT_STOP_CUSTOMER,
	X = RCN_TREAT_STOP_RUN,
};

struct status_row {
	int first, last;
	unsigned char by_call[CALLS];
};

/* The first row that holds the status decides. */
static const struct status_row by_status[] = {
	/*             CREATE UPDATE DELETE GET LOOKUP LIST VALIDATE SUBSCRIBERS TOKEN */

	/* Accepted. The API says 202 to writes; operators saw 200: any 2xx counts. */
	{ 200, 299, { D, D, D, D, D, D, D, D, D } },
	/* Not followed. The address is wrong, and it is everybody's address. */
	{ 300, 399, { X, X, X, X, X, X, X, X, X } },
	/* The token. Its own endpoint says so of a dead refresh token. */
	{ 401, 401, { F, F, F, F, F, F, F, F, X } },
	/* The account may not, or a proxy on the way wants a password. */
	{ 403, 403, { X, X, X, X, X, X, X, X, X } },
	{ 407, 407, { X, X, X, X, X, X, X, X, X } },
	/* A customer that we know by id is not there. A POST or a search that is "not found"
	 * has no such customer: something else is wrong with it. */
	{ 404, 404, { C, G, G, G, C, C, C, C, X } },
	{ 410, 410, { C, G, G, G, C, C, C, C, X } },
	/* The server gave up waiting for our request, or so it says. */
	{ 408, 408, { L, R, R, R, R, R, R, R, R } },
	/* To a create it may mean that the externalId exists, by an answer of ours that was
	 * lost perhaps: look. To a change: not blindly again. */
	{ 409, 409, { L, C, C, C, C, C, C, C, X } },
	/* Locked, or too many: refused before anything was done. */
	{ 423, 423, { S, S, S, S, S, S, S, S, S } },
	{ 429, 429, { S, S, S, S, S, S, S, S, S } },
	/* All others of 4xx (400, 405, 415, 428 in the API's table): the request is wrong, and
	 * would be again. To the token's endpoint: the credentials are. */
	{ 400, 499, { C, C, C, C, C, C, C, C, X } },
	/* Faults of the service, and statuses that no RFC knows: the work may be done. */
	{ 0, 0x7fffffff, { L, R, R, R, R, R, R, R, R } },
};

/* Where there is no complete answer. RCN_HTTP_ANSWERED goes by its status instead. */
static const unsigned char by_outcome[][CALLS] = {
	/* No byte left us: even a create can be sent again. */
	[RCN_HTTP_NOT_SENT] = { R, R, R, R, R, R, R, R, R },
	/* Nobody who could be the service: hopeless for all. */
	[RCN_HTTP_UNTRUSTED] = { X, X, X, X, X, X, X, X, X },
	/* Done or not: a create must be looked up, the others do no harm twice. */
	[RCN_HTTP_UNKNOWN] = { L, R, R, R, R, R, R, R, R },
	/* The work may be done; reading the same again brings the same size. */
	[RCN_HTTP_TOO_LARGE] = { L, R, R, C, C, C, C, C, X },
};

enum rcn_treatment rcn_treatment_of(enum rcn_call call, const struct rcn_http_response *response)
{
	const struct status_row *row = by_status;

	if (response->outcome != RCN_HTTP_ANSWERED)
		return (enum rcn_treatment)by_outcome[response->outcome][call];
	while (response->status < row->first || response->status > row->last) {
		/* A negative status can't come; the last row takes it as it takes 0. */
		if (row == &by_status[sizeof(by_status) / sizeof(by_status[0]) - 1])
			break;
		row++;
	}
	return (enum rcn_treatment)row->by_call[call];
}

const char *rcn_call_name(enum rcn_call call)
{
	static const char *const names[CALLS] = {
		[RCN_CALL_CREATE] = "create",     [RCN_CALL_UPDATE] = "update",
		[RCN_CALL_DELETE] = "delete",     [RCN_CALL_GET] = "get",
		[RCN_CALL_LOOKUP] = "lookup",     [RCN_CALL_LIST] = "list",
		[RCN_CALL_VALIDATE] = "validate", [RCN_CALL_SUBSCRIBERS] = "subscribers",
		[RCN_CALL_TOKEN] = "token",
	};

	return (unsigned)call < CALLS ? names[call] : "unknown";
}

const char *rcn_treatment_name(enum rcn_treatment treatment)
{
	switch (treatment) {
	case RCN_TREAT_DONE:
		return "done";
	case RCN_TREAT_GONE:
		return "gone";
	case RCN_TREAT_SLOW_DOWN:
		return "slow down";
	case RCN_TREAT_REPEAT:
		return "repeat";
	case RCN_TREAT_LOOK:
		return "look";
	case RCN_TREAT_REFRESH:
		return "refresh";
	case RCN_TREAT_STOP_CUSTOMER:
		return "stop the customer";
	case RCN_TREAT_STOP_RUN:
		return "stop the run";
	}
	return "unknown";
}
