#include "data/json.h"
#include "state/store.h"

static void write_digest(struct rcn_json *json, const char *key, const struct rcn_digest *digest)
{
	char hex[RCN_DIGEST_HEX_SIZE];

	if (rcn_digest_is_zero(digest))
		return;
	rcn_digest_hex(digest, hex);
	rcn_json_member_text(json, key, hex);
}

static void write_time(struct rcn_json *json, const char *key, int64_t wall_ms)
{
	char text[RCN_TIME_SIZE];

	if (wall_ms == 0)
		return;
	rcn_time_format(wall_ms, text);
	rcn_json_member_text(json, key, text);
}

static void write_text(struct rcn_json *json, const char *key, struct rcn_view text)
{
	if (!rcn_view_is_none(text))
		rcn_json_member_string(json, key, text);
}

/* A canonical body is JSON already; it goes in as it is, byte for byte. */
static void write_body(struct rcn_json *json, const char *key, struct rcn_view body)
{
	if (rcn_view_is_none(body))
		return;
	rcn_json_key(json, key);
	rcn_json_raw(json, body);
}

void rcn_record_write_json(struct rcn_json *json, const struct rcn_record *record)
{
	rcn_json_object(json);
	rcn_json_member_string(json, "key", record->key);
	write_text(json, "path", record->path);
	write_text(json, "url", record->url);
	write_text(json, "customer_id", record->customer_id);
	write_text(json, "org_id", record->org_id);
	write_text(json, "status", record->status);
	rcn_json_member_boolean(json, "settled", !rcn_record_is_unsettled(record));
	rcn_json_member_boolean(json, "protect", record->protect);
	rcn_json_member_boolean(json, "adopted", record->adopted);
	write_text(json, "sub_partner", record->sub_partner);
	write_text(json, "commit", record->commit);
	write_digest(json, "digest", &record->digest);
	write_body(json, "body", record->body);
	if (record->intent != RCN_INTENT_NONE) {
		rcn_json_key(json, "intent");
		rcn_json_object(json);
		rcn_json_member_text(json, "type", rcn_intent_name(record->intent));
		write_time(json, "at", record->intent_at);
		write_digest(json, "digest", &record->intent_digest);
		write_body(json, "body", record->intent_body);
		rcn_json_end(json);
	}
	if (!rcn_view_is_none(record->error)) {
		rcn_json_key(json, "error");
		rcn_json_object(json);
		rcn_json_member_string(json, "message", record->error);
		write_text(json, "code", record->error_code);
		write_text(json, "tracking_id", record->tracking_id);
		rcn_json_end(json);
	}
	write_digest(json, "refused_digest", &record->refused_digest);
	write_time(json, "created_at", record->created_at);
	write_time(json, "updated_at", record->updated_at);
	write_time(json, "checked_at", record->checked_at);
	rcn_json_end(json);
}
