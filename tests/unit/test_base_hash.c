#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/secret.h"

/* FIPS 180-4, as in NIST's examples. */
static const struct {
	const char *text, *hex;
} vectors[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void digest_of_the_standards_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		char hex[RCN_DIGEST_HEX_SIZE];
		struct rcn_digest digest, read;

		assert_int_equal(rcn_digest_of(rcn_view_of(vectors[i].text), &digest), RCN_OK);
		rcn_digest_hex(&digest, hex);
		assert_string_equal(hex, vectors[i].hex);
		assert_true(rcn_digest_from_hex(rcn_view_of(hex), &read));
		assert_true(rcn_digest_equal(&digest, &read));
		assert_false(rcn_digest_is_zero(&digest));
	}
}

static void hashing_in_pieces_gives_the_same(void **state)
{
	struct rcn_hasher *hasher = rcn_hasher_new();
	char hex[RCN_DIGEST_HEX_SIZE];
	char piece[1000];
	struct rcn_digest digest;

	(void)state;
	memset(piece, 'a', sizeof(piece));
	assert_non_null(hasher);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(rcn_hasher_add(hasher, rcn_view_make(piece, sizeof(piece))),
				 RCN_OK);
	assert_int_equal(rcn_hasher_add(hasher, RCN_VIEW_NONE), RCN_OK);
	assert_int_equal(rcn_hasher_finish(hasher, &digest), RCN_OK);
	rcn_digest_hex(&digest, hex);
	assert_string_equal(hex,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	rcn_hasher_free(rcn_hasher_new());
	rcn_hasher_free(NULL);
	assert_int_equal(rcn_hasher_finish(NULL, &digest), RCN_ERROR_MEMORY);
}

static void digests_that_are_not_written_right_are_refused(void **state)
{
	struct rcn_digest digest = { { 0 } };
	char hex[RCN_DIGEST_HEX_SIZE + 1];

	(void)state;
	assert_true(rcn_digest_is_zero(&digest));
	rcn_digest_hex(&digest, hex);
	assert_false(rcn_digest_from_hex(rcn_view_make(hex, 63), &digest));
	hex[64] = '0';
	assert_false(rcn_digest_from_hex(rcn_view_make(hex, 65), &digest));
	hex[5] = 'A';
	assert_false(rcn_digest_from_hex(rcn_view_make(hex, 64), &digest));
	hex[5] = 'g';
	assert_false(rcn_digest_from_hex(rcn_view_make(hex, 64), &digest));
	assert_false(rcn_digest_from_hex(RCN_VIEW_NONE, &digest));
	assert_true(rcn_digest_is_zero(&digest));
}

/* Gives the bytes of the payload, over and over; NULL fails. */
static int fill_from_byte(void *payload, void *ptr, size_t len)
{
	if (!payload)
		return -1;
	memset(ptr, *(unsigned char *)payload, len);
	return 0;
}

static void uuid_has_version_and_variant(void **state)
{
	unsigned char byte = 0xff;
	struct rcn_random fixed = { fill_from_byte, &byte }, none = { fill_from_byte, NULL };
	char uuid[RCN_UUID_SIZE], other[RCN_UUID_SIZE];

	(void)state;
	assert_int_equal(rcn_random_uuid(&fixed, uuid), 0);
	assert_string_equal(uuid, "ffffffff-ffff-4fff-bfff-ffffffffffff");
	byte = 0;
	assert_int_equal(rcn_random_uuid(&fixed, uuid), 0);
	assert_string_equal(uuid, "00000000-0000-4000-8000-000000000000");
	assert_int_equal(rcn_random_uuid(&none, uuid), -1);
	assert_int_equal(rcn_random_uuid(&rcn_random_system, uuid), 0);
	assert_int_equal(rcn_random_uuid(&rcn_random_system, other), 0);
	assert_string_not_equal(uuid, other);
}

static void random_numbers_stay_below_their_bound(void **state)
{
	unsigned char zero = 0;
	struct rcn_random fixed = { fill_from_byte, &zero }, none = { fill_from_byte, NULL };
	bool seen[5] = { false };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t number = rcn_random_below(&rcn_random_system, 5);

		assert_true(number < 5);
		seen[number] = true;
	}
	for (size_t i = 0; i < 5; i++)
		assert_true(seen[i]);
	assert_int_equal(rcn_random_below(&rcn_random_system, 1), 0);
	assert_int_equal(rcn_random_below(&fixed, 7), 0);
	assert_int_equal(rcn_random_below(&none, 7), 0);
}

static void secrets_are_stripped_and_checked(void **state)
{
	static const struct {
		const char *text, *kept; /* NULL: refused */
	} cases[] = {
		{ "token", "token" },
		{ "  token\r\n", "token" },
		{ "\"token\"", "token" },
		{ " 'token' \n", "token" },
		{ "\"token'", "\"token'" },
		{ "'", "'" },
		{ "", NULL },
		{ " \n", NULL },
		{ "\"\"", NULL },
		{ "to\nken", NULL },
		{ "to\x7fken", NULL },
		{ "tök", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_secret secret = RCN_SECRET_NONE;
		enum rcn_status status = rcn_secret_set(&secret, rcn_view_of(cases[i].text));

		assert_int_equal(status, cases[i].kept ? RCN_OK : RCN_ERROR_INVALID);
		assert_int_equal(rcn_secret_is_set(&secret), cases[i].kept != NULL);
		if (cases[i].kept)
			assert_true(rcn_view_is(rcn_secret_reveal(&secret), cases[i].kept));
		rcn_secret_free(&secret);
		assert_false(rcn_secret_is_set(&secret));
	}
	rcn_secret_free(NULL);
}

static void secrets_are_copied_and_compared(void **state)
{
	static char longest[RCN_LIMIT_TOKEN_BYTES + 1];
	struct rcn_secret a = RCN_SECRET_NONE, b = RCN_SECRET_NONE;

	(void)state;
	assert_true(rcn_secret_equal(&a, &b));
	assert_int_equal(rcn_secret_set(&a, RCN_VIEW("one")), RCN_OK);
	assert_false(rcn_secret_equal(&a, &b));
	assert_int_equal(rcn_secret_copy(&b, &a), RCN_OK);
	assert_true(rcn_secret_equal(&a, &b));
	assert_int_equal(rcn_secret_copy(&b, &b), RCN_OK);
	assert_int_equal(rcn_secret_set(&b, RCN_VIEW("two")), RCN_OK);
	assert_false(rcn_secret_equal(&a, &b));
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(rcn_secret_set(&b, rcn_view_make(longest, sizeof(longest))),
			 RCN_ERROR_INVALID);
	assert_true(rcn_view_is(rcn_secret_reveal(&b), "two"));
	rcn_secret_free(&a);
	rcn_secret_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_of_the_standards_examples),
		cmocka_unit_test(hashing_in_pieces_gives_the_same),
		cmocka_unit_test(digests_that_are_not_written_right_are_refused),
		cmocka_unit_test(uuid_has_version_and_variant),
		cmocka_unit_test(random_numbers_stay_below_their_bound),
		cmocka_unit_test(secrets_are_stripped_and_checked),
		cmocka_unit_test(secrets_are_copied_and_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
