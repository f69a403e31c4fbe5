// SPDX-License-Identifier: Apache-2.0
// The words of the desk: the phone never loads them.
export default {
  keys: {
    title: '快捷键', open: '快捷键', on: '单键快捷键', next: '下一件', prev: '上一件', enter: '打开选中的', search: '到搜索框', moves: '到办理按钮', back: '回到列表、关闭', page: '换页', help: '显示这张表', hint: '在输入框里打字时不起作用。', tip: '按 {key} 看全部快捷键',
  },
  reg: {
    count: '共 {n} 件', filters: '筛选', filters_on: '已选 {n} 项', clear: '清空筛选', search: '受理号、单位或情况说明', all_areas: '全部区域', all_departments: '全部主管部门', all_flows: '全部事项类型', all_states: '全部状态', all_of: '全部{what}', flag_any: '{what}：不限', flag_yes: '{what}：是', flag_no: '{what}：否',
    stage: '办理情况', stages: { all: '未结和已结', open: '未结', late: '超期未结', ended: '已办结' } as Record<string, string>, whose: '范围', whose_all: '全部可见事项', whose_duty: '待我办理', whose_filed: '我上报的',
    period: '时段依据', periods: { opened: '按发现时间', ended: '按办结时间', due: '按到期时间' } as Record<string, string>, span: '时段', spans: { any: '不限时段', today: '今天', week: '本周', month: '本月', last_month: '上月', year: '本年', days: '指定日期…' } as Record<string, string>, from: '起始日期', to: '截止日期',
    subject: '单位', seat: '承办岗位', parent: '上级事项', take_out: '去掉筛选：{what}',
    columns: { number: '受理号', gist: '情况说明', flow: '事项类型', state: '状态', area: '区域', subject: '监管对象', matter: '管理事项', department: '主管部门', duty: '承办', filed: '上报人', opened: '发现时间', due: '到期时间', ended: '办结时间' } as Record<string, string>,
    cols: '显示列', export: '导出台账', exporting: '正在导出…', sort: '排序', sort_usual: '未结在前，按到期时间', pages: '翻页', page: '第 {n} 页', page_of: '第 {n} / {all} 页', before: '上一页', after: '下一页', first: '首页', per: '每页',
    views: '常用视图', view: { opened: '本月新增', ended: '本月办结', late: '超期未结', due: '本周到期' } as Record<string, string>, view_keep: '保存为视图', view_name: '视图名称', view_name_must: '请填写视图名称', view_kept: '已保存视图“{name}”', view_drop: '删除视图“{name}”', view_dropped: '已删除视图“{name}”', see: '在台账中查看',
  },
  nouns: {
    lead: '区域、部门、人员等基础资料，按权限查看和维护，每次变更均有记录。', count: '{n} 条', asof: '历史日期', asof_note: '以下为 {day} 当日的记录。', none: '没有符合的记录', page: '专用页面', history: '变更记录', history_none: '没有变更记录。', facts: '基本信息', saved: '已办理：{title}', not_then: '该日期没有这条记录。', ended: '该记录已终止，以下为终止前的内容。', untouched: '没有改动任何内容',
  },
  hat: { now: '以 {title} 办理', auto: '按事项自动选岗位', several: '{n} 个岗位', pick: '办理时用哪个岗位' },
  home: { hello: '{name},您好', lead: '现在等您办的', go: '从最急的开始', none: '现在没有要您办的事项。', none_hint: '新的事项会自动出现在左边,不用刷新。', look: '可以看看', blind: '责任盲区', subjects: '监管对象', all: '我能看到的全部事项', open: '未结 {n} 件' },
  detail: {
    one: '现在由 {who} {deed}', one_at: '现在由 {who} 负责,{deed}', greyed: '灰色的现在不能办:', same: '同类还有 {n} 件,一并核查', year: '近一年{flow}', open_here: '未结事项', count: '{n} 件', show_phone: '显示号码', hide_phone: '隐藏号码', whole_card: '看单位全部资料',
    who: '{name}({title})', papers: '待发的文书', paper_used: '已发出', paper_dropped: '不发', paper_by: '由系统拟稿,由人决定发不发', focus: '办理',
  },
  batch: { same: '同类', pick: '选这 {n} 件', picked: '已选 {n} 件', clear: '清空选择', more: '一次最多 100 件,先办前 100 件' },
  seats: {
    where: '区域', department: '部门', role: '岗位类别', state: '状态', all: '全部', mine: '我能安排的', vacant: '空岗', is_away: '请假外出', standing: '替岗中', count: '{n} 个岗位', search: '姓名或岗位',
    pick: '从左边选一个岗位', pick_hint: '选中后可以交接、安排替岗、请假、排班。', holder: '任职', standin: '替岗人', liaison: '联络员', shift: '当班', since: '自 {when}', until: '至 {when}', none: '没有', now: '现在由 {name} 负责', nobody: '现在无人负责', away_now: '{reason},{until}', away_open: '未定返岗时间', open_cases: '未结事项', follow: '未结事项随岗位走,不随人走。',
    not_yours: '这个岗位不由您安排。请找网格长、部门负责人或安委办。', reasons: { leave: '休假', sick: '病假', training: '培训', duty_elsewhere: '外派', other: '其他' } as Record<string, string>,
    hand: '交接', hand_title: '交接:{seat}', hand_lead: '选好接任的人,原任职到那一刻为止,未结事项随岗位转给接任的人。', person: '接任的人', from: '从什么时候起', from_now: '现在', to: '到什么时候', to_open: '不定', confirm_hand: '确认交接', leave_only: '没有人接任', leave_title: '离岗:{seat}', leave_lead: '原任职到现在为止。有替岗人时由替岗人负责。', confirm_leave: '确认离岗',
    refused: '现在不能离岗', way_1: '先安排替岗人', way_2: '说明原因,暂时空岗', way_2_no: '只有本网格的网格长和分管区领导可以说明原因后空岗。', why: '原因', why_hint: '空岗会立即列入责任盲区,写明原因和补缺安排。', confirm_vacant: '空岗并列入责任盲区',
    stand: '安排替岗人', stand_title: '替岗人:{seat}', stand_lead: '任职人请假或离岗时,由替岗人负责。', stand_person: '替岗的人', confirm_stand: '确认替岗', end: '撤销', away: '请假', away_title: '请假、外出:{name}', away_lead: '请假期间由各岗位的替岗人负责。没有替岗人的,事项转给上一级。', away_reason: '事由', confirm_away: '确认请假', back: '返岗', liaise: '安排联络员', liaise_title: '联络员:{seat}', liaise_lead: '联络员代为办理,记录上两个人的名字都有。', liaise_person: '联络员', confirm_liaise: '确认',
    roster: '值班表', roster_add: '排一班', roster_title: '排班:{seat}', roster_lead: '一班最长八天,不能和别的班重叠。', roster_person: '值班的人', confirm_roster: '确认排班', roster_none: '从现在起一个月没有排班。', roster_off: '撤班', on_now: '现在当班',
    person_search: '输入姓名', person_none: '没有找到这个人', done: '已办好:{what}', mine_title: '我的请假', mine_away: '我要请假',
  },
  blinds: {
    lead: '没有人负责的网格和单位,出现就列在这里,补上就消失。', next: '怎么办', fill: '安排人', replace: '换一位在编的', subject: '去补资料', outline: '请系统管理员补齐边界', area: '去看岗位', since: '{when} 起', days: '已 {n} 天', kind: '类别', all: '全部', filter: '区域', who: '现在', ask: '请网格长或安委办安排人',
    teach: '每个网格都有网格员、监管责任人和网格长,每个单位都在一个网格里、有一个主管部门。谁离岗没人接,这里马上就有一行。',
  },
  subjects: {
    count: '{n} 家', status: '状况', matter: '管理事项', area: '区域', department: '主管部门', blind: '没有网格或主管部门的', changes: '变动待确认', list: '单位', open: '登记单位', edit: '修改', save: '保存', cancel: '取消', close: '注销、搬离、停业', saved: '已保存', opened: '已登记', clear: '清空筛选',
    pick: '选一家单位看资料', pick_hint: '主要负责人、风险等级、未结事项、参建单位都在这里。', lec: '风险评价', lec_line: 'L {l} × E {e} × C {c} = {d}', l: '可能性 L', e: '暴露频次 E', c: '后果 C', load: '负荷因素', loads: { load_nature: '性质', load_danger: '危险性', load_size: '规模', load_weight: '重要程度', load_focus: '监管重点' } as Record<string, string>,
    site: '工期', permit: '施工许可证', no_permit: '无(限额以下或未登记)', marks: '特征', party_add: '添加参建单位', party_role: '角色', party_name: '单位名称', chain: '参建单位', roles: { owner: '建设单位', contractor: '总承包', supervisor: '监理', subcontractor: '分包', designer: '设计', surveyor: '勘察' } as Record<string, string>, industry: '行业', uscc: '信用代码', uscc_reason: '没有信用代码', reasons: { none: '无照', person: '个人', place: '场所', history: '历史遗留', unknown: '不详' } as Record<string, string>, opened_on: '开业', closed_on: '注销日期', seen: '最近见到', source: '来源', tags: '标签', key: '重点监管对象', key_positions: '重点部位', place: '位置', lon: '经度', lat: '纬度', history: '登记和修改', open_items: '未结事项', ended_items: '办过的', none_open: '没有未结事项。', none_ended: '还没有办过的事项。', named: '指定主管',
    name: '名称', must: '请填写', people: '人员', changes_lead: '网格员在现场报的新增、搬离、停业、改名,看过再确认;确认后单位资料才改。', changes_none: '没有待确认的变动。', changes_teach: '网格员在手机上点一下“新增、搬离、停业”,这里就有一行,由您成批确认。', kinds: { new: '新增', moved: '搬离', renamed: '改名', closed: '注销', paused: '停业', resumed: '复业', facts: '资料有误', unseen: '很久没见到' } as Record<string, string>, accept: '确认 {n} 条', refuse: '不采纳', refuse_why: '不采纳的理由', all_pick: '全选', by: '{name} 上报', house_asks: '系统提醒核实', decided: '{ok} 条已确认,{bad} 条没有成功', to_be: '改为', state_to: '改成', no_right: '您的岗位不管理单位资料。',
  },
}
