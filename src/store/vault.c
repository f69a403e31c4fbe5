/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vault.c: files by content hash. The order is what makes a file safe: bytes, fsync, rename,
 * fsync of the folder, then the row. A half-written file has a name that no hash can have.
 */
#include "store/vault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/log.h"

const Err VAULT_TYPE = ERROR(ERR_MEDIA, "file-type", "只接受 JPEG、PNG、WebP 图片和 PDF",
                             "Only JPEG, PNG, WebP pictures and PDF");
const Err VAULT_LARGE =
    ERROR(ERR_LARGE, "file-large", "文件不能超过20 MB", "A file has at most 20 MB");
const Err VAULT_BROKEN = ERROR(ERR_BROKEN, "vault", "文件库出错,请联系系统管理员",
                               "The vault failed, tell the administrator");
const Err VAULT_TORN = ERROR(ERR_BROKEN, "file-torn", "文件 {0} 已损坏", "File {0} is damaged");

static const Column columns[] = {
    COLUMN(VaultFile, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(VaultFile, hash, KIND_TEXT, "摘要", "Hash", .flags = COLUMN_REQUIRED),
    COLUMN(VaultFile, size, KIND_INT, "字节数", "Size", .flags = COLUMN_REQUIRED),
    COLUMN(VaultFile, type, KIND_TEXT, "类型", "Type", .flags = COLUMN_REQUIRED),
    COLUMN(VaultFile, at, KIND_INSTANT, "时间", "At",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(VaultFile, by, KIND_REF, "上传人", "By", .flags = COLUMN_INTERNAL,
           .list = "persons"),
};
const Table vault_table = {.name = "files",
                           .class = CLASS_HOUSE,
                           .columns = columns,
                           .count = countof(columns),
                           .size = sizeof(VaultFile),
                           .primary = "(region, hash)"};

#define HEAD_BYTES 16 /* enough to tell the type */
#define HASH_CHARS (2 * SHA256_SIZE)
#define TEMP       "incoming-"

struct Vault {
    Lane *lane;
    int folder;
};

struct Incoming {
    Vault *vault;
    Arena *mem;
    Sha *sha;
    char name[40]; /* of the half-written file; empty when there is none */
    int fd;
    int64_t size;
    char head[HEAD_BYTES];
    const char *type; /* NULL: not known yet */
};

static const Err *fault(const char *what, const char *name)
{
    int code = errno;
    log_error("vault what=%s file=%.16s errno=%d", what, name, code);
    return code == ENOSPC || code == EDQUOT ? &STORE_FULL : &VAULT_BROKEN;
}

static bool is_hash(Str hash)
{
    return hash.n == HASH_CHARS && strspn(hash.p, "0123456789abcdef") >= HASH_CHARS;
}

/* "ab/abcd…", with a NUL byte. */
static void path_of(Str hash, char out[HASH_CHARS + 4])
{
    snprintf(out, HASH_CHARS + 4, "%.2s/%.*s", hash.p, HASH_CHARS, hash.p);
}

/* ---- the folder ---- */

static const Err *clear_half_written(const Vault *vault)
{
    int fd = openat(vault->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) return fault("list", ".");
    const Err *e = NULL;
    for (struct dirent *d; !e && (d = readdir(dir));)
        if (strncmp(d->d_name, TEMP, sizeof TEMP - 1) == 0 &&
            unlinkat(vault->folder, d->d_name, 0) != 0)
            e = fault("clear", d->d_name);
    closedir(dir);
    return e;
}

const Err *vault_open(Arena *mem, Lane *lane, Str folder, Vault **out)
{
    Vault *vault = arena_make(mem, Vault);
    vault->lane = lane;
    char *path = str_z(mem, folder);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return fault("mkdir", path);
    vault->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (vault->folder < 0) return fault("open", path);
    const Err *e = clear_half_written(vault);
    if (e) {
        vault_close(vault);
        return e;
    }
    *out = vault;
    return NULL;
}

void vault_close(Vault *vault)
{
    if (!vault) return;
    close(vault->folder);
    vault->folder = -1;
}

/* ---- in ---- */

/* By its first bytes; NULL: none of ours. */
static const char *type_of(const char *p, size_t n)
{
    if (n >= 4 && memcmp(p, "\xff\xd8\xff", 3) == 0 && (unsigned char)p[3] >= 0xc0)
        return "image/jpeg";
    if (n >= 16 && memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) == 0) return "image/png";
    if (n >= 15 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBPVP8", 7) == 0)
        return "image/webp";
    if (n >= 7 && (memcmp(p, "%PDF-1.", 7) == 0 || memcmp(p, "%PDF-2.", 7) == 0))
        return "application/pdf";
    return NULL;
}

void vault_drop(Incoming *in)
{
    if (in->fd >= 0) close(in->fd);
    in->fd = -1;
    if (in->name[0]) unlinkat(in->vault->folder, in->name, 0);
    in->name[0] = 0;
}

static void drop_with_arena(void *in)
{
    vault_drop(in);
}

const Err *vault_begin(Vault *vault, Arena *mem, Incoming **out)
{
    Incoming *in = arena_make(mem, Incoming);
    *in = (Incoming){.vault = vault, .mem = mem, .sha = sha_new(mem), .fd = -1};
    uint64_t chance;
    random_bytes(&chance, sizeof chance);
    snprintf(in->name, sizeof in->name, TEMP "%016llx", (unsigned long long)chance);
    in->fd = openat(vault->folder, in->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (in->fd < 0) {
        const Err *e = fault("create", in->name);
        in->name[0] = 0;
        return e;
    }
    arena_defer(mem, drop_with_arena, in);
    *out = in;
    return NULL;
}

static const Err *write_all(Incoming *in, Str bytes)
{
    while (bytes.n) {
        ssize_t n = write(in->fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fault("write", in->name);
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return NULL;
}

const Err *vault_add(Incoming *in, Str bytes)
{
    assert(in->fd >= 0);
    if (in->size + (int64_t)bytes.n > VAULT_MOST) return &VAULT_LARGE;
    if (in->size < HEAD_BYTES) {
        size_t at = (size_t)in->size, n = bytes.n < HEAD_BYTES - at ? bytes.n : HEAD_BYTES - at;
        if (n) memcpy(in->head + at, bytes.p, n);
        in->type = type_of(in->head, at + n);
        if (!in->type && at + n == HEAD_BYTES) return &VAULT_TYPE;
    }
    in->size += (int64_t)bytes.n;
    sha_add(in->sha, bytes);
    return write_all(in, bytes);
}

/* Whether what stands under the name is whole; what is torn is written anew. */
static bool stands(const Vault *vault, Arena *mem, Str hash, int64_t size)
{
    struct stat st;
    char path[HASH_CHARS + 4];
    path_of(hash, path);
    if (fstatat(vault->folder, path, &st, 0) != 0 || st.st_size != size) return false;
    Str bytes;
    return !vault_read(vault, mem, hash, true, &bytes);
}

static const Err *sync_folder(const Vault *vault, const char *name)
{
    int fd = openat(vault->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fault("open", name);
    const Err *e = fsync(fd) == 0 ? NULL : fault("sync", name);
    close(fd);
    return e;
}

/* Puts it in its place, unless a whole one stands there; the folder is synced either way: who
 * brought the one that stands may have been interrupted. */
static const Err *settle(Incoming *in, Str hash, bool there)
{
    const Vault *vault = in->vault;
    char path[HASH_CHARS + 4], folder[3] = {hash.p[0], hash.p[1], 0};
    path_of(hash, path);
    if (there) return sync_folder(vault, folder);
    if (fsync(in->fd) != 0) return fault("sync", in->name);
    const Err *e;
    if (mkdirat(vault->folder, folder, 0700) == 0) {
        if ((e = sync_folder(vault, "."))) return e;
    } else if (errno != EEXIST)
        return fault("mkdir", folder);
    if (renameat(vault->folder, in->name, vault->folder, path) != 0)
        return fault("rename", in->name);
    in->name[0] = 0;
    return sync_folder(vault, folder);
}

static const Err *row_write(void *context, Db *db)
{
    static const Sql sql = SQL(
        "INSERT INTO files (region, hash, size, type, at, by) VALUES (0, $1, $2, $3, $4, $5) "
        "ON CONFLICT (region, hash) DO NOTHING");
    const VaultFile *f = context;
    return db_run(
        db, &sql,
        ARGS(ARG_S(f->hash), ARG_I(f->size), ARG_S(f->type), ARG_I(f->at), ARG_I(f->by)), NULL);
}

const Err *vault_keep(Incoming *in, int64_t by, Instant at, VaultFile *out, bool *out_new)
{
    if (!in->type) return &VAULT_TYPE;
    unsigned char hash[SHA256_SIZE];
    sha_end(in->sha, hash);
    Buf hex = BUF(in->mem);
    buf_hex(&hex, hash, sizeof hash);
    VaultFile file = {
        .hash = buf_str(&hex), .size = in->size, .type = str(in->type), .at = at, .by = by};
    bool there = stands(in->vault, in->mem, file.hash, file.size);
    const Err *e = settle(in, file.hash, there);
    vault_drop(in);
    if (!e) e = lane_write(in->vault->lane, row_write, &file);
    if (e) return e;
    *out = file;
    *out_new = !there;
    return NULL;
}

const Err *vault_put(Vault *vault, Arena *mem, Str bytes, int64_t by, Instant at,
                     VaultFile *out, bool *out_new)
{
    Incoming *in;
    const Err *e = vault_begin(vault, mem, &in);
    if (e) return e;
    if (!(e = vault_add(in, bytes))) e = vault_keep(in, by, at, out, out_new);
    vault_drop(in);
    return e;
}

/* ---- out ---- */

bool vault_has(const Vault *vault, Str hash)
{
    char path[HASH_CHARS + 4];
    if (!is_hash(hash)) return false;
    path_of(hash, path);
    return faccessat(vault->folder, path, F_OK, 0) == 0;
}

const Err *vault_find(Db *db, Str hash, Arena *mem, VaultFile *out)
{
    static const Sql sql = SQL("SELECT * FROM files WHERE region = 0 AND hash = $1");
    return db_one(db, &sql, ARGS(ARG_S(hash)), &vault_table, mem, out);
}

const Err *vault_descriptor(const Vault *vault, Str hash, int *out_fd, int64_t *out_size)
{
    char path[HASH_CHARS + 4];
    if (!is_hash(hash)) return &ERR_NOT_FOUND;
    path_of(hash, path);
    int fd = openat(vault->folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? &ERR_NOT_FOUND : fault("open", path);
    struct stat st;
    if (fstat(fd, &st) != 0) {
        close(fd);
        return fault("stat", path);
    }
    *out_fd = fd;
    *out_size = st.st_size;
    return NULL;
}

const Err *vault_read(const Vault *vault, Arena *mem, Str hash, bool verify, Str *out)
{
    int fd;
    int64_t size;
    const Err *e = vault_descriptor(vault, hash, &fd, &size);
    if (e) return e;
    if (size > VAULT_MOST) {
        close(fd);
        return err_make(mem, &VAULT_TORN, hash, STR_NULL);
    }
    char *p = arena_alloc(mem, (size_t)size + 1);
    int64_t got = 0;
    for (ssize_t n; got < size; got += n)
        if ((n = read(fd, p + got, (size_t)(size - got))) <= 0) break;
    close(fd);
    if (got < size) return fault("read", hash.p);
    Str bytes = {p, (size_t)size};
    if (verify) {
        unsigned char sum[SHA256_SIZE];
        Buf hex = BUF(mem);
        sha256(bytes, sum);
        buf_hex(&hex, sum, sizeof sum);
        if (!str_eq(buf_str(&hex), hash)) return err_make(mem, &VAULT_TORN, hash, STR_NULL);
    }
    *out = bytes;
    return NULL;
}

/* ---- check ---- */

typedef struct {
    void (*fault)(void *context, const char *text);
    void *context;
    Arena *mem; /* of one file */
} Checking;

static void check_file(const Checking *c, const Vault *vault, const VaultFile *file)
{
    Str bytes;
    const Err *e = vault_read(vault, c->mem, file->hash, true, &bytes);
    const char *what = !e                          ? NULL
                       : err_is(e, &ERR_NOT_FOUND) ? "is missing"
                       : err_is(e, &VAULT_TORN)
                           ? "is torn: its bytes are not what its name says"
                           : "cannot be read";
    if (!e && (int64_t)bytes.n != file->size) what = "has another size than its row says";
    if (what) c->fault(c->context, str_fmt(c->mem, "file %.*s %s", STR(file->hash), what).p);
}

const Err *vault_check(const Vault *vault, Db *db, void (*say)(void *context, const char *text),
                       void *context, int64_t *out_files)
{
    static const Sql all = SQL("SELECT * FROM files WHERE region = 0 ORDER BY hash");
    Checking c = {say, context, arena_new(0)};
    Rows rows;
    int64_t files = 0;
    const Err *e = db_rows(db, &all, NO_ARGS, &rows);
    if (e) {
        arena_free(c.mem);
        return e;
    }
    while (rows_next(&rows)) {
        VaultFile file;
        arena_reset(c.mem);
        rows_read(&rows, &vault_table, c.mem, &file);
        check_file(&c, vault, &file);
        files++;
    }
    e = rows_close(&rows);
    arena_free(c.mem);
    if (!e) *out_files = files;
    return e;
}
