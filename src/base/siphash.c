#include "base/siphash.h"

#include <endian.h>

static inline uint64_t rotate(uint64_t word, int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void mix(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

uint64_t rcn_siphash(const uint64_t seed[2], struct rcn_view text)
{
	uint64_t v[4] = {
		seed[0] ^ UINT64_C(0x736f6d6570736575),
		seed[1] ^ UINT64_C(0x646f72616e646f6d),
		seed[0] ^ UINT64_C(0x6c7967656e657261),
		seed[1] ^ UINT64_C(0x7465646279746573),
	};
	uint64_t word;
	size_t position;

	for (position = 0; text.len - position >= 8; position += 8) {
		memcpy(&word, text.ptr + position, 8);
		mix(v, le64toh(word));
	}
	word = 0;
	if (text.len > position)
		memcpy(&word, text.ptr + position, text.len - position);
	mix(v, le64toh(word) | (uint64_t)text.len << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
