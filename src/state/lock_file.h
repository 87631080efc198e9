/*
 * The lock of a store that lives on this machine: an OS lock on a file of its own, so that
 * the lock of a process that died is free at once. The file is never removed (that would be
 * a race); while the lock is held it says, as JSON, who holds it. What it says is for
 * people: the lock itself is the kernel's.
 *
 * Two handles exclude each other also within one process.
 */
#ifndef RCN_STATE_LOCK_FILE_H
#define RCN_STATE_LOCK_FILE_H

#include "state/store.h"

struct rcn_lock_file {
	int fd; /* -1: not held */
};

#define RCN_LOCK_FILE ((struct rcn_lock_file){ -1 })

/*
 * Takes the lock, or waits for it, at most `timeout_ms`. RCN_ERROR_LOCKED with the holder
 * named; RCN_ERROR_INTERRUPTED when a signal came while waiting; RCN_ERROR_IO.
 */
enum rcn_status rcn_lock_file_take(const char *path, const struct rcn_lock_holder *self,
				   int64_t timeout_ms, struct rcn_lock_file *lock,
				   struct rcn_diag *diag);
void rcn_lock_file_release(struct rcn_lock_file *lock);

/* Who holds the lock, as JSON text (what the file holds), and back. */
void rcn_lock_holder_write(struct rcn_buffer *out, const struct rcn_lock_holder *holder);
bool rcn_lock_holder_read(struct rcn_view text, struct rcn_arena *arena,
			  struct rcn_lock_holder *holder);

/* Adds RCN_CODE_STATE_LOCKED and returns RCN_ERROR_LOCKED; `holder` NULL when unknown. */
enum rcn_status rcn_lock_holder_report(const struct rcn_lock_holder *holder, int64_t waited_ms,
				       struct rcn_diag *diag);

#endif
