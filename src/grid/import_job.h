/* SPDX-License-Identifier: Apache-2.0 */
/* import_job.h: what the imports share: the job's name, its acts, a map from codes to ids.
 * Private to this folder. */
#ifndef GRID_IMPORT_JOB_H
#define GRID_IMPORT_JOB_H

#include "grid/import.h"

#define IMPORT_ROWS_MOST 5000 /* changed rows of an entry */
#define IMPORT_ROW_MOST  8    /* that one row of a file may change */

typedef struct {
    const ImportSpec *spec;
    const char *kind;
    Import import;
    ImportDone done;
} ImportJob;

/* hash: of the file; null when there is none. */
void import_begin(ImportJob *job, const ImportSpec *spec, const char *kind, Str hash,
                  int64_t rows, Str note);
/* The SHA-256 of a text in hex. */
MUST Str import_hash(Arena *mem, Str text);
/* One act of the job in a region; decide records what goes in. */
MUST const Err *import_act(ImportJob *job, int64_t region,
                           const Err *(*decide)(Act *act, void *context), void *context);
/* The job's last act, into the region of the spec: the row that tells of the file. */
MUST const Err *import_end(ImportJob *job, ImportDone *out);

/* From text to id; zero it but for mem. Text must outlive it. */
typedef struct {
    Str key;
    int64_t id;
} MapItem;
typedef struct {
    Arena *mem;
    MapItem *items;
    size_t n, room; /* room: a power of two */
} Map;
void map_put(Map *map, Str key, int64_t id);   /* the key must not be there */
void map_set(Map *map, Str key, int64_t id);   /* the key must be there */
MUST int64_t map_get(const Map *map, Str key); /* NIL: not there */

#endif
