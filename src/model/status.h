/*
 * The provisioning status of a customer, as the service names it
 * (shared/api/webex-wholesale.md §2.2). The text is kept as it came; a name that we
 * don't know counts as busy.
 */
#ifndef RCN_MODEL_STATUS_H
#define RCN_MODEL_STATUS_H

#include "base/view.h"

enum rcn_phase {
	RCN_PHASE_NONE,     /* no status yet */
	RCN_PHASE_BUSY,     /* provisioning, updating, deleting, unknown names */
	RCN_PHASE_REVIEW,   /* pending_rpl_review: busy, and waits for people, maybe for days */
	RCN_PHASE_DONE,     /* provisioned */
	RCN_PHASE_DEGRADED, /* provisioned_with_errors */
	RCN_PHASE_FAILED,   /* error */
};

enum rcn_phase rcn_phase_of(struct rcn_view status);

/* Busy or under review: somebody has to look again. */
static inline bool rcn_phase_is_busy(enum rcn_phase phase)
{
	return phase == RCN_PHASE_BUSY || phase == RCN_PHASE_REVIEW;
}

#endif
