#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/json.h"
#include "data/schema.h"
#include "model/customer.h"
#include "model/record.h"
#include "state/store.h"
#include "state/store_check.h"

static void unsettled_is_what_somebody_has_to_look_at(void **state)
{
	const struct rcn_digest some = { { 1 } };
	const struct {
		const char *what;
		struct rcn_record record;
		bool unsettled;
	} cases[] = {
		{ "settled well", { .status = RCN_VIEW("provisioned") }, false },
		{ "busy", { .status = RCN_VIEW("updating") }, true },
		{ "under review", { .status = RCN_VIEW("pending_rpl_review") }, true },
		{ "unknown name", { .status = RCN_VIEW("sleeping") }, true },
		{ "degraded", { .status = RCN_VIEW("provisioned_with_errors") }, true },
		{ "failed", { .status = RCN_VIEW("error") }, true },
		{ "no status", { .url = RCN_VIEW("u") }, true },
		{ "open create", { .intent = RCN_INTENT_CREATE }, true },
		{ "open update",
		  { .status = RCN_VIEW("provisioned"), .intent = RCN_INTENT_UPDATE },
		  true },
		{ "open delete",
		  { .status = RCN_VIEW("provisioned"), .intent = RCN_INTENT_DELETE },
		  true },
		{ "refused", { .status = RCN_VIEW("provisioned"), .refused_digest = some }, true },
		{ "error", { .status = RCN_VIEW("provisioned"), .error = RCN_VIEW("") }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (rcn_record_is_unsettled(&cases[i].record) != cases[i].unsettled)
			fail_msg("%s", cases[i].what);
	}
}

static void a_copy_shares_no_memory(void **state)
{
	char text[] = "text";
	const struct rcn_view view = rcn_view_of(text);
	const struct rcn_record record = {
		.key = view,
		.path = view,
		.url = view,
		.customer_id = view,
		.org_id = view,
		.status = view,
		.body = view,
		.sub_partner = view,
		.commit = view,
		.intent_body = view,
		.error = view,
		.error_code = view,
		.intent = RCN_INTENT_UPDATE,
		.created_at = 7,
	};
	struct rcn_arena arena = RCN_ARENA(4096), tiny = RCN_ARENA(8);
	struct rcn_record copy = { .created_at = 0 };
	const struct rcn_view *const views[] = {
		&copy.key,         &copy.path,   &copy.url,        &copy.org_id,
		&copy.customer_id, &copy.status, &copy.body,       &copy.sub_partner,
		&copy.commit,      &copy.error,  &copy.error_code, &copy.intent_body
	};

	(void)state;
	assert_int_equal(rcn_record_copy(&tiny, &record, &copy), RCN_ERROR_LIMIT);
	assert_true(rcn_view_is_none(copy.key));
	assert_int_equal(rcn_record_copy(&arena, &record, &copy), RCN_OK);
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		assert_true(rcn_view_is(*views[i], "text"));
	assert_true(rcn_view_is_none(copy.tracking_id));
	assert_int_equal(copy.intent, RCN_INTENT_UPDATE);
	assert_int_equal(copy.created_at, 7);
	rcn_arena_free(&arena);
	rcn_arena_free(&tiny);
}

static void intents_have_names_and_back(void **state)
{
	enum rcn_intent intent;

	(void)state;
	for (int i = RCN_INTENT_NONE; i <= RCN_INTENT_DELETE; i++) {
		assert_true(rcn_intent_from_name(rcn_view_of(rcn_intent_name((enum rcn_intent)i)),
						 &intent));
		assert_int_equal(intent, i);
	}
	assert_false(rcn_intent_from_name(RCN_VIEW("creat"), &intent));
	assert_false(rcn_intent_from_name(RCN_VIEW_NONE, &intent));
}

static void the_sub_partner_is_part_of_the_digest(void **state)
{
	const struct rcn_view body = RCN_VIEW("{}");
	struct rcn_digest plain, direct, with, joined;

	(void)state;
	assert_int_equal(rcn_customer_digest(body, RCN_VIEW_NONE, &plain), RCN_OK);
	assert_int_equal(rcn_digest_of(body, &direct), RCN_OK);
	assert_true(rcn_digest_equal(&plain, &direct));
	assert_int_equal(rcn_customer_digest(body, RCN_VIEW("U3Vi"), &with), RCN_OK);
	assert_false(rcn_digest_equal(&plain, &with));
	assert_int_equal(rcn_digest_of(RCN_VIEW("{}\nU3Vi"), &joined), RCN_OK);
	assert_true(rcn_digest_equal(&with, &joined));
}

static void assert_valid(const char *schema_name, struct rcn_view text)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_schema *schema = NULL;
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	assert_int_equal(
		rcn_schema_compile(rcn_embedded_schema(schema_name), schema_name, &schema, &diag),
		RCN_OK);
	assert_int_equal(rcn_json_read(text, &arena, &node, &reason, &offset), RCN_OK);
	if (rcn_schema_check(schema, node, RCN_VIEW_NONE, &diag) != RCN_OK)
		fail_msg("%.*s", RCN_VIEW_ARGS(diag.problems[0]->message));
	rcn_schema_free(schema);
	rcn_diag_free(&diag);
	rcn_arena_free(&arena);
}

static void an_exported_record_is_as_its_schema_says(void **state)
{
	struct rcn_record full = {
		.key = RCN_VIEW("0042 \xc3\xa4 \" \x1b"),
		.path = RCN_VIEW("customers/a.yaml"),
		.url = RCN_VIEW("https://webexapis.com/v1/wholesale/customers/Y2lz"),
		.customer_id = RCN_VIEW("Y2lz"),
		.org_id = RCN_VIEW("T3Jn"),
		.status = RCN_VIEW("error"),
		.body = RCN_VIEW("{\"externalId\":\"0042\"}"),
		.sub_partner = RCN_VIEW("U3Vi="),
		.commit = RCN_VIEW("0123456789012345678901234567890123456789"),
		.intent = RCN_INTENT_UPDATE,
		.intent_body = RCN_VIEW("{}"),
		.intent_at = 1764000000001,
		.error = RCN_VIEW("bad"),
		.error_code = RCN_VIEW("10022"),
		.tracking_id = RCN_VIEW("NA_1"),
		.created_at = 1764000000000,
		.updated_at = 1764000000000,
		.checked_at = 1764000000000,
	};
	const struct rcn_record bare = { .key = RCN_VIEW("k") };
	struct rcn_buffer text = RCN_BUFFER(65536);
	struct rcn_json json;

	(void)state;
	memset(full.digest.bytes, 0xab, sizeof(full.digest.bytes));
	full.intent_digest = full.refused_digest = full.digest;
	rcn_json_begin(&json, &text, 2);
	rcn_json_object(&json);
	rcn_json_member_text(&json, "format_version", "1.0");
	rcn_json_key(&json, "records");
	rcn_json_list(&json);
	rcn_record_write_json(&json, &full);
	rcn_record_write_json(&json, &bare);
	rcn_json_end(&json);
	rcn_json_end(&json);
	assert_int_equal(rcn_buffer_status(&text), RCN_OK);
	assert_valid("state", rcn_buffer_get(&text));
	assert_non_null(strstr(text.ptr, "\"2025-11-24T16:00:00.001Z\""));
	assert_non_null(strstr(text.ptr, "\"10022\""));
	rcn_buffer_free(&text);
}

static void a_record_that_disagrees_with_itself_is_found(void **state)
{
	struct rcn_record record = { .key = RCN_VIEW("k"), .body = RCN_VIEW("{\"a\":1}") };
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(rcn_record_check(&record, &diag), RCN_ERROR_CORRUPT);
	assert_int_equal(rcn_digest_of(record.body, &record.digest), RCN_OK);
	assert_int_equal(rcn_record_check(&record, &diag), RCN_OK);
	record.body = RCN_VIEW("{\"a\":2}");
	assert_int_equal(rcn_record_check(&record, &diag), RCN_ERROR_CORRUPT);
	record.body = RCN_VIEW("[1]");
	assert_int_equal(rcn_digest_of(record.body, &record.digest), RCN_OK);
	assert_int_equal(rcn_record_check(&record, &diag), RCN_ERROR_CORRUPT);
	assert_int_equal(diag.errors, 3);
	rcn_diag_free(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsettled_is_what_somebody_has_to_look_at),
		cmocka_unit_test(a_copy_shares_no_memory),
		cmocka_unit_test(intents_have_names_and_back),
		cmocka_unit_test(the_sub_partner_is_part_of_the_digest),
		cmocka_unit_test(an_exported_record_is_as_its_schema_says),
		cmocka_unit_test(a_record_that_disagrees_with_itself_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
