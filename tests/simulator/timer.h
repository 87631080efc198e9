/* Connections that wait. One thread wakes each when its time has come, so that a wait costs no
 * thread and holds up nobody. Thread-safe. */
#ifndef SIM_TIMER_H
#define SIM_TIMER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct sim_timer;

/* NULL when no thread could be started. */
struct sim_timer *sim_timer_start(void);
/* Suspends the connection and resumes it after `ms`. Only from inside a callback of MHD. False when
 * the timer is ending: go on at once, nothing was suspended. */
bool sim_timer_wait(struct sim_timer *timer, struct MHD_Connection *connection, int64_t ms);
/* Wakes all that wait; from now on nobody waits. To be called before MHD_stop_daemon. */
void sim_timer_end(struct sim_timer *timer);
void sim_timer_free(struct sim_timer *timer);

#endif
