/* SPDX-License-Identifier: Apache-2.0 */
/* noun_index.c: blocks of columns, the dictionaries of their words, and the questions that all
 * nouns ask of a block. */
#include "noun/noun_index.h"

#include <pthread.h>

#define WORDS_MOST 65535

struct NounIndex {
    pthread_rwlock_t lock;
    Arena *mem;
    const Table *table;
    const IndexColumn *columns;
    size_t count;
    size_t of[INDEX_COLUMNS]; /* the table's column; SIZE_MAX: the floor's own */
    void *context;
    IndexShelf *shelves;
};

static size_t width_of(IndexKind kind)
{
    switch (kind) {
    case INDEX_WORD: return sizeof(uint16_t) * INDEX_ROWS;
    case INDEX_CLASS:
    case INDEX_SEQ: return sizeof(uint32_t) * INDEX_ROWS;
    case INDEX_INSTANT: return sizeof(IndexInstants);
    case INDEX_LIST: return 0;
    }
    return 0;
}

/* The column of the table that an index's column follows. */
static size_t followed(const Table *table, const IndexColumn *c)
{
    const Column *found = column_find(table->columns, table->count, str(c->column));
    return found ? (size_t)(found - table->columns) : SIZE_MAX;
}

NounIndex *noun_index_new(const Table *table, const IndexColumn *columns, size_t count,
                          void *context)
{
    assert(count <= INDEX_COLUMNS);
    Arena *mem = arena_new(1 << 18);
    NounIndex *index = arena_make(mem, NounIndex);
    index->mem = mem;
    index->table = table;
    index->columns = columns;
    index->count = count;
    index->context = context;
    for (size_t i = 0; i < count; i++) {
        bool plain = columns[i].kind != INDEX_CLASS && columns[i].kind != INDEX_LIST;
        index->of[i] = plain ? followed(table, &columns[i]) : SIZE_MAX;
        assert(!plain || index->of[i] != SIZE_MAX);
    }
    /* or readers that follow each other would keep the lane waiting */
    index->lock = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    return index;
}

void noun_index_free(NounIndex *index)
{
    if (!index) return;
    pthread_rwlock_destroy(&index->lock);
    arena_free(index->mem);
}

size_t noun_index_bytes(const NounIndex *index)
{
    return arena_used(index->mem);
}

void noun_index_hold(NounIndex *index)
{
    pthread_rwlock_rdlock(&index->lock);
}

void noun_index_leave(NounIndex *index)
{
    pthread_rwlock_unlock(&index->lock);
}

void noun_index_begin(NounIndex *index)
{
    pthread_rwlock_wrlock(&index->lock);
}

void noun_index_end(NounIndex *index)
{
    pthread_rwlock_unlock(&index->lock);
}

const IndexShelf *noun_index_shelves(const NounIndex *index)
{
    return index->shelves;
}

const IndexShelf *noun_index_shelf(const NounIndex *index, int64_t region)
{
    const IndexShelf *shelf = index->shelves;
    while (shelf && shelf->region != region)
        shelf = shelf->next;
    return shelf;
}

/* ---- words ---- */

static uint64_t hash_of(Str text, int64_t ref)
{
    return text.p ? str_hash(text) : (uint64_t)ref * 0x9E3779B97F4A7C15u >> 20;
}

static uint32_t find(const IndexWords *w, Str text, int64_t ref)
{
    if (!w->slot_count) return 0;
    for (uint64_t at = hash_of(text, ref);; at++) {
        uint32_t word = w->slots[at & (w->slot_count - 1)];
        if (!word) return 0;
        const IndexWord *found = &w->words[word];
        if (found->ref == ref && str_eq(found->text, text)) return word;
    }
}

uint32_t words_find(const IndexWords *words, Str text)
{
    return text.p ? find(words, text, NIL) : 0;
}

uint32_t words_find_ref(const IndexWords *words, int64_t ref)
{
    return ref == NIL ? 0 : find(words, STR_NULL, ref);
}

static void slot_put(IndexWords *w, uint32_t word)
{
    uint64_t at = hash_of(w->words[word].text, w->words[word].ref);
    while (w->slots[at & (w->slot_count - 1)])
        at++;
    w->slots[at & (w->slot_count - 1)] = word;
}

static void words_grow(Arena *mem, IndexWords *w)
{
    uint32_t room = w->room ? w->room * 2 : 64;
    IndexWord *more = arena_array(mem, IndexWord, room);
    if (w->count) memcpy(more, w->words, (w->count + 1) * sizeof *more);
    w->words = more;
    w->room = room;
    w->slot_count = (size_t)room * 2;
    w->slots = arena_array(mem, uint32_t, w->slot_count);
    for (uint32_t i = 1; i <= w->count; i++)
        slot_put(w, i);
}

static uint32_t word_make(NounIndex *index, IndexShelf *shelf, size_t column, const Value *v)
{
    IndexWords *w = &shelf->words[column];
    const IndexColumn *c = &index->columns[column];
    int64_t ref = v->s.p ? NIL : v->i;
    if (!v->s.p && ref == NIL) return 0;
    uint32_t word = find(w, v->s, ref);
    if (word) return word;
    if (w->count + 1 >= w->room) words_grow(index->mem, w);
    assert(c->kind == INDEX_CLASS || w->count < WORDS_MOST);
    word = ++w->count;
    w->words[word] = (IndexWord){.ref = ref, .text = str_dup(index->mem, v->s)};
    if (c->read) w->words[word].said = c->read(index->context, index->mem, w->words[word].text);
    slot_put(w, word);
    return word;
}

/* ---- rows ---- */

static IndexShelf *shelf_make(NounIndex *index, int64_t region)
{
    IndexShelf *shelf = index->shelves;
    while (shelf && shelf->region != region)
        shelf = shelf->next;
    if (shelf) return shelf;
    shelf = arena_make(index->mem, IndexShelf);
    *shelf = (IndexShelf){.next = index->shelves, .region = region};
    return index->shelves = shelf;
}

static IndexBlock *block_make(NounIndex *index, IndexShelf *shelf)
{
    size_t at = shelf->count / INDEX_ROWS;
    if (at == shelf->room) {
        size_t room = shelf->room ? shelf->room * 2 : 16;
        IndexBlock **more = arena_array(index->mem, IndexBlock *, room);
        if (at) memcpy(more, shelf->blocks, at * sizeof(IndexBlock *));
        shelf->blocks = more;
        shelf->room = room;
    }
    IndexBlock *b = shelf->blocks[at] = arena_make(index->mem, IndexBlock);
    for (size_t i = 0; i < index->count; i++) {
        size_t width = width_of(index->columns[i].kind);
        if (width) b->columns[i] = arena_alloc(index->mem, width);
        b->zones[i].least = INDEX_NIL;
    }
    return b;
}

size_t shelf_from(const IndexShelf *shelf, int64_t seq)
{
    size_t low = 0, high = shelf->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shelf->blocks[middle / INDEX_ROWS]->seq[middle % INDEX_ROWS] < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

IndexSpot noun_index_spot(NounIndex *index, int64_t id)
{
    IndexShelf *shelf = shelf_make(index, ID_REGION(id));
    uint32_t seq = (uint32_t)ID_SEQ(id);
    size_t at = shelf->count;
    bool last = !at || shelf->blocks[(at - 1) / INDEX_ROWS]->seq[(at - 1) % INDEX_ROWS] < seq;
    if (!last) {
        at = shelf_from(shelf, seq);
        IndexSpot spot = {shelf, shelf->blocks[at / INDEX_ROWS], at % INDEX_ROWS};
        assert(spot.block->seq[spot.row] == seq);
        return spot;
    }
    IndexBlock *b = at % INDEX_ROWS ? shelf->blocks[at / INDEX_ROWS] : block_make(index, shelf);
    IndexSpot spot = {shelf, b, at % INDEX_ROWS};
    b->seq[spot.row] = seq;
    b->count++;
    shelf->count++;
    for (size_t i = 0; i < index->count; i++) {
        if (index->columns[i].kind != INDEX_INSTANT) continue;
        IndexInstants *all = b->columns[i];
        all->high[spot.row] = UINT32_MAX;
        all->low[spot.row] = UINT16_MAX;
        b->zones[i].nils++;
    }
    return spot;
}

static void instant_set(const IndexSpot *spot, size_t column, Instant at)
{
    IndexBlock *b = spot->block;
    IndexInstants *all = b->columns[column];
    IndexZone *zone = &b->zones[column];
    uint64_t v = at == NIL ? INDEX_NIL : (uint64_t)at;
    assert(v == INDEX_NIL || v < INDEX_NIL);
    zone->nils -= block_instant(b, column, spot->row) == INDEX_NIL;
    all->high[spot->row] = (uint32_t)(v >> 16);
    all->low[spot->row] = (uint16_t)v;
    if (v == INDEX_NIL)
        zone->nils++;
    else {
        if (v < zone->least) zone->least = v;
        if (v > zone->most) zone->most = v;
    }
}

void noun_index_set(NounIndex *index, const IndexSpot *spot, size_t column, const Value *v)
{
    void *all = spot->block->columns[column];
    switch (index->columns[column].kind) {
    case INDEX_WORD:
        ((uint16_t *)all)[spot->row] = (uint16_t)word_make(index, spot->shelf, column, v);
        break;
    case INDEX_CLASS:
        ((uint32_t *)all)[spot->row] = word_make(index, spot->shelf, column, v);
        break;
    case INDEX_SEQ:
        ((uint32_t *)all)[spot->row] = v->i == NIL ? 0 : (uint32_t)ID_SEQ(v->i);
        break;
    case INDEX_INSTANT: instant_set(spot, column, v->i); break;
    case INDEX_LIST: assert(false);
    }
}

void noun_index_list(NounIndex *index, const IndexSpot *spot, size_t column, const int64_t *ids,
                     size_t count)
{
    IndexBlock *b = spot->block;
    size_t kept = 0;
    for (size_t i = 0; i < b->item_count; i++)
        if (b->items[i].row != spot->row || b->items[i].column != column)
            b->items[kept++] = b->items[i];
    b->item_count = kept;
    if (kept + count > b->item_room) {
        b->item_room = (kept + count) * 2;
        IndexItem *more = arena_array(index->mem, IndexItem, b->item_room);
        if (kept) memcpy(more, b->items, kept * sizeof *more);
        b->items = more;
    }
    for (size_t i = 0; i < count; i++)
        b->items[b->item_count++] = (IndexItem){.row = (uint16_t)spot->row,
                                                .column = (uint8_t)column,
                                                .seq = (uint32_t)ID_SEQ(ids[i])};
}

void noun_index_row(NounIndex *index, const IndexSpot *spot, const void *row)
{
    for (size_t i = 0; i < index->count; i++) {
        if (index->of[i] == SIZE_MAX) continue;
        Value v = column_get(&index->table->columns[index->of[i]], row);
        noun_index_set(index, spot, i, &v);
    }
}

/* ---- questions ---- */

void block_keep_words(const IndexBlock *b, size_t column, const uint8_t *answers, uint8_t *keep)
{
    const uint16_t *words = block_words(b, column);
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= answers[words[i]];
}

void block_keep_seq(const IndexBlock *b, size_t column, uint32_t seq, uint8_t *keep)
{
    const uint32_t *seqs = block_seqs(b, column);
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= seqs[i] == seq ? 0xFF : 0;
}

void block_keep_span(const IndexBlock *b, size_t column, uint64_t from, uint64_t to,
                     uint8_t *keep)
{
    const IndexZone *zone = &b->zones[column];
    if (zone->least >= to || zone->most < from || zone->nils == b->count) {
        memset(keep, 0, INDEX_ROWS);
        return;
    }
    if (zone->least >= from && zone->most < to && !zone->nils) return;
    for (size_t i = 0; i < b->count; i++) {
        uint64_t at = block_instant(b, column, i);
        keep[i] &= at >= from && at < to && at != INDEX_NIL ? 0xFF : 0;
    }
}

void block_keep_set(const IndexBlock *b, size_t column, bool set, uint8_t *keep)
{
    const IndexInstants *all = b->columns[column];
    const IndexZone *zone = &b->zones[column];
    if (zone->nils == (set ? 0 : b->count)) return;
    if (zone->nils == (set ? b->count : 0)) {
        memset(keep, 0, INDEX_ROWS);
        return;
    }
    uint8_t nil = set ? 0 : 0xFF; /* no instant that is set has this upper half */
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= (uint8_t)(all->high[i] == UINT32_MAX ? nil : ~nil);
}

void block_keep_item(const IndexBlock *b, size_t column, uint32_t seq, uint8_t *keep)
{
    uint8_t has[INDEX_ROWS] = {0};
    block_mark_item(b, column, seq, 0xFF, has);
    for (size_t i = 0; i < INDEX_ROWS; i++)
        keep[i] &= has[i];
}

void block_mark_seq(const IndexBlock *b, size_t column, uint32_t seq, uint8_t bits,
                    uint8_t *mark)
{
    const uint32_t *seqs = block_seqs(b, column);
    for (size_t i = 0; i < INDEX_ROWS; i++)
        mark[i] |= seqs[i] == seq ? bits : 0;
}

void block_mark_item(const IndexBlock *b, size_t column, uint32_t seq, uint8_t bits,
                     uint8_t *mark)
{
    for (size_t i = 0; i < b->item_count; i++)
        if (b->items[i].column == column && b->items[i].seq == seq)
            mark[b->items[i].row] |= bits;
}

bool block_kept_any(const uint8_t keep[INDEX_ROWS])
{
    uint8_t any = 0;
    for (size_t i = 0; i < INDEX_ROWS; i++)
        any |= keep[i];
    return any;
}

size_t block_kept(const IndexBlock *b, const uint8_t *keep)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += keep[i] & 1;
    return n;
}
