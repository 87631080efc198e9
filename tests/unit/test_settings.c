#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/embedded.h"
#include "data/schema.h"
#include "repository.h"
#include "settings/settings.h"

static const char *environment_of_test(const char *name)
{
	return getenv(name);
}

static const struct rcn_problem *find_problem(const struct rcn_diag *diag, enum rcn_code code)
{
	for (size_t i = 0; i < diag->count; i++)
		if (diag->problems[i]->code == code)
			return diag->problems[i];
	return NULL;
}

static enum rcn_status read_repository(const char *text, struct rcn_settings *settings,
				       struct rcn_diag *diag)
{
	rcn_settings_init(settings);
	rcn_diag_init(diag);
	return rcn_settings_repository(settings, RCN_VIEW("reconcile.yaml"), rcn_view_of(text),
				       diag);
}

static void defaults_are_there_at_once(void **state)
{
	struct rcn_settings settings;

	(void)state;
	rcn_settings_init(&settings);
	assert_true(rcn_view_is(rcn_settings_text(&settings, RCN_SETTING_API_URL),
				"https://webexapis.com/v1"));
	assert_true(rcn_view_is(rcn_settings_text(&settings, RCN_SETTING_PATH), "customers"));
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_CONCURRENCY), 16);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_TIMEOUT), 60000);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_WAIT), 900000);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_POLL_INTERVAL), 5000);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_LOCK_TIMEOUT), 0);
	assert_false(settings.values[RCN_SETTING_MAX_DELETES].amount.given);
	assert_true(rcn_view_is_none(rcn_settings_text(&settings, RCN_SETTING_TOKEN_FILE)));
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++) {
		assert_int_equal(settings.values[i].origin, RCN_ORIGIN_DEFAULT);
		assert_int_equal(rcn_setting_table[i].setting, i);
	}
	rcn_settings_free(&settings);
}

static void the_stronger_origin_wins_in_any_order(void **state)
{
	struct rcn_settings settings;
	struct rcn_diag diag;
	struct repository home;

	(void)state;
	repository_folder(&home);
	repository_write(&home, "reconcile/config.yaml",
			 "concurrency: 3\nwait: 30s\nlock_timeout: 1m\n");
	setenv("XDG_CONFIG_HOME", home.root, 1);
	setenv("RECONCILE_CONCURRENCY", "4", 1);
	setenv("RECONCILE_WAIT", "40s", 1);
	setenv("RECONCILE_TIMEOUT", "", 1);
	rcn_settings_init(&settings);
	rcn_diag_init(&diag);
	assert_int_equal(
		rcn_settings_flag(&settings, RCN_SETTING_CONCURRENCY, RCN_VIEW("5"), &diag),
		RCN_OK);
	assert_int_equal(rcn_settings_environment(&settings, environment_of_test, &diag), RCN_OK);
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag), RCN_OK);
	assert_int_equal(rcn_settings_repository(&settings, RCN_VIEW("reconcile.yaml"),
						 RCN_VIEW("concurrency: 2\nwait: 20s\n"
							  "lock_timeout: 2s\npath: tenants\n"),
						 &diag),
			 RCN_OK);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_CONCURRENCY), 5);
	assert_int_equal(settings.values[RCN_SETTING_CONCURRENCY].origin, RCN_ORIGIN_FLAG);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_WAIT), 40000);
	assert_int_equal(settings.values[RCN_SETTING_WAIT].origin, RCN_ORIGIN_ENVIRONMENT);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_LOCK_TIMEOUT), 60000);
	assert_int_equal(settings.values[RCN_SETTING_LOCK_TIMEOUT].origin, RCN_ORIGIN_USER);
	assert_int_equal(settings.values[RCN_SETTING_LOCK_TIMEOUT].place.line, 3);
	assert_true(rcn_view_is(rcn_settings_text(&settings, RCN_SETTING_PATH), "tenants"));
	assert_int_equal(settings.values[RCN_SETTING_PATH].origin, RCN_ORIGIN_REPOSITORY);
	assert_int_equal(settings.values[RCN_SETTING_PATH].place.line, 4);
	assert_int_equal(settings.values[RCN_SETTING_TIMEOUT].origin, RCN_ORIGIN_DEFAULT);
	assert_int_equal(diag.errors, 0);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("RECONCILE_CONCURRENCY");
	unsetenv("RECONCILE_WAIT");
	unsetenv("RECONCILE_TIMEOUT");
	rcn_settings_free(&settings);
	rcn_diag_free(&diag);
	repository_free(&home);
}

static void no_user_file_is_fine_and_a_broken_one_is_not(void **state)
{
	struct rcn_settings settings;
	struct rcn_diag diag;
	struct repository home;

	(void)state;
	repository_folder(&home);
	setenv("HOME", home.root, 1);
	rcn_settings_init(&settings);
	rcn_diag_init(&diag);
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag), RCN_OK);
	assert_int_equal(rcn_settings_user_file(&settings, NULL, &diag), RCN_OK);
	repository_write(&home, ".config/reconcile/config.yaml",
			 "api_url: http://127.0.0.1:8080/v1/\ntoken_file: /run/token\n");
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag), RCN_OK);
	assert_true(rcn_view_is(rcn_settings_text(&settings, RCN_SETTING_API_URL),
				"http://127.0.0.1:8080/v1"));
	assert_int_equal(diag.count, 0);
	repository_write(&home, ".config/reconcile/config.yaml",
			 "path: x\nrefresh_token: tS3cret\nconcurency: 3\n");
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag),
			 RCN_ERROR_INVALID);
	assert_int_equal(diag.errors, 3);
	assert_non_null(find_problem(&diag, RCN_CODE_SETTING_NOT_HERE));
	assert_string_equal(find_problem(&diag, RCN_CODE_SETTING_UNKNOWN)->hint.ptr,
			    "did you mean `concurrency`?");
	rcn_diag_clear(&diag);
	repository_write(&home, ".config/reconcile/config.yaml", "- a list\n");
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag),
			 RCN_ERROR_INVALID);
	assert_non_null(find_problem(&diag, RCN_CODE_SETTING_FILE));
	rcn_diag_clear(&diag);
	repository_run(&home, "rm -rf .config/reconcile/config.yaml && "
			      "mkdir .config/reconcile/config.yaml");
	assert_int_equal(rcn_settings_user_file(&settings, environment_of_test, &diag),
			 RCN_ERROR_INVALID);
	assert_non_null(find_problem(&diag, RCN_CODE_SETTING_FILE));
	rcn_settings_free(&settings);
	rcn_diag_free(&diag);
	repository_free(&home);
	setenv("HOME", "/nonexistent", 1);
}

struct refusal {
	const char *text;
	enum rcn_code code;
	unsigned line;
	const char *message, *hint;
};

static void a_repository_may_not_say_everything(void **state)
{
	static const struct refusal refusals[] = {
		{ "api_url: https://evil.example/v1\n", RCN_CODE_SETTING_NOT_HERE, 1,
		  "a repository cannot say where a token goes",
		  "--api-url, RECONCILE_API_URL, or ~/.config/reconcile/config.yaml" },
		{ "path: a\nca_file: ca.pem\n", RCN_CODE_SETTING_NOT_HERE, 2,
		  "a repository cannot say where a token goes", "--ca-file" },
		{ "token_file: /etc/passwd\n", RCN_CODE_SETTING_NOT_HERE, 1,
		  "a repository cannot say where a token goes", "RECONCILE_TOKEN_FILE" },
		{ "https_proxy: http://evil.example\n", RCN_CODE_SETTING_NOT_HERE, 1,
		  "a repository cannot say where a token goes", "--api-url" },
		{ "repo: /elsewhere\n", RCN_CODE_SETTING_NOT_HERE, 1, "can't be set in this file",
		  "--repo or RECONCILE_REPO" },
		{ "timeout: 1s\n", RCN_CODE_SETTING_NOT_HERE, 1, "can't be set in this file",
		  "RECONCILE_TIMEOUT" },
		{ "state: sqlite:/tmp/x\n", RCN_CODE_SETTING_NOT_HERE, 1, "only in itself",
		  "git:refs/reconcile/state" },
		{ "state: postgresql://evil.example/x\n", RCN_CODE_SETTING_NOT_HERE, 1,
		  "only in itself", NULL },
		{ "state: 'git:refs/with space'\n", RCN_CODE_TEXT_PATTERN, 1, NULL, NULL },
		{ "access_token: tS3cret\n", RCN_CODE_SETTING_SECRET, 1, "secrets never live",
		  "WEBEX_ACCESS_TOKEN" },
		{ "client_secret: tS3cret\n", RCN_CODE_SETTING_SECRET, 1, NULL, "revoke" },
		{ "max_delets: 3\n", RCN_CODE_SETTING_UNKNOWN, 1, "no setting `max_delets`",
		  "did you mean `max_deletes`?" },
		{ "max_deletes: 101%\n", RCN_CODE_SETTING_VALUE, 1, "`max_deletes`", NULL },
		{ "max_changes: -1\n", RCN_CODE_SETTING_VALUE, 1, NULL, NULL },
		{ "max_changes: [1]\n", RCN_CODE_SETTING_VALUE, 1, "wants one value", NULL },
		{ "max_changes:\n", RCN_CODE_SETTING_VALUE, 1, NULL, NULL },
		{ "concurrency: 0\n", RCN_CODE_SETTING_VALUE, 1, NULL, "from 1 to 256" },
		{ "concurrency: 257\n", RCN_CODE_SETTING_VALUE, 1, NULL, "from 1 to 256" },
		{ "wait: forever\n", RCN_CODE_SETTING_VALUE, 1, "15m", NULL },
		{ "format_version: 2\nnew_thing: 1\n", RCN_CODE_SETTING_FORMAT_VERSION, 1,
		  "format 2", "newer reconcile" },
		{ "format_version: one\n", RCN_CODE_SETTING_VALUE, 1, NULL, NULL },
		{ "report: [markdown=/etc/cron.d/x.md]\n", RCN_CODE_SETTING_NOT_HERE, 1,
		  "leads out", NULL },
		{ "report: [markdown=a/../../x.md]\n", RCN_CODE_SETTING_NOT_HERE, 1, "leads out",
		  NULL },
		{ "report: [html=.git/hooks/x.html]\n", RCN_CODE_SETTING_NOT_HERE, 1, "hidden",
		  NULL },
		{ "report: [html=Makefile]\n", RCN_CODE_SETTING_NOT_HERE, 1, "ending", NULL },
		{ "report: [pdf=x.pdf]\n", RCN_CODE_SETTING_VALUE, 1, "format", "markdown" },
		{ "just text\n", RCN_CODE_SETTING_FILE, 1, NULL, NULL },
		{ "path: a\n---\npath: b\n", RCN_CODE_SETTING_FILE, 3, "one document", NULL },
		{ "path: [\n", RCN_CODE_YAML_SYNTAX, 0, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *refusal = &refusals[i];
		const struct rcn_problem *problem;
		struct rcn_settings settings;
		struct rcn_diag diag;

		assert_int_not_equal(read_repository(refusal->text, &settings, &diag), RCN_OK);
		problem = find_problem(&diag, refusal->code);
		if (!problem || diag.errors != 1 ||
		    (refusal->line && problem->place.line != refusal->line) ||
		    (refusal->message && !strstr(problem->message.ptr, refusal->message)) ||
		    (refusal->hint &&
		     (!problem->hint.ptr || !strstr(problem->hint.ptr, refusal->hint))))
			fail_msg("%s gives %zu errors, the first: %s (%s)", refusal->text,
				 diag.errors, diag.count ? diag.problems[0]->message.ptr : "none",
				 diag.count && diag.problems[0]->hint.ptr
					 ? diag.problems[0]->hint.ptr
					 : "no hint");
		/* the line of a secret is never shown */
		if (problem->code == RCN_CODE_SETTING_SECRET) {
			assert_true(rcn_view_is_none(problem->excerpt));
			assert_null(strstr(problem->message.ptr, "tS3cret"));
		}
		assert_int_not_equal(settings.values[RCN_SETTING_API_URL].origin,
				     RCN_ORIGIN_REPOSITORY);
		rcn_settings_free(&settings);
		rcn_diag_free(&diag);
	}
}

static void a_repository_may_say_this(void **state)
{
	struct rcn_settings settings;
	struct rcn_diag diag;

	(void)state;
	assert_int_equal(read_repository("# all of it\n"
					 "format_version: 1\n"
					 "path: tenants\n"
					 "state: git:refs/reconcile/state\n"
					 "concurrency: 8\n"
					 "wait: 1h30m\n"
					 "lock_timeout: 90s\n"
					 "max_changes: 50%\n"
					 "max_deletes: 3\n"
					 "report:\n"
					 "  - markdown=plan.md\n"
					 "  - html=out/plan.html\n",
					 &settings, &diag),
			 RCN_OK);
	assert_int_equal(diag.count, 0);
	assert_int_equal(rcn_settings_number(&settings, RCN_SETTING_WAIT), 5400000);
	assert_true(settings.values[RCN_SETTING_MAX_CHANGES].amount.given);
	assert_true(settings.values[RCN_SETTING_MAX_CHANGES].amount.percent);
	assert_int_equal(settings.values[RCN_SETTING_MAX_CHANGES].amount.value, 50);
	assert_false(settings.values[RCN_SETTING_MAX_DELETES].amount.percent);
	assert_int_equal(settings.values[RCN_SETTING_MAX_DELETES].amount.value, 3);
	assert_int_equal(settings.values[RCN_SETTING_REPORT].list_count, 2);
	assert_true(rcn_view_is(settings.values[RCN_SETTING_REPORT].list[1], "html=out/plan.html"));
	/* a stronger origin's list replaces it whole, and adds up in itself */
	assert_int_equal(
		rcn_settings_flag(&settings, RCN_SETTING_REPORT, RCN_VIEW("json=/tmp/a"), &diag),
		RCN_OK);
	assert_int_equal(
		rcn_settings_flag(&settings, RCN_SETTING_REPORT, RCN_VIEW("junit=b"), &diag),
		RCN_OK);
	assert_int_equal(settings.values[RCN_SETTING_REPORT].list_count, 2);
	assert_true(rcn_view_is(settings.values[RCN_SETTING_REPORT].list[0], "json=/tmp/a"));
	rcn_settings_free(&settings);
	rcn_diag_free(&diag);
	assert_int_equal(read_repository("", &settings, &diag), RCN_OK);
	assert_int_equal(rcn_settings_repository(&settings, RCN_VIEW("reconcile.yaml"),
						 RCN_VIEW_NONE, &diag),
			 RCN_OK);
	rcn_settings_free(&settings);
	rcn_diag_free(&diag);
}

static void flags_and_variables_are_checked(void **state)
{
	static const struct {
		enum rcn_setting setting;
		const char *text;
		bool valid;
	} rows[] = {
		{ RCN_SETTING_API_URL, "https://webexapis.com/v1", true },
		{ RCN_SETTING_API_URL, "http://localhost:1234/v1", true },
		{ RCN_SETTING_API_URL, "http://[::1]:1234", true },
		{ RCN_SETTING_API_URL, "http://127.0.0.1", true },
		{ RCN_SETTING_API_URL, "http://127.0.0.1.evil.example", false },
		{ RCN_SETTING_API_URL, "http://webexapis.com/v1", false },
		{ RCN_SETTING_API_URL, "http://localhost@evil.example/", false },
		{ RCN_SETTING_API_URL, "http://localhost\\@evil.example/", false },
		{ RCN_SETTING_API_URL, "https://user:pw@webexapis.com", false },
		{ RCN_SETTING_API_URL, "https://webexapis.com/v1?x=1", false },
		{ RCN_SETTING_API_URL, "https://:443/v1", false },
		{ RCN_SETTING_API_URL, "https://a:0/v1", false },
		{ RCN_SETTING_API_URL, "ftp://webexapis.com", false },
		{ RCN_SETTING_API_URL, "webexapis.com", false },
		{ RCN_SETTING_CONCURRENCY, "256", true },
		{ RCN_SETTING_CONCURRENCY, "1e2", false },
		{ RCN_SETTING_CONCURRENCY, "", false },
		{ RCN_SETTING_MAX_DELETES, "5%", true },
		{ RCN_SETTING_MAX_DELETES, "0", true },
		{ RCN_SETTING_MAX_DELETES, "%", false },
		{ RCN_SETTING_MAX_DELETES, "4294967296", false },
		{ RCN_SETTING_OUTPUT, "json", true },
		{ RCN_SETTING_OUTPUT, "js", false },
		{ RCN_SETTING_OUTPUT, "text|json", false },
		{ RCN_SETTING_COLOR, "never", true },
		{ RCN_SETTING_TIMEOUT, "1ms", false },
		{ RCN_SETTING_REPORT, "html=", false },
		{ RCN_SETTING_REPORT, "html", false },
		{ RCN_SETTING_REPORT, "html=/tmp/x", true },
		{ RCN_SETTING_PATH, "a\nb", false },
		{ RCN_SETTING_PATH, "\xff", false },
		{ RCN_SETTING_FORMAT_VERSION, "1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rcn_settings settings;
		struct rcn_diag diag;
		enum rcn_status status;

		rcn_settings_init(&settings);
		rcn_diag_init(&diag);
		status = rcn_settings_flag(&settings, rows[i].setting, rcn_view_of(rows[i].text),
					   &diag);
		if (status != (rows[i].valid ? RCN_OK : RCN_ERROR_USAGE) ||
		    diag.errors != (rows[i].valid ? 0 : 1))
			fail_msg("%s", rows[i].text);
		rcn_settings_free(&settings);
		rcn_diag_free(&diag);
	}
}

static void a_wrong_variable_names_itself(void **state)
{
	struct rcn_settings settings;
	struct rcn_diag diag;

	(void)state;
	rcn_settings_init(&settings);
	rcn_diag_init(&diag);
	setenv("RECONCILE_WAIT", "soon", 1);
	setenv("RECONCILE_COLOR", "pink", 1);
	setenv("RECONCILE_REPORT", "html=a.html, junit=b.xml", 1);
	assert_int_equal(rcn_settings_environment(&settings, environment_of_test, &diag),
			 RCN_ERROR_INVALID);
	assert_int_equal(diag.errors, 2);
	assert_non_null(strstr(diag.problems[0]->message.ptr, "RECONCILE_WAIT: `soon`"));
	assert_non_null(strstr(diag.problems[1]->hint.ptr, "auto|always|never"));
	assert_int_equal(settings.values[RCN_SETTING_REPORT].list_count, 2);
	unsetenv("RECONCILE_WAIT");
	unsetenv("RECONCILE_COLOR");
	unsetenv("RECONCILE_REPORT");
	rcn_settings_free(&settings);
	rcn_diag_free(&diag);
}

static void the_schema_and_the_table_agree(void **state)
{
	const struct rcn_node *properties;
	struct rcn_schema *schema = NULL;
	struct rcn_diag diag;
	size_t count = 0;

	(void)state;
	rcn_diag_init(&diag);
	assert_int_equal(
		rcn_schema_compile(rcn_embedded_schema("settings"), "settings", &schema, &diag),
		RCN_OK);
	properties = rcn_node_get(rcn_schema_root(schema), RCN_VIEW("properties"));
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++) {
		const struct rcn_setting_entry *entry = &rcn_setting_table[i];
		const struct rcn_node *property =
			rcn_node_get(properties, rcn_view_of(entry->name));

		if (!!property != !!(entry->from & RCN_FROM_REPOSITORY))
			fail_msg("%s", entry->name);
		if (property && entry->setting == RCN_SETTING_CONCURRENCY) {
			char number[24];

			snprintf(number, sizeof(number), "%ld", (long)entry->maximum);
			assert_true(rcn_view_is(rcn_node_get(property, RCN_VIEW("maximum"))->text,
						number));
		}
		count += property != NULL;
		assert_ptr_equal(rcn_setting_find(rcn_view_of(entry->name)), entry);
	}
	assert_int_equal(properties->count, count);
	assert_null(rcn_setting_find(RCN_VIEW("no_such")));
	rcn_schema_free(schema);
	rcn_diag_free(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_there_at_once),
		cmocka_unit_test(the_stronger_origin_wins_in_any_order),
		cmocka_unit_test(no_user_file_is_fine_and_a_broken_one_is_not),
		cmocka_unit_test(a_repository_may_not_say_everything),
		cmocka_unit_test(a_repository_may_say_this),
		cmocka_unit_test(flags_and_variables_are_checked),
		cmocka_unit_test(a_wrong_variable_names_itself),
		cmocka_unit_test(the_schema_and_the_table_agree),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
