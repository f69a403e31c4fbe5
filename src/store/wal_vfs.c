/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wal_vfs.c: a SQLite VFS over the ordinary one, for the connection that writes. SQLite writes
 * each page of its write-ahead log in two pieces, a frame's head and the page; here they are
 * gathered and written in one piece when the log is synced, which with synchronous=FULL is
 * before anybody is told of a commit. Whatever else is asked of the log file is answered after
 * what was gathered has been written, so that it never looks otherwise than without us.
 */
#include <sqlite3.h>

#include "store/wal_vfs.h"

#define GATHER_MOST                                                                            \
    ((size_t)64 << 10) /* SQLite's own writer takes less than 128 KiB at once                  \
                        */

typedef struct {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
    sqlite3_int64 at;   /* where in the file the gathered bytes belong */
    size_t n;
    char *bytes;
} LogFile;

static sqlite3_vfs *below(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int write_out(LogFile *f)
{
    size_t n = f->n;
    f->n = 0;
    return n ? f->real->pMethods->xWrite(f->real, f->bytes, (int)n, f->at) : SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
    LogFile *f = (LogFile *)file;
    if (f->n && (at != f->at + (sqlite3_int64)f->n || f->n + (size_t)n > GATHER_MOST)) {
        int code = write_out(f);
        if (code != SQLITE_OK) return code;
    }
    if ((size_t)n > GATHER_MOST) return f->real->pMethods->xWrite(f->real, p, n, at);
    if (!f->n) f->at = at;
    memcpy(f->bytes + f->n, p, (size_t)n);
    f->n += (size_t)n;
    return SQLITE_OK;
}

static int log_close(sqlite3_file *file)
{
    LogFile *f = (LogFile *)file;
    int code = write_out(f), closed = f->real->pMethods->xClose(f->real);
    free(f->bytes);
    return code != SQLITE_OK ? code : closed;
}

/* The rest: what was gathered first, then as below. */
#define AFTER_WRITING(name, parameters, ...)                                                   \
    static int log_##name parameters                                                           \
    {                                                                                          \
        LogFile *f = (LogFile *)file;                                                          \
        int code = write_out(f);                                                               \
        return code != SQLITE_OK ? code : f->real->pMethods->x##name(f->real, __VA_ARGS__);    \
    }
AFTER_WRITING(Read, (sqlite3_file * file, void *p, int n, sqlite3_int64 at), p, n, at)
AFTER_WRITING(Truncate, (sqlite3_file * file, sqlite3_int64 size), size)
AFTER_WRITING(Sync, (sqlite3_file * file, int flags), flags)
AFTER_WRITING(FileSize, (sqlite3_file * file, sqlite3_int64 *out), out)
AFTER_WRITING(Lock, (sqlite3_file * file, int lock), lock)
AFTER_WRITING(Unlock, (sqlite3_file * file, int lock), lock)
AFTER_WRITING(CheckReservedLock, (sqlite3_file * file, int *out), out)
AFTER_WRITING(FileControl, (sqlite3_file * file, int what, void *arg), what, arg)

static int log_sector_size(sqlite3_file *file)
{
    LogFile *f = (LogFile *)file;
    return f->real->pMethods->xSectorSize(f->real);
}

static int log_characteristics(sqlite3_file *file)
{
    LogFile *f = (LogFile *)file;
    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_Read,
    .xWrite = log_write,
    .xTruncate = log_Truncate,
    .xSync = log_Sync,
    .xFileSize = log_FileSize,
    .xLock = log_Lock,
    .xUnlock = log_Unlock,
    .xCheckReservedLock = log_CheckReservedLock,
    .xFileControl = log_FileControl,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

/* Any file but a log is the one below itself, with nothing between. */
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    if (!(flags & SQLITE_OPEN_WAL))
        return below(vfs)->xOpen(below(vfs), name, file, flags, out_flags);
    LogFile *f = (LogFile *)file;
    *f = (LogFile){.real = (sqlite3_file *)(f + 1)};
    int code = below(vfs)->xOpen(below(vfs), name, f->real, flags, out_flags);
    if (code != SQLITE_OK) return code;
    f->bytes = malloc(GATHER_MOST);
    assert(f->bytes);
    f->base.pMethods = &log_methods;
    return SQLITE_OK;
}

void gather_register(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    vfs = *real;
    vfs.zName = GATHER_VFS;
    vfs.pAppData = real;
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(LogFile) + real->szOsFile;
    vfs.xOpen = open_file;
    int code = sqlite3_vfs_register(&vfs, 0);
    assert(code == SQLITE_OK);
}
