#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void an_absent_store_reads_as_an_empty_one_and_stays_absent(void **state)
{
	struct contract *contract = *state;
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1024 * 1024);
	size_t files = contract_kind->count_files(contract);

	for (int read_only = 0; read_only < 2; read_only++) {
		struct rcn_store *store = contract_open(contract, false, read_only);
		struct rcn_store_info info;
		struct rcn_record record;
		bool found = true;

		assert_int_equal(contract_count(contract, store), 0);
		contract_assert_ok(contract, rcn_store_read(store, RCN_VIEW("a"), &arena, &record,
							    &found, &contract->diag));
		assert_false(found);
		contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
		assert_int_equal(info.records, 0);
		assert_true(rcn_view_is_none(info.fleet));
		assert_true(rcn_view_is_none(info.applied_commit));
		contract_assert_ok(contract, rcn_store_check(store, &contract->diag));
		rcn_store_close(store);
	}
	assert_int_equal(contract_kind->count_files(contract), files);
}

static void an_empty_store_can_be_made_and_opened_again(void **state)
{
	struct contract *contract = *state;
	char fleet[2][64] = { "", "" };

	for (int i = 0; i < 2; i++) {
		struct rcn_store *store = contract_open(contract, i == 0, false);
		struct rcn_store_info info;

		contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
		assert_int_equal(info.fleet.len, 36);
		memcpy(fleet[i], info.fleet.ptr, info.fleet.len);
		assert_int_equal(info.records, 0);
		assert_true(info.schema_version > 0);
		assert_true(info.canonical_version > 0);
		assert_true(rcn_view_is_none(info.api_url));
		rcn_store_close(store);
	}
	assert_string_equal(fleet[0], fleet[1]);
}

static void assert_read(struct contract *contract, struct rcn_store *store,
			const struct rcn_record *expected)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(16 * 1024 * 1024);
	struct rcn_record record;
	bool found = false;

	contract_assert_ok(contract, rcn_store_read(store, expected->key, &arena, &record, &found,
						    &contract->diag));
	assert_true(found);
	contract_assert_same(&record, expected);
}

static void a_record_comes_back_as_it_was_put(void **state)
{
	struct contract *contract = *state;
	const struct rcn_record full = contract_full_record("0042");
	const struct rcn_record bare = contract_record("bare");
	struct rcn_store *store = contract_open(contract, true, false);

	contract_lock(contract, store);
	contract_put(contract, store, &full);
	contract_put(contract, store, &bare);
	assert_read(contract, store, &full);
	rcn_store_close(store);

	for (int read_only = 0; read_only < 2; read_only++) {
		store = contract_open(contract, false, read_only);
		assert_read(contract, store, &full);
		assert_read(contract, store, &bare);
		rcn_store_close(store);
	}
}

static void a_put_replaces_the_whole_record(void **state)
{
	struct contract *contract = *state;
	const struct rcn_record full = contract_full_record("k");
	const struct rcn_record bare = contract_record("k");
	struct rcn_store *store = contract_open(contract, true, false);

	contract_lock(contract, store);
	contract_put(contract, store, &full);
	contract_put(contract, store, &bare);
	assert_read(contract, store, &bare);
	assert_int_equal(contract_count(contract, store), 1);
	rcn_store_close(store);
}

static void a_removed_record_is_gone(void **state)
{
	struct contract *contract = *state;
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1024 * 1024);
	const struct rcn_record one = contract_record("one"), two = contract_record("two");
	const struct rcn_view removes[] = { RCN_VIEW("one"), RCN_VIEW("never was there") };
	const struct rcn_store_batch batch = { .removes = removes, .remove_count = 2 };
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_record record;
	bool found = true;

	contract_lock(contract, store);
	contract_put(contract, store, &one);
	contract_put(contract, store, &two);
	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	contract_assert_ok(contract, rcn_store_read(store, RCN_VIEW("one"), &arena, &record, &found,
						    &contract->diag));
	assert_false(found);
	assert_read(contract, store, &two);
	assert_int_equal(contract_count(contract, store), 1);
	rcn_store_close(store);
}

/* A record moves to another key in one batch: put under the new one, removed under the old. */
static void a_batch_may_remove_one_key_and_put_another(void **state)
{
	struct contract *contract = *state;
	const struct rcn_record old = contract_record("old"), new = contract_record("new");
	const struct rcn_record *const puts[] = { &new };
	const struct rcn_view removes[] = { RCN_VIEW("old") };
	const struct rcn_store_batch batch = {
		.puts = puts, .put_count = 1, .removes = removes, .remove_count = 1
	};
	struct rcn_store *store = contract_open(contract, true, false);

	contract_lock(contract, store);
	contract_put(contract, store, &old);
	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	assert_read(contract, store, &new);
	assert_int_equal(contract_count(contract, store), 1);
	rcn_store_close(store);
}

struct order {
	char last[64];
	size_t last_len, count, stop_after;
};

static enum rcn_status check_order(void *payload, const struct rcn_record *record)
{
	struct order *order = payload;

	if (order->count > 0)
		assert_true(rcn_view_compare(rcn_view_make(order->last, order->last_len),
					     record->key) < 0);
	assert_true(record->key.len < sizeof(order->last));
	memcpy(order->last, record->key.ptr, record->key.len);
	order->last_len = record->key.len;
	order->count++;
	return order->count == order->stop_after ? RCN_ERROR_INTERRUPTED : RCN_OK;
}

static void records_are_read_in_bytewise_order_of_their_keys(void **state)
{
	static const char *const keys[] = { "b",
					    "a",
					    "B",
					    "\xc3\xa4",
					    "aa",
					    "a b",
					    "0042",
					    "42",
					    "\xff",
					    "a\n",
					    "",
					    "~",
					    "a'",
					    "a\"",
					    "A",
					    "Z",
					    "\xf0\x9f\x98\x80",
					    "z" };
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct order order = { .count = 0 };

	contract_lock(contract, store);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct rcn_record record = contract_record(keys[i]);

		contract_put(contract, store, &record);
	}
	contract_assert_ok(contract,
			   rcn_store_read_all(store, check_order, &order, &contract->diag));
	assert_int_equal(order.count, sizeof(keys) / sizeof(keys[0]));
	rcn_store_close(store);
}

static void a_visitor_can_stop_and_the_store_goes_on(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	const struct rcn_record a = contract_record("a"), b = contract_record("b");
	struct order order = { .stop_after = 1 };

	contract_lock(contract, store);
	contract_put(contract, store, &a);
	contract_put(contract, store, &b);
	assert_int_equal(rcn_store_read_all(store, check_order, &order, &contract->diag),
			 RCN_ERROR_INTERRUPTED);
	assert_int_equal(order.count, 1);
	assert_int_equal(contract_count(contract, store), 2);
	contract_put(contract, store, &a);
	rcn_store_close(store);
}

struct gathered {
	char text[256];
};

static enum rcn_status gather_keys(void *payload, const struct rcn_record *record)
{
	struct gathered *gathered = payload;
	size_t len = strlen(gathered->text);

	snprintf(gathered->text + len, sizeof(gathered->text) - len, "%.*s ",
		 RCN_VIEW_ARGS(record->key));
	return RCN_OK;
}

static void unsettled_is_exactly_what_the_model_says(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_record done = contract_record("done");
	struct rcn_record busy = contract_record("busy");
	struct rcn_record intent = contract_record("intent");
	struct rcn_record refused = contract_record("refused");
	struct rcn_record moved = contract_record("moved");
	const struct rcn_record *const puts[] = { &done, &busy, &intent, &refused, &moved };
	const struct rcn_store_batch batch = { .puts = puts, .put_count = 5 };
	struct gathered gathered = { "" };

	done.status = RCN_VIEW("provisioned");
	busy.status = RCN_VIEW("provisioning");
	intent.status = RCN_VIEW("provisioned");
	intent.intent = RCN_INTENT_DELETE;
	refused.status = RCN_VIEW("provisioned");
	memset(refused.refused_digest.bytes, 1, sizeof(refused.refused_digest.bytes));
	moved.status = RCN_VIEW("error");
	contract_lock(contract, store);
	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	contract_assert_ok(
		contract, rcn_store_read_unsettled(store, gather_keys, &gathered, &contract->diag));
	assert_string_equal(gathered.text, "busy intent moved refused ");

	moved.status = RCN_VIEW("provisioned");
	contract_put(contract, store, &moved);
	busy.status = RCN_VIEW("a_name_that_nobody_knows");
	contract_put(contract, store, &busy);
	memset(&gathered, 0, sizeof(gathered));
	contract_assert_ok(
		contract, rcn_store_read_unsettled(store, gather_keys, &gathered, &contract->diag));
	assert_string_equal(gathered.text, "busy intent refused ");
	rcn_store_close(store);
}

static void any_text_survives(void **state)
{
	static const char *const texts[] = {
		"",
		"'; DROP TABLE record; --",
		"\"quoted\" \\ %s %n ? ?1 $1 {}",
		"line\nbreak\r\ttab \x1b[31m \x7f",
		"\xc3\x84 \xe2\x80\xae \xf0\x9f\x98\x80 \xef\xbf\xbe \xed\x9f\xbf",
		"not UTF-8: \xff\xfe\xc0\x80",
	};
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);

	contract_lock(contract, store);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct rcn_record record = {
			.key = rcn_view_of(texts[i]),
			.path = rcn_view_of(texts[i]),
			.status = rcn_view_of(texts[i]),
			.error = rcn_view_of(texts[i]),
		};

		contract_put(contract, store, &record);
		assert_read(contract, store, &record);
	}
	rcn_store_close(store);
}

static void a_body_of_a_megabyte_survives(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_record record = contract_record("large");
	size_t size = 1024 * 1024;
	char *body = malloc(size);

	assert_non_null(body);
	for (size_t i = 0; i < size; i++)
		body[i] = (char)('!' + i % 90);
	record.body = rcn_view_make(body, size);
	contract_lock(contract, store);
	contract_put(contract, store, &record);
	rcn_store_close(store);
	store = contract_open(contract, false, true);
	assert_read(contract, store, &record);
	rcn_store_close(store);
	free(body);
}

static void what_was_applied_is_remembered(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_store_batch batch = {
		.set_applied = true,
		.applied_commit = RCN_VIEW("c0ffee"),
		.applied_tree = RCN_VIEW("7ee"),
		.applied_folder = RCN_VIEW("customers"),
		.applied_at = 1764000000123,
		.api_url = RCN_VIEW("https://webexapis.com/v1"),
	};
	const struct rcn_store_batch nothing = { .put_count = 0 };
	struct rcn_store_info info;

	contract_lock(contract, store);
	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	contract_assert_ok(contract, rcn_store_commit(store, &nothing, &contract->diag));
	rcn_store_close(store);

	store = contract_open(contract, true, false);
	contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
	assert_true(rcn_view_is(info.applied_commit, "c0ffee"));
	assert_true(rcn_view_is(info.applied_tree, "7ee"));
	assert_true(rcn_view_is(info.applied_folder, "customers"));
	assert_true(info.applied_at == 1764000000123);
	assert_true(rcn_view_is(info.api_url, "https://webexapis.com/v1"));

	/* Not reconciled completely: the commit is remembered, the tree is not. */
	batch.applied_tree = RCN_VIEW_NONE;
	batch.api_url = RCN_VIEW_NONE;
	contract_lock(contract, store);
	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
	assert_true(rcn_view_is(info.applied_commit, "c0ffee"));
	assert_true(rcn_view_is_none(info.applied_tree));
	assert_true(rcn_view_is(info.api_url, "https://webexapis.com/v1"));
	rcn_store_close(store);
}

static void ten_thousand_records_are_kept(void **state)
{
	enum {
		COUNT = 10000,
		GROUP = 500
	};
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_record records[GROUP];
	const struct rcn_record *puts[GROUP];
	char keys[GROUP][16];
	struct rcn_store_info info;
	struct order order = { .count = 0 };

	contract_lock(contract, store);
	for (size_t i = 0; i < COUNT; i += GROUP) {
		const struct rcn_store_batch batch = { .puts = puts, .put_count = GROUP };

		for (size_t j = 0; j < GROUP; j++) {
			/* 7919 is prime to COUNT: all keys, in a scattered order. */
			snprintf(keys[j], sizeof(keys[j]), "%05zu", (i + j) * 7919 % COUNT);
			records[j] = contract_full_record(keys[j]);
			puts[j] = &records[j];
		}
		contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
	}
	contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
	assert_int_equal(info.records, COUNT);
	rcn_store_close(store);

	store = contract_open(contract, false, true);
	contract_assert_ok(contract,
			   rcn_store_read_all(store, check_order, &order, &contract->diag));
	assert_int_equal(order.count, COUNT);
	contract_assert_ok(contract, rcn_store_check(store, &contract->diag));
	rcn_store_close(store);
}

static void a_reader_sees_what_a_writer_committed(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *writer = contract_open(contract, true, false);
	struct rcn_store *reader = contract_open(contract, false, true);
	const struct rcn_record record = contract_record("a");

	assert_int_equal(contract_count(contract, reader), 0);
	contract_lock(contract, writer);
	contract_put(contract, writer, &record);
	assert_int_equal(contract_count(contract, reader), 1);
	rcn_store_close(reader);
	rcn_store_close(writer);
}

static void check_finds_a_body_that_was_changed(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	struct rcn_record record = contract_full_record("k");

	record.body = RCN_VIEW("{\"externalId\":\"needle-in-the-hay\"}");
	assert_int_equal(rcn_digest_of(record.body, &record.digest), RCN_OK);
	contract_lock(contract, store);
	contract_put(contract, store, &record);
	contract_assert_ok(contract, rcn_store_check(store, &contract->diag));
	rcn_store_close(store);

	contract_kind->damage(contract, "needle-in-the-hay");
	store = contract_open(contract, false, true);
	contract_assert_refused(contract, rcn_store_check(store, &contract->diag),
				RCN_ERROR_CORRUPT, RCN_CODE_STATE_RECORD);
	assert_true(contract_is_said(contract, "`k`"));
	rcn_store_close(store);
}

static void a_newer_layout_is_refused_and_left_alone(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);

	rcn_store_close(store);
	contract_kind->make_newer(contract);
	for (int read_only = 0; read_only < 2; read_only++) {
		store = NULL;
		contract_assert_refused(
			contract,
			contract_try_open(contract, contract->uri, !read_only, read_only, &store),
			RCN_ERROR_UNSUPPORTED, RCN_CODE_STATE_NEWER);
		assert_null(store);
	}
}

static void an_unknown_kind_of_store_is_refused_without_its_password(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = NULL;

	contract_assert_refused(
		contract,
		contract_try_open(contract, "oracle://u:hunter2@host/x", true, false, &store),
		RCN_ERROR_UNSUPPORTED, RCN_CODE_STATE_URI);
	assert_true(contract_is_said(contract, "oracle"));
	assert_false(contract_is_said(contract, "hunter2"));
	contract_assert_refused(contract,
				contract_try_open(contract, "/var/lib/state", true, false, &store),
				RCN_ERROR_UNSUPPORTED, RCN_CODE_STATE_URI);
	assert_true(contract_is_said(contract, "sqlite:PATH"));
}

const struct CMUnitTest contract_record_tests[] = {
	CONTRACT_TEST(an_absent_store_reads_as_an_empty_one_and_stays_absent),
	CONTRACT_TEST(an_empty_store_can_be_made_and_opened_again),
	CONTRACT_TEST(a_record_comes_back_as_it_was_put),
	CONTRACT_TEST(a_put_replaces_the_whole_record),
	CONTRACT_TEST(a_removed_record_is_gone),
	CONTRACT_TEST(a_batch_may_remove_one_key_and_put_another),
	CONTRACT_TEST(records_are_read_in_bytewise_order_of_their_keys),
	CONTRACT_TEST(a_visitor_can_stop_and_the_store_goes_on),
	CONTRACT_TEST(unsettled_is_exactly_what_the_model_says),
	CONTRACT_TEST(any_text_survives),
	CONTRACT_TEST(a_body_of_a_megabyte_survives),
	CONTRACT_TEST(what_was_applied_is_remembered),
	CONTRACT_TEST(ten_thousand_records_are_kept),
	CONTRACT_TEST(a_reader_sees_what_a_writer_committed),
	CONTRACT_TEST(check_finds_a_body_that_was_changed),
	CONTRACT_TEST(a_newer_layout_is_refused_and_left_alone),
	CONTRACT_TEST(an_unknown_kind_of_store_is_refused_without_its_password),
	CONTRACT_TESTS_END,
};
