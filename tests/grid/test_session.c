/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in: what is told, what is remembered over a restart, what locks, what ends a session.
 */
#include "grid/session.h"

#include "base/crypt.h"
#include "base/time.h"
#include "house.h"

static const Table *const tables[] = {&entry_table,   &head_table,    &key_table,
                                      &account_table, &session_table, &security_table};

#define GOOD   "Correct-horse-7"
#define MINUTE INT64_C(60000)

typedef struct {
    House *house;
    Sessions *sessions;
} Desk;

static Policy policy(void)
{
    Policy p = POLICY_DEFAULT;
    p.address_most = 8;
    p.idle_ms = 15 * 60000;
    p.session_ms = 12 * INT64_C(3600000);
    return p;
}

static int setup(void **state)
{
    Desk *d = calloc(1, sizeof *d);
    d->house = house_open(tables, countof(tables));
    House *h = d->house;
    h->now = 100 * MS_DAY;
    assert_ok(sessions_open(h->mem, ledger_lane(h->ledger), policy(), &d->sessions));
    Keeper keeper = {.by = NIL, .now = h->now};
    assert_ok(
        account_open(ledger_lane(h->ledger), h->mem, S("Member"), 71, S(GOOD), false, &keeper));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    Desk *d = *state;
    sessions_close(d->sessions);
    house_close(d->house);
    free(d);
    return 0;
}

static const Err *sign_in_from(Desk *d, const char *name, const char *password,
                               const char *address, Session *out, Str *token)
{
    return session_sign_in(d->sessions, d->house->db, d->house->mem, str(name), str(password),
                           str(address), d->house->now, out, token);
}

static const Err *sign_in(Desk *d, const char *name, const char *password, Session *out,
                          Str *token)
{
    return sign_in_from(d, name, password, "10.0.0.1", out, token);
}

static const Err *find(Desk *d, Str token, Session *out)
{
    return session_find(d->sessions, d->house->db, d->house->mem, token, d->house->now, out);
}

static void restart(Desk *d)
{
    sessions_close(d->sessions);
    house_restart(d->house, tables, countof(tables));
    assert_ok(
        sessions_open(d->house->mem, ledger_lane(d->house->ledger), policy(), &d->sessions));
}

static int64_t count(Desk *d, const char *what)
{
    Rows rows;
    assert_ok(
        db_query(d->house->db, str_fmt(d->house->mem, "SELECT count(*) FROM %s", what), &rows));
    assert_true(rows_next(&rows));
    int64_t n = rows_int(&rows, 0);
    assert_ok(rows_close(&rows));
    return n;
}

static void a_session_is_found_again_also_after_a_restart(void **state)
{
    Desk *d = *state;
    Session in, back;
    Str token;
    assert_ok(sign_in(d, " MEMBER ", GOOD, &in, &token));
    assert_int_equal(token.n, 43);
    assert_str(in.login, "member");
    assert_false(in.must_change);
    assert_ok(find(d, token, &back));
    restart(d);
    assert_ok(find(d, token, &back));
    assert_int_equal(back.person, 71);
    assert_int_equal(back.hat, NIL);
    assert_true(str_eq(back.csrf, in.csrf) && in.csrf.n == 22);
    assert_int_equal(count(d, "sessions"), 1);
    assert_int_equal(
        count(d, str_fmt(d->house->mem, "sessions WHERE token = '%.*s'", STR(token)).p),
        0); /* only its hash */
}

static void a_foreign_token_finds_nothing(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    char *other = str_z(d->house->mem, token);
    other[5] = other[5] == 'A' ? 'B' : 'A';
    assert_err(find(d, str(other), &in), SESSION_NONE);
    assert_err(find(d, S(""), &in), SESSION_NONE);
    assert_err(find(d, STR_NULL, &in), SESSION_NONE);
}

static void wrong_name_and_wrong_password_are_the_same_answer(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    const Err *a = sign_in(d, "member", "wrong", &in, &token),
              *b = sign_in(d, "nobody", "wrong", &in, &token);
    assert_ptr_equal(a, b);
    assert_err(a, SIGN_IN_REFUSED);
    assert_err(sign_in(d, "a b", GOOD, &in, &token), SIGN_IN_REFUSED);
    assert_int_equal(count(d, "security_log WHERE event = 'refused'"), 3);
    assert_int_equal(count(d, "security_log WHERE login = 'nobody'"),
                     0); /* it may be a password */
    assert_int_equal(count(d, "ledger"), 0);
}

/* Five failures lock the name, an account's and nobody's alike. */
static void five_failures(Desk *d, const char *name)
{
    Session in;
    Str token;
    for (int i = 0; i < 5; i++)
        assert_err(sign_in_from(d, name, "wrong", str_fmt(d->house->mem, "10.0.%d.1", i).p, &in,
                                &token),
                   SIGN_IN_REFUSED);
}

static void five_failures_lock_for_half_an_hour(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    five_failures(d, "member");
    five_failures(d, "nobody");
    d->house->now += 29 * MINUTE;
    const Err *a = sign_in(d, "member", GOOD, &in, &token),
              *b = sign_in(d, "nobody", GOOD, &in, &token);
    assert_err(a, SIGN_IN_LOCKED);
    assert_err(b, SIGN_IN_LOCKED);
    assert_str(a->args[0], "1");
    assert_true(str_eq(a->args[0], b->args[0]));
    assert_int_equal(count(d, "security_log WHERE event = 'locked' AND login = 'member'"), 1);
    restart(d); /* a lock survives it */
    assert_err(sign_in(d, "member", GOOD, &in, &token), SIGN_IN_LOCKED);
    d->house->now += MINUTE;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_int_equal(count(d, "accounts WHERE failures > 0"), 0);
}

static void a_right_password_wipes_the_failures_before_it(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++)
            assert_err(sign_in_from(d, "member", "wrong", NULL, &in, &token), SIGN_IN_REFUSED);
        assert_ok(sign_in(d, "member", GOOD, &in, &token));
    }
}

static void an_administrator_unlocks(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    five_failures(d, "member");
    Keeper keeper = {.by = 99, .now = d->house->now};
    assert_ok(account_unlock(ledger_lane(d->house->ledger), S("member"), &keeper));
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_int_equal(
        count(d, "security_log WHERE event = 'unlocked' AND by = 99 AND person = 71"), 1);
    assert_err(account_unlock(ledger_lane(d->house->ledger), S("nobody"), &keeper),
               ERR_NOT_FOUND);
}

static void an_address_that_guesses_is_turned_away_and_others_are_not(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    for (int i = 0; i < 8; i++)
        assert_err(sign_in(d, str_fmt(d->house->mem, "guess%d", i).p, "wrong", &in, &token),
                   SIGN_IN_REFUSED);
    assert_err(sign_in(d, "member", GOOD, &in, &token), SIGN_IN_RATE);
    assert_ok(sign_in_from(d, "member", GOOD, "10.0.0.2", &in, &token));
    d->house->now += 30 * MINUTE;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
}

/* Whoever has one IPv6 address has its whole /64 network. */
static void a_network_that_guesses_from_many_addresses_is_turned_away(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    for (int i = 0; i < 8; i++)
        assert_err(sign_in_from(d, str_fmt(d->house->mem, "guess%d", i).p, "wrong",
                                str_fmt(d->house->mem, "2001:db8:0:7::%x", i).p, &in, &token),
                   SIGN_IN_REFUSED);
    assert_err(sign_in_from(d, "member", GOOD, "2001:db8:0:7::ff", &in, &token), SIGN_IN_RATE);
    assert_ok(sign_in_from(d, "member", GOOD, "2001:db8:0:8::ff", &in, &token));
}

static void a_session_ends_when_idle_and_after_its_day(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    Instant began = d->house->now;
    for (int i = 0; i < 4 * 12 + 2; i++) { /* used every 14 minutes */
        d->house->now += 14 * MINUTE;
        bool lives = d->house->now - began < 12 * MS_HOUR;
        const Err *e = find(d, token, &in);
        assert_int_equal(e == NULL, lives);
        if (!lives) break;
    }
    d->house->now = began + 13 * MS_HOUR;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    d->house->now += 15 * MINUTE;
    assert_err(find(d, token, &in), SESSION_NONE);
    restart(d);
    assert_err(find(d, token, &in), SESSION_NONE);
}

static void asking_whether_it_lives_keeps_no_session_awake(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    for (int i = 0; i < 14; i++) {
        d->house->now += MINUTE;
        assert_true(session_alive(d->sessions, d->house->db, token, d->house->now));
    }
    d->house->now += MINUTE;
    assert_false(session_alive(d->sessions, d->house->db, token, d->house->now));
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    restart(d); /* from the table, too */
    assert_true(session_alive(d->sessions, d->house->db, token, d->house->now));
    assert_ok(session_sign_out(d->sessions, token, S("10.0.0.1"), d->house->now));
    assert_false(session_alive(d->sessions, d->house->db, token, d->house->now));
    assert_false(session_alive(d->sessions, d->house->db, S("nonsense"), d->house->now));
}

static void being_seen_is_written_back_rarely_and_the_over_are_forgotten(void **state)
{
    Desk *d = *state;
    Session in;
    Str token, left;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_ok(sign_in(d, "member", GOOD, &in, &left));
    Instant began = d->house->now;
    for (int i = 0; i < 30;
         i++) { /* seen every minute, flushed every minute, at the end long after sign-in */
        d->house->now += MINUTE;
        assert_ok(find(d, token, &in));
        assert_ok(sessions_flush(d->sessions, d->house->now));
    }
    assert_int_equal(count(d, "sessions"), 1);
    int64_t behind = count(d, str_fmt(d->house->mem, "sessions WHERE seen < %lld",
                                      (long long)(began + 28 * MINUTE))
                                  .p);
    assert_int_equal(behind, 0);
    restart(d);
    assert_ok(find(d, token, &in));
    assert_err(find(d, left, &in), SESSION_NONE);
}

/* The clock was set back by a day: what was written before lies in the future. */
static void what_a_wrong_clock_wrote_counts_as_over(void **state)
{
    Desk *d = *state;
    Session in;
    Str token, other;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_ok(sign_in(d, "member", GOOD, &in, &other));
    five_failures(d, "member");
    five_failures(d, "nobody");
    for (int i = 0; i < 6; i++) /* two of those came from here, too */
        assert_err(sign_in(d, str_fmt(d->house->mem, "guess%d", i).p, "wrong", &in, &token),
                   SIGN_IN_REFUSED);
    d->house->now -= MINUTE; /* as clocks are corrected: nothing ends, nothing opens */
    assert_ok(find(d, other, &in));
    assert_err(sign_in_from(d, "member", GOOD, "10.0.0.2", &in, &token), SIGN_IN_LOCKED);
    d->house->now -= MS_DAY;
    assert_err(find(d, other, &in), SESSION_NONE);
    assert_false(session_alive(d->sessions, d->house->db, other, d->house->now));
    assert_err(sign_in(d, "nobody", GOOD, &in, &token), SIGN_IN_REFUSED);
    assert_err(sign_in_from(d, "member", "wrong", NULL, &in, &token), SIGN_IN_REFUSED);
    assert_int_equal(count(d, "accounts WHERE login = 'member' AND failures = 1"), 1);
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_ok(find(d, token, &in));
    assert_ok(sessions_flush(d->sessions, d->house->now));
    assert_int_equal(count(d, "sessions"), 1);
    restart(d);
    assert_err(find(d, other, &in), SESSION_NONE);
}

static void signing_out_ends_it_everywhere(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_ok(session_sign_out(d->sessions, token, S("10.0.0.1"), d->house->now));
    assert_err(find(d, token, &in), SESSION_NONE);
    assert_int_equal(count(d, "sessions"), 0);
    assert_int_equal(count(d, "security_log WHERE event = 'sign-out' AND login = 'member'"), 1);
    assert_ok(session_sign_out(d->sessions, token, S("10.0.0.1"), d->house->now));
    assert_ok(session_sign_out(d->sessions, S("short"), S("10.0.0.1"), d->house->now));
}

static void the_hat_is_kept(void **state)
{
    Desk *d = *state;
    Session in;
    Str token;
    assert_ok(sign_in(d, "member", GOOD, &in, &token));
    assert_ok(session_wear(d->sessions, token, 555));
    assert_ok(find(d, token, &in));
    assert_int_equal(in.hat, 555);
    restart(d);
    assert_ok(find(d, token, &in));
    assert_int_equal(in.hat, 555);
    assert_ok(session_wear(d->sessions, token, NIL));
    assert_ok(find(d, token, &in));
    assert_int_equal(in.hat, NIL);
    char *other = str_z(d->house->mem, token);
    other[7] = other[7] == 'A' ? 'B' : 'A';
    assert_err(session_wear(d->sessions, str(other), 555), SESSION_NONE);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    Desk *d = *state;
    House *h = d->house;
    Session in;
    Str mine, other;
    assert_ok(sign_in(d, "member", GOOD, &in, &mine));
    assert_ok(sign_in(d, "member", GOOD, &in, &other));
    const Str fresh = S("Battery-staple-8"), from = S("10.0.0.1");
    assert_err(
        session_password(d->sessions, h->db, h->mem, mine, S("wrong"), fresh, from, h->now),
        SIGN_IN_REFUSED);
    assert_err(
        session_password(d->sessions, h->db, h->mem, mine, S(GOOD), S("short1A"), from, h->now),
        PASSWORD_WEAK);
    assert_err(
        session_password(d->sessions, h->db, h->mem, S("x"), S(GOOD), fresh, from, h->now),
        SESSION_NONE);
    assert_ok(session_password(d->sessions, h->db, h->mem, mine, S(GOOD), fresh, from, h->now));
    assert_ok(find(d, mine, &in));
    assert_err(find(d, other, &in), SESSION_NONE);
    restart(d);
    assert_ok(find(d, mine, &in));
    assert_err(find(d, other, &in), SESSION_NONE);
    assert_err(sign_in(d, "member", GOOD, &in, &other), SIGN_IN_REFUSED);
    assert_ok(sign_in(d, "member", "Battery-staple-8", &in, &other));
}

static void a_given_password_must_be_changed_first(void **state)
{
    Desk *d = *state;
    House *h = d->house;
    Lane *lane = ledger_lane(h->ledger);
    Keeper keeper = {.by = 99, .now = h->now};
    Session in;
    Str token, old;
    assert_ok(sign_in(d, "member", GOOD, &in, &old));
    assert_ok(account_reset(lane, h->mem, S("member"), S("Given-to-you-1"), &keeper));
    assert_ok(sessions_end(d->sessions, S("member")));
    assert_err(find(d, old, &in), SESSION_NONE);
    assert_ok(sign_in(d, "member", "Given-to-you-1", &in, &token));
    assert_true(in.must_change);
    restart(d);
    assert_ok(find(d, token, &in));
    assert_true(in.must_change);
    assert_ok(session_password(d->sessions, h->db, h->mem, token, S("Given-to-you-1"),
                               S("Battery-staple-8"), STR_NULL, h->now));
    assert_ok(find(d, token, &in));
    assert_false(in.must_change);
    restart(d);
    assert_ok(find(d, token, &in));
    assert_false(in.must_change);
}

static void a_closed_account_is_refused_like_a_wrong_password(void **state)
{
    Desk *d = *state;
    Keeper keeper = {.by = 99, .now = d->house->now};
    Session in;
    Str token;
    assert_ok(account_close(ledger_lane(d->house->ledger), S("member"), &keeper));
    assert_err(sign_in(d, "member", GOOD, &in, &token), SIGN_IN_REFUSED);
}

static void all_sessions_of_an_account_end_together_cached_or_not(void **state)
{
    Desk *d = *state;
    House *h = d->house;
    Db *db;
    assert_ok(db_open(h->store, DB_WRITE, &db));
    /* as if signed in: what the table holds is found whether the cache has room or not */
    Str tokens[64];
    for (size_t i = 0; i < countof(tokens); i++) {
        unsigned char hash[SHA256_SIZE];
        tokens[i] = random_token(h->mem, 32);
        sha256(tokens[i], hash);
        Buf hex = BUF(h->mem);
        buf_hex(&hex, hash, sizeof hash);
        Sql sql = {str_fmt(h->mem,
                           "INSERT INTO sessions VALUES (0, '%.*s', 'abcdefghijklmnopqrstuv', "
                           "'member', %zu, NULL, %lld, %lld, 0)",
                           STR(buf_str(&hex)), i, (long long)h->now, (long long)h->now)
                       .p};
        Rows rows;
        assert_ok(db_query(db, str(sql.text), &rows));
        assert_false(rows_next(&rows));
        assert_ok(rows_close(&rows));
    }
    db_close(db);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < countof(tokens); i++) {
            Session in;
            assert_ok(find(d, tokens[i], &in));
            assert_int_equal(in.person, (int64_t)i);
        }
    assert_ok(sessions_end(d->sessions, S("member")));
    Session in;
    for (size_t i = 0; i < countof(tokens); i++)
        assert_err(find(d, tokens[i], &in), SESSION_NONE);
}

static void an_account_without_password_lets_nobody_in_until_one_is_given(void **state)
{
    Desk *d = *state;
    House *h = d->house;
    Lane *lane = ledger_lane(h->ledger);
    Keeper keeper = {.by = NIL, .now = h->now};
    Session in;
    Str token;
    assert_ok(account_open(lane, h->mem, S("later"), 72, STR_NULL, false, &keeper));
    assert_err(sign_in(d, "later", "", &in, &token), SIGN_IN_REFUSED);
    assert_err(sign_in(d, "later", "gridward", &in, &token), SIGN_IN_REFUSED);
    assert_ok(account_reset(lane, h->mem, S("later"), S(GOOD), &keeper));
    assert_ok(sign_in(d, "later", GOOD, &in, &token));
    assert_int_equal(in.person, 72);
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_session_is_found_again_also_after_a_restart),
        TEST(a_foreign_token_finds_nothing),
        TEST(wrong_name_and_wrong_password_are_the_same_answer),
        TEST(five_failures_lock_for_half_an_hour),
        TEST(a_right_password_wipes_the_failures_before_it),
        TEST(an_administrator_unlocks),
        TEST(an_address_that_guesses_is_turned_away_and_others_are_not),
        TEST(a_network_that_guesses_from_many_addresses_is_turned_away),
        TEST(a_session_ends_when_idle_and_after_its_day),
        TEST(asking_whether_it_lives_keeps_no_session_awake),
        TEST(being_seen_is_written_back_rarely_and_the_over_are_forgotten),
        TEST(what_a_wrong_clock_wrote_counts_as_over),
        TEST(signing_out_ends_it_everywhere),
        TEST(the_hat_is_kept),
        TEST(a_new_password_ends_the_other_sessions),
        TEST(a_given_password_must_be_changed_first),
        TEST(a_closed_account_is_refused_like_a_wrong_password),
        TEST(all_sessions_of_an_account_end_together_cached_or_not),
        cmocka_unit_test_setup_teardown(
            an_account_without_password_lets_nobody_in_until_one_is_given, setup, teardown),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
