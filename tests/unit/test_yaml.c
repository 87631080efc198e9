#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/plain.h"
#include "data/yaml.h"

struct reading {
	struct rcn_file file;
	struct rcn_arena arena;
	struct rcn_diag diag;
	struct rcn_documents documents;
	enum rcn_status status;
};

static void start(struct reading *reading, struct rcn_view text)
{
	memset(reading, 0, sizeof(*reading));
	reading->file.path = RCN_VIEW("customers/a.yaml");
	reading->file.text = text;
	reading->arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	rcn_diag_init(&reading->diag);
	reading->status =
		rcn_yaml_read(&reading->file, &reading->arena, &reading->documents, &reading->diag);
	assert_int_equal(reading->status == RCN_OK, reading->diag.errors == 0);
}

static void finish(struct reading *reading)
{
	rcn_diag_free(&reading->diag);
	rcn_arena_free(&reading->arena);
}

struct fault {
	const char *text;
	enum rcn_code code;
	unsigned line, column;
	const char *message; /* a part of it, or NULL */
};

static void check_fault(const char *text, size_t len, const struct fault *fault)
{
	struct reading reading;
	bool found = false;

	start(&reading, rcn_view_make(text, len));
	assert_int_not_equal(reading.status, RCN_OK);
	for (size_t i = 0; i < reading.diag.count; i++) {
		const struct rcn_problem *problem = reading.diag.problems[i];

		found |= problem->code == fault->code && problem->place.line == fault->line &&
			 problem->place.column == fault->column &&
			 (!fault->message || strstr(problem->message.ptr, fault->message));
	}
	if (!found) {
		const struct rcn_problem *problem = reading.diag.problems[0];

		print_error("%.*s\nexpected RCN%d at %u:%u, got RCN%d at %u:%u: %.*s\n",
			    RCN_VIEW_ARGS(reading.file.text), (int)fault->code, fault->line,
			    fault->column, (int)problem->code, problem->place.line,
			    problem->place.column, RCN_VIEW_ARGS(problem->message));
	}
	assert_true(found);
	finish(&reading);
}

static void test_faults_are_found_at_their_place(void **state)
{
	static const struct fault faults[] = {
		/* duplicates */
		{ "a: 1\nb: 2\na: 3\n", RCN_CODE_YAML_DUPLICATE_KEY, 3, 1, "`a`" },
		{ "a: 1\n\"a\": 3\n", RCN_CODE_YAML_DUPLICATE_KEY, 2, 1, NULL },
		{ "a: 1\n'a': 3\n", RCN_CODE_YAML_DUPLICATE_KEY, 2, 1, NULL },
		{ "a: 1\n\"\\x61\": 3\n", RCN_CODE_YAML_DUPLICATE_KEY, 2, 1, NULL },
		{ "{a: 1, a: 1}", RCN_CODE_YAML_DUPLICATE_KEY, 1, 8, NULL },
		{ "{\"a\":1,\"a\":1}", RCN_CODE_YAML_DUPLICATE_KEY, 1, 8, NULL },
		{ "- x:\n    a: 1\n    b: 1\n    a: 1\n", RCN_CODE_YAML_DUPLICATE_KEY, 4, 5, NULL },
		{ "\xC3\xBC: 1\n\xC3\xBC: 2\n", RCN_CODE_YAML_DUPLICATE_KEY, 2, 1, NULL },
		{ "? a\n: 1\n? a\n: 2\n", RCN_CODE_YAML_DUPLICATE_KEY, 3, 3, NULL },
		{ "x: &m 1\n&k x: 2\n", RCN_CODE_YAML_DUPLICATE_KEY, 2, 1, NULL },
		/* merge keys, tags, keys */
		{ "a: &a {b: 1}\nc:\n  <<: *a\n", RCN_CODE_YAML_MERGE_KEY, 3, 3, NULL },
		{ "<<: {a: 1}\n", RCN_CODE_YAML_MERGE_KEY, 1, 1, NULL },
		{ "a: !x 1\n", RCN_CODE_YAML_TAG, 1, 4, "`!x`" },
		{ "a: !!str 1\n", RCN_CODE_YAML_TAG, 1, 4, "`!!str`" },
		{ "a: !!binary aGk=\n", RCN_CODE_YAML_TAG, 1, 4, "`!!binary`" },
		{ "a: ! 1\n", RCN_CODE_YAML_TAG, 1, 4, NULL },
		{ "a: !!set {b}\n", RCN_CODE_YAML_TAG, 1, 4, NULL },
		{ "a: !<tag:x> [b]\n", RCN_CODE_YAML_TAG, 1, 4, NULL },
		{ "[a]: 1\n", RCN_CODE_YAML_KEY, 1, 1, "a list" },
		{ "? {a: 1}\n: 2\n", RCN_CODE_YAML_KEY, 1, 3, "a mapping" },
		{ "a: {{ name }}\n", RCN_CODE_YAML_KEY, 1, 5, "a mapping" },
		{ "a: &k b\n*k : 1\n", RCN_CODE_YAML_KEY, 2, 1, "an alias" },
		/* aliases */
		{ "a: *b\n", RCN_CODE_YAML_ALIAS, 1, 4, "&b" },
		{ "a: &b 1\n---\na: *b\n", RCN_CODE_YAML_ALIAS, 3, 4, NULL },
		{ "a: &a [*a]\n", RCN_CODE_YAML_SELF_REFERENCE, 1, 8, NULL },
		{ "&a x: &b\n  y: {z: *b}\n", RCN_CODE_YAML_SELF_REFERENCE, 2, 10, NULL },
		/* characters */
		{ "a: \x01\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+0001" },
		{ "a: \x1B[31m\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+001B" },
		{ "a: \x7F\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+007F" },
		{ "# \xE2\x80\xAE evil\na: 1\n", RCN_CODE_YAML_CHARACTER, 1, 3, "U+202E" },
		{ "\xC3\xBC: \xE2\x81\xA6\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+2066" },
		{ "a: \xC2\x85\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+0085" },
		{ "a: b\xE2\x80\xA8"
		  "c: d\n",
		  RCN_CODE_YAML_CHARACTER, 1, 5, "U+2028" },
		{ "a: 1\rb: 2\n", RCN_CODE_YAML_CHARACTER, 1, 5, "U+000D" },
		{ "a: \xEF\xBB\xBF\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+FEFF" },
		{ "a: \"\\u202e\"\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+202E" },
		{ "a: \"x\\0\"\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+0000" },
		{ "a: \"\\e[0m\"\n", RCN_CODE_YAML_CHARACTER, 1, 4, "U+001B" },
		{ "a: 1\nname: M\xFCller\n", RCN_CODE_YAML_ENCODING, 2, 8, "0xFC" },
		{ "a: \xED\xA0\x80\n", RCN_CODE_YAML_ENCODING, 1, 4, NULL },
		{ "a: \xC0\x80\n", RCN_CODE_YAML_ENCODING, 1, 4, NULL },
		{ "\xFF\xFE"
		  "a",
		  RCN_CODE_YAML_ENCODING, 1, 1, "UTF-16" },
		{ "\xFE\xFF"
		  "a",
		  RCN_CODE_YAML_ENCODING, 1, 1, "UTF-16" },
		/* merge conflicts */
		{ "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", RCN_CODE_YAML_CONFLICT, 2,
		  1, NULL },
		{ "<<<<<<< HEAD\r\nb: 1\r\n=======\r\nb: 2\r\n>>>>>>> x\r\n",
		  RCN_CODE_YAML_CONFLICT, 1, 1, NULL },
		/* tabs */
		{ "a:\n\tb: 1\n", RCN_CODE_YAML_TAB, 2, 1, NULL },
		{ "a:\n  b: 1\n  \tc: 1\n", RCN_CODE_YAML_TAB, 3, 3, NULL },
		{ "a:\n\t- b\n", RCN_CODE_YAML_TAB, 2, 1, NULL },
		/* syntax */
		{ "a: [1, 2\nb: 1\n", RCN_CODE_YAML_SYNTAX, 2, 2, "`,` or `]`" },
		{ "a: {b: 1\n", RCN_CODE_YAML_SYNTAX, 2, 1, "`,` or `}`" },
		{ "a: \"b\nc: 1\n", RCN_CODE_YAML_SYNTAX, 3, 1, "never closed" },
		{ "a: b: c\n", RCN_CODE_YAML_SYNTAX, 1, 5, "can't stand here" },
		{ "a:\n  b: 1\n c: 2\n", RCN_CODE_YAML_SYNTAX, 3, 2, "does not fit" },
		{ "a: 1\nb\nc: 1\n", RCN_CODE_YAML_SYNTAX, 3, 1, "expected `: `" },
		{ "a: @b\n", RCN_CODE_YAML_SYNTAX, 1, 4, "`@` can't begin" },
		{ "a: `b`\n", RCN_CODE_YAML_SYNTAX, 1, 4, "can't begin" },
		{ "a: \"\\q\"\n", RCN_CODE_YAML_SYNTAX, 1, 5, "unknown escape" },
		{ "a: - b\n", RCN_CODE_YAML_SYNTAX, 1, 4, "can't stand here" },
		{ "%YAML 2.0\n---\na: 1\n", RCN_CODE_YAML_VERSION, 1, 1, NULL },
		{ "- a\nb: 1\n", RCN_CODE_YAML_SYNTAX, 2, 1, "`- `" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		check_fault(faults[i].text, strlen(faults[i].text), &faults[i]);
}

static void test_nul_and_wide_encodings_are_refused(void **state)
{
	static const struct fault nul = { NULL, RCN_CODE_YAML_CHARACTER, 2, 3, "U+0000" };
	static const struct fault wide = { NULL, RCN_CODE_YAML_ENCODING, 1, 1, "UTF-16" };

	(void)state;
	check_fault("a: 1\nb:\0 2\n", 11, &nul);
	check_fault("a\0:\0 \0b\0\n\0", 10, &wide);
	check_fault("\0a\0:\0 \0b\0\n", 10, &wide);
}

static void test_all_problems_of_a_file_are_found_at_once(void **state)
{
	struct reading reading;

	(void)state;
	start(&reading, RCN_VIEW("a: !x 1\na: 2\nb: *nobody\n<<: {c: 1}\n[d]: 1\n---\ne: 1\n"
				 "e: 2\n---\nf: [\n"));
	assert_int_equal(reading.diag.errors, 7);
	assert_int_equal(reading.documents.count, 2); /* the third is not whole */
	assert_int_equal(reading.documents.roots[0]->count, 2);
	finish(&reading);
	start(&reading, RCN_VIEW("a: \x01\x02\nb: \xFF\n# \xE2\x80\xAE\n"));
	assert_int_equal(reading.diag.errors, 4);
	finish(&reading);
}

static void test_duplicates_show_both_places(void **state)
{
	struct reading reading;

	(void)state;
	start(&reading, RCN_VIEW("a: 1\nb: 2\na: 3\n"));
	assert_int_equal(reading.diag.count, 1);
	assert_non_null(reading.diag.problems[0]->related);
	assert_int_equal(reading.diag.problems[0]->related->place.line, 1);
	finish(&reading);
}

static void test_duplicates_are_found_among_many_keys(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct reading reading;

	(void)state;
	for (int i = 0; i < 900; i++)
		rcn_buffer_format(&text, "key%d: 1\n", i);
	start(&reading, rcn_buffer_get(&text));
	assert_int_equal(reading.status, RCN_OK);
	assert_int_equal(reading.documents.roots[0]->count, 900);
	finish(&reading);
	rcn_buffer_text(&text, "key899: 2\nkey24: 2\nkey0: 3\n");
	start(&reading, rcn_buffer_get(&text));
	assert_int_equal(reading.diag.errors, 3);
	assert_int_equal(reading.diag.problems[0]->related->place.line, 900);
	assert_int_equal(reading.diag.problems[1]->related->place.line, 25);
	assert_int_equal(reading.diag.problems[2]->related->place.line, 1);
	finish(&reading);
	rcn_buffer_free(&text);
}

static void test_plain_scalars_keep_their_text(void **state)
{
	static const char *const texts[] = {
		"NO",    "no",
		"No",    "y",
		"Y",     "n",
		"N",     "yes",
		"Yes",   "YES",
		"true",  "True",
		"TRUE",  "false",
		"False", "FALSE",
		"on",    "On",
		"ON",    "off",
		"Off",   "OFF",
		"~",     "null",
		"02134", "0042",
		"0o17",  "0x1F",
		"1_000", "190:20:30",
		"12:30", "1e3",
		".5",    "1.",
		"+1",    "-0",
		".inf",  "-.INF",
		".nan",  "2001-12-14",
		"0b1",   "95035",
		"1.0",   "=",
		"<<",    "2001-12-14t21:59:43.10-05:00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rcn_buffer text = RCN_BUFFER(1000);
		struct reading reading;
		const struct rcn_node *value;

		rcn_buffer_format(&text, "a: %s\n", texts[i]);
		start(&reading, rcn_buffer_get(&text));
		assert_int_equal(reading.status, RCN_OK);
		value = rcn_node_get(reading.documents.roots[0], RCN_VIEW("a"));
		assert_int_equal(value->kind, RCN_PLAIN);
		assert_true(value->plain);
		assert_string_equal(value->text.ptr, texts[i]);
		finish(&reading);
		rcn_buffer_free(&text);
	}
}

static void test_other_readers_views_are_known(void **state)
{
	static const struct {
		const char *text, *seen;
	} cases[] = {
		{ "NO", "a boolean" },
		{ "on", "a boolean" },
		{ "y", "a boolean" },
		{ "02134", "a number" },
		{ "0o17", "a number" },
		{ "0x1F", "a number" },
		{ "0b101", "a number" },
		{ "1_000", "a number" },
		{ "12:30", "a number" },
		{ "12:75", NULL },
		{ "1:2:3.5", "a number" },
		{ "1e3", "a number" },
		{ ".5", "a number" },
		{ "1.", "a number" },
		{ "+1", "a number" },
		{ "-.inf", "a number" },
		{ ".nan", "a number" },
		{ ".", NULL },
		{ "-", NULL },
		{ "1.2.3", NULL },
		{ "1e", NULL },
		{ "0x", NULL },
		{ "2001-12-14", "a date" },
		{ "2001-1-1", "a date" },
		{ "2001-1-", NULL },
		{ "2001-12-14 21:59:43", "a date" },
		{ "2001-12-14abc", NULL },
		{ "nope", NULL },
		{ "", NULL },
		{ "c1677a16-557a", NULL },
		{ "+49 30 1234", NULL },
		{ "_1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *seen = rcn_plain_elsewhere(rcn_view_of(cases[i].text));

		if (!seen || !cases[i].seen) {
			if (seen != cases[i].seen)
				print_error("%s\n", cases[i].text);
			assert_ptr_equal(seen, cases[i].seen);
		} else {
			assert_string_equal(seen, cases[i].seen);
		}
	}
}

static void test_quoted_and_block_text_is_read(void **state)
{
	struct reading reading;
	const struct rcn_node *root;

	(void)state;
	start(&reading, RCN_VIEW("\xEF\xBB\xBF"
				 "a: \"x\\ty\"\r\nb: 'it''s'\r\nc: |\r\n  one\r\n  two\r\n"
				 "d: >-\r\n  one\r\n  two\r\n\"e\\/f\": \"\\u00fc\"\r\n"));
	assert_int_equal(reading.status, RCN_OK);
	root = reading.documents.roots[0];
	assert_string_equal(rcn_node_string(rcn_node_get(root, RCN_VIEW("a"))).ptr, "x\ty");
	assert_string_equal(rcn_node_string(rcn_node_get(root, RCN_VIEW("b"))).ptr, "it's");
	assert_string_equal(rcn_node_string(rcn_node_get(root, RCN_VIEW("c"))).ptr, "one\ntwo\n");
	assert_string_equal(rcn_node_string(rcn_node_get(root, RCN_VIEW("d"))).ptr, "one two");
	assert_string_equal(rcn_node_string(rcn_node_get(root, RCN_VIEW("e/f"))).ptr, "\xC3\xBC");
	assert_int_equal(rcn_node_get(root, RCN_VIEW("b"))->span.line, 2);
	assert_int_equal(rcn_node_member(root, RCN_VIEW("a"))->key_span.column, 1);
	finish(&reading);
}

static void assert_span(struct rcn_span span, unsigned line, unsigned column, unsigned end_line,
			unsigned end_column)
{
	assert_int_equal(span.line, line);
	assert_int_equal(span.column, column);
	assert_int_equal(span.end_line, end_line);
	assert_int_equal(span.end_column, end_column);
}

static void test_keys_and_values_know_their_place(void **state)
{
	struct reading reading;
	struct rcn_node *root;

	(void)state;
	start(&reading, RCN_VIEW("# \xE2\x82\xAC\n"
				 "\xC3\xA4\xF0\x9F\x98\x80: \xE2\x82\xAC \xE2\x82\xAC   # c\n"
				 "list:\n"
				 "- a\n"
				 "- {b: [c, 'd']}  # x\n"
				 "\n"
				 "map:\n"
				 "  x: 1\n"
				 "\n"
				 "empty:\n"
				 "last: z\n"));
	assert_int_equal(reading.status, RCN_OK);
	root = reading.documents.roots[0];
	assert_span(root->members[0].key_span, 2, 1, 2, 3);
	assert_span(root->members[0].value->span, 2, 5, 2, 8);
	assert_span(rcn_node_find(root, RCN_VIEW("/list"))->span, 4, 1, 5, 16);
	assert_span(rcn_node_find(root, RCN_VIEW("/list/1"))->span, 5, 3, 5, 16);
	assert_span(rcn_node_find(root, RCN_VIEW("/list/1/b"))->span, 5, 7, 5, 15);
	assert_span(rcn_node_find(root, RCN_VIEW("/list/1/b/1"))->span, 5, 11, 5, 14);
	assert_span(rcn_node_find(root, RCN_VIEW("/map"))->span, 8, 3, 8, 7);
	assert_int_equal(rcn_node_find(root, RCN_VIEW("/empty"))->span.line, 10);
	assert_span(root->span, 2, 1, 11, 8);
	finish(&reading);
}

static void test_empty_documents_are_left_out(void **state)
{
	static const struct {
		const char *text;
		size_t documents;
	} cases[] = {
		{ "", 0 },
		{ "\n\n", 0 },
		{ "# only a comment\n", 0 },
		{ "---\n", 0 },
		{ "---\n---\n", 0 },
		{ "---\n# x\n---\na: 1\n...\n", 1 },
		{ "a: 1\n---\n", 1 },
		{ "a: 1\n---\nb: 1\n---\nc: 1\n", 3 },
		{ "\xEF\xBB\xBF", 0 },
		{ "%YAML 1.2\n---\na: 1\n", 1 },
		{ "%YAML 1.1\n---\na: 1\n", 1 },
		{ "null", 1 },
		{ "''", 1 },
		{ "[]", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading reading;

		start(&reading, rcn_view_of(cases[i].text));
		assert_int_equal(reading.status, RCN_OK);
		assert_int_equal(reading.documents.count, cases[i].documents);
		finish(&reading);
	}
}

static void test_aliases_share_their_value(void **state)
{
	struct reading reading;
	struct rcn_node *root;

	(void)state;
	start(&reading, RCN_VIEW("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n\"=======\": 1\n"));
	assert_int_equal(reading.status, RCN_OK);
	root = reading.documents.roots[0];
	assert_ptr_equal(rcn_node_find(root, RCN_VIEW("/a")), rcn_node_find(root, RCN_VIEW("/c")));
	assert_string_equal(rcn_node_find(root, RCN_VIEW("/e"))->text.ptr, "2");
	finish(&reading);
}

static void check_limit(struct rcn_buffer *text, enum rcn_code code)
{
	struct reading reading;

	assert_int_equal(rcn_buffer_status(text), RCN_OK);
	start(&reading, rcn_buffer_get(text));
	assert_int_equal(reading.status, RCN_ERROR_LIMIT);
	assert_int_equal(reading.diag.problems[0]->code, code);
	finish(&reading);
	rcn_buffer_free(text);
}

static void test_limits_hold(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(2 * RCN_LIMIT_FILE_BYTES);

	(void)state;
	/* nine to the seventh power */
	rcn_buffer_text(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 7; i++)
		rcn_buffer_format(&text,
				  "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i,
				  i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	check_limit(&text, RCN_CODE_YAML_NODES);

	rcn_buffer_repeat(&text, '[', 64 * 1024);
	check_limit(&text, RCN_CODE_YAML_DEPTH);

	for (int i = 0; i < 40; i++)
		rcn_buffer_text(&text, i == 0 ? "- &a [" : "[");
	rcn_buffer_repeat(&text, ']', 40);
	rcn_buffer_text(&text, "\n- ");
	rcn_buffer_repeat(&text, '[', 30);
	rcn_buffer_text(&text, "*a");
	rcn_buffer_repeat(&text, ']', 30);
	check_limit(&text, RCN_CODE_YAML_DEPTH);

	for (int i = 0; i <= RCN_LIMIT_KEYS; i++)
		rcn_buffer_format(&text, "k%d: 1\n", i);
	check_limit(&text, RCN_CODE_YAML_KEYS);

	rcn_buffer_text(&text, "- &a x\n");
	for (int i = 0; i <= RCN_LIMIT_ALIASES; i++)
		rcn_buffer_text(&text, "- *a\n");
	check_limit(&text, RCN_CODE_YAML_ALIASES);

	for (int i = 0; i <= RCN_LIMIT_ALIASES; i++)
		rcn_buffer_format(&text, "- &a%d x\n", i);
	check_limit(&text, RCN_CODE_YAML_ALIASES);

	rcn_buffer_text(&text, "a: ");
	rcn_buffer_repeat(&text, 'x', RCN_LIMIT_SCALAR_BYTES + 1);
	check_limit(&text, RCN_CODE_YAML_SCALAR);

	for (int i = 0; i <= RCN_LIMIT_DOCUMENTS; i++)
		rcn_buffer_text(&text, "--- x\n");
	check_limit(&text, RCN_CODE_YAML_DOCUMENTS);

	rcn_buffer_repeat(&text, '#', RCN_LIMIT_FILE_BYTES + 1);
	check_limit(&text, RCN_CODE_YAML_FILE_SIZE);
}

static void test_what_is_within_the_limits_is_read(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(2 * RCN_LIMIT_FILE_BYTES);
	struct reading reading;

	(void)state;
	rcn_buffer_repeat(&text, '[', RCN_LIMIT_DEPTH);
	rcn_buffer_repeat(&text, ']', RCN_LIMIT_DEPTH);
	start(&reading, rcn_buffer_get(&text));
	assert_int_equal(reading.status, RCN_OK);
	finish(&reading);
	rcn_buffer_clear(&text);
	for (int i = 0; i < RCN_LIMIT_NODES - 1; i++)
		rcn_buffer_text(&text, "- x\n");
	start(&reading, rcn_buffer_get(&text));
	assert_int_equal(reading.status, RCN_OK);
	assert_int_equal(reading.documents.roots[0]->count, RCN_LIMIT_NODES - 1);
	finish(&reading);
	rcn_buffer_free(&text);
}

static void test_binary_rubbish_ends_in_few_problems(void **state)
{
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	struct reading reading;

	(void)state;
	rcn_buffer_repeat(&text, '\xFF', 100000);
	rcn_buffer_text(&text, "\n");
	text.ptr[0] = 'x';
	start(&reading, rcn_buffer_get(&text));
	assert_int_equal(reading.status, RCN_ERROR_INVALID);
	assert_in_range(reading.diag.errors, 2, 200);
	finish(&reading);
	rcn_buffer_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_are_found_at_their_place),
		cmocka_unit_test(test_nul_and_wide_encodings_are_refused),
		cmocka_unit_test(test_all_problems_of_a_file_are_found_at_once),
		cmocka_unit_test(test_duplicates_show_both_places),
		cmocka_unit_test(test_duplicates_are_found_among_many_keys),
		cmocka_unit_test(test_plain_scalars_keep_their_text),
		cmocka_unit_test(test_other_readers_views_are_known),
		cmocka_unit_test(test_quoted_and_block_text_is_read),
		cmocka_unit_test(test_keys_and_values_know_their_place),
		cmocka_unit_test(test_empty_documents_are_left_out),
		cmocka_unit_test(test_aliases_share_their_value),
		cmocka_unit_test(test_limits_hold),
		cmocka_unit_test(test_what_is_within_the_limits_is_read),
		cmocka_unit_test(test_binary_rubbish_ends_in_few_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
