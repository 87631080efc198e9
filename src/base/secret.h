/*
 * Text that must never be shown. No format function takes it; it is wiped when freed.
 */
#ifndef RCN_BASE_SECRET_H
#define RCN_BASE_SECRET_H

#include <stddef.h>

#include <reconcile/status.h>

#include "base/view.h"

struct rcn_secret {
	char *hidden; /* only rcn_secret_reveal may look */
	size_t len;
};

#define RCN_SECRET_NONE ((struct rcn_secret){ NULL, 0 })

/* Copies; white space and one pair of quotes around it are dropped (quoted .env values
 * caused real 401s). RCN_ERROR_INVALID when it is empty, too long, or holds a space, control
 * characters or bytes beyond ASCII, which no token has. */
enum rcn_status rcn_secret_set(struct rcn_secret *secret, struct rcn_view text);
enum rcn_status rcn_secret_copy(struct rcn_secret *to, const struct rcn_secret *from);
bool rcn_secret_is_set(const struct rcn_secret *secret);
bool rcn_secret_equal(const struct rcn_secret *a, const struct rcn_secret *b);

/* The text, for the one place that puts it on the wire. */
struct rcn_view rcn_secret_reveal(const struct rcn_secret *secret);
void rcn_secret_free(struct rcn_secret *secret); /* wipes (explicit_bzero) */

#endif
