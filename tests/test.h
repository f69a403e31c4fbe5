/* SPDX-License-Identifier: Apache-2.0 */
/* test.h: what every unit test includes: cmocka in the order it wants, and tiny makers. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#define assert_str(actual, expected)                                                           \
    do {                                                                                       \
        Str assert_str_a = (actual), assert_str_e = str(expected);                             \
        if (!str_eq(assert_str_a, assert_str_e))                                               \
            fail_msg("\"%.*s\" is not \"%.*s\"", STR(assert_str_a), STR(assert_str_e));        \
    } while (0)

#define assert_ok(expression)                                                                  \
    do {                                                                                       \
        const Err *assert_ok_e = (expression);                                                 \
        if (assert_ok_e) fail_msg("%s: %s", assert_ok_e->code, assert_ok_e->en);               \
    } while (0)

#define assert_err(expression, like)                                                           \
    do {                                                                                       \
        const Err *assert_err_e = (expression);                                                \
        if (!assert_err_e) fail_msg("expected error %s", (like).code);                         \
        assert_string_equal(assert_err_e->code, (like).code);                                  \
    } while (0)

#endif
