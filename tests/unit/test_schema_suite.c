/*
 * The official JSON Schema test suite, draft 7 (Debian: json-schema-test-suite), against
 * our subset. What is outside of the subset is listed here with its reason, and each entry
 * of the list is proven: if it starts to pass, or is not found, the test fails. Nothing is
 * skipped silently.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "base/limits.h"
#include "data/json.h"
#include "data/schema.h"

#define SUITE      "/usr/share/json-schema-test-suite/tests/draft7"
#define FILE_LIMIT (4 * 1024 * 1024)

enum expectation {
	REFUSED,    /* the schema does not compile, on purpose */
	ANNOTATION, /* the keyword has no effect: all is valid that should not be */
};

struct exception {
	const char *file;
	const char *group; /* NULL: all groups of the file */
	enum expectation expectation;
	const char *reason;
	unsigned used;
};

#define META   "refers to the meta-schema on the web; only local references are followed"
#define REMOTE "refers to another document, or to an $id"
#define FORMAT "format is an annotation, except `email`"

static struct exception exceptions[] = {
	{ "definitions.json", NULL, REFUSED, META, 0 },
	{ "ref.json", "remote ref, containing refs itself", REFUSED, META, 0 },
	{ "ref.json", "Recursive references between schemas", REFUSED, REMOTE, 0 },
	{ "ref.json", "escaped pointer ref", REFUSED, "refers to subschemas of unknown keywords",
	  0 },
	{ "refRemote.json", NULL, REFUSED, REMOTE, 0 },
	{ "optional/content.json", NULL, REFUSED, "contentEncoding and contentMediaType", 0 },
	{ "optional/ecmascript-regex.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/date-time.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/date.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/hostname.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/idn-email.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/idn-hostname.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/ipv4.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/ipv6.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/iri-reference.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/iri.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/json-pointer.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/regex.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/relative-json-pointer.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/time.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/uri-reference.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/uri-template.json", NULL, ANNOTATION, FORMAT, 0 },
	{ "optional/format/uri.json", NULL, ANNOTATION, FORMAT, 0 },
};

struct totals {
	unsigned files, tests, passed, excepted, failed;
};

static char *read_whole(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(FILE_LIMIT);

	if (!file || !text) {
		print_error("%s can't be read: install json-schema-test-suite\n", path);
		fail();
		abort();
	}
	*len = fread(text, 1, FILE_LIMIT, file);
	fclose(file);
	return text;
}

static struct exception *find_exception(const char *file, const char *group)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		struct exception *exception = &exceptions[i];

		if (strcmp(exception->file, file) == 0 &&
		    (!exception->group || strcmp(exception->group, group) == 0))
			return exception;
	}
	return NULL;
}

static struct rcn_schema *compile(const struct rcn_node *node)
{
	struct rcn_buffer text = RCN_BUFFER(FILE_LIMIT);
	struct rcn_schema *schema = NULL;
	struct rcn_json json;
	struct rcn_diag diag;

	rcn_json_begin(&json, &text, 0);
	rcn_json_node(&json, node);
	assert_int_equal(rcn_buffer_status(&text), RCN_OK);
	rcn_diag_init(&diag);
	if (rcn_schema_compile(rcn_buffer_get(&text), "suite", &schema, &diag) != RCN_OK)
		assert_int_equal(diag.errors, 1);
	rcn_diag_free(&diag);
	rcn_buffer_free(&text);
	return schema;
}

/* Checks twice: with and without diagnostics the answer must be the same. */
static bool is_valid(const struct rcn_schema *schema, const struct rcn_node *data)
{
	struct rcn_diag diag;
	bool valid;

	rcn_diag_init(&diag);
	valid = rcn_schema_check(schema, data, RCN_VIEW_NONE, &diag) == RCN_OK;
	assert_int_equal(valid, diag.errors == 0);
	assert_int_equal(valid, rcn_schema_check(schema, data, RCN_VIEW_NONE, NULL) == RCN_OK);
	rcn_diag_free(&diag);
	return valid;
}

static void check_test(const char *file, const char *group, const struct rcn_schema *schema,
		       const struct rcn_node *test, struct totals *totals)
{
	struct exception *exception = find_exception(file, group);
	const bool expected = rcn_node_is_true(rcn_node_get(test, RCN_VIEW("valid")));
	const struct rcn_view name = rcn_node_string(rcn_node_get(test, RCN_VIEW("description")));

	totals->tests++;
	if (exception && exception->expectation == REFUSED) {
		exception->used++;
		totals->excepted++;
		if (schema) {
			totals->failed++;
			print_error("%s: %s: is listed as refused, but compiles\n", file, group);
		}
		return;
	}
	if (!schema) {
		totals->failed++;
		print_error("%s: %s: does not compile\n", file, group);
		return;
	}
	if (is_valid(schema, rcn_node_get(test, RCN_VIEW("data"))) == expected) {
		totals->passed++;
	} else if (exception && !expected) {
		exception->used++;
		totals->excepted++;
		return;
	} else {
		totals->failed++;
		print_error("%s: %s: %.*s: expected %s\n", file, group, RCN_VIEW_ARGS(name),
			    expected ? "valid" : "invalid");
		return;
	}
	if (exception && !expected) {
		totals->failed++;
		print_error("%s: %s: %.*s: is listed as unsupported, but passes\n", file, group,
			    RCN_VIEW_ARGS(name));
	}
}

static void run_file(const char *file, struct totals *totals)
{
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	char path[512];
	size_t len, offset;
	const char *reason;
	struct rcn_node *root = NULL;
	char *text;

	snprintf(path, sizeof(path), SUITE "/%s", file);
	text = read_whole(path, &len);
	assert_int_equal(rcn_json_read(rcn_view_make(text, len), &arena, &root, &reason, &offset),
			 RCN_OK);
	totals->files++;
	for (size_t i = 0; i < root->count; i++) {
		const struct rcn_node *group = root->items[i];
		const struct rcn_node *tests = rcn_node_get(group, RCN_VIEW("tests"));
		struct rcn_schema *schema = compile(rcn_node_get(group, RCN_VIEW("schema")));

		for (size_t j = 0; j < tests->count; j++)
			check_test(file, rcn_node_get(group, RCN_VIEW("description"))->text.ptr,
				   schema, tests->items[j], totals);
		rcn_schema_free(schema);
	}
	rcn_arena_free(&arena);
	free(text);
}

static void run_folder(const char *folder, struct totals *totals)
{
	char path[512];
	DIR *stream;
	const struct dirent *entry;

	snprintf(path, sizeof(path), SUITE "/%s", folder);
	stream = opendir(path);
	if (!stream) {
		print_error("%s is missing: install json-schema-test-suite\n", path);
		fail();
		return;
	}
	while ((entry = readdir(stream))) {
		char file[300];

		if (!strstr(entry->d_name, ".json"))
			continue;
		snprintf(file, sizeof(file), "%s%s", folder, entry->d_name);
		run_file(file, totals);
	}
	closedir(stream);
}

static void test_suite_agrees_but_for_listed_exceptions(void **state)
{
	struct totals totals = { 0, 0, 0, 0, 0 };

	(void)state;
	run_folder("", &totals);
	run_folder("optional/", &totals);
	run_folder("optional/format/", &totals);
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		const struct exception *exception = &exceptions[i];

		print_message("outside of the subset: %3u tests of %s%s%s: %s\n", exception->used,
			      exception->file, exception->group ? ": " : "",
			      exception->group ? exception->group : "", exception->reason);
		if (exception->used == 0) {
			totals.failed++;
			print_error("the exception was not found\n");
		}
	}
	print_message("%u files, %u tests: %u passed, %u outside of the subset, %u failed\n",
		      totals.files, totals.tests, totals.passed, totals.excepted, totals.failed);
	assert_true(totals.files > 50 && totals.passed > 400);
	assert_int_equal(totals.passed + totals.excepted, totals.tests);
	assert_int_equal(totals.failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suite_agrees_but_for_listed_exceptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
