#include "base/secret.h"

#include <stdlib.h>

#include "base/limits.h"

static struct rcn_view strip(struct rcn_view text)
{
	text = rcn_view_trim(text);
	if (text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
	    text.ptr[text.len - 1] == text.ptr[0])
		text = rcn_view_trim(rcn_view_make(text.ptr + 1, text.len - 2));
	return text;
}

enum rcn_status rcn_secret_set(struct rcn_secret *secret, struct rcn_view text)
{
	char *copy;

	text = strip(text);
	if (text.len == 0 || text.len > RCN_LIMIT_TOKEN_BYTES)
		return RCN_ERROR_INVALID;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return RCN_ERROR_INVALID;
	copy = rcn_view_duplicate(text);
	if (!copy)
		return RCN_ERROR_MEMORY;
	rcn_secret_free(secret);
	secret->hidden = copy;
	secret->len = text.len;
	return RCN_OK;
}

enum rcn_status rcn_secret_copy(struct rcn_secret *to, const struct rcn_secret *from)
{
	char *copy = NULL;

	if (to == from)
		return RCN_OK;
	if (from->hidden) {
		copy = rcn_view_duplicate(rcn_secret_reveal(from));
		if (!copy)
			return RCN_ERROR_MEMORY;
	}
	rcn_secret_free(to);
	to->hidden = copy;
	to->len = from->len;
	return RCN_OK;
}

bool rcn_secret_is_set(const struct rcn_secret *secret)
{
	return secret->hidden != NULL;
}

/* Takes the same time wherever the two differ. */
bool rcn_secret_equal(const struct rcn_secret *a, const struct rcn_secret *b)
{
	unsigned difference = 0;

	if (a->len != b->len || rcn_secret_is_set(a) != rcn_secret_is_set(b))
		return false;
	for (size_t i = 0; i < a->len; i++)
		difference |= (unsigned char)a->hidden[i] ^ (unsigned char)b->hidden[i];
	return difference == 0;
}

struct rcn_view rcn_secret_reveal(const struct rcn_secret *secret)
{
	return rcn_view_make(secret->hidden, secret->len);
}

void rcn_secret_free(struct rcn_secret *secret)
{
	if (!secret)
		return;
	if (secret->hidden)
		explicit_bzero(secret->hidden, secret->len);
	free(secret->hidden);
	*secret = RCN_SECRET_NONE;
}
