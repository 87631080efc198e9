/* Link headers (RFC 8288 §3). */
#include "webex/answers.h"

static void skip_space(struct rcn_view *at)
{
	while (at->len > 0 && (*at->ptr == ' ' || *at->ptr == '\t'))
		*at = rcn_view_from(*at, 1);
}

static bool take_byte(struct rcn_view *at, char byte)
{
	if (at->len == 0 || *at->ptr != byte)
		return false;
	*at = rcn_view_from(*at, 1);
	return true;
}

/* A quoted string without its quotes, or everything up to the next separator. */
static struct rcn_view take_value(struct rcn_view *at)
{
	struct rcn_view value = rcn_view_make(at->ptr, 0);
	bool quoted = take_byte(at, '"');

	value.ptr = at->ptr;
	while (value.len < at->len) {
		char byte = at->ptr[value.len];

		if (quoted ? byte == '"' : byte == ';' || byte == ',')
			break;
		/* Behind a backslash a quote is a quote. */
		value.len += quoted && byte == '\\' && value.len + 1 < at->len ? 2 : 1;
	}
	*at = rcn_view_from(*at, value.len);
	if (quoted)
		take_byte(at, '"');
	return quoted ? value : rcn_view_trim(value);
}

static bool equal_caseless(struct rcn_view a, const char *text)
{
	return a.len == strlen(text) && strncasecmp(a.ptr, text, a.len) == 0;
}

/* rel holds several types, separated by space. */
static bool holds_next(struct rcn_view rel)
{
	while (rel.len > 0) {
		size_t end = rcn_view_find(rel, ' ');

		if (equal_caseless(rcn_view_make(rel.ptr, end), "next"))
			return true;
		rel = rcn_view_from(rel, end < rel.len ? end + 1 : end);
	}
	return false;
}

/* The parameters of one link; true when it leads to the next page. The first rel counts. */
static bool take_parameters(struct rcn_view *at)
{
	bool seen = false, next = false;

	for (skip_space(at); take_byte(at, ';'); skip_space(at)) {
		struct rcn_view name, value = RCN_VIEW("");
		size_t end = 0;

		skip_space(at);
		while (end < at->len && !strchr("=;, \t", at->ptr[end]))
			end++;
		name = rcn_view_make(at->ptr, end);
		*at = rcn_view_from(*at, end);
		skip_space(at);
		if (take_byte(at, '=')) {
			skip_space(at);
			value = take_value(at);
		}
		if (!seen && equal_caseless(name, "rel")) {
			seen = true;
			next = holds_next(value);
		}
	}
	return next;
}

struct rcn_view rcn_link_next(struct rcn_view link)
{
	while (link.len > 0) {
		struct rcn_view target;
		size_t end;

		skip_space(&link);
		if (take_byte(&link, ','))
			continue;
		if (!take_byte(&link, '<'))
			break;
		end = rcn_view_find(link, '>');
		if (end == link.len)
			break;
		target = rcn_view_make(link.ptr, end);
		link = rcn_view_from(link, end + 1);
		if (take_parameters(&link))
			return rcn_view_trim(target);
		/* Anything else before the comma is rubbish: step over it. */
		end = rcn_view_find(link, ',');
		link = rcn_view_from(link, end < link.len ? end + 1 : end);
	}
	return RCN_VIEW_NONE;
}
