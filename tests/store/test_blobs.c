/* SPDX-License-Identifier: Apache-2.0 */
/* The vault: what is acknowledged is whole, what is torn is found, what is half is cleared. */
#include "store/blobs.h"

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

/* A small picture of 1 by 1; n makes it another one. */
static Str jpeg(Room *r, int n)
{
    Str head = {"\xff\xd8\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0", 15};
    return str_join(r->mem, head, str_fmt(r->mem, "picture number %d, and some more bytes", n));
}

static const Err *put(Room *r, Str bytes, int64_t by, Instant at, VaultFile *out)
{
    bool new;
    return vault_put(r->vault, NULL, r->mem, bytes, by, at, out, &new);
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
    assert_ok(vault_put(r->vault, NULL, r->mem, bytes = jpeg(r, 1), 71, 5000, &f, &new));
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
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 1), 71, 5000, &a, &new));
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 1), 72, 6000, &b, &new));
    assert_false(new);
    assert_true(str_eq(a.hash, b.hash));
    assert_ok(vault_find(r->db, a.hash, r->mem, &row));
    assert_int_equal(row.by, 72);   /* it is loose, and stays for the sake of who has */
    assert_int_equal(row.at, 6000); /* brought it last */
    assert_int_equal(half_written(r), 0);
}

static void only_four_types_judged_by_their_bytes(void **state)
{
    Room *r = *state;
    VaultFile f;
    assert_ok(put(r, S("%PDF-1.7\n…\n%%EOF\n"), NIL, 0, &f));
    assert_str(f.type, "application/pdf");
    assert_err(put(r, S("GIF89a, a picture of another kind"), NIL, 0, &f), VAULT_TYPE);
    assert_int_equal(half_written(r), 0);
}

static void a_picture_has_a_hundred_megapixels_and_no_more(void **state)
{
    Room *r = *state;
    VaultFile f;
    Str head = S("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), rest = S("\x08\2\0\0\0\0\0\0\0"),
        fits = S("\0\0\x27\x10\0\0\x27\x10"), over = S("\0\0\x27\x10\0\0\x27\x11");
    assert_ok(put(r, str_join(r->mem, str_join(r->mem, head, fits), rest), NIL, 0, &f));
    assert_err(put(r, str_join(r->mem, str_join(r->mem, head, over), rest), NIL, 0, &f),
               VAULT_PIXELS);
}

static void twenty_megabytes_and_no_more(void **state)
{
    Room *r = *state;
    VaultFile f;
    size_t most = (size_t)VAULT_MOST;
    char *bytes = calloc(1, most + 1);
    memcpy(bytes, jpeg(r, 1).p, 15);
    assert_err(put(r, (Str){bytes, most + 1}, NIL, 0, &f), VAULT_LARGE);
    assert_ok(put(r, (Str){bytes, most}, NIL, 0, &f));
    assert_int_equal(f.size, VAULT_MOST);
    free(bytes);
}

static void what_a_crash_left_half_written_is_cleared(void **state)
{
    Room *r = *state;
    close(open(str_fmt(r->mem, "%.*s/incoming-0123456789abcdef", STR(r->folder)).p,
               O_CREAT | O_WRONLY, 0600));
    assert_int_equal(half_written(r), 1);
    Vault *again;
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
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 1), NIL, 0, &whole, &new));
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 2), NIL, 0, &torn, &new));
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 3), NIL, 0, &cut, &new));
    assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, 4), NIL, 0, &missing, &new));
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
        assert_ok(vault_put(r->vault, NULL, r->mem, jpeg(r, i), NIL, 0, &f, &new));
        assert_true(new);
    }
    assert_int_equal(check(r, &files).n, 0);
}

/* ---- loose files ---- */

typedef struct {
    LaneJob job;
    Room *r;
    Instant before;
    VaultFile *gone;
    size_t count;
} Forget;

static const Err *forget_run(LaneJob *job, Db *db)
{
    Forget *f = (Forget *)job;
    return vault_forget(f->r->vault, db, f->r->mem, f->before, &f->gone, &f->count);
}

static void forget_done(LaneJob *job, const Err *e)
{
    Forget *f = (Forget *)job;
    assert_ok(e);
    vault_delete(f->r->vault, f->gone, f->count);
}

static size_t forget(Room *r, Instant before)
{
    Forget f = {.job = {.run = forget_run, .done = forget_done, .alone = true},
                .r = r,
                .before = before};
    assert_ok(lane_call(r->lane, &f.job));
    return f.count;
}

static void a_file_goes_when_it_is_old_and_no_entry_names_it(void **state)
{
    Room *r = *state;
    VaultFile old, named, young, row;
    assert_ok(put(r, jpeg(r, 1), 71, 1000, &old));
    assert_ok(put(r, jpeg(r, 2), 71, 1000, &named));
    assert_ok(put(r, jpeg(r, 3), 71, 2000, &young));
    assert_ok(vault_name(r->vault, r->db, r->mem, named.hash, 17, 3000));
    assert_int_equal(forget(r, 2000), 1);
    assert_false(vault_has(r->vault, old.hash));
    assert_err(vault_find(r->db, old.hash, r->mem, &row), ERR_NOT_FOUND);
    assert_true(vault_has(r->vault, named.hash) && vault_has(r->vault, young.hash));
    assert_ok(vault_find(r->db, named.hash, r->mem, &row));
    assert_int_equal(row.used, 17);
}

static void who_sends_a_loose_file_again_keeps_it(void **state)
{
    Room *r = *state;
    VaultFile f;
    assert_ok(put(r, jpeg(r, 1), 71, 1000, &f));
    assert_ok(put(r, jpeg(r, 1), 71, 5000, &f));
    assert_int_equal(forget(r, 2000), 0);
    assert_true(vault_has(r->vault, f.hash));
}

/* The file of a row that a crash took. */
static Str without_row(Room *r, int n)
{
    static const Sql sql = SQL("DELETE FROM files WHERE region = 0 AND hash = $1");
    VaultFile f;
    assert_ok(put(r, jpeg(r, n), 71, 1000, &f));
    assert_ok(db_run(r->db, &sql, ARGS(ARG_S(f.hash)), NULL));
    return f.hash;
}

static void a_file_without_a_row_is_taken_in_as_a_young_one(void **state)
{
    Room *r = *state;
    VaultFile row;
    bool more;
    Str hash = without_row(r, 1);
    for (unsigned folder = 0; folder < VAULT_FOLDERS; folder++) {
        assert_ok(vault_take_in(r->vault, r->db, folder, 9000, &more));
        assert_false(more);
    }
    assert_ok(vault_find(r->db, hash, r->mem, &row));
    assert_int_equal(row.at, 9000);
    assert_int_equal(row.used, NIL);
    assert_int_equal(row.size, (int64_t)jpeg(r, 1).n);
    assert_int_equal(forget(r, 9000), 0);
    assert_int_equal(forget(r, 9001), 1);
}

static void a_file_without_a_row_that_an_entry_names_never_goes(void **state)
{
    Room *r = *state;
    VaultFile row;
    Str hash = without_row(r, 1);
    assert_ok(vault_name(r->vault, r->db, r->mem, hash, 17, 3000));
    assert_ok(vault_name(r->vault, r->db, r->mem, hash, 18, 4000));
    assert_ok(vault_find(r->db, hash, r->mem, &row));
    assert_int_equal(row.used, 17);
    assert_int_equal(forget(r, INSTANT_MAX), 0);
}

static void digits_that_are_no_file_get_no_row(void **state)
{
    Room *r = *state;
    VaultFile row;
    Str hash = S("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789");
    assert_ok(vault_name(r->vault, r->db, r->mem, hash, 17, 3000));
    assert_err(vault_find(r->db, hash, r->mem, &row), ERR_NOT_FOUND);
}

/* ---- shares ---- */

static const Err *admit(Room *r, int64_t by, Instant now, int64_t bytes)
{
    return vault_admit(r->vault, r->db, r->mem, by, now, bytes);
}

static void an_account_has_its_share_of_a_day(void **state)
{
    Room *r = *state;
    VaultFile f;
    vault_limit(r->vault, (VaultLimits){.day = 1 << 20});
    assert_ok(put(r, jpeg(r, 1), 71, 1000, &f));
    assert_ok(admit(r, 71, 2000, (1 << 20) - 65536)); /* the small one counts for 64 KiB */
    assert_err(admit(r, 71, 2000, (1 << 20) - 65535), VAULT_DAY);
    assert_ok(admit(r, 72, 2000, 1 << 20));
    assert_ok(admit(r, 71, 1000 + MS_DAY, 1 << 20));
    assert_ok(vault_name(r->vault, r->db, r->mem, f.hash, 17, 3000));
    assert_err(admit(r, 71, 2000, 1 << 20), VAULT_DAY); /* named or not */
}

static void an_account_has_its_share_of_what_no_entry_names(void **state)
{
    Room *r = *state;
    VaultFile f;
    vault_limit(r->vault, (VaultLimits){.loose = 1 << 20});
    assert_ok(put(r, jpeg(r, 1), 71, 1000, &f));
    assert_ok(admit(r, 71, 2000, 1 << 20)); /* what is loose is not known yet */
    assert_int_equal(forget(r, 0), 0);
    assert_err(admit(r, 71, 2000, 1 << 20), VAULT_LOOSE);
    assert_ok(admit(r, 72, 2000, 1 << 20));
    assert_ok(vault_name(r->vault, r->db, r->mem, f.hash, 17, 3000));
    assert_ok(admit(r, 71, 2000, 1 << 20));
}

static void what_stands_already_comes_again_whatever_the_share(void **state)
{
    Room *r = *state;
    VaultFile f;
    bool new;
    vault_limit(r->vault, (VaultLimits){.day = 1});
    assert_ok(put(r, jpeg(r, 1), 71, 1000, &f));
    assert_ok(vault_put(r->vault, r->db, r->mem, jpeg(r, 1), 71, 2000, &f, &new));
    assert_err(vault_put(r->vault, r->db, r->mem, jpeg(r, 2), 71, 2000, &f, &new), VAULT_DAY);
    assert_int_equal(half_written(r), 0);
}

static void the_disk_keeps_its_reserve(void **state)
{
    Room *r = *state;
    vault_limit(r->vault, (VaultLimits){.reserve = INT64_MAX});
    assert_err(vault_room(r->vault, 1), VAULT_RESERVE);
    vault_limit(r->vault, (VaultLimits){.reserve = 1});
    assert_err(vault_room(r->vault, INT64_MAX / 2), VAULT_RESERVE);
    assert_ok(vault_room(r->vault, 1));
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
        TEST(a_picture_has_a_hundred_megapixels_and_no_more),
        TEST(twenty_megabytes_and_no_more),
        TEST(what_a_crash_left_half_written_is_cleared),
        TEST(a_name_that_is_no_hash_finds_nothing),
        TEST(check_finds_what_is_torn_or_missing_and_a_second_put_heals),
        TEST(a_file_goes_when_it_is_old_and_no_entry_names_it),
        TEST(who_sends_a_loose_file_again_keeps_it),
        TEST(a_file_without_a_row_is_taken_in_as_a_young_one),
        TEST(a_file_without_a_row_that_an_entry_names_never_goes),
        TEST(digits_that_are_no_file_get_no_row),
        TEST(an_account_has_its_share_of_a_day),
        TEST(an_account_has_its_share_of_what_no_entry_names),
        TEST(what_stands_already_comes_again_whatever_the_share),
        TEST(the_disk_keeps_its_reserve),
        TEST(a_folder_that_cannot_be_is_said),
    };
    return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
