#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/json.h"
#include "plan/plan.h"

static const struct rcn_node *read_json(struct rcn_arena *arena, const char *text)
{
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	if (!text)
		return NULL;
	assert_int_equal(rcn_json_read(rcn_view_of(text), arena, &node, &reason, &offset), RCN_OK);
	return node;
}

/* "+/a=1 -/b=2 ~/c=1>2 ", with "!" behind the sign of what can't be changed. */
static void write_changes(struct rcn_buffer *out, const struct rcn_change *changes, size_t count)
{
	static const char signs[] = { '+', '-', '~' };

	for (size_t i = 0; i < count; i++) {
		rcn_buffer_format(out, "%c%s%.*s=", signs[changes[i].type],
				  changes[i].immutable ? "!" : "",
				  RCN_VIEW_ARGS(changes[i].pointer));
		rcn_buffer_view(out, changes[i].old_value);
		if (changes[i].type == RCN_CHANGE_CHANGED)
			rcn_buffer_char(out, '>');
		rcn_buffer_view(out, changes[i].new_value);
		rcn_buffer_char(out, ' ');
	}
}

static void differences_are_found_field_by_field(void **state)
{
	static const struct {
		const char *old_body, *new_body, *expected;
	} cases[] = {
		{ "{}", "{}", "" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "" },
		{ "{\"a\":1}", "{\"a\":1.0}", "" },
		{ "{\"a\":1}", "{\"a\":\"1\"}", "~/a=1>\"1\" " },
		{ "{\"a\":1}", "{\"a\":2}", "~/a=1>2 " },
		{ "{}", "{\"a\":null}", "" },
		{ "{\"a\":1}", "{\"a\":null}", "-/a=1 " },
		{ "{}", "{\"a\":\"\"}", "+/a=\"\" " },
		{ "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}", "{\"a\":{\"b\":{\"c\":3,\"e\":4}}}",
		  "~/a/b/c=1>3 -/a/b/d=2 +/a/b/e=4 " },
		{ "{}", "{\"m\":{\"t\":\"x\",\"u\":{\"v\":1}}}", "+/m/t=\"x\" +/m/u/v=1 " },
		{ "{\"m\":{\"t\":\"x\"}}", "{}", "-/m/t=\"x\" " },
		{ "{\"m\":{\"t\":\"x\"}}", "{\"m\":3}", "~/m={\"t\":\"x\"}>3 " },
		{ "{\"l\":[1,2]}", "{\"l\":[2,1]}", "~/l=[1,2]>[2,1] " },
		{ "{\"packages\":[\"a\",\"b\",\"d\"]}", "{\"packages\":[\"b\",\"c\"]}",
		  "-/packages=\"a\" +/packages=\"c\" -/packages=\"d\" " },
		{ "{\"packages\":[\"a\",\"b\"]}", "{\"packages\":[\"b\",\"a\"]}", "" },
		{ "{}", "{\"packages\":[\"a\"]}", "+/packages=\"a\" " },
		{ "{\"packages\":[\"a\"]}", "{\"packages\":3}", "~/packages=[\"a\"]>3 " },
		{ "{\"x\":{\"packages\":[\"a\"]}}", "{\"x\":{\"packages\":[\"b\"]}}",
		  "~/x/packages=[\"a\"]>[\"b\"] " },
		{ "{\"a/b\":1,\"c~d\":1}", "{\"a/b\":2,\"c~d\":2}", "~/a~1b=1>2 ~/c~0d=1>2 " },
		{ "{\"customerInfo\":{\"name\":\"A\"},\"orgId\":\"o\",\"provisioningId\":\"p\"}",
		  "{\"customerInfo\":{\"name\":\"B\"},\"provisioningId\":\"q\"}",
		  "~!/customerInfo/name=\"A\">\"B\" -!/orgId=\"o\" ~!/provisioningId=\"p\">\"q\" " },
		{ "{\"orgIdent\":1,\"x\":{\"orgId\":1}}", "{\"orgIdent\":2,\"x\":{\"orgId\":2}}",
		  "~/orgIdent=1>2 ~/x/orgId=1>2 " },
		{ NULL, "{\"b\":1,\"a\":2}", "+/a=2 +/b=1 " },
		{ "{\"Z\":1,\"a\":1}", "{\"a\":2,\"Z\":2}", "~/Z=1>2 ~/a=1>2 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
		struct rcn_buffer out = RCN_BUFFER(65536);
		struct rcn_change *changes = NULL;
		size_t count = 0;

		assert_int_equal(rcn_diff(&arena, read_json(&arena, cases[i].old_body),
					  read_json(&arena, cases[i].new_body), &changes, &count),
				 RCN_OK);
		write_changes(&out, changes, count);
		assert_int_equal(rcn_buffer_status(&out), RCN_OK);
		assert_string_equal(rcn_buffer_get(&out).ptr, cases[i].expected);
		rcn_buffer_free(&out);
		rcn_arena_free(&arena);
	}
}

static void a_change_points_at_the_new_value(void **state)
{
	const struct rcn_file file = { RCN_VIEW("defaults.yaml"), RCN_VIEW_NONE };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *body, *value;
	struct rcn_change *changes = NULL;
	size_t count = 0;

	(void)state;
	body = rcn_node_new(&arena, RCN_MAPPING, RCN_SPAN_NONE);
	value = rcn_node_new(&arena, RCN_STRING, (struct rcn_span){ &file, 4, 9, 4, 12 });
	assert_non_null(value);
	value->text = RCN_VIEW("new");
	assert_true(rcn_node_set(&arena, body, RCN_VIEW("city"), RCN_SPAN_NONE, value));
	assert_int_equal(rcn_diff(&arena, read_json(&arena, "{\"city\":\"old\",\"gone\":1}"), body,
				  &changes, &count),
			 RCN_OK);
	assert_int_equal(count, 2);
	assert_true(rcn_view_is(changes[0].place.path, "defaults.yaml"));
	assert_int_equal(changes[0].place.line, 4);
	assert_int_equal(changes[0].place.column, 9);
	assert_true(rcn_view_is_none(changes[1].place.path));
	rcn_arena_free(&arena);
}

static void no_memory_is_a_status(void **state)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA), tiny = RCN_ARENA(16);
	struct rcn_change *changes = NULL;
	size_t count = 0;

	(void)state;
	assert_int_equal(rcn_diff(&tiny, NULL, read_json(&arena, "{\"a\":\"a long enough value\"}"),
				  &changes, &count),
			 RCN_ERROR_LIMIT);
	assert_null(changes);
	rcn_arena_free(&arena);
	rcn_arena_free(&tiny);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_are_found_field_by_field),
		cmocka_unit_test(a_change_points_at_the_new_value),
		cmocka_unit_test(no_memory_is_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
