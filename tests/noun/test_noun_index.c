/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a table in columns: words, references, instants, lists, and questions to them. */
#include "noun/noun_index.h"

#include "../test.h"

typedef struct {
    STATE_MEMBERS
    int64_t area, owner;
    Str colour;
    Instant at;
} Kite;

static const Column kite_columns[] = {
    STATE_COLUMNS(Kite),
    COLUMN(Kite, area, KIND_REF, "网格", "Area", .list = "areas"),
    COLUMN(Kite, owner, KIND_REF, "主人", "Owner", .list = "persons"),
    COLUMN(Kite, colour, KIND_TEXT, "颜色", "Colour"),
    COLUMN(Kite, at, KIND_INSTANT, "时刻", "At"),
};
static const Table kites = {.name = "kites",
                            .class = CLASS_STATE,
                            .columns = kite_columns,
                            .count = countof(kite_columns),
                            .size = sizeof(Kite)};

enum { AREA, OWNER, COLOUR, AT, SHAPE, TAILS };

static void *shape_read(void *context, Arena *mem, Str word)
{
    Str *out = arena_make(mem, Str);
    ++*(int *)context;
    *out = word;
    return out;
}

static const IndexColumn columns[] = {
    {"area", INDEX_WORD, NULL},         {"owner", INDEX_SEQ, NULL},
    {"colour", INDEX_WORD, NULL},       {"at", INDEX_INSTANT, NULL},
    {"shape", INDEX_CLASS, shape_read}, {"tails", INDEX_LIST, NULL}};

#define REGION 3

static void put(NounIndex *index, int64_t seq, const char *colour, int64_t owner, Instant at)
{
    Kite k = {.id = ID_MAKE(REGION, seq),
              .region = REGION,
              .area = ID_MAKE(REGION, 900 + seq % 7),
              .owner = owner == NIL ? NIL : ID_MAKE(REGION, owner),
              .colour = str(colour),
              .at = at};
    noun_index_begin(index);
    IndexSpot spot = noun_index_spot(index, k.id);
    noun_index_row(index, &spot, &k);
    noun_index_end(index);
}

static void all(uint8_t *keep, const IndexBlock *b)
{
    memset(keep, 0xFF, b->count);
    memset(keep + b->count, 0, INDEX_ROWS - b->count);
}

static void rows_lie_in_blocks_by_their_ids(void **state)
{
    (void)state;
    int met = 0;
    NounIndex *index = noun_index_new(&kites, columns, countof(columns), &met);
    assert_null(noun_index_shelf(index, REGION));
    for (int64_t i = 1; i <= 3000; i++)
        put(index, i * 2, "red", NIL, i);
    const IndexShelf *shelf = noun_index_shelf(index, REGION);
    assert_int_equal(shelf->count, 3000);
    assert_int_equal(shelf->blocks[2]->count, 3000 - 2 * INDEX_ROWS);
    assert_int_equal(shelf_from(shelf, 0), 0);
    assert_int_equal(shelf_from(shelf, 2 * 1500), 1499);
    assert_int_equal(shelf_from(shelf, 2 * 1500 + 1), 1500);
    assert_int_equal(shelf_from(shelf, 6001), 3000);
    put(index, 3000, "blue", 5, 7); /* one that is there is changed where it lies */
    assert_int_equal(shelf->count, 3000);
    assert_int_equal(block_seqs(shelf->blocks[1499 / INDEX_ROWS], OWNER)[1499 % INDEX_ROWS], 5);
    noun_index_free(index);
}

static void words_are_asked_once_for_all_rows_that_have_them(void **state)
{
    (void)state;
    int met = 0;
    uint8_t keep[INDEX_ROWS], answers[3] = {0};
    NounIndex *index = noun_index_new(&kites, columns, countof(columns), &met);
    put(index, 1, "red", NIL, NIL);
    put(index, 2, NULL, NIL, NIL);
    put(index, 3, "blue", NIL, NIL);
    put(index, 4, "red", NIL, NIL);
    const IndexShelf *shelf = noun_index_shelf(index, REGION);
    const IndexBlock *b = shelf->blocks[0];
    uint32_t red = words_find(&shelf->words[COLOUR], S("red"));
    assert_int_equal(shelf->words[COLOUR].count, 2);
    assert_int_equal(words_find(&shelf->words[COLOUR], S("green")), 0);
    assert_int_equal(words_find(&shelf->words[COLOUR], STR_NULL), 0);
    assert_int_not_equal(words_find_ref(&shelf->words[AREA], ID_MAKE(REGION, 901)), 0);
    assert_int_equal(words_find_ref(&shelf->words[AREA], 901), 0);
    answers[red] = 0xFF;
    all(keep, b);
    block_keep_words(b, COLOUR, answers, keep);
    assert_int_equal(block_kept(b, keep), 2);
    assert_true(keep[0] && keep[3] && !keep[1]);
    noun_index_free(index);
}

static void a_class_is_read_when_it_is_first_met(void **state)
{
    (void)state;
    int met = 0;
    NounIndex *index = noun_index_new(&kites, columns, countof(columns), &met);
    for (int64_t i = 1; i <= 500; i++) {
        noun_index_begin(index);
        IndexSpot spot = noun_index_spot(index, ID_MAKE(REGION, i));
        char text[8];
        snprintf(text, sizeof text, "s%d", (int)(i % 200));
        Value v = VALUE_STR(str(text));
        noun_index_set(index, &spot, SHAPE, &v);
        noun_index_end(index);
    }
    const IndexShelf *shelf = noun_index_shelf(index, REGION);
    assert_int_equal(met, 200);
    uint32_t word = block_classes(shelf->blocks[0], SHAPE)[350];
    assert_str(*(const Str *)shelf->words[SHAPE].words[word].said, "s151");
    noun_index_free(index);
}

static void a_span_keeps_what_is_set_and_in_it(void **state)
{
    (void)state;
    int met = 0;
    uint8_t keep[INDEX_ROWS];
    Instant at = INT64_C(1767225600123);
    NounIndex *index = noun_index_new(&kites, columns, countof(columns), &met);
    for (int64_t i = 0; i < 100; i++)
        put(index, i + 1, "red", NIL, i % 10 ? at + i : NIL);
    const IndexBlock *b = noun_index_shelf(index, REGION)->blocks[0];
    struct {
        Instant from, to;
        size_t kept;
    } cases[] = {{at, at + 100, 90},
                 {at + 5, at + 12, 6},
                 {0, at + 1, 0},
                 {at + 99, at + 1000, 1},
                 {at + 100, at + 1000, 0}};
    for (size_t i = 0; i < countof(cases); i++) {
        all(keep, b);
        block_keep_span(b, AT, (uint64_t)cases[i].from, (uint64_t)cases[i].to, keep);
        assert_int_equal(block_kept(b, keep), cases[i].kept);
    }
    all(keep, b);
    block_keep_set(b, AT, false, keep);
    assert_int_equal(block_kept(b, keep), 10);
    all(keep, b);
    block_keep_set(b, AT, true, keep);
    assert_int_equal(block_kept(b, keep), 90);
    for (int64_t i = 0; i < 100; i += 10) /* all are set now */
        put(index, i + 1, "red", NIL, at);
    all(keep, b);
    block_keep_set(b, AT, false, keep);
    assert_int_equal(block_kept(b, keep), 0);
    noun_index_free(index);
}

static void a_list_is_replaced_as_a_whole(void **state)
{
    (void)state;
    int met = 0;
    int64_t first[] = {ID_MAKE(REGION, 11), ID_MAKE(REGION, 12)},
            then[] = {ID_MAKE(REGION, 12)};
    uint8_t keep[INDEX_ROWS];
    NounIndex *index = noun_index_new(&kites, columns, countof(columns), &met);
    noun_index_begin(index);
    for (int64_t i = 1; i <= 40; i++) {
        IndexSpot spot = noun_index_spot(index, ID_MAKE(REGION, i));
        noun_index_list(index, &spot, TAILS, first, 2);
        if (i % 2) noun_index_list(index, &spot, TAILS, then, 1);
    }
    noun_index_end(index);
    const IndexBlock *b = noun_index_shelf(index, REGION)->blocks[0];
    all(keep, b);
    block_keep_item(b, TAILS, 11, keep);
    assert_int_equal(block_kept(b, keep), 20);
    all(keep, b);
    block_keep_item(b, TAILS, 12, keep);
    assert_int_equal(block_kept(b, keep), 40);
    noun_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_lie_in_blocks_by_their_ids),
        cmocka_unit_test(words_are_asked_once_for_all_rows_that_have_them),
        cmocka_unit_test(a_class_is_read_when_it_is_first_met),
        cmocka_unit_test(a_span_keeps_what_is_set_and_in_it),
        cmocka_unit_test(a_list_is_replaced_as_a_whole),
    };
    return cmocka_run_group_tests_name("noun_index", tests, NULL, NULL);
}
