/*
 * What a function says of its outcome.
 *
 * Every function of the library that can fail returns a status. RCN_OK is zero
 * and means that the outputs are filled and no error was added to the
 * diagnostics. Any other value means that the outputs are untouched and that
 * the diagnostics of the context hold at least one problem that says what went
 * wrong, where, and what to do. RCN_ERROR_MEMORY alone may come without a
 * problem, as there may have been no memory to write it down.
 */
#ifndef RECONCILE_STATUS_H
#define RECONCILE_STATUS_H

#include <reconcile/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rcn_status {
	RCN_OK = 0,
	RCN_ERROR_MEMORY,      /* no memory */
	RCN_ERROR_LIMIT,       /* a named maximum was reached */
	RCN_ERROR_INVALID,     /* manifests or settings are invalid */
	RCN_ERROR_USAGE,       /* the caller's request makes no sense */
	RCN_ERROR_NOT_FOUND,   /* the thing asked for does not exist */
	RCN_ERROR_IO,          /* the system refused a read or a write */
	RCN_ERROR_UNSUPPORTED, /* of a newer version, or of a kind that we do not take */
	RCN_ERROR_CORRUPT,     /* a store or a saved file is damaged */
	RCN_ERROR_LOCKED,      /* another run holds the lock */
	RCN_ERROR_FENCED,      /* the lock was lost to another run: nothing may be written */
	RCN_ERROR_MOVED,       /* the world is not what a plan or digest was made from */
	RCN_ERROR_GUARD,       /* a guard rail stopped the run before it started */
	RCN_ERROR_NETWORK,     /* the service could not be reached or made no sense */
	RCN_ERROR_DENIED,      /* credentials are missing, dead, or lack a right */
	RCN_ERROR_INTERRUPTED, /* the caller asked to stop */
	RCN_ERROR_INTERNAL,    /* a fault of our own */
};

/* The status as one lower-case word, for logs and JSON: "ok", "invalid", … */
RCN_PUBLIC const char *rcn_status_name(enum rcn_status status);

#ifdef __cplusplus
}
#endif
#endif
