// SPDX-License-Identifier: Apache-2.0
// The definitions in force: forms, lists and buttons are made from them. Kept for work without signal, by language.
import { reactive } from 'vue'
import { get } from '../api/client'
import type { Case, CodeList, Flow, FlowMove, FlowState } from '../api/types'
import { lang } from '../i18n'
import { freshOrKept, keepGet } from './keep'
import { lost } from './session'

export const defs = reactive({ flows: [] as Flow[], lists: {} as Record<string, CodeList | null> })
let loaded = ''

type Items = Awaited<ReturnType<typeof askFlows>>
const askFlows = async () => (await get('/api/v1/flows')).items
function use(items: Items, language: string): void {
  if (language !== lang()) return
  defs.flows = items.map((item) => ({ ...item.flow, version: item.version }))
  if (loaded !== language) defs.lists = {}
  loaded = language
}
/** What was kept serves until the newest is there: no form stands without its fields while the server is asked. */
export async function loadFlows(again = false): Promise<void> {
  const language = lang()
  if (loaded === language && !again) return
  const key = `flows/${language}`
  if (loaded !== language) {
    const kept = await keepGet<Items>(key)
    if (kept) use(kept, language)
  }
  use(await freshOrKept(key, askFlows, lost), language)
}
const asking = new Map<string, Promise<CodeList | null>>()
export function codeList(name: string): Promise<CodeList | null> {
  const known = defs.lists[name]
  if (known) return Promise.resolve(known)
  const key = `codes/${lang()}/${name}`
  let ask = asking.get(key)
  if (!ask) {
    ask = freshOrKept(key, () => get(`/api/v1/codes/${encodeURIComponent(name)}`), lost)
      .then((list) => (defs.lists[name] = list))
      .catch((e: unknown) => (lost(e) ? null : (defs.lists[name] = null)))
      .finally(() => asking.delete(key))
    asking.set(key, ask)
  }
  return ask
}
export const flowNamed = (name: string): Flow | undefined => defs.flows.find((f) => f.flow === name)
export const filingMoves = (flow: Flow | undefined): FlowMove[] => flow?.moves.filter((m) => !m.from) ?? []
export function stateOf(flow: string, state: string): FlowState | undefined {
  return flowNamed(flow)?.states.find((s) => s.state === state)
}
export const stateTitle = (flow: string, state: string): string => stateOf(flow, state)?.title ?? state
/** By what a case in that state may be ended without a word. */
export function endOf(c: Case): FlowMove | undefined {
  return flowNamed(c.flow)?.moves.find((m) => m.from?.includes(c.state) && m.by.includes('duty') && m.ask.every((a) => !a.required && !a.term) && m.to.every((to) => stateOf(c.flow, to.state)?.end))
}
/** Whether somebody in these roles may file by that move. */
export function mayFile(move: FlowMove, roles: string[]): boolean {
  return move.by.some((by) => roles.includes(by.split('@')[0]!))
}
export function codeTitle(list: string, code: string): string {
  if (defs.lists[list] === undefined) {
    defs.lists[list] = null
    void codeList(list)
  }
  return defs.lists[list]?.items.find((i) => i.code === code)?.title ?? code
}
