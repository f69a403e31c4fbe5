/* SPDX-License-Identifier: Apache-2.0 */
/* err.c: copies of catalogue errors with particulars; says nothing aloud itself. */
#include "base/err.h"

const Err ERR_FAULTS =
    ERROR(ERR_INVALID, "invalid", "有 {0} 处需要改正", "{0} thing(s) need mending");
const Err ERR_NOT_FOUND = ERROR(ERR_MISSING, "not-found", "没有找到,或您无权查看",
                                "Not found, or not visible to you");

static Err *copy(Arena *mem, const Err *like)
{
    Err *e = arena_make(mem, Err);
    *e = *like;
    return e;
}

const Err *err_make4(Arena *mem, const Err *like, Str a, Str b, Str c, Str d)
{
    Err *e = copy(mem, like);
    e->args[0] = str_dup(mem, a);
    e->args[1] = str_dup(mem, b);
    e->args[2] = str_dup(mem, c);
    e->args[3] = str_dup(mem, d);
    return e;
}

const Err *err_make(Arena *mem, const Err *like, Str a, Str b)
{
    return err_make4(mem, like, a, b, STR_NULL, STR_NULL);
}

const Err *err_field(Arena *mem, const Err *like, Str field)
{
    Err *e = copy(mem, like);
    e->field = str_dup(mem, field);
    return e;
}

const Err *err_keep(Arena *mem, const Err *e)
{
    Err *kept = copy(mem, e);
    for (size_t i = 0; i < countof(kept->args); i++)
        kept->args[i] = str_dup(mem, e->args[i]);
    kept->field = str_dup(mem, e->field);
    kept->next = NULL;
    return kept;
}

bool err_is(const Err *e, const Err *like)
{
    return e && strcmp(e->code, like->code) == 0;
}

/* What came from outside is told, but not whole when somebody sent a book. */
#define TOLD_MOST 1000
static void add_told(Buf *out, Str s)
{
    size_t n = s.n;
    if (n > TOLD_MOST) n = TOLD_MOST;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    buf_bytes(out, s.p, n);
    if (n < s.n) buf_add(out, S("…"));
}

void err_text(const Err *e, Lang lang, Buf *out)
{
    const char *from = lang == LANG_EN ? e->en : e->zh;
    for (const char *p = from; (p = strchr(p, '{'));) {
        if (p[1] < '0' || p[1] > '3' || p[2] != '}') {
            p++;
            continue;
        }
        buf_bytes(out, from, (size_t)(p - from));
        add_told(out, e->args[p[1] - '0']);
        from = p += 3;
    }
    buf_add(out, str(from));
}

void faults_add(Faults *f, Str field, const Err *like)
{
    if (f->count++ >= 1000) return;
    Err *e = copy(f->mem, like);
    if (field.p) {
        Buf told = BUF(f->mem);
        add_told(&told, field);
        e->field = str_dup(f->mem, buf_str(&told));
    }
    e->next = NULL;
    if (f->last)
        f->last->next = e;
    else
        f->first = e;
    f->last = e;
}

void faults_add2(Faults *f, Str field, const Err *like, Str a, Str b)
{
    faults_add(f, field, err_make(f->mem, like, a, b));
}

const Err *faults_err(const Faults *f)
{
    if (!f->first) return NULL;
    Err *all = copy(f->mem, &ERR_FAULTS);
    all->args[0] = str_fmt(f->mem, "%zu", f->count);
    all->next = f->first;
    return all;
}

const Err *faults_one(Arena *mem, Str field, const Err *e)
{
    Faults faults = {.mem = mem};
    faults_add(&faults, field, e);
    return faults_err(&faults);
}

bool faults_tell(const Err *list, Str field)
{
    for (; list; list = list->next)
        if (str_eq(list->field, field)) return true;
    return false;
}

const Err *faults_join(Arena *mem, const Err *e, const Err *list)
{
    Faults all = {.mem = mem};
    for (const Err *f = e->next ? e->next : e; f; f = f->next)
        if (!faults_tell(list, f->field)) faults_add(&all, f->field, f);
    for (const Err *f = list; f; f = f->next)
        faults_add(&all, f->field, f);
    if (!e->next || err_is(e, &ERR_FAULTS)) return faults_err(&all);
    Err *first = copy(mem, e);
    first->next = all.first;
    return first;
}
