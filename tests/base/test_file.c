/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"

static Arena *mem;
static char folder[] = "/tmp/gridward-file-XXXXXX";

static int begin(void **state)
{
    (void)state;
    mem = arena_new(0);
    return mkdtemp(folder) ? 0 : -1;
}

static Str in(const char *name)
{
    return str_fmt(mem, "%s/%s", folder, name);
}

static size_t files(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

static int end(void **state)
{
    (void)state;
    const char *const names[] = {"a", "b.gz", "c"};
    for (size_t i = 0; i < countof(names); i++)
        unlink(in(names[i]).p);
    int left = rmdir(folder);
    arena_free(mem);
    return left;
}

static Str gzip(Str plain)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t cap = deflateBound(&z, plain.n) + 64;
    Str packed = {arena_alloc(mem, cap), 0};
    z.next_in = (Bytef *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = (Bytef *)(uintptr_t)packed.p;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    packed.n = z.total_out;
    deflateEnd(&z);
    return packed;
}

static Str zeros(size_t n)
{
    return (Str){arena_alloc(mem, n), n};
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    Str back = STR_NULL;
    assert_ok(file_write(mem, in("a"), S("one\0two"), 0640));
    assert_ok(file_read_all(mem, in("a"), 7, &back));
    assert_true(str_eq(back, S("one\0two")));
    assert_int_equal(back.p[back.n], 0);
    struct stat about;
    assert_int_equal(stat(in("a").p, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    assert_ok(file_write(mem, in("a"), S(""), 0600));
    assert_ok(file_read_all(mem, in("a"), 7, &back));
    assert_str(back, "");
    assert_int_equal(stat(in("a").p, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    Str large = zeros(300000);
    memset((char *)(uintptr_t)large.p, 'x', large.n);
    assert_ok(file_write(mem, in("a"), large, 0600));
    assert_ok(file_read_all(mem, in("a"), 300000, &back));
    assert_true(str_eq(back, large));
    assert_int_equal(files(), 1);
}

static void a_failed_write_leaves_what_was(void **state)
{
    (void)state;
    assert_err(file_write(mem, in("no/such"), S("x"), 0600), FILE_MISSING);
    assert_err(file_write(mem, in("a/b"), S("x"), 0600), FILE_FAULT);
    assert_int_equal(mkdir(in("c").p, 0700), 0);
    assert_err(file_write(mem, in("c"), S("x"), 0600), FILE_FAULT); /* a folder of that name */
    assert_int_equal(files(), 2); /* and nothing left beside */
    assert_int_equal(rmdir(in("c").p), 0);
}

static void reading_is_bounded(void **state)
{
    (void)state;
    Str back = S("untouched");
    assert_ok(file_write(mem, in("a"), S("12345678"), 0600));
    const Err *e = file_read_all(mem, in("a"), 7, &back);
    assert_err(e, FILE_LARGE);
    assert_str(e->args[1], "7");
    e = file_read_all(mem, in("none"), 7, &back);
    assert_err(e, FILE_MISSING);
    assert_true(str_ends(e->args[0], S("/none")));
    assert_err(file_read_all(mem, str(folder), 1 << 20, &back), FILE_FAULT);
    assert_err(file_read_all(mem, S("/dev/zero"), 100000, &back), FILE_LARGE);
    assert_str(back, "untouched");
    assert_ok(file_read_all(mem, S("/dev/null"), 0, &back));
    assert_str(back, "");
}

static void gzip_is_undone_by_content(void **state)
{
    (void)state;
    Str back = STR_NULL, packed = gzip(S("网格卫"));
    assert_ok(file_write(mem, in("b.gz"), packed, 0600));
    assert_ok(file_read_all(mem, in("b.gz"), 1000, &back));
    assert_str(back, "网格卫");
    Buf two = BUF(mem); /* members one behind the other are one text */
    buf_add(&two, packed);
    buf_add(&two, gzip(zeros(0)));
    buf_add(&two, gzip(S("!")));
    assert_ok(file_inflate(mem, buf_str(&two), 1000, &back));
    assert_str(back, "网格卫!");
    Str large = zeros(1000000);
    assert_ok(file_inflate(mem, gzip(large), large.n, &back));
    assert_true(str_eq(back, large));
}

static void what_was_packed_is_the_same_again(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 100, 1000000};
    for (size_t i = 0; i < countof(sizes); i++) {
        Str back, plain = zeros(sizes[i]), packed = file_deflate(mem, plain);
        assert_ok(file_inflate(mem, packed, sizes[i] + 1, &back));
        assert_true(str_eq(back, plain));
        assert_true(packed.n < sizes[i] / 10 + 64);
    }
}

static void bad_gzip_is_refused(void **state)
{
    (void)state;
    Str back = S("untouched"), packed = gzip(zeros(100000));
    assert_err(file_inflate(mem, packed, 99999, &back), FILE_LARGE); /* a bomb */
    assert_err(file_inflate(mem, (Str){packed.p, packed.n - 1}, 1 << 20, &back), FILE_GZIP);
    assert_err(file_inflate(mem, (Str){packed.p, 2}, 1 << 20, &back), FILE_GZIP);
    assert_err(file_inflate(mem, S(""), 1 << 20, &back), FILE_GZIP);
    assert_err(file_inflate(mem, S("plain"), 1 << 20, &back), FILE_GZIP);
    Str more = str_fmt(mem, "%.*s", 0, "");
    Buf trailing = BUF(mem);
    buf_add(&trailing, packed);
    buf_add(&trailing, S("junk"));
    assert_err(file_inflate(mem, buf_str(&trailing), 1 << 20, &more), FILE_GZIP);
    ((char *)(uintptr_t)packed.p)[packed.n - 6] ^= 1; /* the checksum */
    assert_err(file_inflate(mem, packed, 1 << 20, &back), FILE_GZIP);
    assert_str(back, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_failed_write_leaves_what_was),
        cmocka_unit_test(reading_is_bounded),
        cmocka_unit_test(gzip_is_undone_by_content),
        cmocka_unit_test(what_was_packed_is_the_same_again),
        cmocka_unit_test(bad_gzip_is_refused),
    };
    return cmocka_run_group_tests_name("file", tests, begin, end);
}
