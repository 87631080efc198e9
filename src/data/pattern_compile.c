#include "base/text.h"
#include "data/pattern_internal.h"

#define NESTING_MAXIMUM    50
#define REPETITION_MAXIMUM 1000
#define UNLIMITED          (-1)

struct compiler {
	struct rcn_view source;
	size_t position;
	struct rcn_pattern_instruction code[RCN_PATTERN_INSTRUCTIONS];
	size_t length;
	struct rcn_pattern_range ranges[RCN_PATTERN_RANGES];
	size_t range_count;
	unsigned depth;
	const char *reason; /* set once it has failed */
};

static bool fail(struct compiler *compiler, const char *reason)
{
	if (!compiler->reason)
		compiler->reason = reason;
	return false;
}

static int peek(const struct compiler *compiler)
{
	if (compiler->position >= compiler->source.len)
		return -1;
	return (unsigned char)compiler->source.ptr[compiler->position];
}

static bool accept(struct compiler *compiler, char byte)
{
	if (peek(compiler) != byte)
		return false;
	compiler->position++;
	return true;
}

/* Makes room for one instruction at `at`, moving what stands there. */
static bool insert(struct compiler *compiler, size_t at, struct rcn_pattern_instruction instruction)
{
	if (compiler->length >= RCN_PATTERN_INSTRUCTIONS - 1)
		return fail(compiler, "it is too long");
	memmove(&compiler->code[at + 1], &compiler->code[at],
		(compiler->length - at) * sizeof(compiler->code[0]));
	compiler->code[at] = instruction;
	compiler->length++;
	return true;
}

static bool emit(struct compiler *compiler, enum rcn_pattern_operation operation, int32_t first,
		 int32_t second)
{
	return insert(compiler, compiler->length,
		      (struct rcn_pattern_instruction){ operation, first, second, false });
}

static bool add_range(struct compiler *compiler, uint32_t low, uint32_t high, char class)
{
	if (compiler->range_count >= RCN_PATTERN_RANGES)
		return fail(compiler, "it is too long");
	compiler->ranges[compiler->range_count++] = (struct rcn_pattern_range){ low, high, class };
	return true;
}

static bool read_hexadecimal(struct compiler *compiler, unsigned digits, uint32_t *code_point)
{
	*code_point = 0;
	for (unsigned i = 0; i < digits; i++) {
		const int byte = peek(compiler);
		const int lower = byte | 0x20;

		if (byte >= '0' && byte <= '9')
			*code_point = *code_point * 16 + (uint32_t)(byte - '0');
		else if (byte > 0 && lower >= 'a' && lower <= 'f')
			*code_point = *code_point * 16 + (uint32_t)(lower - 'a' + 10);
		else
			return fail(compiler,
				    "hexadecimal digits are missing behind `\\x` or `\\u`");
		compiler->position++;
	}
	return true;
}

/* Behind a backslash: a class (*class is not 0) or a code point. */
static bool read_escape(struct compiler *compiler, uint32_t *code_point, char *class)
{
	static const char letters[] = "tnrfv", meanings[] = "\t\n\r\f\v";
	const int byte = peek(compiler);
	const char *letter;

	*class = 0;
	if (byte < 0)
		return fail(compiler, "it ends with a backslash");
	if (byte == 0 || byte >= 0x80)
		return fail(compiler, "an unknown escape");
	compiler->position++;
	if (strchr("dDwWsS", byte)) {
		*class = (char)byte;
		return true;
	}
	if (byte == 'x' || byte == 'u')
		return read_hexadecimal(compiler, byte == 'x' ? 2 : 4, code_point);
	letter = strchr(letters, byte);
	if (letter) {
		*code_point = (uint32_t)meanings[letter - letters];
		return true;
	}
	if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	    (byte >= 'A' && byte <= 'Z'))
		return fail(compiler, "an escape outside of the subset");
	*code_point = (uint32_t)byte;
	return true;
}

/* One end of a range in brackets, or a class. */
static bool read_class_atom(struct compiler *compiler, uint32_t *code_point, char *class)
{
	*class = 0;
	if (peek(compiler) < 0)
		return fail(compiler, "a `[` is never closed");
	if (accept(compiler, '\\'))
		return read_escape(compiler, code_point, class);
	*code_point = rcn_utf8_next(compiler->source, &compiler->position);
	return *code_point != UINT32_MAX || fail(compiler, "it is not UTF-8");
}

static bool read_class(struct compiler *compiler)
{
	const size_t first = compiler->range_count;
	const bool negated = accept(compiler, '^');
	size_t at;

	while (!accept(compiler, ']')) {
		uint32_t low = 0, high = 0;
		char class, other;

		if (!read_class_atom(compiler, &low, &class))
			return false;
		high = low;
		if (peek(compiler) == '-' && compiler->position + 1 < compiler->source.len &&
		    compiler->source.ptr[compiler->position + 1] != ']') {
			compiler->position++;
			if (!read_class_atom(compiler, &high, &other))
				return false;
			if (class || other || high < low)
				return fail(compiler, "a range that makes no sense");
		}
		if (!add_range(compiler, low, high, class))
			return false;
	}
	if (compiler->range_count == first)
		return fail(compiler, "`[]` is empty");
	at = compiler->length;
	if (!emit(compiler, RCN_PATTERN_SET, (int32_t)first,
		  (int32_t)(compiler->range_count - first)))
		return false;
	compiler->code[at].negated = negated;
	return true;
}

static bool emit_set(struct compiler *compiler, uint32_t code_point, char class)
{
	return add_range(compiler, code_point, code_point, class) &&
	       emit(compiler, RCN_PATTERN_SET, (int32_t)compiler->range_count - 1, 1);
}

/* Anything but a line break. */
static bool emit_any(struct compiler *compiler)
{
	const size_t first = compiler->range_count;

	if (!add_range(compiler, '\n', '\n', 0) || !add_range(compiler, '\r', '\r', 0) ||
	    !add_range(compiler, 0x2028, 0x2029, 0) ||
	    !emit(compiler, RCN_PATTERN_SET, (int32_t)first, 3))
		return false;
	compiler->code[compiler->length - 1].negated = true;
	return true;
}

static bool read_alternatives(struct compiler *compiler);

static bool read_group(struct compiler *compiler)
{
	if (accept(compiler, '?') && !accept(compiler, ':'))
		return fail(compiler, "look-around and named groups are outside of the subset");
	if (++compiler->depth > NESTING_MAXIMUM)
		return fail(compiler, "its groups are nested too deeply");
	if (!read_alternatives(compiler))
		return false;
	compiler->depth--;
	return accept(compiler, ')') || fail(compiler, "a `(` is never closed");
}

static bool read_atom(struct compiler *compiler, bool *repeatable)
{
	uint32_t code_point = 0;
	char class = 0;

	*repeatable = true;
	switch (peek(compiler)) {
	case '^':
	case '$':
		*repeatable = false;
		return emit(compiler,
			    compiler->source.ptr[compiler->position++] == '^' ? RCN_PATTERN_BEGIN
									      : RCN_PATTERN_END,
			    0, 0);
	case '.':
		compiler->position++;
		return emit_any(compiler);
	case '[':
		compiler->position++;
		return read_class(compiler);
	case '(':
		compiler->position++;
		return read_group(compiler);
	case '\\':
		compiler->position++;
		return read_escape(compiler, &code_point, &class) &&
		       emit_set(compiler, code_point, class);
	case '*':
	case '+':
	case '?':
	case '{':
		return fail(compiler, "there is nothing to repeat");
	case '}':
	case ']':
		return fail(compiler, "a bracket that was never opened");
	default:
		code_point = rcn_utf8_next(compiler->source, &compiler->position);
		if (code_point == UINT32_MAX)
			return fail(compiler, "it is not UTF-8");
		return emit_set(compiler, code_point, 0);
	}
}

static bool read_count(struct compiler *compiler, int *count)
{
	const size_t start = compiler->position;

	*count = 0;
	while (peek(compiler) >= '0' && peek(compiler) <= '9') {
		*count = *count * 10 + (peek(compiler) - '0');
		if (*count > REPETITION_MAXIMUM)
			return fail(compiler, "a repetition of more than 1000 times");
		compiler->position++;
	}
	return compiler->position > start;
}

/* False when there is no quantifier, or a faulty one (then it has failed). */
static bool read_quantifier(struct compiler *compiler, int *least, int *most)
{
	*least = 0;
	*most = UNLIMITED;
	if (accept(compiler, '*'))
		return true;
	if (accept(compiler, '+')) {
		*least = 1;
		return true;
	}
	if (accept(compiler, '?')) {
		*most = 1;
		return true;
	}
	if (!accept(compiler, '{'))
		return false;
	if (!read_count(compiler, least))
		return fail(compiler, "a number is missing behind `{`");
	*most = *least;
	if (accept(compiler, ',')) {
		*most = UNLIMITED;
		if (peek(compiler) != '}' && !read_count(compiler, most))
			return fail(compiler, "a number is missing behind `,`");
	}
	if (!accept(compiler, '}') || (*most != UNLIMITED && *most < *least))
		return fail(compiler, "a faulty `{…}`");
	return true;
}

/* Copies the code [start, start + size) to the end. */
static bool copy_code(struct compiler *compiler, size_t start, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!insert(compiler, compiler->length, compiler->code[start + i]))
			return false;
	return true;
}

/* The atom stands at [start, length); make it stand there as often as it may. The first
 * copy is the model for the others, and becomes the loop or optional part if need be. */
static bool repeat(struct compiler *compiler, size_t start, int least, int most)
{
	const size_t size = compiler->length - start;
	const int32_t span = (int32_t)size;

	if (most == 0) {
		compiler->length = start;
		return true;
	}
	for (int i = 1; i < least; i++)
		if (!copy_code(compiler, start, size))
			return false;
	if (most == UNLIMITED && least > 0)
		return emit(compiler, RCN_PATTERN_SPLIT, -span, 1);
	if (least > 0) {
		for (int i = least; i < most; i++)
			if (!emit(compiler, RCN_PATTERN_SPLIT, 1, span + 1) ||
			    !copy_code(compiler, start, size))
				return false;
		return true;
	}
	if (most == UNLIMITED)
		return insert(compiler, start,
			      (struct rcn_pattern_instruction){ RCN_PATTERN_SPLIT, 1, span + 2,
								false }) &&
		       emit(compiler, RCN_PATTERN_JUMP, -(span + 1), 0);
	if (!insert(compiler, start,
		    (struct rcn_pattern_instruction){ RCN_PATTERN_SPLIT, 1, span + 1, false }))
		return false;
	for (int i = 1; i < most; i++)
		if (!copy_code(compiler, start, size + 1))
			return false;
	return true;
}

static bool read_sequence(struct compiler *compiler)
{
	while (peek(compiler) >= 0 && peek(compiler) != '|' && peek(compiler) != ')') {
		const size_t start = compiler->length;
		bool repeatable;
		int least, most;

		if (!read_atom(compiler, &repeatable))
			return false;
		if (!read_quantifier(compiler, &least, &most)) {
			if (compiler->reason)
				return false;
			continue;
		}
		if (!repeatable)
			return fail(compiler, "there is nothing to repeat");
		if (peek(compiler) == '?')
			return fail(compiler, "lazy quantifiers are outside of the subset");
		if (!repeat(compiler, start, least, most))
			return false;
	}
	return true;
}

static bool read_alternatives(struct compiler *compiler)
{
	const size_t start = compiler->length;
	size_t jump;

	if (!read_sequence(compiler))
		return false;
	if (!accept(compiler, '|'))
		return true;
	if (++compiler->depth > NESTING_MAXIMUM * 4)
		return fail(compiler, "it has too many alternatives");
	if (!insert(compiler, start,
		    (struct rcn_pattern_instruction){
			    RCN_PATTERN_SPLIT, 1, (int32_t)(compiler->length - start) + 2, false }))
		return false;
	jump = compiler->length;
	if (!emit(compiler, RCN_PATTERN_JUMP, 0, 0) || !read_alternatives(compiler))
		return false;
	compiler->depth--;
	compiler->code[jump].first = (int32_t)(compiler->length - jump);
	return true;
}

static struct rcn_pattern *keep(const struct compiler *compiler, struct rcn_arena *arena)
{
	struct rcn_pattern *pattern = RCN_ARENA_NEW(arena, struct rcn_pattern);

	if (!pattern)
		return NULL;
	pattern->source = rcn_arena_copy(arena, compiler->source);
	pattern->code = RCN_ARENA_ARRAY(arena, compiler->length, struct rcn_pattern_instruction);
	pattern->ranges =
		RCN_ARENA_ARRAY(arena, compiler->range_count + 1, struct rcn_pattern_range);
	if (rcn_view_is_none(pattern->source) || !pattern->code || !pattern->ranges)
		return NULL;
	pattern->length = compiler->length;
	pattern->range_count = compiler->range_count;
	memcpy(pattern->code, compiler->code, compiler->length * sizeof(*pattern->code));
	memcpy(pattern->ranges, compiler->ranges, compiler->range_count * sizeof(*pattern->ranges));
	return pattern;
}

struct rcn_pattern *rcn_pattern_compile(struct rcn_view source, struct rcn_arena *arena,
					const char **reason)
{
	struct compiler compiler;

	memset(&compiler, 0, sizeof(compiler));
	compiler.source = source;
	*reason = NULL;
	if (read_alternatives(&compiler)) {
		if (compiler.position < source.len)
			fail(&compiler, "a `)` that was never opened");
		else if (emit(&compiler, RCN_PATTERN_MATCH, 0, 0))
			return keep(&compiler, arena);
	}
	*reason = compiler.reason;
	return NULL;
}
