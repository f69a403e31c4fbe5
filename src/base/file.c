/* SPDX-License-Identifier: Apache-2.0 */
/* file.c: the few places where base meets the disk; every fault names the path it was about. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

const Err FILE_MISSING = {.kind = ERR_MISSING,
                          .code = "file-missing",
                          .zh = "没有文件 {0}",
                          .en = "There is no file {0}"};
const Err FILE_LARGE = {.kind = ERR_LARGE,
                        .code = "file-large",
                        .zh = "{0} 超过 {1} 字节",
                        .en = "{0} is larger than {1} bytes"};
const Err FILE_GZIP = {.kind = ERR_INVALID,
                       .code = "file-gzip",
                       .zh = "{0} 是损坏或不完整的 gzip 数据",
                       .en = "{0} is broken or incomplete gzip data"};
const Err FILE_SPACE = {.kind = ERR_FULL,
                        .code = "file-space",
                        .zh = "磁盘已满,{0} 未写入",
                        .en = "The disk is full: {0} was not written"};
const Err FILE_FAULT = {.kind = ERR_BROKEN,
                        .code = "file-fault",
                        .zh = "{0}:系统报告 {1}",
                        .en = "{0}: the system says {1}"};

static const Err *system_err(Arena *mem, Str path, int number)
{
    if (number == ENOENT) return err_make(mem, &FILE_MISSING, path, STR_NULL);
    if (number == ENOSPC || number == EDQUOT) return err_make(mem, &FILE_SPACE, path, STR_NULL);
    const char *said = strerrordesc_np(number);
    return err_make(mem, &FILE_FAULT, path, str(said ? said : "?"));
}

static const Err *too_large(Arena *mem, Str what, size_t cap)
{
    return err_make(mem, &FILE_LARGE, what, str_fmt(mem, "%zu", cap));
}

/* Reads on until the end or one byte over cap. */
static const Err *read_on(Arena *mem, int fd, Str path, size_t cap, Buf *out)
{
    while (out->n <= cap) {
        size_t room = out->cap > out->n + 1 ? out->cap - out->n - 1 : 65536;
        buf_room(out, room);
        ssize_t n = read(fd, out->p + out->n, room);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_err(mem, path, errno);
        if (n == 0) {
            out->p[out->n] = 0;
            return NULL;
        }
        out->n += (size_t)n;
    }
    return too_large(mem, path, cap);
}

static const Err *inflate_all(Arena *mem, Str what, Str packed, size_t cap, Str *out)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p};
    int ready = inflateInit2(&z, 15 + 16); /* gzip only */
    assert(ready == Z_OK);
    Buf all = BUF(mem);
    buf_room(&all, packed.n < cap / 4 ? packed.n * 4 : cap);
    Str rest = packed;
    int state = Z_OK;
    /* A member may end and another begin; the input may be longer than avail_in can say. */
    while (all.n <= cap && (state == Z_OK || (state == Z_STREAM_END && rest.n))) {
        if (state == Z_STREAM_END) inflateReset(&z);
        if (all.cap - all.n < 2) buf_room(&all, all.n);
        size_t in = rest.n < UINT_MAX ? rest.n : UINT_MAX;
        size_t room = all.cap - all.n - 1 < UINT_MAX ? all.cap - all.n - 1 : UINT_MAX;
        z.next_in = (Bytef *)(uintptr_t)rest.p;
        z.avail_in = (uInt)in;
        z.next_out = (Bytef *)all.p + all.n;
        z.avail_out = (uInt)room;
        state = inflate(&z, Z_NO_FLUSH);
        rest = (Str){rest.p + (in - z.avail_in), rest.n - (in - z.avail_in)};
        all.n += room - z.avail_out;
    }
    inflateEnd(&z);
    if (all.n > cap) return too_large(mem, what, cap);
    if (state != Z_STREAM_END) return err_make(mem, &FILE_GZIP, what, STR_NULL);
    all.p[all.n] = 0;
    *out = buf_str(&all);
    return NULL;
}

const Err *file_inflate(Arena *mem, Str packed, size_t cap, Str *out)
{
    return inflate_all(mem, S("gzip"), packed, cap, out);
}

Str file_deflate(Arena *mem, Str plain)
{
    z_stream z = {0};
    int state = deflateInit2(&z, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    assert(state == Z_OK && plain.n <= UINT_MAX);
    Buf out = BUF(mem);
    uLong room = deflateBound(&z, (uLong)plain.n);
    buf_room(&out, room);
    z.next_in = (Bytef *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = (Bytef *)out.p;
    z.avail_out = (uInt)room;
    state = deflate(&z, Z_FINISH);
    assert(state == Z_STREAM_END);
    out.n = room - z.avail_out;
    deflateEnd(&z);
    return buf_str(&out);
}

const Err *file_read_all(Arena *mem, Str path, size_t cap, Str *out)
{
    int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_err(mem, path, errno);
    struct stat about;
    Buf all = BUF(mem);
    const Err *e = fstat(fd, &about) ? system_err(mem, path, errno) : NULL;
    if (!e && S_ISREG(about.st_mode) && (uint64_t)about.st_size > cap)
        e = too_large(mem, path, cap);
    if (!e) {
        buf_room(&all, S_ISREG(about.st_mode) ? (size_t)about.st_size + 1 : 65536);
        e = read_on(mem, fd, path, cap, &all);
    }
    close(fd);
    if (e) return e;
    if (str_starts(buf_str(&all), S("\x1f\x8b")))
        return inflate_all(mem, path, buf_str(&all), cap, out);
    *out = buf_str(&all);
    return NULL;
}

int file_append(int fd, Str data)
{
    while (data.n) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        data = (Str){data.p + n, data.n - (size_t)n};
    }
    return 0;
}

/* The number of the system's fault, or 0; the file is closed either way. */
static int fill_and_close(int fd, Str data, unsigned mode)
{
    int number = fchmod(fd, (mode_t)mode) ? errno : file_append(fd, data);
    if (!number && fsync(fd)) number = errno;
    if (close(fd) && !number) number = errno;
    return number;
}

const Err *file_sync(Arena *mem, Str path)
{
    int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_err(mem, path, errno);
    const Err *e = fsync(fd) ? system_err(mem, path, errno) : NULL;
    close(fd);
    return e;
}

const Err *file_sync_folder(Arena *mem, Str path)
{
    size_t n = path.n;
    while (n && path.p[n - 1] != '/')
        n--;
    return file_sync(mem, n ? (Str){path.p, n} : S("."));
}

const Err *file_write(Arena *mem, Str path, Str data, unsigned mode)
{
    Str beside = str_fmt(mem, "%.*s.XXXXXX", STR(path));
    char *name = str_z(mem, beside);
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0) return system_err(mem, path, errno);
    int number = fill_and_close(fd, data, mode);
    if (!number && rename(name, str_z(mem, path))) number = errno;
    if (number) {
        unlink(name);
        return system_err(mem, path, number);
    }
    return file_sync_folder(mem, path);
}
