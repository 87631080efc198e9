/*
 * Tasks by the time from which they may go on: a binary heap. Equal times come out in
 * the order in which they went in, so that a run is the same each time.
 */
#ifndef RCN_APPLY_QUEUE_H
#define RCN_APPLY_QUEUE_H

#include "apply/task.h"

struct rcn_queue_entry {
	int64_t due;
	uint64_t order;
	struct rcn_task *task;
};

struct rcn_queue {
	struct rcn_queue_entry *entries;
	size_t count, capacity;
	uint64_t next_order;
};

enum rcn_status rcn_queue_push(struct rcn_queue *queue, struct rcn_task *task);
/* The earliest, or NULL. */
struct rcn_task *rcn_queue_first(const struct rcn_queue *queue);
struct rcn_task *rcn_queue_pop(struct rcn_queue *queue);
void rcn_queue_free(struct rcn_queue *queue);

#endif
