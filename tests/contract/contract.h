/*
 * One suite for every kind of state store: what src/state/store.h promises, tried through
 * that header alone. A kind says how a fresh, absent store is named, and does to it, from
 * outside, what no store would do to itself.
 */
#ifndef RCN_TESTS_CONTRACT_H
#define RCN_TESTS_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/store.h"

#define CONTRACT_TEXT 512

struct contract {
	char folder[CONTRACT_TEXT]; /* of this test, empty at first, removed afterwards */
	char uri[CONTRACT_TEXT];    /* of a store that does not exist yet */
	struct rcn_diag diag;
};

struct contract_kind {
	const char *name;
	/* Fills contract->uri; may prepare the folder. */
	void (*name_store)(struct contract *contract);
	/* Takes the lock away from whoever holds it, as an operator's mistake or another
	 * machine would: the next lock succeeds although the holder lives. */
	void (*break_lock)(struct contract *contract);
	/* Changes bytes of the text `needle` where the closed store keeps it. */
	void (*damage)(struct contract *contract, const char *needle);
	/* Makes the closed store one of a layout that no version knows yet. */
	void (*make_newer)(struct contract *contract);
	/* How many files the kind has made in the folder. */
	size_t (*count_files)(struct contract *contract);
	/* Tests of this kind alone; ended by a NULL name. */
	const struct CMUnitTest *tests;
};

extern const struct contract_kind contract_sqlite;
extern const struct contract_kind *contract_kind; /* the one under test */

int contract_setup(void **state);
int contract_teardown(void **state);

/* Opens; fails the test, showing the problems, when that is not RCN_OK. */
struct rcn_store *contract_open(struct contract *contract, bool create, bool read_only);
enum rcn_status contract_try_open(struct contract *contract, const char *uri, bool create,
				  bool read_only, struct rcn_store **store);
uint64_t contract_lock(struct contract *contract, struct rcn_store *store);
void contract_put(struct contract *contract, struct rcn_store *store,
		  const struct rcn_record *record);
void contract_assert_ok(struct contract *contract, enum rcn_status status);
/* That exactly this came out, and that a problem with the code says so. */
void contract_assert_refused(struct contract *contract, enum rcn_status status,
			     enum rcn_status expected, enum rcn_code code);
bool contract_is_said(const struct contract *contract, const char *text);

struct rcn_record contract_record(const char *key);
/* The sample with something in every field; `storage` holds what must not be static. */
struct rcn_record contract_full_record(const char *key);
void contract_assert_same(const struct rcn_record *a, const struct rcn_record *b);
size_t contract_count(struct contract *contract, struct rcn_store *store);

extern const struct CMUnitTest contract_record_tests[], contract_lock_tests[],
	contract_crash_tests[];

#define CONTRACT_TEST(function) \
	cmocka_unit_test_setup_teardown(function, contract_setup, contract_teardown)
#define CONTRACT_TESTS_END   \
	{                    \
		.name = NULL \
	}

#endif
