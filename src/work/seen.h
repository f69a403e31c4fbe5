/* SPDX-License-Identifier: Apache-2.0 */
/* seen.h: when somebody last had to do with a subject: whoever visits it, or reports there, has
 * seen it. */
#ifndef WORK_SEEN_H
#define WORK_SEEN_H

#include "store/store.h"

typedef struct Seen Seen;

/* Goes over all cases of the store once; lives in mem. Not for a request. */
MUST const Err *seen_load(Db *db, Arena *mem, Seen **out);
/* When the subject's last case was opened, NIL: never. seen is a Seen; as
 * subjects_ask_unseen wants it. */
MUST Instant seen_subject(void *seen, Db *db, int64_t subject);

#endif
