/* Where credentials come from, and what is said when they do not. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "webex/credentials.h"

#define NAMES 5
static const char *const names[NAMES] = { "WEBEX_ACCESS_TOKEN", "WEBEX_CLIENT_ID",
					  "WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN",
					  "RECONCILE_TOKEN_FILE" };
static const char *values[NAMES];

static const char *environment(const char *name)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return values[i];
	return NULL;
}

static void set_values(const char *const *from)
{
	for (size_t i = 0; i < NAMES; i++)
		values[i] = from ? from[i] : NULL;
}

/* Nothing that was given may be in a message or a hint. */
static void assert_shows_no_secret(const struct rcn_diag *diag)
{
	for (size_t i = 0; i < diag->count; i++) {
		struct rcn_view texts[] = { diag->problems[i]->message, diag->problems[i]->hint };

		for (size_t k = 0; k < 2; k++)
			assert_true(texts[k].len == 0 ||
				    !memmem(texts[k].ptr, texts[k].len, "canary", 6));
	}
}

static void assert_secret(const struct rcn_secret *secret, const char *text)
{
	assert_int_equal(rcn_secret_is_set(secret), text != NULL);
	if (text)
		assert_true(rcn_view_is(rcn_secret_reveal(secret), text));
}

static void test_the_environment(void **state)
{
	static const struct {
		const char *values[NAMES];
		enum rcn_status status;
		const char *token, *refresh;
		bool can_refresh;
		int code; /* of the one problem; 0 = none */
	} rows[] = {
		{ { NULL }, RCN_ERROR_DENIED, NULL, NULL, false, RCN_CODE_TOKEN_MISSING },
		{ { "", "", "", "" }, RCN_ERROR_DENIED, NULL, NULL, false, RCN_CODE_TOKEN_MISSING },
		{ { "canary" }, RCN_OK, "canary", NULL, false, 0 },
		{ { " \"canary\" \n" }, RCN_OK, "canary", NULL, false, 0 },
		{ { NULL, "a", "b", "canary" }, RCN_OK, NULL, "canary", true, 0 },
		{ { NULL, "'a'", "\"b\"", " canary" }, RCN_OK, NULL, "canary", true, 0 },
		{ { "canary", "a", "b", "c" }, RCN_OK, "canary", "c", true, 0 },
		{ { NULL, "a", NULL, "canary" },
		  RCN_ERROR_DENIED,
		  NULL,
		  NULL,
		  false,
		  RCN_CODE_TOKEN_INCOMPLETE },
		{ { NULL, "a", "b", "" },
		  RCN_ERROR_DENIED,
		  NULL,
		  NULL,
		  false,
		  RCN_CODE_TOKEN_INCOMPLETE },
		{ { "canary", "a", NULL, "c" },
		  RCN_OK,
		  "canary",
		  NULL,
		  false,
		  RCN_CODE_TOKEN_INCOMPLETE },
		{ { "canary\ncanary" }, RCN_ERROR_INVALID, NULL, NULL, false, RCN_CODE_TOKEN_TEXT },
		{ { "canary\xc3\xb6" }, RCN_ERROR_INVALID, NULL, NULL, false, RCN_CODE_TOKEN_TEXT },
		{ { "\"\"" }, RCN_ERROR_INVALID, NULL, NULL, false, RCN_CODE_TOKEN_TEXT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rcn_credentials credentials = { 0 };
		struct rcn_diag diag;
		enum rcn_status status;

		rcn_diag_init(&diag);
		set_values(rows[i].values);
		status = rcn_credentials_load(NULL, environment, &credentials, &diag);
		if (status != rows[i].status)
			fail_msg("row %zu: status %d", i, (int)status);
		assert_int_equal(diag.count, rows[i].code != 0);
		if (rows[i].code)
			assert_int_equal(diag.problems[0]->code, rows[i].code);
		assert_int_equal(diag.errors > 0, status != RCN_OK);
		assert_secret(&credentials.access_token, rows[i].token);
		assert_secret(&credentials.refresh_token, rows[i].refresh);
		assert_int_equal(rcn_credentials_can_refresh(&credentials), rows[i].can_refresh);
		assert_shows_no_secret(&diag);
		rcn_credentials_free(&credentials);
		rcn_diag_free(&diag);
	}
}

static void test_a_half_given_triple_is_named(void **state)
{
	static const char *const given[NAMES] = { NULL, "a", NULL, "c", NULL };
	struct rcn_credentials credentials = { 0 };
	struct rcn_diag diag;
	const char *message;

	(void)state;
	rcn_diag_init(&diag);
	set_values(given);
	assert_int_equal(rcn_credentials_load(NULL, environment, &credentials, &diag),
			 RCN_ERROR_DENIED);
	message = diag.problems[0]->message.ptr;
	assert_non_null(strstr(message, "`WEBEX_CLIENT_ID` and `WEBEX_REFRESH_TOKEN` given"));
	assert_non_null(strstr(message, "`WEBEX_CLIENT_SECRET` not"));
	rcn_diag_free(&diag);
}

static void write_file(const char *path, const char *text, size_t len, mode_t mode)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, len), (ssize_t)len);
	assert_int_equal(fchmod(descriptor, mode), 0);
	close(descriptor);
}

static void test_the_token_file(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		enum rcn_status status;
		const char *token, *refresh;
		int code;
	} rows[] = {
		{ "canary\n", 0600, RCN_OK, "canary", NULL, 0 },
		{ "\"canary\"", 0400, RCN_OK, "canary", NULL, 0 },
		{ "canary", 0640, RCN_OK, "canary", NULL, RCN_CODE_TOKEN_FILE_MODE },
		{ "canary", 0604, RCN_OK, "canary", NULL, RCN_CODE_TOKEN_FILE_MODE },
		{ "canary==", 0600, RCN_OK, "canary==", NULL, 0 },
		{ "# Webex\nexport WEBEX_ACCESS_TOKEN=\"canary\"\nOTHER=x\n", 0600, RCN_OK,
		  "canary", NULL, 0 },
		{ "WEBEX_CLIENT_ID=a\r\nWEBEX_CLIENT_SECRET = b\r\nWEBEX_REFRESH_TOKEN='canary'\r\n",
		  0600, RCN_OK, NULL, "canary", 0 },
		{ "WEBEX_CLIENT_ID=a\nWEBEX_REFRESH_TOKEN=canary\n", 0600, RCN_ERROR_DENIED, NULL,
		  NULL, RCN_CODE_TOKEN_INCOMPLETE },
		{ "", 0600, RCN_ERROR_IO, NULL, NULL, RCN_CODE_TOKEN_FILE },
		{ " \n\t\n", 0600, RCN_ERROR_IO, NULL, NULL, RCN_CODE_TOKEN_FILE },
		{ "canary\nmore\n", 0600, RCN_ERROR_INVALID, NULL, NULL, RCN_CODE_TOKEN_TEXT },
	};
	char folder[] = "/tmp/rcn-credentials-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/token", folder);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Once by the flag and once by the environment; it comes before all else. */
		for (int by_flag = 0; by_flag < 2; by_flag++) {
			const char *const given[NAMES] = { "other", "x", "y", "z",
							   by_flag ? NULL : path };
			struct rcn_credentials credentials = { 0 };
			struct rcn_diag diag;
			enum rcn_status status;

			unlink(path);
			write_file(path, rows[i].text, strlen(rows[i].text), rows[i].mode);
			rcn_diag_init(&diag);
			set_values(given);
			status = rcn_credentials_load(by_flag ? path : NULL, environment,
						      &credentials, &diag);
			if (status != rows[i].status)
				fail_msg("row %zu: status %d", i, (int)status);
			assert_int_equal(diag.count, rows[i].code != 0);
			if (rows[i].code)
				assert_int_equal(diag.problems[0]->code, rows[i].code);
			assert_secret(&credentials.access_token, rows[i].token);
			assert_secret(&credentials.refresh_token, rows[i].refresh);
			assert_shows_no_secret(&diag);
			if (status == RCN_OK)
				assert_string_equal(credentials.source, "the token file");
			rcn_credentials_free(&credentials);
			rcn_diag_free(&diag);
		}
	}
	unlink(path);
	rmdir(folder);
}

static void test_a_token_file_that_can_not_be_used_is_an_error(void **state)
{
	char folder[] = "/tmp/rcn-credentials-XXXXXX", huge[128];
	char *text = malloc(8UL * RCN_LIMIT_TOKEN_BYTES);
	const char *paths[3] = { "/nowhere/token", folder, huge };

	(void)state;
	assert_non_null(text);
	assert_non_null(mkdtemp(folder));
	snprintf(huge, sizeof(huge), "%s/huge", folder);
	memset(text, 'x', 8UL * RCN_LIMIT_TOKEN_BYTES);
	write_file(huge, text, 8UL * RCN_LIMIT_TOKEN_BYTES, 0600);
	set_values(NULL);
	for (size_t i = 0; i < 3; i++) {
		struct rcn_credentials credentials = { 0 };
		struct rcn_diag diag;

		rcn_diag_init(&diag);
		assert_int_equal(rcn_credentials_load(paths[i], environment, &credentials, &diag),
				 RCN_ERROR_IO);
		assert_int_equal(diag.count, 1);
		assert_int_equal(diag.problems[0]->code, RCN_CODE_TOKEN_FILE);
		rcn_diag_free(&diag);
	}
	unlink(huge);
	rmdir(folder);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_environment),
		cmocka_unit_test(test_a_half_given_triple_is_named),
		cmocka_unit_test(test_the_token_file),
		cmocka_unit_test(test_a_token_file_that_can_not_be_used_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
