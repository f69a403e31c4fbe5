/* SPDX-License-Identifier: Apache-2.0 */
/* lec.c: three short scales and two multiplications, in integers so that no edge of a band is
 * ever missed by a rounding. */
#include "subject/lec.h"

const RiskBands LEC_BANDS = {.red = 32000, .orange = 16000, .yellow = 7000};
const RiskBands LS_BANDS = {.red = 16, .orange = 12, .yellow = 8};

const Err LEC_LIKELIHOOD = {.kind = ERR_INVALID,
                            .code = "lec-likelihood",
                            .zh = "可能性 L 应为 10、6、3、1、0.5、0.2、0.1 之一",
                            .en = "Likelihood L is one of 10, 6, 3, 1, 0.5, 0.2, 0.1"};
const Err LEC_EXPOSURE = {.kind = ERR_INVALID,
                          .code = "lec-exposure",
                          .zh = "暴露频率 E 应为 10、6、3、2、1、0.5 之一",
                          .en = "Exposure E is one of 10, 6, 3, 2, 1, 0.5"};
const Err LEC_CONSEQUENCE = {.kind = ERR_INVALID,
                             .code = "lec-consequence",
                             .zh = "后果 C 应为 100、40、15、7、3、1 之一",
                             .en = "Consequence C is one of 100, 40, 15, 7, 3, 1"};
const Err LS_STEP = {.kind = ERR_INVALID,
                     .code = "ls-step",
                     .zh = "可能性 L 和严重性 S 应为 1 至 5 的整数",
                     .en = "Likelihood L and severity S are whole numbers from 1 to 5"};

static bool among(int64_t n, const int64_t *scale, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (scale[i] == n) return true;
    return false;
}

const Err *lec_score(int64_t likelihood_10, int64_t exposure_10, int64_t consequence,
                     int64_t *out)
{
    static const int64_t likelihoods[] = {100, 60, 30, 10, 5, 2, 1};
    static const int64_t exposures[] = {100, 60, 30, 20, 10, 5};
    static const int64_t consequences[] = {100, 40, 15, 7, 3, 1};
    if (!among(likelihood_10, likelihoods, countof(likelihoods))) return &LEC_LIKELIHOOD;
    if (!among(exposure_10, exposures, countof(exposures))) return &LEC_EXPOSURE;
    if (!among(consequence, consequences, countof(consequences))) return &LEC_CONSEQUENCE;
    *out = likelihood_10 * exposure_10 * consequence;
    return NULL;
}

const Err *ls_score(int64_t likelihood, int64_t severity, int64_t *out)
{
    if (likelihood < 1 || likelihood > 5 || severity < 1 || severity > 5) return &LS_STEP;
    *out = likelihood * severity;
    return NULL;
}

RiskColour risk_colour(int64_t score, const RiskBands *bands)
{
    if (score > bands->red) return RISK_RED;
    if (score > bands->orange) return RISK_ORANGE;
    return score > bands->yellow ? RISK_YELLOW : RISK_BLUE;
}

const char *risk_colour_code(RiskColour colour)
{
    static const char *const codes[] = {"blue", "yellow", "orange", "red"};
    return codes[colour];
}
