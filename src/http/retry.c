#include "http/retry.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"

#define FIRST_MS        500
#define LONGEST_MS      60000
#define POLL_FIRST_MS   5000
#define POLL_LONGEST_MS 30000

int64_t rcn_retry_delay(unsigned attempt, const struct rcn_random *random)
{
	int64_t full = FIRST_MS;

	for (unsigned i = 1; i < attempt && full < LONGEST_MS; i++)
		full *= 2;
	if (full > LONGEST_MS)
		full = LONGEST_MS;
	return full / 2 + (int64_t)rcn_random_below(random, (uint64_t)(full - full / 2) + 1);
}

int64_t rcn_retry_poll_delay(unsigned polls, int64_t first_ms, const struct rcn_random *random)
{
	int64_t delay = first_ms > 0 ? first_ms : POLL_FIRST_MS;
	int64_t longest = delay > POLL_LONGEST_MS ? delay : POLL_LONGEST_MS;
	int64_t tenth;

	for (unsigned i = 0; i < polls && delay < longest; i++)
		delay += delay / 2 + 1;
	if (delay > longest)
		delay = longest;
	tenth = delay / 10;
	return delay - tenth + (int64_t)rcn_random_below(random, (uint64_t)(2 * tenth) + 1);
}

/* Reads what a form of date is made of; each moves on, or says false. */

static bool read_text(struct rcn_view *at, const char *text)
{
	size_t len = strlen(text);

	if (at->len < len || memcmp(at->ptr, text, len) != 0)
		return false;
	*at = rcn_view_from(*at, len);
	return true;
}

static bool read_digits(struct rcn_view *at, size_t digits, int *value)
{
	int number = 0;

	if (at->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)at->ptr[i]))
			return false;
		number = number * 10 + (at->ptr[i] - '0');
	}
	*value = number;
	*at = rcn_view_from(*at, digits);
	return true;
}

static bool read_name(struct rcn_view *at, const char *const *names, int count, int *index)
{
	for (int i = 0; i < count; i++) {
		if (read_text(at, names[i])) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool read_month(struct rcn_view *at, struct tm *time)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	return read_name(at, months, 12, &time->tm_mon);
}

static bool read_clock(struct rcn_view *at, struct tm *time)
{
	return read_digits(at, 2, &time->tm_hour) && read_text(at, ":") &&
	       read_digits(at, 2, &time->tm_min) && read_text(at, ":") &&
	       read_digits(at, 2, &time->tm_sec) && time->tm_hour < 24 && time->tm_min < 60 &&
	       time->tm_sec <= 60;
}

static bool read_year(struct rcn_view *at, struct tm *time)
{
	int year;

	if (!read_digits(at, 4, &year))
		return false;
	time->tm_year = year - 1900;
	return true;
}

/* "06 Nov 1994 08:49:37 GMT", behind "Sun, " */
static bool read_fixed(struct rcn_view at, struct tm *time)
{
	return read_digits(&at, 2, &time->tm_mday) && read_text(&at, " ") &&
	       read_month(&at, time) && read_text(&at, " ") && read_year(&at, time) &&
	       read_text(&at, " ") && read_clock(&at, time) && read_text(&at, " GMT") &&
	       at.len == 0;
}

/* "06-Nov-94 08:49:37 GMT", behind "Sunday, "; two digits mean a year that is not more
 * than 50 in the future (RFC 9110 §5.6.7). */
static bool read_rfc850(struct rcn_view at, int this_year, struct tm *time)
{
	int year, latest;

	if (!read_digits(&at, 2, &time->tm_mday) || !read_text(&at, "-") ||
	    !read_month(&at, time) || !read_text(&at, "-") || !read_digits(&at, 2, &year) ||
	    !read_text(&at, " ") || !read_clock(&at, time) || !read_text(&at, " GMT") ||
	    at.len != 0)
		return false;
	latest = this_year + 50;
	year = latest - (latest - year) % 100;
	time->tm_year = year - 1900;
	return true;
}

/* "Nov  6 08:49:37 1994", behind "Sun " */
static bool read_asctime(struct rcn_view at, struct tm *time)
{
	if (!read_month(&at, time) || !read_text(&at, " "))
		return false;
	if (!(read_text(&at, " ") ? read_digits(&at, 1, &time->tm_mday)
				  : read_digits(&at, 2, &time->tm_mday)))
		return false;
	return read_text(&at, " ") && read_clock(&at, time) && read_text(&at, " ") &&
	       read_year(&at, time) && at.len == 0;
}

static bool read_date(struct rcn_view text, int64_t wall_now, int64_t *wall_ms)
{
	static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
					    "Thursday", "Friday", "Saturday" };
	static const char *const short_days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	struct tm time = { 0 }, now = { 0 };
	time_t seconds = (time_t)(wall_now / 1000);
	bool read;
	int day;

	if (!gmtime_r(&seconds, &now))
		return false;
	if (read_name(&text, days, 7, &day))
		read = read_text(&text, ", ") && read_rfc850(text, now.tm_year + 1900, &time);
	else if (!read_name(&text, short_days, 7, &day))
		read = false;
	else if (read_text(&text, ", "))
		read = read_fixed(text, &time);
	else
		read = read_text(&text, " ") && read_asctime(text, &time);
	if (!read || time.tm_mday < 1 || time.tm_mday > 31)
		return false;
	*wall_ms = (int64_t)timegm(&time) * 1000;
	return true;
}

static int64_t clamp_ms(int64_t ms)
{
	const int64_t longest = RCN_LIMIT_RETRY_AFTER_SECONDS * (int64_t)1000;

	if (ms < 1000)
		return 1000;
	return ms > longest ? longest : ms;
}

static bool is_decimal(struct rcn_view text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isdigit((unsigned char)text.ptr[i]))
			return false;
	return text.len > 0;
}

int64_t rcn_retry_after_parse(struct rcn_view retry_after, struct rcn_view date, int64_t wall_now)
{
	int64_t seconds, until, from;

	if (rcn_view_is_none(retry_after))
		return -1;
	retry_after = rcn_view_trim(retry_after);
	if (is_decimal(retry_after)) {
		/* What does not fit the range is a number all the same: the longest wait. */
		if (!rcn_text_to_int64(retry_after, 0, RCN_LIMIT_RETRY_AFTER_SECONDS, &seconds))
			seconds = RCN_LIMIT_RETRY_AFTER_SECONDS;
		return clamp_ms(seconds * 1000);
	}
	if (!read_date(retry_after, wall_now, &until))
		return -1;
	/* Measured by the service's own clock where it shows it: ours may be wrong. */
	if (rcn_view_is_none(date) || !read_date(rcn_view_trim(date), wall_now, &from))
		from = wall_now;
	return clamp_ms(until - from);
}
