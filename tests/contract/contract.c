#include "contract.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "model/customer.h"

static const struct contract_kind *const kinds[] = { &contract_sqlite };
const struct contract_kind *contract_kind;

int contract_setup(void **state)
{
	struct contract *contract = calloc(1, sizeof(*contract));
	const char *base = getenv("TMPDIR");

	if (!contract)
		return -1;
	snprintf(contract->folder, sizeof(contract->folder), "%s/rcn-contract-XXXXXX",
		 base ? base : "/tmp");
	if (!mkdtemp(contract->folder)) {
		free(contract);
		return -1;
	}
	rcn_diag_init(&contract->diag);
	contract_kind->name_store(contract);
	*state = contract;
	return 0;
}

static int remove_entry(const char *path, const struct stat *stats, int type, struct FTW *walk)
{
	(void)stats;
	(void)type;
	(void)walk;
	return remove(path);
}

int contract_teardown(void **state)
{
	struct contract *contract = *state;

	nftw(contract->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	rcn_diag_free(&contract->diag);
	free(contract);
	return 0;
}

static void show_problems(const struct contract *contract)
{
	for (size_t i = 0; i < contract->diag.count; i++)
		print_error("problem %d: %.*s\n", (int)contract->diag.problems[i]->code,
			    RCN_VIEW_ARGS(contract->diag.problems[i]->message));
}

void contract_assert_ok(struct contract *contract, enum rcn_status status)
{
	if (status != RCN_OK)
		show_problems(contract);
	assert_int_equal(status, RCN_OK);
}

void contract_assert_refused(struct contract *contract, enum rcn_status status,
			     enum rcn_status expected, enum rcn_code code)
{
	if (status != expected)
		show_problems(contract);
	assert_int_equal(status, expected);
	assert_true(contract->diag.count > 0);
	assert_int_equal(contract->diag.problems[contract->diag.count - 1]->code, code);
}

bool contract_is_said(const struct contract *contract, const char *text)
{
	for (size_t i = 0; i < contract->diag.count; i++) {
		const struct rcn_problem *problem = contract->diag.problems[i];

		if (memmem(problem->message.ptr, problem->message.len, text, strlen(text)) ||
		    (problem->hint.len &&
		     memmem(problem->hint.ptr, problem->hint.len, text, strlen(text))))
			return true;
	}
	return false;
}

enum rcn_status contract_try_open(struct contract *contract, const char *uri, bool create,
				  bool read_only, struct rcn_store **store)
{
	const struct rcn_store_options options = {
		.create = create,
		.read_only = read_only,
		.clock = &rcn_clock_system,
		.random = &rcn_random_system,
	};

	rcn_diag_clear(&contract->diag);
	return rcn_store_open(rcn_view_of(uri), &options, store, &contract->diag);
}

struct rcn_store *contract_open(struct contract *contract, bool create, bool read_only)
{
	struct rcn_store *store = NULL;

	contract_assert_ok(contract,
			   contract_try_open(contract, contract->uri, create, read_only, &store));
	return store;
}

uint64_t contract_lock(struct contract *contract, struct rcn_store *store)
{
	const struct rcn_lock_holder self = {
		.host = RCN_VIEW("build-7"),
		.user = RCN_VIEW("ana"),
		.command = RCN_VIEW("reconcile apply"),
		.run = RCN_VIEW("run-1"),
		.pid = getpid(),
		.since = 1764000000000,
	};
	uint64_t epoch = 0;

	contract_assert_ok(contract, rcn_store_lock(store, &self, 0, &epoch, &contract->diag));
	return epoch;
}

void contract_put(struct contract *contract, struct rcn_store *store,
		  const struct rcn_record *record)
{
	const struct rcn_store_batch batch = { .puts = &record, .put_count = 1 };

	contract_assert_ok(contract, rcn_store_commit(store, &batch, &contract->diag));
}

struct rcn_record contract_record(const char *key)
{
	return (struct rcn_record){ .key = rcn_view_of(key) };
}

struct rcn_record contract_full_record(const char *key)
{
	struct rcn_record record = {
		.key = rcn_view_of(key),
		.path = RCN_VIEW("customers/acme.yaml"),
		.url = RCN_VIEW("https://webexapis.com/v1/wholesale/customers/Y2lz"),
		.customer_id = RCN_VIEW("Y2lz"),
		.org_id = RCN_VIEW("T3Jn"),
		.status = RCN_VIEW("provisioned_with_errors"),
		.body = RCN_VIEW("{\"externalId\":\"0042\",\"packages\":[\"webex_calling\"]}"),
		.sub_partner = RCN_VIEW("U3Vi="),
		.commit = RCN_VIEW("0123456789012345678901234567890123456789"),
		.protect = true,
		.adopted = true,
		.intent = RCN_INTENT_UPDATE,
		.intent_body = RCN_VIEW("{\"externalId\":\"0042\",\"packages\":[]}"),
		.intent_at = 1764000000001,
		.error = RCN_VIEW("the e-mail belongs to an existing user"),
		.error_code = RCN_VIEW("10022"),
		.tracking_id = RCN_VIEW("NA_982ba0e9"),
		.created_at = 1,
		.updated_at = 1764000000002,
		.checked_at = INT64_MAX,
	};

	assert_int_equal(rcn_customer_digest(record.body, record.sub_partner, &record.digest), 0);
	assert_int_equal(rcn_digest_of(record.intent_body, &record.intent_digest), 0);
	memset(record.refused_digest.bytes, 0xab, sizeof(record.refused_digest.bytes));
	return record;
}

static void assert_view(struct rcn_view a, struct rcn_view b)
{
	assert_int_equal(rcn_view_is_none(a), rcn_view_is_none(b));
	assert_int_equal(a.len, b.len);
	if (a.len)
		assert_memory_equal(a.ptr, b.ptr, a.len);
}

void contract_assert_same(const struct rcn_record *a, const struct rcn_record *b)
{
	assert_view(a->key, b->key);
	assert_view(a->path, b->path);
	assert_view(a->url, b->url);
	assert_view(a->customer_id, b->customer_id);
	assert_view(a->org_id, b->org_id);
	assert_view(a->status, b->status);
	assert_view(a->body, b->body);
	assert_view(a->sub_partner, b->sub_partner);
	assert_view(a->commit, b->commit);
	assert_view(a->intent_body, b->intent_body);
	assert_view(a->error, b->error);
	assert_view(a->error_code, b->error_code);
	assert_view(a->tracking_id, b->tracking_id);
	assert_true(rcn_digest_equal(&a->digest, &b->digest));
	assert_true(rcn_digest_equal(&a->intent_digest, &b->intent_digest));
	assert_true(rcn_digest_equal(&a->refused_digest, &b->refused_digest));
	assert_int_equal(a->protect, b->protect);
	assert_int_equal(a->adopted, b->adopted);
	assert_int_equal(a->intent, b->intent);
	assert_true(a->intent_at == b->intent_at);
	assert_true(a->created_at == b->created_at);
	assert_true(a->updated_at == b->updated_at);
	assert_true(a->checked_at == b->checked_at);
}

static enum rcn_status count_record(void *payload, const struct rcn_record *record)
{
	(void)record;
	++*(size_t *)payload;
	return RCN_OK;
}

size_t contract_count(struct contract *contract, struct rcn_store *store)
{
	size_t count = 0;

	contract_assert_ok(contract,
			   rcn_store_read_all(store, count_record, &count, &contract->diag));
	return count;
}

static size_t append_tests(struct CMUnitTest *all, size_t count, const struct CMUnitTest *tests)
{
	for (; tests && tests->name; tests++)
		all[count++] = *tests;
	return count;
}

int main(int argc, char **argv)
{
	struct CMUnitTest all[128];
	size_t count = 0;

	for (size_t i = 0; argc == 2 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i]->name) == 0)
			contract_kind = kinds[i];
	}
	if (!contract_kind) {
		fprintf(stderr, "usage: contract_store KIND (sqlite)\n");
		return 64;
	}
	count = append_tests(all, count, contract_record_tests);
	count = append_tests(all, count, contract_lock_tests);
	count = append_tests(all, count, contract_crash_tests);
	count = append_tests(all, count, contract_kind->tests);
	return _cmocka_run_group_tests(contract_kind->name, all, count, NULL, NULL);
}
