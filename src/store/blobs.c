/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blobs.c: files by content hash. The order is what makes a file safe: bytes, fsync, rename,
 * fsync of the folder, then the row. A half-written file has a name that no hash can have.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/media.h"
#include "store/vault_parts.h"

/* clang-format off */
const Err VAULT_TYPE = ERROR(ERR_MEDIA, "file-type", "只接受完好的 JPEG、PNG、WebP 图片和 PDF", "Only whole JPEG, PNG, WebP pictures and PDF");
const Err VAULT_LARGE = ERROR(ERR_LARGE, "file-large", "文件不能超过20 MB", "A file has at most 20 MB");
const Err VAULT_PIXELS = ERROR(ERR_LARGE, "picture-large", "图片不能超过 1 亿像素，请缩小后再传", "A picture has at most 100 megapixels: make it smaller");
/* 429 and not 507: the disk has room, it is this account that has had its share, and time or a
 * report gives it back; clients wait for a 429 and do not give up what they hold. */
const Err VAULT_DAY = ERROR(ERR_RATE, "file-share", "您一天内上传的文件已满 {1} MB，请 {0} 分钟后再传", "You have sent {1} MB of files within a day: try again in {0} minutes");
const Err VAULT_LOOSE = ERROR(ERR_RATE, "file-share", "您已上传、但没有任何上报用到的文件已满 {1} MB，请先提交上报，或 {0} 分钟后再传", "{1} MB of your files wait for a report that names them: send the reports first, or try again in {0} minutes");
const Err VAULT_RESERVE = ERROR(ERR_FULL, "file-reserve", "服务器磁盘剩余空间不足，暂不接收文件；文字上报不受影响，请联系系统管理员", "The server's disk is nearly full and takes no files now; reports without new files still go through. Tell the administrator");
const Err VAULT_BROKEN = ERROR(ERR_BROKEN, "vault", "文件库出错，请联系系统管理员", "The vault failed, tell the administrator");
const Err VAULT_TORN = ERROR(ERR_BROKEN, "file-torn", "文件 {0} 已损坏", "File {0} is damaged");
/* clang-format on */

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
    COLUMN(VaultFile, used, KIND_INT, "引用记录", "Named by entry", .flags = COLUMN_INTERNAL),
};
const Table vault_table = {
    .name = "files",
    .class = CLASS_HOUSE,
    .columns = columns,
    .count = countof(columns),
    .size = sizeof(VaultFile),
    .primary = "(region, hash)",
    .indexes = {"(region, by, at, used, size)", "(region, at) WHERE used IS NULL"}};

#define TEMP        "incoming-"
#define COUNTED     65536   /* bytes that the smallest file counts for */
#define WAIT        S("60") /* minutes */
#define RESERVE_GIB (INT64_C(1) << 30)

const Err *vault_fault(const char *what, const char *name)
{
    int code = errno;
    log_error("vault what=%s file=%.16s errno=%d", what, name, code);
    return code == ENOSPC || code == EDQUOT ? &STORE_FULL : &VAULT_BROKEN;
}

bool vault_is_hash(Str hash)
{
    return hash.n == HASH_CHARS && strspn(hash.p, "0123456789abcdef") >= HASH_CHARS;
}

void vault_path(Str hash, char out[HASH_CHARS + 4])
{
    snprintf(out, HASH_CHARS + 4, "%.2s/%.*s", hash.p, HASH_CHARS, hash.p);
}

/* A second fsync may say that all is well when the pages were dropped by the first. */
static void sync_or_end(int fd, const char *name)
{
    while (fsync(fd) != 0) {
        if (errno == EINTR) continue;
        vault_fault("sync", name);
        abort();
    }
}

/* ---- the folder ---- */

static const Err *clear_half_written(const Vault *vault)
{
    int fd = openat(vault->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) return vault_fault("list", ".");
    const Err *e = NULL;
    for (struct dirent *d; !e && (d = readdir(dir));)
        if (strncmp(d->d_name, TEMP, sizeof TEMP - 1) == 0 &&
            unlinkat(vault->folder, d->d_name, 0) != 0)
            e = vault_fault("clear", d->d_name);
    closedir(dir);
    return e;
}

static const Err *sync_folder(const Vault *vault, const char *name)
{
    int fd = openat(vault->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return vault_fault("open", name);
    sync_or_end(fd, name);
    close(fd);
    return NULL;
}

const Err *vault_open(Arena *mem, Lane *lane, Str folder, Vault **out)
{
    Vault *vault = arena_make(mem, Vault);
    vault->lane = lane;
    char *path = str_z(mem, folder);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return vault_fault("mkdir", path);
    vault->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (vault->folder < 0) return vault_fault("open", path);
    /* Its own name, too, is to be on disk; who may not read the folder above cannot see to it.
     */
    const Err *e = faccessat(vault->folder, "..", R_OK, 0) ? NULL : sync_folder(vault, "..");
    if (!e) e = clear_half_written(vault);
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

/* ---- shares ---- */

void vault_limit(Vault *vault, VaultLimits limits)
{
    vault->limits = limits;
}

/* A disk that does not say how full it is has room. */
const Err *vault_room(const Vault *vault, int64_t bytes)
{
    struct statvfs disk;
    int64_t reserve = vault->limits.reserve;
    if (!reserve || fstatvfs(vault->folder, &disk) != 0) return NULL;
    int64_t block = (int64_t)disk.f_frsize, twentieth = (int64_t)disk.f_blocks / 20 * block;
    if (reserve == NIL) reserve = twentieth < RESERVE_GIB ? twentieth : RESERVE_GIB;
    return (int64_t)disk.f_bavail * block - bytes < reserve ? &VAULT_RESERVE : NULL;
}

static const Err *share(Arena *mem, const Err *like, int64_t held, int64_t most)
{
    if (!most || held <= most) return NULL;
    return err_make(mem, like, WAIT, str_fmt(mem, "%lld", (long long)(most >> 20)));
}

const Err *vault_admit(const Vault *vault, Db *db, Arena *mem, int64_t by, Instant now,
                       int64_t bytes)
{
    static const Sql sql =
        SQL("SELECT sum(CASE WHEN size < $5 THEN $5 ELSE size END) FILTER (WHERE at > $3), "
            "sum(CASE WHEN size < $5 THEN $5 ELSE size END) FILTER (WHERE used IS NULL) "
            "FROM files WHERE region = 0 AND by = $1 AND at > $2 AND at <= $4");
    int64_t held[2] = {0}, more = bytes < COUNTED ? COUNTED : bytes;
    Rows rows;
    const Err *e = db_rows(db, &sql,
                           ARGS(ARG_I(by), ARG_I(now - VAULT_LOOSE_MS - MS_DAY),
                                ARG_I(now - MS_DAY), ARG_I(now), ARG_I(COUNTED)),
                           &rows);
    if (e) return e;
    if (rows_next(&rows))
        for (int i = 0; i < 2; i++)
            held[i] = rows_int(&rows, i) == NIL ? 0 : rows_int(&rows, i);
    e = rows_close(&rows);
    if (!e) e = share(mem, &VAULT_DAY, held[0] + more, vault->limits.day);
    if (!e && atomic_load(&vault->told))
        e = share(mem, &VAULT_LOOSE, held[1] + more, vault->limits.loose);
    return e;
}

/* ---- in ---- */

/* Whether what stands under the name is whole; what is torn is written anew. */
static bool stands(const Vault *vault, Arena *mem, Str hash, int64_t size)
{
    struct stat st;
    char path[HASH_CHARS + 4];
    vault_path(hash, path);
    if (fstatat(vault->folder, path, &st, 0) != 0 || st.st_size != size) return false;
    Str bytes;
    return !vault_read(vault, mem, hash, true, &bytes);
}

/* The folder of a hash, its name on disk. That it exists says nothing of that: who made it may
 * not have come to the sync, or be about to. */
static const Err *make_folder(Vault *vault, const char *name)
{
    _Atomic bool *made = &vault->made[strtoul(name, NULL, 16)];
    if (atomic_load(made)) return NULL;
    if (mkdirat(vault->folder, name, 0700) != 0 && errno != EEXIST)
        return vault_fault("mkdir", name);
    const Err *e = sync_folder(vault, ".");
    if (!e) atomic_store(made, true);
    return e;
}

static const Err *place(const Vault *vault, Str bytes, const char *path)
{
    uint64_t chance;
    char name[40];
    random_bytes(&chance, sizeof chance);
    snprintf(name, sizeof name, TEMP "%016llx", (unsigned long long)chance);
    int fd = openat(vault->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return vault_fault("create", name);
    errno = file_append(fd, bytes);
    const Err *e = errno ? vault_fault("write", name) : NULL;
    if (!e) sync_or_end(fd, name);
    close(fd);
    if (!e && renameat(vault->folder, name, vault->folder, path) != 0)
        e = vault_fault("rename", name);
    if (e) unlinkat(vault->folder, name, 0);
    return e;
}

/* Puts it in its place, unless a whole one stands there; the folder is synced either way: who
 * brought the one that stands may have been interrupted. */
static const Err *settle(Vault *vault, Str bytes, Str hash, bool there)
{
    char path[HASH_CHARS + 4], folder[3] = {hash.p[0], hash.p[1], 0};
    vault_path(hash, path);
    const Err *e = make_folder(vault, folder);
    if (!e && !there) e = place(vault, bytes, path);
    return e ? e : sync_folder(vault, folder);
}

typedef struct {
    const Vault *vault;
    VaultFile file;
} KeptBlob;

/* A loose file that comes again is as young as a new one. What stood when it was looked at may
 * have been deleted since: its sender is told to come again. */
static const Err *row_write(void *context, Db *db)
{
    static const Sql sql = SQL(
        "INSERT INTO files (region, hash, size, type, at, by) VALUES (0, $1, $2, $3, $4, $5) "
        "ON CONFLICT (region, hash) DO UPDATE SET at = excluded.at, by = excluded.by "
        "WHERE files.used IS NULL");
    const KeptBlob *kept = context;
    const VaultFile *f = &kept->file;
    if (!vault_has(kept->vault, f->hash)) return &STORE_BUSY;
    return db_run(
        db, &sql,
        ARGS(ARG_S(f->hash), ARG_I(f->size), ARG_S(f->type), ARG_I(f->at), ARG_I(f->by)), NULL);
}

const Err *vault_put(Vault *vault, Db *db, Arena *mem, Str bytes, int64_t by, Instant at,
                     VaultFile *out, bool *out_new)
{
    int64_t pixels;
    if ((int64_t)bytes.n > VAULT_MOST) return &VAULT_LARGE;
    const char *type = media_type(bytes, &pixels);
    if (!type) return &VAULT_TYPE;
    if (pixels > VAULT_PIXELS_MOST) return &VAULT_PIXELS;
    unsigned char hash[SHA256_SIZE];
    sha256(bytes, hash);
    Buf hex = BUF(mem);
    buf_hex(&hex, hash, sizeof hash);
    KeptBlob kept = {vault,
                     {.hash = buf_str(&hex),
                      .size = (int64_t)bytes.n,
                      .type = str(type),
                      .at = at,
                      .by = by,
                      .used = NIL}};
    bool there = stands(vault, mem, kept.file.hash, kept.file.size);
    const Err *e = NULL;
    if (db && !there) e = vault_admit(vault, db, mem, by, at, (int64_t)bytes.n);
    if (!e) e = settle(vault, bytes, kept.file.hash, there);
    if (!e) e = lane_write(vault->lane, row_write, &kept);
    if (e) return e;
    *out = kept.file;
    *out_new = !there;
    return NULL;
}

/* ---- out ---- */

bool vault_has(const Vault *vault, Str hash)
{
    char path[HASH_CHARS + 4];
    if (!vault_is_hash(hash)) return false;
    vault_path(hash, path);
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
    if (!vault_is_hash(hash)) return &ERR_NOT_FOUND;
    vault_path(hash, path);
    int fd = openat(vault->folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? &ERR_NOT_FOUND : vault_fault("open", path);
    struct stat st;
    if (fstat(fd, &st) != 0) {
        close(fd);
        return vault_fault("stat", path);
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
    if (got < size) return vault_fault("read", hash.p);
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
