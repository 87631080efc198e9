#include <reconcile/status.h>

const char *rcn_status_name(enum rcn_status status)
{
	switch (status) {
	case RCN_OK:
		return "ok";
	case RCN_ERROR_MEMORY:
		return "memory";
	case RCN_ERROR_LIMIT:
		return "limit";
	case RCN_ERROR_INVALID:
		return "invalid";
	case RCN_ERROR_USAGE:
		return "usage";
	case RCN_ERROR_NOT_FOUND:
		return "not-found";
	case RCN_ERROR_IO:
		return "io";
	case RCN_ERROR_UNSUPPORTED:
		return "unsupported";
	case RCN_ERROR_CORRUPT:
		return "corrupt";
	case RCN_ERROR_LOCKED:
		return "locked";
	case RCN_ERROR_FENCED:
		return "fenced";
	case RCN_ERROR_MOVED:
		return "moved";
	case RCN_ERROR_GUARD:
		return "guard";
	case RCN_ERROR_NETWORK:
		return "network";
	case RCN_ERROR_DENIED:
		return "denied";
	case RCN_ERROR_INTERRUPTED:
		return "interrupted";
	case RCN_ERROR_INTERNAL:
		return "internal";
	}
	return "unknown";
}
