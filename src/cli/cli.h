/*
 * The command line: a table of commands, a parser over it, and what the commands share.
 * Sees the public headers (<reconcile/…>) alone, as any program that embeds the library.
 *
 * main() makes one struct rcn_cli, the parser fills it, the command's function does the work
 * and returns the exit code. Standard output is the result and goes through cli->sink;
 * everything else goes to standard error.
 */
#ifndef RCN_CLI_CLI_H
#define RCN_CLI_CLI_H

#include <reconcile/reconcile.h>

enum {
	RCN_EXIT_DONE = 0,
	RCN_EXIT_FAILED = 1,
	RCN_EXIT_CHANGES = 2, /* plan --detailed-exitcode */
	RCN_EXIT_INVALID = 3,
	RCN_EXIT_LOCKED = 4,
	RCN_EXIT_BUSY = 5,
	RCN_EXIT_USAGE = 64,
};

#define RCN_CLI_OPTIONS 16 /* most options of a command's own */

/* An option of a command's own. Options that are settings come from rcn_setting_info. */
struct rcn_cli_option {
	const char *name;     /* "dry-run"; NULL ends a list */
	char letter;          /* 'n', or 0; only switches have one */
	const char *argument; /* "DIGEST", or NULL: a switch */
	const char *help;
};

struct rcn_cli;

struct rcn_cli_command {
	const char *name; /* "plan", "state list"; NULL ends the table */
	const char *summary;
	const char *operands; /* "[CUSTOMER]", or "" */
	size_t fewest, most;  /* operands */
	const char *description;
	const struct rcn_cli_option *options; /* NULL = none */
	const char *const *settings;          /* names, NULL at the end; NULL = none */
	const char *examples;                 /* lines */
	int (*run)(struct rcn_cli *cli);
};

extern const struct rcn_cli_command rcn_cli_commands[];
extern const struct rcn_cli_option rcn_cli_common_options[];
extern const char *const rcn_cli_common_settings[];

struct rcn_cli {
	const struct rcn_cli_command *command;
	bool implicit; /* no command was named: apply */
	const char **operands;
	size_t operand_count;
	const char *values[RCN_CLI_OPTIONS]; /* by the option's index; "" for a switch */
	bool help, version, quiet, verbose;

	struct rcn_session *session;
	enum rcn_format format;
	bool log_json;
	enum rcn_log_level level;
	struct rcn_look out, err; /* of the two streams */
	struct rcn_sink sink;     /* standard output */
	int output_error;         /* errno of its first failed write */

	/* progress.c */
	bool live; /* one line, redrawn */
	bool line_drawn;
	int64_t last_shown; /* elapsed_ms of what was shown last */
};

/* options.c: fills cli; 0, or the exit code after the message. */
int rcn_cli_parse(struct rcn_cli *cli, int argc, char **argv);
const struct rcn_cli_command *rcn_cli_find(const char *first, const char *second, size_t *words);
/* The value of an option of the command's own; NULL when it was not given. */
const char *rcn_cli_value(const struct rcn_cli *cli, const char *name);
static inline bool rcn_cli_given(const struct rcn_cli *cli, const char *name)
{
	return rcn_cli_value(cli, name) != NULL;
}
/* The setting behind a flag's name ("max-deletes"), if the command takes it. */
bool rcn_cli_takes_setting(const struct rcn_cli_command *command, const char *flag,
			   struct rcn_setting_info *info);
bool rcn_cli_is_flag_of(const char *flag, const char *setting);

/* help.c: on standard output. */
void rcn_cli_help(struct rcn_cli *cli, const struct rcn_cli_command *command);
void rcn_cli_help_all(struct rcn_cli *cli);

/* output.c */
void rcn_cli_output_init(struct rcn_cli *cli);
/* Colours, formats and levels, once the settings are known; 0 or an exit code. */
int rcn_cli_look(struct rcn_cli *cli);
void rcn_cli_print(struct rcn_cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "reconcile: …" on standard error, made harmless. */
void rcn_cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct rcn_sink rcn_cli_error_sink(void);
/* Writes the session's problems to standard error and forgets them. */
void rcn_cli_problems(struct rcn_cli *cli);
/* Flushes; false after a message when standard output could not take it all. A reader that
 * has gone away (EPIPE) is no error: nobody is there to miss the rest. */
bool rcn_cli_flush(struct rcn_cli *cli);
/* What a status means as an exit code. */
int rcn_cli_exit_code(enum rcn_status status);
/* Problems, flush, exit code: how commands end. */
int rcn_cli_end(struct rcn_cli *cli, enum rcn_status status, int code_when_ok);

/* progress.c */
void rcn_cli_on_event(void *payload, const struct rcn_event *event);
void rcn_cli_progress_end(struct rcn_cli *cli);

/* signals.c */
const volatile sig_atomic_t *rcn_cli_catch_signals(void);
int rcn_cli_signal(void); /* the one that asked to stop, or 0 */

/* cmd_*.c */
int rcn_cli_apply(struct rcn_cli *cli);
int rcn_cli_plan(struct rcn_cli *cli);
int rcn_cli_validate(struct rcn_cli *cli);
int rcn_cli_status(struct rcn_cli *cli);
int rcn_cli_state_list(struct rcn_cli *cli);
int rcn_cli_state_show(struct rcn_cli *cli);
int rcn_cli_state_export(struct rcn_cli *cli);
int rcn_cli_state_accept(struct rcn_cli *cli);
int rcn_cli_state_remove(struct rcn_cli *cli);
int rcn_cli_render(struct rcn_cli *cli);
int rcn_cli_config(struct rcn_cli *cli);
int rcn_cli_explain(struct rcn_cli *cli);
int rcn_cli_schema(struct rcn_cli *cli);
int rcn_cli_version(struct rcn_cli *cli);
int rcn_cli_help_command(struct rcn_cli *cli);

/* Asks on standard error; only a clear yes on standard input is one. cmd_apply.c */
bool rcn_cli_ask(const char *question);
/* What plan and apply --dry-run share. */
struct rcn_plan_request rcn_cli_plan_request(const struct rcn_cli *cli);

#endif
