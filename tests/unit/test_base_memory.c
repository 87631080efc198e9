#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buffer.h"
#include "base/map.h"
#include "base/siphash.h"

static void assert_view(struct rcn_view view, const char *expected)
{
	assert_int_equal(view.len, strlen(expected));
	assert_memory_equal(view.ptr, expected, view.len);
}

static void buffer_takes_text_of_every_kind(void **state)
{
	struct rcn_buffer buffer = RCN_BUFFER(1000);

	(void)state;
	assert_view(rcn_buffer_get(&buffer), "");
	assert_non_null(rcn_buffer_get(&buffer).ptr);
	rcn_buffer_append(&buffer, "abc", 2);
	rcn_buffer_view(&buffer, RCN_VIEW_NONE);
	rcn_buffer_text(&buffer, "cd");
	rcn_buffer_char(&buffer, 'e');
	rcn_buffer_repeat(&buffer, '-', 3);
	rcn_buffer_format(&buffer, "%d|%0100d", 7, 8);
	assert_int_equal(rcn_buffer_status(&buffer), RCN_OK);
	assert_int_equal(buffer.len, 8 + 2 + 100);
	assert_memory_equal(buffer.ptr, "abcde---7|000", 13);
	assert_int_equal(buffer.ptr[buffer.len], '\0');
	rcn_buffer_truncate(&buffer, 3);
	assert_string_equal(buffer.ptr, "abc");
	rcn_buffer_truncate(&buffer, 10);
	assert_int_equal(buffer.len, 3);
	rcn_buffer_free(&buffer);
	rcn_buffer_free(&buffer);
	rcn_buffer_free(NULL);
}

static void buffer_keeps_its_maximum_and_its_failure(void **state)
{
	struct rcn_buffer buffer = RCN_BUFFER(5);
	struct rcn_sink sink = rcn_buffer_sink(&buffer);

	(void)state;
	assert_int_equal(sink.write(sink.payload, "12345", 5), 0);
	assert_int_equal(rcn_buffer_status(&buffer), RCN_OK);
	assert_int_not_equal(sink.write(sink.payload, "6", 1), 0);
	assert_int_equal(rcn_buffer_status(&buffer), RCN_ERROR_LIMIT);
	rcn_buffer_truncate(&buffer, 1);
	rcn_buffer_text(&buffer, "x");
	assert_view(rcn_buffer_get(&buffer), "1");
	assert_null(rcn_buffer_take(&buffer));

	rcn_buffer_format(&buffer, "%s", "123456");
	assert_int_equal(rcn_buffer_status(&buffer), RCN_ERROR_LIMIT);
	assert_view(rcn_buffer_get(&buffer), "");
	rcn_buffer_clear(&buffer);
	rcn_buffer_format(&buffer, "%s", "12345");
	assert_int_equal(rcn_buffer_status(&buffer), RCN_OK);
	rcn_buffer_format(&buffer, "%s", "6");
	assert_int_equal(rcn_buffer_status(&buffer), RCN_ERROR_LIMIT);
	assert_string_equal(buffer.ptr, "12345");
	rcn_buffer_free(&buffer);

	rcn_buffer_repeat(&buffer, 'x', SIZE_MAX);
	assert_int_equal(rcn_buffer_status(&buffer), RCN_ERROR_LIMIT);
	rcn_buffer_free(&buffer);
}

static void buffer_hands_out_its_bytes(void **state)
{
	struct rcn_buffer buffer = RCN_BUFFER(SIZE_MAX);
	char *text;

	(void)state;
	text = rcn_buffer_take(&buffer);
	assert_string_equal(text, "");
	free(text);
	rcn_buffer_text(&buffer, "mine");
	text = rcn_buffer_take(&buffer);
	assert_string_equal(text, "mine");
	free(text);
	assert_null(buffer.ptr);
	assert_int_equal(buffer.len, 0);
}

static void arena_gives_zeroed_and_aligned_memory(void **state)
{
	struct rcn_arena arena = RCN_ARENA(1 << 20);

	(void)state;
	for (size_t round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size = size * 3 + 1) {
			unsigned char *ptr = rcn_arena_alloc(&arena, size);

			assert_non_null(ptr);
			assert_int_equal((uintptr_t)ptr % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++) {
				assert_int_equal(ptr[i], 0);
				ptr[i] = 0xff;
			}
		}
		rcn_arena_reset(&arena);
	}
	rcn_arena_free(&arena);
	rcn_arena_free(NULL);
}

static void arena_stops_at_its_maximum(void **state)
{
	struct rcn_arena arena = RCN_ARENA(10000);
	size_t pieces = 0;

	(void)state;
	while (rcn_arena_alloc(&arena, 100))
		pieces++;
	assert_in_range(pieces, 80, 100);
	assert_int_equal(rcn_arena_status(&arena), RCN_ERROR_LIMIT);
	assert_true(arena.used <= 10000);
	assert_null(rcn_arena_alloc(&arena, 1));
	rcn_arena_reset(&arena);
	assert_int_equal(rcn_arena_status(&arena), RCN_OK);
	assert_non_null(rcn_arena_alloc(&arena, 1));
	assert_null(rcn_arena_alloc(&arena, SIZE_MAX));
	assert_int_equal(rcn_arena_status(&arena), RCN_ERROR_LIMIT);
	rcn_arena_reset(&arena);
	assert_null(rcn_arena_alloc_array(&arena, SIZE_MAX / 2, 4));
	assert_int_equal(rcn_arena_status(&arena), RCN_ERROR_LIMIT);
	rcn_arena_free(&arena);
}

static void arena_keeps_a_started_block_beside_large_pieces(void **state)
{
	struct rcn_arena arena = RCN_ARENA(1 << 20);
	char *first, *large, *second;

	(void)state;
	first = rcn_arena_alloc(&arena, 16);
	large = rcn_arena_alloc(&arena, 100000);
	second = rcn_arena_alloc(&arena, 16);
	assert_ptr_equal(second, first + 16);
	memset(large, 1, 100000);
	assert_int_equal(*first, 0);
	rcn_arena_free(&arena);
}

static void arena_copies_text(void **state)
{
	struct rcn_arena arena = RCN_ARENA(1000);
	struct rcn_view view;

	(void)state;
	assert_true(rcn_view_is_none(rcn_arena_copy(&arena, RCN_VIEW_NONE)));
	view = rcn_arena_copy(&arena, RCN_VIEW(""));
	assert_false(rcn_view_is_none(view));
	view = rcn_arena_copy(&arena, rcn_view_make("abcdef", 3));
	assert_string_equal(view.ptr, "abc");
	view = rcn_arena_format(&arena, "%s-%d", "x", 5);
	assert_string_equal(view.ptr, "x-5");
	assert_int_equal(view.len, 3);
	view = rcn_arena_format(&arena, "%01000d", 5);
	assert_true(rcn_view_is_none(view));
	assert_int_equal(rcn_arena_status(&arena), RCN_ERROR_LIMIT);
	rcn_arena_free(&arena);
}

static void array_grows_with_zeroed_room(void **state)
{
	int *items = NULL;
	size_t count = 0, capacity = 0;

	(void)state;
	for (; count < 1000; count++) {
		assert_true(
			rcn_array_reserve((void **)&items, &capacity, count + 1, sizeof(*items)));
		assert_int_equal(items[capacity - 1], 0);
		items[count] = (int)count + 1;
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(items[i], i + 1);
	assert_false(rcn_array_reserve((void **)&items, &capacity, SIZE_MAX, sizeof(*items)));
	assert_false(
		rcn_array_reserve((void **)&items, &capacity, SIZE_MAX / 4 + 2, sizeof(*items)));
	assert_int_equal(items[999], 1000);
	free(items);
}

/* Expected values: Python's hash of bytes, which is SipHash-1-3, with PYTHONHASHSEED=0. */
static void siphash_gives_the_reference_values(void **state)
{
	static const struct {
		const char *text;
		uint64_t hash;
	} cases[] = {
		{ "a", UINT64_C(0x407448d2b89b1813) },
		{ "abcdefg", UINT64_C(0x6db12aae9070f506) },
		{ "abcdefgh", UINT64_C(0x3f7b849c0b8e35ea) },
		{ "abcdefghi", UINT64_C(0xf89b34a3d11eb6e5) },
		{ "The quick brown fox jumps over the lazy dog", UINT64_C(0x8df676d3d00c451e) },
	};
	const uint64_t none[2] = { 0, 0 }, other[2] = { 0, 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rcn_view text = rcn_view_of(cases[i].text);

		assert_true(rcn_siphash(none, text) == cases[i].hash);
		assert_true(rcn_siphash(other, text) != cases[i].hash);
	}
}

static void map_sets_gets_and_removes(void **state)
{
	struct rcn_map map = RCN_MAP;
	int one = 1, two = 2;
	void *previous = &two;

	(void)state;
	assert_null(rcn_map_get(&map, RCN_VIEW("a")));
	rcn_map_remove(&map, RCN_VIEW("a"));
	assert_int_equal(rcn_map_set(&map, RCN_VIEW("a"), &one, &previous), RCN_OK);
	assert_null(previous);
	assert_int_equal(rcn_map_set(&map, RCN_VIEW("a"), &two, &previous), RCN_OK);
	assert_ptr_equal(previous, &one);
	assert_int_equal(rcn_map_set(&map, RCN_VIEW(""), &one, NULL), RCN_OK);
	assert_int_equal(map.count, 2);
	assert_ptr_equal(rcn_map_get(&map, RCN_VIEW("a")), &two);
	assert_ptr_equal(rcn_map_get(&map, RCN_VIEW("")), &one);
	assert_null(rcn_map_get(&map, RCN_VIEW("A")));
	rcn_map_remove(&map, RCN_VIEW("a"));
	assert_null(rcn_map_get(&map, RCN_VIEW("a")));
	assert_int_equal(map.count, 1);
	rcn_map_free(&map);
	rcn_map_free(NULL);
}

static void map_seeds_differ(void **state)
{
	struct rcn_map a = RCN_MAP, b = RCN_MAP;

	(void)state;
	assert_int_equal(rcn_map_set(&a, RCN_VIEW("x"), &a, NULL), RCN_OK);
	assert_int_equal(rcn_map_set(&b, RCN_VIEW("x"), &b, NULL), RCN_OK);
	assert_memory_not_equal(a.seed, b.seed, sizeof(a.seed));
	rcn_map_free(&a);
	rcn_map_free(&b);
}

/* Against a plain array, with many removals, so that chains are closed and wrapped. */
static void map_agrees_with_a_plain_array(void **state)
{
	enum {
		KEYS = 500,
		STEPS = 50000
	};
	static char names[KEYS][8];
	static bool present[KEYS];
	struct rcn_map map = RCN_MAP;
	uint32_t number = 12345;
	size_t count = 0, seen = 0, position = 0;

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		snprintf(names[i], sizeof(names[i]), "k%zu", i);
	for (size_t step = 0; step < STEPS; step++) {
		size_t i;

		number = number * 1664525 + 1013904223;
		i = (number >> 8) % KEYS;
		if (number >> 31) {
			assert_int_equal(rcn_map_set(&map, rcn_view_of(names[i]), names[i], NULL),
					 RCN_OK);
			count += !present[i];
			present[i] = true;
		} else {
			rcn_map_remove(&map, rcn_view_of(names[i]));
			count -= present[i];
			present[i] = false;
		}
		assert_int_equal(map.count, count);
		i = (i * 7 + step) % KEYS;
		assert_ptr_equal(rcn_map_get(&map, rcn_view_of(names[i])),
				 present[i] ? names[i] : NULL);
	}
	for (const struct rcn_map_entry *entry; (entry = rcn_map_next(&map, &position)); seen++)
		assert_true(present[strtoul(entry->key.ptr + 1, NULL, 10)]);
	assert_int_equal(seen, count);
	rcn_map_free(&map);
}

static void views_compare_bytewise_and_find(void **state)
{
	char *copy;

	(void)state;
	assert_true(rcn_view_compare(RCN_VIEW("a"), RCN_VIEW("b")) < 0);
	assert_true(rcn_view_compare(RCN_VIEW("\xff"), RCN_VIEW("a")) > 0);
	assert_true(rcn_view_compare(RCN_VIEW("a"), RCN_VIEW("aa")) < 0);
	assert_int_equal(rcn_view_compare(RCN_VIEW_NONE, RCN_VIEW("")), 0);
	assert_int_equal(rcn_view_find(RCN_VIEW("a/b/c"), '/'), 1);
	assert_int_equal(rcn_view_find_last(RCN_VIEW("a/b/c"), '/'), 3);
	assert_int_equal(rcn_view_find(RCN_VIEW("abc"), '/'), 3);
	assert_int_equal(rcn_view_find_last(RCN_VIEW_NONE, '/'), 0);
	assert_view(rcn_view_trim(RCN_VIEW(" \t\r\n a b \n")), "a b");
	assert_view(rcn_view_trim(RCN_VIEW("  ")), "");
	copy = rcn_view_duplicate(rcn_view_make("abc", 2));
	assert_string_equal(copy, "ab");
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_takes_text_of_every_kind),
		cmocka_unit_test(buffer_keeps_its_maximum_and_its_failure),
		cmocka_unit_test(buffer_hands_out_its_bytes),
		cmocka_unit_test(arena_gives_zeroed_and_aligned_memory),
		cmocka_unit_test(arena_stops_at_its_maximum),
		cmocka_unit_test(arena_keeps_a_started_block_beside_large_pieces),
		cmocka_unit_test(arena_copies_text),
		cmocka_unit_test(array_grows_with_zeroed_room),
		cmocka_unit_test(siphash_gives_the_reference_values),
		cmocka_unit_test(map_sets_gets_and_removes),
		cmocka_unit_test(map_seeds_differ),
		cmocka_unit_test(map_agrees_with_a_plain_array),
		cmocka_unit_test(views_compare_bytewise_and_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
