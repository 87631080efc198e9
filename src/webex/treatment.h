/*
 * What to do about an answer: the one table of (call, outcome, HTTP status) →
 * treatment (behaviour.md "Apply"; API notes §2.6). Pure.
 */
#ifndef RCN_WEBEX_TREATMENT_H
#define RCN_WEBEX_TREATMENT_H

#include "http/http.h"

enum rcn_call {
	RCN_CALL_CREATE,      /* POST /wholesale/customers */
	RCN_CALL_UPDATE,      /* PUT  …/{id} */
	RCN_CALL_DELETE,      /* DELETE …/{id} */
	RCN_CALL_GET,         /* GET …/{id} */
	RCN_CALL_LOOKUP,      /* GET ?externalId= */
	RCN_CALL_LIST,        /* GET, a page of all */
	RCN_CALL_VALIDATE,    /* POST …/validate */
	RCN_CALL_SUBSCRIBERS, /* GET /wholesale/subscribers */
	RCN_CALL_TOKEN,       /* POST /access_token */
	RCN_CALL_COUNT,
};

enum rcn_treatment {
	RCN_TREAT_DONE,      /* success: read the answer */
	RCN_TREAT_GONE,      /* 404/410 of a known customer: it is not there (success of DELETE) */
	RCN_TREAT_SLOW_DOWN, /* 429, 423: pause everything, then repeat this call */
	RCN_TREAT_REPEAT,    /* wait and repeat this call as it is (it can't do harm) */
	RCN_TREAT_LOOK,      /* outcome unknown: find out by externalId before anything else */
	RCN_TREAT_REFRESH,   /* 401: refresh the token once, then repeat; else stop the run */
	RCN_TREAT_STOP_CUSTOMER, /* this customer fails, the others go on */
	RCN_TREAT_STOP_RUN,      /* 403 for the whole account, TLS fault: nothing else can work */
};

/* Never anything but a treatment from the table: unknown statuses go by their class. */
enum rcn_treatment rcn_treatment_of(enum rcn_call call, const struct rcn_http_response *response);

const char *rcn_call_name(enum rcn_call call); /* "create", "lookup", … */
const char *rcn_treatment_name(enum rcn_treatment treatment);

#endif
