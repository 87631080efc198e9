/* What PUT takes of a manifest's body (API notes §1.5). */
#include "base/limits.h"
#include "data/json.h"
#include "webex/client.h"

static bool is_updatable(struct rcn_view key)
{
	static const char *const keys[] = { "packages", "externalId", "address",
					    "provisioningParameters", "subPartnerAdminEmail" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (rcn_view_is(key, keys[i]))
			return true;
	return false;
}

enum rcn_status rcn_update_body(struct rcn_view canonical, struct rcn_buffer *out)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(64UL * RCN_LIMIT_BODY_BYTES);
	struct rcn_node *root;
	const char *reason;
	size_t offset, kept = 0;
	enum rcn_status status = rcn_json_read(canonical, &arena, &root, &reason, &offset);

	if (status != RCN_OK)
		return status;
	if (root->kind != RCN_MAPPING)
		return RCN_ERROR_INVALID;
	for (size_t i = 0; i < root->count; i++)
		if (is_updatable(root->members[i].key))
			root->members[kept++] = root->members[i];
	root->count = kept;
	return rcn_json_canonical(root, out);
}
