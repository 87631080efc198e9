#include "render.h"

#include <stdlib.h>
#include <string.h>

static void add_member(struct text *out, const char *name, const char *value)
{
	sim_text_format(out, ",\"%s\":", name);
	sim_text_json(out, value);
}

/* A package's warning, without the name of the package. */
static void add_warnings(struct text *out, const cJSON *warnings, const char *package, bool *any)
{
	for (const cJSON *item = warnings ? warnings->child : NULL; item; item = item->next) {
		const char *name = sim_json_string(item, "package");

		if (!name || strcmp(name, package) != 0)
			continue;
		cJSON *copy = sim_json_duplicate(item);
		cJSON_DeleteItemFromObjectCaseSensitive(copy, "package");
		sim_text_add(out, *any ? "," : ",\"warnings\":[");
		sim_json_add(out, copy);
		cJSON_Delete(copy);
		*any = true;
	}
	if (*any)
		sim_text_add(out, "]");
}

static const char *package_status(const struct sim_customer *customer, bool warned)
{
	if (sim_customer_is_busy(customer))
		return strcmp(customer->status, "deleting") == 0 ? "deleting" : "provisioning";
	if (strcmp(customer->status, "error") == 0)
		return "error";
	/* Degraded: the packages that carry a warning are those that failed. */
	if (strcmp(customer->status, "provisioned_with_errors") == 0 && warned)
		return "error";
	return "provisioned";
}

static void add_license(struct text *out, const struct sim_customer *customer, const char *package)
{
	char *id = sim_make_id("LICENSE", customer->id, sim_hash(package, 0));

	sim_text_add(out, ",\"licenseIds\":[");
	sim_text_json(out, id);
	sim_text_add(out, "]");
	free(id);
}

static void add_details(struct text *out, const struct sim_customer *customer, bool licenses)
{
	sim_text_add(out, ",\"resourceDetails\":{\"packages\":[");
	for (const cJSON *item = customer->packages->child; item; item = item->next) {
		struct text warnings = { 0 };
		bool warned = false;

		add_warnings(&warnings, customer->warnings, item->valuestring, &warned);
		const char *status = package_status(customer, warned);
		sim_text_add(out, item == customer->packages->child ? "{\"name\":" : ",{\"name\":");
		sim_text_json(out, item->valuestring);
		add_member(out, "status", status);
		if (warned)
			sim_text_add_bytes(out, warnings.data, warnings.length);
		if (licenses && strcmp(status, "provisioned") == 0)
			add_license(out, customer, item->valuestring);
		sim_text_add(out, "}");
		sim_text_free(&warnings);
	}
	sim_text_add(out, "]}");
}

void sim_render_customer(struct text *out, const struct sim_customer *customer, bool licenses)
{
	sim_text_add(out, "{\"id\":");
	sim_text_json(out, customer->id);
	if (customer->org_visible)
		add_member(out, "orgId", customer->org_id);
	add_member(out, "externalId", customer->external_id);
	if (customer->address) {
		sim_text_add(out, ",\"address\":");
		sim_json_add(out, customer->address);
	}
	add_member(out, "status", customer->status);
	sim_text_add(out, ",\"packages\":");
	sim_json_add(out, customer->packages);
	if (customer->detailed)
		add_details(out, customer, licenses);
	if (customer->errors) {
		sim_text_add(out, ",\"errors\":");
		sim_json_add(out, customer->errors);
	}
	sim_text_add(out, "}");
}

void sim_render_book(struct text *out, struct sim_customers *customers,
		     const struct sim_customer *customer, int64_t start)
{
	const struct sim_key *key = sim_customers_key(customers, customer->external_id);

	sim_text_add(out, "{\"id\":");
	sim_text_json(out, customer->id);
	add_member(out, "externalId", customer->external_id);
	add_member(out, "orgId", customer->org_id);
	add_member(out, "status", customer->gone ? "gone" : customer->status);
	add_member(out, "subPartnerOrgId", customer->sub_partner);
	sim_text_add(out, ",\"packages\":");
	sim_json_add(out, customer->packages);
	sim_text_add(out, ",\"address\":");
	sim_json_add(out, customer->address);
	sim_text_add(out, ",\"errors\":");
	sim_json_add(out, customer->errors);
	sim_text_format(out, ",\"gone\":%s,\"seeded\":%s", customer->gone ? "true" : "false",
			customer->seeded ? "true" : "false");
	sim_text_format(out, ",\"posts\":%u,\"accepted\":%u,\"updates\":%u,\"deletes\":%u",
			key->posts, key->accepted, customer->updates, customer->deletes);
	sim_text_format(out, ",\"subscribers\":%d",
			customer->subscribers ? cJSON_GetArraySize(customer->subscribers) : 0);
	sim_text_format(out, ",\"createdMs\":%lld", (long long)(customer->created - start));
	if (customer->settled)
		sim_text_format(out, ",\"settledMs\":%lld", (long long)(customer->settled - start));
	if (customer->gone)
		sim_text_format(out, ",\"goneMs\":%lld", (long long)(customer->gone_at - start));
	sim_text_add(out, ",\"body\":");
	sim_text_add(out, customer->body ? customer->body : "null");
	sim_text_add(out, ",\"updateBodies\":[");
	if (customer->update_bodies.length > 0)
		sim_text_add_bytes(out, customer->update_bodies.data,
				   customer->update_bodies.length);
	sim_text_add(out, "]}");
}

static void add_subscriber(struct text *out, const struct sim_customer *customer, const char *email)
{
	char *id = sim_make_id("SUBSCRIBER", email, sim_hash(customer->id, 0));
	char *person = sim_make_id("PEOPLE", email, sim_hash(customer->id, 0));
	const cJSON *package = customer->packages->child;

	sim_text_add(out, "{\"id\":");
	sim_text_json(out, id);
	add_member(out, "personId", person);
	add_member(out, "email", email);
	add_member(out, "customerId", customer->id);
	add_member(out, "externalCustomerId", customer->external_id);
	if (package) {
		add_member(out, "package", package->valuestring);
		sim_text_add(out, ",\"packages\":[");
		sim_text_json(out, package->valuestring);
		sim_text_add(out, "]");
	}
	add_member(out, "status", "provisioned");
	sim_text_add(out, "}");
	free(id);
	free(person);
}

void sim_render_subscribers(struct text *out, struct sim_customers *customers,
			    const char *customer_id, const char *sub_partner, int64_t offset,
			    int64_t max, int64_t now, bool *more)
{
	int64_t seen = 0;
	bool any = false;

	*more = false;
	sim_text_add(out, "{\"items\":[");
	for (size_t i = 0; i < customers->count; i++) {
		struct sim_customer *customer = customers->items[i];

		if (customer_id && strcmp(customer_id, customer->id) != 0)
			continue;
		sim_customers_advance(customers, customer, now);
		if (customer->gone || !customer->subscribers ||
		    (sub_partner &&
		     (!customer->sub_partner || strcmp(customer->sub_partner, sub_partner) != 0)))
			continue;
		for (const cJSON *item = customer->subscribers->child; item; item = item->next) {
			if (seen++ < offset)
				continue;
			if (seen > offset + max) {
				*more = true;
				break;
			}
			if (any)
				sim_text_add(out, ",");
			add_subscriber(out, customer, item->valuestring);
			any = true;
		}
	}
	sim_text_add(out, "]}");
}
