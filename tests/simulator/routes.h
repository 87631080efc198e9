/* From a request that was read to its answer. Both steps take the simulator's lock themselves. */
#ifndef SIM_ROUTES_H
#define SIM_ROUTES_H

#include "request.h"

/* Enters it in the books, holds it against the rate and the script. Gives the milliseconds to wait
 * before the work. */
int64_t sim_routes_arrive(struct sim *sim, struct sim_request *request);
/* Judges, does the work (unless a fault says no) and fills the answer, mangled as the fault says.
 */
void sim_routes_work(struct sim *sim, struct sim_request *request);
/* Enters the answer in the books. `status` 0: none was given. */
void sim_routes_leave(struct sim *sim, struct sim_request *request, int status);

/* The API itself: fills the answer. The caller holds the lock. */
void sim_api_serve(struct sim *sim, struct sim_request *request);
/* The books under /__simulator/. The caller holds the lock. */
void sim_books_serve(struct sim *sim, struct sim_request *request);

/* Reads a seed list into the customers. */
bool sim_books_seed(struct sim *sim, const char *text, size_t length, char problem[SIM_PROBLEM]);

#endif
