#include "manifest_world.h"

static void check_related(const struct rcn_problem *problem, const char *path, unsigned line,
			  const char *excerpt)
{
	assert_non_null(problem->related);
	assert_true(rcn_view_is(problem->related->place.path, path));
	assert_int_equal(problem->related->place.line, line);
	assert_true(rcn_view_is(problem->related->excerpt, excerpt));
}

static void defaults_are_merged_and_places_are_kept(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "defaults.yaml", "nonsense: not read\n");
	repository_write(&world.repository, "customers/defaults.yaml",
			 "provisioningId: outer\n"
			 "packages: [webex_meetings]\n"
			 "address:\n  city: Outer\n  country: NO\n  stateOrProvince: XX\n"
			 "x-reconcile: {protect: true, subPartnerOrgId: sub=}\n");
	repository_write(&world.repository, "customers/deep/defaults.yaml",
			 "provisioningId: inner\naddress:\n  stateOrProvince: ~\n");
	repository_write(
		&world.repository, "customers/deep/er/a.yaml",
		"# a comment\n"
		"externalId: 0042\n"
		"packages: [webex_suite, cx_essentials]\n"
		"address:\n  addressLine1: 17\n  zipOrPostalCode: 02134\n"
		"customerInfo: {name: n, primaryEmail: a@example.com}\n"
		"provisioningParameters:\n  calling:\n    location: {name: n, timezone: t, "
		"language: en_us, address: {addressLine1: a, city: c, country: DE}, "
		"emergencyLocationIdentifier: 95547321}\n"
		"  meetings: null\n"
		"x-mine: {anything: 1}\n");
	repository_commit(&world.repository);
	load(&world, false);
	if (world.status != RCN_OK)
		show(&world);
	assert_int_equal(world.status, RCN_OK);
	assert_int_equal(world.count, 1);
	assert_string_equal(world.customers[0].key, "0042");
	assert_string_equal(
		world.customers[0].canonical,
		"{\"address\":{\"addressLine1\":\"17\",\"city\":\"Outer\",\"country\":\"NO\","
		"\"zipOrPostalCode\":\"02134\"},"
		"\"customerInfo\":{\"name\":\"n\",\"primaryEmail\":\"a@example.com\"},"
		"\"externalId\":\"0042\",\"packages\":[\"cx_essentials\",\"webex_suite\"],"
		"\"provisioningId\":\"inner\",\"provisioningParameters\":{\"calling\":{\"location\":{"
		"\"address\":{\"addressLine1\":\"a\",\"city\":\"c\",\"country\":\"DE\"},"
		"\"emergencyLocationIdentifier\":\"95547321\",\"language\":\"en_us\",\"name\":\"n\","
		"\"timezone\":\"t\"}}}}");
	assert_string_equal(world.customers[0].city_place, "customers/defaults.yaml:4:9");
	assert_true(world.customers[0].protect);
	assert_string_equal(world.customers[0].sub_partner, "sub=");
	assert_int_equal(world.counts.files, 1);
	assert_int_equal(world.counts.defaults, 2);
	/* hints for the editor's sake, one for each scalar that others misread, no more */
	check_problem(&world, RCN_CODE_QUOTE, "customers/deep/er/a.yaml", 2);
	check_problem(&world, RCN_CODE_QUOTE, "customers/defaults.yaml", 5);
	assert_int_equal(world.diag.warnings, 0);
	end(&world);
}

static void how_it_is_written_makes_no_difference(void **state)
{
	char digest[RCN_DIGEST_HEX_SIZE];
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/a.yaml",
			 "externalId: a\n" REST
			 "subPartnerAdminEmail: x@example.com\nx-reconcile: {protect: false}\n");
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.status, RCN_OK);
	memcpy(digest, world.customers[0].digest, sizeof(digest));
	repository_run(&world.repository, "rm customers/a.yaml");
	repository_write(&world.repository, "customers/defaults.yaml",
			 "subPartnerAdminEmail: x@example.com\npackages: ['webex_meetings']\n");
	repository_write(
		&world.repository, "customers/sub/renamed.json",
		"{\"x-other\": 1, \"customerInfo\": {\"primaryEmail\": \"a@example.com\",\n"
		" \"name\": \"n\"}, \"externalId\": \"a\", \"provisioningId\": \"p\",\n"
		"\t\"address\": {\"country\": \"DE\", \"city\": \"c\", "
		"\"addressLine1\": \"a\", \"addressLine2\": null}}\n");
	load(&world, true);
	assert_int_equal(world.status, RCN_OK);
	assert_string_equal(world.customers[0].digest, digest);
	/* but on whose behalf the requests are made does */
	repository_write(&world.repository, "customers/defaults.yaml",
			 "subPartnerAdminEmail: x@example.com\npackages: ['webex_meetings']\n"
			 "x-reconcile: {subPartnerOrgId: sub}\n");
	load(&world, true);
	assert_int_equal(world.status, RCN_OK);
	assert_string_not_equal(world.customers[0].digest, digest);
	end(&world);
}

static void duplicates_are_told_with_both_places(void **state)
{
	const struct rcn_problem *problem;
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/a.yaml", "externalId: one\n" REST);
	repository_write(&world.repository, "customers/b.yaml",
			 "externalId: two\n" REST "---\n" REST "externalId: one\n");
	repository_write(&world.repository, "customers/c.yaml",
			 "externalId: two\n" REST
			 "---\nexternalId: two\n---\nexternalId: ' TWO'\n" REST);
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.status, RCN_ERROR_INVALID);
	problem = check_problem(&world, RCN_CODE_MANIFEST_DUPLICATE, "customers/b.yaml", 11);
	check_related(problem, "customers/a.yaml", 1, "externalId: one");
	assert_true(rcn_view_is(problem->key, "one"));
	assert_true(rcn_view_is(problem->excerpt, "externalId: one"));
	check_related(check_problem(&world, RCN_CODE_MANIFEST_DUPLICATE, "customers/c.yaml", 1),
		      "customers/b.yaml", 1, "externalId: two");
	check_problem(&world, RCN_CODE_MANIFEST_DUPLICATE, "customers/c.yaml", 7);
	check_related(check_problem(&world, RCN_CODE_MANIFEST_ALMOST_SAME, "customers/c.yaml", 9),
		      "customers/b.yaml", 1, "externalId: two");
	assert_int_equal(world.count, 3);
	end(&world);
}

static void former_keys_may_not_clash(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/a.yaml",
			 "externalId: one\n" REST "x-reconcile: {previousExternalId: two}\n");
	repository_write(&world.repository, "customers/b.yaml", "externalId: two\n" REST);
	repository_write(&world.repository, "customers/c.yaml",
			 "externalId: three\n" REST "x-reconcile: {previousExternalId: gone}\n");
	repository_write(&world.repository, "customers/d.yaml",
			 "externalId: four\n" REST "x-reconcile: {previousExternalId: gone}\n");
	repository_write(&world.repository, "customers/e.yaml",
			 "externalId: five\n" REST "x-reconcile: {previousExternalId: five}\n");
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.status, RCN_ERROR_INVALID);
	check_related(
		check_problem(&world, RCN_CODE_MANIFEST_PREVIOUS_IN_USE, "customers/a.yaml", 6),
		"customers/b.yaml", 1, "externalId: two");
	check_related(
		check_problem(&world, RCN_CODE_MANIFEST_PREVIOUS_TWICE, "customers/d.yaml", 6),
		"customers/c.yaml", 6, "x-reconcile: {previousExternalId: gone}");
	check_problem(&world, RCN_CODE_MANIFEST_PREVIOUS_SAME, "customers/e.yaml", 6);
	assert_int_equal(world.diag.errors, 2);
	assert_string_equal(world.customers[2].previous, "gone");
	assert_string_equal(world.customers[4].previous, "");
	end(&world);
}

static void faults_of_defaults_are_told_once_and_there(void **state)
{
	struct world world;
	const struct rcn_problem *problem;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/defaults.yaml",
			 "externalId: x\n"
			 "orgId: x\n"
			 "customerInfo: {primaryEmail: a@example.com, name: 5%}\n"
			 "x-reconcile: {previousExternalId: y}\n"
			 "adress: {city: c}\n"
			 "address: {country: xx}\n"
			 "packages: [webex_meetngs]\n"
			 "provisioningParameters: {meetings: {timezone: [a]}}\n");
	for (int i = 0; i < 3; i++) {
		char path[64], text[256];

		snprintf(path, sizeof(path), "customers/%d.yaml", i);
		snprintf(
			text, sizeof(text),
			"externalId: k%d\nprovisioningId: p\naddress: {addressLine1: a, city: c}\n",
			i);
		repository_write(&world.repository, path, text);
	}
	repository_commit(&world.repository);
	load(&world, false);
	check_problem(&world, RCN_CODE_DEFAULTS_FIELD, "customers/defaults.yaml", 1);
	check_problem(&world, RCN_CODE_DEFAULTS_FIELD, "customers/defaults.yaml", 2);
	check_problem(&world, RCN_CODE_DEFAULTS_FIELD, "customers/defaults.yaml", 3);
	check_problem(&world, RCN_CODE_DEFAULTS_FIELD, "customers/defaults.yaml", 4);
	problem = check_problem(&world, RCN_CODE_UNKNOWN_FIELD, "customers/defaults.yaml", 5);
	assert_non_null(strstr(problem->hint.ptr, "address"));
	check_problem(&world, RCN_CODE_TEXT_PATTERN, "customers/defaults.yaml", 6);
	check_problem(&world, RCN_CODE_MANIFEST_UNKNOWN_PACKAGE, "customers/defaults.yaml", 7);
	check_problem(&world, RCN_CODE_WRONG_TYPE, "customers/defaults.yaml", 8);
	if (world.diag.errors != 8 || world.diag.warnings != 1)
		show(&world);
	assert_int_equal(world.diag.errors, 8);
	assert_int_equal(world.diag.warnings, 1);
	assert_int_equal(world.count, 0);
	end(&world);
}

static void what_is_missing_points_at_the_manifest(void **state)
{
	struct world world;
	const struct rcn_problem *problem;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/defaults.yaml",
			 "packages: [webex_calling]\n"
			 "provisioningParameters:\n"
			 "  calling: {location: {name: n, timezone: t, language: l}}\n");
	repository_write(&world.repository, "customers/a.yaml",
			 "externalId: a\naddress: {city: c, country: DE}\norgId: o\n");
	repository_write(&world.repository, "customers/b.yaml",
			 "# first line\nexternalId: b\n"
			 "address: {addressLine1: a, city: c, country: DE}\norgId: o\n"
			 "provisioningId: p\n");
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.diag.errors, 4);
	problem = check_problem(&world, RCN_CODE_MISSING_FIELD, "customers/b.yaml", 2);
	assert_non_null(strstr(problem->message.ptr, "address"));
	assert_true(rcn_view_is(problem->related->place.path, "customers/defaults.yaml"));
	check_problem(&world, RCN_CODE_MISSING_FIELD, "customers/a.yaml", 2);
	check_problem(&world, RCN_CODE_MISSING_FIELD, "customers/a.yaml", 1);
	end(&world);
}

static void all_problems_of_all_files_come_at_once(void **state)
{
	char key[300];
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/a.yaml", "- a list\n---\njust text\n");
	repository_write(&world.repository, "customers/b.yaml", "externalId: [\n");
	repository_write(&world.repository, "customers/c.yaml",
			 "externalId: c\n" REST "zipcode: 1\n");
	repository_write(&world.repository, "customers/d.yaml", "# nothing\n");
	repository_write(&world.repository, "customers/defaults.yml", "packages: []\n");
	repository_write(&world.repository, "customers/e/defaults.yaml", "a: 1\n---\nb: 2\n");
	repository_write(&world.repository, "customers/e/e.yaml", "externalId: e\n" REST);
	repository_write(&world.repository, "customers/f.yaml",
			 "externalId: f\npackages: [webex_meetings, webex_caling]\n"
			 "provisioningId: p\norgId: o\n"
			 "address: {addressLine1: a, city: c, country: DE}\n");
	for (size_t i = 0; i < 129; i++)
		memcpy(key + 2 * i, "\xc3\xa4", 2);
	key[258] = '\0';
	repository_run(&world.repository, "printf 'externalId: %s\\n' > customers/g.yaml", key);
	repository_run(&world.repository, "printf '%%s' '" REST "' >> customers/g.yaml");
	repository_write(&world.repository, "customers/h.yaml",
			 "externalId: h\nexternalId: i\n" REST);
	repository_commit(&world.repository);
	load(&world, false);
	check_problem(&world, RCN_CODE_MANIFEST_NOT_A_MAPPING, "customers/a.yaml", 1);
	check_problem(&world, RCN_CODE_MANIFEST_NOT_A_MAPPING, "customers/a.yaml", 3);
	assert_non_null(find_problem(&world, RCN_CODE_YAML_SYNTAX));
	check_problem(&world, RCN_CODE_UNKNOWN_FIELD, "customers/c.yaml", 6);
	check_problem(&world, RCN_CODE_MANIFEST_EMPTY_FILE, "customers/d.yaml", 0);
	check_problem(&world, RCN_CODE_DEFAULTS_NAME, "customers/defaults.yml", 0);
	check_problem(&world, RCN_CODE_DEFAULTS_SHAPE, "customers/e/defaults.yaml", 3);
	assert_string_equal(
		check_problem(&world, RCN_CODE_MANIFEST_UNKNOWN_PACKAGE, "customers/f.yaml", 2)
			->hint.ptr,
		"did you mean `webex_calling`?");
	check_problem(&world, RCN_CODE_MANIFEST_KEY_BYTES, "customers/g.yaml", 1);
	check_problem(&world, RCN_CODE_YAML_DUPLICATE_KEY, "customers/h.yaml", 2);
	if (world.diag.errors != 8)
		show(&world);
	assert_int_equal(world.diag.errors, 8);
	/* only what is whole was handed out */
	assert_int_equal(world.count, 1);
	assert_string_equal(world.customers[0].key, "f");
	end(&world);
}

static void an_empty_folder_is_a_warning_and_a_missing_one_an_error(void **state)
{
	struct rcn_manifest_options options = { RCN_VIEW("tenants"), NULL };
	struct rcn_source *source;
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/README.md", "none\n");
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.status, RCN_OK);
	assert_non_null(find_problem(&world, RCN_CODE_MANIFEST_NONE));
	assert_int_equal(world.diag.warnings, 1);
	assert_int_equal(world.counts.customers, 0);
	options.schema = world.schema;
	source = open_source(&world, false);
	assert_int_equal(rcn_manifest_load(source, &options, keep, &world, NULL, &world.diag),
			 RCN_ERROR_NOT_FOUND);
	assert_non_null(find_problem(&world, RCN_CODE_NO_SUCH_FOLDER));
	rcn_source_free(source);
	end(&world);
}

static enum rcn_status stop_at_once(void *payload, const struct rcn_customer *customer)
{
	(void)customer;
	++*(size_t *)payload;
	return RCN_ERROR_INTERRUPTED;
}

static void the_sink_can_end_the_run(void **state)
{
	struct rcn_manifest_options options = { RCN_VIEW("customers"), NULL };
	struct rcn_source *source;
	struct world world;
	size_t called = 0;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/a.yaml",
			 "externalId: a\n" REST "---\nexternalId: b\n" REST);
	repository_commit(&world.repository);
	options.schema = world.schema;
	source = open_source(&world, false);
	assert_int_equal(
		rcn_manifest_load(source, &options, stop_at_once, &called, NULL, &world.diag),
		RCN_ERROR_INTERRUPTED);
	assert_int_equal(called, 1);
	rcn_source_free(source);
	end(&world);
}

static void the_example_repository_is_valid(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	repository_run(&world.repository, "cp -r %s/examples/acme-telecom/. .", RCN_SOURCE_DIR);
	repository_commit(&world.repository);
	load(&world, false);
	if (world.diag.count)
		show(&world);
	assert_int_equal(world.diag.count, 0);
	assert_int_equal(world.count, 8);
	assert_int_equal(world.counts.defaults, 2);
	assert_string_equal(world.customers[7].key, "c1677a16-557a-4fb4-b48f-24adde57ec99");
	assert_string_equal(world.customers[0].key, "0042");
	assert_true(world.customers[1].protect);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_merged_and_places_are_kept),
		cmocka_unit_test(how_it_is_written_makes_no_difference),
		cmocka_unit_test(duplicates_are_told_with_both_places),
		cmocka_unit_test(former_keys_may_not_clash),
		cmocka_unit_test(faults_of_defaults_are_told_once_and_there),
		cmocka_unit_test(what_is_missing_points_at_the_manifest),
		cmocka_unit_test(all_problems_of_all_files_come_at_once),
		cmocka_unit_test(an_empty_folder_is_a_warning_and_a_missing_one_an_error),
		cmocka_unit_test(the_sink_can_end_the_run),
		cmocka_unit_test(the_example_repository_is_valid),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
