/* SPDX-License-Identifier: Apache-2.0 */
/* noun_text.c: folding, cutting, and folded texts in memory that are looked through whole. */
#include "noun/noun_text.h"

#include <pthread.h>

#include "def/embedded.h"

#define HAN_FIRST 0x4E00 /* of the table of initials */
#define HAN_LAST  0x9FFF
#define HAN_LINE  64

/* ---- folding ---- */

/* The sign at p and its bytes; text is UTF-8. */
static uint32_t sign_at(const char *p, size_t *out_n)
{
    const unsigned char *s = (const unsigned char *)p;
    *out_n = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    switch (*out_n) {
    case 1: return s[0];
    case 2: return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    case 3: return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    default: return 0x10000; /* a sign of Han beyond the first plane, or a picture */
    }
}

static bool is_letter(uint32_t sign)
{
    if (sign < 0x80)
        return (sign >= '0' && sign <= '9') || (sign >= 'a' && sign <= 'z') ||
               (sign >= 'A' && sign <= 'Z');
    if (sign < 0xC0 || sign == 0xD7 || sign == 0xF7) return false; /* × and ÷ too */
    if (sign >= 0x2000 && sign <= 0x2BFF) return false;            /* punctuation, arrows */
    if (sign >= 0x3000 && sign <= 0x303F) return sign == 0x3007;   /* 〇 */
    return sign < 0xE000 || sign >= 0xF900;
}

static uint32_t half_width(uint32_t sign)
{
    return sign >= 0xFF01 && sign <= 0xFF5E ? sign - 0xFF01 + 0x21 : sign;
}

void text_fold(Buf *out, Str text)
{
    bool run = false;
    for (size_t i = 0, n; i < text.n; i += n) {
        uint32_t sign = half_width(sign_at(text.p + i, &n));
        bool letter = is_letter(sign) && !(sign >= 0xFE00 && sign <= 0xFE0F);
        if (letter && sign < 0x80)
            buf_char(out, (char)(sign >= 'A' && sign <= 'Z' ? sign + 32 : sign));
        else if (letter)
            buf_bytes(out, text.p + i, n);
        else if (run)
            buf_char(out, '\n');
        run = letter;
    }
    if (run) buf_char(out, '\n');
}

void text_initials(Buf *out, Str name)
{
    Str table = seed_text(S("data/pinyin_initials.txt"));
    for (size_t i = 0, n; i < name.n; i += n) {
        uint32_t sign = half_width(sign_at(name.p + i, &n));
        if (sign >= HAN_FIRST && sign <= HAN_LAST) {
            size_t at = sign - HAN_FIRST;
            buf_char(out, table.p[at + at / HAN_LINE]);
        } else if (sign < 0x80 && is_letter(sign))
            buf_char(out, (char)(sign >= 'A' && sign <= 'Z' ? sign + 32 : sign));
    }
    buf_char(out, '\n');
}

static void run_words(Buf *out, Str run, bool last)
{
    for (size_t i = 0, n, next; i < run.n; i += n) {
        (void)sign_at(run.p + i, &n);
        bool pair = i + n < run.n;
        if (!pair && !last) return;
        if (out->n && out->p[out->n - 1] != '"') buf_char(out, ' ');
        if (pair) (void)sign_at(run.p + i + n, &next);
        buf_bytes(out, run.p + i, n + (pair ? next : 0));
    }
}

Str text_words(Arena *mem, Str folded)
{
    Buf b = BUF(mem);
    for (Str run, rest = folded; rest.n;) {
        str_cut(rest, '\n', &run, &rest);
        run_words(&b, run, true);
    }
    return buf_str(&b);
}

/* ---- queries ---- */

void text_query(Arena *mem, Str q, TextQuery *out)
{
    Buf b = BUF(mem);
    *out = (TextQuery){.count = 0};
    text_fold(&b, q);
    for (Str run, rest = buf_str(&b); rest.n && out->count < TEXT_RUNS;) {
        str_cut(rest, '\n', &run, &rest);
        out->runs[out->count++] = run;
    }
}

Str text_match(Arena *mem, const TextQuery *q)
{
    Buf b = BUF(mem);
    for (size_t i = 0; i < q->count; i++) {
        size_t n;
        if (i) buf_char(&b, ' ');
        (void)sign_at(q->runs[i].p, &n);
        bool single = n == q->runs[i].n;
        buf_char(&b, '"');
        run_words(&b, q->runs[i], single);
        buf_add(&b, single ? S("\"*") : S("\""));
    }
    return buf_str(&b);
}

bool text_has(const TextQuery *q, Str folded)
{
    for (size_t i = 0; i < q->count; i++)
        if (!folded.n || !memmem(folded.p, folded.n, q->runs[i].p, q->runs[i].n)) return false;
    return q->count > 0;
}

/* ---- rows ---- */

struct NounText {
    pthread_rwlock_t lock;
    Order *rows;
};

NounText *noun_text_new(void)
{
    NounText *text = calloc(1, sizeof *text);
    if (!text) abort();
    text->rows = order_new();
    /* or readers that follow each other would keep the lane waiting */
    text->lock = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    return text;
}

static void row_free(TextRow *row)
{
    for (unsigned i = 0; i < TEXT_LEVELS; i++)
        free((char *)(uintptr_t)row->levels[i].p);
    free(row);
}

void noun_text_free(NounText *text)
{
    if (!text) return;
    OrderSpot spot = noun_text_from(text, INT64_MIN);
    for (TextRow *row; (row = noun_text_next(text, &spot));)
        row_free(row);
    order_free(text->rows);
    pthread_rwlock_destroy(&text->lock);
    free(text);
}

void noun_text_hold(NounText *text, bool writes)
{
    if (writes)
        pthread_rwlock_wrlock(&text->lock);
    else
        pthread_rwlock_rdlock(&text->lock);
}

void noun_text_leave(NounText *text)
{
    pthread_rwlock_unlock(&text->lock);
}

size_t noun_text_count(const NounText *text)
{
    return order_count(text->rows);
}

TextRow *noun_text_row(const NounText *text, int64_t id)
{
    return order_get(text->rows, ORDER_KEY(id, 0, 0));
}

TextRow *noun_text_make(NounText *text, int64_t id)
{
    TextRow *row = noun_text_row(text, id);
    if (row) return row;
    if (!(row = calloc(1, sizeof *row))) abort();
    row->id = id;
    order_put(text->rows, ORDER_KEY(id, 0, 0), row);
    return row;
}

void noun_text_set(TextRow *row, unsigned level, Str text)
{
    Arena *mem = arena_new(0);
    Buf b = BUF(mem);
    if (text.n) text_fold(&b, text);
    free((char *)(uintptr_t)row->levels[level].p);
    row->levels[level] = STR_NULL;
    if (b.n) {
        char *copy = malloc(b.n);
        if (!copy) abort();
        memcpy(copy, b.p, b.n);
        row->levels[level] = (Str){copy, b.n};
    }
    arena_free(mem);
}

void noun_text_drop(NounText *text, int64_t id)
{
    TextRow *row = order_take(text->rows, ORDER_KEY(id, 0, 0));
    if (row) row_free(row);
}

OrderSpot noun_text_from(const NounText *text, int64_t id)
{
    return order_from(text->rows, ORDER_KEY(id, INT64_MIN, 0));
}

TextRow *noun_text_next(const NounText *text, OrderSpot *spot)
{
    return order_next(text->rows, spot, NULL);
}
