#include "manifest_world.h"

static enum rcn_status render(struct world *world, const char *file, bool json,
			      struct rcn_buffer *out)
{
	struct rcn_manifest_options options = { RCN_VIEW("customers/"), world->schema };
	struct rcn_source *source;
	enum rcn_status status;

	rcn_diag_clear(&world->diag);
	rcn_buffer_clear(out);
	source = open_source(world, false);
	status = rcn_manifest_render(source, &options, rcn_view_of(file), json, out, &world->diag);
	rcn_source_free(source);
	return status;
}

static const char rendered_manifest[] =
	"externalId: \"0042\"             # customers/emea/a.yaml:1\n"
	"customerInfo:\n"
	"  primaryEmail: a@example.com  # customers/emea/a.yaml:2\n"
	"  name: \"A: b # c\"             # customers/emea/a.yaml:2\n"
	"address:\n"
	"  city: \"Montr\u00e9al\"             # customers/emea/a.yaml:4\n"
	"  country: \"NO\"                # customers/emea/a.yaml:5\n"
	"  addressLine1: \"17\"           # customers/defaults.yaml:3\n"
	"provisioningParameters:\n"
	"  packages:\n"
	"    limits: {}                 # customers/emea/a.yaml:6\n"
	"packages:\n"
	"  - webex_meetings             # customers/emea/defaults.yaml:1\n"
	"provisioningId: \"1\"            # customers/defaults.yaml:1\n";

static void rendering_shows_each_value_with_its_origin(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES), again = out;
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	const char *reason;
	struct rcn_node *node;
	struct world world;
	size_t offset;
	char *digest;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/defaults.yaml",
			 "provisioningId: 1\naddress:\n  addressLine1: 17\n  city: gone\n");
	repository_write(&world.repository, "customers/emea/defaults.yaml",
			 "packages: [webex_meetings]\n");
	repository_write(&world.repository, "customers/emea/a.yaml",
			 "externalId: 0042\n"
			 "customerInfo: {primaryEmail: a@example.com, name: 'A: b # c'}\n"
			 "address:\n  city: Montr\u00e9al\n  country: NO\n"
			 "provisioningParameters: {packages: {limits: {}}}\n");
	repository_write(&world.repository, "customers/other.yaml", "zipcode: 1\n");
	repository_commit(&world.repository);
	assert_int_equal(render(&world, "./customers/emea/a.yaml", false, &out), RCN_OK);
	assert_int_equal(world.diag.errors, 0);
	assert_string_equal(rcn_buffer_get(&out).ptr, rendered_manifest);
	assert_int_equal(render(&world, "0042", false, &again), RCN_OK);
	assert_true(rcn_view_equal(rcn_buffer_get(&out), rcn_buffer_get(&again)));
	/* what was rendered is a manifest that means the same */
	load(&world, false);
	assert_int_equal(world.count, 1);
	digest = strdup(world.customers[0].digest);
	repository_run(&world.repository, "git rm -q -r customers");
	repository_write(&world.repository, "customers/rendered.yaml", rcn_buffer_get(&out).ptr);
	repository_commit(&world.repository);
	load(&world, false);
	assert_int_equal(world.diag.count, 0);
	assert_string_equal(world.customers[0].digest, digest);
	free(digest);
	assert_int_equal(render(&world, "0042", true, &out), RCN_OK);
	assert_int_equal(rcn_json_read(rcn_buffer_get(&out), &arena, &node, &reason, &offset),
			 RCN_OK);
	node = rcn_node_find(node, RCN_VIEW("/customers/0/origins/~1address~1city/line"));
	assert_non_null(node);
	assert_true(rcn_view_is(node->text, "6"));
	rcn_arena_free(&arena);
	rcn_buffer_free(&out);
	rcn_buffer_free(&again);
	end(&world);
}

static void rendering_what_is_not_there_suggests(void **state)
{
	struct rcn_buffer out = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct world world;

	(void)state;
	begin(&world);
	repository_write(&world.repository, "customers/acme.yaml", "externalId: a\n" REST);
	repository_write(&world.repository, "customers/broken.yaml", "zipcode: 1\n");
	repository_commit(&world.repository);
	assert_int_equal(render(&world, "customers/acmee.yaml", false, &out), RCN_ERROR_NOT_FOUND);
	assert_string_equal(find_problem(&world, RCN_CODE_MANIFEST_NOT_FOUND)->hint.ptr,
			    "did you mean `customers/acme.yaml`?");
	assert_int_equal(world.diag.errors, 1);
	assert_int_equal(render(&world, "customers/broken.yaml", false, &out), RCN_ERROR_INVALID);
	assert_int_equal(out.len, 0);
	rcn_buffer_free(&out);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rendering_shows_each_value_with_its_origin),
		cmocka_unit_test(rendering_what_is_not_there_suggests),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
