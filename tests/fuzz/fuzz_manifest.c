/* From bytes to a checked, canonical document: no crash, no leak, and what was read and
 * written canonically reads back to the same canonical form. */
#include "fuzz.h"

#include "base/limits.h"
#include "data/embedded.h"
#include "data/json.h"
#include "data/schema.h"
#include "data/yaml.h"
#include "diag/render.h"

static void check_round_trip(const struct rcn_node *node, struct rcn_arena *arena)
{
	struct rcn_buffer once = RCN_BUFFER(RCN_LIMIT_FILE_ARENA);
	struct rcn_buffer twice = RCN_BUFFER(RCN_LIMIT_FILE_ARENA);
	struct rcn_node *again = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	if (rcn_json_canonical(node, &once) == RCN_OK &&
	    rcn_json_read(rcn_buffer_get(&once), arena, &again, &reason, &offset) == RCN_OK) {
		RCN_FUZZ_REQUIRE(rcn_json_canonical(again, &twice) == RCN_OK);
		RCN_FUZZ_REQUIRE(rcn_view_equal(rcn_buffer_get(&once), rcn_buffer_get(&twice)));
	}
	rcn_buffer_free(&once);
	rcn_buffer_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rcn_schema *schema;
	struct rcn_file file = { RCN_VIEW("fuzz.yaml"), { (const char *)data, size } };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	struct rcn_documents documents = { 0 };
	struct rcn_buffer text = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_diag diag;

	rcn_diag_init(&diag);
	if (!schema)
		RCN_FUZZ_REQUIRE(rcn_schema_compile(rcn_embedded_schema("customer"), "customer",
						    &schema, &diag) == RCN_OK);
	if (rcn_yaml_read(&file, &arena, &documents, &diag) == RCN_OK) {
		for (size_t i = 0; i < documents.count; i++) {
			RCN_FUZZ_REQUIRE(rcn_schema_resolve(schema, documents.roots[i], &diag) ==
					 RCN_OK);
			(void)rcn_schema_check(schema, documents.roots[i], RCN_VIEW_NONE, &diag);
			check_round_trip(documents.roots[i], &arena);
		}
	} else {
		RCN_FUZZ_REQUIRE(diag.errors > 0);
	}
	rcn_diag_sort(&diag);
	rcn_render_diag(&text, &diag, &(struct rcn_render_options){ .colour = false });
	for (size_t i = 0; i < text.len; i++)
		RCN_FUZZ_REQUIRE((unsigned char)text.ptr[i] >= 0x20 || text.ptr[i] == '\n');
	rcn_buffer_free(&text);
	rcn_diag_free(&diag);
	rcn_arena_free(&arena);
	return 0;
}
