/* SPDX-License-Identifier: Apache-2.0 */
/* test_flow_check.c: pairs of a definition and what is said of it, and the shipped flows, which
 * pass. */
#include "test.h"

#include <dirent.h>

#include "case/flow_fault.h"
#include "case/flow_load.h"
#include "def/embedded.h"

static const char *folder; /* of the pairs */
static const char *manual; /* docs/definitions.md */
static Arena *mem;
static Expr *expr;
static CodeLists lists;
static const Flow *shipped[8];
static size_t shipped_count;

static Str seed_of(const SeedFile *file)
{
    return (Str){file->start, (size_t)(file->end - file->start)};
}

static void pass(const Reading *r)
{
    Buf b = BUF(mem);
    def_print(def_err(r), LANG_EN, &b);
    if (r->count) fail_msg("%s", b.p);
}

static int setup(void **state)
{
    (void)state;
    mem = arena_new(0);
    expr = expr_new();
    static const CodeList *all[64];
    lists = (CodeLists){all, 0};
    shipped_count = 0;
    for (size_t i = 0; i < seed_files_count; i++) {
        Reading r = READING(mem, str(seed_files[i].path));
        if (seed_is(&seed_files[i], "data/codes/", ".yaml"))
            all[lists.count++] = code_list_read(&r, seed_of(&seed_files[i]));
        if (seed_is(&seed_files[i], "defs/flows/", ".yaml"))
            shipped[shipped_count++] = flow_read(&r, expr, seed_of(&seed_files[i]));
        pass(&r);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    expr_free(expr);
    arena_free(mem);
    return 0;
}

static FlowWorld world(void)
{
    return (FlowWorld){
        .expr = expr, .lists = &lists, .flows = shipped, .flow_count = shipped_count};
}

static Str slurp(const char *name, const char *suffix)
{
    Str path = str_fmt(mem, "%s/%s%s", folder, name, suffix);
    FILE *f = fopen(path.p, "rb");
    if (!f) return STR_NULL;
    static char bytes[1 << 16];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return str_dup(mem, (Str){bytes, n});
}

/* Every fault has its pair: codes seen in the pairs. */
static bool seen[128];

static void note_codes(const Err *e)
{
    for (e = e ? e->next : NULL; e; e = e->next)
        for (size_t i = 0; i < flow_fault_count(); i++)
            if (err_is(e, flow_faults[i])) seen[i] = true;
}

static int judge(const char *name)
{
    FlowWorld w = world();
    Flow *flow = NULL;
    const Err *e =
        flow_load(mem, str_fmt(mem, "%s.yaml", name), slurp(name, ".yaml"), &w, &flow);
    note_codes(e);
    Buf said = BUF(mem);
    buf_add(&said, S(""));
    def_print(e, LANG_ZH, &said);
    def_print(e, LANG_EN, &said);
    Str expected = slurp(name, ".err");
    if (e && str_eq(buf_str(&said), expected)) return 0;
    print_error("%s.yaml\n--- expected\n%.*s--- said\n%s", name, STR(expected), said.p);
    return 1;
}

static void each_fault_is_told_with_place_and_sentence(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int wrong = 0, pairs = 0;
    for (struct dirent *d; (d = readdir(dir));) {
        Str name = str(d->d_name);
        if (!str_ends(name, S(".yaml"))) continue;
        wrong += judge(str_z(mem, (Str){name.p, name.n - 5}));
        pairs++;
    }
    closedir(dir);
    assert_int_equal(wrong, 0);
    assert_true(pairs >= 40);
    for (size_t i = 0; i < flow_fault_count(); i++)
        if (!seen[i]) fail_msg("no pair shows the fault \"%s\"", flow_faults[i]->code);
}

static void the_shipped_flows_pass(void **state)
{
    (void)state;
    assert_true(shipped_count >= 2);
    FlowWorld w = world();
    for (size_t i = 0; i < shipped_count; i++) {
        Reading r = READING(mem, shipped[i]->file);
        size_t explored = flow_check(&r, shipped[i], &w);
        pass(&r);
        print_message("%.*s: %zu situations\n", STR(shipped[i]->name), explored);
        assert_true(explored >= shipped[i]->state_count);
    }
}

/* ---- the law on a small flow: what is let through, and what is not ---- */

static const char head[] =
    "flow: leak\ntitle: {zh: 漏水, en: Leak}\n"
    "fields: {a: {kind: flag, title: {zh: 甲, en: A}}, until: {kind: date, title: {zh: 到, en: "
    "Until}},\n"
    "         size: {kind: int, title: {zh: 数, en: N}}}\n"
    "terms: {yes_a: a, no_a: not a, many: size > 5, few: size <= 5}\n"
    "states:\n"
    "  one: {title: {zh: 一, en: One}, duty: grid_chief@area, clock: 1 day}\n"
    "  two: {title: {zh: 二, en: Two}, duty: grid_chief@area, clock: {until: until}}\n"
    "  end: {title: {zh: 完, en: End}, end: fine}\n"
    "moves:\n"
    "  file: {title: {zh: 立, en: File}, to: one, by: grid_member}\n"
    "  end: {title: {zh: 结, en: End}, from: two, to: end, by: duty, not: [go, skip]}\n"
    "  skip: {title: {zh: 跳, en: Skip}, from: one, to: two, by: duty, ask: until!}\n";

static Str said_of(const char *moves)
{
    FlowWorld w = world();
    Flow *flow = NULL;
    const Err *e = flow_load(mem, S("x"), str_fmt(mem, "%s%s", head, moves), &w, &flow);
    Buf b = BUF(mem);
    buf_add(&b, S(""));
    def_print(e, LANG_EN, &b);
    return buf_str(&b);
}

static void conditions_on_choices_are_followed_exactly(void **state)
{
    (void)state;
    /* until is asked for exactly when the case goes where the clock needs it */
    assert_str(said_of("  go: {title: {zh: 去, en: Go}, from: one, to: {two: yes_a, end: "
                       "else}, by: duty, ask: [a!, until!yes_a],"
                       " not: file}\n"),
               "");
    assert_true(str_find(said_of("  go: {title: {zh: 去, en: Go}, from: one, to: {two: yes_a, "
                                 "end: else}, by: duty,"
                                 " ask: [a!, until!no_a], not: file}\n"),
                         S("until-unset: The clock of \"two\" runs until \"until\", which may "
                           "be empty on this way: file → go")) != SIZE_MAX);
    /* a may be left out, and null is not true: not the same as false */
    assert_true(str_find(said_of("  go: {title: {zh: 去, en: Go}, from: one, to: {end: yes_a, "
                                 "two: else}, by: duty,"
                                 " ask: [a, until!no_a], not: file}\n"),
                         S("until-unset")) != SIZE_MAX);
}

static void conditions_on_numbers_may_fall_either_way(void **state)
{
    (void)state;
    assert_str(said_of("  go: {title: {zh: 去, en: Go}, from: one, to: {two: many, end: else}, "
                       "by: duty, ask: [size!, until!many],"
                       " not: file}\n"),
               "");
    /* size > 5 and size <= 5 are two conditions to the proof: it does not reckon */
    assert_true(str_find(said_of("  go: {title: {zh: 去, en: Go}, from: one, to: {end: many, "
                                 "two: else}, by: duty,"
                                 " ask: [size!, until!few], not: file}\n"),
                         S("until-unset")) != SIZE_MAX);
}

static void what_was_set_stays_set(void **state)
{
    (void)state;
    assert_str(said_of("  go: {title: {zh: 去, en: Go}, from: two, to: two, by: duty, ask: "
                       "until, limit: 1}\n"),
               "");
    assert_str(
        said_of(
            "  go: {title: {zh: 回, en: Back}, from: two, to: one, by: duty}\n"
            "  rush: {title: {zh: 赶, en: Rush}, from: one, to: two, by: duty, ask: size}\n"),
        "x:8:3: until-unset: The clock of \"two\" runs until \"until\", which may be empty on "
        "this way: file → rush\n"
        "x:12:3: fixer-checks: Who fixed does not check: \"end\" lacks \"rush\" in its not, so "
        "one person could go: "
        "file → rush → end\n");
}

static void an_end_may_be_left_and_a_limit_may_close_the_way(void **state)
{
    (void)state;
    assert_str(said_of("  go: {title: {zh: 去, en: Go}, from: end, to: one, by: "
                       "grid_chief@area, within: 30 days}\n"),
               "");
    Str said = said_of("  go: {title: {zh: 去, en: Go}, from: one, to: two, by: duty, ask: "
                       "until!, limit: 1}\n");
    assert_str(said, "");
}

/* The end of the manual is printed by flow_manual: the copy that people read is the newest. */
static void the_manual_lists_every_key_and_fault(void **state)
{
    (void)state;
    Buf printed = BUF(mem), text = BUF(mem);
    flow_manual(&printed);
    FILE *f = fopen(manual, "rb");
    assert_non_null(f);
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buf_bytes(&text, bytes, n);
    fclose(f);
    if (str_ends(buf_str(&text), buf_str(&printed))) return;
    fail_msg("the tables of docs/definitions.md are old; they should read\n%s", printed.p);
}

/* The example that the manual shows is a flow that passes. */
static void the_example_of_the_manual_passes(void **state)
{
    (void)state;
    Buf text = BUF(mem);
    FILE *f = fopen(manual, "rb");
    assert_non_null(f);
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buf_bytes(&text, bytes, n);
    fclose(f);
    Str rest = buf_str(&text), fence = S("```yaml\n");
    size_t from = str_find(rest, fence);
    assert_true(from != SIZE_MAX);
    rest = (Str){rest.p + from + fence.n, rest.n - from - fence.n};
    Str example = {rest.p, str_find(rest, S("```"))};
    FlowWorld w = world();
    Flow *flow = NULL;
    const Err *e = flow_load(mem, S("leak.yaml"), example, &w, &flow);
    Buf said = BUF(mem);
    buf_add(&said, S(""));
    def_print(e, LANG_EN, &said);
    assert_str(buf_str(&said), "");
    assert_str(flow->name, "leak");
}

int main(int count, char **args)
{
    assert(count == 3);
    folder = args[1];
    manual = args[2];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_fault_is_told_with_place_and_sentence, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_shipped_flows_pass, setup, teardown),
        cmocka_unit_test_setup_teardown(the_manual_lists_every_key_and_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(the_example_of_the_manual_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(conditions_on_choices_are_followed_exactly, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(conditions_on_numbers_may_fall_either_way, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_was_set_stays_set, setup, teardown),
        cmocka_unit_test_setup_teardown(an_end_may_be_left_and_a_limit_may_close_the_way, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
