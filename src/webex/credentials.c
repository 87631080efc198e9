#include "webex/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

#define ACCESS_TOKEN "WEBEX_ACCESS_TOKEN"
#define TRIPLE       3

static const char *const triple_names[TRIPLE] = { "WEBEX_CLIENT_ID", "WEBEX_CLIENT_SECRET",
						  "WEBEX_REFRESH_TOKEN" };

/* Where values come from by their name: the environment, or lines of a file. */
struct origin {
	const char *(*environment)(const char *name);
	struct rcn_view lines;
	const char *file; /* NULL = the environment */
	const char *source;
};

bool rcn_credentials_can_refresh(const struct rcn_credentials *credentials)
{
	return rcn_secret_is_set(&credentials->client_id) &&
	       rcn_secret_is_set(&credentials->client_secret) &&
	       rcn_secret_is_set(&credentials->refresh_token);
}

void rcn_credentials_free(struct rcn_credentials *credentials)
{
	if (!credentials)
		return;
	rcn_secret_free(&credentials->access_token);
	rcn_secret_free(&credentials->client_id);
	rcn_secret_free(&credentials->client_secret);
	rcn_secret_free(&credentials->refresh_token);
}

static struct rcn_secret *triple_secret(struct rcn_credentials *credentials, size_t index)
{
	struct rcn_secret *const secrets[TRIPLE] = { &credentials->client_id,
						     &credentials->client_secret,
						     &credentials->refresh_token };

	return secrets[index];
}

/* Cuts the next line off, without comment, space and `export`. */
static struct rcn_view next_line(struct rcn_view *rest)
{
	size_t end = rcn_view_find(*rest, '\n');
	struct rcn_view line = rcn_view_trim(rcn_view_make(rest->ptr, end));

	*rest = rcn_view_from(*rest, end < rest->len ? end + 1 : end);
	if (line.len > 0 && *line.ptr == '#')
		return RCN_VIEW("");
	if (rcn_view_starts_with(line, RCN_VIEW("export ")))
		line = rcn_view_trim(rcn_view_from(line, 7));
	return line;
}

static struct rcn_view find_line(struct rcn_view lines, const char *name)
{
	while (lines.len > 0) {
		struct rcn_view line = next_line(&lines);
		size_t sign = rcn_view_find(line, '=');

		if (sign < line.len &&
		    rcn_view_is(rcn_view_trim(rcn_view_make(line.ptr, sign)), name))
			return rcn_view_from(line, sign + 1);
	}
	return RCN_VIEW_NONE;
}

/* A variable that is set and empty is as good as not set: CI does that with secrets that a
 * job may not see. */
static struct rcn_view value_of(const struct origin *origin, const char *name)
{
	struct rcn_view value = origin->file ? find_line(origin->lines, name)
					     : rcn_view_of(origin->environment(name));

	return rcn_view_trim(value).len > 0 ? value : RCN_VIEW_NONE;
}

static enum rcn_status set_secret(struct rcn_secret *secret, struct rcn_view value,
				  const char *what, struct rcn_diag *diag)
{
	enum rcn_status status = rcn_secret_set(secret, value);

	if (status == RCN_ERROR_MEMORY)
		return rcn_diag_no_memory(diag);
	if (status != RCN_OK)
		rcn_problem_hint(
			rcn_diag_error_at(diag, RCN_CODE_TOKEN_TEXT, RCN_PLACE_NONE,
					  "%s holds no token: it is too long, or has characters "
					  "that no token has",
					  what),
			"give the token alone, on one line");
	return status;
}

/* "`A` and `B`", of those that are set, or are not. */
static void list_names(struct rcn_buffer *out, const bool given[TRIPLE], bool which)
{
	bool first = true;

	for (size_t i = 0; i < TRIPLE; i++) {
		if (given[i] != which)
			continue;
		rcn_buffer_format(out, "%s`%s`", first ? "" : " and ", triple_names[i]);
		first = false;
	}
}

static void report_incomplete(const bool given[TRIPLE], bool fatal, struct rcn_diag *diag)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer set = RCN_BUFFER(200);
	RCN_CLEANUP_BUFFER struct rcn_buffer missing = RCN_BUFFER(200);
	struct rcn_problem *problem;

	list_names(&set, given, true);
	list_names(&missing, given, false);
	if (fatal)
		problem = rcn_diag_error_at(diag, RCN_CODE_TOKEN_INCOMPLETE, RCN_PLACE_NONE,
					    "%s given, but %s not: a token is fetched with all "
					    "three",
					    rcn_buffer_get(&set).ptr, rcn_buffer_get(&missing).ptr);
	else
		problem =
			rcn_diag_warning_at(diag, RCN_CODE_TOKEN_INCOMPLETE, RCN_PLACE_NONE,
					    "%s given, but %s not: the access token can't be "
					    "refreshed",
					    rcn_buffer_get(&set).ptr, rcn_buffer_get(&missing).ptr);
	rcn_problem_hint(problem, "set all three, or none of them");
}

/* All values of one origin. RCN_OK with nothing set when there is nothing. */
static enum rcn_status read_origin(const struct origin *origin, struct rcn_credentials *credentials,
				   struct rcn_diag *diag)
{
	struct rcn_view token = value_of(origin, ACCESS_TOKEN), values[TRIPLE];
	bool given[TRIPLE];
	size_t count = 0;
	enum rcn_status status = RCN_OK;

	for (size_t i = 0; i < TRIPLE; i++) {
		values[i] = value_of(origin, triple_names[i]);
		given[i] = !rcn_view_is_none(values[i]);
		count += given[i];
	}
	if (count > 0 && count < TRIPLE) {
		report_incomplete(given, rcn_view_is_none(token), diag);
		if (rcn_view_is_none(token))
			return RCN_ERROR_DENIED;
	}
	if (!rcn_view_is_none(token))
		status = set_secret(&credentials->access_token, token, "`" ACCESS_TOKEN "`", diag);
	for (size_t i = 0; count == TRIPLE && status == RCN_OK && i < TRIPLE; i++)
		status =
			set_secret(triple_secret(credentials, i), values[i], triple_names[i], diag);
	credentials->source = origin->source;
	return status;
}

static enum rcn_status report_file(const char *path, const char *why, struct rcn_diag *diag)
{
	rcn_problem_hint(rcn_diag_error_at(diag, RCN_CODE_TOKEN_FILE, RCN_PLACE_NONE,
					   "the token file `%s` %s", path, why),
			 "put the access token into it, and nothing else");
	return RCN_ERROR_IO;
}

/* All of the file, at most the buffer's size; -1 with errno, or the length. */
static ssize_t read_bytes(int descriptor, char *text, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(descriptor, text + len, size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static void check_mode(int descriptor, const char *path, struct rcn_diag *diag)
{
	struct stat info;

	if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) == 0)
		return;
	rcn_problem_hint(rcn_diag_warning_at(diag, RCN_CODE_TOKEN_FILE_MODE, RCN_PLACE_NONE,
					     "others can read or change the token file `%s`", path),
			 "chmod 600 %s", path);
}

static enum rcn_status read_text(const char *path, struct rcn_view text,
				 struct rcn_credentials *credentials, struct rcn_diag *diag)
{
	struct origin origin = { NULL, text, path, "the token file" };
	enum rcn_status status;

	if (rcn_view_trim(text).len == 0)
		return report_file(path, "is empty", diag);
	if (!rcn_view_is_none(value_of(&origin, ACCESS_TOKEN)) ||
	    !rcn_view_is_none(value_of(&origin, triple_names[0])) ||
	    !rcn_view_is_none(value_of(&origin, triple_names[1])) ||
	    !rcn_view_is_none(value_of(&origin, triple_names[2])))
		return read_origin(&origin, credentials, diag);
	status = set_secret(&credentials->access_token, text, "the token file", diag);
	credentials->source = origin.source;
	return status;
}

static enum rcn_status read_file(const char *path, struct rcn_credentials *credentials,
				 struct rcn_diag *diag)
{
	char text[4 * RCN_LIMIT_TOKEN_BYTES];
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum rcn_status status;
	ssize_t len;

	if (descriptor < 0)
		return report_file(path,
				   errno == ENOENT   ? "does not exist"
				   : errno == EACCES ? "may not be read by this user"
						     : "can't be opened",
				   diag);
	check_mode(descriptor, path, diag);
	len = read_bytes(descriptor, text, sizeof(text));
	close(descriptor);
	if (len < 0)
		return report_file(path, "can't be read", diag);
	if ((size_t)len == sizeof(text))
		status = report_file(path, "is too large to hold a token", diag);
	else
		status = read_text(path, rcn_view_make(text, (size_t)len), credentials, diag);
	explicit_bzero(text, (size_t)len);
	return status;
}

static enum rcn_status report_missing(struct rcn_diag *diag)
{
	rcn_problem_hint(
		rcn_diag_error_at(diag, RCN_CODE_TOKEN_MISSING, RCN_PLACE_NONE,
				  "there are no credentials for the service"),
		"set `WEBEX_ACCESS_TOKEN`, or `WEBEX_CLIENT_ID`, `WEBEX_CLIENT_SECRET` and "
		"`WEBEX_REFRESH_TOKEN`, or give --token-file");
	return RCN_ERROR_DENIED;
}

enum rcn_status rcn_credentials_load(const char *token_file,
				     const char *(*environment)(const char *name),
				     struct rcn_credentials *credentials, struct rcn_diag *diag)
{
	struct rcn_credentials read = { .source = "the environment" };
	struct origin origin = { environment, RCN_VIEW_NONE, NULL, "the environment" };
	enum rcn_status status;

	if (!token_file) {
		token_file = environment("RECONCILE_TOKEN_FILE");
		if (token_file && !*token_file)
			token_file = NULL;
	}
	status =
		token_file ? read_file(token_file, &read, diag) : read_origin(&origin, &read, diag);
	if (status == RCN_OK && !rcn_secret_is_set(&read.access_token) &&
	    !rcn_credentials_can_refresh(&read))
		status = report_missing(diag);
	if (status != RCN_OK)
		rcn_credentials_free(&read);
	else
		*credentials = read;
	return status;
}
