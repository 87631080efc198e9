/*
 * A repository, the schema, and what loading its manifests came to, for tests.
 */
#ifndef RCN_TESTS_MANIFEST_WORLD_H
#define RCN_TESTS_MANIFEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "data/json.h"
#include "diag/render.h"
#include "manifest/manifest.h"
#include "repository.h"

#define MOST_CUSTOMERS 16
#define TEXT           4096

struct kept {
	char key[300], path[128], canonical[TEXT], digest[RCN_DIGEST_HEX_SIZE];
	char previous[64], sub_partner[64], city_place[256];
	bool protect;
	unsigned line;
};

struct world {
	struct repository repository;
	struct rcn_schema *schema;
	struct rcn_diag diag;
	struct kept customers[MOST_CUSTOMERS];
	size_t count;
	struct rcn_manifest_counts counts;
	enum rcn_status status;
};

static inline void begin(struct world *world)
{
	memset(world, 0, sizeof(*world));
	repository_new(&world->repository);
	rcn_diag_init(&world->diag);
	assert_int_equal(rcn_manifest_schema(&world->schema, &world->diag), RCN_OK);
}

static inline void end(struct world *world)
{
	rcn_schema_free(world->schema);
	rcn_diag_free(&world->diag);
	repository_free(&world->repository);
}

static inline void copy(char *to, size_t size, struct rcn_view from)
{
	snprintf(to, size, "%.*s", RCN_VIEW_ARGS(from));
}

static inline enum rcn_status keep(void *payload, const struct rcn_customer *customer)
{
	struct world *world = payload;
	struct kept *kept = &world->customers[world->count++];
	const struct rcn_node *city;

	assert_true(world->count <= MOST_CUSTOMERS);
	copy(kept->key, sizeof(kept->key), customer->key);
	copy(kept->path, sizeof(kept->path), customer->path);
	copy(kept->canonical, sizeof(kept->canonical), customer->canonical);
	copy(kept->previous, sizeof(kept->previous), customer->previous_external_id);
	copy(kept->sub_partner, sizeof(kept->sub_partner), customer->sub_partner);
	rcn_digest_hex(&customer->digest, kept->digest);
	kept->protect = customer->protect;
	kept->line = customer->span.line;
	city = rcn_node_get(rcn_node_get(customer->body, RCN_VIEW("address")), RCN_VIEW("city"));
	assert_non_null(city);
	snprintf(kept->city_place, sizeof(kept->city_place), "%.*s:%u:%u",
		 RCN_VIEW_ARGS(city->span.file->path), city->span.line, city->span.column);
	return RCN_OK;
}

static inline struct rcn_source *open_source(struct world *world, bool worktree)
{
	struct rcn_source *source = NULL;

	if (worktree)
		assert_int_equal(
			rcn_source_open_worktree(world->repository.root, &source, &world->diag),
			RCN_OK);
	else
		assert_int_equal(
			rcn_source_open(world->repository.root, NULL, &source, &world->diag),
			RCN_OK);
	return source;
}

static inline void load(struct world *world, bool worktree)
{
	struct rcn_manifest_options options = { RCN_VIEW("customers"), world->schema };
	struct rcn_source *source;

	rcn_diag_clear(&world->diag);
	world->count = 0;
	source = open_source(world, worktree);
	world->status =
		rcn_manifest_load(source, &options, keep, world, &world->counts, &world->diag);
	assert_int_equal(world->status == RCN_OK, world->diag.errors == 0);
	rcn_source_free(source);
}

static inline const struct rcn_problem *find_problem(const struct world *world, enum rcn_code code)
{
	for (size_t i = 0; i < world->diag.count; i++)
		if (world->diag.problems[i]->code == code)
			return world->diag.problems[i];
	return NULL;
}

static inline void show(const struct world *world)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);

	rcn_render_diag(&out, &world->diag, &(struct rcn_render_options){ .width = 100 });
	print_message("%s\n", rcn_buffer_get(&out).ptr);
	rcn_buffer_free(&out);
}

static inline const struct rcn_problem *check_problem(const struct world *world, enum rcn_code code,
						      const char *path, unsigned line)
{
	for (size_t i = 0; i < world->diag.count; i++) {
		const struct rcn_problem *problem = world->diag.problems[i];

		if (problem->code == code && problem->place.path.ptr &&
		    rcn_view_is(problem->place.path, path) && problem->place.line == line)
			return problem;
	}
	show(world);
	fail_msg("no RCN%03d at %s:%u", (int)code, path, line);
	return NULL;
}

/* The rest of a manifest that has its externalId. */
#define REST                                                 \
	"provisioningId: p\npackages: [webex_meetings]\n"    \
	"address: {addressLine1: a, city: c, country: DE}\n" \
	"customerInfo: {name: n, primaryEmail: a@example.com}\n"

#endif
