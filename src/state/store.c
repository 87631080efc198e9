#include "state/store.h"

static const struct rcn_store_ops *const kinds[] = { &rcn_store_sqlite };

enum rcn_status rcn_store_open(struct rcn_view uri, const struct rcn_store_options *options,
			       struct rcn_store **store, struct rcn_diag *diag)
{
	size_t colon;
	struct rcn_view scheme;
	struct rcn_problem *problem;

	if (uri.len == 0)
		uri = RCN_VIEW("sqlite:");
	colon = rcn_view_find(uri, ':');
	scheme = rcn_view_make(uri.ptr, colon);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (rcn_view_is(scheme, kinds[i]->scheme))
			return kinds[i]->open(uri, options, store, diag);
	}
	/* Not the whole URI: what follows the scheme may hold a password. */
	if (colon == uri.len || rcn_view_find(scheme, '/') < scheme.len) {
		problem = rcn_diag_error_at(diag, RCN_CODE_STATE_URI, RCN_PLACE_NONE,
					    "the state's address does not begin with a kind of "
					    "store");
		rcn_problem_hint(problem, "for a file write sqlite:PATH");
	} else {
		problem = rcn_diag_error_at(diag, RCN_CODE_STATE_URI, RCN_PLACE_NONE,
					    "`%.*s` is no kind of store that this version knows",
					    RCN_VIEW_ARGS(scheme));
		rcn_problem_hint(problem, "sqlite: (in the git directory) and sqlite:PATH are");
	}
	return RCN_ERROR_UNSUPPORTED;
}

void rcn_store_close(struct rcn_store *store)
{
	if (store)
		store->ops->close(store);
}

enum rcn_status rcn_store_info(struct rcn_store *store, struct rcn_store_info *info,
			       struct rcn_diag *diag)
{
	return store->ops->info(store, info, diag);
}

enum rcn_status rcn_store_lock(struct rcn_store *store, const struct rcn_lock_holder *self,
			       int64_t timeout_ms, uint64_t *epoch, struct rcn_diag *diag)
{
	return store->ops->lock(store, self, timeout_ms, epoch, diag);
}

enum rcn_status rcn_store_unlock(struct rcn_store *store)
{
	return store->ops->unlock(store);
}

struct copy_target {
	struct rcn_arena *arena;
	struct rcn_record *record;
};

static enum rcn_status copy_record(void *payload, const struct rcn_record *record)
{
	struct copy_target *target = payload;

	return rcn_record_copy(target->arena, record, target->record);
}

enum rcn_status rcn_store_read(struct rcn_store *store, struct rcn_view key,
			       struct rcn_arena *arena, struct rcn_record *record, bool *found,
			       struct rcn_diag *diag)
{
	struct copy_target target = { arena, record };

	return store->ops->read(store, key, copy_record, &target, found, diag);
}

enum rcn_status rcn_store_read_all(struct rcn_store *store, rcn_store_visitor visitor,
				   void *payload, struct rcn_diag *diag)
{
	return store->ops->read_all(store, visitor, payload, diag);
}

enum rcn_status rcn_store_read_unsettled(struct rcn_store *store, rcn_store_visitor visitor,
					 void *payload, struct rcn_diag *diag)
{
	return store->ops->read_unsettled(store, visitor, payload, diag);
}

enum rcn_status rcn_store_commit(struct rcn_store *store, const struct rcn_store_batch *batch,
				 struct rcn_diag *diag)
{
	return store->ops->commit(store, batch, diag);
}

enum rcn_status rcn_store_check(struct rcn_store *store, struct rcn_diag *diag)
{
	return store->ops->check(store, diag);
}
