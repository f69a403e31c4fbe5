/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate_build.c: making the index, from the whole ground down: a square with more than a few
 * edges is cut into 4 × 4 parts, each edge handed on to the parts it meets, and for each cell
 * it is reckoned which parts' corners it has. A budget of edges bounds the memory, whatever the
 * outlines are: each square may hand on so many, and shares what is left among its parts.
 */
#include "grid/locate_parts.h"

#define EDGES_FEW 24 /* a square with so many edges is not cut; measured by bench/locate.c */
#define BUDGET    10 /* edges in all squares for each edge there is */
#define DEPTH     16 /* 4^16 = 2^32 > 3.6e9 units around the earth */
#define NO_CELL   UINT32_MAX

/* Items that only get more, in chunks that never move. */
enum { CHUNK = 4096 };
typedef struct {
    Arena *mem;
    size_t size, n, cap;
    char **chunks;
} Pile;

static void *pile_add(Pile *p)
{
    if (p->n == p->cap * CHUNK) {
        if ((p->cap & (p->cap - 1)) == 0) { /* the table of chunks doubles */
            char **more = arena_array(p->mem, char *, p->cap ? 2 * p->cap : 1);
            if (p->cap) memcpy(more, p->chunks, p->cap * sizeof *more);
            p->chunks = more;
        }
        p->chunks[p->cap++] = arena_alloc(p->mem, p->size * CHUNK);
    }
    size_t i = p->n++;
    return p->chunks[i / CHUNK] + i % CHUNK * p->size;
}

static void pile_copy(const Pile *p, void *to)
{
    for (size_t i = 0; i < p->n; i += CHUNK)
        memcpy((char *)to + i * p->size, p->chunks[i / CHUNK],
               (p->n - i < CHUNK ? p->n - i : CHUNK) * p->size);
}

/* What is known of a square: runs as in the index, but for RUN_LAST. */
typedef struct {
    RingRun *runs;
    size_t n, cap;
    size_t edges;
    size_t group; /* the first run of the cell at hand */
    uint32_t
        cover; /* the first cell that has all of it, or NO_CELL; later cells are left out */
} LeafList;

typedef struct {
    Arena *scratch;
    const Point *points;
    Pile blocks, runs;
    LeafList parts[DEPTH][PARTS];
} Build;

static void list_add(Build *b, LeafList *to, RingRun run)
{
    if (to->n == to->cap) {
        to->cap = to->cap ? 2 * to->cap : 16;
        RingRun *more = arena_array(b->scratch, RingRun, to->cap);
        if (to->n) memcpy(more, to->runs, to->n * sizeof *more);
        to->runs = more;
    }
    to->runs[to->n++] = run;
}

static void list_add_edge(Build *b, LeafList *to, uint32_t cell, uint32_t edge)
{
    to->edges++;
    RingRun *last = to->n > to->group ? &to->runs[to->n - 1] : NULL;
    if (last && last->first + (last->n & RUN_EDGES) == edge) {
        last->n++;
        return;
    }
    if (last) last->n |= RUN_MORE;
    list_add(b, to, (RingRun){edge, cell, 1});
}

/* Whether a–b meets the square, its borders included; their boxes are known to meet. */
static bool edge_meets(Point a, Point b, Square s, int64_t side)
{
    int64_t run = (int64_t)b.lon - a.lon, rise = (int64_t)b.lat - a.lat;
    int64_t east = s.west + side, north = s.south + side;
    /* which side of the line the square's two outermost corners are on */
    Int128 least = (Int128)run * ((run > 0 ? s.south : north) - a.lat) -
                   (Int128)rise * ((rise > 0 ? east : s.west) - a.lon);
    Int128 most = (Int128)run * ((run > 0 ? north : s.south) - a.lat) -
                  (Int128)rise * ((rise > 0 ? s.west : east) - a.lon);
    return least <= 0 && most >= 0;
}

/* First and last of the four parts on one axis that a stretch meets. */
static void parts_met(int64_t a, int64_t b, int64_t from, unsigned bits, int *first, int *last)
{
    int64_t low = ((a < b ? a : b) - from - 1) >> bits, high = ((a < b ? b : a) - from) >> bits;
    *first = low < 0 ? 0 : (int)low;
    *last = high > 3 ? 3 : (int)high;
}

/* The parts that the edge meets, a bit each; bits is the width of a part. */
static unsigned edge_parts(Point a, Point b, Square s, unsigned bits)
{
    int west, east, south, north;
    int64_t side = INT64_C(1) << bits;
    parts_met(a.lon, b.lon, s.west, bits, &west, &east);
    parts_met(a.lat, b.lat, s.south, bits, &south, &north);
    if (west == east && south == north) return 1u << (4 * south + west);
    unsigned met = 0;
    for (int j = south; j <= north; j++)
        for (int i = west; i <= east; i++)
            if (edge_meets(a, b, (Square){s.west + i * side, s.south + j * side}, side))
                met |= 1u << (4 * j + i);
    return met;
}

/* The parts whose corners lie beyond the edge on the way from the square's corner. */
static unsigned edge_turns(Point a, Point b, Square s, int64_t side)
{
    unsigned turned = 0;
    if ((a.lon <= s.west) != (b.lon <= s.west)) {
        bool here = edge_north_of(a, b, s.west, s.south);
        for (int j = 1; j < 4; j++)
            if (here != edge_north_of(a, b, s.west, s.south + j * side))
                turned ^= 0xfu << (4 * j);
    }
    for (int j = 0; j < 4; j++) {
        int64_t lat = s.south + j * side;
        if ((a.lat <= lat) == (b.lat <= lat)) continue;
        bool here = edge_east_of(a, b, s.west, lat);
        for (int i = 1; i < 4; i++)
            if (here != edge_east_of(a, b, s.west + i * side, lat)) turned ^= 1u << (4 * j + i);
    }
    return turned;
}

/* Hands the runs of one cell on to the parts; returns the first run of the next cell. */
static size_t split_cell(Build *b, const LeafList *in, size_t at, Square s, unsigned bits,
                         LeafList *parts)
{
    int64_t side = INT64_C(1) << bits;
    uint32_t cell = in->runs[at].cell;
    unsigned inside = in->runs[at].n & RUN_INSIDE ? 0xffff : 0, open = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        parts[i].group = parts[i].n;
        if (parts[i].cover == NO_CELL) open |= 1u << i;
    }
    for (bool more = true; more; at++) {
        RingRun run = in->runs[at];
        for (uint32_t e = run.first; e < run.first + (run.n & RUN_EDGES); e++) {
            Point p = b->points[e], q = b->points[e + 1];
            inside ^= edge_turns(p, q, s, side);
            for (unsigned met = edge_parts(p, q, s, bits) & open; met; met &= met - 1)
                list_add_edge(b, &parts[__builtin_ctz(met)], cell, e);
        }
        more = run.n & RUN_MORE;
    }
    for (unsigned left = inside & open; left; left &= left - 1) {
        LeafList *part = &parts[__builtin_ctz(left)];
        if (part->n > part->group)
            part->runs[part->group].n |= RUN_INSIDE;
        else
            part->cover = cell;
    }
    return at;
}

static size_t split(Build *b, const LeafList *in, Square s, unsigned bits, LeafList *parts)
{
    size_t edges = 0;
    for (int i = 0; i < PARTS; i++) {
        parts[i].n = parts[i].edges = 0;
        parts[i].cover = NO_CELL;
    }
    for (size_t at = 0; at < in->n;)
        at = split_cell(b, in, at, s, bits, parts);
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].cover == NO_CELL) parts[i].cover = in->cover;
        edges += parts[i].edges;
    }
    return edges;
}

static uint32_t owner_word(uint32_t cell)
{
    return cell == NO_CELL ? WORD_OWNER : (cell + 1) << WORD_BITS | WORD_OWNER;
}

/* A square of one point is its own corner. */
static uint32_t point_word(const LeafList *in)
{
    for (size_t i = 0; i < in->n; i++)
        if (in->runs[i].n & RUN_INSIDE) return owner_word(in->runs[i].cell);
    return owner_word(in->cover);
}

static uint32_t runs_word(Build *b, const LeafList *in)
{
    size_t first = b->runs.n;
    assert(first <= WORD_MOST);
    RingRun *last = NULL;
    for (size_t i = 0; i < in->n; i++)
        *(last = pile_add(&b->runs)) = in->runs[i];
    if (in->cover != NO_CELL)
        *(last = pile_add(&b->runs)) = (RingRun){0, in->cover, RUN_INSIDE};
    last->n |= RUN_LAST;
    return (uint32_t)first << WORD_BITS | WORD_RUNS;
}

/* Makes a square of 2^bits and all in it; returns its word. */
static uint32_t square(Build *b, const LeafList *in, Square s, unsigned bits, double budget,
                       int depth)
{
    if (in->n == 0) return owner_word(in->cover);
    if (bits == 0) return point_word(in);
    if (in->edges <= EDGES_FEW) return runs_word(b, in);
    LeafList *parts = b->parts[depth];
    double edges = (double)split(b, in, s, bits - PART_BITS, parts);
    if (edges > budget) return runs_word(b, in);
    size_t number = b->blocks.n;
    assert(number <= WORD_MOST);
    LocateBlock *block = pile_add(&b->blocks);
    for (int i = 0; i < PARTS; i++) {
        int64_t side = INT64_C(1) << (bits - PART_BITS);
        Square part = {s.west + (i & 3) * side, s.south + (i >> 2) * side};
        double share = edges > 0 ? budget * (double)parts[i].edges / edges : 0;
        block->part[i] = square(b, &parts[i], part, bits - PART_BITS, share, depth + 1);
    }
    return (uint32_t)number << WORD_BITS | WORD_BLOCK;
}

/* Copies the corners and lists each ring as one run. */
static const Point *gather(Build *b, Arena *mem, const Outline *cells, uint32_t n,
                           LeafList *all, Box *box, size_t *count)
{
    size_t corners = 0;
    for (uint32_t i = 0; i < n; i++)
        corners += outline_corners(&cells[i]) + cells[i].n;
    assert(n < WORD_MOST && corners <= UINT32_C(1) << 30);
    Point *points = arena_array(mem, Point, corners);
    size_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < cells[i].n; k++) {
            const Ring *r = &cells[i].rings[k];
            bool more = k + 1 < cells[i].n;
            list_add(b, all, (RingRun){(uint32_t)at, i, r->n | (more ? RUN_MORE : 0)});
            memcpy(points + at, r->at, r->n * sizeof *points);
            points[at + r->n] = r->at[0];
            at += r->n + 1;
            all->edges += r->n;
        }
        if (cells[i].n) *box = box_join(*box, cells[i].box);
    }
    *count = corners;
    return points;
}

const Locate *locate_build(Arena *mem, const Outline *cells, uint32_t n)
{
    Locate *l = arena_make(mem, Locate);
    Arena *scratch = arena_new(1 << 20);
    Build *b = arena_make(scratch, Build);
    b->scratch = scratch;
    b->blocks = (Pile){.mem = scratch, .size = sizeof(LocateBlock)};
    b->runs = (Pile){.mem = scratch, .size = sizeof(RingRun)};
    LeafList all = {.cover = NO_CELL};
    Box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    l->points = b->points = gather(b, mem, cells, n, &all, &box, &l->point_count);
    if (all.n) { /* one unit wider on all sides: the corner belongs to nobody */
        l->west = (int64_t)box.west - 1;
        l->south = (int64_t)box.south - 1;
        while ((box.east + 1 - l->west) >> l->bits || (box.north + 1 - l->south) >> l->bits)
            l->bits += PART_BITS;
    }
    Square whole = {l->west, l->south};
    l->root = square(b, &all, whole, l->bits, BUDGET * (double)all.edges, 0);
    l->block_count = b->blocks.n;
    l->run_count = b->runs.n;
    char *blocks = arena_alloc(mem, (b->blocks.n + 1) * sizeof(LocateBlock));
    blocks +=
        (sizeof(LocateBlock) - (uintptr_t)blocks % sizeof(LocateBlock)) % sizeof(LocateBlock);
    pile_copy(&b->blocks, blocks);
    l->blocks = (const LocateBlock *)(const void *)blocks;
    RingRun *runs = arena_array(mem, RingRun, b->runs.n);
    pile_copy(&b->runs, runs);
    l->runs = runs;
    arena_free(scratch);
    return l;
}
