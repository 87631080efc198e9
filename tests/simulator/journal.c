#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sim_record {
	uint64_t seq;
	enum sim_call call;
	unsigned in_flight;
	int64_t ms;
	int64_t answered_ms;
	/* -1: not answered yet. */
	int status;
	int rule;
	char *external_id;
	char *did;
	char *tracking;
	/* All members that are known on arrival, as JSON without the braces. */
	char *members;
	size_t size;
};

#define ARRIVALS_MAX ((size_t)1 << 20)

bool sim_journal_init(struct sim_journal *journal, const char *path)
{
	*journal = (struct sim_journal){
		.start = sim_now(),
		.start_epoch = sim_epoch(),
		.file = -1,
		.next_seq = 1,
		.oldest = 1,
	};
	if (path)
		journal->file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	journal->ring = sim_allocate(SIM_RECORDS_MAX * sizeof(struct sim_record *));
	journal->arrivals = sim_allocate(ARRIVALS_MAX * sizeof(*journal->arrivals));
	return !path || journal->file >= 0;
}

static void drop_oldest(struct sim_journal *journal)
{
	struct sim_record **slot = &journal->ring[journal->oldest++ % SIM_RECORDS_MAX];
	struct sim_record *record = *slot;

	*slot = NULL;
	if (!record)
		return;
	journal->bytes -= record->size;
	free(record->external_id);
	free(record->did);
	free(record->tracking);
	free(record->members);
	free(record);
}

void sim_journal_reset(struct sim_journal *journal)
{
	while (journal->oldest < journal->next_seq)
		drop_oldest(journal);
	journal->received = 0;
	journal->connections = 0;
	journal->most_in_flight = journal->in_flight;
	memcpy(journal->most_in_flight_by_call, journal->in_flight_by_call,
	       sizeof(journal->in_flight_by_call));
	memset(journal->requests, 0, sizeof(journal->requests));
	memset(journal->answers, 0, sizeof(journal->answers));
	journal->arrivals_count = 0;
	journal->peak = 0;
}

void sim_journal_free(struct sim_journal *journal)
{
	while (journal->ring && journal->oldest < journal->next_seq)
		drop_oldest(journal);
	free(journal->ring);
	free(journal->arrivals);
	if (journal->file >= 0)
		(void)close(journal->file);
	*journal = (struct sim_journal){ .file = -1 };
}

/* One write a line: what a killed simulator leaves ends with a whole line. */
static void write_line(struct sim_journal *journal, struct text *line)
{
	sim_text_add(line, "\n");
	for (size_t at = 0; journal->file >= 0 && at < line->length;) {
		ssize_t done = write(journal->file, line->data + at, line->length - at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			perror("wholesale-simulator: journal");
			(void)close(journal->file);
			journal->file = -1;
			return;
		}
		at += (size_t)done;
	}
}

static void count_peak(struct sim_journal *journal, int64_t now)
{
	while (journal->arrivals_count > 0 &&
	       journal->arrivals[journal->arrivals_head] <= now - 1000) {
		journal->arrivals_head = (journal->arrivals_head + 1) % ARRIVALS_MAX;
		journal->arrivals_count--;
	}
	if (journal->arrivals_count == ARRIVALS_MAX)
		return;
	journal->arrivals[(journal->arrivals_head + journal->arrivals_count++) % ARRIVALS_MAX] =
		now;
	if (journal->arrivals_count > journal->peak)
		journal->peak = journal->arrivals_count;
}

static void add_text(struct text *out, const char *name, const char *value)
{
	sim_text_format(out, ",\"%s\":", name);
	sim_text_json(out, value);
}

uint64_t sim_journal_arrive(struct sim_journal *journal, const struct sim_arrival *arrival)
{
	int64_t now = sim_now();
	struct sim_record *record = sim_allocate(sizeof(*record));
	struct text members = { 0 };

	journal->received++;
	journal->requests[arrival->call]++;
	if (++journal->in_flight > journal->most_in_flight)
		journal->most_in_flight = journal->in_flight;
	unsigned by_call = ++journal->in_flight_by_call[arrival->call];
	if (by_call > journal->most_in_flight_by_call[arrival->call])
		journal->most_in_flight_by_call[arrival->call] = by_call;
	count_peak(journal, now);

	record->seq = journal->next_seq++;
	record->call = arrival->call;
	record->in_flight = journal->in_flight;
	record->ms = now - journal->start;
	record->status = -1;
	record->rule = -1;
	record->external_id = sim_copy(arrival->external_id);
	sim_text_format(&members, "\"seq\":%llu,\"time\":\"", (unsigned long long)record->seq);
	sim_text_time(&members, journal->start_epoch + record->ms);
	sim_text_format(&members, "\",\"ms\":%lld,\"call\":\"%s\"", (long long)record->ms,
			sim_call_names[arrival->call]);
	add_text(&members, "method", arrival->method);
	add_text(&members, "path", arrival->path);
	add_text(&members, "query", arrival->query);
	add_text(&members, "externalId", arrival->external_id);
	add_text(&members, "clientTrackingId", arrival->client_tracking);
	sim_text_format(&members, ",\"authorization\":%s,\"inFlight\":%u,\"body\":",
			arrival->authorized ? "true" : "false", record->in_flight);
	if (arrival->body_json)
		sim_json_minify(&members, arrival->body_json, arrival->body_length);
	else if (arrival->body_text)
		sim_text_json_bytes(&members, arrival->body_text, arrival->body_length);
	else
		sim_text_add(&members, "null");
	if (journal->file >= 0) {
		struct text line = { 0 };

		sim_text_add(&line, "{\"event\":\"request\",");
		sim_text_add_bytes(&line, members.data, members.length);
		sim_text_add(&line, "}");
		write_line(journal, &line);
		sim_text_free(&line);
	}
	record->size = members.length + sizeof(*record);
	record->members = sim_text_take(&members);
	while (record->seq - journal->oldest >= SIM_RECORDS_MAX ||
	       (journal->bytes + record->size > SIM_RECORD_BYTES_MAX &&
		journal->oldest < record->seq))
		drop_oldest(journal);
	journal->ring[record->seq % SIM_RECORDS_MAX] = record;
	journal->bytes += record->size;
	return record->seq;
}

void sim_journal_answer(struct sim_journal *journal, uint64_t seq, enum sim_call call, int status,
			int rule, const char *did, const char *tracking)
{
	int64_t ms = sim_now() - journal->start;

	journal->in_flight--;
	journal->in_flight_by_call[call]--;
	journal->answers[call][status < SIM_STATUSES && status >= 0 ? status : 0]++;
	if (journal->file >= 0) {
		struct text line = { 0 };

		sim_text_format(
			&line,
			"{\"event\":\"answer\",\"seq\":%llu,\"ms\":%lld,\"status\":%d,\"rule\":%d",
			(unsigned long long)seq, (long long)ms, status, rule);
		add_text(&line, "did", did);
		add_text(&line, "trackingId", tracking);
		sim_text_add(&line, "}");
		write_line(journal, &line);
		sim_text_free(&line);
	}
	struct sim_record *record =
		seq >= journal->oldest ? journal->ring[seq % SIM_RECORDS_MAX] : NULL;
	if (!record || record->seq != seq)
		return;
	record->status = status;
	record->rule = rule;
	record->answered_ms = ms;
	record->did = sim_copy(did);
	record->tracking = sim_copy(tracking);
}

void sim_journal_render(const struct sim_journal *journal, const struct sim_record_filter *filter,
			struct text *out)
{
	bool any = false;

	sim_text_format(
		out, "{\"forgotten\":%llu,\"requests\":[",
		(unsigned long long)(journal->received - (journal->next_seq - journal->oldest)));
	for (uint64_t seq = journal->oldest; seq < journal->next_seq; seq++) {
		const struct sim_record *record = journal->ring[seq % SIM_RECORDS_MAX];

		if (!record || (filter->call >= 0 && (int)record->call != filter->call) ||
		    (int64_t)seq <= filter->since)
			continue;
		if (filter->external_id &&
		    (!record->external_id || strcmp(filter->external_id, record->external_id) != 0))
			continue;
		sim_text_add(out, any ? ",{" : "{");
		any = true;
		sim_text_add(out, record->members);
		if (record->status >= 0) {
			sim_text_format(out, ",\"status\":%d,\"answeredMs\":%lld,\"rule\":%d",
					record->status, (long long)record->answered_ms,
					record->rule);
			add_text(out, "did", record->did);
			add_text(out, "trackingId", record->tracking);
		} else {
			sim_text_add(out, ",\"status\":null");
		}
		sim_text_add(out, "}");
	}
	sim_text_add(out, "]}");
}

void sim_journal_render_counts(const struct sim_journal *journal, struct text *out)
{
	sim_text_format(out, "\"requests\":%llu,\"connections\":%llu,\"inFlight\":%u,",
			(unsigned long long)journal->received,
			(unsigned long long)journal->connections, journal->in_flight);
	sim_text_format(out, "\"maxInFlight\":%u,\"peakPerSecond\":%zu,\"calls\":{",
			journal->most_in_flight, journal->peak);
	for (size_t call = 0; call < SIM_CALLS; call++) {
		bool any = false;

		sim_text_format(out,
				"%s\"%s\":{\"requests\":%llu,\"maxInFlight\":%u,\"statuses\":{",
				call ? "," : "", sim_call_names[call],
				(unsigned long long)journal->requests[call],
				journal->most_in_flight_by_call[call]);
		for (int status = 0; status < SIM_STATUSES; status++) {
			char name[16] = "dropped";

			if (!journal->answers[call][status])
				continue;
			if (status)
				(void)snprintf(name, sizeof(name), "%d", status);
			sim_text_format(out, "%s\"%s\":%llu", any ? "," : "", name,
					(unsigned long long)journal->answers[call][status]);
			any = true;
		}
		sim_text_add(out, "}}");
	}
	sim_text_add(out, "}");
}
