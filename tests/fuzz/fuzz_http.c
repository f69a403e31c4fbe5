/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_http.c: any bytes as requests, cut into pieces by the first of them. No input keeps the
 * reader busy: each step uses a byte or is one of a few; and what it says does not depend on
 * how the bytes were cut.
 */
#include "web/http_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD_MOST = 512, BODY_MOST = 300, STEPS_FREE = 8 };

typedef struct {
    int requests, status;
    uint64_t sum; /* of what was said */
    bool partial;
} Said;

static void said_add(Said *s, Str text)
{
    for (size_t i = 0; i < text.n; i++)
        s->sum = (s->sum ^ (unsigned char)text.p[i]) * UINT64_C(1099511628211);
}

static void said_head(Said *s, const Request *q, const HttpReader *r)
{
    said_add(s, q->method);
    said_add(s, q->path);
    for (size_t i = 0; i < q->header_count; i++) {
        said_add(s, q->headers[i].name);
        said_add(s, q->headers[i].value);
    }
    s->sum = s->sum * 31 + (uint64_t)r->length + r->keep;
}

static Said read_all(Arena *mem, Str in, size_t piece)
{
    Said s = {0};
    Request request = {.mem = mem};
    HttpReader r;
    reader_begin(&r, &request, HEAD_MOST);
    size_t at = 0, idle = 0;
    while (!s.status) {
        size_t n = in.n - at < piece ? in.n - at : piece, used;
        Str body;
        ReadStep step = reader_step(&r, (Str){in.p + at, n}, &used, &body);
        assert(used <= n);
        at += used;
        idle = used ? 0 : idle + 1;
        assert(idle < STEPS_FREE);
        switch (step) {
        case READ_MORE:
            assert(used ==
                   n); /* else the worker would ask again with the same bytes, for ever */
            if (at == in.n) return s;
            break;
        case READ_HEAD:
            said_head(&s, &request, &r);
            r.body_most = BODY_MOST;
            break;
        case READ_DATA:
            assert(body.n && body.n <= used);
            said_add(&s, body);
            break;
        case READ_END:
            s.requests++;
            request = (Request){.mem = mem};
            reader_begin(&r, &request, HEAD_MOST);
            if (at == in.n) return s;
            break;
        case READ_BAD:
            assert(r.status >= 400 && r.why);
            s.status = r.status;
            break;
        }
    }
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    Arena *mem = arena_new(0);
    Str in = {(const char *)data + 1, size - 1};
    Said whole = read_all(mem, in, SIZE_MAX), cut = read_all(mem, in, 1 + data[0] % 7);
    assert(whole.requests == cut.requests && whole.status == cut.status);
    assert(whole.sum == cut.sum);
    arena_free(mem);
    return 0;
}
