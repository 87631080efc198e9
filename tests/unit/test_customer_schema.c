#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/json.h"
#include "data/yaml.h"
#include "manifest/manifest.h"

/* The least that is valid; %s is where each case adds its own. */
#define MINIMUM                              \
	"externalId: a\nprovisioningId: p\n" \
	"address: {addressLine1: a, city: c, country: DE}\n"
#define INFO     "customerInfo: {name: n, primaryEmail: a@example.com}\n"
#define MEETINGS "packages: [webex_meetings]\n"
#define LOCATION                                                                                \
	"provisioningParameters: {calling: {location: {name: n, timezone: t, language: en_us, " \
	"address: {addressLine1: a, city: c, country: DE}}}}\n"

static struct rcn_schema *compile(void)
{
	struct rcn_schema *schema = NULL;
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	if (rcn_manifest_schema(&schema, &diag) != RCN_OK)
		fail_msg("%s", diag.count ? diag.problems[0]->message.ptr : "?");
	rcn_diag_free(&diag);
	return schema;
}

static enum rcn_status check(const struct rcn_schema *schema, const char *text,
			     struct rcn_diag *diag)
{
	struct rcn_file file = { RCN_VIEW("a.yaml"), rcn_view_of(text) };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_documents documents;
	enum rcn_status status = rcn_yaml_read(&file, &arena, &documents, diag);

	assert_int_equal(status, RCN_OK);
	assert_int_equal(documents.count, 1);
	assert_int_equal(rcn_schema_resolve(schema, documents.roots[0], diag), RCN_OK);
	status = rcn_schema_check(schema, documents.roots[0], RCN_VIEW("a"), diag);
	rcn_arena_free(&arena);
	return status;
}

static void what_is_valid_passes(void **state)
{
	static const char *const bodies[] = {
		MINIMUM INFO MEETINGS,
		MINIMUM "orgId: o\n" MEETINGS,
		MINIMUM INFO LOCATION "packages: [webex_calling]\n",
		MINIMUM INFO LOCATION "packages: [cisco_calling_plan, webex_calling_standard]\n",
		MINIMUM INFO LOCATION "packages: [attendant_console, webex_voice]\n",
		MINIMUM INFO "packages: [cx_premium_agent, cx_standard_agent, cx_voice_ports, "
			     "cx_ai_assistant, webex_ai_agent]\n",
		MINIMUM INFO "packages: [a_new_one]\n",
		MINIMUM INFO MEETINGS "x-note: [anything, {at: all}]\n",
		MINIMUM INFO MEETINGS "x-reconcile: {protect: true, previousExternalId: b, "
				      "subPartnerOrgId: c=}\n",
		MINIMUM INFO MEETINGS "subPartnerAdminEmail: a@example.com\n",
		MINIMUM INFO MEETINGS
		"provisioningParameters: {meetings: {timezone: Europe/Berlin}, packages: "
		"{limits: {webex_calling: 0, webex_meetings: 9007199254740991}}}\n",
		/* 50 characters, 100 bytes */
		"externalId: a\nprovisioningId: p\n" INFO MEETINGS "address: {addressLine1: "
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		", city: c, country: DE}\n",
		/* plain scalars are text where the schema says text */
		"externalId: 0042\nprovisioningId: 1e3\n" MEETINGS
		"address: {addressLine1: 17, city: true, country: NO, zipOrPostalCode: 02134}\n"
		"customerInfo: {name: 2024-01-01, primaryEmail: a@example.com, language: no}\n",
	};
	struct rcn_schema *schema = compile();

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct rcn_diag diag;

		rcn_diag_init(&diag);
		if (check(schema, bodies[i], &diag) != RCN_OK || diag.errors)
			fail_msg("%s: %s", bodies[i],
				 diag.count ? diag.problems[0]->message.ptr : "?");
		rcn_diag_free(&diag);
	}
	rcn_schema_free(schema);
}

struct invalid {
	const char *text;
	size_t errors;
	const char *message; /* in one of them */
	const char *hint;    /* of that one */
	const char *pointer; /* of that one */
};

#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 51 */

static const struct invalid invalids[] = {
	{ INFO MEETINGS "provisioningId: p\nexternalId: a\n", 1, "address", NULL, NULL },
	{ "packages: []\n" INFO, 3, "externalId", NULL, NULL },
	{ MINIMUM MEETINGS, 1, "neither `customerInfo` nor `orgId`", "primaryEmail", NULL },
	{ MINIMUM INFO "packages: [webex_calling]\n", 1,
	  "a calling package needs `provisioningParameters.calling`", "location", NULL },
	{ MINIMUM INFO "packages: [webex_voice]\nprovisioningParameters: {meetings: {}}\n", 1,
	  "a calling package needs `provisioningParameters.calling`", "location", NULL },
	{ MINIMUM INFO LOCATION "packages: [cisco_calling_plan]\n", 1,
	  "the package `cisco_calling_plan` needs one of", "add one of them", "/packages" },
	{ MINIMUM INFO LOCATION "packages: [attendant_console, webex_calling_standard]\n", 1,
	  "the package `attendant_console` needs one of", NULL, "/packages" },
	{ MINIMUM INFO "packages: [webex_meetings, webex_meetings]\n", 1, NULL, NULL, NULL },
	{ MINIMUM INFO "packages: webex_meetings\n", 1, NULL, NULL, "/packages" },
	{ MINIMUM INFO "packages: [1.5, ['a']]\n", 1, NULL, NULL, "/packages/1" },
	{ MINIMUM INFO "packages: ['']\n", 1, NULL, NULL, NULL },
	{ MINIMUM INFO MEETINGS "zipcode: 1\n", 1, "zipcode", NULL, NULL },
	{ MINIMUM INFO MEETINGS "subPartnerAdminMail: a@example.com\n", 1, NULL,
	  "subPartnerAdminEmail", NULL },
	{ MINIMUM INFO MEETINGS "xnote: 1\n", 1, "xnote", NULL, NULL },
	{ MINIMUM INFO MEETINGS "x-reconcile: {protected: true}\n", 1, NULL, "protect", NULL },
	{ MINIMUM INFO MEETINGS "x-reconcile: {protect: 'yes'}\n", 1, NULL, NULL,
	  "/x-reconcile/protect" },
	{ MINIMUM INFO MEETINGS "x-reconcile: {previousExternalId: ''}\n", 1, NULL, NULL,
	  "/x-reconcile/previousExternalId" },
	{ MINIMUM MEETINGS "customerInfo: {name: 100%, primaryEmail: a@example.com}\n", 1,
	  "may not hold a `%`", NULL, "/customerInfo/name" },
	{ MINIMUM MEETINGS "customerInfo: {name: n, primaryEmail: nobody}\n", 1, NULL, NULL,
	  "/customerInfo/primaryEmail" },
	{ MINIMUM MEETINGS "customerInfo: {name: n}\n", 1, "primaryEmail", NULL, NULL },
	{ MINIMUM INFO MEETINGS "subPartnerAdminEmail: nobody\n", 1, NULL, NULL,
	  "/subPartnerAdminEmail" },
	{ "externalId: ''\nprovisioningId: p\naddress: {addressLine1: a, city: c, country: DE}\n" INFO
		  MEETINGS,
	  1, NULL, NULL, "/externalId" },
	{ "externalId: a\nprovisioningId: p\naddress: {addressLine1: a, city: c, country: us}\n" INFO
		  MEETINGS,
	  1, "a country is two capital letters", "ISO 3166-1", "/address/country" },
	{ "externalId: a\nprovisioningId: p\naddress: {addressLine1: a, city: c, country: "
	  "'\"US\"'}\n" INFO MEETINGS,
	  1, "a country is two capital letters", "ISO 3166-1", "/address/country" },
	{ "externalId: a\nprovisioningId: p\naddress: {addressLine1: " LONG
	  ", city: c, country: DE}\n" INFO MEETINGS,
	  1, "50", NULL, "/address/addressLine1" },
	{ "externalId: a\nprovisioningId: p\naddress: {addressLine1: a, addressLine2: " LONG
	  ", zipcode: 1, country: DE}\n" INFO MEETINGS,
	  3, "50", NULL, "/address/addressLine2" },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {packages: {limits: {webex_callling: 1}}}\n",
	  1, "webex_callling", "webex_calling", NULL },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {packages: {limits: {cisco_calling_plan: 1}}}\n",
	  1, "cisco_calling_plan", NULL, NULL },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {packages: {limits: {webex_calling: -1}}}\n",
	  1, NULL, NULL, "/provisioningParameters/packages/limits/webex_calling" },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {packages: {limits: {webex_calling: 1.5}}}\n",
	  1, NULL, NULL, "/provisioningParameters/packages/limits/webex_calling" },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {packages: {limits: {webex_calling: 9007199254740992}}}\n",
	  1, NULL, NULL, "/provisioningParameters/packages/limits/webex_calling" },
	{ MINIMUM INFO MEETINGS "provisioningParameters: {calling: {}}\n", 1, "location", NULL,
	  NULL },
	{ MINIMUM INFO MEETINGS
	  "provisioningParameters: {calling: {location: {name: n, numbers: ['+49']}}}\n",
	  4, "numbers", NULL, NULL },
};

static bool fits(const struct rcn_problem *problem, const struct invalid *invalid)
{
	return (!invalid->message || strstr(problem->message.ptr, invalid->message)) &&
	       (!invalid->hint ||
		(problem->hint.ptr && strstr(problem->hint.ptr, invalid->hint))) &&
	       (!invalid->pointer ||
		(problem->pointer.ptr && rcn_view_is(problem->pointer, invalid->pointer)));
}

static void what_is_invalid_is_told_in_words(void **state)
{
	struct rcn_schema *schema = compile();
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(invalids) / sizeof(invalids[0]); i++) {
		struct rcn_diag diag;
		bool found = false;
		enum rcn_status status;

		rcn_diag_init(&diag);
		status = check(schema, invalids[i].text, &diag);
		for (size_t j = 0; j < diag.count; j++)
			found |= fits(diag.problems[j], &invalids[i]);
		if (status != RCN_ERROR_INVALID || diag.errors != invalids[i].errors || !found) {
			print_message("%s", invalids[i].text);
			for (size_t j = 0; j < diag.count; j++)
				print_message("  %s: %s (%s) at %s\n",
					      rcn_severity_name(diag.problems[j]->severity),
					      diag.problems[j]->message.ptr,
					      diag.problems[j]->hint.ptr
						      ? diag.problems[j]->hint.ptr
						      : "",
					      diag.problems[j]->pointer.ptr
						      ? diag.problems[j]->pointer.ptr
						      : "");
			failed++;
		}
		rcn_diag_free(&diag);
	}
	rcn_schema_free(schema);
	assert_int_equal(failed, 0);
}

/* Every field is explained to whoever reads the schema in an editor. */
static size_t count_undescribed(const struct rcn_node *schema, const struct rcn_node *root,
				const char *name)
{
	const struct rcn_node *properties, *reference;
	size_t count = 0;

	reference = rcn_node_get(schema, RCN_VIEW("$ref"));
	if (reference) {
		struct rcn_view target = rcn_node_string(reference);
		size_t slash = rcn_view_find_last(target, '/');

		schema = rcn_node_get(rcn_node_get(root, RCN_VIEW("definitions")),
				      rcn_view_from(target, slash + 1));
	}
	assert_non_null(schema);
	properties = rcn_node_get(schema, RCN_VIEW("properties"));
	if (!rcn_node_get(schema, RCN_VIEW("description")) ||
	    (!rcn_node_get(schema, RCN_VIEW("examples")) && !properties)) {
		print_message("%s has no description or no examples\n", name);
		count++;
	}
	for (size_t i = 0; properties && i < properties->count; i++)
		count += count_undescribed(properties->members[i].value, root,
					   properties->members[i].key.ptr);
	return count;
}

static void every_field_is_described_and_the_packages_are_all_there(void **state)
{
	struct rcn_schema *schema = compile();
	const struct rcn_node *root = rcn_schema_root(schema), *packages;

	(void)state;
	assert_int_equal(count_undescribed(root, root, "the root"), 0);
	packages = rcn_node_get(rcn_node_get(root, RCN_VIEW("definitions")), RCN_VIEW("package"));
	packages = rcn_node_get(packages, RCN_VIEW("anyOf"));
	assert_int_equal(rcn_node_get(packages->items[0], RCN_VIEW("enum"))->count, 14);
	rcn_schema_free(schema);
}

static char *read_whole(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, RCN_LIMIT_FILE_BYTES);

	if (!file || !text)
		fail_msg("%s", path);
	*len = fread(text, 1, RCN_LIMIT_FILE_BYTES - 1, file);
	fclose(file);
	return text;
}

static void the_example_of_the_documentation_is_valid(void **state)
{
	struct rcn_schema *schema = compile();
	struct rcn_diag diag;
	size_t len;
	char *text = read_whole(RCN_SOURCE_DIR "/examples/acme-telecom/customers/johns-pizza.json",
				&len);

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(check(schema, text, &diag), RCN_OK);
	assert_int_equal(diag.count, 0);
	rcn_diag_free(&diag);
	rcn_schema_free(schema);
	free(text);
}

static void the_example_repository_carries_this_schema(void **state)
{
	size_t len;
	char *text = read_whole(
		RCN_SOURCE_DIR "/examples/acme-telecom/schemas/customer.schema.json", &len);

	(void)state;
	if (!rcn_view_equal(rcn_view_make(text, len), rcn_embedded_schema("customer")))
		fail_msg("copy schemas/customer.schema.json to examples/acme-telecom/schemas/");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_valid_passes),
		cmocka_unit_test(what_is_invalid_is_told_in_words),
		cmocka_unit_test(every_field_is_described_and_the_packages_are_all_there),
		cmocka_unit_test(the_example_of_the_documentation_is_valid),
		cmocka_unit_test(the_example_repository_carries_this_schema),
	};

	return cmocka_run_group_tests_name("customer schema", tests, NULL, NULL);
}
