/* What was received and what was answered: in memory for the books, and as JSON lines in a file.
 *
 * Memory is bounded: the oldest records go when there are SIM_RECORDS_MAX of them or their bodies
 * take SIM_RECORD_BYTES_MAX; counts are never lost. A request is told by its number (`seq`, from
 * 1); an answer to one whose record is gone only counts. Not thread-safe: the caller holds the
 * lock. */
#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include "faults.h"

#define SIM_RECORDS_MAX      65536
#define SIM_RECORD_BYTES_MAX ((size_t)128 * 1024 * 1024)
/* Distinct statuses are 0 (dropped) and 200..999. */
#define SIM_STATUSES 1000

struct sim_arrival {
	enum sim_call call;
	const char *method;
	const char *path;
	/* Without '?'; NULL: none. */
	const char *query;
	const char *external_id;
	/* The client's own TrackingID, or NULL. */
	const char *client_tracking;
	bool authorized;
	/* Valid JSON, else `body_text`; both NULL: no body, or one that is not kept. */
	const char *body_json;
	const char *body_text;
	size_t body_length;
};

struct sim_record;

struct sim_journal {
	int64_t start;
	int64_t start_epoch;
	int file;
	uint64_t next_seq;
	struct sim_record **ring;
	size_t bytes;
	uint64_t oldest;
	unsigned in_flight;
	unsigned most_in_flight;
	uint64_t received;
	uint64_t connections;
	uint64_t requests[SIM_CALLS];
	uint64_t answers[SIM_CALLS][SIM_STATUSES];
	unsigned most_in_flight_by_call[SIM_CALLS];
	unsigned in_flight_by_call[SIM_CALLS];
	/* Arrivals of the last second, to find the busiest one. */
	int64_t *arrivals;
	size_t arrivals_head;
	size_t arrivals_count;
	size_t peak;
};

/* `path` may be NULL. False when the file can't be opened. */
bool sim_journal_init(struct sim_journal *journal, const char *path);
void sim_journal_free(struct sim_journal *journal);
/* Forgets all records and counts, but not who is in flight. */
void sim_journal_reset(struct sim_journal *journal);
/* Gives the request's number. */
uint64_t sim_journal_arrive(struct sim_journal *journal, const struct sim_arrival *arrival);
/* `status` 0: no answer was given. `did`: what was done, or NULL. `rule`: -1 for none. */
void sim_journal_answer(struct sim_journal *journal, uint64_t seq, enum sim_call call, int status,
			int rule, const char *did, const char *tracking);

struct sim_record_filter {
	/* -1: all. */
	int call;
	const char *external_id;
	/* Only later numbers. */
	int64_t since;
};

void sim_journal_render(const struct sim_journal *journal, const struct sim_record_filter *filter,
			struct text *out);
/* The members of an object, without its braces. */
void sim_journal_render_counts(const struct sim_journal *journal, struct text *out);

#endif
