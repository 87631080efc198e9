#include "customers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 65536

void sim_customers_init(struct sim_customers *customers)
{
	*customers = (struct sim_customers){ .provision_time = 50 };
	customers->by_id = sim_allocate(SLOTS * sizeof(*customers->by_id));
	customers->by_external = sim_allocate(SLOTS * sizeof(*customers->by_external));
	customers->keys = sim_allocate(SLOTS * sizeof(*customers->keys));
}

static void end_job(struct sim_job *job)
{
	for (size_t i = 0; i < job->count; i++)
		free(job->steps[i].status);
	free(job->final);
	cJSON_Delete(job->errors);
	cJSON_Delete(job->warnings);
	*job = (struct sim_job){ 0 };
}

static void free_customer(struct sim_customer *customer)
{
	if (!customer)
		return;
	free(customer->id);
	free(customer->org_id);
	free(customer->external_id);
	free(customer->sub_partner);
	free(customer->status);
	cJSON_Delete(customer->packages);
	cJSON_Delete(customer->address);
	cJSON_Delete(customer->errors);
	cJSON_Delete(customer->warnings);
	cJSON_Delete(customer->subscribers);
	end_job(&customer->job);
	free(customer->body);
	sim_text_free(&customer->update_bodies);
	free(customer);
}

void sim_customers_free(struct sim_customers *customers)
{
	for (size_t i = 0; i < customers->count; i++)
		free_customer(customers->items[i]);
	for (size_t i = 0; customers->keys && i < SLOTS; i++) {
		while (customers->keys[i]) {
			struct sim_key *next = customers->keys[i]->next;

			free(customers->keys[i]->external_id);
			free(customers->keys[i]);
			customers->keys[i] = next;
		}
	}
	free(customers->items);
	free(customers->by_id);
	free(customers->by_external);
	free(customers->keys);
	*customers = (struct sim_customers){ 0 };
}

char *sim_make_id(const char *type, const char *text, uint64_t number)
{
	struct text uri = { 0 };
	struct text out = { 0 };
	uint64_t high = sim_hash(text, number * 2 + 1);
	uint64_t low = sim_hash(text, high);

	sim_text_format(&uri, "ciscospark://us/%s/%08x-%04x-4%03x-%04x-%012llx", type,
			(unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
			(unsigned)(high & 0xfff), (unsigned)((low >> 48 & 0x3fff) | 0x8000),
			(unsigned long long)(low & 0xffffffffffffu));
	sim_text_base64url(&out, uri.data, uri.length);
	sim_text_free(&uri);
	return sim_text_take(&out);
}

struct sim_key *sim_customers_key(struct sim_customers *customers, const char *external_id)
{
	struct sim_key **slot = &customers->keys[sim_hash(external_id, 0) % SLOTS];

	while (*slot && strcmp((*slot)->external_id, external_id) != 0)
		slot = &(*slot)->next;
	if (!*slot) {
		*slot = sim_allocate(sizeof(**slot));
		(*slot)->external_id = sim_copy(external_id);
	}
	return *slot;
}

static void count_live(struct sim_customers *customers, const char *external_id, bool more)
{
	struct sim_key *key = sim_customers_key(customers, external_id);

	if (more)
		key->live++;
	else
		key->live--;
	if (key->live > key->most_live)
		key->most_live = key->live;
}

static void link_external(struct sim_customers *customers, struct sim_customer *customer)
{
	struct sim_customer **slot =
		&customers->by_external[sim_hash(customer->external_id, 0) % SLOTS];

	while (*slot)
		slot = &(*slot)->next_external;
	*slot = customer;
	customer->next_external = NULL;
	count_live(customers, customer->external_id, true);
}

/* Those that are gone are found by id alone. */
static void unlink_external(struct sim_customers *customers, struct sim_customer *customer)
{
	struct sim_customer **slot =
		&customers->by_external[sim_hash(customer->external_id, 0) % SLOTS];

	while (*slot && *slot != customer)
		slot = &(*slot)->next_external;
	if (*slot)
		*slot = customer->next_external;
	count_live(customers, customer->external_id, false);
}

static void set_status(struct sim_customer *customer, const char *status)
{
	if (customer->status && strcmp(customer->status, status) == 0)
		return;
	free(customer->status);
	customer->status = sim_copy(status);
}

bool sim_customer_is_busy(const struct sim_customer *customer)
{
	return strcmp(customer->status, "provisioned") != 0 &&
	       strcmp(customer->status, "provisioned_with_errors") != 0 &&
	       strcmp(customer->status, "error") != 0;
}

static void vanish(struct sim_customers *customers, struct sim_customer *customer, int64_t now)
{
	if (customer->gone)
		return;
	customer->gone = true;
	customer->gone_at = now;
	unlink_external(customers, customer);
}

void sim_customers_advance(struct sim_customers *customers, struct sim_customer *customer,
			   int64_t now)
{
	struct sim_job *job = &customer->job;

	while (job->at < job->count && job->steps[job->at].until <= now)
		job->at++;
	if (job->count == 0)
		return;
	if (job->at < job->count) {
		set_status(customer, job->steps[job->at].status);
		return;
	}
	int64_t ended = job->steps[job->count - 1].until;
	if (strcmp(job->final, "gone") == 0) {
		vanish(customers, customer, ended);
	} else {
		set_status(customer, job->final);
		cJSON_Delete(customer->errors);
		cJSON_Delete(customer->warnings);
		customer->errors = job->errors;
		customer->warnings = job->warnings;
		job->errors = NULL;
		job->warnings = NULL;
		customer->detailed = true;
		customer->settled = ended;
		if (strncmp(job->final, "provisioned", 11) == 0)
			customer->org_visible = true;
	}
	end_job(job);
}

struct sim_customer *sim_customers_find(struct sim_customers *customers, const char *id,
					int64_t now)
{
	struct sim_customer *customer = customers->by_id[sim_hash(id, 0) % SLOTS];

	while (customer && strcmp(customer->id, id) != 0)
		customer = customer->next_id;
	if (customer)
		sim_customers_advance(customers, customer, now);
	return customer;
}

struct sim_customer *sim_customers_find_external(struct sim_customers *customers,
						 const char *external_id,
						 const struct sim_customer *except, int64_t now)
{
	struct sim_customer *customer = customers->by_external[sim_hash(external_id, 0) % SLOTS];

	while (customer) {
		/* Moving on may unlink it. */
		struct sim_customer *next = customer->next_external;

		if (customer != except && strcmp(customer->external_id, external_id) == 0) {
			sim_customers_advance(customers, customer, now);
			if (!customer->gone)
				return customer;
		}
		customer = next;
	}
	return NULL;
}

static void add_step(struct sim_job *job, const char *status, int64_t until)
{
	if (job->count == SIM_STEPS_MAX)
		return;
	job->steps[job->count].status = sim_copy(status);
	job->steps[job->count].until = until;
	job->count++;
}

static void start_job(const struct sim_customers *customers, struct sim_customer *customer,
		      const char *busy, const char *final, const cJSON *outcome, int64_t now)
{
	struct sim_job *job = &customer->job;
	int64_t ms = customers->provision_time;
	const char *wanted = sim_json_string(outcome, "status");
	const cJSON *through = sim_json_get(outcome, "through");

	end_job(job);
	(void)sim_json_number(sim_json_get(outcome, "ms"), INT32_MAX, &ms);
	add_step(job, busy, now + ms);
	int64_t end = now + ms;
	for (const cJSON *step = through ? through->child : NULL; step; step = step->next) {
		ms = customers->provision_time;
		(void)sim_json_number(sim_json_get(step, "ms"), INT32_MAX, &ms);
		end += ms;
		add_step(job, sim_json_string(step, "status"), end);
	}
	job->final = sim_copy(wanted ? wanted : final);
	job->errors = sim_json_duplicate(sim_json_get(outcome, "errors"));
	job->warnings = sim_json_duplicate(sim_json_get(outcome, "warnings"));
	cJSON_Delete(customer->errors);
	customer->errors = NULL;
	set_status(customer, busy);
}

static void add_customer(struct sim_customers *customers, struct sim_customer *customer)
{
	if (customers->count == customers->capacity) {
		customers->capacity = customers->capacity ? customers->capacity * 2 : 256;
		customers->items = sim_reallocate(
			customers->items, customers->capacity * sizeof(struct sim_customer *));
	}
	customers->items[customers->count++] = customer;
	struct sim_customer **slot = &customers->by_id[sim_hash(customer->id, 0) % SLOTS];
	customer->next_id = *slot;
	*slot = customer;
	link_external(customers, customer);
}

static struct sim_customer *make_customer(struct sim_customers *customers, const char *external_id)
{
	struct sim_customer *customer = sim_allocate(sizeof(*customer));
	struct sim_key *key = sim_customers_key(customers, external_id);

	/* The same customers get the same ids in every run, in whatever order they come. */
	key->accepted++;
	customer->external_id = sim_copy(external_id);
	customer->id = sim_make_id("ENTERPRISE", external_id, key->accepted);
	customer->org_id = sim_make_id("ORGANIZATION", external_id, key->accepted);
	return customer;
}

struct sim_customer *sim_customers_create(struct sim_customers *customers, const cJSON *body,
					  const char *text, size_t length, const char *sub_partner,
					  const cJSON *outcome, int64_t now)
{
	const char *external_id = sim_json_string(body, "externalId");
	const char *org_id = sim_json_string(body, "orgId");
	struct text kept = { 0 };

	if (customers->count >= SIM_CUSTOMERS_MAX || !external_id)
		return NULL;
	struct sim_customer *customer = make_customer(customers, external_id);
	if (org_id) {
		free(customer->org_id);
		customer->org_id = sim_copy(org_id);
	}
	customer->sub_partner = sim_copy(sub_partner);
	customer->packages = sim_json_duplicate(sim_json_get(body, "packages"));
	customer->address = sim_json_duplicate(sim_json_get(body, "address"));
	customer->has_location =
		sim_json_get(sim_json_get(body, "provisioningParameters"), "calling") != NULL;
	sim_json_minify(&kept, text, length);
	customer->body = sim_text_take(&kept);
	customer->created = now;
	customer->visible = now + customers->visible_after;
	start_job(customers, customer, "provisioning", "provisioned", outcome, now);
	add_customer(customers, customer);
	return customer;
}

static void replace_tree(cJSON **place, const cJSON *item)
{
	cJSON *copy = sim_json_duplicate(item);

	cJSON_Delete(*place);
	*place = copy;
}

static void rename_customer(struct sim_customers *customers, struct sim_customer *customer,
			    const char *external_id)
{
	if (strcmp(customer->external_id, external_id) == 0)
		return;
	if (!customer->gone)
		unlink_external(customers, customer);
	free(customer->external_id);
	customer->external_id = sim_copy(external_id);
	if (!customer->gone)
		link_external(customers, customer);
}

void sim_customers_update(struct sim_customers *customers, struct sim_customer *customer,
			  const cJSON *body, const char *text, size_t length, const cJSON *outcome,
			  int64_t now)
{
	const char *external_id = sim_json_string(body, "externalId");

	replace_tree(&customer->packages, sim_json_get(body, "packages"));
	if (sim_json_get(body, "address"))
		replace_tree(&customer->address, sim_json_get(body, "address"));
	if (sim_json_get(sim_json_get(body, "provisioningParameters"), "calling"))
		customer->has_location = true;
	if (external_id)
		rename_customer(customers, customer, external_id);
	if (customer->update_bodies.length + length < SIM_UPDATES_KEPT) {
		if (customer->update_bodies.length > 0)
			sim_text_add(&customer->update_bodies, ",");
		sim_json_minify(&customer->update_bodies, text, length);
	}
	customer->updates++;
	start_job(customers, customer, "updating", "provisioned", outcome, now);
}

void sim_customers_delete(struct sim_customers *customers, struct sim_customer *customer,
			  const cJSON *outcome, int64_t now)
{
	customer->deletes++;
	start_job(customers, customer, "deleting", "gone", outcome, now);
}

static bool read_subscribers(struct sim_customer *customer, const cJSON *item)
{
	int64_t number = 0;

	if (cJSON_IsArray(item)) {
		for (const cJSON *child = item->child; child; child = child->next)
			if (!cJSON_IsString(child))
				return false;
		replace_tree(&customer->subscribers, item);
		return true;
	}
	if (!sim_json_number(item, 100000, &number))
		return false;
	cJSON_Delete(customer->subscribers);
	customer->subscribers = cJSON_CreateArray();
	for (int64_t i = 0; i < number; i++) {
		char address[64];

		(void)snprintf(address, sizeof(address), "person%lld@example.com",
			       (long long)i + 1);
		(void)cJSON_AddItemToArray(customer->subscribers, cJSON_CreateString(address));
	}
	return true;
}

static bool is_list_of(const cJSON *item, bool (*is)(const cJSON *))
{
	if (!cJSON_IsArray(item))
		return false;
	for (const cJSON *child = item->child; child; child = child->next)
		if (!is(child))
			return false;
	return true;
}

static bool is_text(const cJSON *item)
{
	return cJSON_IsString(item) != 0;
}

static bool is_object(const cJSON *item)
{
	return cJSON_IsObject(item) != 0;
}

bool sim_customers_patch(struct sim_customers *customers, struct sim_customer *customer,
			 const cJSON *patch, int64_t now, char problem[SIM_PROBLEM])
{
	for (const cJSON *item = patch->child; item; item = item->next) {
		const char *name = item->string;
		bool good = true;

		if (strcmp(name, "status") == 0 && (good = is_text(item))) {
			end_job(&customer->job);
			if (strcmp(item->valuestring, "gone") == 0) {
				vanish(customers, customer, now);
			} else {
				set_status(customer, item->valuestring);
				customer->detailed = true;
				if (strncmp(item->valuestring, "provisioned", 11) == 0)
					customer->org_visible = true;
			}
		} else if (strcmp(name, "packages") == 0 && (good = is_list_of(item, is_text))) {
			replace_tree(&customer->packages, item);
		} else if (strcmp(name, "address") == 0 && (good = is_object(item))) {
			replace_tree(&customer->address, item);
		} else if (strcmp(name, "errors") == 0 && (good = is_list_of(item, is_object))) {
			replace_tree(&customer->errors, item);
		} else if (strcmp(name, "warnings") == 0 && (good = is_list_of(item, is_object))) {
			replace_tree(&customer->warnings, item);
		} else if (strcmp(name, "externalId") == 0 && (good = is_text(item))) {
			rename_customer(customers, customer, item->valuestring);
		} else if (strcmp(name, "orgId") == 0 && (good = is_text(item))) {
			free(customer->org_id);
			customer->org_id = sim_copy(item->valuestring);
		} else if (strcmp(name, "subscribers") == 0) {
			good = read_subscribers(customer, item);
		} else if (good && strcmp(name, "id") != 0 &&
			   strcmp(name, "subPartnerOrgId") != 0) {
			(void)snprintf(problem, SIM_PROBLEM, "unknown field %.80s", name);
			return false;
		}
		if (!good) {
			(void)snprintf(problem, SIM_PROBLEM, "%.80s has the wrong type", name);
			return false;
		}
	}
	return true;
}

bool sim_customers_seed(struct sim_customers *customers, const cJSON *item, int64_t now,
			char problem[SIM_PROBLEM])
{
	const char *external_id = sim_json_string(item, "externalId");
	const char *id = sim_json_string(item, "id");

	if (!external_id || !cJSON_IsArray(sim_json_get(item, "packages"))) {
		(void)snprintf(problem, SIM_PROBLEM, "a customer needs externalId and packages");
		return false;
	}
	if (customers->count >= SIM_CUSTOMERS_MAX ||
	    (id && sim_customers_find(customers, id, now))) {
		(void)snprintf(problem, SIM_PROBLEM,
			       "too many customers, or the id exists already");
		return false;
	}
	struct sim_customer *customer = make_customer(customers, external_id);
	if (id) {
		free(customer->id);
		customer->id = sim_copy(id);
	}
	customer->sub_partner = sim_copy(sim_json_string(item, "subPartnerOrgId"));
	customer->status = sim_copy("provisioned");
	customer->org_visible = true;
	customer->detailed = true;
	customer->has_location = true;
	customer->seeded = true;
	customer->created = customer->visible = customer->settled = now;
	add_customer(customers, customer);
	return sim_customers_patch(customers, customer, item, now, problem);
}
