/* SPDX-License-Identifier: Apache-2.0 */
/* script_shape.c: the keys that a script may have; nothing but tables. */
#include "main/script_shape.h"

#define MAP(name, words_zh, words_en)                                                          \
    static const Shape shape_##name = {.forms = SHAPE_MAP,                                     \
                                       .zh = words_zh,                                         \
                                       .en = words_en,                                         \
                                       .keys = name##_keys,                                    \
                                       .key_count = countof(name##_keys)}
#define LIST(name, the_item, words_zh, words_en)                                               \
    static const Shape shape_##name = {                                                        \
        .forms = SHAPE_LIST, .zh = words_zh, .en = words_en, .item = &(the_item)}

LIST(texts, shape_text, "文字的列表", "a list of texts");
static const Shape shape_words_map = {
    .forms = SHAPE_MAP, .zh = "{词: 值}", .en = "{word: value}", .item = &shape_text};
static const Shape shape_values = {
    .forms = SHAPE_MAP, .zh = "{字段: 值}", .en = "{field: value}", .item = &shape_texts};

static const Key days_keys[] = {
    {"index", &shape_texts, true, "十二个月的指数", "The index of each month"},
    {"weekdays", &shape_texts, true, "周一至周日的权重",
     "The weight of each weekday, Monday first"},
    {"holiday", &shape_text, true, "节假日(非周末)的权重", "Of days off that are no weekend"},
    {"month_end", &shape_text, true, "月末三天的权重", "Of a month's last three days"},
};
MAP(days, "每天的权重", "the weights of days");

static const Key hour_keys[] = {
    {"at", &shape_text, true, "从几点起的半小时", "The half hour from then on"},
    {"share", &shape_text, true, "千分比", "Per mille"},
};
MAP(hour, "{at: 时刻, share: 千分比}", "{at: time, share: per mille}");
LIST(hours, shape_hour, "时段的列表", "a list of half hours");

static const Key look_keys[] = {
    {"as", &shape_text, true, "得到的词", "The word that it gives"},
    {"by", &shape_text, true, "由哪个词查", "The word that it looks at"},
    {"map", &shape_words_map, false, "对照", "What becomes of what"},
    {"list", &shape_label, false, "代码表", "A code list"},
    {"attr", &shape_name, false, "代码的属性", "An attribute of its entries"},
};
MAP(look, "{as: 词, by: 词, map 或 list 和 attr}",
    "{as: word, by: word, map, or list and attr}");
LIST(looks, shape_look, "查词的列表", "a list of what is looked up");

static const Key bucket_keys[] = {
    {"share", &shape_text, true, "千分比", "Per mille"},
    {"from", &shape_text, true, "最少", "At least"},
    {"to", &shape_text, true, "不到", "Less than, or just as much when equal"},
};
MAP(bucket, "{share: 千分比, from: …, to: …}", "{share: per mille, from: …, to: …}");
LIST(buckets, shape_bucket, "分段的列表", "a list of buckets");

static const Key wait_keys[] = {
    {"code", &shape_label, true, "名称", "Its name"},
    {"of", &shape_text, true, "step、limit 或 due", "step, limit or due"},
    {"in", &shape_text, true, "clock、day 或 office", "clock, day or office"},
    {"buckets", &shape_buckets, true, "分段", "How long, by share"},
};
MAP(wait, "反应时间 {code: …, of: …, in: …, buckets: …}",
    "a reaction time {code: …, of: …, in: …, buckets: …}");
LIST(waits, shape_wait, "反应时间的列表", "a list of reaction times");

static const Key step_keys[] = {
    {"code", &shape_label, true, "名称", "Its name"},
    {"flow", &shape_label, false, "按哪个流程提交新事项", "The flow of the case that it files"},
    {"move", &shape_name, true, "办理动作", "The move"},
    {"by", &shape_text, true, "谁办:reporter、duty、party 或角色",
     "Who does it: reporter, duty, party or a role"},
    {"wait", &shape_label, true, "反应时间", "The reaction time"},
    {"matter", &shape_text, false, "管理事项", "The matter"},
    {"set", &shape_values, false, "填什么", "What is given"},
    {"opens", &shape_flag, false, "接着办它开出的事项",
     "The case that it opens is gone on with"},
    {"through", &shape_label, false, "有时改走哪一步", "The step taken instead at times"},
};
MAP(step, "步骤 {code: …, move: …, by: …, wait: …}",
    "a step {code: …, move: …, by: …, wait: …}");
LIST(steps, shape_step, "步骤的列表", "a list of steps");

static const Key reporter_keys[] = {
    {"by", &shape_name, true, "角色", "The role"},
    {"share", &shape_text, true, "千分比", "Per mille"},
};
MAP(reporter, "{by: 角色, share: 千分比}", "{by: role, share: per mille}");
LIST(reporters, shape_reporter, "发现人的列表", "a list of who reports");

static const Key path_keys[] = {
    {"code", &shape_label, true, "名称", "Its name"},
    {"weight", &shape_text, true, "权重", "Its weight"},
    {"draw", &shape_words_map, false, "抽到的文字须是", "What the drawn text must say"},
    {"has", &shape_text, false, "抽到的文字须有的词", "A word that it must have"},
    {"steps", &shape_texts, true, "步骤", "The steps"},
};
MAP(path, "路径 {code: …, weight: …, steps: …}", "a path {code: …, weight: …, steps: …}");
LIST(paths, shape_path, "路径的列表", "a list of paths");

static const Key line_keys[] = {
    {"text", &shape_text, true, "文字", "The text"},
    {"kinds", &shape_texts, false, "监管对象类型", "Kinds of subject"},
    {"months", &shape_texts, false, "月份", "Months"},
    {"tag", &shape_text, false, "对象须有的标记", "A tag that the subject must carry"},
};
static const Shape shape_line = {.forms = SHAPE_MAP,
                                 .zh = "文字 {text: …, 词: 值}",
                                 .en = "a text {text: …, word: value}",
                                 .item = &shape_text,
                                 .keys = line_keys,
                                 .key_count = countof(line_keys)};
LIST(lines, shape_line, "文字的列表", "a list of texts");

static const Key series_keys[] = {
    {"code", &shape_label, true, "名称", "Its name"},
    {"year", &shape_text, true, "一年多少件", "Cases a year"},
    {"through", &shape_text, false, "改走 through 的千分比", "Per mille that take `through`"},
    {"reporters", &shape_reporters, true, "谁发现", "Who reports"},
    {"paths", &shape_paths, true, "路径", "The paths"},
    {"lines", &shape_lines, true, "文字", "The texts"},
};
MAP(series, "一类事项 {code: …, year: …, paths: …, lines: …}",
    "a series {code: …, year: …, paths: …, lines: …}");
LIST(many_series, shape_series, "各类事项的列表", "a list of series");

static const Key scene_keys[] = {
    {"series", &shape_label, true, "哪一类", "The series"},
    {"path", &shape_label, true, "哪条路径", "The path"},
    {"draw", &shape_words_map, false, "抽到的文字还须是",
     "What the drawn text must say besides"},
    {"at", &shape_text, false, "在哪个监管对象", "At the subject of this code"},
    {"near", &shape_text, false, "在与哪个监管对象同一网格的另一个",
     "At another subject of its cell"},
    {"days", &shape_text, false, "最后一天之前几天", "Days before the last one"},
    {"time", &shape_text, false, "几点", "At what time"},
    {"ago", &shape_text, false, "最后一刻之前几分钟", "Or so many minutes before the end"},
    {"steps", &shape_text, true, "演到第几步", "How many of its steps are played"},
};
MAP(scene, "一件总在的事项 {series: …, path: …, near: …, days: …, time: …, steps: …}",
    "a case that is always there {series: …, path: …, near: …, days: …, time: …, steps: …}");
LIST(scenes, shape_scene, "总在的事项的列表", "a list of cases that are always there");

static const Key said_keys[] = {
    {"kind", &shape_label, true, "什么变动",
     "What has changed: closed, moved, renamed, paused"},
    {"at", &shape_text, true, "哪个监管对象", "Of the subject of this code"},
    {"days", &shape_text, true, "最后一天之前几天", "Days before the last one"},
    {"note", &shape_text, false, "说明", "The note"},
    {"fields", &shape_words_map, false, "新内容", "What it is now"},
};
MAP(said, "一条待确认的变动 {kind: …, at: …, days: …}",
    "a change that waits {kind: …, at: …, days: …}");
LIST(all_said, shape_said, "待确认的变动的列表", "a list of changes that wait");

static const Key script_keys[] = {
    {"seed", &shape_text, true, "随机种子", "The seed of all that is drawn"},
    {"opened", &shape_text, true, "区域、网格和人员从哪天起", "Since when the region is there"},
    {"to", &shape_text, true, "旁边带日期的文件做到哪一天", "The last day of the dated files"},
    {"span", &shape_text, true, "演几天", "How many days are played"},
    {"apart", &shape_text, true, "两次至少隔几天", "Days between two calls on one subject"},
    {"days", &shape_days, true, "每天的权重", "The weights of days"},
    {"hours", &shape_hours, true, "时段", "The half hours of a day"},
    {"weights", &shape_words_map, true, "各风险颜色的权重", "The weights of the risk colours"},
    {"look_up", &shape_looks, false, "查词", "What a text has beside its own words"},
    {"waits", &shape_waits, true, "反应时间", "The reaction times"},
    {"steps", &shape_steps, true, "步骤", "The steps"},
    {"series", &shape_many_series, true, "各类事项", "The series of cases"},
    {"scenes", &shape_scenes, false, "总在的事项", "Cases that are always there"},
    {"said", &shape_all_said, false, "待确认的变动",
     "What was said of subjects and waits for the officer"},
};
const Shape script_shape = {.forms = SHAPE_MAP,
                            .zh = "剧本",
                            .en = "a script",
                            .keys = script_keys,
                            .key_count = countof(script_keys)};
