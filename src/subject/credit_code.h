/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit_code.h: the unified social credit code (统一社会信用代码) of GB 32100-2015: 18
 * characters of 0-9 A-Z without I O S V Z, the last one a check over the others. Positions 9 to
 * 17 hold the organisation code of GB 11714-1997 with a check of its own; codes are about in
 * which only that one fails, so it warns and does not refuse.
 *
 * The place in positions 3 to 8 is where the body was registered, not where it works.
 */
#ifndef SUBJECT_CREDIT_CODE_H
#define SUBJECT_CREDIT_CODE_H

#include "base/err.h"

#define USCC_SIZE 18

extern const Err USCC_LENGTH;       /* "uscc-length": not 18 characters */
extern const Err USCC_CHARACTER;    /* "uscc-character": one that the code does not use */
extern const Err USCC_CHECK;        /* "uscc-check": the check character is another */
extern const Err USCC_ORGANISATION; /* "uscc-organisation": a warning */

/* As the code is to be kept: without white space at the ends, full-width letters and digits
 * made half-width, capitals. STR_NULL stays. */
MUST Str uscc_normalise(Arena *mem, Str text);
/* Whether a normalised text is a code. USCC_LENGTH, USCC_CHARACTER, USCC_CHECK. */
MUST const Err *uscc_check(Arena *mem, Str code);
/* USCC_ORGANISATION when the organisation code within a code that uscc_check passed is
 * doubtful, else NULL. */
MUST const Err *uscc_warning(Str code);

#endif
