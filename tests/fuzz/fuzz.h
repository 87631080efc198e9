/* What every fuzz target offers to libFuzzer, or to standalone.c. */
#ifndef RCN_TESTS_FUZZ_H
#define RCN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold is a crash, in every build. */
#define RCN_FUZZ_REQUIRE(condition) \
	do {                        \
		if (!(condition))   \
			abort();    \
	} while (0)

#endif
