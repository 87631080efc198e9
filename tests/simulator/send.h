/* Sends the answer of a request as its action says: whole, cut, dripping, huge, raw, or not at all.
 */
#ifndef SIM_SEND_H
#define SIM_SEND_H

#include "request.h"
#include "timer.h"

/* From inside MHD's handler; gives what the handler returns (MHD_NO closes the connection). */
enum MHD_Result sim_send(struct sim_request *request, struct MHD_Connection *connection,
			 struct sim_timer *timer);

#endif
