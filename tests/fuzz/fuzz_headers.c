/* Link and Retry-After, Location and origins. */
#include "fuzz.h"

#include "base/limits.h"
#include "http/http.h"
#include "http/retry.h"
#include "webex/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rcn_view text = { (const char *)data, size };
	struct rcn_buffer origin = RCN_BUFFER(RCN_LIMIT_URL_BYTES);
	struct rcn_view next = rcn_link_next(text);
	int64_t wait = rcn_retry_after_parse(text, RCN_VIEW_NONE, 1700000000000);

	RCN_FUZZ_REQUIRE(next.ptr == NULL || (next.ptr >= text.ptr && next.len <= text.len));
	RCN_FUZZ_REQUIRE(wait == -1 ||
			 (wait >= 1000 && wait <= RCN_LIMIT_RETRY_AFTER_SECONDS * 1000));
	if (rcn_http_origin(text, &origin))
		RCN_FUZZ_REQUIRE(rcn_view_starts_with(rcn_buffer_get(&origin), RCN_VIEW("http")));
	rcn_buffer_free(&origin);
	return 0;
}
