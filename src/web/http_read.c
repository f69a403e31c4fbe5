/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_read.c: the reader. A head is gathered line by line into one piece of memory, and only
 * then read: its parts are views of it. Chunks are read by the same lines.
 */
#include "web/http_read.h"

#include "web/http_text.h"

/* clang-format off */
const Err HTTP_MALFORMED = ERROR(ERR_BAD, "malformed", "请求不符合 HTTP 规范", "The request is not well-formed HTTP");
const Err HTTP_LARGE = ERROR(ERR_LARGE, "too-large", "提交的内容过大", "The body is too large");
const Err HTTP_HEADERS = ERROR(ERR_BAD, "headers-too-large", "请求头过大", "The headers are too large");
const Err HTTP_TARGET = ERROR(ERR_BAD, "target-too-long", "请求地址过长", "The address asked for is too long");
const Err HTTP_CODING = ERROR(ERR_BAD, "coding-unknown", "不支持这种传输编码", "This transfer coding is not supported");
const Err HTTP_VERSION = ERROR(ERR_BAD, "version-unknown", "仅支持 HTTP/1.1 和 HTTP/1.0", "Only HTTP/1.1 and HTTP/1.0 are spoken here");
const Err HTTP_EXPECT = ERROR(ERR_BAD, "expectation-unknown", "不支持该 Expect 请求头", "This expectation is not supported");
/* clang-format on */

enum { METHOD_MOST = 32, CHUNK_LINE_MOST = 256, HEAD_ROOM = 1024 };

void reader_begin(HttpReader *r, Request *request, size_t head_most)
{
    *r = (HttpReader){.request = request, .head_most = head_most, .stage = STAGE_BEGIN};
    r->head = BUF(request->mem);
    r->line = BUF(request->mem);
}

static ReadStep bad(HttpReader *r, int status, const Err *why)
{
    r->status = status;
    r->why = why;
    r->stage = STAGE_BAD;
    return READ_BAD;
}

/* ---- lines ---- */

typedef enum { LINE_MORE, LINE_WHOLE, LINE_LONG, LINE_BAD } LineStep;

/* Takes bytes behind b up to the end of a line, CR LF included; at: where the line began. A CR
 * stands before the LF and nowhere else. */
static LineStep line_take(Buf *b, size_t at, size_t most, Str in, size_t *used)
{
    const char *end = memchr(in.p, '\n', in.n);
    size_t n = end ? (size_t)(end - in.p) + 1 : in.n, from = b->n > at ? b->n - 1 : at;
    bool longer = n > most - b->n;
    if (longer) n = most - b->n;
    buf_bytes(b, in.p, n);
    *used += n;
    const char *cr = memchr(b->p + from, '\r', b->n - from);
    size_t cr_at = cr ? (size_t)(cr - b->p) : b->n;
    if (end && !longer) return cr_at + 2 == b->n ? LINE_WHOLE : LINE_BAD;
    if (cr_at + 1 < b->n) return LINE_BAD;
    return longer ? LINE_LONG : LINE_MORE;
}

/* Cuts the next line, which is known to be whole. */
static Str line_next(Str *rest)
{
    size_t n = (size_t)((char *)memchr(rest->p, '\n', rest->n) - rest->p);
    Str line = {rest->p, n - 1};
    *rest = (Str){rest->p + n + 1, rest->n - n - 1};
    return line;
}

static Str blanks_cut(Str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s.p++, s.n--;
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* A folded line begins with a blank, which is no token. */
static bool field_read(Str line, HttpPair *out)
{
    if (!str_cut(line, ':', &out->name, &out->value)) return false;
    out->value = blanks_cut(out->value);
    return token_ok(out->name) && header_value_ok(out->value);
}

/* ---- the head ---- */

typedef struct {
    size_t lengths, codings, hosts;
    Str length, coding, host;
    bool close, keep; /* what Connection says */
    bool expects, odd;
} Framing;

static void connection_read(Str value, Framing *f)
{
    for (Str rest = value, piece; rest.p;) {
        str_cut(rest, ',', &piece, &rest);
        piece = blanks_cut(piece);
        f->close |= text_same(piece, S("close"));
        f->keep |= text_same(piece, S("keep-alive"));
    }
}

static void framing_note(const HttpPair *h, Framing *f)
{
    switch (h->name.n) { /* most headers are none of these */
    case 4:
        if (text_same(h->name, S("host"))) f->hosts++, f->host = h->value;
        break;
    case 6:
        if (!text_same(h->name, S("expect"))) break;
        if (text_same(h->value, S("100-continue")))
            f->expects = true;
        else
            f->odd = true;
        break;
    case 10:
        if (text_same(h->name, S("connection"))) connection_read(h->value, f);
        break;
    case 14:
        if (text_same(h->name, S("content-length"))) f->lengths++, f->length = h->value;
        break;
    case 17:
        if (text_same(h->name, S("transfer-encoding"))) f->codings++, f->coding = h->value;
        break;
    default: break;
    }
}

/* Digits alone; what no integer holds is as long as one can say, and so too long. */
static bool length_read(Str digits, int64_t *out)
{
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9') return false;
    if (!str_int(digits, out)) *out = INT64_MAX;
    return digits.n > 0;
}

/* How long the body is (RFC 9112 §6): said once, in one way, or there is none. */
static ReadStep framing_read(HttpReader *r, const Framing *f, bool old)
{
    if (f->lengths + f->codings > 1 || (f->codings && old)) return bad(r, 400, &HTTP_MALFORMED);
    if (f->codings && !text_same(f->coding, S("chunked"))) return bad(r, 501, &HTTP_CODING);
    r->length = f->codings ? -1 : 0;
    if (f->lengths && !length_read(f->length, &r->length)) return bad(r, 400, &HTTP_MALFORMED);
    if (f->odd) return bad(r, 417, &HTTP_EXPECT);
    r->expects = f->expects && !old && r->length != 0;
    r->keep = old ? f->keep && !f->close : !f->close;
    r->left = r->length > 0 ? (uint64_t)r->length : 0;
    r->total = r->left;
    r->line_at = 0; /* of r->line from now on */
    r->stage = f->codings ? STAGE_CHUNK : STAGE_LENGTH;
    return READ_HEAD;
}

/* "HTTP/1.1": 0 none, 505 one that is not spoken here, 200 fine. */
static int version_read(Str version, bool *old)
{
    if (version.n != 8 || memcmp(version.p, "HTTP/", 5) != 0 || version.p[6] != '.') return 0;
    char major = version.p[5], minor = version.p[7];
    if (major < '0' || major > '9' || minor < '0' || minor > '9') return 0;
    *old = minor == '0';
    return major == '1' && minor <= '1' ? 200 : 505;
}

static ReadStep head_read(HttpReader *r)
{
    Request *q = r->request;
    Str rest = buf_str(&r->head), line = line_next(&rest), target, version;
    bool old = false;
    if (!str_cut(line, ' ', &q->method, &target) || !str_cut(target, ' ', &target, &version))
        return bad(r, 400, &HTTP_MALFORMED);
    if (!token_ok(q->method) || q->method.n > METHOD_MOST) return bad(r, 400, &HTTP_MALFORMED);
    int spoken = version_read(version, &old);
    if (spoken != 200)
        return spoken ? bad(r, spoken, &HTTP_VERSION) : bad(r, 400, &HTTP_MALFORMED);
    q->head = str_is(q->method, "HEAD");
    if (q->head) q->method = S("GET");
    Framing f = {0};
    HttpPair *headers = arena_array(q->mem, HttpPair, r->lines);
    q->headers = headers;
    for (size_t i = 0; i + 2 < r->lines; i++) {
        if (!field_read(line_next(&rest), &headers[i])) return bad(r, 400, &HTTP_MALFORMED);
        q->header_count = i + 1; /* refusals already speak the language asked for */
        framing_note(&headers[i], &f);
    }
    if (f.hosts > 1 || (f.hosts == 0 && !old) || (f.hosts && !host_ok(f.host)))
        return bad(r, 400, &HTTP_MALFORMED);
    if (!target_read(q->mem, target, q)) return bad(r, 400, &HTTP_MALFORMED);
    return framing_read(r, &f, old);
}

/* One empty line before a request is passed over (RFC 9112 §2.2); what begins with no token,
 * such as the greeting of TLS, is refused at its first byte. */
static ReadStep begin_step(HttpReader *r, Str in, size_t *used)
{
    if (in.n == 0) return READ_MORE;
    if (r->head.n == 0 && in.p[0] != '\r' && !token_ok((Str){in.p, 1}))
        return bad(r, 400, &HTTP_MALFORMED);
    if (r->head.n == 0 && in.p[0] != '\r') {
        buf_room(&r->head, HEAD_ROOM);
        r->stage = STAGE_LINES;
        return READ_MORE;
    }
    if (r->head.n == 1 && in.p[0] != '\n') return bad(r, 400, &HTTP_MALFORMED);
    buf_bytes(&r->head, in.p, 1);
    *used += 1;
    if (r->head.n < 2) return READ_MORE;
    r->head.n = 0;
    r->stage = STAGE_LINES;
    return READ_MORE;
}

/* 414 when it is the target, that is, when a method stands before it. */
static ReadStep head_long(HttpReader *r)
{
    bool target = r->lines == 0 && memchr(r->head.p, ' ', r->head.n);
    return target ? bad(r, 414, &HTTP_TARGET) : bad(r, 431, &HTTP_HEADERS);
}

static ReadStep lines_step(HttpReader *r, Str in, size_t *used)
{
    while (*used < in.n) {
        Str rest = {in.p + *used, in.n - *used};
        if (r->head.n == 0 && !token_ok((Str){rest.p, 1})) return bad(r, 400, &HTTP_MALFORMED);
        switch (line_take(&r->head, r->line_at, r->head_most, rest, used)) {
        case LINE_MORE: return READ_MORE;
        case LINE_LONG: return head_long(r);
        case LINE_BAD: return bad(r, 400, &HTTP_MALFORMED);
        case LINE_WHOLE: break;
        }
        bool empty = r->head.n - r->line_at == 2;
        r->line_at = r->head.n;
        r->lines++;
        if (empty) return head_read(r);
    }
    return READ_MORE;
}

/* ---- the body ---- */

static ReadStep data_step(HttpReader *r, Str in, size_t *used, Str *data)
{
    size_t n = in.n < r->left ? in.n : (size_t)r->left;
    *data = (Str){in.p, n};
    *used += n;
    r->left -= n;
    return n ? READ_DATA : READ_MORE;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The length of the token or, when it may be, the quoted string that s begins with; 0: none. */
static size_t word_length(Str s, bool quoted)
{
    size_t n = 0;
    if (!quoted || s.n == 0 || s.p[0] != '"') {
        while (n < s.n && token_ok((Str){s.p + n, 1}))
            n++;
        return n;
    }
    for (n = 1; n < s.n && s.p[n] != '"'; n++)
        if (s.p[n] == '\\') n++;
    return n < s.n ? n + 1 : 0;
}

/* ";name", ";name=value": understood, and of no meaning here (RFC 9112 §7.1.1). */
static bool extensions_ok(Str s)
{
    while (s.n) {
        if (s.p[0] != ';') return false;
        s = (Str){s.p + 1, s.n - 1};
        size_t n = word_length(s, false);
        if (n == 0) return false;
        s = (Str){s.p + n, s.n - n};
        if (s.n == 0 || s.p[0] != '=') continue;
        s = (Str){s.p + 1, s.n - 1};
        if ((n = word_length(s, true)) == 0) return false;
        s = (Str){s.p + n, s.n - n};
    }
    return true;
}

/* Sizes that no integer holds are as large as one can say. */
static bool chunk_read(Str line, uint64_t *size)
{
    size_t n = 0;
    *size = 0;
    for (; n < line.n && hex_value(line.p[n]) >= 0; n++)
        *size = *size >> 59 ? UINT64_MAX >> 1 : *size * 16 + (uint64_t)hex_value(line.p[n]);
    Str rest = {line.p + n, line.n - n};
    return n > 0 && header_value_ok(rest) && extensions_ok(rest);
}

static ReadStep chunk_begin(HttpReader *r, Str line)
{
    if (!chunk_read(line, &r->left)) return bad(r, 400, &HTTP_MALFORMED);
    if (r->left > r->body_most || r->total > r->body_most - r->left)
        return bad(r, 413, &HTTP_LARGE);
    r->total += r->left;
    r->stage = r->left ? STAGE_DATA : STAGE_TRAILER;
    return READ_MORE;
}

/* Trailers are read as strictly as headers, and forgotten: nothing that decides where a request
 * goes or ends may come behind its body (RFC 9110 §6.5.1). */
static ReadStep trailer_read(HttpReader *r, Str line)
{
    HttpPair field;
    Framing f = {0};
    if (line.n == 0) {
        r->stage = STAGE_END;
        return READ_MORE;
    }
    if (!field_read(line, &field)) return bad(r, 400, &HTTP_MALFORMED);
    framing_note(&field, &f);
    bool decides = f.hosts || f.lengths || f.codings || f.expects || f.odd || f.close || f.keep;
    return decides ? bad(r, 400, &HTTP_MALFORMED) : READ_MORE;
}

/* A line between the chunks: one with a size, the end of a chunk, or a trailer. */
static ReadStep between_step(HttpReader *r, Str in, size_t *used)
{
    bool trailer = r->stage == STAGE_TRAILER;
    if (in.n == 0) return READ_MORE;
    size_t most = r->stage == STAGE_DATA_END ? 2 : trailer ? r->head_most : CHUNK_LINE_MOST;
    switch (line_take(&r->line, r->line_at, most, in, used)) {
    case LINE_MORE: return READ_MORE;
    case LINE_LONG: return trailer ? bad(r, 431, &HTTP_HEADERS) : bad(r, 400, &HTTP_MALFORMED);
    case LINE_BAD: return bad(r, 400, &HTTP_MALFORMED);
    case LINE_WHOLE: break;
    }
    Str line = {r->line.p + r->line_at, r->line.n - 2 - r->line_at};
    if (trailer) { /* all of them count */
        r->line_at = r->line.n;
        return trailer_read(r, line);
    }
    r->line.n = 0;
    if (r->stage == STAGE_CHUNK) return chunk_begin(r, line);
    r->stage = STAGE_CHUNK;
    return READ_MORE;
}

ReadStep reader_step(HttpReader *r, Str in, size_t *used, Str *data)
{
    *used = 0;
    for (;;) {
        Str rest = {in.p + *used, in.n - *used};
        ReadStep step = READ_MORE;
        size_t before = *used, taken = 0;
        HttpStage stage = r->stage;
        switch (r->stage) {
        case STAGE_BEGIN: step = begin_step(r, rest, &taken); break;
        case STAGE_LINES: step = lines_step(r, rest, &taken); break;
        case STAGE_LENGTH:
        case STAGE_DATA:
            if (stage == STAGE_LENGTH && r->total > r->body_most)
                return bad(r, 413, &HTTP_LARGE);
            step = data_step(r, rest, &taken, data);
            if (r->left == 0) r->stage = stage == STAGE_DATA ? STAGE_DATA_END : STAGE_END;
            break;
        case STAGE_CHUNK:
        case STAGE_DATA_END:
        case STAGE_TRAILER: step = between_step(r, rest, &taken); break;
        case STAGE_END: return READ_END;
        case STAGE_BAD: return READ_BAD;
        }
        *used = before + taken;
        if (step != READ_MORE) return step;
        if (*used == in.n && r->stage == stage) return READ_MORE;
    }
}
