#include "data/plain.h"

#include "data/number.h"

static bool is_one_of(struct rcn_view text, const char *const *words)
{
	for (; *words; words++)
		if (rcn_view_is(text, *words))
			return true;
	return false;
}

static bool is_null(struct rcn_view text)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };

	return is_one_of(text, words);
}

enum rcn_kind rcn_plain_kind(struct rcn_view text, struct rcn_view *value)
{
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	struct rcn_view number = text;

	*value = text;
	if (is_null(text))
		return RCN_NULL;
	if (is_one_of(text, yes)) {
		*value = RCN_VIEW("true");
		return RCN_BOOLEAN;
	}
	if (is_one_of(text, no)) {
		*value = RCN_VIEW("false");
		return RCN_BOOLEAN;
	}
	if (text.len > 1 && text.ptr[0] == '+' && text.ptr[1] != '-')
		number = rcn_view_from(text, 1);
	if (rcn_number_parse(number, NULL)) {
		*value = number;
		return RCN_NUMBER;
	}
	return RCN_STRING;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* How many bytes at the start are digits of `base`, or '_' (YAML 1.1). */
static size_t count_digits(struct rcn_view text, int base)
{
	size_t i = 0;

	for (; i < text.len; i++) {
		const char byte = text.ptr[i];
		const char lower = (char)(byte | 0x20);
		const bool letter = base == 16 && lower >= 'a' && lower <= 'f';

		if (byte != '_' && !letter &&
		    !(is_digit(byte) && byte - '0' < (base > 10 ? 10 : base)))
			break;
	}
	return i;
}

static bool is_based_number(struct rcn_view text)
{
	int base;

	if (text.len < 3 || text.ptr[0] != '0')
		return false;
	switch (text.ptr[1]) {
	case 'x':
		base = 16;
		break;
	case 'o':
		base = 8;
		break;
	case 'b':
		base = 2;
		break;
	default:
		return false;
	}
	return count_digits(rcn_view_from(text, 2), base) == text.len - 2;
}

/* 12:30, 190:20:30.15: base 60 in YAML 1.1 */
static bool is_sexagesimal(struct rcn_view text)
{
	size_t position = count_digits(text, 10);
	bool any = false;

	if (position == 0 || !is_digit(text.ptr[0]))
		return false;
	while (position < text.len && text.ptr[position] == ':') {
		size_t digits = 0;

		while (position + 1 + digits < text.len &&
		       is_digit(text.ptr[position + 1 + digits]))
			digits++;
		if (digits == 0 || digits > 2 || (digits == 2 && text.ptr[position + 1] > '5'))
			return false;
		position += 1 + digits;
		any = true;
	}
	if (any && position < text.len && text.ptr[position] == '.')
		position += 1 + count_digits(rcn_view_from(text, position + 1), 10);
	return any && position == text.len;
}

static bool is_decimal(struct rcn_view text)
{
	size_t position = 0, digits = 0;

	while (position < text.len && (is_digit(text.ptr[position]) || text.ptr[position] == '_'))
		digits += is_digit(text.ptr[position++]);
	if (position > 0 && text.ptr[0] == '_')
		return false;
	if (position < text.len && text.ptr[position] == '.') {
		position++;
		while (position < text.len &&
		       (is_digit(text.ptr[position]) || text.ptr[position] == '_'))
			digits += is_digit(text.ptr[position++]);
	}
	if (digits == 0)
		return false;
	if (position < text.len && (text.ptr[position] == 'e' || text.ptr[position] == 'E')) {
		size_t exponent = 0;

		position++;
		if (position < text.len && (text.ptr[position] == '+' || text.ptr[position] == '-'))
			position++;
		while (position < text.len && is_digit(text.ptr[position])) {
			position++;
			exponent++;
		}
		if (exponent == 0)
			return false;
	}
	return position == text.len;
}

static bool is_number(struct rcn_view text)
{
	static const char *const words[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL };

	if (text.len > 0 && (text.ptr[0] == '+' || text.ptr[0] == '-'))
		text = rcn_view_from(text, 1);
	return is_decimal(text) || is_based_number(text) || is_sexagesimal(text) ||
	       is_one_of(text, words);
}

/* 2001-12-14, and anything that goes on with a time: 2001-12-14t21:59:43.10-05:00 */
static bool is_date(struct rcn_view text)
{
	static const char shape[] = "dddd-d";
	size_t position, first;

	if (text.len < 8)
		return false;
	for (position = 0; shape[position]; position++)
		if (shape[position] == 'd' ? !is_digit(text.ptr[position])
					   : text.ptr[position] != shape[position])
			return false;
	if (is_digit(text.ptr[position]))
		position++;
	if (text.ptr[position] != '-')
		return false;
	first = ++position;
	while (position < text.len && position - first < 2 && is_digit(text.ptr[position]))
		position++;
	if (position == first)
		return false;
	if (position == text.len)
		return true;
	if (!strchr("Tt \t", text.ptr[position]) || text.len - position < 6)
		return false;
	for (position++; position < text.len; position++)
		if (!is_digit(text.ptr[position]) && !strchr(":.+-Z \t", text.ptr[position]))
			return false;
	return true;
}

const char *rcn_plain_elsewhere(struct rcn_view text)
{
	static const char *const booleans[] = { "y",    "Y",     "yes",   "Yes",   "YES",  "n",
						"N",    "no",    "No",    "NO",    "true", "True",
						"TRUE", "false", "False", "FALSE", "on",   "On",
						"ON",   "off",   "Off",   "OFF",   NULL };

	if (is_one_of(text, booleans))
		return "a boolean";
	if (is_number(text))
		return "a number";
	if (is_date(text))
		return "a date";
	return NULL;
}
