#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SMALLEST_CAPACITY 64

/* Makes room for `more` bytes and the NUL behind them. */
static bool make_room(struct rcn_buffer *buffer, size_t more)
{
	size_t needed, capacity;
	char *ptr;

	if (buffer->status != RCN_OK)
		return false;
	if (buffer->len > buffer->maximum || more > buffer->maximum - buffer->len ||
	    more >= SIZE_MAX - buffer->len) {
		buffer->status = RCN_ERROR_LIMIT;
		return false;
	}
	needed = buffer->len + more + 1;
	if (needed <= buffer->capacity)
		return true;
	capacity = buffer->capacity ? buffer->capacity : SMALLEST_CAPACITY;
	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
	if (capacity - 1 > buffer->maximum)
		capacity = buffer->maximum + 1;
	ptr = realloc(buffer->ptr, capacity);
	if (!ptr) {
		buffer->status = RCN_ERROR_MEMORY;
		return false;
	}
	buffer->ptr = ptr;
	buffer->capacity = capacity;
	buffer->ptr[buffer->len] = '\0';
	return true;
}

void rcn_buffer_append(struct rcn_buffer *buffer, const char *ptr, size_t len)
{
	if (len == 0 || !make_room(buffer, len))
		return;
	memcpy(buffer->ptr + buffer->len, ptr, len);
	buffer->len += len;
	buffer->ptr[buffer->len] = '\0';
}

void rcn_buffer_view(struct rcn_buffer *buffer, struct rcn_view view)
{
	rcn_buffer_append(buffer, view.ptr, view.len);
}

void rcn_buffer_text(struct rcn_buffer *buffer, const char *text)
{
	rcn_buffer_view(buffer, rcn_view_of(text));
}

void rcn_buffer_char(struct rcn_buffer *buffer, char byte)
{
	rcn_buffer_append(buffer, &byte, 1);
}

void rcn_buffer_repeat(struct rcn_buffer *buffer, char byte, size_t times)
{
	if (times == 0 || !make_room(buffer, times))
		return;
	memset(buffer->ptr + buffer->len, byte, times);
	buffer->len += times;
	buffer->ptr[buffer->len] = '\0';
}

void rcn_buffer_format(struct rcn_buffer *buffer, const char *format, ...)
{
	va_list list, again;
	size_t room;
	int len;

	if (buffer->status != RCN_OK)
		return;
	va_start(list, format);
	va_copy(again, list);
	room = buffer->capacity - buffer->len;
	len = vsnprintf(room ? buffer->ptr + buffer->len : NULL, room, format, list);
	if (len < 0) {
		buffer->status = RCN_ERROR_MEMORY;
	} else if (!make_room(buffer, (size_t)len)) {
		if (room)
			buffer->ptr[buffer->len] = '\0';
	} else {
		if ((size_t)len >= room)
			vsnprintf(buffer->ptr + buffer->len, (size_t)len + 1, format, again);
		buffer->len += (size_t)len;
	}
	va_end(again);
	va_end(list);
}

enum rcn_status rcn_buffer_status(const struct rcn_buffer *buffer)
{
	return buffer->status;
}

struct rcn_view rcn_buffer_get(const struct rcn_buffer *buffer)
{
	return buffer->ptr ? rcn_view_make(buffer->ptr, buffer->len) : RCN_VIEW("");
}

void rcn_buffer_truncate(struct rcn_buffer *buffer, size_t len)
{
	if (len >= buffer->len)
		return;
	buffer->len = len;
	buffer->ptr[len] = '\0';
}

void rcn_buffer_clear(struct rcn_buffer *buffer)
{
	buffer->len = 0;
	if (buffer->ptr)
		buffer->ptr[0] = '\0';
	buffer->status = RCN_OK;
}

char *rcn_buffer_take(struct rcn_buffer *buffer)
{
	char *ptr = NULL;

	if (make_room(buffer, 0)) {
		ptr = buffer->ptr;
		buffer->ptr = NULL;
	}
	rcn_buffer_free(buffer);
	return ptr;
}

void rcn_buffer_free(struct rcn_buffer *buffer)
{
	if (!buffer)
		return;
	free(buffer->ptr);
	*buffer = RCN_BUFFER(buffer->maximum);
}

static int write_to_buffer(void *payload, const char *ptr, size_t len)
{
	struct rcn_buffer *buffer = payload;

	rcn_buffer_append(buffer, ptr, len);
	return buffer->status == RCN_OK ? 0 : -1;
}

struct rcn_sink rcn_buffer_sink(struct rcn_buffer *buffer)
{
	return (struct rcn_sink){ write_to_buffer, buffer };
}
