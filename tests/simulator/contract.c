#include "contract.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum kind {
	TEXT,
	OBJECT,
	PACKAGES,
	NUMBER
};

enum rule {
	ANY,
	LINE,
	COUNTRY,
	NAME,
	EMAIL
};

struct field {
	const char *name;
	enum kind kind;
	bool required;
	enum rule rule;
	const struct field *fields;
};

static const struct field address_fields[] = {
	{ "addressLine1", TEXT, true, LINE, NULL },
	{ "addressLine2", TEXT, false, LINE, NULL },
	{ "city", TEXT, true, ANY, NULL },
	{ "stateOrProvince", TEXT, false, ANY, NULL },
	{ "zipOrPostalCode", TEXT, false, ANY, NULL },
	{ "country", TEXT, true, COUNTRY, NULL },
	{ 0 },
};

static const struct field location_fields[] = {
	{ "name", TEXT, true, ANY, NULL },
	{ "address", OBJECT, true, ANY, address_fields },
	{ "timezone", TEXT, true, ANY, NULL },
	{ "language", TEXT, true, ANY, NULL },
	{ "emergencyLocationIdentifier", TEXT, false, ANY, NULL },
	{ 0 },
};

static const struct field calling_fields[] = {
	{ "location", OBJECT, true, ANY, location_fields },
	{ 0 },
};

static const struct field meetings_fields[] = {
	{ "timezone", TEXT, false, ANY, NULL },
	{ 0 },
};

static const struct field limit_fields[] = {
	{ "webex_calling", NUMBER, false, ANY, NULL },
	{ "common_area_calling", NUMBER, false, ANY, NULL },
	{ "webex_meetings", NUMBER, false, ANY, NULL },
	{ "webex_suite", NUMBER, false, ANY, NULL },
	{ "webex_voice", NUMBER, false, ANY, NULL },
	{ "cx_essentials", NUMBER, false, ANY, NULL },
	{ "webex_calling_standard", NUMBER, false, ANY, NULL },
	{ "attendant_console", NUMBER, false, ANY, NULL },
	{ 0 },
};

static const struct field package_fields[] = {
	{ "limits", OBJECT, false, ANY, limit_fields },
	{ 0 },
};

static const struct field parameter_fields[] = {
	{ "calling", OBJECT, false, ANY, calling_fields },
	{ "meetings", OBJECT, false, ANY, meetings_fields },
	{ "packages", OBJECT, false, ANY, package_fields },
	{ 0 },
};

static const struct field info_fields[] = {
	{ "name", TEXT, true, NAME, NULL },
	{ "primaryEmail", TEXT, true, EMAIL, NULL },
	{ "language", TEXT, false, ANY, NULL },
	{ 0 },
};

/* The precheck's customerInfo has no language, and needs no name. */
static const struct field precheck_info_fields[] = {
	{ "name", TEXT, false, NAME, NULL },
	{ "primaryEmail", TEXT, true, EMAIL, NULL },
	{ 0 },
};

static const struct field provision_fields[] = {
	{ "provisioningId", TEXT, true, ANY, NULL },
	{ "packages", PACKAGES, true, ANY, NULL },
	{ "externalId", TEXT, true, ANY, NULL },
	{ "orgId", TEXT, false, ANY, NULL },
	{ "address", OBJECT, true, ANY, address_fields },
	{ "customerInfo", OBJECT, false, ANY, info_fields },
	{ "provisioningParameters", OBJECT, false, ANY, parameter_fields },
	{ "subPartnerAdminEmail", TEXT, false, EMAIL, NULL },
	{ 0 },
};

static const struct field update_fields[] = {
	{ "externalId", TEXT, false, ANY, NULL },
	{ "packages", PACKAGES, true, ANY, NULL },
	{ "address", OBJECT, false, ANY, address_fields },
	{ "provisioningParameters", OBJECT, false, ANY, parameter_fields },
	{ "subPartnerAdminEmail", TEXT, false, EMAIL, NULL },
	{ 0 },
};

static const struct field validate_fields[] = {
	{ "provisioningId", TEXT, false, ANY, NULL },
	{ "packages", PACKAGES, false, ANY, NULL },
	{ "externalId", TEXT, false, ANY, NULL },
	{ "orgId", TEXT, false, ANY, NULL },
	{ "address", OBJECT, true, ANY, address_fields },
	{ "customerInfo", OBJECT, false, ANY, precheck_info_fields },
	{ "provisioningParameters", OBJECT, false, ANY, parameter_fields },
	{ 0 },
};

struct package {
	const char *name;
	bool calling;
	/* Any one of these must be there too; empty: none. */
	const char *needs[8];
};

static const struct package packages[] = {
	{ "common_area_calling", true, { 0 } },
	{ "webex_calling", true, { 0 } },
	{ "webex_meetings", false, { 0 } },
	{ "webex_suite", true, { 0 } },
	{ "webex_voice", true, { 0 } },
	{ "cx_essentials", true, { 0 } },
	{ "webex_calling_standard", true, { 0 } },
	{ "cisco_calling_plan",
	  false,
	  { "common_area_calling", "webex_calling", "webex_suite", "webex_voice", "cx_essentials",
	    "webex_calling_standard" } },
	{ "attendant_console",
	  false,
	  { "webex_calling", "webex_suite", "cx_essentials", "webex_voice" } },
	{ "cx_premium_agent", false, { 0 } },
	{ "cx_standard_agent", false, { 0 } },
	{ "cx_voice_ports", false, { 0 } },
	{ "cx_ai_assistant", false, { 0 } },
	{ "webex_ai_agent", false, { 0 } },
};

static const struct package *find_package(const char *name)
{
	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
		if (strcmp(packages[i].name, name) == 0)
			return &packages[i];
	return NULL;
}

bool sim_contract_is_calling(const char *name)
{
	const struct package *package = find_package(name);

	return package && package->calling;
}

bool sim_contract_is_package(const char *name)
{
	return find_package(name) != NULL;
}

__attribute__((format(printf, 5, 6))) static void complain(struct sim_problems *problems, int code,
							   const char *path, const char *name,
							   const char *format, ...)
{
	va_list list;

	if (problems->count == SIM_CONTRACT_PROBLEMS)
		return;
	struct sim_problem *problem = &problems->items[problems->count++];
	problem->code = code;
	(void)snprintf(problem->field, sizeof(problem->field), "%s%s%.60s", path, *path ? "." : "",
		       name);
	va_start(list, format);
	(void)vsnprintf(problem->description, sizeof(problem->description), format, list);
	va_end(list);
}

static size_t count_characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void judge_text(const struct field *field, const char *path, const char *value,
		       struct sim_problems *problems)
{
	if (!*value && field->required)
		complain(problems, 1001, path, field->name, "%s may not be empty.", field->name);
	else if (field->rule == LINE && count_characters(value) > 50)
		complain(problems, 1002, path, field->name, "%s is longer than 50 characters.",
			 field->name);
	else if (field->rule == COUNTRY && strlen(value) != 2)
		complain(problems, 1002, path, field->name, "%s must have exactly 2 letters.",
			 field->name);
	else if (field->rule == COUNTRY && !(is_letter(value[0]) && is_letter(value[1])))
		complain(problems, 0, path, field->name, "%s must have exactly 2 letters.",
			 field->name);
	else if (field->rule == NAME && strchr(value, '%'))
		complain(problems, 0, path, field->name, "%s may not contain %%.", field->name);
	else if (field->rule == EMAIL && !strchr(value, '@'))
		complain(problems, 0, path, field->name, "%s is no e-mail address.", field->name);
}

static bool has_package(const cJSON *list, const char *name)
{
	for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
		if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
			return true;
	return false;
}

static void judge_packages(const cJSON *list, const char *path, struct sim_problems *problems)
{
	for (const cJSON *item = list->child; item; item = item->next) {
		const char *name = item->valuestring;

		if (!cJSON_IsString(item)) {
			complain(problems, 0, path, "packages",
				 "packages must be a list of texts.");
			continue;
		}
		const struct package *package = find_package(name);
		if (!package) {
			complain(problems, 0, path, "packages", "Unknown package '%.80s'.", name);
			continue;
		}
		for (const cJSON *other = list->child; other != item; other = other->next) {
			if (cJSON_IsString(other) && strcmp(other->valuestring, name) == 0) {
				complain(problems, 0, path, "packages",
					 "Package '%s' is listed twice.", name);
				break;
			}
		}
		bool met = !package->needs[0];
		for (size_t i = 0; i < 8 && package->needs[i]; i++)
			met = met || has_package(list, package->needs[i]);
		if (!met)
			complain(problems, 0, path, "packages",
				 "Package '%s' is dependent on a package that is not listed.",
				 name);
	}
}

static void judge_object(const struct field *fields, const char *path, const cJSON *object,
			 struct sim_problems *problems);

static void judge_field(const struct field *field, const char *path, const cJSON *item,
			struct sim_problems *problems)
{
	char inner[120];

	switch (field->kind) {
	case TEXT:
		if (cJSON_IsString(item))
			judge_text(field, path, item->valuestring, problems);
		else
			complain(problems, 0, path, field->name, "%s must be a text.", field->name);
		break;
	case NUMBER:
		if (!cJSON_IsNumber(item))
			complain(problems, 0, path, field->name, "%s must be a number.",
				 field->name);
		break;
	case PACKAGES:
		if (cJSON_IsArray(item))
			judge_packages(item, path, problems);
		else
			complain(problems, 0, path, field->name, "%s must be a list.", field->name);
		break;
	case OBJECT:
		(void)snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? "." : "", field->name);
		if (cJSON_IsObject(item))
			judge_object(field->fields, inner, item, problems);
		else
			complain(problems, 0, path, field->name, "%s must be an object.",
				 field->name);
		break;
	}
}

static void judge_object(const struct field *fields, const char *path, const cJSON *object,
			 struct sim_problems *problems)
{
	for (const cJSON *item = object->child; item; item = item->next) {
		const struct field *field = fields;

		while (field->name && strcmp(field->name, item->string) != 0)
			field++;
		if (field->name)
			judge_field(field, path, item, problems);
		else
			complain(problems, 0, path, item->string, "Unknown field '%.80s'.",
				 item->string);
	}
	for (const struct field *field = fields; field->name; field++)
		if (field->required && !sim_json_get(object, field->name))
			complain(problems, 1001, path, field->name, "%s is mandatory.",
				 field->name);
}

static bool wants_location(const cJSON *list)
{
	for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
		if (cJSON_IsString(item) && sim_contract_is_calling(item->valuestring))
			return true;
	return false;
}

void sim_contract_judge(enum sim_body kind, const cJSON *body, bool has_location,
			struct sim_problems *problems)
{
	static const struct field *const shapes[] = { provision_fields, update_fields,
						      validate_fields };

	problems->count = 0;
	if (!cJSON_IsObject(body)) {
		complain(problems, 0, "", "", "The body must be a JSON object.");
		return;
	}
	judge_object(shapes[kind], "", body, problems);
	if (kind == SIM_BODY_VALIDATE)
		return;
	const cJSON *list = sim_json_get(body, "packages");
	if (kind == SIM_BODY_PROVISION) {
		if (cJSON_IsArray(list) && !list->child)
			complain(problems, 0, "", "packages", "At least one package is needed.");
		if (!sim_json_get(body, "orgId") && !sim_json_get(body, "customerInfo"))
			complain(problems, 1001, "", "customerInfo",
				 "customerInfo is mandatory for a new customer.");
	}
	const cJSON *calling =
		sim_json_get(sim_json_get(body, "provisioningParameters"), "calling");
	if (wants_location(list) && !calling && !(kind == SIM_BODY_UPDATE && has_location))
		complain(problems, 1001, "provisioningParameters", "calling",
			 "provisioningParameters.calling is mandatory for calling packages.");
}

void sim_contract_answer(const struct sim_problems *problems, const char *tracking,
			 struct text *out)
{
	sim_text_add(out, "{\"message\":");
	sim_text_json(out, problems->items[0].description);
	sim_text_add(out, ",\"errors\":[");
	for (size_t i = 0; i < problems->count; i++) {
		const struct sim_problem *problem = &problems->items[i];

		sim_text_add(out, i ? ",{\"description\":" : "{\"description\":");
		sim_text_json(out, problem->description);
		if (problem->code)
			sim_text_format(out, ",\"errorCode\":%d", problem->code);
		if (problem->field[0]) {
			sim_text_add(out, ",\"fieldName\":");
			sim_text_json(out, problem->field);
		}
		sim_text_add(out, "}");
	}
	sim_text_add(out, "],\"trackingId\":");
	sim_text_json(out, tracking);
	sim_text_add(out, "}");
}
