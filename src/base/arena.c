#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ALIGNMENT      _Alignof(max_align_t)
#define SMALLEST_BLOCK 4096
#define LARGEST_BLOCK  (1024 * 1024)

struct rcn_arena_block {
	struct rcn_arena_block *next;
	size_t used, size; /* of `bytes` */
	_Alignas(max_align_t) char bytes[];
};

static void *fail(struct rcn_arena *arena, enum rcn_status status)
{
	arena->status = status;
	return NULL;
}

/* Blocks grow with the arena, so that a large one has few; never beyond what the maximum
 * leaves, as the unused rest of a block would be memory that nobody may have. */
static size_t choose_size(const struct rcn_arena *arena, size_t size)
{
	size_t left = arena->maximum - arena->used - sizeof(struct rcn_arena_block);
	size_t chosen = arena->blocks ? arena->blocks->size * 2 : SMALLEST_BLOCK;

	if (chosen > LARGEST_BLOCK)
		chosen = LARGEST_BLOCK;
	if (chosen > left)
		chosen = left;
	return chosen < size ? size : chosen;
}

static struct rcn_arena_block *add_block(struct rcn_arena *arena, size_t size)
{
	size_t chosen = choose_size(arena, size);
	struct rcn_arena_block *block = malloc(sizeof(*block) + chosen);
	struct rcn_arena_block *newest = arena->blocks;

	if (!block)
		return NULL;
	block->used = 0;
	block->size = chosen;
	/* A block made for one large piece is full at once: the newest stays in use. */
	if (newest && newest->size - newest->used > chosen - size) {
		block->next = newest->next;
		newest->next = block;
	} else {
		block->next = newest;
		arena->blocks = block;
	}
	arena->used += sizeof(*block);
	return block;
}

void *rcn_arena_alloc(struct rcn_arena *arena, size_t size)
{
	struct rcn_arena_block *block = arena->blocks;
	size_t rounded, left;
	char *ptr;

	if (arena->status != RCN_OK)
		return NULL;
	left = arena->used < arena->maximum ? arena->maximum - arena->used : 0;
	if (size > SIZE_MAX / 2 || size > left)
		return fail(arena, RCN_ERROR_LIMIT);
	rounded = ((size ? size : 1) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (rounded > left)
		return fail(arena, RCN_ERROR_LIMIT);
	if (!block || block->size - block->used < rounded) {
		if (left - rounded < sizeof(*block))
			return fail(arena, RCN_ERROR_LIMIT);
		block = add_block(arena, rounded);
		if (!block)
			return fail(arena, RCN_ERROR_MEMORY);
	}
	ptr = block->bytes + block->used;
	block->used += rounded;
	arena->used += rounded;
	memset(ptr, 0, rounded);
	return ptr;
}

void *rcn_arena_alloc_array(struct rcn_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (arena->status != RCN_OK)
		return NULL;
	if (__builtin_mul_overflow(count, size, &total))
		return fail(arena, RCN_ERROR_LIMIT);
	return rcn_arena_alloc(arena, total);
}

struct rcn_view rcn_arena_copy(struct rcn_arena *arena, struct rcn_view text)
{
	char *ptr;

	if (rcn_view_is_none(text))
		return RCN_VIEW_NONE;
	if (text.len == SIZE_MAX) {
		fail(arena, RCN_ERROR_LIMIT);
		return RCN_VIEW_NONE;
	}
	ptr = rcn_arena_alloc(arena, text.len + 1);
	if (!ptr)
		return RCN_VIEW_NONE;
	memcpy(ptr, text.ptr, text.len);
	return rcn_view_make(ptr, text.len);
}

struct rcn_view rcn_arena_format(struct rcn_arena *arena, const char *format, ...)
{
	va_list list, again;
	char *ptr = NULL;
	int len;

	va_start(list, format);
	va_copy(again, list);
	len = vsnprintf(NULL, 0, format, list);
	if (len < 0)
		fail(arena, RCN_ERROR_MEMORY);
	else
		ptr = rcn_arena_alloc(arena, (size_t)len + 1);
	if (ptr)
		vsnprintf(ptr, (size_t)len + 1, format, again);
	va_end(again);
	va_end(list);
	return ptr ? rcn_view_make(ptr, (size_t)len) : RCN_VIEW_NONE;
}

enum rcn_status rcn_arena_status(const struct rcn_arena *arena)
{
	return arena->status;
}

static void free_blocks(struct rcn_arena_block *block)
{
	while (block) {
		struct rcn_arena_block *next = block->next;

		free(block);
		block = next;
	}
}

void rcn_arena_reset(struct rcn_arena *arena)
{
	arena->status = RCN_OK;
	arena->used = 0;
	if (!arena->blocks)
		return;
	free_blocks(arena->blocks->next);
	arena->blocks->next = NULL;
	arena->blocks->used = 0;
	arena->used = sizeof(*arena->blocks);
}

void rcn_arena_free(struct rcn_arena *arena)
{
	if (!arena)
		return;
	free_blocks(arena->blocks);
	*arena = RCN_ARENA(arena->maximum);
}
