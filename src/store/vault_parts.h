/* SPDX-License-Identifier: Apache-2.0 */
/* vault_parts.h: the vault's inside, for blobs.c and blobs_tidy.c only. */
#ifndef STORE_VAULT_PARTS_H
#define STORE_VAULT_PARTS_H

#include <stdatomic.h>

#include "base/crypt.h"
#include "store/blobs.h"

#define HASH_CHARS (2 * SHA256_SIZE)

struct Vault {
    Lane *lane;
    int folder;
    VaultLimits limits;
    _Atomic bool told;                /* every entry was read once: what is loose is known */
    _Atomic bool made[VAULT_FOLDERS]; /* this folder's name is on disk */
};

/* Logs errno; STORE_FULL or VAULT_BROKEN. */
const Err *vault_fault(const char *what, const char *name);
MUST bool vault_is_hash(Str hash);
/* "ab/abcd…", with a NUL byte. */
void vault_path(Str hash, char out[HASH_CHARS + 4]);

#endif
