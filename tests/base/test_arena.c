/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

static void hands_out_zeroed_aligned_memory(void **state)
{
    (void)state;
    Arena *a = arena_new(64);
    for (size_t n = 0; n < 300; n++) {
        unsigned char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, n);
    }
    arena_reset(a);
    unsigned char *p = arena_alloc(a, 32);
    for (size_t i = 0; i < 32; i++)
        assert_int_equal(p[i], 0);
    arena_free(a);
    arena_free(NULL);
}

static void a_block_larger_than_the_usual_one_fits(void **state)
{
    (void)state;
    Arena *a = arena_new(64);
    char *small = arena_copy(a, "ab", 2);
    char *big = arena_alloc(a, 100000);
    memset(big, 1, 100000);
    assert_string_equal(small, "ab");
    arena_free(a);
}

static void an_array_grows_with_what_it_holds(void **state)
{
    (void)state;
    Arena *a = arena_new(64);
    int *numbers = NULL;
    size_t cap = 0;
    for (int i = 0; i < 1000; i++) {
        numbers = arena_grow(a, numbers, (size_t)i, &cap, sizeof *numbers);
        numbers[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_zeroed_aligned_memory),
        cmocka_unit_test(a_block_larger_than_the_usual_one_fits),
        cmocka_unit_test(an_array_grows_with_what_it_holds),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
