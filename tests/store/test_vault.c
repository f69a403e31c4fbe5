/* SPDX-License-Identifier: Apache-2.0 */
/* The vault: what is acknowledged is whole, what is torn is found, what is half is cleared. */
#include "store/vault.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "test.h"

typedef struct {
    Arena *mem;
    Store *store;
    Lane *lane;
    Db *db;
    Vault *vault;
    char path[40];
    Str folder;
} Room;

static const Table *const tables[] = {&vault_table};

static int setup(void **state)
{
    Room *r = calloc(1, sizeof *r);
    memcpy(r->path, "/tmp/gridward-vault-XXXXXX", 27);
    close(mkstemp(r->path));
    r->mem = arena_new(0);
    assert_ok(store_open(r->mem, str(r->path), true, &r->store));
    int steps;
    assert_ok(db_open(r->store, DB_WRITE, &r->db));
    assert_ok(schema_make(r->db, tables, countof(tables), &steps));
    assert_ok(lane_start(r->store, NULL, 8, &r->lane));
    r->folder = str_fmt(r->mem, "%s.files", r->path);
    assert_ok(vault_open(r->mem, r->lane, r->folder, &r->vault));
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    Room *r = *state;
    vault_close(r->vault);
    lane_stop(r->lane);
    db_close(r->db);
    store_close(r->store);
    Str sweep =
        str_fmt(r->mem, "rm -rf %s %s.files %s-wal %s-shm", r->path, r->path, r->path, r->path);
    assert_int_equal(system(sweep.p), 0);
    arena_free(r->mem);
    free(r);
    return 0;
}

/* Small files of each kind; n makes them different. */
static Str jpeg(Room *r, int n)
{
    return str_fmt(r->mem,
                   "\xff\xd8\xff\xe0 picture number %d, and some more bytes to make it longer "
                   "than the head",
                   n);
}

static size_t half_written(Room *r)
{
    DIR *dir = opendir(r->folder.p);
    size_t n = 0;
    for (struct dirent *d; (d = readdir(dir));)
        n += strncmp(d->d_name, "incoming-", 9) == 0;
    closedir(dir);
    return n;
}

static void a_file_is_named_by_its_hash_and_comes_back(void **state)
{
    Room *r = *state;
    VaultFile f, row;
    bool new;
    Str bytes, back;
    assert_ok(vault_put(r->vault, r->mem, bytes = jpeg(r, 1), 71, 5000, &f, &new));
    assert_true(new);
    assert_str(f.type, "image/jpeg");
    assert_int_equal(f.size, (int64_t)bytes.n);
    unsigned char hash[SHA256_SIZE];
    Buf hex = BUF(r->mem);
    sha256(bytes, hash);
    buf_hex(&hex, hash, sizeof hash);
    assert_true(str_eq(f.hash, buf_str(&hex)));
    assert_true(vault_has(r->vault, f.hash));
    assert_ok(vault_read(r->vault, r->mem, f.hash, true, &back));
    assert_true(str_eq(back, bytes));
    assert_ok(vault_find(r->db, f.hash, r->mem, &row));
    assert_int_equal(row.by, 71);
    assert_int_equal(row.at, 5000);
    assert_int_equal(half_written(r), 0);
}

static void the_same_bytes_twice_are_one_file(void **state)
{
    Room *r = *state;
    VaultFile a, b, row;
    bool new;
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 1), 71, 5000, &a, &new));
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 1), 72, 6000, &b, &new));
    assert_false(new);
    assert_true(str_eq(a.hash, b.hash));
    assert_ok(vault_find(r->db, a.hash, r->mem, &row));
    assert_int_equal(row.by, 71); /* who first brought it */
    assert_int_equal(half_written(r), 0);
}

static void only_four_types_judged_by_their_bytes(void **state)
{
    Room *r = *state;
    VaultFile f;
    bool new;
    Str png = {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", 20},
        webp = S("RIFF\x24\0\0\0WEBPVP8L\0\0\0\0");
    assert_ok(vault_put(r->vault, r->mem, png, NIL, 0, &f, &new));
    assert_str(f.type, "image/png");
    assert_ok(vault_put(r->vault, r->mem, webp, NIL, 0, &f, &new));
    assert_str(f.type, "image/webp");
    assert_ok(vault_put(r->vault, r->mem, S("%PDF-1.7"), NIL, 0, &f, &new));
    assert_str(f.type, "application/pdf");
    static const char *const refused[] = {"",
                                          "\xff\xd8\xff",
                                          "GIF89a, a picture of another kind",
                                          "<html><script>alert(1)</script>",
                                          "MZ and so on, a program",
                                          "RIFF\x24   WAVEfmt ",
                                          "<svg xmlns=\"http://www.w3.org/2000/svg\">",
                                          "%PDF",
                                          " %PDF-1.7 behind a blank"};
    for (size_t i = 0; i < countof(refused); i++)
        assert_err(vault_put(r->vault, r->mem, str(refused[i]), NIL, 0, &f, &new), VAULT_TYPE);
    assert_int_equal(half_written(r), 0);
}

static void pieces_of_any_size_make_the_same_file(void **state)
{
    Room *r = *state;
    Str bytes = jpeg(r, 7);
    VaultFile whole, f;
    bool new;
    assert_ok(vault_put(r->vault, r->mem, bytes, NIL, 0, &whole, &new));
    for (size_t step = 1; step < bytes.n; step += 3) {
        Incoming *in;
        assert_ok(vault_begin(r->vault, r->mem, &in));
        for (size_t at = 0; at < bytes.n; at += step)
            assert_ok(
                vault_add(in, (Str){bytes.p + at, at + step < bytes.n ? step : bytes.n - at}));
        assert_ok(vault_keep(in, NIL, 0, &f, &new));
        assert_true(str_eq(f.hash, whole.hash));
        assert_false(new);
    }
}

static void twenty_megabytes_and_no_more(void **state)
{
    Room *r = *state;
    Incoming *in;
    VaultFile f;
    bool new;
    const size_t piece = 1 << 20;
    char *bytes = calloc(1, piece);
    memcpy(bytes, "\xff\xd8\xff\xe1", 4);
    assert_ok(vault_begin(r->vault, r->mem, &in));
    for (int i = 0; i < 20; i++)
        assert_ok(vault_add(in, (Str){bytes, piece}));
    assert_err(vault_add(in, S("x")), VAULT_LARGE);
    assert_ok(vault_keep(in, NIL, 0, &f, &new));
    assert_int_equal(f.size, VAULT_MOST);
    free(bytes);
}

static void what_is_not_kept_is_gone(void **state)
{
    Room *r = *state;
    Incoming *in;
    Arena *request = arena_new(0);
    assert_ok(vault_begin(r->vault, request, &in));
    assert_ok(vault_add(in, jpeg(r, 1)));
    assert_int_equal(half_written(r), 1);
    arena_free(request); /* the connection was lost */
    assert_int_equal(half_written(r), 0);
    close(open(str_fmt(r->mem, "%.*s/incoming-0123456789abcdef", STR(r->folder)).p,
               O_CREAT | O_WRONLY, 0600));
    assert_int_equal(half_written(r), 1);
    Vault *again; /* after a crash */
    assert_ok(vault_open(r->mem, r->lane, r->folder, &again));
    assert_int_equal(half_written(r), 0);
    vault_close(again);
}

static void a_name_that_is_no_hash_finds_nothing(void **state)
{
    Room *r = *state;
    int fd;
    int64_t size;
    Str back;
    static const char *const names[] = {
        "", "../../etc/passwd", "abc",
        "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789",
        "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"};
    for (size_t i = 0; i < countof(names); i++) {
        assert_false(vault_has(r->vault, str(names[i])));
        assert_err(vault_descriptor(r->vault, str(names[i]), &fd, &size), ERR_NOT_FOUND);
        assert_err(vault_read(r->vault, r->mem, str(names[i]), true, &back), ERR_NOT_FOUND);
    }
}

static void hear(void *context, const char *text)
{
    Buf *b = context;
    buf_fmt(b, "%s\n", text);
}

static Str check(Room *r, int64_t *files)
{
    Buf said = BUF(r->mem);
    assert_ok(vault_check(r->vault, r->db, hear, &said, files));
    return buf_str(&said);
}

static char *place_of(Room *r, Str hash)
{
    return str_z(r->mem, str_fmt(r->mem, "%.*s/%.2s/%.*s", STR(r->folder), hash.p, STR(hash)));
}

static void check_finds_what_is_torn_or_missing_and_a_second_put_heals(void **state)
{
    Room *r = *state;
    VaultFile whole, torn, cut, missing;
    bool new;
    int64_t files;
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 1), NIL, 0, &whole, &new));
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 2), NIL, 0, &torn, &new));
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 3), NIL, 0, &cut, &new));
    assert_ok(vault_put(r->vault, r->mem, jpeg(r, 4), NIL, 0, &missing, &new));
    assert_int_equal(check(r, &files).n, 0);
    assert_int_equal(files, 4);
    int fd = open(place_of(r, torn.hash), O_WRONLY);
    assert_int_equal(pwrite(fd, "X", 1, 20), 1);
    close(fd);
    assert_int_equal(truncate(place_of(r, cut.hash), 10), 0);
    assert_int_equal(unlink(place_of(r, missing.hash)), 0);
    Str said = check(r, &files);
    assert_true(str_find(said, whole.hash) == SIZE_MAX);
    assert_true(str_find(said, str_fmt(r->mem, "%.*s is torn", STR(torn.hash))) != SIZE_MAX);
    assert_true(str_find(said, str_fmt(r->mem, "%.*s is torn", STR(cut.hash))) != SIZE_MAX);
    assert_true(str_find(said, str_fmt(r->mem, "%.*s is missing", STR(missing.hash))) !=
                SIZE_MAX);
    Str back;
    assert_err(vault_read(r->vault, r->mem, torn.hash, true, &back), VAULT_TORN);
    for (int i = 2; i <= 4; i++) {
        VaultFile f;
        assert_ok(vault_put(r->vault, r->mem, jpeg(r, i), NIL, 0, &f, &new));
        assert_true(new);
    }
    assert_int_equal(check(r, &files).n, 0);
}

static void a_folder_that_cannot_be_is_said(void **state)
{
    Room *r = *state;
    Vault *vault;
    assert_err(vault_open(r->mem, r->lane, S("/nonexistent/vault"), &vault), VAULT_BROKEN);
    assert_err(vault_open(r->mem, r->lane, str(r->path), &vault), VAULT_BROKEN); /* a file */
}

int main(void)
{
    crypt_init();
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_named_by_its_hash_and_comes_back),
        TEST(the_same_bytes_twice_are_one_file),
        TEST(only_four_types_judged_by_their_bytes),
        TEST(pieces_of_any_size_make_the_same_file),
        TEST(twenty_megabytes_and_no_more),
        TEST(what_is_not_kept_is_gone),
        TEST(a_name_that_is_no_hash_finds_nothing),
        TEST(check_finds_what_is_torn_or_missing_and_a_second_put_heals),
        TEST(a_folder_that_cannot_be_is_said),
    };
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
