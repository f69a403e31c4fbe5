/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/address.h"

static void an_address_is_read_and_told(void **state)
{
    (void)state;
    static const char *const all[][2] = {
        {"127.0.0.1", "127.0.0.1"},
        {"10.1.2.3:4567", "10.1.2.3"},
        {"2001:DB8::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[2001:db8::1]:80", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::", "::"},
    };
    for (size_t i = 0; i < countof(all); i++) {
        Address a;
        char text[ADDRESS_TEXT];
        assert_true(address_read(str(all[i][0]), &a));
        address_text(&a, text);
        assert_string_equal(text, all[i][1]);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",         "1.2.3",       "1.2.3.4.5", "256.1.1.1",
                                      "example",  "[::1",        "[::1]x",    "unknown",
                                      "1.2.3.4 ", "2001:db8::g", ":80",       "_hidden"};
    for (size_t i = 0; i < countof(bad); i++) {
        Address a;
        if (address_read(str(bad[i]), &a)) fail_msg("taken: %s", bad[i]);
    }
}

static void one_household_is_one_share(void **state)
{
    (void)state;
    static const char *const all[][2] = {
        {"192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:db8:1:2::9", "2001:db8:1:2::/64"},
        {"2001:db8:1:3::9", "2001:db8:1:3::/64"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
    };
    for (size_t i = 0; i < countof(all); i++) {
        Address a;
        char share[ADDRESS_TEXT];
        assert_true(address_read(str(all[i][0]), &a));
        address_share(&a, share);
        assert_string_equal(share, all[i][1]);
    }
}

static bool held(const char *list, const char *address)
{
    Arena *mem = arena_new(0);
    const Network *all;
    size_t n;
    Address a;
    assert_true(networks_read(mem, str(list), &all, &n));
    assert_true(address_read(str(address), &a));
    bool in = networks_hold(all, n, &a);
    arena_free(mem);
    return in;
}

static void a_network_holds_what_shares_its_prefix(void **state)
{
    (void)state;
    assert_true(held("10.0.0.0/8", "10.255.0.1"));
    assert_false(held("10.0.0.0/8", "11.0.0.1"));
    assert_true(held("10.1.2.0/23", "10.1.3.255"));
    assert_false(held("10.1.2.0/23", "10.1.4.0"));
    assert_true(held(" 127.0.0.1 , ::1", "::1"));
    assert_false(held("127.0.0.1", "127.0.0.2"));
    assert_true(held("0.0.0.0/0", "203.0.113.9"));
    assert_false(held("0.0.0.0/0", "2001:db8::1"));
    assert_true(held("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(held("2001:db8::/33", "2001:db8:8000::1"));
    assert_false(held("", "127.0.0.1"));
}

static void a_list_that_holds_no_network_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0.1/8",  "10.0.0.0/",     "x",
                                      "10.0.0.0/8,", "10.0.0.0/-1", "::1/129",       "::1/64",
                                      "1.2.3.4:80",  "[::1]",       "10.0.0.0/8 ::1"};
    Arena *mem = arena_new(0);
    for (size_t i = 0; i < countof(bad); i++) {
        const Network *all;
        size_t n;
        if (networks_read(mem, str(bad[i]), &all, &n)) fail_msg("taken: %s", bad[i]);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_and_told),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(one_household_is_one_share),
        cmocka_unit_test(a_network_holds_what_shares_its_prefix),
        cmocka_unit_test(a_list_that_holds_no_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
