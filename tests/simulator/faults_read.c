#include "faults_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES_MAX     10000
#define BODY_FILE_MAX ((size_t)16 * 1024 * 1024)
#define TIME_MAX      86400000

struct source {
	const char *folder;
	size_t rule;
	char *problem;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct source *source, const char *format,
							 ...)
{
	va_list list;
	char what[160];

	va_start(list, format);
	(void)vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	(void)snprintf(source->problem, SIM_PROBLEM, "rule %zu: %s", source->rule + 1, what);
	return false;
}

static bool read_text(struct source *source, const cJSON *from, const char *name, char **place)
{
	const cJSON *item = sim_json_get(from, name);

	if (!item)
		return true;
	if (!cJSON_IsString(item))
		return refuse(source, "%s must be a text", name);
	*place = sim_copy(item->valuestring);
	return true;
}

static bool read_number(struct source *source, const cJSON *from, const char *name, int64_t maximum,
			int64_t *place)
{
	const cJSON *item = sim_json_get(from, name);

	if (item && !sim_json_number(item, maximum, place))
		return refuse(source, "%s must be a whole number from 0 to %lld", name,
			      (long long)maximum);
	return true;
}

static bool read_flag(struct source *source, const cJSON *from, const char *name, bool *place)
{
	const cJSON *item = sim_json_get(from, name);

	if (item && !cJSON_IsBool(item))
		return refuse(source, "%s must be true or false", name);
	if (item)
		*place = cJSON_IsTrue(item);
	return true;
}

/* A word out of a NULL-ended list; its place from 1 goes to `place`. */
static bool read_choice(struct source *source, const cJSON *from, const char *name,
			const char *const *words, unsigned *place)
{
	const cJSON *item = sim_json_get(from, name);

	if (!item)
		return true;
	for (unsigned i = 0; cJSON_IsString(item) && words[i]; i++) {
		if (strcmp(words[i], item->valuestring) == 0) {
			*place = i + 1;
			return true;
		}
	}
	return refuse(source, "%s has an unknown value", name);
}

static bool read_replace(struct source *source, const cJSON *from, const char *name,
			 struct sim_replace *place)
{
	const cJSON *item = sim_json_get(from, name);

	if (cJSON_IsFalse(item)) {
		place->absent = true;
		return true;
	}
	return read_text(source, from, name, &place->text);
}

static bool add_call(struct source *source, struct sim_rule *rule, const cJSON *item)
{
	for (unsigned i = 0; cJSON_IsString(item) && i < SIM_CALLS; i++) {
		if (strcmp(sim_call_names[i], item->valuestring) == 0) {
			rule->calls |= 1U << i;
			return true;
		}
	}
	return refuse(source, "unknown call %s", cJSON_IsString(item) ? item->valuestring : "");
}

static bool read_when(struct source *source, const cJSON *when, struct sim_rule *rule)
{
	static const char *const known[] = { "call", "method", "externalId", "path",
					     "nth",  "times",  "each",       NULL };
	static const char *const each[] = { "customer", NULL };
	unsigned each_choice = 0;

	rule->nth = 1;
	rule->times = -1;
	if (!when)
		return true;
	if (!cJSON_IsObject(when))
		return refuse(source, "when must be an object");
	const char *stranger = sim_json_stranger(when, known);
	if (stranger)
		return refuse(source, "unknown key %.60s in when", stranger);
	const cJSON *call = sim_json_get(when, "call");
	if (cJSON_IsArray(call)) {
		for (const cJSON *item = call->child; item; item = item->next)
			if (!add_call(source, rule, item))
				return false;
	} else if (call && !add_call(source, rule, call)) {
		return false;
	}
	if (sim_json_get(when, "nth"))
		rule->times = 1;
	if (!read_text(source, when, "method", &rule->method) ||
	    !read_text(source, when, "externalId", &rule->external_id) ||
	    !read_text(source, when, "path", &rule->path) ||
	    !read_number(source, when, "nth", 1000000000, &rule->nth) ||
	    !read_number(source, when, "times", 1000000000, &rule->times) ||
	    !read_choice(source, when, "each", each, &each_choice))
		return false;
	rule->each_customer = each_choice == 1;
	return rule->nth > 0 ? true : refuse(source, "nth counts from 1");
}

static bool read_body_file(struct source *source, const cJSON *from, char **place)
{
	const char *name = sim_json_string(from, "bodyFile");
	struct text path = { 0 };

	if (!sim_json_get(from, "bodyFile"))
		return true;
	if (!name || !source->folder)
		return refuse(source, "bodyFile is a file name, and only for --script");
	sim_text_format(&path, "%s/%s", *name == '/' ? "" : source->folder, name);
	FILE *file = fopen(path.data, "re");
	sim_text_free(&path);
	if (!file)
		return refuse(source, "bodyFile %.80s can't be read", name);
	char *bytes = sim_allocate(BODY_FILE_MAX + 1);
	size_t length = fread(bytes, 1, BODY_FILE_MAX, file);
	(void)fclose(file);
	free(*place);
	*place = sim_copy_bytes(bytes, length);
	free(bytes);
	return true;
}

static bool is_status(const cJSON *item)
{
	return cJSON_IsString(item) && *item->valuestring;
}

static bool check_outcome(struct source *source, const cJSON *outcome)
{
	static const char *const known[] = {
		"status", "ms", "through", "errors", "warnings", NULL
	};
	static const char *const step_keys[] = { "status", "ms", NULL };
	int64_t ms = 0;

	if (!cJSON_IsObject(outcome) || sim_json_stranger(outcome, known))
		return refuse(source, "outcome is {status, ms, through, errors, warnings}");
	if (sim_json_get(outcome, "status") && !is_status(sim_json_get(outcome, "status")))
		return refuse(source, "outcome.status must be a text");
	if (!read_number(source, outcome, "ms", TIME_MAX, &ms))
		return false;
	for (int i = 0; i < 2; i++) {
		const cJSON *list = sim_json_get(outcome, i ? "errors" : "warnings");

		if (list && !cJSON_IsArray(list))
			return refuse(source, "outcome's errors and warnings are lists");
		for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
			if (!cJSON_IsObject(item))
				return refuse(source, "outcome's errors and warnings hold objects");
	}
	const cJSON *through = sim_json_get(outcome, "through");
	if (through && !cJSON_IsArray(through))
		return refuse(source, "outcome.through is a list");
	for (const cJSON *step = through ? through->child : NULL; step; step = step->next) {
		if (!cJSON_IsObject(step) || sim_json_stranger(step, step_keys) ||
		    !is_status(sim_json_get(step, "status")))
			return refuse(source, "outcome.through holds {status, ms}");
		if (!read_number(source, step, "ms", TIME_MAX, &ms))
			return false;
	}
	return true;
}

static bool read_parts(struct source *source, const cJSON *from, struct sim_action *action)
{
	const cJSON *headers = sim_json_get(from, "headers");
	const cJSON *body = sim_json_get(from, "body");
	const cJSON *outcome = sim_json_get(from, "outcome");

	if (headers && !cJSON_IsObject(headers))
		return refuse(source, "headers must be an object");
	for (const cJSON *item = headers ? headers->child : NULL; item; item = item->next)
		if (!cJSON_IsString(item) || strpbrk(item->valuestring, "\r\n"))
			return refuse(source, "headers hold one-line texts");
	action->headers = sim_json_duplicate(headers);
	if (cJSON_IsString(body)) {
		action->body = sim_copy(body->valuestring);
	} else if (body) {
		struct text printed = { 0 };

		sim_json_add(&printed, body);
		action->body = sim_text_take(&printed);
	}
	if (outcome && !check_outcome(source, outcome))
		return false;
	action->outcome = sim_json_duplicate(outcome);
	return read_body_file(source, from, &action->body);
}

static bool read_do(struct source *source, const cJSON *from, struct sim_action *action)
{
	static const char *const known[] = {
		"status",  "headers",  "body",       "bodyFile", "work",         "drop", "reset",
		"raw",     "truncate", "truncateAt", "delay",    "delayAfter",   "drip", "huge",
		"chunked", "outcome",  "location",   "url",      "expireTokens", NULL,
	};
	static const char *const drip_keys[] = { "bytes", "ms", NULL };
	static const char *const drops[] = { "before", "after", NULL };
	static const char *const cuts[] = { "headers", "body", NULL };
	unsigned drop = 0;
	unsigned cut = 0;

	if (!cJSON_IsObject(from))
		return refuse(source, "do must be an object");
	const char *stranger = sim_json_stranger(from, known);
	if (stranger)
		return refuse(source, "unknown key %.60s in do", stranger);
	action->truncate_at = -1;
	if (!read_number(source, from, "status", 999, &action->status) ||
	    !read_parts(source, from, action) || !read_choice(source, from, "drop", drops, &drop) ||
	    !read_flag(source, from, "reset", &action->reset) ||
	    !read_text(source, from, "raw", &action->raw) ||
	    !read_choice(source, from, "truncate", cuts, &cut) ||
	    !read_number(source, from, "truncateAt", 1000000000, &action->truncate_at) ||
	    !read_number(source, from, "delay", TIME_MAX, &action->delay) ||
	    !read_number(source, from, "delayAfter", TIME_MAX, &action->delay_after) ||
	    !read_number(source, from, "huge", 10000000000, &action->huge) ||
	    !read_flag(source, from, "chunked", &action->chunked) ||
	    !read_replace(source, from, "location", &action->location) ||
	    !read_replace(source, from, "url", &action->url) ||
	    !read_flag(source, from, "expireTokens", &action->expire_tokens))
		return false;
	const cJSON *drip = sim_json_get(from, "drip");
	if (drip) {
		action->drip_bytes = 1;
		if (!cJSON_IsObject(drip) || sim_json_stranger(drip, drip_keys))
			return refuse(source, "drip is {bytes, ms}");
		if (!read_number(source, drip, "bytes", 1000000, &action->drip_bytes) ||
		    !read_number(source, drip, "ms", TIME_MAX, &action->drip_ms))
			return false;
		if (action->drip_bytes == 0)
			return refuse(source, "drip.bytes must be at least 1");
	}
	if (action->status > 0 && action->status < 200)
		return refuse(source, "status must be at least 200");
	action->drop = (enum sim_drop)drop;
	action->truncate = (enum sim_truncate)cut;
	action->work = !action->status && !action->raw && action->drop != SIM_DROP_BEFORE;
	return read_flag(source, from, "work", &action->work);
}

struct sim_script *sim_script_read(const char *text, size_t length, const char *folder,
				   char problem[SIM_PROBLEM])
{
	static const char *const outer[] = { "rules", NULL };
	static const char *const known[] = { "when", "do", "comment", NULL };
	struct source source = { .folder = folder, .problem = problem };
	cJSON *tree = sim_json_parse(text, length, problem);

	if (!tree)
		return NULL;
	const cJSON *list = tree;
	if (cJSON_IsObject(tree) && !sim_json_stranger(tree, outer))
		list = sim_json_get(tree, "rules");
	struct sim_script *script = sim_allocate(sizeof(*script));
	script->references = 1;
	bool good = cJSON_IsArray(list);
	int count = good ? cJSON_GetArraySize(list) : 0;
	if (!good || count > RULES_MAX) {
		(void)snprintf(problem, SIM_PROBLEM, "a script is a list of at most %d rules",
			       RULES_MAX);
		good = false;
	}
	script->rules = sim_allocate((size_t)count * sizeof(*script->rules));
	for (const cJSON *item = good ? list->child : NULL; item && good; item = item->next) {
		struct sim_rule *rule = &script->rules[script->count++];

		source.rule = script->count - 1;
		if (!cJSON_IsObject(item) || sim_json_stranger(item, known))
			good = refuse(&source, "a rule is {\"when\": {...}, \"do\": {...}}");
		else
			good = read_when(&source, sim_json_get(item, "when"), rule) &&
			       read_do(&source, sim_json_get(item, "do"), &rule->action);
	}
	cJSON_Delete(tree);
	if (good)
		return script;
	sim_script_release(script);
	return NULL;
}
