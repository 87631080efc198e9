#include "plan/plan.h"

#include <stdlib.h>

#include "base/limits.h"
#include "data/json.h"

static const struct {
	const char *name;
	char sign;
} types[RCN_ACTION_COUNT] = {
	[RCN_ACTION_DELETE] = { "delete", '-' }, [RCN_ACTION_BLOCKED] = { "blocked", '!' },
	[RCN_ACTION_CREATE] = { "create", '+' }, [RCN_ACTION_UPDATE] = { "update", '~' },
	[RCN_ACTION_RETRY] = { "retry", '^' },   [RCN_ACTION_RESUME] = { "resume", '>' },
	[RCN_ACTION_ORPHAN] = { "orphan", '?' }, [RCN_ACTION_UNCHANGED] = { "unchanged", ' ' },
};

const char *rcn_action_name(enum rcn_action_type type)
{
	return types[type].name;
}

char rcn_action_sign(enum rcn_action_type type)
{
	return types[type].sign;
}

bool rcn_action_is_work(enum rcn_action_type type)
{
	return type != RCN_ACTION_BLOCKED && type != RCN_ACTION_ORPHAN &&
	       type != RCN_ACTION_UNCHANGED;
}

bool rcn_plan_has_changes(const struct rcn_plan *plan)
{
	return plan->count > plan->counts[RCN_ACTION_RESUME];
}

void rcn_plan_free(struct rcn_plan *plan)
{
	if (!plan)
		return;
	free(plan->actions);
	free(plan->touches);
	rcn_arena_free(&plan->arena);
	free(plan);
}

static const char *const change_names[] = {
	[RCN_CHANGE_ADDED] = "added",
	[RCN_CHANGE_REMOVED] = "removed",
	[RCN_CHANGE_CHANGED] = "changed",
};

static void write_text(struct rcn_json *json, const char *key, struct rcn_view text)
{
	if (!rcn_view_is_none(text))
		rcn_json_member_string(json, key, text);
}

static void write_value(struct rcn_json *json, const char *key, struct rcn_view value)
{
	if (rcn_view_is_none(value))
		return;
	rcn_json_key(json, key);
	rcn_json_raw(json, value);
}

static void write_digest(struct rcn_json *json, const struct rcn_digest *digest)
{
	char hex[RCN_DIGEST_HEX_SIZE];

	if (rcn_digest_is_zero(digest))
		return;
	rcn_digest_hex(digest, hex);
	rcn_json_member_text(json, "digest", hex);
}

static void write_place(struct rcn_json *json, const struct rcn_place *place)
{
	write_text(json, "path", place->path);
	if (place->line)
		rcn_json_member_integer(json, "line", place->line);
	if (place->column)
		rcn_json_member_integer(json, "column", place->column);
}

static void write_change(struct rcn_json *json, const struct rcn_change *change)
{
	rcn_json_object(json);
	rcn_json_member_text(json, "type", change_names[change->type]);
	rcn_json_member_string(json, "pointer", change->pointer);
	write_value(json, "old", change->old_value);
	write_value(json, "new", change->new_value);
	if (change->immutable)
		rcn_json_member_boolean(json, "immutable", true);
	write_place(json, &change->place);
	rcn_json_end(json);
}

/* What the action was made from: whoever applies later compares it with what is then. */
static void write_record(struct rcn_json *json, const struct rcn_action *action)
{
	const struct rcn_record *record = &action->record;

	rcn_json_key(json, "record");
	rcn_json_object(json);
	rcn_json_member_string(json, "key", record->key);
	write_text(json, "url", record->url);
	write_text(json, "status", record->status);
	write_digest(json, &record->digest);
	rcn_json_member_text(json, "intent", rcn_intent_name(record->intent));
	rcn_json_end(json);
}

static void write_action(struct rcn_json *json, const struct rcn_action *action)
{
	rcn_json_object(json);
	rcn_json_member_text(json, "action", rcn_action_name(action->type));
	rcn_json_member_string(json, "key", action->key);
	write_text(json, "name", action->name);
	write_place(json, &action->place);
	write_text(json, "reason", action->reason);
	write_text(json, "advice", action->advice);
	rcn_json_member_boolean(json, "protect", action->protect);
	if (action->change_count > 0) {
		rcn_json_key(json, "changes");
		rcn_json_list(json);
		for (size_t i = 0; i < action->change_count; i++)
			write_change(json, &action->changes[i]);
		rcn_json_end(json);
	}
	write_text(json, "sub_partner", action->sub_partner);
	write_digest(json, &action->digest);
	write_value(json, "body", action->body);
	if (action->has_record)
		write_record(json, action);
	rcn_json_end(json);
}

static enum rcn_status write_plan(const struct rcn_plan *plan, bool with_commit,
				  struct rcn_buffer *out)
{
	struct rcn_json json;

	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", RCN_PLAN_FORMAT_VERSION);
	if (with_commit)
		write_text(&json, "commit", plan->commit);
	write_text(&json, "folder", plan->folder);
	rcn_json_key(&json, "counts");
	rcn_json_object(&json);
	for (size_t i = 0; i < RCN_ACTION_COUNT; i++)
		rcn_json_member_integer(&json, types[i].name, (int64_t)plan->counts[i]);
	rcn_json_end(&json);
	rcn_json_member_integer(&json, "customers", (int64_t)plan->customers);
	rcn_json_member_integer(&json, "requests", (int64_t)plan->requests);
	rcn_json_key(&json, "actions");
	rcn_json_list(&json);
	for (size_t i = 0; i < plan->count; i++)
		write_action(&json, &plan->actions[i]);
	rcn_json_end(&json);
	rcn_json_end(&json);
	return rcn_buffer_status(out);
}

enum rcn_status rcn_plan_canonical(const struct rcn_plan *plan, struct rcn_buffer *out)
{
	return write_plan(plan, true, out);
}

enum rcn_status rcn_plan_digest(const struct rcn_plan *plan, struct rcn_digest *digest)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_PLAN_BYTES);
	enum rcn_status status = write_plan(plan, false, &text);

	return status == RCN_OK ? rcn_digest_of(rcn_buffer_get(&text), digest) : status;
}
