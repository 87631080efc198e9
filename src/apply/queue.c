/* The heap of waiting tasks. */
#include "apply/queue.h"

#include <stdlib.h>

#include "base/array.h"

static bool earlier(const struct rcn_queue_entry *a, const struct rcn_queue_entry *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void swap(struct rcn_queue_entry *a, struct rcn_queue_entry *b)
{
	struct rcn_queue_entry kept = *a;

	*a = *b;
	*b = kept;
}

enum rcn_status rcn_queue_push(struct rcn_queue *queue, struct rcn_task *task)
{
	size_t i = queue->count;

	if (!rcn_array_reserve((void **)&queue->entries, &queue->capacity, queue->count + 1,
			       sizeof(*queue->entries)))
		return RCN_ERROR_MEMORY;
	queue->entries[queue->count++] =
		(struct rcn_queue_entry){ task->due, queue->next_order++, task };
	while (i > 0 && earlier(&queue->entries[i], &queue->entries[(i - 1) / 2])) {
		swap(&queue->entries[i], &queue->entries[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	return RCN_OK;
}

struct rcn_task *rcn_queue_first(const struct rcn_queue *queue)
{
	return queue->count > 0 ? queue->entries[0].task : NULL;
}

struct rcn_task *rcn_queue_pop(struct rcn_queue *queue)
{
	struct rcn_task *task = rcn_queue_first(queue);
	size_t i = 0;

	if (!task)
		return NULL;
	queue->entries[0] = queue->entries[--queue->count];
	for (;;) {
		size_t least = i, left = 2 * i + 1, right = left + 1;

		if (left < queue->count && earlier(&queue->entries[left], &queue->entries[least]))
			least = left;
		if (right < queue->count && earlier(&queue->entries[right], &queue->entries[least]))
			least = right;
		if (least == i)
			return task;
		swap(&queue->entries[i], &queue->entries[least]);
		i = least;
	}
}

void rcn_queue_free(struct rcn_queue *queue)
{
	free(queue->entries);
	*queue = (struct rcn_queue){ 0 };
}
