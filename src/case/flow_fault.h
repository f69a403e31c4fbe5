/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_fault.h: what can be wrong with a flow beyond its form, once: name, code, and the
 * sentence in both languages. The manual's list of faults is printed from here.
 */
#ifndef CASE_FLOW_FAULT_H
#define CASE_FLOW_FAULT_H

#include "def/yaml.h"

/* clang-format off */
#define FLOW_FAULTS(X) \
    /* what a name stands for */ \
    X(FAULT_STATE, "unknown-state", "没有名为“{0}”的状态", "There is no state \"{0}\"") \
    X(FAULT_MOVE, "unknown-move", "没有名为“{0}”的办理动作", "There is no move \"{0}\"") \
    X(FAULT_ROLE, "unknown-role", "“{0}”不是角色,应写 角色@位置,位置为 area region department lead_department subject", "\"{0}\" is no role: write role@anchor, the anchor being area region department lead_department or subject") \
    X(FAULT_PAPER, "unknown-paper", "代码表 document 中没有文书“{0}”", "The code list document has no paper \"{0}\"") \
    X(FAULT_EMPTY, "empty", "“{0}”至少要有一项", "\"{0}\" needs at least one") \
    /* maps of terms */ \
    X(FAULT_NO_ELSE, "no-else", "按条件分支必须有 else,否则都不成立时无路可走", "A map of terms needs else, or there is nowhere to go when none holds") \
    X(FAULT_ELSE_LAST, "else-last", "else 须是最后一项,写在它后面的“{0}”永远轮不到", "else is the last one: \"{0}\" behind it is never reached") \
    /* states */ \
    X(FAULT_NO_DUTY, "no-duty", "状态“{0}”没有责任岗位(duty)", "The state \"{0}\" has no duty: nobody would be answerable") \
    X(FAULT_NO_CLOCK, "no-clock", "状态“{0}”没有时限(clock)", "The state \"{0}\" has no clock") \
    X(FAULT_END_KEY, "end-key", "终结状态“{0}”不能有“{1}”", "The end \"{0}\" cannot have \"{1}\"") \
    X(FAULT_DUTY_ROLE, "duty-role", "“{0}”不能作责任岗位:责任只归能承担办理的政府岗位", "\"{0}\" cannot be a duty: only a government seat that may act is answerable") \
    X(FAULT_ANCHOR, "anchor", "角色“{0}”不设在“{1}”", "Seats of \"{0}\" do not hang at \"{1}\"") \
    X(FAULT_NO_ANCHOR, "no-anchor", "“{0}”要写明位置,如 {0}@{1}", "\"{0}\" must say where, as in {0}@{1}") \
    X(FAULT_PARTY, "party-role", "party 应是单位的人,如 main_responsible_person@subject,“{0}”不是", "A party is one of the subject's people such as main_responsible_person@subject, which \"{0}\" is not") \
    X(FAULT_UNTIL, "until-kind", "until 应是 date 字段,“{0}”不是", "until names a date field, which \"{0}\" is not") \
    X(FAULT_CLOCK_ACTS, "clock-acts", "时限只能提醒(warn)、提级(rise)、起草(draft),不能“{0}”", "A clock may warn, rise and draft; it cannot \"{0}\"") \
    X(FAULT_LATE_IDLE, "late-idle", "到了 {0} 什么也不做:写 warn、rise 或 draft", "Nothing happens at {0}: write warn, rise or draft") \
    /* moves */ \
    X(FAULT_NO_FILING, "no-filing", "没有立项动作(没有 from 的动作)", "No move files a case: one without from is needed") \
    X(FAULT_NO_END, "no-end", "没有终结状态(end)", "No state is an end") \
    X(FAULT_FILING_BY, "filing-by", "立项时还没有{0},by 应写角色", "When a case is filed there is no {0} yet: by names roles") \
    X(FAULT_FILING_KEY, "filing-key", "立项动作“{0}”不能有“{1}”", "The filing move \"{0}\" cannot have \"{1}\"") \
    X(FAULT_THEN, "then-alone", "then 要与 limit 一起写", "then goes with limit") \
    X(FAULT_NO_PARTY, "no-party", "状态“{0}”没有 party,“{1}”却由 party 办理", "The state \"{0}\" has no party, yet \"{1}\" is by party") \
    X(FAULT_MEASURE, "measure", "指标“{0}”应有 count 或 gauge 之一", "The measure \"{0}\" has either count or gauge") \
    X(FAULT_FIGURE, "figure", "指标“{0}”不能作图上的“{1}”:new 用 count 列出全部立项动作,其余用 gauge", "The measure \"{0}\" cannot stand for \"{1}\" on the map: new counts all filing moves, every other is a gauge") \
    X(FAULT_SAMPLE, "sample", "verified 只能写 by sample,且动作须通向非 void 的终结状态", "verified says by sample, of a move into an end that is not void") \
    X(FAULT_DECIDE, "decide", "decide: refer 是请别人定:“{0}”却留在“{1}”,或仍由同一岗位承办", "decide: refer asks another body, yet \"{0}\" from \"{1}\" stays there or leaves it with the same seat") \
    /* child cases */ \
    X(FAULT_OPEN_FLOW, "open-flow", "没有名为“{0}”的流程可供开立", "There is no flow \"{0}\" to open") \
    X(FAULT_OPEN_MOVE, "open-move", "流程“{0}”没有立项动作“{1}”", "The flow \"{0}\" has no filing move \"{1}\"") \
    X(FAULT_OPEN_FIELD, "open-field", "“{0}”立项时不填字段“{1}”", "\"{0}\" does not ask for \"{1}\" when it is filed") \
    X(FAULT_OPEN_KIND, "open-kind", "“{0}”是 {1},填不进 {2} 字段", "\"{0}\" is {1} and cannot fill a {2} field") \
    X(FAULT_OPEN_NEEDS, "open-needs", "“{0}”立项时必须有“{1}”,这里没有给", "\"{0}\" cannot be filed without \"{1}\", which is not given here") \
    /* what is proven over all ways a case can go */ \
    X(FAULT_UNREACHABLE, "unreachable", "没有办法走到状态“{0}”", "The state \"{0}\" cannot be reached") \
    X(FAULT_STUCK, "stuck", "走到状态“{0}”后再也到不了终结状态,例如:{1}", "From the state \"{0}\" there is no way to an end, as after: {1}") \
    X(FAULT_FIXER, "fixer-checks", "整改的人不能自己核查:“{0}”的 not 中缺少“{1}”,同一人可以这样走完:{2}", "Who fixed does not check: \"{0}\" lacks \"{1}\" in its not, so one person could go: {2}") \
    X(FAULT_FILING_END, "filing-ends", "“{0}”立项即终结,没有第二个人看过:须写 verified: by sample(抽查核实)", "\"{0}\" files straight into an end that nobody else has seen: say verified: by sample") \
    X(FAULT_UNSET, "unset-read", "{0}读取“{1}”,但这样走来还没有填过它:{2}", "{3} reads \"{1}\", which nobody has been asked for on this way: {2}") \
    X(FAULT_UNTIL_UNSET, "until-unset", "状态“{0}”的时限取自“{1}”,但这样走来它可能是空的:{2}", "The clock of \"{0}\" runs until \"{1}\", which may be empty on this way: {2}") \
    X(FAULT_ENDLESS, "endless", "“{0}”可以无数次改写时限字段“{1}”,时限等于没有:请加 limit", "\"{0}\" may set \"{1}\", until which the clock runs, any number of times: give it a limit") \
    X(FAULT_COMPLEX, "too-complex", "{0}超过 {1},无法逐一证明:请减少条件或次数限制", "Too much to prove, more than {1} {2}: use fewer terms and limits")
/* clang-format on */

#define FAULT_DECLARE(name, code, zh, en) extern const Err name;
FLOW_FAULTS(FAULT_DECLARE)
#undef FAULT_DECLARE

/* Told by who compiles definitions together; of one flow alone it cannot be said. */
extern const Err FAULT_CIRCLE; /* "open-circle" */

/* All of them, in the order above, for the manual. */
extern const Err *const flow_faults[];
MUST size_t flow_fault_count(void);

#endif
