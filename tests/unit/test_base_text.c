#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void every_code_point_survives_writing_and_reading(void **state)
{
	struct rcn_buffer buffer = RCN_BUFFER(16);

	(void)state;
	for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
		size_t position = 0;

		if (code_point >= 0xd800 && code_point <= 0xdfff)
			continue;
		rcn_buffer_clear(&buffer);
		rcn_utf8_append(&buffer, code_point);
		if (rcn_utf8_next(rcn_buffer_get(&buffer), &position) != code_point ||
		    position != buffer.len)
			fail_msg("U+%04X is lost", (unsigned)code_point);
	}
	rcn_buffer_clear(&buffer);
	rcn_utf8_append(&buffer, 0xd800);
	rcn_utf8_append(&buffer, 0x110000);
	assert_string_equal(buffer.ptr, "\xef\xbf\xbd\xef\xbf\xbd");
	rcn_buffer_free(&buffer);
}

static void bytes_that_are_not_utf8_are_found(void **state)
{
	static const struct {
		struct rcn_view text;
		size_t bad; /* SIZE_MAX: valid */
	} cases[] = {
		{ { "", 0 }, SIZE_MAX },
		{ { "a\0b", 3 }, SIZE_MAX },
		{ { "äöü€😀", 13 }, SIZE_MAX },
		{ { "\xf4\x8f\xbf\xbf", 4 }, SIZE_MAX },
		{ { "a\x80", 2 }, 1 },            /* a continuation alone */
		{ { "ab\xc3", 3 }, 2 },           /* cut */
		{ { "\xe2\x82", 2 }, 0 },         /* cut */
		{ { "\xc0\x80", 2 }, 0 },         /* overlong */
		{ { "\xc1\xbf", 2 }, 0 },         /* overlong */
		{ { "\xe0\x9f\xbf", 3 }, 0 },     /* overlong */
		{ { "\xf0\x8f\xbf\xbf", 4 }, 0 }, /* overlong */
		{ { "\xed\xa0\x80", 3 }, 0 },     /* surrogate */
		{ { "\xf4\x90\x80\x80", 4 }, 0 }, /* beyond U+10FFFF */
		{ { "\xf5\x80\x80\x80", 4 }, 0 },
		{ { "\xff", 1 }, 0 },
		{ { "\xe2\x28\xa1", 3 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t bad = SIZE_MAX;

		assert_int_equal(rcn_utf8_valid(cases[i].text, &bad), cases[i].bad == SIZE_MAX);
		assert_int_equal(bad, cases[i].bad);
	}
	assert_int_equal(rcn_utf8_length(RCN_VIEW("a\xff€")), 3);
}

static void widths_are_a_terminals(void **state)
{
	static const struct {
		uint32_t code_point;
		int width;
	} cases[] = {
		{ 'a', 1 },      { 0x1b, 0 },   { 0x7f, 0 },   { 0xe4, 1 },    { 0xad, 1 },
		{ 0x300, 0 },    { 0x36f, 0 },  { 0x370, 1 },  { 0x483, 0 },   { 0x5d0, 1 },
		{ 0x1100, 2 },   { 0x1160, 0 }, { 0x200b, 0 }, { 0x200d, 0 },  { 0x20ac, 1 },
		{ 0x3042, 2 },   { 0x3099, 0 }, { 0x4e2d, 2 }, { 0x9fff, 2 },  { 0xac00, 2 },
		{ 0xfe0f, 0 },   { 0xff21, 2 }, { 0xff61, 1 }, { 0xfffd, 1 },  { 0x1f600, 2 },
		{ 0x1f9d1, 2 },  { 0x2705, 2 }, { 0x2713, 1 }, { 0x20000, 2 }, { 0xe0101, 0 },
		{ 0x10ffff, 1 }, { 0x378, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (rcn_utf8_width(cases[i].code_point) != cases[i].width)
			fail_msg("U+%04X", (unsigned)cases[i].code_point);
	assert_int_equal(rcn_utf8_columns(RCN_VIEW("a中e\u0301\t\x1b\xff😀")),
			 1 + 2 + 1 + 2 + 4 + 4 + 2);
}

static void foreign_text_is_made_harmless(void **state)
{
	static const struct {
		struct rcn_view text;
		size_t limit;
		const char *escaped;
	} cases[] = {
		{ { "plain ä 中 😀", 17 }, 100, "plain ä 中 😀" },
		{ { "a\x1b[31mb", 7 }, 100, "a\\x1b[31mb" },
		{ { "a\nb\rc\td", 7 }, 100, "a\\nb\\rc\\td" },
		{ { "\x00\x7f", 2 }, 100, "\\x00\\x7f" },
		{ { "\xc2\x85\xc2\x9b", 4 }, 100, "\\u0085\\u009b" },
		{ { "\xff\xc3", 2 }, 100, "\\xff\\xc3" },
		{ { "\u202eab\u2066\u061c\u200f", 13 }, 100, "\\u202eab\\u2066\\u061c\\u200f" },
		{ { "a\u2028b", 5 }, 100, "a\\u2028b" },
		{ { "abc", 3 }, 3, "abc" },
		{ { "abcd", 4 }, 3, "abc…" },
		{ { "ä\nb", 4 }, 2, "ä\\n…" },
		{ { "a", 1 }, 0, "…" },
		{ { NULL, 0 }, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rcn_buffer out = RCN_BUFFER(1000);

		rcn_text_escape(&out, cases[i].text, cases[i].limit);
		assert_string_equal(rcn_buffer_get(&out).ptr, cases[i].escaped);
		rcn_buffer_free(&out);
	}
	assert_true(rcn_text_is_control(0x9b));
	assert_false(rcn_text_is_control('\t'));
	assert_false(rcn_text_is_bidirectional(0x2065));
}

static void numbers_are_read_whole_or_not(void **state)
{
	static const struct {
		const char *text;
		int64_t minimum, maximum, value;
		bool taken;
	} cases[] = {
		{ "0", 0, 10, 0, true },
		{ "007", 0, 10, 7, true },
		{ "-5", -10, 10, -5, true },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, 0, false },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, 0, false },
		{ "11", 0, 10, 0, false },
		{ "-1", 0, 10, 0, false },
		{ "", 0, 10, 0, false },
		{ "-", -5, 10, 0, false },
		{ "+1", 0, 10, 0, false },
		{ " 1", 0, 10, 0, false },
		{ "1 ", 0, 10, 0, false },
		{ "1e1", 0, 10, 0, false },
		{ "0x1", 0, 10, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t value = 99;

		assert_int_equal(rcn_text_to_int64(rcn_view_of(cases[i].text), cases[i].minimum,
						   cases[i].maximum, &value),
				 cases[i].taken);
		assert_true(value == (cases[i].taken ? cases[i].value : 99));
	}
}

static void distance_counts_edits_and_swaps(void **state)
{
	static const struct {
		const char *a, *b;
		size_t most, distance;
	} cases[] = {
		{ "", "", 3, 0 },
		{ "abc", "abc", 0, 0 },
		{ "abc", "abd", 3, 1 },
		{ "abc", "ab", 3, 1 },
		{ "abc", "acb", 3, 1 },
		{ "abcd", "badc", 3, 2 },
		{ "kitten", "sitting", 5, 3 },
		{ "kitten", "sitting", 2, 3 },
		{ "a", "zzzzzz", 2, 3 },
		{ "straße", "strasse", 3, 2 },
		{ "", "abc", 9, 3 },
	};
	static char longer[400];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rcn_view a = rcn_view_of(cases[i].a), b = rcn_view_of(cases[i].b);

		assert_int_equal(rcn_text_distance(a, b, cases[i].most), cases[i].distance);
		assert_int_equal(rcn_text_distance(b, a, cases[i].most), cases[i].distance);
	}
	memset(longer, 'x', sizeof(longer));
	assert_int_equal(
		rcn_text_distance(rcn_view_make(longer, 400), rcn_view_make(longer, 400), 2), 0);
	assert_int_equal(
		rcn_text_distance(rcn_view_make(longer, 400), rcn_view_make(longer, 399), 2), 3);
}

static void suggestions_are_what_was_probably_meant(void **state)
{
	static const char *const names[] = {
		"externalId", "address",         "addressLine1",    "addressLine2", "city",
		"country",    "stateOrProvince", "zipOrPostalCode", "id",           "billingEmail",
		NULL,
	};
	static const struct {
		const char *written, *suggested;
	} cases[] = {
		{ "adress", "address" },
		{ "addressline2", "addressLine2" },
		{ "zip_or_postal_code", "zipOrPostalCode" },
		{ "zipcode", "zipOrPostalCode" },
		{ "state", "stateOrProvince" },
		{ "ciyt", "city" },
		{ "ID", "id" },
		{ "ib", NULL },
		{ "colour", NULL },
		{ "", NULL },
		{ "addr", NULL }, /* of three addresses */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *found =
			rcn_text_suggest(rcn_view_of(cases[i].written), names, COUNT(names));

		if (!cases[i].suggested && found)
			fail_msg("`%s` gave `%s`", cases[i].written, found);
		if (cases[i].suggested && !found)
			fail_msg("`%s` gave nothing", cases[i].written);
		if (found)
			assert_string_equal(found, cases[i].suggested);
	}
	assert_null(rcn_text_suggest(RCN_VIEW("x"), NULL, 0));
}

static void patterns_match_like_a_shells(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "a/b", true },
		{ "acme-*", "acme-1", true },
		{ "acme-*", "acm", false },
		{ "*-emea", "x-emea", true },
		{ "a*b*c", "aXbYbZc", true },
		{ "a*b*c", "aXbYbZ", false },
		{ "?", "ä", true },
		{ "?", "", false },
		{ "a?c", "abc", true },
		{ "[abc]x", "bx", true },
		{ "[abc]x", "dx", false },
		{ "[a-c]", "b", true },
		{ "[!a-c]", "b", false },
		{ "[!a-c]", "d", true },
		{ "[]]", "]", true },
		{ "[a-]", "-", true },
		{ "[abc", "[abc", true },
		{ "[ä-ü]", "ö", true },
		{ "**", "abc", true },
		{ "*a", "aaaa", true },
		{ "a*", "b", false },
		{ "[*]", "*", true },
		{ "[*]", "x", false },
		{ "*?", "", false },
		{ "ab", "abc", false },
		{ "abc", "ab", false },
	};
	static char many[20000];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (rcn_text_glob(rcn_view_of(cases[i].pattern), rcn_view_of(cases[i].text)) !=
		    cases[i].matches)
			fail_msg("`%s` against `%s`", cases[i].pattern, cases[i].text);
	/* Would not end if stars were tried in all combinations. */
	memset(many, 'a', sizeof(many));
	assert_false(rcn_text_glob(RCN_VIEW("*a*a*a*a*a*a*a*a*a*a*b"),
				   rcn_view_make(many, sizeof(many))));
}

static void only_unreserved_characters_stay_as_they_are(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(100);

	(void)state;
	rcn_text_percent_encode(&out, RCN_VIEW("azAZ09-._~ /?#%+&=ä\0"));
	assert_string_equal(out.ptr, "azAZ09-._~%20%2F%3F%23%25%2B%26%3D%C3%A4%00");
	rcn_buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_survives_writing_and_reading),
		cmocka_unit_test(bytes_that_are_not_utf8_are_found),
		cmocka_unit_test(widths_are_a_terminals),
		cmocka_unit_test(foreign_text_is_made_harmless),
		cmocka_unit_test(numbers_are_read_whole_or_not),
		cmocka_unit_test(distance_counts_edits_and_swaps),
		cmocka_unit_test(suggestions_are_what_was_probably_meant),
		cmocka_unit_test(patterns_match_like_a_shells),
		cmocka_unit_test(only_unreserved_characters_stay_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
