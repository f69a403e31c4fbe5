/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vault.h: the files of the house: photos and papers, each once, named by the SHA-256 of its
 * bytes, in the folder STORE.files/ab/abcd…. A file is acknowledged when it is whole on disk:
 * written beside its place, synced, renamed, its folder synced, and its row committed. It never
 * changes after that and is never deleted here.
 *
 * The rows (files: hash, size, type, when, by whom) are HOUSE: what refers to a file by hash
 * stands in the ledger, that the bytes are there is the vault's own affair (vault_check).
 */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include "store/lane.h"

#define VAULT_MOST ((int64_t)20 << 20) /* bytes of one file */

typedef struct {
    int64_t region; /* 0 */
    Str hash;       /* 64 hex digits */
    int64_t size;
    Str type; /* image/jpeg, image/png, image/webp, application/pdf */
    Instant at;
    int64_t by; /* the person who first brought it; NIL: the house */
} VaultFile;
extern const Table vault_table;

extern const Err VAULT_TYPE;  /* 415 "file-type": none of the four, judged by its first bytes */
extern const Err VAULT_LARGE; /* 413 "file-large" */
extern const Err VAULT_BROKEN; /* 500 "vault": logged where it happened */
extern const Err VAULT_TORN;   /* 500 "file-torn": the bytes are not what the name says */

typedef struct Vault Vault;
/* Makes the folder when absent and clears what a crash left half written. Lives in mem (boot);
 * lane writes the rows. VAULT_BROKEN. */
MUST const Err *vault_open(Arena *mem, Lane *lane, Str folder, Vault **out);
void vault_close(Vault *vault); /* NULL is fine */

/* A file on its way in, piece by piece; used by one thread at a time. What is not kept is gone
 * with the arena, or at once by vault_drop. */
typedef struct Incoming Incoming;
MUST const Err *vault_begin(Vault *vault, Arena *mem, Incoming **out);
/* VAULT_LARGE, VAULT_TYPE as soon as it is known, STORE_FULL, VAULT_BROKEN: drop it then. */
MUST const Err *vault_add(Incoming *in, Str bytes);
/* Ends it: on disk, whole, when this returns NULL. *out_new: it was not there before. Waits for
 * the lane. VAULT_TYPE for an empty one. */
MUST const Err *vault_keep(Incoming *in, int64_t by, Instant at, VaultFile *out, bool *out_new);
void vault_drop(Incoming *in);
/* The three in one. */
MUST const Err *vault_put(Vault *vault, Arena *mem, Str bytes, int64_t by, Instant at,
                          VaultFile *out, bool *out_new);

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

#endif
