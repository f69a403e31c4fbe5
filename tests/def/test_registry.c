/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypt.h"
#include "def/registry.h"
#include "house.h"

static const Table *const tables[] = {&entry_table, &head_table, &key_table, &definition_table};
static const Err BAD_WORD = ERROR(ERR_INVALID, "bad-word", "坏词", "bad word");

static bool stricter; /* a later release that lets nothing new through */

/* A kind of the test's own: any text without "bad"; it compiles to a copy. "after X" needs X to
 * exist. */
static const Err *compile_word(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    const void **others;
    size_t n = def_world_all(world, "word", mem, &others);
    bool found = !str_starts(text, S("after "));
    for (size_t i = 0; i < n; i++)
        found |= !found && str_is((Str){text.p + 6, text.n - 6}, others[i]);
    if (stricter && !def_world_stored(world)) found = false;
    if (!found || str_find(text, S("bad")) != SIZE_MAX) return err_field(mem, &BAD_WORD, file);
    *out = str_z(mem, text);
    return NULL;
}
static const DefKind kinds[] = {{"word", ".txt", compile_word}};

static void versions_follow_each_other_and_stay(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Defs *defs;
    size_t changed = 9;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    Draft one[] = {{S("word"), S("a"), S("first")}, {S("word"), S("b"), S("other")}};
    assert_ok(defs_publish(defs, one, 2, h->mem, &changed));
    assert_int_equal(changed, 2);
    assert_ok(defs_publish(defs, one, 2, h->mem, &changed));
    assert_int_equal(changed, 0);
    h->now = 2000;
    Draft two[] = {{S("word"), S("a"), S("second")}};
    assert_ok(defs_publish(defs, two, 1, h->mem, &changed));
    for (int round = 0; round < 2; round++) {
        assert_string_equal(defs_get(defs, char, "word", S("a"), 1999), "first");
        assert_string_equal(defs_get(defs, char, "word", S("a"), 2000), "second");
        assert_null(defs_at(defs, "word", S("a"), 999));
        assert_null(defs_at(defs, "word", S("c"), 5000));
        assert_string_equal(defs_compiled(defs_version(defs, "word", S("a"), 1)), "first");
        const Published **all;
        assert_int_equal(defs_list(defs, "word", 2000, h->mem, &all), 2);
        assert_string_equal(all[0]->compiled, "second");
        house_restart(h, tables, countof(tables));
        defs_close(defs);
        assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    }
    defs_close(defs);
    house_close(h);
}

static void one_fault_and_nothing_is_published(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Defs *defs;
    size_t changed;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    Draft drafts[] = {{S("word"), S("a"), S("fine")},
                      {S("word"), S("b"), S("bad")},
                      {S("tune"), S("c"), S("fine")}};
    const Err *e = defs_publish(defs, drafts, 3, h->mem, &changed);
    assert_err(e, ERR_FAULTS);
    assert_str(e->next->field, "b.txt");
    assert_string_equal(e->next->next->code, "no-kind");
    assert_null(defs_at(defs, "word", S("a"), INT64_MAX));
    defs_close(defs);
    house_close(h);
}

static void what_is_referred_to_may_come_later_in_the_same_act(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Defs *defs;
    size_t changed;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    Draft drafts[] = {{S("word"), S("a"), S("after one")}, {S("word"), S("b"), S("one")}};
    assert_ok(defs_publish(defs, drafts, 2, h->mem, &changed));
    house_restart(h, tables, countof(tables));
    defs_close(defs);
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    assert_string_equal(defs_get(defs, char, "word", S("a"), INT64_MAX), "after one");
    Draft lost[] = {{S("word"), S("c"), S("after two")}};
    assert_err(defs_publish(defs, lost, 1, h->mem, &changed), ERR_FAULTS);
    defs_close(defs);
    house_close(h);
}

static void two_of_one_kind_and_name_are_refused(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Defs *defs;
    size_t changed;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    Draft drafts[] = {{S("word"), S("a"), S("one")}, {S("word"), S("a"), S("other")}};
    const Err *e = defs_publish(defs, drafts, 2, h->mem, &changed);
    assert_err(e, ERR_FAULTS);
    assert_err(e->next, DEF_DOUBLE);
    assert_str(e->next->field, "a.txt:1:1");
    assert_null(e->next->next);
    assert_null(defs_at(defs, "word", S("a"), INT64_MAX));
    defs_close(defs);
    house_close(h);
}

static void what_was_published_is_read_for_ever(void **state)
{
    (void)state;
    House *h = house_open(tables, countof(tables));
    Defs *defs;
    size_t changed;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    Draft old[] = {{S("word"), S("a"), S("one")}}, new[] = {{S("word"), S("b"), S("two")}};
    assert_ok(defs_publish(defs, old, 1, h->mem, &changed));
    house_restart(h, tables, countof(tables));
    defs_close(defs);
    stricter = true;
    assert_ok(defs_open(h->ledger, kinds, countof(kinds), &defs));
    assert_string_equal(defs_get(defs, char, "word", S("a"), INT64_MAX), "one");
    assert_err(defs_publish(defs, new, 1, h->mem, &changed), ERR_FAULTS);
    stricter = false;
    defs_close(defs);
    house_close(h);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_follow_each_other_and_stay),
        cmocka_unit_test(one_fault_and_nothing_is_published),
        cmocka_unit_test(what_is_referred_to_may_come_later_in_the_same_act),
        cmocka_unit_test(two_of_one_kind_and_name_are_refused),
        cmocka_unit_test(what_was_published_is_read_for_ever),
    };
    return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
