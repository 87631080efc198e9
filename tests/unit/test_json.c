#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/json.h"

static enum rcn_status read_text(struct rcn_view text, struct rcn_arena *arena,
				 struct rcn_node **node, const char **reason, size_t *offset)
{
	/* a copy of the exact size, so that a sanitizer sees a read behind its end */
	char *copy = malloc(text.len ? text.len : 1);
	enum rcn_status status;

	assert_non_null(copy);
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	status = rcn_json_read(rcn_view_make(copy, text.len), arena, node, reason, offset);
	free(copy);
	return status;
}

static void check_refused(struct rcn_view text, size_t expected_offset)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 9999;

	assert_int_equal(read_text(text, &arena, &node, &reason, &offset), RCN_ERROR_INVALID);
	assert_non_null(reason);
	assert_null(node);
	if (offset != expected_offset)
		print_error("%.*s: %s\n", RCN_VIEW_ARGS(text), reason);
	assert_int_equal(offset, expected_offset);
	rcn_arena_free(&arena);
}

static void test_what_is_no_json_is_refused_at_its_place(void **state)
{
	static const struct {
		struct rcn_view text;
		size_t offset;
	} cases[] = {
		{ { "", 0 }, 0 },
		{ { "  \n", 3 }, 3 },
		{ { "{", 1 }, 1 },
		{ { "[1,]", 4 }, 3 },
		{ { "[1 2]", 5 }, 3 },
		{ { "{\"a\":1,}", 8 }, 7 },
		{ { "{\"a\" 1}", 7 }, 5 },
		{ { "{a:1}", 5 }, 1 },
		{ { "{'a':1}", 7 }, 1 },
		{ { "[1}", 3 }, 2 },
		{ { "1 2", 3 }, 2 },
		{ { "{} x", 4 }, 3 },
		{ { "01", 2 }, 0 },
		{ { "-", 1 }, 0 },
		{ { "+1", 2 }, 0 },
		{ { "1.", 2 }, 0 },
		{ { ".5", 2 }, 0 },
		{ { "1e", 2 }, 0 },
		{ { "0x1F", 4 }, 1 },
		{ { "NaN", 3 }, 0 },
		{ { "nul", 3 }, 0 },
		{ { "True", 4 }, 0 },
		{ { "\"a", 2 }, 2 },
		{ { "\"a\n\"", 4 }, 2 },
		{ { "\"a\tb\"", 5 }, 2 },
		{ { "\"\\x\"", 4 }, 1 },
		{ { "\"\\u12\"", 6 }, 1 },
		{ { "\"\\u0000\"", 8 }, 1 },
		{ { "\"a\0b\"", 5 }, 2 },
		{ { "\"\\ud800\"", 8 }, 1 },
		{ { "\"\\udc00\"", 8 }, 1 },
		{ { "\"\\ud800\\u0041\"", 14 }, 1 },
		{ { "\"\xFF\"", 3 }, 1 },
		{ { "\xEF\xBB\xBF{}", 5 }, 0 },
		{ { "\x01{}", 3 }, 0 },
		{ { "{}\0", 3 }, 2 },
		{ { "{\"a\":1,\"a\":2}", 13 }, 7 },
		{ { "{\"x\":\"-1\",\"b\":{\"a\":1,\"\\u0061\":2}}", 33 }, 21 },
		{ { "// x\n{}", 7 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_refused(cases[i].text, cases[i].offset);
}

static void test_depth_is_limited(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(1000000);
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	(void)state;
	rcn_buffer_repeat(&text, '[', RCN_LIMIT_JSON_DEPTH);
	rcn_buffer_repeat(&text, ']', RCN_LIMIT_JSON_DEPTH);
	assert_int_equal(read_text(rcn_buffer_get(&text), &arena, &node, &reason, &offset), RCN_OK);
	rcn_buffer_clear(&text);
	rcn_buffer_repeat(&text, '[', 100000);
	check_refused(rcn_buffer_get(&text), RCN_LIMIT_JSON_DEPTH);
	rcn_arena_free(&arena);
	rcn_buffer_free(&text);
}

static void test_values_are_read_as_written(void **state)
{
	static const char text[] =
		" {\"A\": 1, \"a\": [true, false, null, \"x\\n\\u00fc\\ud83d\\ude00\"],"
		"\"big\": 12345678901234567890123, \"f\": 1.50e+2, \"e\": {},"
		"\"neg\": -0, \"s\": \"-7 8\", \"n\": 9 } ";
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	(void)state;
	assert_int_equal(read_text(RCN_VIEW(" {} "), &arena, &node, &reason, &offset), RCN_OK);
	assert_int_equal(read_text(rcn_view_of(text), &arena, &node, &reason, &offset), RCN_OK);
	assert_null(reason);
	assert_string_equal(rcn_node_get(node, RCN_VIEW("A"))->text.ptr, "1");
	assert_int_equal(rcn_node_get(node, RCN_VIEW("a"))->kind, RCN_LIST);
	assert_true(rcn_node_is_true(rcn_node_find(node, RCN_VIEW("/a/0"))));
	assert_int_equal(rcn_node_find(node, RCN_VIEW("/a/1"))->kind, RCN_BOOLEAN);
	assert_int_equal(rcn_node_find(node, RCN_VIEW("/a/2"))->kind, RCN_NULL);
	assert_string_equal(rcn_node_find(node, RCN_VIEW("/a/3"))->text.ptr,
			    "x\n\xC3\xBC\xF0\x9F\x98\x80");
	assert_null(rcn_node_find(node, RCN_VIEW("/a/4")));
	assert_null(rcn_node_find(node, RCN_VIEW("/a/00")));
	assert_null(rcn_node_find(node, RCN_VIEW("a")));
	assert_string_equal(rcn_node_get(node, RCN_VIEW("big"))->text.ptr,
			    "12345678901234567890123");
	assert_string_equal(rcn_node_get(node, RCN_VIEW("f"))->text.ptr, "1.50e+2");
	assert_string_equal(rcn_node_get(node, RCN_VIEW("neg"))->text.ptr, "-0");
	assert_string_equal(rcn_node_get(node, RCN_VIEW("n"))->text.ptr, "9");
	rcn_arena_free(&arena);
}

static void test_pointers_are_unescaped(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	(void)state;
	assert_int_equal(read_text(RCN_VIEW("{\"a/b\":{\"~\":1},\"\":{\"\":2}}"), &arena, &node,
				   &reason, &offset),
			 RCN_OK);
	assert_ptr_equal(rcn_node_find(node, RCN_VIEW("")), node);
	assert_string_equal(rcn_node_find(node, RCN_VIEW("/a~1b/~0"))->text.ptr, "1");
	assert_string_equal(rcn_node_find(node, RCN_VIEW("//"))->text.ptr, "2");
	assert_null(rcn_node_find(node, RCN_VIEW("/a~2b")));
	rcn_arena_free(&arena);
}

static void test_nodes_are_set_copied_and_compared(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_arena other = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *a = NULL, *b = NULL, *copy, *value;
	const char *reason = NULL;
	size_t offset = 0;

	(void)state;
	read_text(RCN_VIEW("{\"x\":[1,{\"y\":1.0}],\"z\":null}"), &other, &a, &reason, &offset);
	read_text(RCN_VIEW("{\"z\":null,\"x\":[10e-1,{\"y\":1}]}"), &arena, &b, &reason, &offset);
	assert_true(rcn_node_equal(a, b));
	copy = rcn_node_copy(&arena, a);
	rcn_arena_free(&other);
	assert_true(rcn_node_equal(copy, b));
	value = rcn_node_new(&arena, RCN_STRING, RCN_SPAN_NONE);
	value->text = RCN_VIEW("1");
	assert_true(rcn_node_set(&arena, copy, RCN_VIEW("z"), RCN_SPAN_NONE, value));
	assert_int_equal(copy->count, 2);
	assert_false(rcn_node_equal(copy, b));
	assert_true(rcn_node_set(&arena, copy, RCN_VIEW("new"), RCN_SPAN_NONE, value));
	assert_int_equal(copy->count, 3);
	assert_string_equal(rcn_node_string(rcn_node_get(copy, RCN_VIEW("new"))).ptr, "1");
	assert_true(rcn_view_is_none(rcn_node_string(rcn_node_get(copy, RCN_VIEW("x")))));
	rcn_arena_free(&arena);
}

static void test_writer_escapes_and_indents(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_json json;

	(void)state;
	rcn_json_begin(&json, &out, 2);
	rcn_json_object(&json);
	rcn_json_member_string(&json, "a", RCN_VIEW("</\"\\\n\x01\x7F\xE2\x80\xA8\xFF\xC3\xBC"));
	rcn_json_member_integer(&json, "b", INT64_MIN);
	rcn_json_key(&json, "c");
	rcn_json_list(&json);
	rcn_json_boolean(&json, true);
	rcn_json_object(&json);
	rcn_json_end(&json);
	rcn_json_text(&json, NULL);
	rcn_json_end(&json);
	rcn_json_member_text(&json, "d", "x");
	rcn_json_member_boolean(&json, "e", false);
	rcn_json_end(&json);
	assert_string_equal(
		rcn_buffer_get(&out).ptr,
		"{\n  \"a\": \"\\u003c/\\\"\\\\\\n\\u0001\\u007f\\u2028\xEF\xBF\xBD\xC3\xBC\","
		"\n  \"b\": -9223372036854775808,\n  \"c\": [\n    true,\n    {},\n    null\n  ],"
		"\n  \"d\": \"x\",\n  \"e\": false\n}");
	rcn_buffer_free(&out);
}

static void test_what_was_written_can_be_read(void **state)
{
	static const char text[] =
		"{\"a\":[1,2.5,\"x\",null,true,{\"b\":{}},[]],\"c\":\"\\u003c\"}";
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_node *node = NULL;
	struct rcn_json json;
	const char *reason = NULL;
	size_t offset = 0;

	(void)state;
	assert_int_equal(read_text(rcn_view_of(text), &arena, &node, &reason, &offset), RCN_OK);
	rcn_json_begin(&json, &out, 0);
	rcn_json_node(&json, node);
	assert_string_equal(rcn_buffer_get(&out).ptr, text);
	rcn_buffer_free(&out);
	rcn_arena_free(&arena);
}

static void test_writer_too_deep_fails_the_buffer(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_json json;

	(void)state;
	rcn_json_begin(&json, &out, 0);
	for (int i = 0; i < RCN_JSON_WRITER_DEPTH + 3; i++)
		rcn_json_list(&json);
	for (int i = 0; i < RCN_JSON_WRITER_DEPTH + 4; i++)
		rcn_json_end(&json);
	assert_int_equal(rcn_buffer_status(&out), RCN_ERROR_LIMIT);
	rcn_buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_json_is_refused_at_its_place),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_values_are_read_as_written),
		cmocka_unit_test(test_pointers_are_unescaped),
		cmocka_unit_test(test_nodes_are_set_copied_and_compared),
		cmocka_unit_test(test_writer_escapes_and_indents),
		cmocka_unit_test(test_what_was_written_can_be_read),
		cmocka_unit_test(test_writer_too_deep_fails_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
