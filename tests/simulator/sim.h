/* The whole simulator: one lock over everything below it, taken for each piece of work and never
 * held while anybody waits. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <pthread.h>

#include "customers.h"
#include "faults.h"
#include "journal.h"
#include "options.h"
#include "token.h"

struct sim {
	pthread_mutex_t lock;
	struct sim_options options;
	struct sim_customers customers;
	struct sim_journal journal;
	struct sim_tokens tokens;
	/* In force now; and the one of the command line, which a reset brings back. Either NULL. */
	struct sim_script *script;
	struct sim_script *first_script;
	/* Base of the URLs given out, no slash at the end. */
	char *base;
	/* The token bucket: what is in it, and since when. */
	double bucket;
	int64_t bucket_at;
	unsigned deletes_with_subscribers;
};

#endif
