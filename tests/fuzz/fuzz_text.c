/* Nothing active comes out of the escapers, whatever goes in. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/text.h"
#include "data/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rcn_view text = { (const char *)data, size };
	struct rcn_buffer terminal = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_buffer written = RCN_BUFFER(RCN_LIMIT_REPORT_BYTES);
	struct rcn_view shown;
	struct rcn_json json;
	size_t position = 0;

	rcn_text_escape(&terminal, text, SIZE_MAX);
	shown = rcn_buffer_get(&terminal);
	RCN_FUZZ_REQUIRE(rcn_utf8_valid(shown, NULL));
	while (position < shown.len) {
		uint32_t code_point = rcn_utf8_next(shown, &position);

		RCN_FUZZ_REQUIRE(!rcn_text_is_control(code_point) && code_point >= 0x20);
		RCN_FUZZ_REQUIRE(!rcn_text_is_bidirectional(code_point));
	}
	rcn_json_begin(&json, &written, 0);
	rcn_json_string(&json, text);
	for (size_t i = 0; i < written.len; i++)
		RCN_FUZZ_REQUIRE((unsigned char)written.ptr[i] >= 0x20 && written.ptr[i] != '<');
	rcn_buffer_free(&terminal);
	rcn_buffer_free(&written);
	return 0;
}
