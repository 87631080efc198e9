#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "diag/render.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct rcn_render_options plain = { false, false, 60 };

static struct rcn_file make_file(const char *text)
{
	return (struct rcn_file){ RCN_VIEW("a.yaml"), rcn_view_of(text) };
}

/* One line of a file, what is marked in it, and both lines of the excerpt. */
static void assert_excerpt(const char *text, uint32_t column, uint32_t end_column,
			   const char *expected)
{
	struct rcn_file file = make_file(text);
	struct rcn_span span = { &file, 1, column, end_column ? 1 : 0, end_column };
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_diag diag;
	const char *behind_heading;

	rcn_diag_init(&diag);
	rcn_render_problem(&out, rcn_diag_error(&diag, RCN_CODE_NONE, span, "m"), &plain);
	assert_int_equal(rcn_buffer_status(&out), RCN_OK);
	behind_heading = strchr(out.ptr, '\n') + 1;
	assert_string_equal(behind_heading, expected);
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

static void carets_stand_below_what_is_meant(void **state)
{
	(void)state;
	assert_excerpt("abc: def", 6, 9,
		       "  1 | abc: def\n"
		       "    |      ^^^\n");
	assert_excerpt("abc: def", 6, 0,
		       "  1 | abc: def\n"
		       "    |      ^\n");
	/* Tabs become one blank. */
	assert_excerpt("\ta:\tb", 5, 6,
		       "  1 |  a: b\n"
		       "    |     ^\n");
	/* Wide, combining, and emoji characters; columns count code points. */
	assert_excerpt("city: 東京 x", 7, 9,
		       "  1 | city: 東京 x\n"
		       "    |       ^^^^\n");
	assert_excerpt("city: 東京 x", 10, 11,
		       "  1 | city: 東京 x\n"
		       "    |            ^\n");
	assert_excerpt("e\xcc\x81x", 3, 4,
		       "  1 | e\xcc\x81x\n"
		       "    |  ^\n");
	assert_excerpt("e\xcc\x81x", 2, 3,
		       "  1 | e\xcc\x81x\n"
		       "    |  ^\n");
	assert_excerpt("😀: b", 1, 2,
		       "  1 | 😀: b\n"
		       "    | ^^\n");
	assert_excerpt("😀: b", 4, 5,
		       "  1 | 😀: b\n"
		       "    |     ^\n");
	/* What a terminal would act upon is shown, and marked over its whole width. */
	assert_excerpt("a\x1b[0m", 2, 3,
		       "  1 | a\\x1b[0m\n"
		       "    |  ^^^^\n");
	assert_excerpt("a\xe2\x80\xaez", 3, 4,
		       "  1 | a\\u202ez\n"
		       "    |        ^\n");
	assert_excerpt("a\xffz", 3, 4,
		       "  1 | a\\xffz\n"
		       "    |      ^\n");
	/* Behind the end of the line; an empty line; blanks at the end. */
	assert_excerpt("abc", 4, 0,
		       "  1 | abc\n"
		       "    |    ^\n");
	assert_excerpt("abc", 99, 120,
		       "  1 | abc\n"
		       "    |    ^\n");
	assert_excerpt("\nx", 1, 0,
		       "  1 |\n"
		       "    | ^\n");
	assert_excerpt("a  ", 2, 4,
		       "  1 | a\n"
		       "    |  ^^\n");
	/* Without a column there is nothing to mark. */
	assert_excerpt("abc", 0, 0, "  1 | abc\n");
	/* A byte order mark is no column. */
	assert_excerpt("\xef\xbb\xbf"
		       "abc",
		       1, 2,
		       "  1 | abc\n"
		       "    | ^\n");
}

static void long_lines_are_cut_around_the_caret(void **state)
{
	/* 54 columns are left of the 60. */
	const char *line = "0123456789012345678901234567890123456789"
			   "abcdefghijabcdefghijabcdefghijabcdefghij"
			   "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ";

	(void)state;
	assert_excerpt("012345678901234567890123456789012345678901234567890123", 54, 55,
		       "  1 | 012345678901234567890123456789012345678901234567890123\n"
		       "    |                                                      ^\n");
	assert_excerpt(line, 3, 5,
		       "  1 | 0123456789012345678901234567890123456789abcdefghijabc…\n"
		       "    |   ^^\n");
	assert_excerpt(line, 61, 64,
		       "  1 | …cdefghijabcdefghijabcdefghijabcdefghijABCDEFGHIJABCD…\n"
		       "    |                    ^^^\n");
	assert_excerpt(line, 120, 121,
		       "  1 | …hijabcdefghijABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ\n"
		       "    |                                                      ^\n");
	/* A span that is longer than the window. */
	assert_excerpt(line, 41, 121,
		       "  1 | …234567890123456789abcdefghijabcdefghijabcdefghijabcd…\n"
		       "    |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n");
}

/* Whatever is marked in lines of wide characters, no line of the output is too long, and the
 * first caret stands below the character that is meant. */
static void no_excerpt_is_wider_than_the_terminal(void **state)
{
	char text[3000] = "";
	struct rcn_file file;

	(void)state;
	for (size_t i = 0; i + 10 < sizeof(text); i += strlen(text + i))
		memcpy(text + i, i % 5 ? "東" : "e\xcc\x81\t😀x\x1b", i % 5 ? 4 : 11);
	file = make_file(text);
	for (size_t width = 1; width < 150; width += 7) {
		struct rcn_render_options options = { false, false, width };
		size_t most = width > 26 ? width : 26;

		for (uint32_t column = 1; column < 1100; column += 13) {
			struct rcn_span span = { &file, 1, column, 1, column + column % 9 };
			struct rcn_buffer out = RCN_BUFFER(100000);
			struct rcn_view rest;
			struct rcn_diag diag;

			rcn_diag_init(&diag);
			rcn_render_problem(&out, rcn_diag_error(&diag, RCN_CODE_NONE, span, "m"),
					   &options);
			rest = rcn_buffer_get(&out);
			for (int line = 0; rest.len > 0; line++) {
				size_t end = rcn_view_find(rest, '\n');
				struct rcn_view shown = rcn_view_make(rest.ptr, end);

				assert_true(line == 0 || rcn_utf8_columns(shown) <= most);
				assert_true(rcn_utf8_valid(shown, NULL));
				assert_true(line != 2 || rcn_view_find(shown, '^') < end);
				rest = rcn_view_from(rest, end + 1);
			}
			rcn_buffer_free(&out);
			rcn_diag_free(&diag);
		}
	}
}

static void lines_beyond_the_excerpts_maximum_keep_the_place(void **state)
{
	static char text[100001];
	struct rcn_file file = make_file("");
	struct rcn_span span = { &file, 1, 50001, 1, 50004 };
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_problem *problem;
	struct rcn_diag diag;

	(void)state;
	memset(text, 'x', 100000);
	memcpy(text + 50000, "BAD", 3);
	file.text = rcn_view_make(text, 100000);
	rcn_diag_init(&diag);
	problem = rcn_diag_error(&diag, RCN_CODE_NONE, span, "m");
	assert_int_equal(problem->excerpt.len, RCN_LIMIT_EXCERPT_BYTES);
	rcn_render_problem(&out, problem, &plain);
	assert_string_equal(out.ptr,
			    "a.yaml:1:50001: error: m\n"
			    "  1 | …xxxxxxxxxxxxxxxxxxBADxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\n"
			    "    |                    ^^^\n");
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

static void fill_example(struct rcn_diag *diag)
{
	struct rcn_file file = { RCN_VIEW("customers/acme.yaml"), RCN_VIEW("externalId: acme\n"
									   "address:\n"
									   "  city: San Jose\n"
									   "  zip: 1\n"
									   "  zipcode: 95035\n") };
	struct rcn_problem *problem;

	rcn_diag_init(diag);
	problem = rcn_diag_error(diag, RCN_CODE_INTERNAL, (struct rcn_span){ &file, 5, 3, 5, 10 },
				 "unknown field `%s`",
				 "zip\x1b"
				 "code");
	rcn_problem_hint(problem, "did you mean `%s`?", "zipOrPostalCode");
	rcn_problem_related(problem, (struct rcn_span){ &file, 4, 3, 4, 6 }, "it is like this one");
	rcn_problem_related_at(problem, (struct rcn_place){ RCN_VIEW("b.yaml"), 1234, 2 },
			       RCN_VIEW("a: b"), "and this one");
	rcn_problem_key(problem, RCN_VIEW("acme"));
	rcn_problem_pointer(problem, RCN_VIEW("/address/zipcode"));
	problem = rcn_diag_warning_at(diag, RCN_CODE_NO_MEMORY,
				      (struct rcn_place){ RCN_VIEW("b\n.yaml"), 12, 0 }, "w");
	rcn_problem_hint(problem, "h");
	rcn_diag_hint(diag, RCN_CODE_NONE, (struct rcn_span){ &file, 9, 1, 0, 0 }, "n");
	rcn_diag_error_at(diag, RCN_CODE_NO_MEMORY, RCN_PLACE_NONE, "nowhere");
	/* A span of several lines gets one caret. */
	rcn_diag_error(diag, RCN_CODE_NONE, (struct rcn_span){ &file, 2, 1, 5, 17 }, "long");
}

static const char example[] =
	"customers/acme.yaml:5:3: error[RCN001]: unknown field `zip\\x1bcode`\n"
	"  5 |   zipcode: 95035\n"
	"    |   ^^^^^^^\n"
	"    = help: did you mean `zipOrPostalCode`?\n"
	"customers/acme.yaml:4:3: note: it is like this one\n"
	"  4 |   zip: 1\n"
	"    |   ^^^\n"
	"b.yaml:1234:2: note: and this one\n"
	"1234 | a: b\n"
	"     |  ^\n"
	"b\\n.yaml:12: warning[RCN002]: w\n"
	"    = help: h\n"
	"customers/acme.yaml:9:1: note: n\n"
	"error[RCN002]: nowhere\n"
	"customers/acme.yaml:2:1: error: long\n"
	"  2 | address:\n"
	"    | ^\n"
	"3 errors, 1 warning, 1 note\n";

static void problems_are_rendered_with_their_surroundings(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_diag diag;

	(void)state;
	fill_example(&diag);
	rcn_render_diag(&out, &diag, &plain);
	assert_string_equal(out.ptr, example);
	assert_true(rcn_view_is(diag.problems[0]->key, "acme"));
	assert_true(rcn_view_is(diag.problems[0]->pointer, "/address/zipcode"));
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
	rcn_diag_free(&diag);
	rcn_diag_free(NULL);
}

static void quiet_hides_notes(void **state)
{
	static const struct rcn_render_options quiet = { false, true, 0 };
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_diag diag;

	(void)state;
	fill_example(&diag);
	rcn_render_diag(&out, &diag, &quiet);
	assert_null(strstr(out.ptr, "note: n"));
	assert_non_null(strstr(out.ptr, "\n3 errors, 1 warning\n"));
	rcn_buffer_clear(&out);
	rcn_diag_clear(&diag);
	rcn_diag_hint(&diag, RCN_CODE_NONE, RCN_SPAN_NONE, "n");
	rcn_render_diag(&out, &diag, &quiet);
	assert_string_equal(out.ptr, "");
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

/* The colours are all that differs, and each one is turned off in its line. */
static void colours_add_nothing_but_colours(void **state)
{
	static const struct rcn_render_options coloured = { true, false, 60 };
	struct rcn_buffer out = RCN_BUFFER(10000), stripped = RCN_BUFFER(10000);
	struct rcn_diag diag;
	bool on = false;

	(void)state;
	fill_example(&diag);
	rcn_render_diag(&out, &diag, &coloured);
	assert_non_null(strstr(out.ptr, "\x1b[1;31merror[RCN001]:\x1b[0m"));
	assert_non_null(strstr(out.ptr, "\x1b[1;33mwarning[RCN002]:\x1b[0m"));
	assert_non_null(strstr(out.ptr, "\x1b[1;31m^^^^^^^\x1b[0m"));
	for (const char *at = out.ptr; *at; at++) {
		if (*at == '\x1b') {
			on = strncmp(at, "\x1b[0m", 4) != 0;
			at = strchr(at, 'm');
			continue;
		}
		assert_true(*at != '\n' || !on);
		rcn_buffer_char(&stripped, *at);
	}
	assert_string_equal(stripped.ptr, example);
	rcn_buffer_free(&out);
	rcn_buffer_free(&stripped);
	rcn_diag_free(&diag);
}

static void problems_beyond_the_maximum_are_counted(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10 * 1024 * 1024);
	struct rcn_diag diag, other;

	(void)state;
	rcn_diag_init(&diag);
	rcn_diag_init(&other);
	for (int i = 0; i < RCN_LIMIT_PROBLEMS; i++)
		assert_non_null(
			rcn_diag_warning_at(&diag, RCN_CODE_NONE, RCN_PLACE_NONE, "w%d", i));
	assert_null(rcn_diag_error_at(&diag, RCN_CODE_NONE, RCN_PLACE_NONE, "e"));
	rcn_problem_hint(NULL, "h");
	rcn_problem_related(NULL, RCN_SPAN_NONE, "r");
	rcn_problem_key(NULL, RCN_VIEW("k"));
	rcn_problem_pointer(NULL, RCN_VIEW("/"));
	rcn_diag_error_at(&other, RCN_CODE_NONE, RCN_PLACE_NONE, "e");
	assert_int_equal(rcn_diag_merge(&diag, &other), RCN_OK);
	assert_int_equal(diag.count, RCN_LIMIT_PROBLEMS);
	assert_int_equal(diag.errors, 2);
	rcn_render_diag(&out, &diag, &plain);
	assert_non_null(strstr(out.ptr, "\n2 errors, 10000 warnings (2 of them not shown)\n"));
	rcn_diag_clear(&diag);
	assert_int_equal(diag.count + diag.errors + diag.warnings, 0);
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
	rcn_diag_free(&other);
}

static void long_messages_are_cut_between_characters(void **state)
{
	static char text[RCN_LIMIT_MESSAGE_BYTES * 2];
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	for (size_t shift = 0; shift < 4; shift++) {
		struct rcn_problem *problem;
		struct rcn_view message;

		memset(text, 'x', shift);
		for (size_t i = shift; i + 5 < sizeof(text); i += 4)
			memcpy(text + i, "😀", 5);
		problem = rcn_diag_error(&diag, RCN_CODE_NONE, RCN_SPAN_NONE, "%s", text);
		message = problem->message;
		assert_in_range(message.len, RCN_LIMIT_MESSAGE_BYTES - 4, RCN_LIMIT_MESSAGE_BYTES);
		assert_true(rcn_utf8_valid(message, NULL));
		assert_true(rcn_view_ends_with(message, RCN_VIEW("😀…")));
		rcn_problem_hint(problem, "%.*s", RCN_LIMIT_MESSAGE_BYTES, "short");
		assert_true(rcn_view_is(problem->hint, "short"));
	}
	rcn_diag_free(&diag);
}

static void problems_are_sorted_by_place_then_by_order(void **state)
{
	static const struct {
		const char *path;
		uint32_t line, column;
	} places[] = {
		{ NULL, 0, 0 }, { "b", 1, 1 },   { "a", 10, 1 }, { "a", 9, 5 }, { "a", 9, 1 },
		{ NULL, 0, 0 }, { "a/x", 1, 1 }, { "a", 9, 5 },  { "a", 0, 0 },
	};
	static const size_t sorted[] = { 8, 4, 3, 7, 2, 6, 1, 0, 5 };
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	rcn_diag_sort(&diag);
	for (size_t i = 0; i < COUNT(places); i++) {
		struct rcn_place place = { rcn_view_of(places[i].path), places[i].line,
					   places[i].column };

		/* Warnings are not behind errors. */
		if (i % 2)
			rcn_diag_error_at(&diag, RCN_CODE_NONE, place, "%zu", i);
		else
			rcn_diag_warning_at(&diag, RCN_CODE_NONE, place, "%zu", i);
	}
	rcn_diag_sort(&diag);
	for (size_t i = 0; i < COUNT(sorted); i++)
		assert_int_equal(diag.problems[i]->order, sorted[i]);
	rcn_diag_free(&diag);
}

static void merged_problems_outlive_their_origin(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_diag from, to;

	(void)state;
	fill_example(&from);
	rcn_diag_init(&to);
	assert_int_equal(rcn_diag_merge(&to, &from), RCN_OK);
	rcn_diag_free(&from);
	assert_int_equal(rcn_diag_merge(&to, &from), RCN_OK);
	rcn_render_diag(&out, &to, &plain);
	assert_string_equal(out.ptr, example);
	assert_true(rcn_view_is(to.problems[0]->key, "acme"));
	rcn_problem_hint(to.problems[0], "new");
	rcn_buffer_free(&out);
	rcn_diag_free(&to);
}

static void faults_of_our_own_give_their_status(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(10000);
	struct rcn_diag diag;

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(rcn_diag_no_memory(&diag), RCN_ERROR_MEMORY);
	assert_int_equal(rcn_diag_no_memory(&diag), RCN_ERROR_MEMORY);
	assert_int_equal(rcn_diag_internal(&diag, "odd"), RCN_ERROR_INTERNAL);
	rcn_render_diag(&out, &diag, &plain);
	assert_string_equal(out.ptr,
			    "error[RCN002]: out of memory\n"
			    "error[RCN001]: a fault of reconcile itself: odd\n"
			    "    = help: report it with the output of `reconcile version`\n"
			    "2 errors\n");
	rcn_buffer_clear(&out);
	rcn_diag_clear(&diag);
	diag.memory_failed = true;
	rcn_render_diag(&out, &diag, &plain);
	assert_non_null(strstr(out.ptr, "error[RCN002]: out of memory"));
	rcn_buffer_free(&out);
	rcn_diag_free(&diag);
}

static void lines_end_as_yaml_ends_them(void **state)
{
	static const struct {
		const char *text;
		uint32_t line;
		const char *found; /* NULL: no such line */
	} cases[] = {
		{ "a\nb\r\nc\rd", 1, "a" },
		{ "a\nb\r\nc\rd", 2, "b" },
		{ "a\nb\r\nc\rd", 3, "c" },
		{ "a\nb\r\nc\rd", 4, "d" },
		{ "a\nb\r\nc\rd", 5, NULL },
		{ "a\n", 2, "" },
		{ "a\r\n", 2, "" },
		{ "a\n", 3, NULL },
		{ "", 1, "" },
		{ "", 2, NULL },
		{ "a", 0, NULL },
		{ "\n\nx", 2, "" },
		{ "\r\r\nx", 3, "x" },
		{ "\xef\xbb\xbfz", 1, "z" },
		{ "a", 2, NULL },
	};
	struct rcn_file file = make_file(NULL);
	struct rcn_span span;

	(void)state;
	assert_true(rcn_view_is_none(rcn_file_line(&file, 1)));
	assert_true(rcn_view_is_none(rcn_file_line(NULL, 1)));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rcn_view line;

		file = make_file(cases[i].text);
		line = rcn_file_line(&file, cases[i].line);
		assert_int_equal(rcn_view_is_none(line), cases[i].found == NULL);
		if (cases[i].found)
			assert_true(rcn_view_is(line, cases[i].found));
	}
	file = make_file("x\n  äb  \n");
	span = rcn_file_span(&file, 2, 0);
	assert_int_equal(span.column, 3);
	assert_int_equal(span.end_line, 2);
	assert_int_equal(span.end_column, 5);
	span = rcn_file_span(&file, 2, 4);
	assert_int_equal(span.column, 4);
	assert_int_equal(span.end_column, 0);
}

static void codes_are_in_order_and_without_duplicates(void **state)
{
	size_t count;
	const struct rcn_code_entry *table = rcn_code_table(&count);

	(void)state;
	assert_true(count >= 2);
	for (size_t i = 0; i < count; i++) {
		char label[16];

		snprintf(label, sizeof(label), "RCN%03d", (int)table[i].code);
		assert_string_equal(table[i].label, label);
		if (i > 0 && table[i].code <= table[i - 1].code)
			fail_msg("%s does not stand above %s", table[i].name, table[i - 1].name);
		assert_ptr_equal(rcn_code_find(table[i].code), &table[i]);
		assert_ptr_equal(rcn_code_find_label(rcn_view_of(label)), &table[i]);
		assert_ptr_equal(rcn_code_find_label(rcn_view_of(label + 3)), &table[i]);
		if (strlen(table[i].title) == 0 || strlen(table[i].explanation) < 20)
			fail_msg("%s says nothing", table[i].name);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(table[i].name, table[j].name);
	}
	assert_string_equal(rcn_code_find(RCN_CODE_INTERNAL)->name, "INTERNAL");
	assert_string_equal(rcn_code_find_label(RCN_VIEW("rcn001"))->label, "RCN001");
	assert_null(rcn_code_find(RCN_CODE_NONE));
	assert_null(rcn_code_find_label(RCN_VIEW("RCN")));
	assert_null(rcn_code_find_label(RCN_VIEW("RCN0001")));
	assert_null(rcn_code_find_label(RCN_VIEW("RCN00x")));
	assert_null(rcn_code_find_label(RCN_VIEW("XYZ001")));
	assert_null(rcn_code_find_label(RCN_VIEW_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carets_stand_below_what_is_meant),
		cmocka_unit_test(long_lines_are_cut_around_the_caret),
		cmocka_unit_test(no_excerpt_is_wider_than_the_terminal),
		cmocka_unit_test(lines_beyond_the_excerpts_maximum_keep_the_place),
		cmocka_unit_test(problems_are_rendered_with_their_surroundings),
		cmocka_unit_test(quiet_hides_notes),
		cmocka_unit_test(colours_add_nothing_but_colours),
		cmocka_unit_test(problems_beyond_the_maximum_are_counted),
		cmocka_unit_test(long_messages_are_cut_between_characters),
		cmocka_unit_test(problems_are_sorted_by_place_then_by_order),
		cmocka_unit_test(merged_problems_outlive_their_origin),
		cmocka_unit_test(faults_of_our_own_give_their_status),
		cmocka_unit_test(lines_end_as_yaml_ends_them),
		cmocka_unit_test(codes_are_in_order_and_without_duplicates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
