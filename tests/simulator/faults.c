#include "faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults_read.h"

const char *const sim_call_names[SIM_CALLS] = {
	"create", "update",   "delete",      "get",   "list",
	"lookup", "validate", "subscribers", "token", "other",
};

/* How often a rule was met by one customer. */
struct tally {
	char *key;
	int64_t count;
	struct tally *next;
};

#define TALLY_SLOTS 1024

static void free_tallies(struct sim_rule *rule)
{
	for (size_t i = 0; rule->tallies && i < TALLY_SLOTS; i++) {
		while (rule->tallies[i]) {
			struct tally *next = rule->tallies[i]->next;

			free(rule->tallies[i]->key);
			free(rule->tallies[i]);
			rule->tallies[i] = next;
		}
	}
	free(rule->tallies);
	rule->tallies = NULL;
}

static int64_t count_match(struct sim_rule *rule, const char *key)
{
	if (!rule->each_customer)
		return ++rule->matched;
	if (!rule->tallies)
		rule->tallies = sim_allocate(TALLY_SLOTS * sizeof(*rule->tallies));
	struct tally **slot = &rule->tallies[sim_hash(key, 0) % TALLY_SLOTS];
	while (*slot && strcmp((*slot)->key, key) != 0)
		slot = &(*slot)->next;
	if (!*slot) {
		*slot = sim_allocate(sizeof(**slot));
		(*slot)->key = sim_copy(key);
	}
	return ++(*slot)->count;
}

static bool meets(const struct sim_rule *rule, const struct sim_subject *subject)
{
	if (rule->calls && !(rule->calls & 1U << subject->call))
		return false;
	if (rule->method && strcmp(rule->method, subject->method) != 0)
		return false;
	if (rule->external_id &&
	    (!subject->external_id || !sim_glob(rule->external_id, subject->external_id)))
		return false;
	return !rule->path || sim_glob(rule->path, subject->path);
}

const struct sim_action *sim_script_match(struct sim_script *script,
					  const struct sim_subject *subject, int *rule)
{
	const struct sim_action *action = NULL;

	*rule = -1;
	for (size_t i = 0; script && i < script->count; i++) {
		struct sim_rule *candidate = &script->rules[i];

		if (!meets(candidate, subject))
			continue;
		int64_t count =
			count_match(candidate, subject->external_id ? subject->external_id : "");
		if (!action && count >= candidate->nth &&
		    (candidate->times < 0 || count < candidate->nth + candidate->times)) {
			action = &candidate->action;
			*rule = (int)i;
		}
	}
	return action;
}

void sim_script_rewind(struct sim_script *script)
{
	for (size_t i = 0; script && i < script->count; i++) {
		script->rules[i].matched = 0;
		free_tallies(&script->rules[i]);
	}
}

struct sim_script *sim_script_hold(struct sim_script *script)
{
	if (script)
		script->references++;
	return script;
}

static void free_action(struct sim_action *action)
{
	cJSON_Delete(action->headers);
	cJSON_Delete(action->outcome);
	free(action->body);
	free(action->raw);
	free(action->location.text);
	free(action->url.text);
}

void sim_script_release(struct sim_script *script)
{
	if (!script || --script->references > 0)
		return;
	for (size_t i = 0; i < script->count; i++) {
		struct sim_rule *rule = &script->rules[i];

		free(rule->method);
		free(rule->external_id);
		free(rule->path);
		free_tallies(rule);
		free_action(&rule->action);
	}
	free(script->rules);
	free(script);
}
