/*
 * One setting's text → its value. Pure.
 */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "settings/internal.h"

static bool holds_control(struct rcn_view text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return true;
	return false;
}

static bool is_choice(const char *choices, struct rcn_view text)
{
	struct rcn_view rest = rcn_view_of(choices);

	for (;;) {
		size_t bar = rcn_view_find(rest, '|');

		if (rcn_view_equal(rcn_view_make(rest.ptr, bar), text))
			return true;
		if (bar == rest.len)
			return false;
		rest = rcn_view_from(rest, bar + 1);
	}
}

static bool is_loopback(struct rcn_view host)
{
	if (rcn_view_is(host, "localhost") || rcn_view_is(host, "[::1]"))
		return true;
	if (!rcn_view_starts_with(host, RCN_VIEW("127.")))
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9'))
			return false;
	return true;
}

/* host, host:port, [v6], [v6]:port */
static const char *check_authority(struct rcn_view authority, struct rcn_view *host)
{
	size_t bracket = rcn_view_find(authority, ']');
	struct rcn_view port = RCN_VIEW_NONE;
	int64_t number;

	if (authority.len > 0 && authority.ptr[0] == '[') {
		if (bracket == authority.len)
			return "has an address without its closing bracket";
		*host = rcn_view_make(authority.ptr, bracket + 1);
		if (bracket + 1 < authority.len)
			port = rcn_view_from(authority, bracket + 1);
	} else {
		size_t colon = rcn_view_find(authority, ':');

		*host = rcn_view_make(authority.ptr, colon);
		if (colon < authority.len)
			port = rcn_view_from(authority, colon);
	}
	if (host->len == 0)
		return "names no host";
	if (port.ptr &&
	    (port.ptr[0] != ':' || !rcn_text_to_int64(rcn_view_from(port, 1), 1, 65535, &number)))
		return "has a port that is no number from 1 to 65535";
	return NULL;
}

static const char *parse_url(struct rcn_view text, struct rcn_setting_value *value)
{
	bool plain = rcn_view_starts_with(text, RCN_VIEW("http://"));
	struct rcn_view authority, host;
	const char *reason;

	if (!plain && !rcn_view_starts_with(text, RCN_VIEW("https://")))
		return "is no address that begins with https://";
	authority = rcn_view_from(text, plain ? 7 : 8);
	authority.len = rcn_view_find(authority, '/');
	if (rcn_view_find(text, '?') < text.len || rcn_view_find(text, '#') < text.len ||
	    rcn_view_find(text, ' ') < text.len || rcn_view_find(text, '\\') < text.len)
		return "has a part that no base address may have (?, #, \\ or a space)";
	if (rcn_view_find(authority, '@') < authority.len)
		return "holds a user name or password, which is never used";
	reason = check_authority(authority, &host);
	if (reason)
		return reason;
	if (plain && !is_loopback(host))
		return "begins with http://, which is taken for this computer alone: use https://";
	/* A slash at the end would be doubled by the paths that are put behind it. */
	while (text.len > 0 && text.ptr[text.len - 1] == '/')
		text.len--;
	value->text = text;
	return NULL;
}

static const char *parse_amount(const struct rcn_setting_entry *entry, struct rcn_view text,
				struct rcn_setting_value *value)
{
	bool percent = rcn_view_ends_with(text, RCN_VIEW("%"));
	struct rcn_view digits = { text.ptr, text.len - (percent ? 1 : 0) };
	int64_t number;

	if (!rcn_text_to_int64(digits, 0, percent ? 100 : entry->maximum, &number))
		return "is neither a count such as 10 nor a percentage such as 5%";
	value->number = number;
	value->amount = (struct rcn_amount){ true, percent, (uint32_t)number };
	return NULL;
}

static const char *parse_report(const struct rcn_setting_entry *entry, struct rcn_view text)
{
	size_t equals = rcn_view_find(text, '=');

	if (equals == text.len || equals + 1 == text.len)
		return "is not of the form FORMAT=FILE, such as markdown=plan.md";
	if (!is_choice(entry->choices, rcn_view_make(text.ptr, equals)))
		return "names a format that is not known";
	return NULL;
}

const char *rcn_setting_parse(const struct rcn_setting_entry *entry, struct rcn_view text,
			      struct rcn_setting_value *value)
{
	value->text = text;
	if (text.len == 0)
		return "is empty";
	if (text.len > RCN_LIMIT_SETTING_BYTES)
		return "is longer than 4,096 bytes";
	if (!rcn_utf8_valid(text, NULL) || holds_control(text))
		return "holds control characters or is not UTF-8";
	switch (entry->type) {
	case RCN_TYPE_TEXT:
	case RCN_TYPE_PATH:
		return NULL;
	case RCN_TYPE_URL:
		return parse_url(text, value);
	case RCN_TYPE_COUNT:
		return rcn_text_to_int64(text, entry->minimum, entry->maximum, &value->number)
			       ? NULL
			       : "is not a number in the range";
	case RCN_TYPE_DURATION:
		if (!rcn_duration_parse(text, &value->number))
			return "is no duration, which is written like 15m, 90s or 1h30m";
		return value->number >= entry->minimum && value->number <= entry->maximum
			       ? NULL
			       : "is shorter or longer than is useful";
	case RCN_TYPE_AMOUNT:
		return parse_amount(entry, text, value);
	case RCN_TYPE_CHOICE:
		return is_choice(entry->choices, text) ? NULL : "is not one of the choices";
	case RCN_TYPE_LIST:
		return parse_report(entry, text);
	}
	return NULL;
}
