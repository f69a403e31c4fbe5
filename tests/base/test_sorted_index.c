/* SPDX-License-Identifier: Apache-2.0 */
/* An ordered set against a plain array of flags that does the same slowly. */
#include "base/sorted_index.h"

#include "test.h"

enum { KEYS = 3000 };

/* Keys in three parts, so that each part decides somewhere. */
static OrderKey key_of(size_t i)
{
    return ORDER_KEY((int64_t)(i / 100) - 7, (int64_t)(i / 10 % 10), (int64_t)(i % 10));
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void expect_walk(const Order *order, const bool *there, size_t from)
{
    OrderSpot spot = order_from(order, key_of(from));
    OrderKey key;
    size_t *what;
    for (size_t i = from; i < KEYS; i++) {
        if (!there[i]) continue;
        what = order_next(order, &spot, &key);
        assert_non_null(what);
        assert_int_equal(*what, i);
        assert_int_equal(key.a, key_of(i).a);
        assert_int_equal(key.c, key_of(i).c);
    }
    assert_null(order_next(order, &spot, NULL));
    assert_null(order_next(order, &spot, NULL));
}

static void it_walks_in_order_whatever_came_and_went(void **state)
{
    (void)state;
    static size_t numbers[KEYS];
    static bool there[KEYS];
    Order *order = order_new();
    uint64_t seed = 88172645463325252u;
    size_t count = 0;
    for (size_t i = 0; i < KEYS; i++)
        numbers[i] = i;
    for (size_t round = 0; round < 20000; round++) {
        size_t i = next_random(&seed) % KEYS;
        if (there[i])
            assert_ptr_equal(order_take(order, key_of(i)), &numbers[i]);
        else
            order_put(order, key_of(i), &numbers[i]);
        there[i] = !there[i];
        count = there[i] ? count + 1 : count - 1;
        assert_int_equal(order_count(order), count);
        if (round % 500 == 0) expect_walk(order, there, next_random(&seed) % KEYS);
    }
    for (size_t i = 0; i < KEYS; i++) {
        assert_ptr_equal(order_get(order, key_of(i)), there[i] ? &numbers[i] : NULL);
        if (there[i]) assert_non_null(order_take(order, key_of(i)));
        assert_null(order_take(order, key_of(i)));
    }
    assert_int_equal(order_count(order), 0);
    OrderSpot spot = order_from(order, ORDER_KEY(INT64_MIN, 0, 0));
    assert_null(order_next(order, &spot, NULL));
    order_free(order);
}

static void keys_that_come_in_order_fill_the_chunks(void **state)
{
    (void)state;
    static char thing;
    Order *order = order_new();
    for (int64_t i = 0; i < 5000; i++)
        order_put(order, ORDER_KEY(1, i, 0), &thing);
    OrderSpot spot = order_from(order, ORDER_KEY(1, 4999, 0));
    assert_ptr_equal(order_next(order, &spot, NULL), &thing);
    assert_null(order_next(order, &spot, NULL));
    assert_null(order_get(order, ORDER_KEY(1, 5000, 0)));
    order_free(order);
    order_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_walks_in_order_whatever_came_and_went),
        cmocka_unit_test(keys_that_come_in_order_fill_the_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
