/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blobs.h: the files of the house: photos and papers, each once, named by the SHA-256 of its
 * bytes, in the folder STORE.files/ab/abcd…. A file is acknowledged when it is whole on disk:
 * written beside its place, synced, renamed, its folder and the folder of folders synced, and
 * its row committed. It never changes after that. An fsync that fails ends the process, as the
 * store's does: what the kernel dropped cannot be asked for again.
 *
 * A file is loose until an entry of the ledger names it. Once named it stays for ever, whatever
 * becomes of the row that named it; loose it goes after a week (blobs_tidy.c), and what one
 * account may send in a day and hold loose is bounded (vault_admit).
 *
 * The rows (files: hash, size, type, when, by whom, named by which entry) are HOUSE: what
 * refers to a file by hash stands in the ledger, that the bytes are there is the vault's own
 * affair (vault_check).
 */
#ifndef STORE_BLOBS_H
#define STORE_BLOBS_H

#include "base/time.h"
#include "store/lane.h"

#define VAULT_MOST        ((int64_t)20 << 20) /* bytes of one file */
#define VAULT_PIXELS_MOST INT64_C(100000000)  /* of one picture */
#define VAULT_LOOSE_MS    (7 * MS_DAY)        /* how long a loose file stays */
#define VAULT_FOLDERS     256

typedef struct {
    int64_t region; /* 0 */
    Str hash;       /* 64 hex digits */
    int64_t size;
    Str type;     /* image/jpeg, image/png, image/webp, application/pdf */
    Instant at;   /* when it was last brought while loose, by the ledger's clock */
    int64_t by;   /* the person who brought it then; NIL: the house */
    int64_t used; /* the id of an entry that names it; NIL: loose, as far as was read */
} VaultFile;
extern const Table vault_table;

extern const Err VAULT_TYPE;    /* 415 "file-type": none of the four, by its content */
extern const Err VAULT_LARGE;   /* 413 "file-large" */
extern const Err VAULT_PIXELS;  /* 413 "picture-large" */
extern const Err VAULT_DAY;     /* 429 "file-share": in {0} minutes again, {1} MB a day */
extern const Err VAULT_LOOSE;   /* 429 "file-share": the same of what no entry names */
extern const Err VAULT_RESERVE; /* 507 "file-reserve": the disk is left to the ledger */
extern const Err VAULT_BROKEN;  /* 500 "vault": logged where it happened */
extern const Err VAULT_TORN;    /* 500 "file-torn": the bytes are not what the name says */

typedef struct Vault Vault;
/* Makes the folder when absent and clears what a crash left half written. Lives in mem (boot);
 * lane writes the rows. VAULT_BROKEN. */
MUST const Err *vault_open(Arena *mem, Lane *lane, Str folder, Vault **out);
void vault_close(Vault *vault); /* NULL is fine */

/* Keeps bytes: on disk, whole, when this returns NULL. *out_new: it was not there before; then
 * the person's share is asked of db (NULL: it is not), for what stands already costs nothing,
 * and a report that waits for it must get through. Waits for the lane. VAULT_TYPE, VAULT_LARGE,
 * VAULT_PIXELS, VAULT_DAY, VAULT_LOOSE, STORE_FULL, STORE_BUSY, VAULT_BROKEN. */
MUST const Err *vault_put(Vault *vault, Db *db, Arena *mem, Str bytes, int64_t by, Instant at,
                          VaultFile *out, bool *out_new);

/* What is admitted; all 0 from the start: everything. */
typedef struct {
    int64_t day;     /* bytes that one account may send within a day; 0: any number */
    int64_t loose;   /* bytes that one account may hold loose; 0: any number */
    int64_t reserve; /* bytes of its disk that files leave free; NIL: the smaller of 1 GiB and
                      * a twentieth of the disk */
} VaultLimits;
void vault_limit(Vault *vault, VaultLimits limits); /* before the first request */
/* Whether the disk has room for so many bytes above the reserve: VAULT_RESERVE. Any thread. */
MUST const Err *vault_room(const Vault *vault, int64_t bytes);
/* Whether a new file of so many bytes is within that person's share: VAULT_DAY, VAULT_LOOSE. A
 * file counts for 64 KiB at least, for it costs a row and a name. Loose files are not counted
 * before the ledger has once been read to its end. Any thread. */
MUST const Err *vault_admit(const Vault *vault, Db *db, Arena *mem, int64_t by, Instant now,
                            int64_t bytes);

/* Is it there? One stat, no row is read. Any thread. */
MUST bool vault_has(const Vault *vault, Str hash);
/* Its row. ERR_NOT_FOUND. */
MUST const Err *vault_find(Db *db, Str hash, Arena *mem, VaultFile *out);
/* Its bytes in mem; verify: hashed again. ERR_NOT_FOUND, VAULT_TORN, VAULT_BROKEN. */
MUST const Err *vault_read(const Vault *vault, Arena *mem, Str hash, bool verify, Str *out);
/* Opened for reading, for whoever sends it: the caller closes the descriptor. ERR_NOT_FOUND,
 * VAULT_BROKEN. */
MUST const Err *vault_descriptor(const Vault *vault, Str hash, int *out_fd, int64_t *out_size);

/* Reads every file and says, each as one line, which are torn, missing, or of another size than
 * their row says. A file without row is fine: the crash came before the acknowledgement. */
MUST const Err *vault_check(const Vault *vault, Db *db,
                            void (*fault)(void *context, const char *text), void *context,
                            int64_t *out_files);

/* ---- blobs_tidy.c: loose files go ---- */
/* An entry names this text of 64 hex digits: if it is a file, it is loose no more. On the lane;
 * a file without a row gets one. Scratch in mem. */
MUST const Err *vault_name(const Vault *vault, Db *db, Arena *mem, Str hash, int64_t entry,
                           Instant now);
/* Deletes the rows of at most VAULT_GO_MOST files that are loose and older than before; gives
 * them in mem. In a lane job that commits alone, after every entry there is was read. */
#define VAULT_GO_MOST 64
MUST const Err *vault_forget(Vault *vault, Db *db, Arena *mem, Instant before, VaultFile **out,
                             size_t *out_count);
/* Deletes the files themselves; in the done of that job. */
void vault_delete(const Vault *vault, const VaultFile *files, size_t count);
/* Gives rows to files of one of the VAULT_FOLDERS folders that have none, as if they had been
 * brought at now; *out_more: there may be more in it. Not on the lane's thread. */
MUST const Err *vault_take_in(const Vault *vault, Db *db, unsigned folder, Instant now,
                              bool *out_more);

#endif
