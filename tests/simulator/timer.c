#include "timer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "text.h"

struct entry {
	int64_t due;
	struct MHD_Connection *connection;
};

/* A binary heap, the earliest first. */
struct sim_timer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct entry *heap;
	size_t count;
	size_t capacity;
	bool ending;
	bool joined;
};

static void swap(struct entry *a, struct entry *b)
{
	struct entry kept = *a;

	*a = *b;
	*b = kept;
}

static void push(struct sim_timer *timer, struct entry entry)
{
	if (timer->count == timer->capacity) {
		timer->capacity = timer->capacity ? timer->capacity * 2 : 256;
		timer->heap = sim_reallocate(timer->heap, timer->capacity * sizeof(*timer->heap));
	}
	size_t at = timer->count++;
	timer->heap[at] = entry;
	while (at > 0 && timer->heap[at].due < timer->heap[(at - 1) / 2].due) {
		swap(&timer->heap[at], &timer->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static struct MHD_Connection *pop(struct sim_timer *timer)
{
	struct MHD_Connection *connection = timer->heap[0].connection;
	size_t at = 0;

	timer->heap[0] = timer->heap[--timer->count];
	for (;;) {
		size_t least = at;

		for (size_t child = at * 2 + 1; child <= at * 2 + 2 && child < timer->count;
		     child++)
			if (timer->heap[child].due < timer->heap[least].due)
				least = child;
		if (least == at)
			return connection;
		swap(&timer->heap[at], &timer->heap[least]);
		at = least;
	}
}

static void wait_for_change(struct sim_timer *timer, int64_t due)
{
	struct timespec when = { .tv_sec = (time_t)(due / 1000),
				 .tv_nsec = (long)(due % 1000) * 1000000 };

	if (due < 0)
		(void)pthread_cond_wait(&timer->changed, &timer->lock);
	else
		(void)pthread_cond_timedwait(&timer->changed, &timer->lock, &when);
}

static void *run(void *context)
{
	struct sim_timer *timer = context;

	(void)pthread_mutex_lock(&timer->lock);
	while (!timer->ending || timer->count > 0) {
		if (timer->count == 0) {
			wait_for_change(timer, -1);
		} else if (!timer->ending && timer->heap[0].due > sim_now()) {
			wait_for_change(timer, timer->heap[0].due);
		} else {
			struct MHD_Connection *connection = pop(timer);

			(void)pthread_mutex_unlock(&timer->lock);
			MHD_resume_connection(connection);
			(void)pthread_mutex_lock(&timer->lock);
		}
	}
	(void)pthread_mutex_unlock(&timer->lock);
	return NULL;
}

struct sim_timer *sim_timer_start(void)
{
	struct sim_timer *timer = sim_allocate(sizeof(*timer));
	pthread_condattr_t monotonic;

	(void)pthread_mutex_init(&timer->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&timer->changed, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	if (pthread_create(&timer->thread, NULL, run, timer) != 0) {
		timer->joined = true;
		sim_timer_free(timer);
		return NULL;
	}
	return timer;
}

bool sim_timer_wait(struct sim_timer *timer, struct MHD_Connection *connection, int64_t ms)
{
	bool waits;

	(void)pthread_mutex_lock(&timer->lock);
	waits = !timer->ending;
	if (waits) {
		/* Suspended before it can be found in the heap, or it could be resumed too early.
		 */
		MHD_suspend_connection(connection);
		push(timer, (struct entry){ .due = sim_now() + ms, .connection = connection });
		(void)pthread_cond_signal(&timer->changed);
	}
	(void)pthread_mutex_unlock(&timer->lock);
	return waits;
}

void sim_timer_end(struct sim_timer *timer)
{
	if (!timer || timer->joined)
		return;
	(void)pthread_mutex_lock(&timer->lock);
	timer->ending = true;
	(void)pthread_cond_signal(&timer->changed);
	(void)pthread_mutex_unlock(&timer->lock);
	(void)pthread_join(timer->thread, NULL);
	timer->joined = true;
}

void sim_timer_free(struct sim_timer *timer)
{
	if (!timer)
		return;
	sim_timer_end(timer);
	(void)pthread_cond_destroy(&timer->changed);
	(void)pthread_mutex_destroy(&timer->lock);
	free(timer->heap);
	free(timer);
}
