/*
 * Settings files: the user's own, and the repository's, which is untrusted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/embedded.h"
#include "data/schema.h"
#include "data/yaml.h"
#include "settings/internal.h"

#define USER_FILE  "~/.config/reconcile/config.yaml"
#define LABEL_SIZE 64

struct reading {
	struct rcn_settings *settings;
	struct rcn_diag *diag;
	enum rcn_origin origin; /* RCN_ORIGIN_USER or RCN_ORIGIN_REPOSITORY */
	enum rcn_status result;
};

static void note(struct reading *reading, enum rcn_status status)
{
	if (status != RCN_OK && reading->result != RCN_ERROR_MEMORY)
		reading->result = status;
}

/* Names under which people try to store what must stay secret. The line is not shown. */
static bool is_secret(struct rcn_view name)
{
	static const char *const parts[] = { "token",      "secret",    "password",      "passwd",
					     "credential", "client_id", "authorization", "api_key",
					     "apikey",     "bearer" };
	bool found = false;
	char *text = rcn_view_duplicate(name);

	for (size_t i = 0; text && i < sizeof(parts) / sizeof(parts[0]); i++)
		found = found || strcasestr(text, parts[i]) != NULL;
	free(text);
	return found;
}

/* Names that would say where a token goes, if they were settings. */
static bool is_route(struct rcn_view name)
{
	static const char *const names[] = { "proxy",     "http_proxy", "https_proxy", "all_proxy",
					     "no_proxy",  "api",        "url",         "base_url",
					     "ca_path",   "cacert",     "insecure",    "verify",
					     "tls_verify" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name.len == strlen(names[i]) && strncasecmp(name.ptr, names[i], name.len) == 0)
			return true;
	return false;
}

static void refuse_unknown(struct reading *reading, const struct rcn_member *member)
{
	const char *names[RCN_SETTING_COUNT];
	unsigned from = reading->origin == RCN_ORIGIN_USER ? RCN_FROM_USER : RCN_FROM_REPOSITORY;
	struct rcn_problem *problem;
	const char *meant;
	size_t count = 0;

	note(reading, RCN_ERROR_INVALID);
	if (is_secret(member->key)) {
		problem = rcn_diag_error_at(reading->diag, RCN_CODE_SETTING_SECRET,
					    rcn_span_place(member->key_span),
					    "`%.*s`: secrets never live in a settings file",
					    RCN_VIEW_ARGS(member->key));
		rcn_problem_hint(problem, "give the token as WEBEX_ACCESS_TOKEN, or in a file with "
					  "--token-file; if this one was committed, revoke it");
		return;
	}
	if (is_route(member->key) && reading->origin == RCN_ORIGIN_REPOSITORY) {
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_NOT_HERE, member->key_span,
					 "`%.*s`: a repository cannot say where a token goes",
					 RCN_VIEW_ARGS(member->key));
		rcn_problem_hint(problem, "use --api-url, RECONCILE_API_URL, or " USER_FILE);
		return;
	}
	for (size_t i = 0; i < RCN_SETTING_COUNT; i++)
		if (rcn_setting_table[i].from & from)
			names[count++] = rcn_setting_table[i].name;
	problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_UNKNOWN, member->key_span,
				 "there is no setting `%.*s`", RCN_VIEW_ARGS(member->key));
	meant = rcn_text_suggest(member->key, names, count);
	if (meant)
		rcn_problem_hint(problem, "did you mean `%s`?", meant);
}

static void refuse_here(struct reading *reading, const struct rcn_setting_entry *entry,
			const struct rcn_member *member)
{
	char flag[RCN_FLAG_NAME_SIZE];
	struct rcn_problem *problem;
	bool token;

	note(reading, RCN_ERROR_INVALID);
	rcn_setting_flag_name(entry, flag);
	token = entry->setting == RCN_SETTING_API_URL || entry->setting == RCN_SETTING_CA_FILE ||
		entry->setting == RCN_SETTING_TOKEN_FILE;
	if (reading->origin == RCN_ORIGIN_REPOSITORY && token)
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_NOT_HERE, member->key_span,
					 "`%s`: a repository cannot say where a token goes",
					 entry->name);
	else
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_NOT_HERE, member->key_span,
					 "`%s` can't be set in this file", entry->name);
	if (!(entry->from & RCN_FROM_FLAG))
		rcn_problem_hint(problem, "it belongs in the repository's reconcile.yaml");
	else if (entry->from & RCN_FROM_USER)
		rcn_problem_hint(problem, "use %s, %s, or " USER_FILE, flag, entry->environment);
	else
		rcn_problem_hint(problem, "use %s or %s", flag, entry->environment);
}

/* A report that untrusted settings ask for must not overwrite what is run or read later:
 * below the current folder, nothing hidden, and with its format's own ending. */
static const char *refuse_report(struct rcn_view text)
{
	static const char *const endings[][3] = {
		{ "markdown", ".md", NULL },    { "html", ".html", NULL },
		{ "json", ".json", NULL },      { "junit", ".xml", NULL },
		{ "sarif", ".sarif", ".json" }, { "github", ".txt", NULL },
		{ "gitlab", ".json", NULL },
	};
	size_t equals = rcn_view_find(text, '=');
	struct rcn_view format = { text.ptr, equals }, file, rest;

	if (equals >= text.len)
		return NULL;
	file = rcn_view_from(text, equals + 1);
	for (rest = file; rest.len > 0;) {
		size_t slash = rcn_view_find(rest, '/');

		if (slash == 0 || rest.ptr[0] == '.')
			return "leads out of the current folder, or to something hidden";
		if (slash == rest.len)
			break;
		rest = rcn_view_from(rest, slash + 1);
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (!rcn_view_is(format, endings[i][0]))
			continue;
		for (size_t j = 1; j < 3 && endings[i][j]; j++)
			if (rcn_view_ends_with(file, rcn_view_of(endings[i][j])))
				return NULL;
		return "does not have an ending of its format";
	}
	return NULL;
}

static bool is_scalar(const struct rcn_node *node)
{
	return node->kind != RCN_LIST && node->kind != RCN_MAPPING && node->kind != RCN_NULL;
}

static void take_scalar(struct reading *reading, const struct rcn_setting_entry *entry,
			const struct rcn_node *node)
{
	char label[LABEL_SIZE];
	struct rcn_setting_place place = { reading->origin, node->span, label };
	const char *reason = NULL;
	struct rcn_problem *problem;

	(void)snprintf(label, sizeof(label), "`%s`", entry->name);
	if (!is_scalar(node)) {
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_VALUE, node->span,
					 "`%s` wants one value, not %s", entry->name,
					 rcn_kind_name(node->kind));
		if (entry->default_text)
			rcn_problem_hint(problem, "the default is `%s`", entry->default_text);
		note(reading, RCN_ERROR_INVALID);
		return;
	}
	if (reading->origin == RCN_ORIGIN_REPOSITORY && entry->setting == RCN_SETTING_STATE &&
	    !rcn_view_starts_with(node->text, RCN_VIEW("git:refs/"))) {
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_NOT_HERE, node->span,
					 "`state`: a repository can keep its state only in itself");
		rcn_problem_hint(problem, "write git:refs/reconcile/state here; other stores come "
					  "from --state, RECONCILE_STATE, or " USER_FILE);
		note(reading, RCN_ERROR_INVALID);
		return;
	}
	if (reading->origin == RCN_ORIGIN_REPOSITORY && entry->type == RCN_TYPE_LIST)
		reason = refuse_report(node->text);
	if (reason) {
		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_NOT_HERE, node->span,
					 "`report`: the file `%.*s` %s", RCN_VIEW_ARGS(node->text),
					 reason);
		rcn_problem_hint(problem,
				 "a repository's own settings may write markdown=plan.md, "
				 "html=out/plan.html and the like; --report takes any file");
		note(reading, RCN_ERROR_INVALID);
		return;
	}
	note(reading,
	     rcn_setting_take(reading->settings, entry, node->text, &place, reading->diag));
}

static void take_member(struct reading *reading, const struct rcn_member *member)
{
	const struct rcn_setting_entry *entry = rcn_setting_find(member->key);
	unsigned from = reading->origin == RCN_ORIGIN_USER ? RCN_FROM_USER : RCN_FROM_REPOSITORY;

	if (!entry) {
		refuse_unknown(reading, member);
		return;
	}
	if (!(entry->from & from)) {
		refuse_here(reading, entry, member);
		return;
	}
	if (entry->type == RCN_TYPE_LIST && member->value->kind == RCN_LIST) {
		(void)rcn_setting_begin_list(reading->settings, entry->setting, reading->origin);
		for (size_t i = 0; i < member->value->count; i++)
			take_scalar(reading, entry, member->value->items[i]);
		return;
	}
	take_scalar(reading, entry, member->value);
}

/* True when the file is of a later format, whose other settings we can't judge. */
static bool is_newer(struct reading *reading, const struct rcn_node *root)
{
	const struct rcn_node *version = rcn_node_get(root, RCN_VIEW("format_version"));
	struct rcn_problem *problem;
	int64_t number;

	if (!version || !rcn_text_to_int64(version->text, 2, INT64_MAX, &number))
		return false;
	problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_FORMAT_VERSION, version->span,
				 "these settings are of format %.*s, newer than this program",
				 RCN_VIEW_ARGS(version->text));
	rcn_problem_hint(problem, "install a newer reconcile; this one knows format 1");
	note(reading, RCN_ERROR_UNSUPPORTED);
	return true;
}

/* The schema is what editors go by; it must not let pass less or more than the table. */
static void check_schema(struct reading *reading, struct rcn_node *root)
{
	struct rcn_schema *schema = NULL;
	enum rcn_status result;

	result = rcn_schema_compile(rcn_embedded_schema("settings"), "settings.schema.json",
				    &schema, reading->diag);
	if (result == RCN_OK)
		result = rcn_schema_resolve(schema, root, reading->diag);
	if (result == RCN_OK)
		result = rcn_schema_check(schema, root, RCN_VIEW_NONE, reading->diag);
	rcn_schema_free(schema);
	note(reading, result);
}

static void take_root(struct reading *reading, const struct rcn_documents *documents)
{
	struct rcn_node *root;
	struct rcn_problem *problem;

	if (documents->count == 0)
		return;
	root = documents->roots[0];
	if (documents->count > 1 || root->kind != RCN_MAPPING) {
		struct rcn_span span =
			documents->count > 1 ? documents->roots[1]->span : root->span;

		problem = rcn_diag_error(reading->diag, RCN_CODE_SETTING_FILE, span,
					 documents->count > 1
						 ? "a settings file holds one document"
						 : "a settings file is a mapping of settings to "
						   "values");
		rcn_problem_hint(problem, "see `reconcile explain RCN007`");
		note(reading, RCN_ERROR_INVALID);
		return;
	}
	if (is_newer(reading, root))
		return;
	for (size_t i = 0; i < root->count; i++)
		take_member(reading, &root->members[i]);
	if (reading->origin == RCN_ORIGIN_REPOSITORY && reading->result == RCN_OK)
		check_schema(reading, root);
}

static enum rcn_status take_file(struct rcn_settings *settings, enum rcn_origin origin,
				 const struct rcn_file *file, struct rcn_diag *diag)
{
	struct reading reading = { settings, diag, origin, RCN_OK };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_documents documents = { NULL, 0 };

	reading.result = rcn_yaml_read(file, &arena, &documents, diag);
	if (reading.result == RCN_OK)
		take_root(&reading, &documents);
	rcn_arena_free(&arena);
	return reading.result;
}

enum rcn_status rcn_settings_repository(struct rcn_settings *settings, struct rcn_view path,
					struct rcn_view text, struct rcn_diag *diag)
{
	struct rcn_file file = { path, text };

	if (rcn_view_is_none(text))
		return RCN_OK;
	return take_file(settings, RCN_ORIGIN_REPOSITORY, &file, diag);
}

/* False when the environment names no place for a user's files. */
static bool find_user_file(const char *(*environment)(const char *name), struct rcn_buffer *path)
{
	const char *folder = environment("XDG_CONFIG_HOME");

	/* The XDG specification: paths that are not absolute are ignored. */
	if (folder && folder[0] == '/') {
		rcn_buffer_format(path, "%s/reconcile/config.yaml", folder);
		return true;
	}
	folder = environment("HOME");
	if (!folder || folder[0] != '/')
		return false;
	rcn_buffer_format(path, "%s/.config/reconcile/config.yaml", folder);
	return true;
}

/* 0, or an errno; EFBIG beyond the limit. */
static int read_all(const char *path, struct rcn_buffer *text)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int error = descriptor < 0 ? errno : 0;
	struct stat status;
	char piece[4096];

	if (descriptor >= 0 && fstat(descriptor, &status) != 0)
		error = errno;
	else if (descriptor >= 0 && !S_ISREG(status.st_mode))
		error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	while (error == 0) {
		ssize_t got = read(descriptor, piece, sizeof(piece));

		if (got == 0)
			break;
		if (got > 0)
			rcn_buffer_append(text, piece, (size_t)got);
		else if (errno != EINTR)
			error = errno;
		if (rcn_buffer_status(text) != RCN_OK)
			error = rcn_buffer_status(text) == RCN_ERROR_LIMIT ? EFBIG : ENOMEM;
	}
	if (descriptor >= 0)
		close(descriptor);
	return error;
}

enum rcn_status rcn_settings_user_file(struct rcn_settings *settings,
				       const char *(*environment)(const char *name),
				       struct rcn_diag *diag)
{
	struct rcn_buffer path = RCN_BUFFER(RCN_LIMIT_PATH_BYTES);
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_FILE_BYTES);
	enum rcn_status result = RCN_OK;
	struct rcn_file file;
	int error;

	if (!environment || !find_user_file(environment, &path))
		return RCN_OK;
	if (rcn_buffer_status(&path) != RCN_OK) {
		rcn_buffer_free(&path);
		return RCN_OK;
	}
	file.path = rcn_buffer_get(&path);
	error = read_all(file.path.ptr, &text);
	file.text = rcn_buffer_get(&text);
	if (error == ENOMEM) {
		result = rcn_diag_no_memory(diag);
	} else if (error == 0) {
		result = take_file(settings, RCN_ORIGIN_USER, &file, diag);
	} else if (error != ENOENT && error != ENOTDIR) {
		struct rcn_place place = { file.path, 0, 0 };

		rcn_diag_error_at(diag, RCN_CODE_SETTING_FILE, place,
				  "the settings file can't be read: %s", strerror(error));
		result = RCN_ERROR_INVALID;
	}
	rcn_buffer_free(&path);
	rcn_buffer_free(&text);
	return result;
}
