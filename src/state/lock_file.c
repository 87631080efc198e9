#include "state/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "data/json.h"

#define HOLDER_BYTES  8192
#define SHOWN_LENGTH  200 /* code points of a holder's text in a message */
#define FIRST_WAIT_MS 20
#define LAST_WAIT_MS  500

void rcn_lock_holder_write(struct rcn_buffer *out, const struct rcn_lock_holder *holder)
{
	struct rcn_json json;
	char since[RCN_TIME_SIZE];

	rcn_time_format(holder->since, since);
	rcn_json_begin(&json, out, 0);
	rcn_json_object(&json);
	rcn_json_member_string(&json, "host", holder->host);
	rcn_json_member_integer(&json, "pid", holder->pid);
	rcn_json_member_string(&json, "user", holder->user);
	rcn_json_member_text(&json, "since", since);
	rcn_json_member_integer(&json, "since_ms", holder->since);
	rcn_json_member_string(&json, "run", holder->run);
	rcn_json_member_string(&json, "command", holder->command);
	rcn_json_end(&json);
	rcn_buffer_char(out, '\n');
}

static int64_t get_integer(const struct rcn_node *node, struct rcn_view key)
{
	const struct rcn_node *value = rcn_node_get(node, key);
	int64_t number = 0;

	if (value && value->kind == RCN_NUMBER)
		(void)rcn_text_to_int64(value->text, 0, INT64_MAX, &number);
	return number;
}

bool rcn_lock_holder_read(struct rcn_view text, struct rcn_arena *arena,
			  struct rcn_lock_holder *holder)
{
	struct rcn_node *node = NULL;
	const char *reason;
	size_t offset;

	text = rcn_view_trim(text);
	if (text.len == 0 || rcn_json_read(text, arena, &node, &reason, &offset) != RCN_OK ||
	    node->kind != RCN_MAPPING)
		return false;
	holder->host = rcn_node_string(rcn_node_get(node, RCN_VIEW("host")));
	holder->user = rcn_node_string(rcn_node_get(node, RCN_VIEW("user")));
	holder->command = rcn_node_string(rcn_node_get(node, RCN_VIEW("command")));
	holder->run = rcn_node_string(rcn_node_get(node, RCN_VIEW("run")));
	holder->pid = get_integer(node, RCN_VIEW("pid"));
	holder->since = get_integer(node, RCN_VIEW("since_ms"));
	return true;
}

static void append_part(struct rcn_buffer *out, const char *before, struct rcn_view text)
{
	if (text.len == 0)
		return;
	rcn_buffer_text(out, before);
	rcn_text_escape(out, text, SHOWN_LENGTH);
}

enum rcn_status rcn_lock_holder_report(const struct rcn_lock_holder *holder, int64_t waited_ms,
				       struct rcn_diag *diag)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer who = RCN_BUFFER(RCN_LIMIT_MESSAGE_BYTES);
	struct rcn_problem *problem;
	char text[RCN_DURATION_SIZE];

	if (holder) {
		char since[RCN_TIME_SIZE];

		rcn_time_format(holder->since, since);
		append_part(&who, ": `", holder->command);
		rcn_buffer_text(&who, holder->command.len ? "`, process " : ": process ");
		rcn_buffer_format(&who, "%lld", (long long)holder->pid);
		append_part(&who, " of ", holder->user);
		append_part(&who, " on ", holder->host);
		rcn_buffer_format(&who, ", since %s", since);
		append_part(&who, ", run ", holder->run);
	}
	if (rcn_buffer_status(&who) != RCN_OK)
		return rcn_diag_no_memory(diag);
	rcn_duration_format(waited_ms, text);
	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_LOCKED, RCN_PLACE_NONE,
				    "another run holds the lock on the state%.*s%s%s",
				    RCN_VIEW_ARGS(rcn_buffer_get(&who)),
				    waited_ms ? "; gave up after " : "", waited_ms ? text : "");
	rcn_problem_hint(problem, "wait for it with --lock-timeout 10m; the lock frees itself when "
				  "that process ends, there is nothing to delete");
	return RCN_ERROR_LOCKED;
}

static enum rcn_status report_file(const char *path, const char *what, int error,
				   struct rcn_diag *diag)
{
	char reason[128];
	struct rcn_problem *problem;

	problem = rcn_diag_error_at(diag, RCN_CODE_STATE_OPEN, RCN_PLACE_NONE,
				    "can't %s the lock file `%s`: %s", what, path,
				    strerror_r(error, reason, sizeof(reason)));
	if (error == ELOOP)
		rcn_problem_hint(problem, "it is a symbolic link; remove it");
	else
		rcn_problem_hint(problem, "it stands beside the state: make that folder and file "
					  "writable for the user of this run");
	return RCN_ERROR_IO;
}

/* 1: held, 0: another has it, -1: errno says why not. */
static int try_lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return 1;
	return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

/* False when somebody removed or replaced the file between open and lock. */
static bool is_still_there(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
	       held.st_dev == named.st_dev;
}

static enum rcn_status report_holder(int fd, int64_t waited_ms, struct rcn_diag *diag)
{
	RCN_CLEANUP_ARENA struct rcn_arena arena = RCN_ARENA(1024 * 1024);
	struct rcn_lock_holder holder = { 0 };
	char text[HOLDER_BYTES];
	ssize_t len = pread(fd, text, sizeof(text), 0);

	if (len > 0 && rcn_lock_holder_read(rcn_view_make(text, (size_t)len), &arena, &holder))
		return rcn_lock_holder_report(&holder, waited_ms, diag);
	return rcn_lock_holder_report(NULL, waited_ms, diag);
}

/* Failing to say who we are is no failure of the lock. */
static void write_holder(int fd, const struct rcn_lock_holder *self)
{
	RCN_CLEANUP_BUFFER struct rcn_buffer text = RCN_BUFFER(HOLDER_BYTES);

	rcn_lock_holder_write(&text, self);
	if (rcn_buffer_status(&text) != RCN_OK || ftruncate(fd, 0) != 0)
		return;
	if (pwrite(fd, text.ptr, text.len, 0) != (ssize_t)text.len)
		(void)!ftruncate(fd, 0);
}

static int sleep_ms(int64_t ms)
{
	struct timespec time = { .tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000 };

	return nanosleep(&time, NULL);
}

enum rcn_status rcn_lock_file_take(const char *path, const struct rcn_lock_holder *self,
				   int64_t timeout_ms, struct rcn_lock_file *lock,
				   struct rcn_diag *diag)
{
	int64_t waited = 0, next = FIRST_WAIT_MS;

	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		enum rcn_status status;
		int held;

		if (fd < 0)
			return report_file(path, "open", errno, diag);
		held = try_lock(fd);
		if (held < 0) {
			status = report_file(path, "lock", errno, diag);
			close(fd);
			return status;
		}
		if (held > 0 && is_still_there(fd, path)) {
			write_holder(fd, self);
			lock->fd = fd;
			return RCN_OK;
		}
		if (held == 0 && waited >= timeout_ms) {
			status = report_holder(fd, waited, diag);
			close(fd);
			return status;
		}
		close(fd);
		if (held > 0)
			continue;
		/* What was slept is counted, not a clock: clocks are set, and tests turn theirs. */
		if (next > timeout_ms - waited)
			next = timeout_ms - waited;
		if (sleep_ms(next) != 0) {
			rcn_diag_error_at(diag, RCN_CODE_STATE_LOCKED, RCN_PLACE_NONE,
					  "interrupted while waiting for the lock on the state");
			return RCN_ERROR_INTERRUPTED;
		}
		waited += next;
		next = next * 2 > LAST_WAIT_MS ? LAST_WAIT_MS : next * 2;
	}
}

void rcn_lock_file_release(struct rcn_lock_file *lock)
{
	if (lock->fd < 0)
		return;
	(void)!ftruncate(lock->fd, 0);
	close(lock->fd);
	lock->fd = -1;
}
