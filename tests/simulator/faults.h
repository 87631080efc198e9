/* The fault script: a JSON list of rules {"when": {...}, "do": {...}}, or {"rules": [...]}.
 *
 * A request is held against each rule in order. Every rule whose conditions it meets counts it; the
 * first of those whose turn it is applies, alone. README.md documents each key with examples.
 *
 *   when   call         one of sim_call's names, or a list of them
 *          method       GET, POST, ...
 *          externalId   glob; of the body, of the lookup, or of the customer that the path names
 *          path         glob over the decoded path, e.g. "/v1/wholesale/customers/?*"
 *          nth          the first request, counted from 1, that it applies to (default 1)
 *          times        how many it applies to from there (default: all, or 1 when nth is given)
 *          each         "customer": count per externalId, not over all
 *   do     status, headers, body (text or JSON), bodyFile (only from --script)
 *          work         whether the request is carried out all the same; default: false with
 *                       status, raw or drop "before", true else
 *          drop         "before" the work (none is done) or "after" it; reset: true sends RST
 *          raw          bytes sent as they are instead of any answer, then the end
 *          truncate     "headers" or "body"; truncateAt: after so many bytes
 *          delay, delayAfter   milliseconds before the work, and between it and the answer
 *          drip         {"bytes": n, "ms": m}: n bytes of the body every m ms
 *          huge         bytes of body; chunked: true sends no Content-Length
 *          outcome      how the job ends: {"status", "ms", "through": [{"status", "ms"}],
 *                       "errors": [...], "warnings": [{"package", "errorCode", "description"}]}
 *          location, url       of a 202: false leaves it out, a text replaces it
 *          expireTokens true
 *   In body, raw, headers, location and url {id}, {externalId}, {base}, {trackingId} are replaced.
 *
 * Not thread-safe: the caller holds the simulator's lock. A script is counted by reference because
 * requests that wait still point into one that was replaced. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "json.h"

enum sim_call {
	SIM_CREATE,
	SIM_UPDATE,
	SIM_DELETE,
	SIM_GET,
	SIM_LIST,
	SIM_LOOKUP,
	SIM_VALIDATE,
	SIM_SUBSCRIBERS,
	SIM_TOKEN,
	SIM_OTHER,
	SIM_CALLS,
};

extern const char *const sim_call_names[SIM_CALLS];

enum sim_drop {
	SIM_DROP_NO,
	SIM_DROP_BEFORE,
	SIM_DROP_AFTER
};
enum sim_truncate {
	SIM_TRUNCATE_NO,
	SIM_TRUNCATE_HEADERS,
	SIM_TRUNCATE_BODY
};

/* Where NULL leaves the thing as it is, and `absent` leaves it out. */
struct sim_replace {
	bool absent;
	char *text;
};

struct sim_action {
	int64_t status;
	cJSON *headers;
	char *body;
	bool work;
	enum sim_drop drop;
	bool reset;
	char *raw;
	enum sim_truncate truncate;
	/* -1: in the middle. */
	int64_t truncate_at;
	int64_t delay;
	int64_t delay_after;
	int64_t drip_bytes;
	int64_t drip_ms;
	int64_t huge;
	bool chunked;
	cJSON *outcome;
	struct sim_replace location;
	struct sim_replace url;
	bool expire_tokens;
};

struct sim_script;

/* `folder`: where bodyFile is looked for; NULL refuses bodyFile. NULL with `problem` filled when
 * the script is wrong; an empty list is a script. The caller owns one reference. */
struct sim_script *sim_script_read(const char *text, size_t length, const char *folder,
				   char problem[SIM_PROBLEM]);
struct sim_script *sim_script_hold(struct sim_script *script);
void sim_script_release(struct sim_script *script);
/* Counters back to zero. */
void sim_script_rewind(struct sim_script *script);

struct sim_subject {
	enum sim_call call;
	const char *method;
	const char *path;
	const char *external_id;
};

/* NULL: no rule applies. `rule` is its place in the script, from 0; -1 for none. */
const struct sim_action *sim_script_match(struct sim_script *script,
					  const struct sim_subject *subject, int *rule);

#endif
