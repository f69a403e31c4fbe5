/* SPDX-License-Identifier: Apache-2.0 */
/* test_noun.c: the engine on a noun of its own: sheds that stand somewhere and have a keeper.
 */
#include "grid/scope.h"
#include "noun/noun_engine.h"

typedef struct {
    STATE_MEMBERS
    Str name, kind, tags, phone;
    int64_t area, lon, lat;
} Shed;

static const Choice kinds[] = {{"wood", "木", "Wood"}, {"steel", "钢", "Steel"}};
static const Column columns[] = {
    STATE_COLUMNS(Shed),
    COLUMN(Shed, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED, .max = 20),
    COLUMN(Shed, kind, KIND_CHOICE, "类型", "Kind", .flags = COLUMN_REQUIRED, CHOICES(kinds)),
    COLUMN(Shed, tags, KIND_LIST, "标签", "Tags"),
    COLUMN(Shed, phone, KIND_TEXT, "电话", "Phone", .sense = SENSE_MASKED),
    COLUMN(Shed, area, KIND_REF, "网格", "Cell", .flags = COLUMN_OURS, .list = "areas"),
    COLUMN(Shed, lon, KIND_DECIMAL, "经度", "Longitude", .flags = COLUMN_INTERNAL,
           .scale = DEGREES_SCALE),
    COLUMN(Shed, lat, KIND_DECIMAL, "纬度", "Latitude", .flags = COLUMN_INTERNAL,
           .scale = DEGREES_SCALE),
};
static const Table shed_table = {.name = "sheds",
                                 .class = CLASS_STATE,
                                 .columns = columns,
                                 .count = countof(columns),
                                 .size = sizeof(Shed)};
#define WORLD_MORE_TABLES &shed_table,
#include "../grid/world.h"

static const NounFilter filters[] = {
    NOUN_FILTER(FILTER_WITHIN, "area", "area", KIND_REF, "区域", "Area", .list = "areas"),
    NOUN_FILTER(FILTER_IS, "kind", "kind", KIND_CHOICE, "类型", "Kind", CHOICES(kinds)),
    NOUN_FILTER(FILTER_HAS, "tags", "tag", KIND_TEXT, "标签", "Tag"),
    NOUN_FILTER(FILTER_TEXT, NULL, "q", KIND_TEXT, "搜索", "Text"),
};
static const NounVerb verbs[] = {
    {"open", "open_shed", "登记", "Enter", .can = CAN_PROPOSE, .form = &shed_table},
    {"change", "change_shed", "修改", "Change", .can = CAN_PROPOSE, .form = &shed_table},
};
static const Noun sheds = {.name = "sheds",
                           .shape = "Shed",
                           .page = "Sheds",
                           .zh = "棚",
                           .en = "Sheds",
                           .table = &shed_table,
                           .columns = true,
                           .anchored = true,
                           COUNTED(filter, filters),
                           COUNTED(verb, verbs)};

#define IN_1 "{\"lon\":109.005,\"lat\":34.305}"
#define IN_2 "{\"lon\":109.015,\"lat\":34.305}"
#define SHED(name, place, more)                                                                \
    "{\"name\":\"" name "\",\"kind\":\"wood\",\"place\":" place more "}"

/* ---- a person's acts and lists ---- */

static NounView view_as(World *w, int64_t person, Db *db, Arena *mem)
{
    static const Lookup any;
    const Ground *g = ground_pin(w->grounds, REGION);
    arena_defer(w->h->mem, (void (*)(void *))ground_unpin, (void *)(uintptr_t)g);
    Who *who = arena_make(w->h->mem, Who);
    assert_ok(who_at(w->h->mem, g, person, w->h->now, NIL, who));
    return (NounView){.db = db,
                      .mem = mem,
                      .who = who,
                      .ground = g,
                      .now = w->h->now,
                      .at = w->h->now,
                      .lang = LANG_EN,
                      .lookup = &any};
}

typedef struct {
    World *w;
    int64_t person, id;
    const Json *body;
    Shed shed;
} Deed;

static const Err *do_verb(Act *act, void *context)
{
    Deed *d = context;
    NounView view = view_as(d->w, d->person, act->db, act->mem);
    NounAct a = {.view = &view, .act = act, .id = d->id};
    const NounVerb *verb = noun_verb(&sheds, d->id == NIL ? S("open") : S("change"));
    const void *row;
    bool whole;
    const Err *e = noun_act(&sheds, verb, &a, d->body, &row, &whole);
    if (!e) d->shed = *(const Shed *)row;
    return e;
}

static const Err *act_as(World *w, int64_t person, int64_t id, const char *body, Shed *out)
{
    Deed d = {.w = w, .person = person, .id = id};
    assert_ok(json_read(w->h->mem, str(body), &d.body));
    Str verb = id == NIL ? S("open_shed") : S("change_shed");
    ActJob *job = arena_make(w->h->mem, ActJob);
    *job = (ActJob){.mem = w->h->mem,
                    .spec = {.region = REGION,
                             .actor = person,
                             .seat = NIL,
                             .for_person = NIL,
                             .verb = verb,
                             .client = NIL},
                    .decide = do_verb,
                    .context = &d};
    const Err *e = ledger_call(w->h->ledger, job);
    if (!e && out) *out = d.shed;
    return e;
}

static const Shed *row_of(const NounPage *page, size_t i)
{
    return page->rows[i];
}

/* Pages of two, put together; what they hold is what the count says. */
static size_t found_as(World *w, int64_t person, Value query[countof(filters)],
                       const Shed *out[16])
{
    NounView view = view_as(w, person, w->h->db, w->h->mem);
    NounAsk ask = {.query = query, .limit = 2};
    size_t n = 0;
    int64_t count;
    do {
        NounPage page;
        assert_ok(noun_page(&sheds, &view, &ask, &page));
        for (size_t i = 0; i < page.count; i++)
            out[n++] = row_of(&page, i);
        ask.cursor = page.next;
    } while (ask.cursor.p);
    ask.cursor = STR_NULL;
    assert_ok(noun_count(&sheds, &view, &ask, &count));
    assert_int_equal(count, n);
    return n;
}

#define ANY                                                                                    \
    {                                                                                          \
        VALUE_NULL, VALUE_NULL, VALUE_NULL, VALUE_NULL                                         \
    }

static void fill(World *w)
{
    assert_ok(act_as(w, w->wang, NIL, SHED("甲", IN_1, ",\"tags\":[\"old\",\"dust\"]"), NULL));
    assert_ok(act_as(w, w->wang, NIL, SHED("乙", IN_1, ",\"phone\":\"13812345678\""), NULL));
    assert_ok(act_as(w, w->li, NIL, SHED("丙", IN_2, ""), NULL));
}

/* ---- claims ---- */

static void a_row_lies_in_the_cell_of_its_place(void **state)
{
    World *w = *state;
    Shed shed;
    assert_ok(act_as(w, w->wang, NIL, SHED("甲", IN_1, ""), &shed));
    assert_int_equal(shed.area, w->cell1);
    const Err *e = act_as(w, w->li, NIL, SHED("乙", "{\"lon\":0,\"lat\":0}", ""), &shed);
    assert_err(e->next, NOUN_OUTSIDE);
}

static void who_may_do_it_elsewhere_may_not_do_it_here(void **state)
{
    World *w = *state;
    assert_err(act_as(w, w->wang, NIL, SHED("甲", IN_2, ""), NULL), SCOPE_DENIED);
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
    static const char *const fields[][2] = {
        {"kind", "choice"}, {"odd", "unknown"}, {"name", "required"}};
    World *w = *state;
    const Err *e =
        act_as(w, w->wang, NIL, "{\"kind\":\"ice\",\"odd\":1,\"place\":" IN_1 "}", NULL);
    for (size_t i = 0; i < countof(fields); i++) {
        const Err *f = e->next;
        while (f && !str_is(f->field, fields[i][0]))
            f = f->next;
        assert_non_null(f);
        assert_string_equal(f->code, fields[i][1]);
    }
}

static void pages_hold_each_row_once_and_as_many_as_are_counted(void **state)
{
    World *w = *state;
    const Shed *found[16];
    Value any[] = ANY;
    fill(w);
    assert_int_equal(found_as(w, w->li, any, found), 3);
    assert_str(found[0]->name, "甲");
    assert_str(found[2]->name, "丙");
}

static void filters_take_areas_choices_items_and_texts(void **state)
{
    World *w = *state;
    const Shed *found[16];
    fill(w);
    Value in_cell[] = ANY, of_steel[] = ANY, of_tag[] = ANY, with_text[] = ANY, nowhere[] = ANY;
    in_cell[0] = VALUE_INT(w->cell2);
    of_steel[1] = VALUE_STR(S("steel"));
    of_tag[2] = VALUE_STR(S("dust"));
    with_text[3] = VALUE_STR(S("乙"));
    nowhere[0] = VALUE_INT(4711);
    assert_int_equal(found_as(w, w->li, in_cell, found), 1);
    assert_str(found[0]->name, "丙");
    assert_int_equal(found_as(w, w->li, of_steel, found), 0);
    assert_int_equal(found_as(w, w->li, of_tag, found), 1);
    assert_str(found[0]->name, "甲");
    assert_int_equal(found_as(w, w->li, with_text, found), 1);
    assert_int_equal(found_as(w, w->li, nowhere, found), 0);
}

static void a_masked_text_is_not_found_by(void **state)
{
    World *w = *state;
    const Shed *found[16];
    fill(w);
    Value phone[] = ANY;
    phone[3] = VALUE_STR(S("1381234"));
    assert_int_equal(found_as(w, w->li, phone, found), 0);
}

static void what_one_may_not_see_is_neither_listed_nor_counted_nor_there(void **state)
{
    World *w = *state;
    const Shed *found[16];
    Value any[] = ANY;
    fill(w);
    assert_int_equal(found_as(w, w->wang, any, found), 2);
    assert_int_equal(found_as(w, w->li, any, found), 3);
    NounView view = view_as(w, w->wang, w->h->db, w->h->mem);
    const void *row;
    bool whole;
    assert_err(noun_load(&sheds, &view, found[2]->id, &row, &whole), ERR_NOT_FOUND);
}

static void a_change_names_the_version_it_saw(void **state)
{
    World *w = *state;
    Shed before, after;
    assert_ok(act_as(w, w->wang, NIL, SHED("甲", IN_1, ""), &before));
    Str body =
        str_fmt(w->h->mem, "{\"version\":%lld,\"kind\":\"steel\"}", (long long)before.entry);
    assert_ok(act_as(w, w->wang, before.id, body.p, &after));
    assert_str(after.kind, "steel");
    assert_str(after.name, "甲");
    assert_err(act_as(w, w->wang, before.id, body.p, NULL), STALE);
}

static void an_act_is_done_from_the_seat_that_lets_one(void **state)
{
    World *w = *state;
    Shed shed;
    Entry entry;
    assert_ok(act_as(w, w->wang, NIL, SHED("甲", IN_1, ""), &shed));
    assert_ok(ledger_entry(w->h->db, REGION, shed.entry, w->h->mem, &entry));
    assert_int_equal(entry.seat, w->member);
}

static void a_history_tells_each_change_in_the_words_of_its_columns(void **state)
{
    World *w = *state;
    Shed shed;
    assert_ok(act_as(w, w->wang, NIL, SHED("甲", IN_1, ""), &shed));
    Str body =
        str_fmt(w->h->mem, "{\"version\":%lld,\"kind\":\"steel\"}", (long long)shed.entry);
    assert_ok(act_as(w, w->wang, shed.id, body.p, NULL));
    NounView view = view_as(w, w->wang, w->h->db, w->h->mem);
    Buf b = BUF(w->h->mem);
    JsonOut out = JSON_OUT(&b);
    const Json *told;
    assert_ok(noun_history(&view, &sheds, w->h->ledger, shed.id, 10, &out));
    assert_ok(json_read(w->h->mem, buf_str(&b), &told));
    const Json *items = json_get(told, "items");
    assert_int_equal(json_count(items), 2);
    const Json *last = json_at(items, 1), *change = json_at(json_get(last, "changes"), 0);
    assert_str(json_member(last, "title"), "Change");
    assert_int_equal(json_count(json_get(last, "changes")), 1);
    assert_str(json_member(change, "title"), "Kind");
    assert_str(json_member(change, "value"), "steel");
}

static void masked_values_are_shown_in_part_to_who_sees_less(void **state)
{
    World *w = *state;
    Shed shed = {.name = S("甲"), .kind = S("wood"), .phone = S("13812345678"), .lon = NIL};
    NounView view = view_as(w, w->wang, w->h->db, w->h->mem);
    Buf b = BUF(w->h->mem);
    JsonOut out = JSON_OUT(&b);
    noun_json(&sheds, &view, &shed, false, false, &out);
    assert_true(str_find(buf_str(&b), S("138****5678")) != SIZE_MAX);
    assert_true(str_find(buf_str(&b), S("13812345678")) == SIZE_MAX);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_row_lies_in_the_cell_of_its_place),
        TEST(who_may_do_it_elsewhere_may_not_do_it_here),
        TEST(all_that_is_wrong_is_told_at_once),
        TEST(pages_hold_each_row_once_and_as_many_as_are_counted),
        TEST(filters_take_areas_choices_items_and_texts),
        TEST(a_masked_text_is_not_found_by),
        TEST(what_one_may_not_see_is_neither_listed_nor_counted_nor_there),
        TEST(a_change_names_the_version_it_saw),
        TEST(an_act_is_done_from_the_seat_that_lets_one),
        TEST(a_history_tells_each_change_in_the_words_of_its_columns),
        TEST(masked_values_are_shown_in_part_to_who_sees_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
