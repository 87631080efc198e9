/* The simulator's memory of customers, living and gone, and how they move on with time.
 *
 * A job (create, update, delete) is a list of steps with ends; a customer moves on when it is
 * looked at: every function that takes `now` does that first. Nothing is ever forgotten before a
 * reset, so that a test can count what was made. Not thread-safe: the caller holds the simulator's
 * lock. Pointers to customers stay valid until sim_customers_free. */
#ifndef SIM_CUSTOMERS_H
#define SIM_CUSTOMERS_H

#include "json.h"

#define SIM_CUSTOMERS_MAX 1000000
#define SIM_STEPS_MAX     16
#define SIM_UPDATES_KEPT  ((size_t)1024 * 1024)

struct sim_step {
	char *status;
	/* When it ends (sim_now's time). */
	int64_t until;
};

struct sim_job {
	/* 0: no job. */
	size_t count;
	size_t at;
	struct sim_step steps[SIM_STEPS_MAX];
	/* "gone" removes the customer. */
	char *final;
	cJSON *errors;
	cJSON *warnings;
};

struct sim_customer {
	char *id;
	char *org_id;
	char *external_id;
	/* NULL: the partner's own. */
	char *sub_partner;
	char *status;
	cJSON *packages;
	cJSON *address;
	/* Lists, or NULL. A warning may name its package. */
	cJSON *errors;
	cJSON *warnings;
	bool org_visible;
	/* Has resourceDetails. */
	bool detailed;
	bool has_location;
	bool gone;
	bool seeded;
	struct sim_job job;
	int64_t created;
	int64_t visible;
	int64_t settled;
	int64_t gone_at;
	/* The POST's body as it was received, without white space; NULL when seeded. */
	char *body;
	/* The PUTs' bodies, comma-separated; bounded, so `updates` counts them. */
	struct text update_bodies;
	unsigned updates;
	unsigned deletes;
	/* E-mail addresses. */
	cJSON *subscribers;
	struct sim_customer *next_id;
	struct sim_customer *next_external;
};

/* What is known of an externalId over all of its lives. */
struct sim_key {
	char *external_id;
	/* POSTs received (also those that were refused or dropped), and those that made a customer.
	 */
	unsigned posts;
	unsigned accepted;
	unsigned live;
	unsigned most_live;
	struct sim_key *next;
};

struct sim_customers {
	/* In the order in which they were made. */
	struct sim_customer **items;
	size_t count;
	size_t capacity;
	struct sim_customer **by_id;
	struct sim_customer **by_external;
	struct sim_key **keys;
	int64_t provision_time;
	int64_t visible_after;
};

void sim_customers_init(struct sim_customers *customers);
void sim_customers_free(struct sim_customers *customers);

/* Never NULL. */
struct sim_key *sim_customers_key(struct sim_customers *customers, const char *external_id);
/* Also finds those that are gone. */
struct sim_customer *sim_customers_find(struct sim_customers *customers, const char *id,
					int64_t now);
/* The oldest living one; `except` (may be NULL) is passed over. */
struct sim_customer *sim_customers_find_external(struct sim_customers *customers,
						 const char *external_id,
						 const struct sim_customer *except, int64_t now);
void sim_customers_advance(struct sim_customers *customers, struct sim_customer *customer,
			   int64_t now);
bool sim_customer_is_busy(const struct sim_customer *customer);

/* NULL when there are SIM_CUSTOMERS_MAX already. `outcome` may be NULL. */
struct sim_customer *sim_customers_create(struct sim_customers *customers, const cJSON *body,
					  const char *text, size_t length, const char *sub_partner,
					  const cJSON *outcome, int64_t now);
void sim_customers_update(struct sim_customers *customers, struct sim_customer *customer,
			  const cJSON *body, const char *text, size_t length, const cJSON *outcome,
			  int64_t now);
void sim_customers_delete(struct sim_customers *customers, struct sim_customer *customer,
			  const cJSON *outcome, int64_t now);

/* A customer that exists already: externalId, packages wanted; id, orgId, address, status, errors,
 * warnings, subPartnerOrgId, subscribers (a number or a list of addresses) optional. */
bool sim_customers_seed(struct sim_customers *customers, const cJSON *item, int64_t now,
			char problem[SIM_PROBLEM]);
/* Drift behind the client's back, at once: status ("gone" too), packages, address, externalId,
 * orgId, errors, warnings, subscribers. */
bool sim_customers_patch(struct sim_customers *customers, struct sim_customer *customer,
			 const cJSON *patch, int64_t now, char problem[SIM_PROBLEM]);

/* Base64url of ciscospark://us/TYPE/uuid, the uuid made from text and number. */
char *sim_make_id(const char *type, const char *text, uint64_t number);

#endif
