// SPDX-License-Identifier: Apache-2.0
// The plain page: sign in, my work, one case, report. It knows no flow by name: states, moves, fields and words come
// from the definitions (/api/v1/flows, …/moves), and one renderer makes every form.

let lang = localStorage.getItem("lang") || "zh";
const t = (zh, en) => (lang === "en" ? en : zh);
const $ = (id) => document.getElementById(id);
const S = { me: null, house: {}, flows: new Map(), codes: new Map(), tab: "duty", items: [], skew: 0, events: null };
const DEMO = { password: "gridward-demo", place: { lon: 109.06, lat: 34.32 }, accounts: [
  ["member", "网格员", "Grid member"], ["officer", "网格监管责任人", "Responsible officer"], ["deputy", "分管负责人", "Deputy in charge"],
  ["chief", "网格长", "Grid chief"], ["department", "部门人员", "Department officer"], ["office", "安委办", "Safety committee office"],
  ["leader", "区领导", "Leader"], ["enterprise", "企业安全员", "Safety officer of a subject"], ["standin", "替岗人", "Stand-in"],
  ["inspector", "行政检查人员", "Inspector"], ["auditor", "审计管理员", "Auditor"], ["security", "安全管理员", "Security admin"],
  ["system", "系统管理员", "System admin"]] };
/* A code list that people pick by pictures: the picture fills the code and, when it says so, the matter. */
const PICTURES = { "hazard-category": "hazard-picture" };

// ---- small tools ----

function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter((c) => c !== null && c !== undefined && c !== false && c !== ""));
  return node;
}

function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => ($("toast").textContent = ""), 4500);
}

/* UUIDv7 (RFC 9562): keys in order of time. */
function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let at = Date.now();
  for (let i = 5; i >= 0; i--, at = Math.floor(at / 256)) bytes[i] = at % 256;
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    Object.assign(this, { status, code: body.code, errors: body.errors || [] });
  }
}

async function api(method, path, body, more = {}) {
  const headers = { "Accept-Language": lang === "en" ? "en" : "zh-CN" };
  if (method !== "GET" && S.me) headers["X-CSRF-Token"] = S.me.csrf;
  if (more.key) headers["Idempotency-Key"] = more.key;
  if (body !== undefined && !more.raw) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: more.raw ? body : body && JSON.stringify(body) });
  } catch {
    throw new Problem(0, { detail: t("网络不通,请稍后再试", "No connection, try again later"), code: "offline" });
  }
  const data = await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  if (answer.status === 401 && S.me) {
    leave();
    toast(t("会话已结束,请重新登录", "The session has ended, please sign in again"));
  }
  throw new Problem(answer.status, data);
}

const get = (path) => api("GET", "/api/v1" + path);
const post = (path, body, k) => api("POST", "/api/v1" + path, body, { key: k || key() });
const now = () => Date.now() + S.skew;

function duration(ms) {
  const minutes = Math.max(1, Math.floor(Math.abs(ms) / 60000)), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  const n = (count, zh, en) => (lang === "en" ? `${count} ${en}${count === 1 ? "" : "s"}` : `${count}${zh}`);
  if (days) return n(days, "天", "day") + (hours % 24 ? t("", " ") + n(hours % 24, "小时", "hour") : "");
  if (hours) return n(hours, "小时", "hour") + (minutes % 60 ? t("", " ") + n(minutes % 60, "分钟", "minute") : "");
  return n(minutes, "分钟", "minute");
}

const dateOf = (at) => new Date(at + 8 * 3600000).toISOString().slice(0, 10); // the day at UTC+8
const stamp = (text) => (text ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : "");

function dueText(c) {
  if (!c.due) return "";
  const left = Date.parse(c.due) - now();
  return left > 0 ? t("剩", "") + duration(left) + t("", " left") : t("超期", "") + duration(left) + t("", " late");
}

function urgency(c) {
  if (!c.due) return "";
  const due = Date.parse(c.due);
  if (now() >= due) return "late";
  return dateOf(due - 1) <= dateOf(now()) ? "today" : "";
}

// ---- definitions ----

async function loadFlows() {
  S.flows = new Map((await get("/flows")).items.map((f) => [f.name, f.flow]));
  S.codes.clear();
}

async function codes(list) {
  if (!S.codes.has(list)) S.codes.set(list, get("/codes/" + list).catch(() => ({ items: [] })));
  return (await S.codes.get(list)).items;
}

const fieldsOf = (c) => S.flows.get(c.flow)?.fields || [];

async function show(field, value) {
  if (value === null || value === undefined) return "";
  if (field.kind === "code") return (await codes(field.list)).find((i) => i.code === value)?.title || value;
  if (field.kind === "choice") return field.choices?.find((i) => i.code === value)?.title || value;
  if (field.kind === "flag") return value ? t("是", "Yes") : t("否", "No");
  if (field.kind === "instant") return stamp(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/* What a case is about in a few words: its first code and its first text. */
function titleOf(c) {
  const fields = fieldsOf(c);
  const text = fields.find((f) => f.kind === "text" && c.fields?.[f.name]);
  return text ? c.fields[text.name] : c.flow_title;
}

// ---- sign in ----

function signView() {
  const form = h("form", { onsubmit: (e) => (e.preventDefault(), signIn(form.elements.name.value, form.elements.password.value)) },
    h(".field", {}, h("label", { for: "name" }, t("用户名", "Name")),
      h("input", { id: "name", name: "name", autocomplete: "username", required: true, autocapitalize: "none" })),
    h(".field", {}, h("label", { for: "password" }, t("密码", "Password")),
      h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", required: true })),
    h("p.fault", { id: "sign-fault", role: "alert" }),
    h("button.button.main.wide", {}, t("登录", "Sign in")));
  const demo = S.house.demo && h("section.card", {}, h("h2", {}, t("演示账号,点一下即可登录", "Demo accounts: one tap signs in")),
    h(".accounts", {}, DEMO.accounts.map(([name, zh, en]) =>
      h("button.button", { type: "button", onclick: () => signIn(name, DEMO.password) }, h("b", {}, t(zh, en)), h("span.small.soft", {}, name)))));
  page("sign", h(".sign", {}, h("header", {}, h("img", { src: "icon.svg", alt: "" }), h("h1", {}, t("网格卫", "gridward")),
    h("p.soft", {}, t("安全生产网格化监管", "Work safety, supervised by grid"))), h("section.card", {}, form), demo,
    h("p.row", {}, h("span.grow"), langButton())));
}

async function signIn(name, password) {
  try {
    await api("POST", "/api/v1/session", { name, password });
    await enter();
  } catch (problem) {
    $("sign-fault").textContent = problem.message;
  }
}

function leave() {
  S.me = null;
  S.events?.close();
  S.events = null;
  location.hash = "";
  render();
}

const langButton = () => h("button.link", { type: "button", lang: lang === "en" ? "zh-CN" : "en",
  onclick: async () => {
    lang = lang === "en" ? "zh" : "en";
    localStorage.setItem("lang", lang);
    if (S.me) await enter();
    else render();
  } }, lang === "en" ? "中文" : "English");

async function enter() {
  S.me = await get("/me");
  S.skew = Date.parse(S.me.now) - Date.now();
  if (!S.me.must_change) await loadFlows();
  if (!S.me.capabilities.includes("see")) S.tab = "filed";
  listen();
  render();
}

/* Must be changed at the first sign-in with a password that somebody else gave. */
function passwordView() {
  const form = h("form", { onsubmit: async (e) => {
    e.preventDefault();
    try {
      await api("PUT", "/api/v1/session/password", { old: form.elements.old.value, new: form.elements.fresh.value });
      await enter();
    } catch (problem) {
      form.querySelector(".fault").textContent = problem.message;
    }
  } }, [["old", t("原密码", "Old password"), "current-password"], ["fresh", t("新密码", "New password"), "new-password"]].map(([id, label, auto]) =>
    h(".field", {}, h("label", { for: id }, label), h("input", { id, name: id, type: "password", autocomplete: auto, required: true }))),
  h("p.fault", { role: "alert" }), h("button.button.main.wide", {}, t("修改密码", "Change the password")));
  page("sign", h(".sign", {}, h("section.card", {}, h("h2", {}, t("请先修改密码", "Change the password first")), form)));
}

// ---- live ----

function listen() {
  S.events?.close();
  S.events = new EventSource("/api/v1/events");
  let waiting = 0;
  const refresh = (event) => {
    const what = JSON.parse(event.data);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      loadList();
      if (what.kind === "reset" || location.hash === `#/case/${what.id}`) if (!document.querySelector("main form")) render();
    }, 300);
  };
  for (const kind of ["case", "epoch", "reset"]) S.events.addEventListener(kind, refresh);
  S.events.addEventListener("defs", loadFlows);
}

// ---- the frame ----

function page(name, ...content) {
  document.body.dataset.page = name;
  document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
  $("mark").hidden = !S.house.demo;
  $("mark").textContent = t("演示数据:单位、人员、隐患、事故均为虚构", "Demo data: units, persons, hazards and accidents are invented");
  $("view").replaceChildren(...content);
  frame();
}

function frame() {
  const at = location.hash.split("/")[1] || "";
  const back = document.body.dataset.page !== "work" && document.body.dataset.page !== "sign";
  $("top").hidden = !S.me;
  if (!S.me) return $("bar").replaceChildren();
  const seat = S.me.seats.find((s) => s.id === S.me.hat) || S.me.seats[0];
  $("top").replaceChildren(back ? h("a.link", { href: "#/", "aria-label": t("返回", "Back") }, "←") : h("img", { src: "icon.svg", alt: "" }),
    h("h1", {}, S.me.region?.name || t("网格卫", "gridward")),
    h(".who", {}, h("div", {}, S.me.person?.name || S.me.login), seat ? `${seat.title}${seat.area ? " · " + seat.area.name : ""}` : ""));
  const links = [["", "☰", t("待办", "Work")], S.me.capabilities.includes("file") && ["report", "＋", t("上报", "Report")], ["me", "☺", t("我的", "Me")]];
  $("bar").replaceChildren(...links.filter(Boolean).map(([to, sign, word]) =>
    h("a", { href: "#/" + to, "aria-current": at === to || (to === "" && at === "case") ? "page" : null }, h("b", { "aria-hidden": "true" }, sign), word)));
}

async function render() {
  const [, where, id, more] = location.hash.split("/");
  if (!S.me) return signView();
  if (S.me.must_change) return passwordView();
  if (!$("list").childElementCount || where === "" || where === undefined) loadList();
  try {
    if (where === "case") await caseView(Number(id), more);
    else if (where === "report") await reportView(id, more);
    else if (where === "me") meView();
    else page("work", h("p.hint", {}, t("从左边选一件事项", "Choose a case on the left")));
  } catch (problem) {
    if (S.me) page("fault", h("section.card", {}, h("p.fault", {}, problem.message), h("a.button", { href: "#/" }, t("回到待办", "Back to my work"))));
  }
  markCurrent();
}

// ---- my work ----

const TABS = [["duty", "待我办", "My work", "duty=me&open=1"], ["filed", "我上报的", "I reported", "filed=me"], ["all", "全部未结", "All open", "open=1"]];

async function loadList() {
  const tab = TABS.find((x) => x[0] === S.tab);
  try {
    const answer = await get(`/cases?limit=200&${tab[3]}`);
    S.items = answer.items;
    S.more = answer.next;
    drawList();
  } catch (problem) {
    if (S.me) $("list").replaceChildren(h("p.fault", {}, problem.message));
  }
}

function groupsOf(items) {
  const mine = new Set(S.me.seats.map((s) => s.id)), day = 86400000;
  const groups = [["late", t("超期", "Late"), []], ["today", t("今日到期", "Due today"), []], ["fresh", t("新到", "New"), []],
    ["", t("其余在办", "Other open work"), []], ["watch", t("我督办的", "Raised to me or watched"), []], ["ended", t("已办结", "Ended"), []]];
  const into = (name, c) => groups.find((g) => g[0] === name)[2].push(c);
  for (const c of items) {
    if (c.ended) into("ended", c);
    else if (S.tab === "duty" && !mine.has(c.duty?.seat)) into("watch", c);
    else into(urgency(c) || (now() - Date.parse(c.entered) < day ? "fresh" : ""), c);
  }
  return groups.filter((g) => g[2].length);
}

function drawList() {
  const tabs = h(".tabs", { role: "group" }, TABS.map(([name, zh, en]) => h("button", { type: "button", "aria-pressed": String(S.tab === name),
    onclick: () => ((S.tab = name), loadList()) }, t(zh, en))));
  const groups = groupsOf(S.items).map(([name, title, items]) => h("section", {}, h(`h2.group.${name || "other"}`, {}, title, h("span", {}, items.length)),
    items.map((c) => itemCard(c, name))));
  const empty = h("p.hint", {}, S.tab === "duty" ? t("没有要办的事项。新的到了会出现在这里。", "Nothing to do. New work will appear here.")
    : S.tab === "filed" ? t("您还没有上报过。点“上报”开始。", "You have reported nothing yet. Begin with Report.") : t("没有未结事项。", "No open cases."));
  $("list").replaceChildren(tabs, ...(groups.length ? groups : [empty]), S.more ? h("p.hint.small", {}, t("只显示前200件", "The first 200 only")) : "");
  markCurrent();
}

function itemCard(c, group) {
  const u = urgency(c);
  return h(`a.item.${u || (group === "fresh" ? "fresh" : "plain")}`, { href: `#/case/${c.id}`, "data-id": String(c.id) }, h("p", {}, titleOf(c)),
    h(".row", {}, h("span", {}, `${c.area?.name || ""}`), h("span", {}, h(`span.chip.${c.ended ? "fine" : u || "open"}`, {}, c.state_title), " ", dueText(c))));
}

function markCurrent() {
  const id = location.hash.startsWith("#/case/") ? location.hash.split("/")[2] : "";
  for (const a of $("list").querySelectorAll("a.item")) a.toggleAttribute("aria-current", a.dataset.id === id);
}

// ---- one case ----

const seatText = (d) => d && `${d.person?.name || d.name || t("(空岗)", "(vacant)")}(${d.title || d.role})`;

function theLine(c) {
  const u = urgency(c);
  if (c.ended) return h(".card.line", {}, h("b", {}, c.state_title), t(",办结于 ", ", ended "), stamp(c.ended));
  const party = c.party && (c.party.name || c.party.person?.name);
  return h(`.card.line.${u || "open"}`, { role: "note" }, t("现在由 ", "Now "), h("b", {}, seatText(c.duty) || "—"), t(" 办理,", " answers, "),
    h(`span.chip.${u || "open"}`, {}, `${c.state_title} · ${dueText(c)}`),
    c.party && [t(";由 ", "; to act: "), h("b", {}, party || c.party.title), t(" 整改", "")],
    c.risen?.length ? h("p.small", {}, t("已升级至:", "Raised to: "), c.risen.map(seatText).join("、")) : null);
}

async function fieldCard(c) {
  const rows = [], photos = [];
  const row = (name, value) => value && rows.push(h("dt", {}, name), h("dd", {}, value));
  row(t("位置", "Area"), c.area?.name);
  for (const f of fieldsOf(c)) {
    const value = c.fields?.[f.name];
    if (value === undefined || value === null) continue;
    if (f.kind === "files") photos.push(...value.map((hash) => [f.title, hash]));
    else row(f.title, await show(f, value));
  }
  if (c.matter) row(t("监管事项", "Matter"), (await codes("matter")).find((m) => m.code === c.matter)?.title);
  row(t("主管部门", "Department"), c.department?.name);
  row(t("上报", "Reported"), `${c.filed?.person?.name || ""} ${stamp(c.opened)}`);
  return h("section.card", {}, h("h2", {}, c.flow_title, " ", h("span.small.soft", {}, "№ ", c.id)), h("dl.fields", {}, rows),
    photos.length ? h(".photos", {}, photos.map(([title, hash]) => h("figure", {}, h("a", { href: `/api/v1/files/${hash}`, target: "_blank" },
      h("img", { src: `/api/v1/files/${hash}`, alt: title, loading: "lazy" })), h("figcaption", {}, title)))) : null);
}

async function subjectCard(c) {
  const s = c.subject && (await get("/subjects/" + c.subject).catch(() => null));
  if (!s) return null;
  const row = (name, value) => value && [h("dt", {}, name), h("dd", {}, value)];
  return h("section.card", {}, h("h2", {}, s.name), h("dl.fields", {}, row(t("主要负责人", "Main responsible person"), s.main_person), row(t("电话", "Phone"), s.main_phone),
    row(t("地址", "Address"), s.address), row(t("风险等级", "Risk colour"), s.colour && (await codes("risk-colour")).find((x) => x.code === s.colour)?.title)));
}

async function historyCard(c) {
  const { items } = await get(`/cases/${c.id}/ledger`);
  const fields = fieldsOf(c);
  const lines = [];
  for (const e of items.reverse()) {
    const set = e.rows.map((r) => r[4]?.fields).find(Boolean) || {};
    const told = [];
    for (const [name, value] of Object.entries(set)) {
      const f = fields.find((x) => x.name === name);
      if (f && f.kind !== "files" && value !== null) told.push(`${f.title}:${await show(f, value)}`);
    }
    lines.push(h(`li.${e.actor?.id ? "person" : "clock"}`, {}, h("div", {}, h("b", {}, e.title), " ", h("span.soft.small", {}, stamp(e.at))),
      h(".small", {}, e.actor?.id ? e.actor.name : t("系统计时", "The clock"), e.for ? t(`(代 ${e.for.name})`, ` (for ${e.for.name})`) : ""),
      told.length ? h(".small.soft", {}, told.join(";")) : null));
  }
  return h("section.card", {}, h("h2", {}, t("办理过程", "What happened")), h("ol.time", {}, lines));
}

function whyCard(c) {
  const why = h("ul.whys.small");
  const box = h("details", { ontoggle: async () => {
    if (!box.open || why.childElementCount || !c.place) return;
    const found = await get(`/locate?lon=${c.place.lon}&lat=${c.place.lat}`).catch(() => ({ duty: [] }));
    why.replaceChildren(...found.duty.map((d) => h("li", {}, h("b", {}, seatText(d)), " ", d.why.join(";"))));
  } }, h("summary", {}, t("为什么是他", "Why this person")), why);
  return h("section.card", {}, c.due_lines?.length ? h("details", {}, h("summary", {}, t("时限是怎么算的", "How the limit was counted")),
    h("ul.whys.small", {}, c.due_lines.map((l) => h("li", {}, l)))) : null, box);
}

async function movesCard(c, wanted) {
  const { items, blocked } = await get(`/cases/${c.id}/moves`);
  const open = items.find((m) => m.move === wanted);
  if (open) return moveForm(c, open);
  if (!items.length && !blocked.length) return null;
  return h("section.card", {}, h("h2", {}, t("可办", "What you can do")),
    h(".moves", {}, items.map((m, i) => h(`a.button.${i === 0 ? "main" : "plain"}`, { href: `#/case/${c.id}/${m.move}` }, m.title))),
    items.length ? null : h("p.soft", {}, t("现在没有您要办的", "Nothing for you to do now")),
    blocked.length ? h("details", {}, h("summary.small.soft", {}, t("暂不可办", "Not open to you")),
      h("ul.blocked", {}, blocked.map((b) => h("li", {}, h("b", {}, b.title), " — ", b.reason)))) : null);
}

function moveForm(c, move) {
  const form = makeForm(move.ask, { case: c, submit: move.title, cancel: () => (location.hash = `#/case/${c.id}`),
    send: (values, k) => post(`/cases/${c.id}/moves/${move.move}`, { version: c.version, fields: values }, k),
    done: () => {
      toast(t("已办理:", "Done: ") + move.title);
      location.hash = `#/case/${c.id}`;
      loadList();
    } });
  return h("section.card", {}, h("h2", {}, move.title), form);
}

async function caseView(id, wanted) {
  const c = await get("/cases/" + id);
  const [moves, fields, subject, history] = await Promise.all([movesCard(c, wanted), fieldCard(c), subjectCard(c), historyCard(c)]);
  page("case", theLine(c), moves || "", fields, subject || "", history, whyCard(c));
}

// ---- the one form renderer ----

let ids = 0;

/* Makes a control for what is asked: {node, read(), name}. read gives undefined when nothing was said. */
function control(ask, context) {
  const id = `f${++ids}`;
  const value = ask.default ?? context.case?.fields?.[ask.name] ?? (ask.name === "matter" ? context.case?.matter : undefined);
  const wrap = (node, read, label = true) => ({ name: ask.name, read, node: h(".field", { "data-field": ask.name },
    h(label ? "label" : "div.label", label ? { for: id } : { id: id + "l" }, ask.title, ask.required ? h("span.must", { title: t("必填", "Required") }, " *")
      : ask.required_if ? h("span.soft.small", {}, t("(视情况必填)", " (may be required)")) : ""), node, h("p.fault", { role: "alert" })) });
  const input = (type, props = {}) => h("input", { id, type, value: value === undefined || value === null ? "" : String(value), ...props });
  switch (ask.kind) {
    case "text": {
      const node = (ask.max || 200) > 200 ? h("textarea", { id, maxlength: String(ask.max) }) : input("text", { maxlength: String(ask.max || 200) });
      node.value = value ?? "";
      return wrap(node, () => node.value.trim() || undefined);
    }
    case "int": case "decimal": case "money": {
      const node = input("number", { step: ask.kind === "int" ? "1" : ask.kind === "money" ? "0.01" : "any", inputmode: "decimal" });
      return wrap(node, () => (node.value === "" ? undefined : Number(node.value)));
    }
    case "date": case "instant": {
      const node = input(ask.kind === "date" ? "date" : "datetime-local");
      return wrap(node, () => node.value && (ask.kind === "date" ? node.value : node.value + ":00+08:00") || undefined);
    }
    case "flag": return choices(ask, id, wrap, [["true", t("是", "Yes")], ["false", t("否", "No")]], value === undefined ? undefined : String(value), (v) => v === "true");
    case "choice": return choices(ask, id, wrap, ask.choices.map((c) => [c.code, c.title]), value, (v) => v);
    case "code": return codePicker(ask, id, wrap, value, context);
    case "files": return filePicker(ask, id, wrap);
    case "ref": return refPicker(ask, id, wrap, context);
    case "place": return placePicker(ask, wrap, context.case?.place, context);
    default: return wrap(h("p.soft.small", { id }, t("此项暂不能在本页填写", "This cannot be filled in on this page")), () => undefined);
  }
}

function choices(ask, id, wrap, options, value, parse) {
  const node = h(".choices", { role: "radiogroup", "aria-labelledby": id + "l" }, options.map(([code, title]) =>
    h("label", {}, h("input", { type: "radio", name: id, value: code, checked: code === value }), h("span", {}, title))));
  return wrap(node, () => {
    const picked = node.querySelector(":checked");
    return picked ? parse(picked.value) : undefined;
  }, false);
}

/* By pictures where there are some, with the whole list behind a link; else by a list. */
function codePicker(ask, id, wrap, value, context) {
  const select = h("select", { id }, h("option", { value: "" }, t("请选择", "Choose")));
  codes(ask.list).then((items) => {
    select.append(...items.filter((i) => !i.retired).map((i) => h("option", { value: i.code }, `${/^\d/.test(i.code) ? i.code + " " : ""}${i.title}`)));
    select.value = value ?? "";
  });
  const read = () => select.value || undefined;
  if (!PICTURES[ask.list] || context.case) return wrap(select, read);
  const tiles = h(".tiles", { role: "radiogroup", "aria-labelledby": id + "l" });
  codes(PICTURES[ask.list]).then((items) => tiles.append(...items.map((i) => h("label", {}, h("input", { type: "radio", name: id, value: i.code, onchange: () => {
    select.value = i.category;
    context.matter = i.matter;
    context.changed?.();
  } }), h("span", {}, i.title)))));
  return wrap(h("div", {}, tiles, h("details", {}, h("summary.small.soft", {}, t("按类别选", "By category")), select)), read, false);
}

function filePicker(ask, id, wrap) {
  const hashes = [];
  const thumbs = h(".thumbs");
  const draw = () => thumbs.replaceChildren(...hashes.map((hash, i) => h("button", { type: "button", "aria-label": t("移除", "Remove"),
    onclick: () => (hashes.splice(i, 1), draw()) }, h("img", { src: `/api/v1/files/${hash}`, alt: "" }))));
  const input = h("input", { id, type: "file", accept: "image/jpeg,image/png,image/webp,application/pdf", multiple: true, onchange: async () => {
    for (const file of input.files) {
      try {
        const kept = await api("PUT", "/api/v1/files", file, { raw: true });
        if (!hashes.includes(kept.hash)) hashes.push(kept.hash);
      } catch (problem) {
        toast(`${file.name}: ${problem.message}`);
      }
    }
    input.value = "";
    draw();
  } });
  return wrap(h("div", {}, input, thumbs), () => (hashes.length ? hashes : undefined));
}

/* What can be looked for by name; other references by their number. */
const FINDERS = {
  subjects: async (q) => (await get(`/subjects?limit=8&q=${encodeURIComponent(q)}`)).items.map((s) => [s.id, s.name, s.address || s.area?.name || ""]),
  departments: async (q) => (await get("/departments?limit=200")).items.filter((d) => d.name.includes(q)).map((d) => [d.id, d.name, ""]),
  persons: async (q) => (await get(`/persons?limit=8&q=${encodeURIComponent(q)}`)).items.map((p) => [p.id, p.name, p.code || ""]),
  cases: async (q) => (await get(`/cases?limit=8&open=1&q=${encodeURIComponent(q)}`)).items.map((c) => [c.id, titleOf(c), c.state_title]),
};

function refPicker(ask, id, wrap, context) {
  let picked = ask.name === "subject" ? context.case?.subject ?? undefined : undefined, wait = 0;
  const found = h(".found", { hidden: true });
  const input = h("input", { id, type: "search", autocomplete: "off", placeholder: FINDERS[ask.list] ? t("输入名称查找", "Type a name") : t("编号", "Number"),
    oninput: () => {
      picked = FINDERS[ask.list] ? undefined : Number(input.value) || undefined;
      clearTimeout(wait);
      wait = setTimeout(look, 250);
    } });
  const look = async () => {
    const all = FINDERS[ask.list] && input.value.trim() ? await FINDERS[ask.list](input.value.trim()).catch(() => []) : [];
    found.hidden = !all.length;
    found.replaceChildren(...all.slice(0, 8).map(([ref, name, more]) => h("button", { type: "button", onclick: () => {
      picked = ref;
      input.value = name;
      found.hidden = true;
      context.changed?.();
    } }, name, more && h("div.small.soft", {}, more))));
  };
  if (picked && FINDERS[ask.list]) get("/subjects/" + picked).then((s) => (input.value = s.name)).catch(() => {});
  return wrap(h("div", {}, input, found), () => picked);
}

function placePicker(ask, wrap, known, context) {
  let place = known ? { lon: known.lon, lat: known.lat } : undefined;
  const told = h("p.small.soft", { role: "status" });
  const set = async (p) => {
    place = p;
    context.changed?.();
    const found = await get(`/locate?lon=${p.lon}&lat=${p.lat}&datum=${p.datum || "WGS84"}`).catch((problem) => ({ fault: problem.message }));
    told.textContent = found.fault || found.path.map((a) => a.name).slice(1).join(" › ");
  };
  const here = () => navigator.geolocation?.getCurrentPosition(
    (p) => set({ lon: +p.coords.longitude.toFixed(7), lat: +p.coords.latitude.toFixed(7), datum: "WGS84", accuracy_m: Math.round(p.coords.accuracy) }),
    () => (told.textContent = t("取不到位置,请选单位或填经纬度", "No position: choose a subject or type degrees")), { enableHighAccuracy: true, timeout: 10000 });
  const typed = h("input", { type: "text", inputmode: "decimal", placeholder: "109.06, 34.32", "aria-label": t("经度, 纬度", "longitude, latitude"), onchange: () => {
    const [lon, lat] = typed.value.split(/[,，\s]+/).map(Number);
    if (Number.isFinite(lon) && Number.isFinite(lat)) set({ lon, lat, datum: "WGS84" });
  } });
  if (place) typed.value = `${place.lon}, ${place.lat}`;
  return wrap(h("div", {}, h(".row", {}, h("button.button", { type: "button", onclick: here }, "◎ ", t("我在这里", "Here")),
    S.house.demo && h("button.button", { type: "button", onclick: () => set({ ...DEMO.place, datum: "WGS84" }) }, t("演示位置", "Demo place"))),
    h("details", {}, h("summary.small.soft", {}, t("填经纬度", "Type degrees")), typed), told), () => place, false);
}

function makeForm(asks, context) {
  const controls = asks.map((ask) => control(ask, context));
  const fault = h("p.fault", { role: "alert" });
  const values = () => Object.fromEntries(controls.map((c) => [c.name, c.read()]).filter(([, v]) => v !== undefined));
  let k = key(), sent = "";
  const form = h("form", { novalidate: true, onsubmit: async (e) => {
    e.preventDefault();
    const now = JSON.stringify(values());
    if (now !== sent) [k, sent] = [key(), now]; // what is sent again unchanged has the same key: one effect
    const button = form.querySelector("button.main");
    button.disabled = true;
    try {
      context.done(await context.send(values(), k));
    } catch (problem) {
      showFaults(form, fault, problem);
    }
    button.disabled = false;
  } }, controls.map((c) => c.node), context.before || "", fault, h(".row", {}, h("button.button.main.grow", {}, context.submit),
    context.cancel && h("button.button", { type: "button", onclick: context.cancel }, t("取消", "Cancel"))));
  form.values = values;
  return form;
}

function showFaults(form, fault, problem) {
  for (const f of form.querySelectorAll(".field")) {
    f.classList.remove("bad");
    f.querySelector(".fault").textContent = "";
  }
  const rest = [];
  for (const e of problem.errors) {
    const field = form.querySelector(`[data-field="${CSS.escape(e.field.replace(/^fields\./, "").replace(/\W.*$/, ""))}"]`);
    if (field) {
      field.classList.add("bad");
      field.querySelector(".fault").textContent = e.message;
    } else rest.push(e.message);
  }
  fault.textContent = [problem.errors.length && !rest.length ? "" : problem.message, ...rest].filter(Boolean).join(" ");
  form.querySelector(".bad input, .bad select, .bad textarea, .fault")?.focus();
}

// ---- report ----

const filings = (flow) => flow.moves.filter((m) => !m.from);

/* Those whose `by` one of my seats fulfils. */
function mayFile(move) {
  const roles = new Set(S.me.seats.map((s) => s.role));
  return move.by.some((by) => roles.has(by.split("@")[0]));
}

async function reportView(flowName, moveName) {
  const open = [...S.flows.values()].map((f) => [f, filings(f).filter(mayFile)]).filter(([, moves]) => moves.length);
  if (!open.length) return page("report", h("p.hint", {}, t("您的岗位不上报事项", "None of your seats reports cases")));
  const [flow, moves] = open.find(([f]) => f.flow === flowName) || open[0];
  const move = moves.find((m) => m.move === moveName) || moves[0];
  const link = (to, title, on) => h("button", { type: "button", "aria-pressed": String(on), onclick: () => location.replace(to) }, title);
  const head = [
    h("section.card.danger", {}, t("有人伤亡、起火、泄漏:先打 ", "Casualties, fire, leak: call first "), h("a", { href: "tel:119" }, "119"), " / ",
      h("a", { href: "tel:110" }, "110"), " / ", h("a", { href: "tel:120" }, "120"), t(",再选“紧急”上报", ", then report as urgent")),
    open.length > 1 ? h(".tabs", { role: "group", "aria-label": t("事项种类", "Kind") }, open.map(([f]) => link(`#/report/${f.flow}`, f.title, f === flow))) : null,
    moves.length > 1 ? h(".tabs", { role: "group", "aria-label": t("现场怎样", "How things stand") }, moves.map((m) => link(`#/report/${flow.flow}/${m.move}`, m.title, m === move))) : null,
  ];
  page("report", ...head.filter(Boolean), reportForm(flow, move));
}

/* What is asked, with place and subject in front of it unless the move asks for them itself. */
function asksOf(flow, move) {
  const own = move.ask.map((a) => ({ ...a, required: a.required && !a.term }));
  const base = [];
  if (!own.some((a) => a.name === "subject")) base.push({ name: "subject", title: t("附近单位(可不选)", "Subject (if any)"), kind: "ref", list: "subjects" });
  if (!own.some((a) => a.name === "place")) base.push({ name: "place", title: t("在哪里", "Where"), kind: "place" });
  const files = own.filter((a) => a.kind === "files"), rest = own.filter((a) => a.kind !== "files");
  return [...files, ...base, ...rest];
}

function reportForm(flow, move) {
  const receives = h("section.card.receives", { hidden: true, "aria-live": "polite" });
  let wait = 0;
  const context = { submit: t("提交", "Send"), before: receives, changed: () => {
    clearTimeout(wait);
    wait = setTimeout(preview, 250);
  }, send: (values, k) => post("/cases", bodyOf(values), k), done: (c) => {
    toast(t(`已收到,回执号 ${c.id}`, `Received, number ${c.id}`));
    location.hash = `#/case/${c.id}`;
    loadList();
  } };
  const bodyOf = (values) => {
    const { place, subject, matter, department, ...fields } = values;
    return JSON.parse(JSON.stringify({ flow: flow.flow, move: move.move, place, subject, matter: matter || context.matter, department, fields }));
  };
  const form = makeForm(asksOf(flow, move), context);
  form.addEventListener("change", context.changed);
  const preview = async () => {
    const body = bodyOf(form.values());
    if (!body.place && !body.subject) return;
    try {
      const p = await api("POST", "/api/v1/preview", body);
      receives.replaceChildren(...[h("p", {}, t("将送达 ", "Goes to "), h("b", {}, seatText(p.duty) || "—"), p.due ? t(`,${stamp(p.due)} 前办理`, `, to act by ${stamp(p.due)}`) : "",
        p.department ? t(`;主管:${p.department.name}`, `; department: ${p.department.name}`) : ""), h("p.small.soft", {}, p.area?.name || ""),
      p.why?.length ? h("details", {}, h("summary.small", {}, t("为什么是他", "Why this person")), h("ul.whys.small", {}, p.why.map((w) => h("li", {}, w)))) : null,
      p.similar?.length ? h("p.small", {}, t(`附近已有 ${p.similar.length} 件类似:`, `${p.similar.length} like it nearby: `),
        p.similar.map((s) => [h("a", { href: `#/case/${s.id}` }, String(s.id)), " "])) : null].filter(Boolean));
    } catch (problem) {
      receives.replaceChildren(h("p.fault", {}, problem.errors[0]?.message || problem.message));
    }
    receives.hidden = false;
  };
  return h("section.card", {}, form);
}

// ---- me ----

function meView() {
  const seats = S.me.seats.map((s) => h("li.card", {}, h(".row", {}, h(".grow", {}, h("b", {}, s.title), " ", h("span.soft", {}, s.area?.name || s.department?.name || "")),
    s.how === "stand_in" ? h("span.chip", {}, t("替岗", "Standing in"), s.for ? " " + s.for.name : "") : s.how === "liaison" ? h("span.chip", {}, t("联络员", "Liaison")) : null,
    S.me.seats.length > 1 ? h("button.button", { type: "button", "aria-pressed": String(S.me.hat === s.id), onclick: () => wear(S.me.hat === s.id ? null : s.id) },
      S.me.hat === s.id ? t("✓ 以此岗办理", "✓ Acting from here") : t("以此岗办理", "Act from here")) : null)));
  page("me", h("section.card", {}, h("h2", {}, S.me.person?.name || S.me.login), h("p.soft", {}, S.me.region?.name || "")),
    h("h2.group", {}, t("我的岗位", "My seats")), h("ul", {}, seats.length ? seats : h("li.hint", {}, t("现在没有岗位", "No seat now"))),
    h(".row", {}, langButton(), h("span.grow"), h("a.link", { href: "/api/openapi.json" }, "API"),
      h("button.button.warn", { type: "button", onclick: async () => {
        await api("DELETE", "/api/v1/session").catch(() => {});
        leave();
      } }, t("退出登录", "Sign out"))));
}

async function wear(seat) {
  try {
    S.me = await api("PUT", "/api/v1/session/hat", { seat });
    render();
  } catch (problem) {
    toast(problem.message);
  }
}

// ---- begin ----

addEventListener("hashchange", () => {
  render();
  $("view").focus({ preventScroll: true });
  scrollTo(0, 0);
});
S.house = await get("/house").catch(() => ({}));
try {
  await enter();
} catch {
  S.me = null;
  render();
}
