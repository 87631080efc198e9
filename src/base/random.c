#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

static int fill_from_system(void *payload, void *ptr, size_t len)
{
	unsigned char *bytes = ptr;

	(void)payload;
	while (len > 0) {
		ssize_t got = getrandom(bytes, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		bytes += got;
		len -= (size_t)got;
	}
	return 0;
}

const struct rcn_random rcn_random_system = { fill_from_system, NULL };

int rcn_random_uuid(const struct rcn_random *random, char uuid[RCN_UUID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[16];
	size_t out = 0;

	if (random->fill(random->payload, bytes, sizeof(bytes)) != 0)
		return -1;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			uuid[out++] = '-';
		uuid[out++] = digits[bytes[i] >> 4];
		uuid[out++] = digits[bytes[i] & 15];
	}
	uuid[out] = '\0';
	return 0;
}

uint64_t rcn_random_below(const struct rcn_random *random, uint64_t bound)
{
	uint64_t skewed, value;

	if (bound < 2)
		return 0;
	/* The first 2^64 mod bound values would come up once too often. */
	skewed = (0 - bound) % bound;
	/* A source that a test made constant must not hang: after many refusals take it. */
	for (int i = 0; i < 128; i++) {
		if (random->fill(random->payload, &value, sizeof(value)) != 0)
			return 0;
		if (value >= skewed)
			break;
	}
	return value % bound;
}
