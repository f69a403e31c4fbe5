/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and what the reader says to them (requests.txt): whole, byte by byte and cut anywhere.
 */
#include "test.h"

#include <string.h>

#include "web/http_read.h"

enum { HEAD_MOST = 8192, BODY_MOST = 1000, TEXT_MOST = 1 << 16 };

/* What the bytes of one line of requests.txt stand for. */
static size_t bytes_of(const char *text, char *out)
{
    size_t n = 0;
    for (const char *c = text; *c; c++) {
        unsigned times, byte;
        char what;
        int used = 0;
        if (sscanf(c, "{%u %c}%n", &times, &what, &used) == 2 && used) {
            memset(out + n, what, times);
            n += times;
            c += used - 1;
        } else if (*c == '\\' && c[1] == 'x' && sscanf(c + 2, "%2x", &byte) == 1) {
            out[n++] = (char)byte;
            c += 3;
        } else if (*c == '\\') {
            c++;
            out[n++] = *c == 'r'   ? '\r'
                       : *c == 'n' ? '\n'
                       : *c == 't' ? '\t'
                       : *c == '0' ? '\0'
                                   : *c;
        } else
            out[n++] = *c;
        assert_true(n < TEXT_MOST - 10000);
    }
    return n;
}

/* The status of the first request that is refused; 200 when all are taken and nothing is left
 * over, 0 when one is not whole. The pieces end at cut, or after each byte when cut is 0. */
static int verdict(const char *bytes, size_t n, size_t cut)
{
    Arena *mem = arena_new(0);
    Request request = {.mem = mem};
    HttpReader r;
    size_t at = 0;
    int status = -1;
    bool begun = false;
    reader_begin(&r, &request, HEAD_MOST);
    while (status < 0) {
        size_t end = cut == 0 ? (at < n ? at + 1 : n) : at < cut ? cut : n, used;
        char *piece = malloc(end - at + 1); /* so that a sanitizer sees a step too far */
        memcpy(piece, bytes + at, end - at);
        Str data;
        ReadStep step = reader_step(&r, (Str){piece, end - at}, &used, &data);
        free(piece);
        assert_true(used <= end - at);
        at += used;
        begun |= used > 0;
        switch (step) {
        case READ_MORE:
            assert_int_equal(at, end);
            if (at == n) status = begun ? 0 : 200;
            break;
        case READ_HEAD: r.body_most = BODY_MOST; break;
        case READ_DATA: break;
        case READ_END:
            arena_reset(mem);
            request = (Request){.mem = mem};
            reader_begin(&r, &request, HEAD_MOST);
            begun = false;
            if (at == n) status = 200;
            break;
        case READ_BAD: status = r.status; break;
        }
    }
    arena_free(mem);
    return status;
}

static void each_request_is_taken_or_refused_however_it_is_cut(void **state)
{
    (void)state;
    FILE *file = fopen("tests/web/requests.txt", "r");
    static char line[1 << 12], bytes[TEXT_MOST];
    int cases = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '#' || line[0] == 0) continue;
        char *text = strchr(line, '\t') + 1;
        int expected = (int)strtol(line, NULL, 10);
        size_t n = bytes_of(text, bytes);
        size_t step = n > 2000 ? 997 : 1;
        for (size_t cut = 0; cut <= n; cut += cut == 0 || n - cut < step ? 1 : step) {
            int said = verdict(bytes, n, cut);
            if (said != expected)
                fail_msg("%d, not %d, cut at %zu: %s", said, expected, cut, text);
        }
        cases++;
    }
    fclose(file);
    assert_true(cases > 150);
}

static void a_body_is_what_stands_between_the_sizes(void **state)
{
    (void)state;
    static const char text[] =
        "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        "\r\n4\r\nWiki\r\n6;x=1\r\npedia \r\n3\r\n\r\n.\r\n0\r\n\r\n";
    for (size_t piece = 1; piece < sizeof text; piece++) {
        Arena *mem = arena_new(0);
        Request request = {.mem = mem};
        HttpReader r;
        Buf body = BUF(mem);
        reader_begin(&r, &request, HEAD_MOST);
        size_t at = 0;
        for (ReadStep step = READ_MORE; step != READ_END;) {
            size_t n = sizeof text - 1 - at < piece ? sizeof text - 1 - at : piece, used;
            Str data;
            step = reader_step(&r, (Str){text + at, n}, &used, &data);
            at += used;
            assert_true(step != READ_BAD);
            if (step == READ_HEAD) r.body_most = BODY_MOST;
            if (step == READ_DATA) buf_add(&body, data);
        }
        assert_str(buf_str(&body), "Wikipedia \r\n.");
        assert_str(request.path, "/a");
        assert_int_equal(r.length, -1);
        arena_free(mem);
    }
}

static void read_head(Arena *mem, const char *text, Request *request, HttpReader *r)
{
    size_t used;
    Str data;
    *request = (Request){.mem = mem};
    reader_begin(r, request, HEAD_MOST);
    assert_int_equal(reader_step(r, str(text), &used, &data), READ_HEAD);
}

static void a_connection_is_kept_as_the_version_and_the_client_say(void **state)
{
    (void)state;
    static const struct {
        bool keep;
        const char *text;
    } all[] = {
        {true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {true, "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"},
        {true, "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed, Xclose\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\t\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: y , close\r\n\r\n"},
        {false, "GET / HTTP/1.0\r\n\r\n"},
        {true, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"},
        {false, "GET / HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n"},
    };
    for (size_t i = 0; i < countof(all); i++) {
        Arena *mem = arena_new(0);
        Request request;
        HttpReader r;
        read_head(mem, all[i].text, &request, &r);
        if (r.keep != all[i].keep) fail_msg("keep=%d for %s", r.keep, all[i].text);
        arena_free(mem);
    }
}

static void only_a_body_to_come_is_waited_for(void **state)
{
    (void)state;
    static const struct {
        bool expects;
        const char *text;
    } all[] = {
        {true,
         "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"},
        {false, "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"},
        {false, "PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"},
        {false, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"},
    };
    for (size_t i = 0; i < countof(all); i++) {
        Arena *mem = arena_new(0);
        Request request;
        HttpReader r;
        read_head(mem, all[i].text, &request, &r);
        if (r.expects != all[i].expects) fail_msg("expects=%d for %s", r.expects, all[i].text);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_is_taken_or_refused_however_it_is_cut),
        cmocka_unit_test(a_body_is_what_stands_between_the_sizes),
        cmocka_unit_test(a_connection_is_kept_as_the_version_and_the_client_say),
        cmocka_unit_test(only_a_body_to_come_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
