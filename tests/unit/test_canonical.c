#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/json.h"
#include "data/number.h"

static void check_canonical(const char *text, const char *expected)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	assert_int_equal(rcn_json_read(rcn_view_of(text), &arena, &node, &reason, &offset), RCN_OK);
	assert_int_equal(rcn_json_canonical(node, &out), RCN_OK);
	assert_string_equal(rcn_buffer_get(&out).ptr, expected);
	rcn_buffer_free(&out);
	rcn_arena_free(&arena);
}

static void test_equal_meaning_gives_equal_bytes(void **state)
{
	static const char *const cases[][2] = {
		{ " { \"b\" : 1 , \"a\" : [ 2 , 1 ] } ", "{\"a\":[2,1],\"b\":1}" },
		{ "{\"a\":null,\"b\":{\"c\":null},\"d\":[null]}", "{\"b\":{},\"d\":[null]}" },
		{ "{\"B\":1,\"a\":2,\"A\":3,\"\\u00e4\":4,\"aa\":5}",
		  "{\"A\":3,\"B\":1,\"a\":2,\"aa\":5,\"\xC3\xA4\":4}" },
		{ "[1.0,1e2,100,-0,0.0,-0.0e5]", "[1,100,100,0,0,0]" },
		{ "[1.50,15e-1,0.0015,-1.5e-3,12.3400]", "[1.5,1.5,0.0015,-0.0015,12.34]" },
		{ "[1e50,10e49,1e-60,10e-61]", "[1e50,1e50,1e-60,1e-60]" },
		{ "[12345678901234567890123,0.1]", "[12345678901234567890123,0.1]" },
		{ "\"</\\u003c\\/\\u007f\\n\\\"\\\\\\u20ac\"",
		  "\"</</\x7F\\u000a\\\"\\\\\xE2\x82\xAC\"" },
		{ "[true,false,null,\"\"]", "[true,false,null,\"\"]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_canonical(cases[i][0], cases[i][1]);
}

static void test_canonical_form_is_a_fixed_point(void **state)
{
	(void)state;
	check_canonical("{\"a\":[1.5,\"\\u000a\",1e50],\"b\":{}}",
			"{\"a\":[1.5,\"\\u000a\",1e50],\"b\":{}}");
}

static void test_unresolved_nodes_are_an_internal_fault(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);

	(void)state;
	assert_int_equal(rcn_json_canonical(rcn_node_new(&arena, RCN_PLAIN, RCN_SPAN_NONE), &out),
			 RCN_ERROR_INTERNAL);
	rcn_buffer_free(&out);
	rcn_arena_free(&arena);
}

static void test_many_members_are_sorted(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);
	struct rcn_buffer expected = RCN_BUFFER(RCN_LIMIT_BODY_BYTES);

	(void)state;
	for (int i = 0; i < 100; i++) {
		rcn_buffer_format(&text, "%s\"k%02d\":0", i ? "," : "{", 99 - i);
		rcn_buffer_format(&expected, "%s\"k%02d\":0", i ? "," : "{", i);
	}
	rcn_buffer_text(&text, "}");
	rcn_buffer_text(&expected, "}");
	check_canonical(rcn_buffer_get(&text).ptr, rcn_buffer_get(&expected).ptr);
	rcn_buffer_free(&text);
	rcn_buffer_free(&expected);
}

static void test_numbers_compare_exactly(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{ "1", "1.0", 0 },
		{ "100", "1e2", 0 },
		{ "0", "-0", 0 },
		{ "-1", "0", -1 },
		{ "9007199254740993", "9007199254740992", 1 },
		{ "-2", "-10", 1 },
		{ "0.1", "0.10000000000000000001", -1 },
		{ "1e400", "1e399", 1 },
		{ "1e-400", "0", 1 },
		{ "123.45", "123.5", -1 },
		{ "99", "100", -1 },
		{ "12.5", "1.25e1", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_number a, b;

		assert_true(rcn_number_parse(rcn_view_of(cases[i].a), &a));
		assert_true(rcn_number_parse(rcn_view_of(cases[i].b), &b));
		assert_int_equal(rcn_number_compare(&a, &b), cases[i].order);
		assert_int_equal(rcn_number_compare(&b, &a), -cases[i].order);
	}
}

static void test_multiples_are_exact(void **state)
{
	static const struct {
		const char *a, *b;
		bool multiple;
	} cases[] = {
		{ "0.3", "0.1", true },  { "0.35", "0.1", false },
		{ "1e300", "7", false }, { "7e300", "7", true },
		{ "0", "3", true },      { "-9", "3", true },
		{ "10", "4", false },    { "1000000000000000000000000002", "2", true },
		{ "4.5", "1.5", true },  { "35", "1.5", false },
		{ "300", "150", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_number a, b;

		assert_true(rcn_number_parse(rcn_view_of(cases[i].a), &a));
		assert_true(rcn_number_parse(rcn_view_of(cases[i].b), &b));
		assert_true(rcn_number_is_divisor(&b));
		assert_int_equal(rcn_number_is_multiple(&a, &b), cases[i].multiple);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_meaning_gives_equal_bytes),
		cmocka_unit_test(test_canonical_form_is_a_fixed_point),
		cmocka_unit_test(test_unresolved_nodes_are_an_internal_fault),
		cmocka_unit_test(test_many_members_are_sorted),
		cmocka_unit_test(test_numbers_compare_exactly),
		cmocka_unit_test(test_multiples_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
