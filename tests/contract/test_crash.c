#include "contract.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS 12
#define ROUNDS  12

/* Commits batch after batch, each of which changes all records, and says when one is done. */
static void commit_for_ever(struct contract *contract, int out)
{
	struct rcn_store *store = NULL;
	const struct rcn_lock_holder self = { .pid = getpid() };
	struct rcn_record records[RECORDS];
	const struct rcn_record *puts[RECORDS];
	char keys[RECORDS][8];
	uint64_t epoch;

	if (contract_try_open(contract, contract->uri, true, false, &store) != RCN_OK ||
	    rcn_store_lock(store, &self, 0, &epoch, &contract->diag) != RCN_OK)
		_exit(1);
	for (int64_t number = 1;; number++) {
		const struct rcn_store_batch batch = { .puts = puts,
						       .put_count = RECORDS,
						       .set_applied = true,
						       .applied_at = number };

		for (size_t i = 0; i < RECORDS; i++) {
			snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
			records[i] = contract_record(keys[i]);
			records[i].updated_at = number;
			puts[i] = &records[i];
		}
		if (rcn_store_commit(store, &batch, &contract->diag) != RCN_OK ||
		    write(out, &number, sizeof(number)) != (ssize_t)sizeof(number))
			_exit(2);
	}
}

struct seen {
	int64_t number;
	size_t count;
};

static enum rcn_status see_record(void *payload, const struct rcn_record *record)
{
	struct seen *seen = payload;

	if (seen->count++ > 0)
		assert_true(record->updated_at == seen->number);
	seen->number = record->updated_at;
	return RCN_OK;
}

static void a_killed_writer_leaves_whole_batches_and_all_that_it_was_told(void **state)
{
	struct contract *contract = *state;

	for (int round = 0; round < ROUNDS; round++) {
		struct rcn_store_info info;
		struct rcn_store *store;
		struct seen seen = { 0, 0 };
		int64_t number = 0, said = 0;
		int ends[2], status;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(ends[0]);
			commit_for_ever(contract, ends[1]);
		}
		close(ends[1]);
		while (number < 1 + round * 3)
			assert_int_equal(read(ends[0], &number, sizeof(number)), sizeof(number));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(ends[0], &said, sizeof(said)) == (ssize_t)sizeof(said))
			number = said;
		close(ends[0]);

		store = contract_open(contract, false, round % 2 == 0);
		contract_assert_ok(contract,
				   rcn_store_read_all(store, see_record, &seen, &contract->diag));
		assert_int_equal(seen.count, RECORDS);
		/* One more than was said may be in: the child died before saying it. */
		assert_true(seen.number == number || seen.number == number + 1);
		contract_assert_ok(contract, rcn_store_info(store, &info, &contract->diag));
		assert_true(info.applied_at == seen.number);
		contract_assert_ok(contract, rcn_store_check(store, &contract->diag));
		rcn_store_close(store);
	}
}

const struct CMUnitTest contract_crash_tests[] = {
	CONTRACT_TEST(a_killed_writer_leaves_whole_batches_and_all_that_it_was_told),
	CONTRACT_TESTS_END,
};
