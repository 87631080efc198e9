/* The strict judge of request bodies. Shares nothing with the product: its tables were written from
 * the API's notes alone. It never changes the body; all problems of a body come out at once. */
#ifndef SIM_CONTRACT_H
#define SIM_CONTRACT_H

#include "json.h"

enum sim_body {
	SIM_BODY_PROVISION,
	SIM_BODY_UPDATE,
	SIM_BODY_VALIDATE,
};

#define SIM_CONTRACT_PROBLEMS 32

struct sim_problem {
	/* 1001 (missing) or 1002 (size), the only ones that are evidenced; 0: no code. */
	int code;
	char field[160];
	char description[SIM_PROBLEM];
};

struct sim_problems {
	size_t count;
	struct sim_problem items[SIM_CONTRACT_PROBLEMS];
};

/* `has_location`: update only, whether the customer already has a calling location. */
void sim_contract_judge(enum sim_body kind, const cJSON *body, bool has_location,
			struct sim_problems *problems);
bool sim_contract_is_calling(const char *package);
bool sim_contract_is_package(const char *package);
/* The API's error body, "message" from the first problem. */
void sim_contract_answer(const struct sim_problems *problems, const char *tracking,
			 struct text *out);

#endif
