/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: names, passwords that fit, and what the security log says of it. */
#include "grid/account.h"

#include "base/crypt.h"
#include "base/time.h"
#include "house.h"

static const Table *const tables[] = {&entry_table, &head_table, &key_table, &account_table,
                                      &security_table};

static int setup(void **state)
{
    *state = house_open(tables, countof(tables));
    return 0;
}

static int teardown(void **state)
{
    house_close(*state);
    return 0;
}

static void names_are_trimmed_small_and_whole(void **state)
{
    House *h = *state;
    Str clean;
    assert_ok(login_clean(h->mem, S("  Zhang.San "), &clean));
    assert_str(clean, "zhang.san");
    assert_ok(login_clean(h->mem, S("张三"), &clean));
    assert_str(clean, "张三");
    assert_err(login_clean(h->mem, S(" "), &clean), ACCOUNT_NAME);
    assert_err(login_clean(h->mem, STR_NULL, &clean), ACCOUNT_NAME);
    assert_err(login_clean(h->mem, S("a b"), &clean), ACCOUNT_NAME);
    assert_err(login_clean(h->mem, S("a\x1b"), &clean), ACCOUNT_NAME);
    assert_err(login_clean(h->mem, S("\xff\xfe"), &clean), ACCOUNT_NAME);
    Str most = str_fmt(h->mem, "%064d", 0), more = str_fmt(h->mem, "%065d", 0);
    assert_ok(login_clean(h->mem, most, &clean));
    assert_err(login_clean(h->mem, more, &clean), ACCOUNT_NAME);
}

static void a_password_has_ten_characters_of_three_kinds(void **state)
{
    (void)state;
    assert_ok(password_fit(S("li"), S("Abcdefgh12")));
    assert_ok(password_fit(S("li"), S("安全生产网格Ab一二三")));
    assert_err(password_fit(S("li"), S("Abcdefg12")), PASSWORD_WEAK);    /* nine */
    assert_err(password_fit(S("li"), S("abcdefghij12")), PASSWORD_WEAK); /* two kinds */
    assert_err(password_fit(S("liming"), S("LiMing-2026-x")), PASSWORD_WEAK);
    assert_err(password_fit(S("li"), S("")), PASSWORD_WEAK);
    assert_err(password_fit(S("x"), S("Abcdefgh12\xff")), PASSWORD_WEAK);
    static char longest[300];
    memset(longest, 'a', sizeof longest);
    assert_err(password_fit(S("li"), (Str){longest, sizeof longest}), PASSWORD_LONG);
}

static void a_made_password_fits_and_is_another_each_time(void **state)
{
    House *h = *state;
    Str last = S("");
    for (int i = 0; i < 200; i++) {
        Str made = password_make(h->mem);
        assert_int_equal(made.n, 16);
        assert_ok(password_fit(STR_NULL, made));
        assert_null(memchr(made.p, 'O', made.n));
        assert_null(memchr(made.p, 'l', made.n));
        assert_false(str_eq(made, last));
        last = made;
    }
}

static void a_name_is_given_once(void **state)
{
    House *h = *state;
    Lane *lane = ledger_lane(h->ledger);
    Keeper keeper = {.by = NIL, .now = 5000};
    Account account, *all;
    size_t n;
    assert_ok(account_open(lane, h->mem, S("Li"), 71, S("gridward-demo"), true, &keeper));
    assert_err(account_open(lane, h->mem, S("li"), 72, S("gridward-demo"), true, &keeper),
               ACCOUNT_TAKEN);
    assert_ok(account_open(lane, h->mem, S("li2"), 71, S("gridward-demo"), true, &keeper));
    assert_ok(account_load(h->db, S("li"), h->mem, &account));
    assert_int_equal(account.person, 71);
    assert_int_equal(account.must_change, 1);
    assert_true(str_starts(account.password, S("$argon2id$")));
    assert_ok(account_list(h->db, 71, h->mem, &all, &n));
    assert_int_equal(n, 2);
    assert_err(account_load(h->db, S("wang"), h->mem, &account), ERR_NOT_FOUND);
}

static const Err *note(void *context, Db *db)
{
    const SecurityNote *n = context;
    return security_note(db, SECURITY_SIGN_IN, *n);
}

static const Err *trim(void *context, Db *db)
{
    Instant *now = context;
    int64_t gone;
    const Err *e = security_trim(db, *now, 0, &gone);
    *now = gone;
    return e;
}

static void the_log_is_read_newest_first_and_kept_six_months(void **state)
{
    House *h = *state;
    Lane *lane = ledger_lane(h->ledger);
    for (int day = 0; day < 5; day++) {
        SecurityNote n = {.at = day * MS_DAY, .person = 71, .by = NIL, .login = S("li")};
        assert_ok(lane_write(lane, note, &n));
    }
    SecurityNote *page;
    size_t count;
    assert_ok(security_page(h->db, NIL, 2, h->mem, &page, &count));
    assert_int_equal(count, 2);
    assert_int_equal(page[0].at, 4 * MS_DAY);
    assert_str(page[0].event, "sign-in");
    assert_ok(security_page(h->db, page[1].id, 9, h->mem, &page, &count));
    assert_int_equal(count, 3);
    assert_int_equal(page[2].at, 0);
    Instant now =
        SECURITY_KEEP_MIN_MS + 2 * MS_DAY; /* keep 0 was asked for: six months it is */
    assert_ok(lane_write(lane, trim, &now));
    assert_int_equal(now, 2);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_trimmed_small_and_whole, setup, teardown),
        cmocka_unit_test(a_password_has_ten_characters_of_three_kinds),
        cmocka_unit_test_setup_teardown(a_made_password_fits_and_is_another_each_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_name_is_given_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_log_is_read_newest_first_and_kept_six_months, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
