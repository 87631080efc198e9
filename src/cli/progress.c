/*
 * What is told while an apply runs, on standard error: on a terminal one live line, else a
 * line for each customer that ended and a sign of life every half minute; or JSON lines.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define REDRAW_MS    100
#define HEARTBEAT_MS 30000
#define LINE_SIZE    512
#define REASON_LIMIT 500

static enum rcn_log_level event_level(const struct rcn_event *event)
{
	switch (event->type) {
	case RCN_EVENT_LOG:
		return event->level;
	case RCN_EVENT_REQUEST_STARTED:
	case RCN_EVENT_COMMITTED:
		return RCN_LOG_TRACE;
	case RCN_EVENT_REQUEST_ENDED:
	case RCN_EVENT_WAITING:
		return RCN_LOG_DEBUG;
	case RCN_EVENT_APPLY_STARTED:
	case RCN_EVENT_SLOWED:
	case RCN_EVENT_ACTION_ENDED:
	case RCN_EVENT_PROGRESS:
	case RCN_EVENT_APPLY_ENDED:
		break;
	}
	return RCN_LOG_INFO;
}

/* Appends to a line of fixed size; what is beyond is cut. */
static void append(char line[LINE_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void append(char line[LINE_SIZE], const char *format, ...)
{
	size_t used = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line + used, LINE_SIZE - used, format, arguments);
	va_end(arguments);
}

static void append_duration(char line[LINE_SIZE], int64_t ms)
{
	int64_t seconds = (ms + 999) / 1000;

	if (seconds < 60)
		append(line, "%" PRId64 " s", seconds);
	else if (seconds < 3600)
		append(line, "%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
	else
		append(line, "%" PRId64 " h %" PRId64 " min", seconds / 3600, seconds % 3600 / 60);
}

static void describe(char line[LINE_SIZE], const struct rcn_progress *progress)
{
	line[0] = '\0';
	append(line, "%zu/%zu done, %zu in flight, %zu waiting, %zu failed", progress->done,
	       progress->total, progress->in_flight, progress->waiting, progress->failed);
	if (progress->rate > 0)
		append(line, ", %.1f/s", progress->rate);
	if (progress->remaining_ms >= 0 && progress->done < progress->total) {
		append(line, ", about ");
		append_duration(line, progress->remaining_ms);
		append(line, " left");
	}
}

void rcn_cli_progress_end(struct rcn_cli *cli)
{
	if (!cli->line_drawn)
		return;
	fputs("\r\x1b[K", stderr);
	fflush(stderr);
	cli->line_drawn = false;
}

static void draw(struct rcn_cli *cli, const struct rcn_progress *progress)
{
	char line[LINE_SIZE];
	size_t width = cli->err.width > 1 ? cli->err.width - 1 : 79;

	describe(line, progress);
	/* All of it is ASCII: bytes are columns. A line that wraps could not be redrawn. */
	fprintf(stderr, "\r\x1b[K%.*s", (int)width, line);
	fflush(stderr);
	cli->line_drawn = true;
	cli->last_shown = progress->elapsed_ms;
}

static void print_view(struct rcn_view view)
{
	(void)rcn_escape(view, REASON_LIMIT, rcn_cli_error_sink());
}

static void print_ended(const struct rcn_event *event)
{
	fprintf(stderr, "[%zu/%zu] %s ", event->progress.done, event->progress.total,
		event->action ? event->action : "");
	print_view(event->key);
	fprintf(stderr, ": %s", event->result ? event->result : "ended");
	if (event->status.ptr && event->status.len > 0) {
		fputs(", ", stderr);
		print_view(event->status);
	}
	if (event->url.ptr) {
		fputs(", ", stderr);
		print_view(event->url);
	}
	if (event->text.ptr) {
		fputs(": ", stderr);
		print_view(event->text);
	}
	fputc('\n', stderr);
}

static void print_request(const struct rcn_event *event)
{
	bool ended = event->type == RCN_EVENT_REQUEST_ENDED;

	fprintf(stderr, "%s %s ", ended ? "answer" : "request", event->call ? event->call : "");
	print_view(event->key);
	if (event->attempt > 1)
		fprintf(stderr, " (attempt %u)", event->attempt);
	if (ended && event->http_status > 0)
		fprintf(stderr, ": %d in %" PRId64 " ms", event->http_status, event->duration_ms);
	else if (ended)
		fprintf(stderr, ": no answer after %" PRId64 " ms", event->duration_ms);
	if (event->tracking_id.ptr) {
		fputs(", ", stderr);
		print_view(event->tracking_id);
	}
	if (event->text.ptr) {
		fputs(": ", stderr);
		print_view(event->text);
	}
	fputc('\n', stderr);
}

static void print_slowed(const struct rcn_event *event)
{
	fprintf(stderr, "the service asks to slow down (%d)", event->http_status);
	if (event->duration_ms > 0)
		fprintf(stderr, ": a pause of %" PRId64 " s", (event->duration_ms + 999) / 1000);
	fputc('\n', stderr);
}

static void print_line(struct rcn_cli *cli, const struct rcn_event *event)
{
	switch (event->type) {
	case RCN_EVENT_LOG:
		print_view(event->text);
		fputc('\n', stderr);
		break;
	case RCN_EVENT_REQUEST_STARTED:
	case RCN_EVENT_REQUEST_ENDED:
		print_request(event);
		break;
	case RCN_EVENT_SLOWED:
		print_slowed(event);
		break;
	case RCN_EVENT_WAITING:
		fputs("accepted ", stderr);
		print_view(event->key);
		fputs(": ", stderr);
		print_view(event->status);
		fputc('\n', stderr);
		break;
	case RCN_EVENT_ACTION_ENDED:
		print_ended(event);
		break;
	case RCN_EVENT_COMMITTED:
		fprintf(stderr, "stored %zu records\n", event->count);
		break;
	case RCN_EVENT_APPLY_STARTED:
	case RCN_EVENT_PROGRESS:
	case RCN_EVENT_APPLY_ENDED:
		return;
	}
	cli->last_shown = event->progress.elapsed_ms;
}

/* On a terminal the line says enough; what went wrong stays on the screen above it. */
static void show_live(struct rcn_cli *cli, const struct rcn_event *event)
{
	if (event->type == RCN_EVENT_ACTION_ENDED && event->result &&
	    (strcmp(event->result, "failed") == 0 || strcmp(event->result, "unknown") == 0)) {
		rcn_cli_progress_end(cli);
		print_ended(event);
	}
	if (event->type == RCN_EVENT_APPLY_ENDED)
		rcn_cli_progress_end(cli);
	else if (!cli->line_drawn || event->progress.done == event->progress.total ||
		 event->progress.elapsed_ms - cli->last_shown >= REDRAW_MS)
		draw(cli, &event->progress);
}

void rcn_cli_on_event(void *payload, const struct rcn_event *event)
{
	struct rcn_cli *cli = payload;
	bool beat = event->type == RCN_EVENT_PROGRESS;
	char line[LINE_SIZE];

	if (event_level(event) > cli->level)
		return;
	if (cli->live) {
		show_live(cli, event);
		return;
	}
	if (beat && event->progress.elapsed_ms - cli->last_shown < HEARTBEAT_MS)
		return;
	if (cli->log_json) {
		(void)rcn_event_write(event, rcn_cli_error_sink());
		cli->last_shown = event->progress.elapsed_ms;
	} else if (beat) {
		describe(line, &event->progress);
		fprintf(stderr, "%s\n", line);
		cli->last_shown = event->progress.elapsed_ms;
	} else {
		print_line(cli, event);
	}
}
