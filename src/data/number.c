#include "data/number.h"

#define EXPONENT_MAXIMUM INT64_C(1000000000000000)
#define DIVISOR_DIGITS   18 /* a divisor and ten times a remainder fit into 128 bits */
#define PADDING_MAXIMUM  40

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static size_t skip_digits(struct rcn_view text, size_t position)
{
	while (position < text.len && is_digit(text.ptr[position]))
		position++;
	return position;
}

static int64_t read_exponent(struct rcn_view text)
{
	bool negative = false;
	int64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '-')
			negative = true;
		else if (is_digit(text.ptr[i]) && value < EXPONENT_MAXIMUM)
			value = value * 10 + (text.ptr[i] - '0');
	}
	if (value > EXPONENT_MAXIMUM)
		value = EXPONENT_MAXIMUM;
	return negative ? -value : value;
}

/* Cuts the zeros off both ends of the mantissa [start, end), whose fraction has
 * `fraction` digits. */
static void set_digits(struct rcn_number *number, const char *start, const char *end,
		       size_t fraction, int64_t exponent)
{
	size_t count = 0;

	while (start < end && (*start == '0' || *start == '.'))
		start++;
	for (const char *p = start; p < end; p++)
		count += *p != '.';
	exponent -= (int64_t)fraction;
	while (count > 0) {
		const char last = end[-1];

		if (last != '0' && last != '.')
			break;
		end--;
		if (last == '0') {
			count--;
			exponent++;
		}
	}
	number->digits = start;
	number->count = count;
	number->exponent = count ? exponent : 0;
	if (count == 0)
		number->negative = false;
}

bool rcn_number_parse(struct rcn_view text, struct rcn_number *number)
{
	size_t position = 0, mantissa, end, fraction = 0;
	bool negative = false;
	int64_t exponent = 0;

	if (text.len > 0 && text.ptr[0] == '-') {
		negative = true;
		position = 1;
	}
	mantissa = position;
	position = skip_digits(text, position);
	if (position == mantissa || (position - mantissa > 1 && text.ptr[mantissa] == '0'))
		return false;
	if (position < text.len && text.ptr[position] == '.') {
		const size_t first = position + 1;

		position = skip_digits(text, first);
		fraction = position - first;
		if (fraction == 0)
			return false;
	}
	end = position;
	if (position < text.len && (text.ptr[position] == 'e' || text.ptr[position] == 'E')) {
		size_t first;

		position++;
		if (position < text.len && (text.ptr[position] == '+' || text.ptr[position] == '-'))
			position++;
		first = position;
		position = skip_digits(text, position);
		if (position == first)
			return false;
		exponent = read_exponent(rcn_view_make(text.ptr + end, position - end));
	}
	if (position != text.len)
		return false;
	if (number) {
		number->negative = negative;
		set_digits(number, text.ptr + mantissa, text.ptr + end, fraction, exponent);
	}
	return true;
}

static const char *skip_point(const char *digit)
{
	return *digit == '.' ? digit + 1 : digit;
}

static int compare_magnitude(const struct rcn_number *a, const struct rcn_number *b)
{
	const int64_t size_a = (int64_t)a->count + a->exponent;
	const int64_t size_b = (int64_t)b->count + b->exponent;
	const char *p = a->digits, *q = b->digits;

	if (size_a != size_b)
		return size_a < size_b ? -1 : 1;
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		p = skip_point(p);
		q = skip_point(q);
		if (*p != *q)
			return *p < *q ? -1 : 1;
		p++;
		q++;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int sign_of(const struct rcn_number *number)
{
	if (number->count == 0)
		return 0;
	return number->negative ? -1 : 1;
}

int rcn_number_compare(const struct rcn_number *a, const struct rcn_number *b)
{
	const int sign_a = sign_of(a), sign_b = sign_of(b);

	if (sign_a != sign_b)
		return sign_a < sign_b ? -1 : 1;
	if (sign_a == 0)
		return 0;
	return sign_a * compare_magnitude(a, b);
}

bool rcn_number_is_integer(const struct rcn_number *number)
{
	return number->exponent >= 0;
}

bool rcn_number_to_size(const struct rcn_number *number, size_t maximum, size_t *value)
{
	const char *digit = number->digits;
	size_t result = 0;

	if (number->negative || number->exponent < 0 || number->exponent > 19 || number->count > 19)
		return false;
	for (size_t i = 0; i < number->count + (size_t)number->exponent; i++) {
		size_t next = 0;

		if (i < number->count) {
			digit = skip_point(digit);
			next = (size_t)(*digit++ - '0');
		}
		if (next > maximum || result > (maximum - next) / 10)
			return false;
		result = result * 10 + next;
	}
	*value = result;
	return true;
}

bool rcn_number_is_divisor(const struct rcn_number *b)
{
	return sign_of(b) > 0 && b->count <= DIVISOR_DIGITS;
}

/* 10^power modulo `modulus` */
static uint64_t power_of_ten(uint64_t power, uint64_t modulus)
{
	unsigned __int128 result = 1 % modulus, base = 10 % modulus;

	for (; power > 0; power >>= 1) {
		if (power & 1)
			result = result * base % modulus;
		base = base * base % modulus;
	}
	return (uint64_t)result;
}

bool rcn_number_is_multiple(const struct rcn_number *a, const struct rcn_number *b)
{
	uint64_t divisor = 0;
	unsigned __int128 rest = 0;
	const char *digit = b->digits;

	if (a->count == 0)
		return true;
	/* Neither ends in a zero: finer steps than b's can't be whole multiples of it. */
	if (a->exponent < b->exponent)
		return false;
	for (size_t i = 0; i < b->count; i++) {
		digit = skip_point(digit);
		divisor = divisor * 10 + (uint64_t)(*digit++ - '0');
	}
	if (divisor == 0)
		return false;
	digit = a->digits;
	for (size_t i = 0; i < a->count; i++) {
		digit = skip_point(digit);
		rest = (rest * 10 + (unsigned __int128)(*digit++ - '0')) % divisor;
	}
	rest = rest * power_of_ten((uint64_t)(a->exponent - b->exponent), divisor) % divisor;
	return rest == 0;
}

void rcn_number_write(const struct rcn_number *number, struct rcn_buffer *out)
{
	const char *digit = number->digits;
	const int64_t whole = (int64_t)number->count + number->exponent;

	if (number->count == 0) {
		rcn_buffer_char(out, '0');
		return;
	}
	if (number->negative)
		rcn_buffer_char(out, '-');
	if (number->exponent > PADDING_MAXIMUM || whole < -PADDING_MAXIMUM) {
		for (size_t i = 0; i < number->count; i++) {
			digit = skip_point(digit);
			rcn_buffer_char(out, *digit++);
		}
		rcn_buffer_format(out, "e%lld", (long long)number->exponent);
		return;
	}
	if (whole <= 0) {
		rcn_buffer_text(out, "0.");
		rcn_buffer_repeat(out, '0', (size_t)-whole);
	}
	for (size_t i = 0; i < number->count; i++) {
		if (i > 0 && (int64_t)i == whole)
			rcn_buffer_char(out, '.');
		digit = skip_point(digit);
		rcn_buffer_char(out, *digit++);
	}
	if (number->exponent > 0)
		rcn_buffer_repeat(out, '0', (size_t)number->exponent);
}
