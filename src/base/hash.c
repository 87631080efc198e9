#include "base/hash.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct rcn_hasher {
	EVP_MD_CTX *context;
};

enum rcn_status rcn_digest_of(struct rcn_view data, struct rcn_digest *digest)
{
	struct rcn_hasher hasher = { EVP_MD_CTX_new() };
	enum rcn_status status = RCN_ERROR_INTERNAL;
	struct rcn_digest result;

	if (!hasher.context)
		return RCN_ERROR_MEMORY;
	if (EVP_DigestInit_ex(hasher.context, EVP_sha256(), NULL) == 1 &&
	    rcn_hasher_add(&hasher, data) == RCN_OK &&
	    EVP_DigestFinal_ex(hasher.context, result.bytes, NULL) == 1) {
		*digest = result;
		status = RCN_OK;
	}
	EVP_MD_CTX_free(hasher.context);
	return status;
}

void rcn_digest_hex(const struct rcn_digest *digest, char hex[RCN_DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(digest->bytes); i++) {
		hex[2 * i] = digits[digest->bytes[i] >> 4];
		hex[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	hex[2 * sizeof(digest->bytes)] = '\0';
}

/* Lower case only, so that a digest has one written form. */
static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

bool rcn_digest_from_hex(struct rcn_view hex, struct rcn_digest *digest)
{
	struct rcn_digest result;

	if (hex.len != 2 * sizeof(result.bytes))
		return false;
	for (size_t i = 0; i < sizeof(result.bytes); i++) {
		int high = hex_value(hex.ptr[2 * i]);
		int low = hex_value(hex.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		result.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*digest = result;
	return true;
}

bool rcn_digest_equal(const struct rcn_digest *a, const struct rcn_digest *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool rcn_digest_is_zero(const struct rcn_digest *digest)
{
	static const struct rcn_digest zero;

	return rcn_digest_equal(digest, &zero);
}

struct rcn_hasher *rcn_hasher_new(void)
{
	struct rcn_hasher *hasher = calloc(1, sizeof(*hasher));

	if (!hasher)
		return NULL;
	hasher->context = EVP_MD_CTX_new();
	if (!hasher->context || EVP_DigestInit_ex(hasher->context, EVP_sha256(), NULL) != 1) {
		rcn_hasher_free(hasher);
		return NULL;
	}
	return hasher;
}

/* A NULL hasher is one that rcn_hasher_new() had no memory for. */
enum rcn_status rcn_hasher_add(struct rcn_hasher *hasher, struct rcn_view data)
{
	if (!hasher)
		return RCN_ERROR_MEMORY;
	if (data.len == 0)
		return RCN_OK;
	return EVP_DigestUpdate(hasher->context, data.ptr, data.len) == 1 ? RCN_OK
									  : RCN_ERROR_INTERNAL;
}

enum rcn_status rcn_hasher_finish(struct rcn_hasher *hasher, struct rcn_digest *digest)
{
	struct rcn_digest result;
	enum rcn_status status = RCN_ERROR_INTERNAL;

	if (!hasher)
		return RCN_ERROR_MEMORY;
	if (EVP_DigestFinal_ex(hasher->context, result.bytes, NULL) == 1) {
		*digest = result;
		status = RCN_OK;
	}
	rcn_hasher_free(hasher);
	return status;
}

void rcn_hasher_free(struct rcn_hasher *hasher)
{
	if (!hasher)
		return;
	EVP_MD_CTX_free(hasher->context);
	free(hasher);
}
