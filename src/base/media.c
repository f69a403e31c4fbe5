/* SPDX-License-Identifier: Apache-2.0 */
/* media.c: one reader of headers a kind; each gives width times height, 0 when it is not its
 * kind. No product overflows: the widest number is of 31 bits. */
#include "base/media.h"

/* n bytes at a place as a number; what lies behind the end is 0, and no header may hold it. */
static int64_t big(Str s, size_t at, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (at + i < s.n ? (unsigned char)s.p[at + i] : 0);
    return v;
}

static int64_t little(Str s, size_t at, size_t n)
{
    int64_t v = 0;
    for (size_t i = n; i-- > 0;)
        v = v << 8 | (at + i < s.n ? (unsigned char)s.p[at + i] : 0);
    return v;
}

static bool has(Str s, size_t at, Str what)
{
    return s.n >= at + what.n && memcmp(s.p + at, what.p, what.n) == 0;
}

/* ITU-T T.81 B.1: segments up to the frame's, which has the size. A camera's notes may lie
 * before it; a restart, a scan or the end may not. */
static int64_t jpeg_pixels(Str s)
{
    enum { FRAME_FIRST = 0xC0, FRAME_LAST = 0xCF, ALONE = 0xD0, SCAN = 0xDA, FILL = 0xFF };
    if (!has(s, 0, S("\xff\xd8"))) return 0;
    for (size_t at = 2; at + 9 <= s.n;) {
        int64_t marker = big(s, at + 1, 1), length = big(s, at + 2, 2);
        if (s.p[at] != '\xff') return 0;
        if (marker == FILL) {
            at++;
            continue;
        }
        if (marker < FRAME_FIRST || (marker >= ALONE && marker <= SCAN) || length < 2) return 0;
        bool tables = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
        if (marker <= FRAME_LAST && !tables)
            return length < 8 ? 0 : big(s, at + 5, 2) * big(s, at + 7, 2);
        at += 2 + (size_t)length;
    }
    return 0;
}

/* PNG 11.2.2: the first chunk is IHDR, of 13 bytes and a sum. */
static int64_t png_pixels(Str s)
{
    int64_t width = big(s, 16, 4), height = big(s, 20, 4);
    if (s.n < 33 || !has(s, 0, S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))) return 0;
    if (width > INT32_MAX || height > INT32_MAX) return 0;
    return width * height;
}

/* RFC 9649: lossy, lossless or extended; the size told by RIFF must be there. */
static int64_t webp_pixels(Str s)
{
    if (!has(s, 0, S("RIFF")) || !has(s, 8, S("WEBPVP8")) || s.n < 30) return 0;
    if (little(s, 4, 4) + 8 > (int64_t)s.n) return 0;
    if (s.p[15] == ' ' && has(s, 23, S("\x9d\x01\x2a")))
        return (little(s, 26, 2) & 0x3FFF) * (little(s, 28, 2) & 0x3FFF);
    int64_t both = little(s, 21, 4);
    if (s.p[15] == 'L' && s.p[20] == '\x2f')
        return ((both & 0x3FFF) + 1) * ((both >> 14 & 0x3FFF) + 1);
    return s.p[15] == 'X' ? (little(s, 24, 3) + 1) * (little(s, 27, 3) + 1) : 0;
}

/* ISO 32000-1 7.5: a version first, and the mark of the end within the last 1,024 bytes. */
static bool is_pdf(Str s)
{
    size_t tail = s.n < 1024 ? s.n : 1024;
    return (has(s, 0, S("%PDF-1.")) || has(s, 0, S("%PDF-2."))) &&
           str_find((Str){s.p + s.n - tail, tail}, S("%%EOF")) != SIZE_MAX;
}

const char *media_type(Str bytes, int64_t *out_pixels)
{
    static const struct {
        const char *type;
        int64_t (*pixels)(Str);
    } pictures[] = {
        {"image/jpeg", jpeg_pixels}, {"image/png", png_pixels}, {"image/webp", webp_pixels}};
    for (size_t i = 0; i < countof(pictures); i++) {
        int64_t pixels = pictures[i].pixels(bytes);
        if (pixels <= 0) continue;
        *out_pixels = pixels;
        return pictures[i].type;
    }
    *out_pixels = 0;
    return is_pdf(bytes) ? "application/pdf" : NULL;
}
