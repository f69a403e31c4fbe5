/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_index.h: all rows of one table in memory, narrow, by region: what lists filter, sort and
 * count by, and what decides who sees a row. The values lie in columns, in blocks of 1,024
 * rows in the order of their ids, so that a question to a million rows reads a few megabytes
 * from end to end. The index knows no noun by name: a floor describes which columns of its
 * table it keeps and in which form, and writes its own questions over the blocks.
 *
 * A word stands for a value of few kinds (an area, a matter): the position in the column's
 * dictionary of the region, 0 for NULL. A question looks at each word once and then at a table
 * of answers. Rows are never taken out: business rows end, they are not deleted.
 *
 * One thread writes (the lane's, after COMMIT, in order of no). Readers hold the index for as
 * long as they use what comes out of it.
 */
#ifndef NOUN_NOUN_INDEX_H
#define NOUN_NOUN_INDEX_H

#include "ledger/ledger.h"

#define INDEX_ROWS    1024 /* of a block */
#define INDEX_COLUMNS 16
#define INDEX_NIL     UINT64_C(0xFFFFFFFFFFFF) /* an instant that is not set */

typedef enum {
    INDEX_WORD,    /* uint16_t: a text or a reference of less than 65,536 values in a region */
    INDEX_CLASS,   /* uint32_t: a text of the floor's own making, read once for each value */
    INDEX_SEQ,     /* uint32_t: a reference within the region, by its seq; 0: NULL */
    INDEX_INSTANT, /* 48 bits: ms since 1970 */
    INDEX_LIST     /* references that few rows have: seqs, beside the columns */
} IndexKind;

typedef struct {
    const char *column; /* of the table, or a name of the floor's own for a class or a list */
    IndexKind kind;
    /* INDEX_CLASS: what a word says, made when it is first met; lives in mem. */
    void *(*read)(void *context, Arena *mem, Str word);
} IndexColumn;

typedef struct {
    int64_t ref; /* of a reference; NIL for texts */
    Str text;
    void *said; /* what read made of it */
} IndexWord;

typedef struct {
    IndexWord *words; /* 1 … count; 0 is NULL */
    uint32_t count, room;
    uint32_t *slots;
    size_t slot_count;
} IndexWords;

typedef struct {
    uint16_t row;
    uint8_t column;
    uint32_t seq;
} IndexItem;

/* An instant's two halves, so that a row takes six bytes. */
typedef struct {
    uint32_t high[INDEX_ROWS];
    uint16_t low[INDEX_ROWS];
} IndexInstants;

/* What the instants of a column in a block may be: never narrower than they are. */
typedef struct {
    uint64_t least, most; /* of those set; least > most: none ever was */
    uint32_t nils;        /* exactly so many are not set */
} IndexZone;

typedef struct {
    size_t count;
    uint32_t seq[INDEX_ROWS]; /* of the rows' ids, ascending */
    void *columns[INDEX_COLUMNS];
    IndexZone zones[INDEX_COLUMNS];
    IndexItem *items; /* of all lists, in no order */
    size_t item_count, item_room;
} IndexBlock;

typedef struct IndexShelf IndexShelf;
struct IndexShelf {
    IndexShelf *next;
    int64_t region;
    IndexBlock **blocks;
    size_t count, room; /* rows; blocks there is room for */
    IndexWords words[INDEX_COLUMNS];
};

typedef struct NounIndex NounIndex;

/* columns and context must outlive the index. */
MUST NounIndex *noun_index_new(const Table *table, const IndexColumn *columns, size_t count,
                               void *context);
void noun_index_free(NounIndex *index); /* NULL is fine */
MUST size_t noun_index_bytes(const NounIndex *index);

/* ---- reading ---- */
void noun_index_hold(NounIndex *index);
void noun_index_leave(NounIndex *index);
/* The shelves of all regions, one behind the other. */
MUST const IndexShelf *noun_index_shelves(const NounIndex *index);
/* NULL: nothing lies in the region. */
MUST const IndexShelf *noun_index_shelf(const NounIndex *index, int64_t region);
/* How many blocks it has; NULL: 0. */
MUST static inline size_t shelf_blocks(const IndexShelf *shelf)
{
    return shelf ? (shelf->count + INDEX_ROWS - 1) / INDEX_ROWS : 0;
}
/* The position of the first row whose seq is not less. */
MUST size_t shelf_from(const IndexShelf *shelf, int64_t seq);
/* The word of a value; 0: NULL, or no row ever had it. */
MUST uint32_t words_find(const IndexWords *words, Str text);
MUST uint32_t words_find_ref(const IndexWords *words, int64_t ref);

MUST static inline const uint16_t *block_words(const IndexBlock *b, size_t column)
{
    return b->columns[column];
}
MUST static inline const uint32_t *block_seqs(const IndexBlock *b, size_t column)
{
    return b->columns[column];
}
/* Of a class, too. */
MUST static inline const uint32_t *block_classes(const IndexBlock *b, size_t column)
{
    return b->columns[column];
}
/* INDEX_NIL when it is not set. */
MUST static inline uint64_t block_instant(const IndexBlock *b, size_t column, size_t row)
{
    const IndexInstants *at = b->columns[column];
    return (uint64_t)at->high[row] << 16 | at->low[row];
}

/* ---- questions to a block: keep[row] stays what it is where the answer is yes, else 0 ---- */
/* answers has a byte for each word, 0 or 0xFF. */
void block_keep_words(const IndexBlock *b, size_t column, const uint8_t *answers,
                      uint8_t *keep);
void block_keep_seq(const IndexBlock *b, size_t column, uint32_t seq, uint8_t *keep);
/* Set, and in [from, to). */
void block_keep_span(const IndexBlock *b, size_t column, uint64_t from, uint64_t to,
                     uint8_t *keep);
/* Set, or not set. */
void block_keep_set(const IndexBlock *b, size_t column, bool set, uint8_t *keep);
/* Those in whose list of the column the seq stands. */
void block_keep_item(const IndexBlock *b, size_t column, uint32_t seq, uint8_t *keep);
/* mark[row] gets the bits where the column holds the seq. */
void block_mark_seq(const IndexBlock *b, size_t column, uint32_t seq, uint8_t bits,
                    uint8_t *mark);
void block_mark_item(const IndexBlock *b, size_t column, uint32_t seq, uint8_t bits,
                     uint8_t *mark);
/* Whether any byte is set. */
MUST bool block_kept_any(const uint8_t keep[INDEX_ROWS]);
/* How many of the block's rows are kept. */
MUST size_t block_kept(const IndexBlock *b, const uint8_t *keep);

/* ---- writing: between begin and end, by one thread ---- */
typedef struct {
    IndexShelf *shelf;
    IndexBlock *block;
    size_t row; /* of the block */
} IndexSpot;

void noun_index_begin(NounIndex *index);
void noun_index_end(NounIndex *index);
/* The row of that id, made when it is not there: ids come in ascending order. */
MUST IndexSpot noun_index_spot(NounIndex *index, int64_t id);
/* A value of the table's column; a text of the floor's own for a class. */
void noun_index_set(NounIndex *index, const IndexSpot *spot, size_t column, const Value *v);
/* The whole list: ids, not one of which is NIL. */
void noun_index_list(NounIndex *index, const IndexSpot *spot, size_t column, const int64_t *ids,
                     size_t count);
/* All of the row's columns that the table has, from the row's struct. */
void noun_index_row(NounIndex *index, const IndexSpot *spot, const void *row);

#endif
