/*
 * A customer as the manifests of one commit want it.
 */
#ifndef RCN_MODEL_CUSTOMER_H
#define RCN_MODEL_CUSTOMER_H

#include <stdbool.h>

#include "base/hash.h"
#include "data/node.h"
#include "diag/file.h"

struct rcn_customer {
	struct rcn_view key;  /* externalId */
	struct rcn_view path; /* of the manifest */
	struct rcn_span span; /* of the document */
	/* Typed, defaults merged in, without x- members, `packages` sorted and without
	 * repeats. Every node's span says where the value was written. */
	const struct rcn_node *body;
	struct rcn_view canonical; /* rcn_json_canonical() of body */
	struct rcn_digest digest;  /* SHA-256 of canonical, and of sub_partner when there is one */
	bool protect;              /* x-reconcile.protect */
	struct rcn_view previous_external_id; /* x-reconcile.previousExternalId, or absent */
	struct rcn_view sub_partner;          /* x-reconcile.subPartnerOrgId, or absent */
};

/* The digest of a customer or record: SHA-256 of the canonical body; with a sub-partner, of
 * the body, a line feed (which no canonical body holds), and the sub-partner's id. */
enum rcn_status rcn_customer_digest(struct rcn_view canonical, struct rcn_view sub_partner,
				    struct rcn_digest *digest);

#endif
