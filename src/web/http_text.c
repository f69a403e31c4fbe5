/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_text.c: the text of a request: its target, headers, parameters, cookies. Strict where
 * two programs could read the same bytes differently, because what a proxy let pass as one path
 * must not arrive here as another.
 */
#include "web/http_text.h"

#include "base/address.h"
#include "base/time.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Percent-decodes; false for a broken escape, text that is not UTF-8, and NUL. */
static bool decode(Arena *mem, Str raw, bool plus, Str *out)
{
    char *text = arena_copy(mem, raw.p, raw.n);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            if (raw.n - i < 3) return false;
            int high = hex_digit(raw.p[i + 1]), low = hex_digit(raw.p[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus)
            c = ' ';
        text[n++] = c;
    }
    text[n] = 0;
    *out = (Str){text, n};
    return utf8_fault(*out) == SIZE_MAX;
}

static bool control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool path_read(Arena *mem, Str raw, Str *out)
{
    if (raw.n == 0 || raw.p[0] != '/') return false;
    /* %2F would be a slash that the sender's proxy did not take for one. */
    if (memchr(raw.p, '%', raw.n) &&
        (str_find(raw, S("%2F")) != SIZE_MAX || str_find(raw, S("%2f")) != SIZE_MAX))
        return false;
    Str path;
    if (!decode(mem, raw, false, &path)) return false;
    for (size_t i = 0; i < path.n; i++)
        if (control(path.p[i])) return false;
    for (Str rest = {path.p + 1, path.n - 1}, segment; rest.p;) {
        str_cut(rest, '/', &segment, &rest);
        if (str_is(segment, ".") || str_is(segment, "..")) return false;
    }
    *out = path;
    return true;
}

static bool query_read(Arena *mem, Str raw, Request *out)
{
    size_t most = 1, n = 0;
    for (size_t i = 0; i < raw.n; i++)
        most += raw.p[i] == '&';
    HttpPair *pairs = arena_array(mem, HttpPair, most);
    for (Str rest = raw, piece; rest.p;) {
        Str name, value;
        str_cut(rest, '&', &piece, &rest);
        if (piece.n == 0) continue;
        if (!str_cut(piece, '=', &name, &value)) value = S("");
        if (!decode(mem, name, true, &pairs[n].name)) return false;
        if (!decode(mem, value, true, &pairs[n].value)) return false;
        n++;
    }
    out->query = pairs;
    out->query_count = n;
    return true;
}

bool target_read(Arena *mem, Str target, Request *out)
{
    for (size_t i = 0; i < target.n; i++)
        if (control(target.p[i]) || target.p[i] == ' ' || target.p[i] == '#') return false;
    /* The absolute form, which proxies use, must be accepted (RFC 9112 §3.2.2). */
    bool plain = target.n >= 7 && text_same((Str){target.p, 7}, S("http://"));
    bool tls = target.n >= 8 && text_same((Str){target.p, 8}, S("https://"));
    if (plain || tls) {
        size_t start = plain ? 7 : 8, end = start;
        while (end < target.n && target.p[end] != '/' && target.p[end] != '?')
            end++;
        if (!host_ok((Str){target.p + start, end - start})) return false;
        target = (Str){target.p + end, target.n - end};
        if (target.n == 0) target = S("/");
    }
    Str path, query;
    if (!str_cut(target, '?', &path, &query)) query = S("");
    return path_read(mem, path, &out->path) && query_read(mem, query, out);
}

bool host_ok(Str s)
{
    size_t n = 0;
    Address a;
    if (s.n && s.p[0] == '[') {
        while (n < s.n && s.p[n] != ']')
            n++;
        if (n == s.n || n < 3 || !address_read((Str){s.p, n + 1}, &a)) return false;
        n++;
    } else
        while (n < s.n && (token_ok((Str){s.p + n, 1}) || strchr("(),;=", s.p[n])) &&
               !strchr("#^`|", s.p[n]))
            n++;
    int64_t port;
    if (n == 0 || n == s.n) return n > 0;
    return s.p[n] == ':' && str_int((Str){s.p + n + 1, s.n - n - 1}, &port) && port >= 0 &&
           port <= 65535;
}

bool token_ok(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool common = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '-';
        if (!common && (c == 0 || !strchr("!#$%&'*+.^_`|~", c))) return false;
    }
    return s.n > 0;
}

bool header_value_ok(Str s)
{
    if (str_printable(s) == s.n) return true;
    for (size_t i = 0; i < s.n; i++)
        if (control(s.p[i]) && s.p[i] != '\t') return false;
    return utf8_fault(s) == SIZE_MAX;
}

bool text_same(Str a, Str b)
{
    if (a.n != b.n) return false;
    if (a.n && memcmp(a.p, b.p, a.n) == 0) return true;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];
        if (x >= 'A' && x <= 'Z') x = (char)(x + 32);
        if (y >= 'A' && y <= 'Z') y = (char)(y + 32);
        if (x != y) return false;
    }
    return true;
}

static Str pair_find(const HttpPair *pairs, size_t n, Str name, bool any_case, size_t *count)
{
    Str found = STR_NULL;
    size_t times = 0;
    for (size_t i = 0; i < n; i++)
        if (any_case ? text_same(pairs[i].name, name) : str_eq(pairs[i].name, name))
            if (times++ == 0) found = pairs[i].value;
    if (count) *count = times;
    return found;
}

Str request_header(const Request *r, Str name, size_t *count)
{
    return pair_find(r->headers, r->header_count, name, true, count);
}

Str request_param(const Request *r, Str name, size_t *count)
{
    return pair_find(r->query, r->query_count, name, false, count);
}

Str request_cookie(const Request *r, Str name, size_t *count)
{
    Str found = STR_NULL;
    size_t times = 0;
    for (size_t i = 0; i < r->header_count; i++) {
        if (!text_same(r->headers[i].name, S("cookie"))) continue;
        for (Str rest = r->headers[i].value, piece; rest.p;) {
            Str key, value;
            str_cut(rest, ';', &piece, &rest);
            if (!str_cut(str_trim(piece), '=', &key, &value) || !str_eq(key, name)) continue;
            if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
                value = (Str){value.p + 1, value.n - 2};
            if (times++ == 0) found = value;
        }
    }
    if (count) *count = times;
    return found;
}

/* IMF-fixdate (RFC 9110 §5.6.7), made once a second. */
static Str date_header(void)
{
    static const char days[] = "SunMonTueWedThuFriSat",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static _Thread_local struct {
        time_t at;
        char text[48];
    } last;
    time_t now = time_wall() / 1000;
    if (now != last.at) {
        struct tm utc;
        gmtime_r(&now, &utc);
        last.at = now;
        snprintf(last.text, sizeof last.text,
                 "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", days + 3 * utc.tm_wday,
                 utc.tm_mday, months + 3 * utc.tm_mon, utc.tm_year + 1900, utc.tm_hour,
                 utc.tm_min, utc.tm_sec);
    }
    return str(last.text);
}

static Str reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } all[] = {{200, "OK"},
               {201, "Created"},
               {202, "Accepted"},
               {204, "No Content"},
               {206, "Partial Content"},
               {304, "Not Modified"},
               {400, "Bad Request"},
               {401, "Unauthorized"},
               {403, "Forbidden"},
               {404, "Not Found"},
               {405, "Method Not Allowed"},
               {408, "Request Timeout"},
               {409, "Conflict"},
               {413, "Content Too Large"},
               {414, "URI Too Long"},
               {415, "Unsupported Media Type"},
               {417, "Expectation Failed"},
               {422, "Unprocessable Content"},
               {429, "Too Many Requests"},
               {431, "Request Header Fields Too Large"},
               {500, "Internal Server Error"},
               {501, "Not Implemented"},
               {503, "Service Unavailable"},
               {505, "HTTP Version Not Supported"},
               {507, "Insufficient Storage"}};
    for (size_t i = 0; i < countof(all); i++)
        if (all[i].status == status) return str(all[i].reason);
    return S("");
}

void head_add(Buf *b, int status, int64_t length, bool close, const HttpPair *headers,
              size_t count)
{
    buf_room(b, 512);
    buf_add(b, S("HTTP/1.1 "));
    buf_int(b, status);
    buf_char(b, ' ');
    buf_add(b, reason_of(status));
    buf_add(b, S("\r\n"));
    buf_add(b, date_header());
    if (length >= 0 && status != 204 && status != 304) {
        buf_add(b, S("Content-Length: "));
        buf_int(b, length);
        buf_add(b, S("\r\n"));
    }
    if (close) buf_add(b, S("Connection: close\r\n"));
    for (size_t i = 0; i < count; i++) {
        assert(token_ok(headers[i].name) && header_value_ok(headers[i].value));
        buf_add(b, headers[i].name);
        buf_add(b, S(": "));
        buf_add(b, headers[i].value);
        buf_add(b, S("\r\n"));
    }
    buf_add(b, S("\r\n"));
}
