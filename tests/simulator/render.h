/* A customer as the API shows it, and as the books show it. */
#ifndef SIM_RENDER_H
#define SIM_RENDER_H

#include "customers.h"

void sim_render_customer(struct text *out, const struct sim_customer *customer, bool licenses);
/* Everything remembered. Times are milliseconds since `start`. */
void sim_render_book(struct text *out, struct sim_customers *customers,
		     const struct sim_customer *customer, int64_t start);
/* {"items":[...]} of subscribers `offset`..`offset + max` of all customers that match. `more` says
 * whether any are left. */
void sim_render_subscribers(struct text *out, struct sim_customers *customers,
			    const char *customer_id, const char *sub_partner, int64_t offset,
			    int64_t max, int64_t now, bool *more);

#endif
