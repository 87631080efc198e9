/* The inside of a fault script: shared by its reader and its matcher, by nobody else. */
#ifndef SIM_FAULTS_READ_H
#define SIM_FAULTS_READ_H

#include "faults.h"

struct tally;

struct sim_rule {
	/* Bits of enum sim_call; 0: all. */
	unsigned calls;
	char *method;
	char *external_id;
	char *path;
	int64_t nth;
	/* -1: for ever. */
	int64_t times;
	bool each_customer;
	int64_t matched;
	struct tally **tallies;
	struct sim_action action;
};

struct sim_script {
	unsigned references;
	size_t count;
	struct sim_rule *rules;
};

#endif
