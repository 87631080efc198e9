#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define EARLIEST_MS     INT64_C(-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define LATEST_MS       INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define SECOND_MS       INT64_C(1000)
#define MINUTE_MS       (60 * SECOND_MS)
#define HOUR_MS         (60 * MINUTE_MS)
#define DAY_MS          (24 * HOUR_MS)
#define LONGEST_WAIT_MS (400 * DAY_MS)

static int64_t read_clock(clockid_t which)
{
	struct timespec now = { 0, 0 };

	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t read_wall(void *payload)
{
	(void)payload;
	return read_clock(CLOCK_REALTIME);
}

static int64_t read_monotonic(void *payload)
{
	(void)payload;
	return read_clock(CLOCK_MONOTONIC);
}

const struct rcn_clock rcn_clock_system = { read_wall, read_monotonic, NULL };

void rcn_time_format(int64_t wall_ms, char text[RCN_TIME_SIZE])
{
	struct tm date = { 0 };
	int64_t milliseconds;
	time_t seconds;

	if (wall_ms < EARLIEST_MS)
		wall_ms = EARLIEST_MS;
	if (wall_ms > LATEST_MS)
		wall_ms = LATEST_MS;
	milliseconds = ((wall_ms % 1000) + 1000) % 1000;
	seconds = (time_t)((wall_ms - milliseconds) / 1000);
	gmtime_r(&seconds, &date);
	/* The remainders change nothing: they tell the compiler that all fits. */
	snprintf(text, RCN_TIME_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
		 (unsigned)(date.tm_year + 1900) % 10000, (unsigned)(date.tm_mon + 1) % 100,
		 (unsigned)date.tm_mday % 100, (unsigned)date.tm_hour % 100,
		 (unsigned)date.tm_min % 100, (unsigned)date.tm_sec % 100,
		 (unsigned)milliseconds % 1000);
}

struct unit {
	const char *name;
	int64_t ms;
};

/* Descending; "ms" is told from "m" by taking all letters. */
static const struct unit units[] = {
	{ "d", DAY_MS }, { "h", HOUR_MS }, { "m", MINUTE_MS }, { "s", SECOND_MS }, { "ms", 1 },
};

static bool read_amount(struct rcn_view text, size_t *position, int64_t *amount)
{
	size_t start = *position;
	int64_t sum = 0;

	while (*position < text.len && text.ptr[*position] >= '0' && text.ptr[*position] <= '9') {
		sum = sum * 10 + (text.ptr[*position] - '0');
		if (sum > LONGEST_WAIT_MS)
			return false;
		(*position)++;
	}
	*amount = sum;
	return *position > start;
}

bool rcn_duration_parse(struct rcn_view text, int64_t *ms)
{
	const size_t count = sizeof(units) / sizeof(units[0]);
	size_t position = 0, unit = 0;
	int64_t sum = 0;

	if (rcn_view_is(text, "0")) {
		*ms = 0;
		return true;
	}
	if (text.len == 0)
		return false;
	while (position < text.len) {
		struct rcn_view name;
		int64_t amount;
		size_t start;

		if (!read_amount(text, &position, &amount))
			return false;
		start = position;
		while (position < text.len && text.ptr[position] >= 'a' &&
		       text.ptr[position] <= 'z')
			position++;
		name = rcn_view_make(text.ptr + start, position - start);
		while (unit < count && !rcn_view_is(name, units[unit].name))
			unit++;
		if (unit == count || amount > LONGEST_WAIT_MS / units[unit].ms)
			return false;
		sum += amount * units[unit].ms;
		unit++;
	}
	if (sum > LONGEST_WAIT_MS)
		return false;
	*ms = sum;
	return true;
}

/* "3 min 20 s"; the smaller unit is left out when there is none of it. */
static void format_two(char *text, const char *sign, uint64_t ms, uint64_t large,
		       const char *large_name, uint64_t small, const char *small_name)
{
	unsigned long long whole = ms / large;
	unsigned long long rest = ms % large / small;

	if (rest)
		snprintf(text, RCN_DURATION_SIZE, "%s%llu %s %llu %s", sign, whole, large_name,
			 rest, small_name);
	else
		snprintf(text, RCN_DURATION_SIZE, "%s%llu %s", sign, whole, large_name);
}

void rcn_duration_format(int64_t ms, char text[RCN_DURATION_SIZE])
{
	const char *sign = ms < 0 ? "-" : "";
	uint64_t span = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;

	if (span < SECOND_MS)
		snprintf(text, RCN_DURATION_SIZE, "%s%u ms", sign, (unsigned)span);
	else if (span < MINUTE_MS && span % SECOND_MS >= 100)
		snprintf(text, RCN_DURATION_SIZE, "%s%u.%u s", sign, (unsigned)(span / 1000),
			 (unsigned)(span % 1000 / 100));
	else if (span < MINUTE_MS)
		snprintf(text, RCN_DURATION_SIZE, "%s%u s", sign, (unsigned)(span / 1000));
	else if (span < HOUR_MS)
		format_two(text, sign, span, MINUTE_MS, "min", SECOND_MS, "s");
	else if (span < DAY_MS)
		format_two(text, sign, span, HOUR_MS, "h", MINUTE_MS, "min");
	else
		format_two(text, sign, span, DAY_MS, "d", HOUR_MS, "h");
}
