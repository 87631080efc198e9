/* The HTTP side: takes requests in, hands them to the routes, lets them wait, and sends answers,
 * whole or mangled. Binds to 127.0.0.1 alone. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "sim.h"

struct sim_server;

/* NULL when it can't listen; errno says why. The simulator must outlive the server. */
struct sim_server *sim_server_start(struct sim *sim, uint16_t port);
uint16_t sim_server_port(const struct sim_server *server);
/* Answers whoever waits at once, then ends. NULL is taken. */
void sim_server_stop(struct sim_server *server);

#endif
