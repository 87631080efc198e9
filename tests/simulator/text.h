/* Text for the simulator: a growing buffer and the few codings that HTTP and JSON need.
 *
 * A failed allocation ends the program with a message: a judge that goes on half-blind is worse
 * than none. A buffer never grows beyond SIM_TEXT_MAX. Data is always NUL-terminated once anything
 * was added; `data` is NULL before. */
#ifndef SIM_TEXT_H
#define SIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_TEXT_MAX ((size_t)512 * 1024 * 1024)

struct text {
	char *data;
	size_t length;
	size_t capacity;
};

/* Ends the program with a message; returns only in its type. */
__attribute__((noreturn)) void *sim_out_of_memory(void);
/* Zeroed memory, never NULL. */
void *sim_allocate(size_t size);
void *sim_reallocate(void *old, size_t size);
/* NULL gives NULL. */
char *sim_copy(const char *text);
char *sim_copy_bytes(const char *text, size_t length);

void sim_text_free(struct text *text);
void sim_text_add(struct text *text, const char *more);
void sim_text_add_bytes(struct text *text, const char *more, size_t length);
void sim_text_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The text as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD. NULL: null. */
void sim_text_json(struct text *text, const char *value);
void sim_text_json_bytes(struct text *text, const char *value, size_t length);
/* Percent-encoded for a query value. */
void sim_text_percent(struct text *text, const char *value);
/* Base64url without padding. */
void sim_text_base64url(struct text *text, const char *value, size_t length);
/* An RFC 3339 time in UTC, milliseconds since the epoch. */
void sim_text_time(struct text *text, int64_t epoch_ms);

/* Hands the text over, never NULL; the buffer is empty after. */
char *sim_text_take(struct text *text);

/* Decodes %XX (and + when `plus`). NULL when malformed or when it would hold a NUL. */
char *sim_percent_decode(const char *text, size_t length, bool plus);
/* Decodes standard base64, padding optional. NULL when malformed or when it would hold a NUL. */
char *sim_base64_decode(const char *text);
/* Shell-like: * any text, ? any one byte. Case matters. */
bool sim_glob(const char *pattern, const char *text);
/* Length of the UTF-8 sequence at `text`, 0 when there is none that is valid. */
size_t sim_utf8_length(const char *text, size_t left);
uint64_t sim_hash(const char *text, uint64_t seed);
/* Decimal digits alone, no sign, at most `maximum`. */
bool sim_parse_number(const char *text, int64_t maximum, int64_t *number);

/* Milliseconds that never go back. */
int64_t sim_now(void);
int64_t sim_epoch(void);

#endif
