/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media.h: what kind of file bytes are, told from their content: magic bytes, a header that is
 * whole, and a size that a picture may have. Nothing is decoded: a file that passes may still
 * be damaged behind its header.
 */
#ifndef BASE_MEDIA_H
#define BASE_MEDIA_H

#include "base/str.h"

/* "image/jpeg", "image/png", "image/webp" or "application/pdf"; NULL: none of them, or cut off
 * within its header. out_pixels: width times height of a picture, 0 of a paper. */
MUST const char *media_type(Str bytes, int64_t *out_pixels);

#endif
