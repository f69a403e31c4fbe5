/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, by its content: each kind as it is written, and what only looks like one. */
#include "base/media.h"

#include "test.h"

/* 640 by 480 each. */
#define JPEG_FRAME "\xff\xc2\0\x11\x08\x01\xe0\x02\x80\3\1\x22\0\2\x11\1\3\x11\1"
#define PNG        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\2\0\0\0sum!"
#define WEBP_LOSSY "RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\x50\1\0\x9d\x01\x2a\x80\x02\xe0\x01"
#define WEBP_WHOLE "RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x7f\xc2\x77\0.....\0"
#define WEBP_MORE  "RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"

static void each_kind_is_known_with_its_size(void **state)
{
    const struct {
        Str bytes;
        const char *type;
    } files[] = {
        {S("\xff\xd8" JPEG_FRAME), "image/jpeg"},
        {S("\xff\xd8\xff\xe0\0\x04JF\xff\xff\xfe\0\x02" JPEG_FRAME), "image/jpeg"},
        {S(PNG), "image/png"},
        {S(WEBP_LOSSY), "image/webp"},
        {S(WEBP_WHOLE), "image/webp"},
        {S(WEBP_MORE), "image/webp"},
        {S("%PDF-1.4\n%%EOF"), "application/pdf"},
        {S("%PDF-2.0\n…\n%%EOF\r\n"), "application/pdf"},
    };
    (void)state;
    for (size_t i = 0; i < countof(files); i++) {
        int64_t pixels;
        const char *type = media_type(files[i].bytes, &pixels);
        assert_non_null(type);
        assert_string_equal(type, files[i].type);
        assert_int_equal(pixels, strncmp(type, "image", 5) == 0 ? 640 * 480 : 0);
    }
}

static void what_only_looks_like_one_is_none(void **state)
{
    const Str files[] = {
        S(""),
        S("\xff\xd8\xff\xe0"),
        S("\xff\xd8\xff\xe0 and then words, no segments at all"),
        S("\xff\xd8\xff\xd9" JPEG_FRAME),                  /* ended before its frame */
        S("\xff\xd8\xff\xda\0\x02" JPEG_FRAME),            /* a scan before it */
        S("\xff\xd8\xff\xe0\0\x01" JPEG_FRAME),            /* a segment shorter than itself */
        S("\xff\xd8\xff\xc0\0\x07\x08\x01\xe0\x02\x80\3"), /* a frame that ends too early */
        S("\xff\xd8\xff\xc0\0\x11\x08\0\0\x02\x80\3"),     /* of no height */
        S("\xff\xd8\xff\xc4\0\x11\x08\x01\xe0\x02\x80\3"), /* tables, no frame */
        S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80"),
        S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\x01\xe0\x08\2\0\0\0sum!"),
        S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\x01\xe0\x08\2\0\0\0sum!"),
        S("RIFF\x17\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"), /* cut by one */
        S("RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2e\x7f\xc2\x77\0.....\0"),
        S("RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\x50\1\0\x9d\x01\x2b\x80\x02\xe0\x01"),
        S("RIFF\x16\0\0\0WAVEfmt \x0a\0\0\0\x50\1\0\x9d\x01\x2a\x80\x02\xe0\x01"),
        S("GIF89a, a picture of another kind"),
        S("<html><script>alert(1)</script>"),
        S("MZ and so on, a program"),
        S("<svg xmlns=\"http://www.w3.org/2000/svg\">"),
        S("%PDF-1.7"),
        S(" %PDF-1.7 behind a blank %%EOF"),
        S("%PDF-9.7\n%%EOF"),
    };
    (void)state;
    for (size_t i = 0; i < countof(files); i++) {
        int64_t pixels;
        assert_null(media_type(files[i], &pixels));
    }
}

/* Cut anywhere, with nothing readable behind it. */
static void a_file_that_ends_in_its_header_is_none(void **state)
{
    const Str files[] = {S("\xff\xd8\xff\xe0\0\x04JF" JPEG_FRAME), S(PNG), S(WEBP_LOSSY),
                         S(WEBP_WHOLE), S(WEBP_MORE)};
    static const size_t heads[] = {17, 33, 30, 30, 30};
    (void)state;
    for (size_t i = 0; i < countof(files); i++)
        for (size_t n = 0; n < heads[i]; n++) {
            int64_t pixels;
            char *cut = malloc(n + 1);
            if (n) memcpy(cut, files[i].p, n);
            assert_null(media_type((Str){cut, n}, &pixels));
            free(cut);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_known_with_its_size),
        cmocka_unit_test(what_only_looks_like_one_is_none),
        cmocka_unit_test(a_file_that_ends_in_its_header_is_none),
    };
    return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
