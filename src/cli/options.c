/*
 * The parser: GNU style over the table of commands. Options and operands in any order,
 * `--` ends the options, no abbreviations (a script must not break when an option is added).
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define CANDIDATES 64
#define FLAG_SIZE  64

bool rcn_cli_is_flag_of(const char *flag, const char *setting)
{
	for (; *flag && *setting; flag++, setting++)
		if (*flag != (*setting == '_' ? '-' : *setting))
			return false;
	return *flag == *setting;
}

static bool is_listed(const char *const *names, const char *flag)
{
	for (; names && *names; names++)
		if (rcn_cli_is_flag_of(flag, *names))
			return true;
	return false;
}

bool rcn_cli_takes_setting(const struct rcn_cli_command *command, const char *flag,
			   struct rcn_setting_info *info)
{
	if (!is_listed(command->settings, flag) && !is_listed(rcn_cli_common_settings, flag))
		return false;
	for (size_t i = 0; rcn_setting_info(i, info); i++)
		if (info->flag && rcn_cli_is_flag_of(flag, info->name))
			return true;
	return false;
}

const char *rcn_cli_value(const struct rcn_cli *cli, const char *name)
{
	const struct rcn_cli_option *options = cli->command->options;

	for (size_t i = 0; options && options[i].name; i++)
		if (strcmp(options[i].name, name) == 0)
			return cli->values[i];
	return NULL;
}

const struct rcn_cli_command *rcn_cli_find(const char *first, const char *second, size_t *words)
{
	size_t len = strlen(first);

	for (const struct rcn_cli_command *command = rcn_cli_commands; command->name; command++) {
		if (strcmp(command->name, first) == 0) {
			*words = 1;
			return command;
		}
		if (second && strncmp(command->name, first, len) == 0 &&
		    command->name[len] == ' ' && strcmp(command->name + len + 1, second) == 0) {
			*words = 2;
			return command;
		}
	}
	return NULL;
}

static bool is_group(const char *word)
{
	size_t len = strlen(word);

	for (const struct rcn_cli_command *command = rcn_cli_commands; command->name; command++)
		if (strncmp(command->name, word, len) == 0 && command->name[len] == ' ')
			return true;
	return false;
}

/* Says that there is no such command: one message, with what was probably meant. */
static int refuse_command(const char *first, const char *second)
{
	const char *candidates[CANDIDATES], *meant;
	size_t count = 0, len = strlen(first);
	bool group = is_group(first);

	for (const struct rcn_cli_command *command = rcn_cli_commands;
	     command->name && count < CANDIDATES; command++) {
		if (!group)
			candidates[count++] = command->name;
		else if (strncmp(command->name, first, len) == 0 && command->name[len] == ' ')
			candidates[count++] = command->name + len + 1;
	}
	if (group && !second) {
		rcn_cli_say("`%s` needs a command of its own: list, show, export, accept or "
			    "remove",
			    first);
		return RCN_EXIT_USAGE;
	}
	meant = rcn_suggest(group ? second : first, candidates, count);
	if (meant)
		rcn_cli_say("unknown command `%s%s%s`; did you mean `%s%s%s`?", first,
			    group ? " " : "", group ? second : "", group ? first : "",
			    group ? " " : "", meant);
	else
		rcn_cli_say("unknown command `%s%s%s`; `reconcile --help` lists all", first,
			    group ? " " : "", group ? second : "");
	return RCN_EXIT_USAGE;
}

static int refuse_option(const struct rcn_cli *cli, const char *flag)
{
	static char names[CANDIDATES][FLAG_SIZE];
	const char *candidates[CANDIDATES], *meant;
	struct rcn_setting_info info;
	size_t count = 0;

	for (const struct rcn_cli_option *option = cli->command->options;
	     option && option->name && count < CANDIDATES; option++)
		candidates[count++] = option->name;
	for (const struct rcn_cli_option *option = rcn_cli_common_options;
	     option->name && count < CANDIDATES; option++)
		candidates[count++] = option->name;
	for (size_t i = 0; rcn_setting_info(i, &info) && count < CANDIDATES; i++) {
		if (!info.flag || strlen(info.name) >= FLAG_SIZE)
			continue;
		for (size_t j = 0; j <= strlen(info.name); j++)
			names[count][j] = (char)(info.name[j] == '_' ? '-' : info.name[j]);
		if (rcn_cli_takes_setting(cli->command, names[count], &info)) {
			candidates[count] = names[count];
			count++;
		}
	}
	meant = rcn_suggest(flag, candidates, count);
	if (meant)
		rcn_cli_say("unknown option `--%s`; did you mean `--%s`?", flag, meant);
	else
		rcn_cli_say("unknown option `--%s`; see `reconcile %s --help`", flag,
			    cli->command->name);
	return RCN_EXIT_USAGE;
}

/* A switch that every command has; false when it is none. */
static bool take_common(struct rcn_cli *cli, const char *name, char letter)
{
	struct {
		const char *name;
		char letter;
		bool *given;
	} all[] = {
		{ "help", 'h', &cli->help },
		{ "version", 'V', &cli->version },
		{ "quiet", 'q', &cli->quiet },
		{ "verbose", 'v', &cli->verbose },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (name ? strcmp(name, all[i].name) == 0 : letter == all[i].letter) {
			*all[i].given = true;
			return true;
		}
	}
	return false;
}

static int take_letters(struct rcn_cli *cli, const char *letters)
{
	for (; *letters; letters++) {
		const struct rcn_cli_option *options = cli->command->options;
		size_t i = 0;

		if (take_common(cli, NULL, *letters))
			continue;
		while (options && options[i].name && options[i].letter != *letters)
			i++;
		if (!options || !options[i].name) {
			rcn_cli_say("unknown option `-%c`; see `reconcile %s --help`", *letters,
				    cli->command->name);
			return RCN_EXIT_USAGE;
		}
		cli->values[i] = "";
	}
	return 0;
}

static int set_setting(struct rcn_cli *cli, const struct rcn_setting_info *info, const char *value)
{
	enum rcn_status status = rcn_session_set(cli->session, info->name, value);

	if (status == RCN_OK)
		return 0;
	rcn_cli_problems(cli);
	return status == RCN_ERROR_MEMORY ? RCN_EXIT_FAILED : RCN_EXIT_USAGE;
}

/* Looks a long option up; *argument is set when it takes a value. */
static bool find_long(struct rcn_cli *cli, const char *flag, size_t *own,
		      struct rcn_setting_info *info, bool *setting, bool *argument)
{
	const struct rcn_cli_option *options = cli->command->options;

	*setting = false;
	for (*own = 0; options && options[*own].name; (*own)++) {
		if (strcmp(options[*own].name, flag) == 0) {
			*argument = options[*own].argument != NULL;
			return true;
		}
	}
	*setting = *argument = rcn_cli_takes_setting(cli->command, flag, info);
	return *setting;
}

/* `next` is the word behind it, or NULL; *used says whether it was its value. */
static int take_long(struct rcn_cli *cli, const char *word, const char *next, bool *used)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word), own;
	struct rcn_setting_info info;
	bool setting, argument = false;
	const char *value = equals ? equals + 1 : NULL;
	char flag[FLAG_SIZE];

	if (len >= sizeof(flag)) {
		rcn_cli_say("unknown option `--%s`", word);
		return RCN_EXIT_USAGE;
	}
	memcpy(flag, word, len);
	flag[len] = '\0';
	if (take_common(cli, flag, 0)) {
		if (value) {
			rcn_cli_say("the option `--%s` takes no value", flag);
			return RCN_EXIT_USAGE;
		}
		return 0;
	}
	if (!find_long(cli, flag, &own, &info, &setting, &argument))
		return refuse_option(cli, flag);
	if (!argument && value) {
		rcn_cli_say("the option `--%s` takes no value", flag);
		return RCN_EXIT_USAGE;
	}
	if (argument && !value) {
		if (!next) {
			rcn_cli_say("the option `--%s` needs a value", flag);
			return RCN_EXIT_USAGE;
		}
		value = next;
		*used = true;
	}
	if (setting)
		return set_setting(cli, &info, value);
	cli->values[own] = value ? value : "";
	return 0;
}

static int check_operands(const struct rcn_cli *cli)
{
	const struct rcn_cli_command *command = cli->command;
	size_t words;

	if (cli->help || cli->version)
		return 0;
	if (cli->operand_count < command->fewest) {
		rcn_cli_say("`reconcile %s` needs %s", command->name, command->operands);
		return RCN_EXIT_USAGE;
	}
	if (cli->operand_count <= command->most)
		return 0;
	if (cli->implicit && rcn_cli_find(cli->operands[0],
					  cli->operand_count > 1 ? cli->operands[1] : NULL, &words))
		rcn_cli_say("the command comes first: `reconcile %s …`", cli->operands[0]);
	else
		rcn_cli_say("`reconcile %s` does not take `%s`; see `reconcile %s --help`",
			    command->name, cli->operands[command->most], command->name);
	return RCN_EXIT_USAGE;
}

int rcn_cli_parse(struct rcn_cli *cli, int argc, char **argv)
{
	size_t words = 0;
	int code = 0;

	if (argc < 2 || argv[1][0] == '-') {
		cli->implicit = true;
		cli->command = rcn_cli_find("apply", NULL, &words);
		words = 0;
	} else {
		const char *second = argc > 2 ? argv[2] : NULL;

		cli->command = rcn_cli_find(argv[1], second, &words);
		if (!cli->command && is_group(argv[1]) && second && second[0] == '-') {
			cli->help = strcmp(second, "--help") == 0 || strcmp(second, "-h") == 0;
			if (cli->help) {
				cli->implicit = true;
				cli->command = rcn_cli_commands;
				return 0;
			}
			second = NULL;
		}
		if (!cli->command)
			return refuse_command(argv[1], second);
	}
	cli->operands = calloc((size_t)argc + 1, sizeof(*cli->operands));
	if (!cli->operands) {
		rcn_cli_say("out of memory");
		return RCN_EXIT_FAILED;
	}
	for (int i = 1 + (int)words; i < argc && code == 0; i++) {
		const char *word = argv[i];
		bool used = false;

		if (strcmp(word, "--") == 0) {
			while (++i < argc)
				cli->operands[cli->operand_count++] = argv[i];
		} else if (word[0] == '-' && word[1] == '-') {
			code = take_long(cli, word + 2, argv[i + 1], &used);
		} else if (word[0] == '-' && word[1]) {
			code = take_letters(cli, word + 1);
		} else {
			cli->operands[cli->operand_count++] = word;
		}
		i += used;
	}
	return code ? code : check_operands(cli);
}
