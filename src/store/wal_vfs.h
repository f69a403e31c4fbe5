/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wal_vfs.h: a VFS of SQLite's for a connection that writes with synchronous=FULL: what it adds
 * to the write-ahead log is written in one piece before each sync. Private to this folder.
 */
#ifndef STORE_WAL_VFS_H
#define STORE_WAL_VFS_H

#include "base/base.h"

#define GATHER_VFS "gather"

/* Makes the VFS known by that name; once a process, before a connection asks for it. */
void gather_register(void);

#endif
