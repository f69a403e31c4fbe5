/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h: whole files, bounded on the way in, atomic and durable on the way out. gzip is undone
 * on reading, told by its first two bytes and not by the file's name.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"

extern const Err FILE_MISSING; /* "file-missing": no such file */
extern const Err FILE_LARGE;   /* "file-large": over the cap */
extern const Err FILE_GZIP;    /* "file-gzip": compressed, but broken or cut short */
extern const Err FILE_SPACE;   /* "file-space": the disk is full; 507 */
extern const Err FILE_FAULT;   /* "file-fault": what the system said */

/* The whole file in mem, a NUL byte behind it; what gzip made is inflated. cap bounds the bytes
 * of the file and those that come of it. FILE_MISSING, FILE_LARGE, FILE_GZIP, FILE_FAULT. */
MUST const Err *file_read_all(Arena *mem, Str path, size_t cap, Str *out);
/* What one or more gzip members hold, at most cap bytes. FILE_LARGE, FILE_GZIP. */
MUST const Err *file_inflate(Arena *mem, Str packed, size_t cap, Str *out);
/* Bytes as one gzip member, quickly rather than small. */
MUST Str file_deflate(Arena *mem, Str plain);
/* Replaces the file whole or not at all: a new file beside it, fsync, rename, fsync of the
 * folder. mode is that of the new file (0600 for keys). FILE_SPACE, FILE_MISSING, FILE_FAULT;
 * after a fault the old file stands, unless only the folder's fsync failed. */
MUST const Err *file_write(Arena *mem, Str path, Str data, unsigned mode);
/* Writes all of data to an open file; 0, or the system's number of what went wrong. */
MUST int file_append(int fd, Str data);
/* Waits until the bytes of a file, or the entries of a folder, are on disk. FILE_MISSING,
 * FILE_SPACE, FILE_FAULT. */
MUST const Err *file_sync(Arena *mem, Str path);
/* The same for the folder in which path lies. */
MUST const Err *file_sync_folder(Arena *mem, Str path);

#endif
