/*
 * What the state store keeps of one customer. Views are borrowed from whoever made
 * the record (a store's read, an arena).
 *
 * `body` is the canonical form that the service accepted last (an answer of 2xx to
 * it was stored). Before a request that must not be repeated blindly, the record
 * says so durably: `intent` with `intent_body`. Reading an intent back is the only
 * way of recovery:
 *
 *	intent CREATE, no url   the POST may or may not have reached the service: look
 *	                        up by externalId before anything else
 *	intent UPDATE           PUT may be repeated as it is
 *	intent DELETE           DELETE may be repeated as it is
 */
#ifndef RCN_MODEL_RECORD_H
#define RCN_MODEL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/view.h"
#include "model/status.h"

enum rcn_intent {
	RCN_INTENT_NONE = 0,
	RCN_INTENT_CREATE,
	RCN_INTENT_UPDATE,
	RCN_INTENT_DELETE,
};

struct rcn_record {
	struct rcn_view key;         /* externalId; never absent */
	struct rcn_view path;        /* of the manifest, relative to the repository's root */
	struct rcn_view url;         /* absent until the service returned it */
	struct rcn_view customer_id; /* last segment of the url */
	struct rcn_view org_id;      /* absent until provisioned */
	struct rcn_view status;      /* as the service said last; absent before */
	struct rcn_view body;        /* canonical, accepted last; absent before the first */
	struct rcn_digest digest;    /* of body; zero when absent */
	struct rcn_view
		sub_partner;    /* onBehalfOfSubPartnerOrgId that it was made with; or absent */
	struct rcn_view commit; /* git commit that `body` came from, 40 hex digits */
	bool protect;           /* x-reconcile.protect of the manifest applied last */
	bool adopted;           /* was found at the service, not made by us */

	enum rcn_intent intent;
	struct rcn_view intent_body;     /* canonical body that is being sent */
	struct rcn_digest intent_digest; /* of intent_body */
	int64_t intent_at;               /* wall ms */

	/* The last attempt that did not end well. Cleared by one that does. */
	struct rcn_view error;            /* for people; absent when there is none */
	struct rcn_view error_code;       /* the service's number as text, or HTTP status */
	struct rcn_view tracking_id;      /* of that answer */
	struct rcn_digest refused_digest; /* body that the service refused; zero when none */

	int64_t created_at, updated_at, checked_at; /* wall ms; 0 = never */
};

/* Somebody has to do something about it whatever the manifest says: an open intent,
 * a busy status, a failed or degraded one, a refused body. Stores index this. */
bool rcn_record_is_unsettled(const struct rcn_record *record);

/* A deep copy into an arena; RCN_ERROR_MEMORY (or _LIMIT). */
enum rcn_status rcn_record_copy(struct rcn_arena *arena, const struct rcn_record *from,
				struct rcn_record *to);

const char *rcn_intent_name(enum rcn_intent intent); /* "none", "create", … */
bool rcn_intent_from_name(struct rcn_view name, enum rcn_intent *intent);

#endif
