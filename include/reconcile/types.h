/*
 * Small types that every part of the public interface uses.
 */
#ifndef RECONCILE_TYPES_H
#define RECONCILE_TYPES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports; everything else is hidden. */
#if defined(__GNUC__)
#define RCN_PUBLIC __attribute__((visibility("default")))
#else
#define RCN_PUBLIC
#endif

/*
 * Borrowed text: `len` bytes at `ptr`, not terminated, usually UTF-8. `ptr` is
 * NULL for text that is absent, and points somewhere for text that is empty.
 */
struct rcn_view {
	const char *ptr;
	size_t len;
};

/*
 * Where output goes. `write` takes all of `len` bytes or returns non-zero, and
 * is then not called again for the same output.
 */
struct rcn_sink {
	int (*write)(void *payload, const char *ptr, size_t len);
	void *payload;
};

#ifdef __cplusplus
}
#endif
#endif
