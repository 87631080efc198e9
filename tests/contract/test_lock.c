#include "contract.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct rcn_lock_holder second = { .host = RCN_VIEW("laptop"),
					       .command = RCN_VIEW("reconcile apply"),
					       .pid = 1 };

static enum rcn_status try_lock(struct contract *contract, struct rcn_store *store,
				int64_t timeout_ms)
{
	uint64_t epoch;

	rcn_diag_clear(&contract->diag);
	return rcn_store_lock(store, &second, timeout_ms, &epoch, &contract->diag);
}

static void each_lock_has_a_higher_epoch(void **state)
{
	struct contract *contract = *state;
	uint64_t last = 0;

	for (int i = 0; i < 4; i++) {
		struct rcn_store *store = contract_open(contract, true, false);
		uint64_t epoch = contract_lock(contract, store);

		assert_true(epoch > last);
		last = epoch;
		if (i == 2) {
			contract_assert_ok(contract, rcn_store_unlock(store));
			epoch = contract_lock(contract, store);
			assert_true(epoch > last);
			last = epoch;
		}
		rcn_store_close(store);
	}
}

static void a_second_handle_is_told_who_holds_the_lock(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *first = contract_open(contract, true, false);
	struct rcn_store *other = contract_open(contract, true, false);
	char pid[32];

	contract_lock(contract, first);
	contract_assert_refused(contract, try_lock(contract, other, 0), RCN_ERROR_LOCKED,
				RCN_CODE_STATE_LOCKED);
	snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_true(contract_is_said(contract, pid));
	assert_true(contract_is_said(contract, "ana"));
	assert_true(contract_is_said(contract, "build-7"));
	assert_true(contract_is_said(contract, "reconcile apply"));
	assert_true(contract_is_said(contract, "2025-11-24T16:00:00.000Z"));
	assert_true(contract_is_said(contract, "--lock-timeout"));
	contract_assert_ok(contract, rcn_store_unlock(first));
	contract_assert_ok(contract, try_lock(contract, other, 0));
	rcn_store_close(first);
	rcn_store_close(other);
}

static void a_holder_with_an_evil_name_is_shown_escaped(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *first = contract_open(contract, true, false);
	struct rcn_store *other = contract_open(contract, true, false);
	const struct rcn_lock_holder evil = {
		.host = RCN_VIEW("h\"}\x1b]0;owned\x07"),
		.command = RCN_VIEW("a\nb"),
		.pid = 7,
	};
	uint64_t epoch;

	contract_assert_ok(contract, rcn_store_lock(first, &evil, 0, &epoch, &contract->diag));
	contract_assert_refused(contract, try_lock(contract, other, 0), RCN_ERROR_LOCKED,
				RCN_CODE_STATE_LOCKED);
	assert_false(contract_is_said(contract, "\x1b"));
	assert_false(contract_is_said(contract, "\n"));
	assert_true(contract_is_said(contract, "owned"));
	rcn_store_close(first);
	rcn_store_close(other);
}

static void a_waiting_run_gives_up_at_its_time_limit(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *first = contract_open(contract, true, false);
	struct rcn_store *other = contract_open(contract, true, false);

	contract_lock(contract, first);
	contract_assert_refused(contract, try_lock(contract, other, 50), RCN_ERROR_LOCKED,
				RCN_CODE_STATE_LOCKED);
	rcn_store_close(first);
	rcn_store_close(other);
}

/* A child that takes the lock, says so, and does as it is told through a pipe. */
struct child {
	pid_t pid;
	int to, from;
};

static struct child start_holder(struct contract *contract)
{
	int down[2], up[2];
	struct child child;
	char byte;

	assert_int_equal(pipe(down), 0);
	assert_int_equal(pipe(up), 0);
	child.pid = fork();
	assert_true(child.pid >= 0);
	if (child.pid == 0) {
		struct rcn_store *store = NULL;
		uint64_t epoch;

		close(down[1]);
		close(up[0]);
		if (contract_try_open(contract, contract->uri, true, false, &store) != RCN_OK ||
		    rcn_store_lock(store, &second, 0, &epoch, &contract->diag) != RCN_OK)
			_exit(1);
		if (write(up[1], "l", 1) != 1 || read(down[0], &byte, 1) != 1)
			_exit(2);
		rcn_store_close(store);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	child.to = down[1];
	child.from = up[0];
	assert_int_equal(read(child.from, &byte, 1), 1);
	return child;
}

static void end_holder(struct child *child)
{
	int status;

	close(child->to);
	close(child->from);
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
}

static void two_processes_exclude_each_other(void **state)
{
	struct contract *contract = *state;
	struct child child = start_holder(contract);
	struct rcn_store *store = contract_open(contract, true, false);

	contract_assert_refused(contract, try_lock(contract, store, 0), RCN_ERROR_LOCKED,
				RCN_CODE_STATE_LOCKED);
	assert_int_equal(write(child.to, "u", 1), 1);
	contract_assert_ok(contract, try_lock(contract, store, 60000));
	rcn_store_close(store);
	end_holder(&child);
}

static void the_lock_of_a_killed_holder_is_free(void **state)
{
	struct contract *contract = *state;
	struct child child = start_holder(contract);
	struct rcn_store *store = contract_open(contract, true, false);
	const struct rcn_record record = contract_record("a");

	assert_int_equal(kill(child.pid, SIGKILL), 0);
	end_holder(&child);
	contract_assert_ok(contract, try_lock(contract, store, 0));
	contract_put(contract, store, &record);
	rcn_store_close(store);
}

static void reading_needs_no_lock(void **state)
{
	struct contract *contract = *state;
	struct child child = start_holder(contract);
	struct rcn_store *store = contract_open(contract, false, true);

	assert_int_equal(contract_count(contract, store), 0);
	rcn_store_close(store);
	assert_int_equal(write(child.to, "u", 1), 1);
	end_holder(&child);
}

static void a_run_that_lost_its_lock_writes_nothing(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *first = contract_open(contract, true, false);
	struct rcn_store *other = contract_open(contract, true, false);
	const struct rcn_record early = contract_record("early"), late = contract_record("late");
	const struct rcn_record *puts[] = { &late };
	const struct rcn_view removes[] = { RCN_VIEW("early") };
	const struct rcn_store_batch batch = {
		.puts = puts,
		.put_count = 1,
		.removes = removes,
		.remove_count = 1,
		.set_applied = true,
		.applied_commit = RCN_VIEW("c0ffee"),
	};
	struct rcn_store_info info;

	contract_lock(contract, first);
	contract_put(contract, first, &early);
	contract_kind->break_lock(contract);
	contract_assert_ok(contract, try_lock(contract, other, 0));
	for (int i = 0; i < 2; i++) {
		rcn_diag_clear(&contract->diag);
		contract_assert_refused(contract, rcn_store_commit(first, &batch, &contract->diag),
					RCN_ERROR_FENCED, RCN_CODE_STATE_FENCED);
	}
	assert_int_equal(contract_count(contract, first), 1);
	contract_assert_ok(contract, rcn_store_info(first, &info, &contract->diag));
	assert_true(rcn_view_is_none(info.applied_commit));
	puts[0] = &early;
	contract_put(contract, other, &early);
	rcn_store_close(first);
	rcn_store_close(other);
}

static void nothing_is_written_without_the_lock(void **state)
{
	struct contract *contract = *state;
	struct rcn_store *store = contract_open(contract, true, false);
	const struct rcn_record record = contract_record("a");
	const struct rcn_record *puts[] = { &record };
	const struct rcn_store_batch batch = { .puts = puts, .put_count = 1 };

	assert_int_equal(rcn_store_commit(store, &batch, &contract->diag), RCN_ERROR_INTERNAL);
	contract_lock(contract, store);
	contract_assert_ok(contract, rcn_store_unlock(store));
	assert_int_equal(rcn_store_commit(store, &batch, &contract->diag), RCN_ERROR_INTERNAL);
	assert_int_equal(contract_count(contract, store), 0);
	rcn_store_close(store);
}

const struct CMUnitTest contract_lock_tests[] = {
	CONTRACT_TEST(each_lock_has_a_higher_epoch),
	CONTRACT_TEST(a_second_handle_is_told_who_holds_the_lock),
	CONTRACT_TEST(a_holder_with_an_evil_name_is_shown_escaped),
	CONTRACT_TEST(a_waiting_run_gives_up_at_its_time_limit),
	CONTRACT_TEST(two_processes_exclude_each_other),
	CONTRACT_TEST(the_lock_of_a_killed_holder_is_free),
	CONTRACT_TEST(reading_needs_no_lock),
	CONTRACT_TEST(a_run_that_lost_its_lock_writes_nothing),
	CONTRACT_TEST(nothing_is_written_without_the_lock),
	CONTRACT_TESTS_END,
};
