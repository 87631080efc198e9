#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/json.h"
#include "data/pattern.h"
#include "data/schema.h"
#include "data/yaml.h"

/* A customer in small: every construct that our schemas use. */
static const char small[] =
	"{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[\"externalId\",\"packages\",\"address\"],"
	"\"patternProperties\":{\"^x-\":true},"
	"\"properties\":{"
	"\"externalId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10},"
	"\"packages\":{\"type\":\"array\",\"uniqueItems\":true,\"minItems\":1,"
	"\"items\":{\"type\":\"string\",\"enum\":[\"webex_calling\",\"webex_meetings\"]}},"
	"\"address\":{\"$ref\":\"#/definitions/address\"},"
	"\"orgId\":{\"type\":\"string\"},"
	"\"info\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\","
	"\"pattern\":\"^[^%]*$\",\"x-message\":\"the name must not hold `%`\","
	"\"x-hint\":\"leave it out\"},\"email\":{\"type\":\"string\",\"format\":\"email\"}}},"
	"\"count\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":5},"
	"\"flag\":{\"type\":\"boolean\"},"
	"\"either\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"object\",\"required\":[\"a\"],"
	"\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":2}}}]},"
	"\"location\":{\"type\":\"string\"},\"never\":false},"
	"\"anyOf\":[{\"required\":[\"info\"]},{\"required\":[\"orgId\"]}],"
	"\"allOf\":[{\"if\":{\"properties\":{\"packages\":{\"type\":\"array\",\"contains\":{\"const\":\"webex_calling\"}}},"
	"\"required\":[\"packages\"]},\"then\":{\"required\":[\"location\"],"
	"\"x-message\":\"a calling package needs a `location`\",\"x-hint\":\"add one\"}}],"
	"\"dependencies\":{\"count\":[\"flag\"]},"
	"\"not\":{\"required\":[\"orgId\",\"info\"],\"x-message\":\"`orgId` or `info`, not both\"},"
	"\"definitions\":{\"address\":{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[\"city\",\"country\"],\"properties\":{\"city\":{\"type\":\"string\"},"
	"\"zipOrPostalCode\":{\"type\":\"string\"},\"country\":{\"type\":\"string\","
	"\"enum\":[\"DE\",\"NO\",\"US\"]}}}}}";

#define HEAD "externalId: a\npackages: [webex_meetings]\norgId: o\n"
#define TAIL "address:\n  city: B\n  country: DE\n"

struct checking {
	struct rcn_file file;
	struct rcn_arena arena;
	struct rcn_diag diag;
	struct rcn_schema *schema;
	struct rcn_node *root;
	enum rcn_status status;
};

static void start(struct checking *checking, const char *schema, const char *text)
{
	struct rcn_documents documents;

	memset(checking, 0, sizeof(*checking));
	checking->file.path = RCN_VIEW("a.yaml");
	checking->file.text = rcn_view_of(text);
	checking->arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	rcn_diag_init(&checking->diag);
	assert_int_equal(rcn_schema_compile(rcn_view_of(schema), "small", &checking->schema,
					    &checking->diag),
			 RCN_OK);
	assert_int_equal(
		rcn_yaml_read(&checking->file, &checking->arena, &documents, &checking->diag),
		RCN_OK);
	checking->root = documents.roots[0];
	assert_int_equal(rcn_schema_resolve(checking->schema, checking->root, &checking->diag),
			 RCN_OK);
	checking->status = rcn_schema_check(checking->schema, checking->root, RCN_VIEW("key"),
					    &checking->diag);
	assert_int_equal(checking->status == RCN_OK, checking->diag.errors == 0);
	assert_int_equal(checking->status,
			 rcn_schema_check(checking->schema, checking->root, RCN_VIEW_NONE, NULL));
}

static void finish(struct checking *checking)
{
	rcn_schema_free(checking->schema);
	rcn_diag_free(&checking->diag);
	rcn_arena_free(&checking->arena);
}

static void test_a_good_manifest_has_no_problem(void **state)
{
	struct checking checking;

	(void)state;
	start(&checking, small, HEAD TAIL "x-note: [1, {a: b}]\neither: {a: x}\n");
	assert_int_equal(checking.status, RCN_OK);
	assert_int_equal(checking.diag.count, 0);
	finish(&checking);
}

static void test_violations_have_code_place_text_and_hint(void **state)
{
	static const struct {
		const char *text;
		enum rcn_code code;
		unsigned line, column;
		const char *message, *hint, *pointer;
	} cases[] = {
		{ HEAD TAIL "  zipcode: x\n", RCN_CODE_UNKNOWN_FIELD, 7, 3,
		  "unknown field `zipcode`", "did you mean `zipOrPostalCode`?",
		  "/address/zipcode" },
		{ HEAD TAIL "  zipOrPostalcode: x\n", RCN_CODE_UNKNOWN_FIELD, 7, 3,
		  "unknown field `zipOrPostalcode`", "did you mean `zipOrPostalCode`?",
		  "/address/zipOrPostalcode" },
		{ HEAD "address:\n  country: DE\n", RCN_CODE_MISSING_FIELD, 4, 1,
		  "`city` is missing in `address`", NULL, "/address/city" },
		{ HEAD, RCN_CODE_MISSING_FIELD, 1, 1, "`address` is missing", NULL, "/address" },
		{ HEAD TAIL "location: [x]\n", RCN_CODE_WRONG_TYPE, 7, 11,
		  "expected text, found a list", NULL, "/location" },
		{ HEAD TAIL "location:\n", RCN_CODE_WRONG_TYPE, 7, 1,
		  "expected text, found nothing", "give it a value, or remove it", "/location" },
		{ HEAD TAIL "location: null\n", RCN_CODE_WRONG_TYPE, 7, 11,
		  "expected text, found nothing", "give it a value, or remove it", "/location" },
		{ HEAD TAIL "flag: yes\n", RCN_CODE_WRONG_TYPE, 7, 7,
		  "expected true or false, found text", "write `true` or `false`, without quotes",
		  "/flag" },
		{ HEAD TAIL "flag: true\ncount: 0x2\n", RCN_CODE_WRONG_TYPE, 8, 8,
		  "expected a whole number, found text",
		  "write it in plain decimal digits, without quotes", "/count" },
		{ HEAD TAIL "flag: true\ncount: 1.5\n", RCN_CODE_WRONG_TYPE, 8, 8,
		  "expected a whole number, found a number", NULL, "/count" },
		{ HEAD "address:\n  city: B\n  country: DEU\n", RCN_CODE_VALUE_NOT_ALLOWED, 6, 12,
		  "`DEU` is not one of `DE`, `NO`, `US`", "did you mean `DE`?",
		  "/address/country" },
		{ "externalId: 12345678901\npackages: [webex_meetings]\norgId: o\n" TAIL,
		  RCN_CODE_TEXT_LENGTH, 1, 13, "longer than 10 characters (it has 11)", NULL,
		  "/externalId" },
		{ "externalId: ''\npackages: [webex_meetings]\norgId: o\n" TAIL,
		  RCN_CODE_TEXT_LENGTH, 1, 13, "the text is empty", NULL, "/externalId" },
		{ "externalId: a\npackages: webex_meetings\norgId: o\n" TAIL, RCN_CODE_WRONG_TYPE,
		  2, 11, "expected a list, found text",
		  "write a list, also for one value: `[value]`", "/packages" },
		{ "externalId: a\npackages: [webex_meetings, webex_meetings]\norgId: o\n" TAIL,
		  RCN_CODE_COLLECTION_SIZE, 2, 28, "`webex_meetings` stands in the list twice",
		  NULL, "/packages" },
		{ "externalId: a\npackages: []\norgId: o\n" TAIL, RCN_CODE_COLLECTION_SIZE, 2, 1,
		  "fewer than 1 item (it has 0)", NULL, "/packages" },
		{ "externalId: a\npackages: [webex_meetings]\ninfo: {name: 5 %}\n" TAIL,
		  RCN_CODE_TEXT_PATTERN, 3, 14, "the name must not hold `%`", "leave it out",
		  "/info/name" },
		{ "externalId: a\npackages: [webex_meetings]\ninfo: {name: [x]}\n" TAIL,
		  RCN_CODE_WRONG_TYPE, 3, 14, "expected text, found a list", "leave it out",
		  "/info/name" },
		{ "externalId: a\npackages: [webex_meetings]\ninfo: {email: joe}\n" TAIL,
		  RCN_CODE_TEXT_PATTERN, 3, 15, "not an email address", NULL, "/info/email" },
		{ HEAD TAIL "flag: true\ncount: 6\n", RCN_CODE_NUMBER_RANGE, 8, 8, "more than 5",
		  NULL, "/count" },
		{ HEAD TAIL "count: 5\n", RCN_CODE_COMBINATION, 7, 1,
		  "`flag` is missing; `count` is not allowed without it", NULL, "/flag" },
		{ "externalId: a\npackages: [webex_meetings]\n" TAIL, RCN_CODE_COMBINATION, 1, 1,
		  "`info`, or `orgId` is needed", NULL, "" },
		{ HEAD "info: {}\n" TAIL, RCN_CODE_COMBINATION, 1, 1, "`orgId` or `info`, not both",
		  NULL, "" },
		{ "externalId: a\npackages: [webex_calling]\norgId: o\n" TAIL, RCN_CODE_COMBINATION,
		  1, 1, "a calling package needs a `location`", "add one", "/location" },
		{ HEAD TAIL "either: {a: xyz}\n", RCN_CODE_TEXT_LENGTH, 7, 13,
		  "longer than 2 characters (it has 3)", NULL, "/either/a" },
		{ HEAD TAIL "either: [x]\n", RCN_CODE_WRONG_TYPE, 7, 9,
		  "expected text or a mapping, found a list", NULL, "/either" },
		{ HEAD TAIL "never: 1\n", RCN_CODE_UNKNOWN_FIELD, 7, 1,
		  "`never` is not allowed here", NULL, "/never" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct checking checking;
		const struct rcn_problem *problem;

		start(&checking, small, cases[i].text);
		rcn_diag_sort(&checking.diag);
		problem = checking.diag.problems[0];
		for (size_t j = 0; j < checking.diag.count; j++)
			if (checking.diag.problems[j]->severity == RCN_SEVERITY_ERROR) {
				problem = checking.diag.problems[j];
				break;
			}
		if (checking.diag.errors != 1)
			print_error("%s: %zu errors\n", cases[i].text, checking.diag.errors);
		assert_int_equal(checking.diag.errors, 1);
		assert_string_equal(problem->message.ptr, cases[i].message);
		assert_int_equal(problem->code, cases[i].code);
		assert_int_equal(problem->place.line, cases[i].line);
		assert_int_equal(problem->place.column, cases[i].column);
		assert_string_equal(problem->pointer.ptr, cases[i].pointer);
		assert_string_equal(problem->key.ptr, "key");
		if (cases[i].hint)
			assert_string_equal(problem->hint.ptr, cases[i].hint);
		else if (!rcn_view_is_none(problem->hint))
			fail_msg("%s", problem->hint.ptr);
		finish(&checking);
	}
}

static void test_all_violations_are_found_at_once(void **state)
{
	struct checking checking;

	(void)state;
	start(&checking, small,
	      "packages: [webex_meetings, webex_mettings, 1]\nadress: {}\naddress:\n  zip: [a]\n");
	/* enum twice, unknown twice, missing externalId city country, info or orgId */
	assert_int_equal(checking.diag.errors, 8);
	finish(&checking);
}

static void test_the_schema_decides_how_a_plain_scalar_reads(void **state)
{
	static const struct {
		const char *written;
		enum rcn_kind kind;
		bool hint;
	} cases[] = {
		{ "02134", RCN_STRING, true },   { "95035", RCN_STRING, true },
		{ "NO", RCN_STRING, true },      { "0042", RCN_STRING, true },
		{ "1e3", RCN_STRING, true },     { "2001-12-14", RCN_STRING, true },
		{ "true", RCN_STRING, true },    { "12:30", RCN_STRING, true },
		{ "\"NO\"", RCN_STRING, false }, { "Milpitas", RCN_STRING, false },
		{ "null", RCN_NULL, false },     { "~", RCN_NULL, false },
		{ "", RCN_NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_buffer text = RCN_BUFFER(1000);
		struct checking checking;
		const struct rcn_node *node;

		rcn_buffer_format(&text, "%saddress:\n  country: DE\n  city: %s\n", HEAD,
				  cases[i].written);
		start(&checking, small, rcn_buffer_get(&text).ptr);
		node = rcn_node_find(checking.root, RCN_VIEW("/address/city"));
		assert_int_equal(node->kind, cases[i].kind);
		assert_int_equal(checking.diag.hints, cases[i].hint);
		if (cases[i].hint) {
			assert_string_equal(node->text.ptr, cases[i].written);
			assert_int_equal(checking.diag.problems[0]->code, RCN_CODE_QUOTE);
		}
		finish(&checking);
		rcn_buffer_free(&text);
	}
}

static void test_types_are_found_through_combinations(void **state)
{
	static const struct {
		const char *schema;
		enum rcn_kind kind;
	} cases[] = {
		{ "{}", RCN_NUMBER },
		{ "{\"properties\":{\"a\":{\"type\":\"string\"}}}", RCN_STRING },
		{ "{\"properties\":{\"a\":{\"enum\":[\"1\"]}}}", RCN_STRING },
		{ "{\"properties\":{\"a\":{\"const\":\"1\"}}}", RCN_STRING },
		{ "{\"additionalProperties\":{\"type\":\"string\"}}", RCN_STRING },
		{ "{\"patternProperties\":{\"a\":{\"type\":\"string\"}}}", RCN_STRING },
		{ "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}}}]}", RCN_STRING },
		{ "{\"anyOf\":[true,{\"properties\":{\"a\":{\"type\":\"string\"}}}]}", RCN_STRING },
		{ "{\"if\":{},\"then\":{\"properties\":{\"a\":{\"type\":\"string\"}}}}",
		  RCN_STRING },
		{ "{\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}",
		  RCN_STRING },
		{ "{\"properties\":{\"a\":{\"type\":[\"string\",\"integer\"]}}}", RCN_NUMBER },
		{ "{\"properties\":{\"a\":{\"allOf\":[{\"type\":[\"string\",\"integer\"]},"
		  "{\"type\":\"string\"}]}}}",
		  RCN_STRING },
		{ "{\"properties\":{\"a\":{\"$ref\":\"#/definitions/t\"}},"
		  "\"definitions\":{\"t\":{\"type\":\"string\"}}}",
		  RCN_STRING },
		{ "{\"properties\":{\"a\":{\"type\":\"integer\"}},"
		  "\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}}},true]}",
		  RCN_NUMBER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct checking checking;

		start(&checking, cases[i].schema, "a: 1\n");
		assert_int_equal(rcn_node_get(checking.root, RCN_VIEW("a"))->kind, cases[i].kind);
		finish(&checking);
	}
}

static void test_unsupported_schemas_do_not_compile(void **state)
{
	static const struct {
		const char *schema;
		enum rcn_code code;
	} cases[] = {
		{ "{", RCN_CODE_SCHEMA_TEXT },
		{ "[]", RCN_CODE_SCHEMA_VALUE },
		{ "{\"minLenght\":1}", RCN_CODE_SCHEMA_KEYWORD },
		{ "{\"definitions\":{\"a\":{\"$defs\":{}}}}", RCN_CODE_SCHEMA_KEYWORD },
		{ "{\"type\":\"text\"}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"type\":1}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"required\":\"a\"}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"maxLength\":-1}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"multipleOf\":0}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"anyOf\":{}}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"properties\":{\"a\":1}}", RCN_CODE_SCHEMA_VALUE },
		{ "{\"$ref\":\"other.json\"}", RCN_CODE_SCHEMA_REFERENCE },
		{ "{\"$ref\":\"#/definitions/no\"}", RCN_CODE_SCHEMA_REFERENCE },
		{ "{\"$ref\":\"#\"}", RCN_CODE_SCHEMA_REFERENCE },
		{ "{\"anyOf\":[{\"not\":{\"$ref\":\"#\"}}]}", RCN_CODE_SCHEMA_REFERENCE },
		{ "{\"pattern\":\"(?=a)\"}", RCN_CODE_SCHEMA_PATTERN },
		{ "{\"pattern\":\"a**\"}", RCN_CODE_SCHEMA_PATTERN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_schema *schema = NULL;
		struct rcn_diag diag;

		rcn_diag_init(&diag);
		assert_int_equal(
			rcn_schema_compile(rcn_view_of(cases[i].schema), "x", &schema, &diag),
			RCN_ERROR_INVALID);
		assert_null(schema);
		assert_int_equal(diag.errors, 1);
		assert_int_equal(diag.problems[0]->code, cases[i].code);
		rcn_diag_free(&diag);
	}
}

static void test_patterns_match_as_in_ecmascript(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "b", "abc", true },
		{ "^b", "abc", false },
		{ "^abc$", "abc", true },
		{ "^a|c$", "xc", true },
		{ "^(a|b)*$", "abba", true },
		{ "^(a|b)*$", "abca", false },
		{ "^a{2,3}$", "a", false },
		{ "^a{2,3}$", "aaa", true },
		{ "^a{2,3}$", "aaaa", false },
		{ "^a{2,}$", "aaaaa", true },
		{ "^a{2}$", "aa", true },
		{ "^a{0}b$", "b", true },
		{ "^(ab){0,2}$", "abab", true },
		{ "^a{0,2}$", "aaa", false },
		{ "^.$", "\xF0\x9F\x98\x80", true },
		{ "^..$", "\xF0\x9F\x98\x80", false },
		{ "^.$", "\n", false },
		{ "^[^%]*$", "50 %", false },
		{ "^[a-c-]+$", "a-c", true },
		{ "^[\\d.]+$", "1.2", true },
		{ "^\\D$", "1", false },
		{ "^\\w+$", "a_9", true },
		{ "^[\\W]$", "_", false },
		{ "^\\s$", "\xC2\xA0", true },
		{ "^\\u00e4$", "\xC3\xA4", true },
		{ "^\\.$", "a", false },
		{ "^(?:x|yz)?$", "yz", true },
		{ "^a+b?$", "aab", true },
		{ "a$b", "ab", false },
		{ "^(a*)*$", "aaaa", true },
		{ "^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false },
		{ "^[A-Z]{2}$", "DE", true },
		{ "^[A-Z]{2}$", "DEU", false },
		{ "^(a|)$", "", true },
		{ "^[\\]]$", "]", true },
		{ "x*", "", true },
		{ "^[\xC3\xA4-\xC3\xBC]$", "\xC3\xB6", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
		const char *reason;
		const struct rcn_pattern *pattern =
			rcn_pattern_compile(rcn_view_of(cases[i].pattern), &arena, &reason);
		bool matches;

		assert_non_null(pattern);
		matches = rcn_pattern_matches(pattern, rcn_view_of(cases[i].text));
		if (matches != cases[i].matches)
			fail_msg("case %zu: %.*s", i, RCN_VIEW_ARGS(rcn_pattern_source(pattern)));
		rcn_arena_free(&arena);
	}
}

static void test_patterns_outside_of_the_subset_are_refused(void **state)
{
	static const char *const patterns[] = {
		"(",
		")",
		"[",
		"[]",
		"[b-a]",
		"*",
		"a{",
		"a{2,1}",
		"a{1001}",
		"a*?",
		"\\b",
		"(a)\\1",
		"(?=a)",
		"(?<n>a)",
		"\\",
		"\\u12",
		"^*",
		"a{1000}{1000}",
		"(((a{100}){100}){100})",
		"]",
		"}",
		"\\p{L}",
		"[\\d-z]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
		const char *reason = NULL;

		if (rcn_pattern_compile(rcn_view_of(patterns[i]), &arena, &reason))
			print_error("%s\n", patterns[i]);
		assert_non_null(reason);
		rcn_arena_free(&arena);
	}
}

static void test_long_lists_are_checked_for_twins_too(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct checking checking;

	(void)state;
	for (int i = 0; i < 20000; i++)
		rcn_buffer_format(&text, "- {a: %d}\n", i);
	start(&checking, "{\"uniqueItems\":true}", rcn_buffer_get(&text).ptr);
	assert_int_equal(checking.status, RCN_OK);
	finish(&checking);
	rcn_buffer_text(&text, "- {a: 7.0}\n");
	start(&checking, "{\"uniqueItems\":true}", rcn_buffer_get(&text).ptr);
	assert_int_equal(checking.diag.errors, 1);
	assert_int_equal(checking.diag.problems[0]->place.line, 20001);
	assert_int_equal(checking.diag.problems[0]->related->place.line, 8);
	finish(&checking);
	rcn_buffer_free(&text);
}

static void test_the_embedded_schemas_compile(void **state)
{
	(void)state;
	assert_non_null(rcn_embedded_schemas[0].name);
	assert_true(rcn_view_is_none(rcn_embedded_schema("no such schema")));
	for (const struct rcn_embedded *schema = rcn_embedded_schemas; schema->name; schema++) {
		struct rcn_schema *compiled = NULL;
		struct rcn_diag diag;

		rcn_diag_init(&diag);
		if (rcn_schema_compile(rcn_embedded_schema(schema->name), schema->name, &compiled,
				       &diag) != RCN_OK)
			print_error("%.*s\n", RCN_VIEW_ARGS(diag.problems[0]->message));
		assert_non_null(compiled);
		assert_int_equal(rcn_schema_root(compiled)->kind, RCN_MAPPING);
		rcn_schema_free(compiled);
		rcn_diag_free(&diag);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_manifest_has_no_problem),
		cmocka_unit_test(test_violations_have_code_place_text_and_hint),
		cmocka_unit_test(test_all_violations_are_found_at_once),
		cmocka_unit_test(test_the_schema_decides_how_a_plain_scalar_reads),
		cmocka_unit_test(test_types_are_found_through_combinations),
		cmocka_unit_test(test_unsupported_schemas_do_not_compile),
		cmocka_unit_test(test_patterns_match_as_in_ecmascript),
		cmocka_unit_test(test_patterns_outside_of_the_subset_are_refused),
		cmocka_unit_test(test_long_lists_are_checked_for_twins_too),
		cmocka_unit_test(test_the_embedded_schemas_compile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
