/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lec.h: the risk colour (风险四色) of a subject by numbers: LEC (likelihood · exposure ·
 * consequence; Kinney and Wiruth, 1976) and LS (likelihood · severity), the two methods in use
 * for graded risk control (双重预防). Scores are exact integers; the bands are arguments, for a
 * region may set its own.
 *
 * That some conditions are red at once, whatever the number, is for whoever asks to know.
 */
#ifndef SUBJECT_LEC_H
#define SUBJECT_LEC_H

#include "base/err.h"

typedef enum { RISK_BLUE, RISK_YELLOW, RISK_ORANGE, RISK_RED } RiskColour;

/* A score of more than red is red, else of more than orange orange, else of more than yellow
 * yellow, else blue. */
typedef struct {
    int64_t red, orange, yellow;
} RiskBands;

extern const RiskBands LEC_BANDS; /* of D · 100: 320, 160, 70 */
extern const RiskBands LS_BANDS;  /* of R: 20 to 25, 15 and 16, 9 to 12, 1 to 8 */

extern const Err LEC_LIKELIHOOD;  /* "lec-likelihood": no value of the L scale */
extern const Err LEC_EXPOSURE;    /* "lec-exposure": no value of the E scale */
extern const Err LEC_CONSEQUENCE; /* "lec-consequence": no value of the C scale */
extern const Err LS_STEP;         /* "ls-step": not 1 to 5 */

/* D · 100 = L · E · C from L · 10, E · 10 (decimals of one place) and C. The errors above. */
MUST const Err *lec_score(int64_t likelihood_10, int64_t exposure_10, int64_t consequence,
                          int64_t *out);
/* R = L · S, each 1 to 5. LS_STEP. */
MUST const Err *ls_score(int64_t likelihood, int64_t severity, int64_t *out);
MUST RiskColour risk_colour(int64_t score, const RiskBands *bands);
/* "red", "orange", "yellow", "blue". */
MUST const char *risk_colour_code(RiskColour colour);

#endif
