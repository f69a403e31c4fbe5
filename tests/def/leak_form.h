/* SPDX-License-Identifier: Apache-2.0 */
/* leak_form.h: a form of a leak, as a definition has it, with one name before its own fields
 * and one behind them, and two questions over it. */
#ifndef TESTS_DEF_LEAK_FORM_H
#define TESTS_DEF_LEAK_FORM_H

#include "test.h"

#include "base/time.h"
#include "def/form.h"

static Arena *mem;
static Expr *expr;
static Form form;
static Question send, fail;
static CodeLists lists;

static const char list_text[] = "list: category\n"
                                "title: {zh: 类别, en: Category}\n"
                                "source: test\n"
                                "attrs: {days: {kind: int, title: {zh: 天, en: Days}}}\n"
                                "entries:\n"
                                "  \"21\": {zh: 场所, en: Workplace, days: 3}\n"
                                "  \"01\": {zh: 证照, en: Licences}\n";

static const char form_text[] =
    "see: {masked: [area], sealed: [audit, area]}\n"
    "fields:\n"
    "  what: {kind: text, title: {zh: 情况, en: What}, max: 100}\n"
    "  category: {kind: code, list: category, title: {zh: 类别, en: Category}, index: true}\n"
    "  grade: {kind: choice, of: {small: {zh: 小, en: Small}, big: {zh: 大, en: Big}}, title: "
    "{zh: 等级, en: Grade},\n"
    "          default: small}\n"
    "  deadline: {kind: date, title: {zh: 期限, en: Deadline}, default: {of: category, attr: "
    "days}}\n"
    "  by: {kind: text, title: {zh: 谁, en: By}, sense: masked}\n"
    "terms: {big: \"grade = 'big'\"}\n"
    "send: [grade!, deadline!, what]\n"
    "fail: [place, deadline!big]\n"
    "check: {that: \"days(now, deadline) <= 30\", say: {zh: 太久, en: Too long}}\n";

static const Column before[] = {
    {.name = "place", .kind = KIND_PLACE, .zh = "位置", .en = "Place"}};
static const Column behind[] = {
    {.name = "now", .kind = KIND_INSTANT, .zh = "现在", .en = "Now"}};
static const FormFrame frame = {before, behind, 1, 1};

static void pass(Reading *r)
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
    Reading r = READING(mem, S("leak.yaml"));
    const Node *root = def_read(&r, str(form_text));
    form_read(&r, expr, root, &frame, &form);
    form_read_question(&r, &form, node_get(root, "send"), node_get(root, "check"), &send);
    form_read_question(&r, &form, node_get(root, "fail"), NULL, &fail);
    static const CodeList *all[1];
    all[0] = code_list_read(&r, str(list_text));
    lists = (CodeLists){all, 1};
    pass(&r);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    expr_free(expr);
    arena_free(mem);
    return 0;
}

static inline size_t field(const char *name)
{
    size_t at = form_field(&form, str(name));
    assert_true(at != FORM_NONE);
    return at;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
