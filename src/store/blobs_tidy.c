/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blobs_tidy.c: loose files go. Why no file goes that an entry names, and no act names a file
 * that goes:
 *
 * Acts look for the files they name on the lane's thread, and the rows of loose files are
 * deleted there, in a job that commits alone and that has just read the ledger to its end. An
 * act before it has left its entry, which was read; an act behind it comes after done, when the
 * file is gone. Rows go first, are committed, then the files: a crash between the two leaves a
 * file without a row, which is taken in again as a young one, and never a row without its file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/media.h"
#include "store/vault_parts.h"

#define FOUND_MOST 64

/* What a file without a row is, by its bytes; false: torn, gone, or none of ours. */
static bool look(const Vault *vault, Arena *mem, Str hash, Instant now, VaultFile *out)
{
    Str bytes;
    int64_t pixels;
    if (vault_read(vault, mem, hash, true, &bytes)) return false;
    const char *type = media_type(bytes, &pixels);
    if (!type) return false;
    *out = (VaultFile){.hash = hash,
                       .size = (int64_t)bytes.n,
                       .type = str(type),
                       .at = now,
                       .by = NIL,
                       .used = NIL};
    return true;
}

static const Err *row_give(Db *db, const VaultFile *f)
{
    static const Sql sql = SQL("INSERT INTO files (region, hash, size, type, at, by, used) "
                               "VALUES (0, $1, $2, $3, $4, $5, $6) "
                               "ON CONFLICT (region, hash) DO NOTHING");
    return db_run(db, &sql,
                  ARGS(ARG_S(f->hash), ARG_I(f->size), ARG_S(f->type), ARG_I(f->at),
                       ARG_I(f->by), ARG_I(f->used)),
                  NULL);
}

const Err *vault_name(const Vault *vault, Db *db, Arena *mem, Str hash, int64_t entry,
                      Instant now)
{
    static const Sql sql =
        SQL("UPDATE files SET used = $2 WHERE region = 0 AND hash = $1 AND used IS NULL");
    int64_t changed;
    VaultFile file;
    const Err *e = db_run(db, &sql, ARGS(ARG_S(hash), ARG_I(entry)), &changed);
    if (e || changed || !vault_has(vault, hash)) return e;
    e = vault_find(db, hash, mem, &file);
    if (!err_is(e, &ERR_NOT_FOUND) || !look(vault, mem, hash, now, &file)) return e;
    file.used = entry;
    return row_give(db, &file);
}

const Err *vault_forget(Vault *vault, Db *db, Arena *mem, Instant before, VaultFile **out,
                        size_t *out_count)
{
    static const Sql old = SQL("SELECT * FROM files WHERE region = 0 AND used IS NULL AND "
                               "at < $1 ORDER BY at LIMIT $2");
    static const Sql forget = SQL("DELETE FROM files WHERE region = 0 AND hash = $1");
    VaultFile *files;
    size_t n;
    atomic_store(&vault->told, true);
    const Err *e = db_all(db, &old, ARGS(ARG_I(before), ARG_I(VAULT_GO_MOST)), &vault_table,
                          mem, &files, &n);
    for (size_t i = 0; !e && i < n; i++)
        e = db_run(db, &forget, ARGS(ARG_S(files[i].hash)), NULL);
    if (e) return e;
    *out = files;
    *out_count = n;
    return NULL;
}

void vault_delete(const Vault *vault, const VaultFile *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[HASH_CHARS + 4];
        vault_path(files[i].hash, path);
        if (unlinkat(vault->folder, path, 0) != 0 && errno != ENOENT)
            vault_fault("delete", path);
    }
}

/* ---- files without a row ---- */

typedef struct {
    const Vault *vault;
    VaultFile files[FOUND_MOST];
    size_t count;
} LooseFiles;

/* On the lane, where none is being deleted. */
static const Err *rows_give(void *context, Db *db)
{
    const LooseFiles *found = context;
    const Err *e = NULL;
    for (size_t i = 0; !e && i < found->count; i++)
        if (vault_has(found->vault, found->files[i].hash)) e = row_give(db, &found->files[i]);
    return e;
}

/* Adds a file of that name when it has no row. */
static const Err *find(LooseFiles *found, Db *db, Arena *mem, Arena *scratch, Str name,
                       Instant now)
{
    VaultFile file;
    if (!vault_is_hash(name)) return NULL;
    const Err *e = vault_find(db, name, scratch, &file);
    if (!err_is(e, &ERR_NOT_FOUND)) return e;
    if (!look(found->vault, scratch, name, now, &file)) return NULL;
    file.hash = str_dup(mem, name);
    found->files[found->count++] = file;
    return NULL;
}

const Err *vault_take_in(const Vault *vault, Db *db, unsigned folder, Instant now,
                         bool *out_more)
{
    char name[8];
    snprintf(name, sizeof name, "%02x", folder);
    *out_more = false;
    int fd = openat(vault->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? NULL : vault_fault("list", name);
    DIR *dir = fdopendir(fd);
    if (!dir) return vault_fault("list", name);
    Arena *mem = arena_new(0), *scratch = arena_new(0);
    LooseFiles found = {.vault = vault};
    const Err *e = NULL;
    for (struct dirent *d; !e && found.count < FOUND_MOST && (d = readdir(dir));) {
        e = find(&found, db, mem, scratch, str(d->d_name), now);
        arena_reset(scratch);
    }
    closedir(dir);
    if (!e && found.count) e = lane_write(vault->lane, rows_give, &found);
    if (!e && found.count) log_info("vault folder=%s taken_in=%zu", name, found.count);
    *out_more = !e && found.count == FOUND_MOST;
    arena_free(scratch);
    arena_free(mem);
    return e;
}
