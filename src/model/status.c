#include "model/status.h"

enum rcn_phase rcn_phase_of(struct rcn_view status)
{
	if (status.len == 0)
		return RCN_PHASE_NONE;
	if (rcn_view_is(status, "provisioned"))
		return RCN_PHASE_DONE;
	if (rcn_view_is(status, "provisioned_with_errors"))
		return RCN_PHASE_DEGRADED;
	if (rcn_view_is(status, "error"))
		return RCN_PHASE_FAILED;
	if (rcn_view_is(status, "pending_rpl_review"))
		return RCN_PHASE_REVIEW;
	/* provisioning, updating, deleting, and names that the service added since. */
	return RCN_PHASE_BUSY;
}
