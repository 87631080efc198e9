/* The service's answers: as a customer, as a page, as a failure, and as plain JSON. */
#include "fuzz.h"

#include "base/limits.h"
#include "data/json.h"
#include "webex/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 202, 400, 500 };
	struct rcn_arena arena = RCN_ARENA(RCN_LIMIT_FILE_ARENA);
	char *copy = malloc(size + 1);
	struct rcn_view body = { copy, size };
	struct rcn_observed observed = { 0 };
	struct rcn_node *node = NULL;
	const char *reason = NULL;
	size_t offset = 0;

	RCN_FUZZ_REQUIRE(copy != NULL);
	for (size_t i = 0; i < size; i++)
		copy[i] = (char)data[i];
	copy[size] = '\0';
	if (rcn_json_read(body, &arena, &node, &reason, &offset) != RCN_OK)
		RCN_FUZZ_REQUIRE(reason != NULL);
	(void)rcn_answer_customer(body, &arena, &observed, &reason);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		struct rcn_http_response response = { .outcome = RCN_HTTP_ANSWERED,
						      .status = statuses[i],
						      .body = body };
		struct rcn_view url = RCN_VIEW_NONE, id = RCN_VIEW_NONE;
		struct rcn_api_failure failure = { 0 };
		struct rcn_page page = { 0 };

		(void)rcn_answer_page(&response, &arena, &page, &reason);
		if (rcn_answer_accepted(&response, RCN_VIEW("https://webexapis.com/v1"), &arena,
					&url, &id, &reason) == RCN_OK &&
		    url.ptr)
			/* The same place, if not the same spelling: a scheme's case says nothing.
			 */
			RCN_FUZZ_REQUIRE(
				rcn_http_same_origin(url, RCN_VIEW("https://webexapis.com/v1")));
		if (rcn_answer_failure(&response, &arena, &failure) == RCN_OK)
			for (size_t k = 0; k < failure.message.len; k++)
				RCN_FUZZ_REQUIRE((unsigned char)failure.message.ptr[k] >= 0x20);
	}
	rcn_arena_free(&arena);
	free(copy);
	return 0;
}
