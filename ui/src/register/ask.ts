// SPDX-License-Identifier: Apache-2.0
// What a register is asked for stands in the address of its page: a view is a link. Here the address becomes the query of the
// server, a measure of a flow becomes an address, and a period in words becomes two instants.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Choice, Field, Flow } from '../api/types'
import { defs } from '../lib/defs'
import { dateText, now } from '../lib/time'
import { t } from '../i18n'

export type Asked = Record<string, string>
export const askedOf = (query: LocationQuery): Asked => Object.fromEntries(Object.entries(query).flatMap(([k, v]) => (typeof v === 'string' && v ? [[k, v]] : [])))

/** Filters of cases that are theirs whatever the flow; those of a flow's fields are called fields[NAME]. */
const FILTERS = ['q', 'flow', 'state', 'area', 'department', 'subject', 'parent', 'seat', 'duty', 'filed', 'open', 'late']
const isFilter = (name: string): boolean => FILTERS.includes(name) || name.startsWith('fields[')
/** What only says how the rows are shown. */
export const SHOWN = ['sort', 'cols', 'per', 'page', 'cursor']
export const filtersIn = (asked: Asked): number => Object.keys(asked).filter((k) => isFilter(k) || k === 'span' || k === 'from' || k === 'to').length

export const PERIODS = ['opened', 'ended', 'due'] as const
export const SPANS = ['today', 'week', 'month', 'last_month', 'year'] as const
const DAY = 86400000
const startOf = (date: string): number => Date.parse(`${date}T00:00:00+08:00`)
const instant = (ms: number): string => new Date(ms).toISOString()
/** The day after a date, for a span that holds its last day. */
const after = (date: string): number => startOf(date) + DAY
/** The first and the last day, as dates. */
export function daysOf(span: string): [string, string] | null {
  const today = dateText(now())
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))]
  const first = (y: number, m: number): string => new Date(Date.UTC(y, m - 1, 1)).toISOString().slice(0, 10)
  const before = (date: string): string => dateText(startOf(date) - 1)
  const monday = dateText(now() - ((new Date(startOf(today) + 8 * 3600000).getUTCDay() + 6) % 7) * DAY)
  if (span === 'today') return [today, today]
  if (span === 'week') return [monday, dateText(startOf(monday) + 6 * DAY)]
  if (span === 'month') return [first(year, month), before(first(year, month + 1))]
  if (span === 'last_month') return [first(year, month - 1), before(first(year, month))]
  if (span === 'year') return [`${year}-01-01`, `${year}-12-31`]
  return null
}
function periodOf(asked: Asked): Asked {
  const [from, to] = daysOf(asked['span'] ?? '') ?? [asked['from'], asked['to']]
  if (!from && !to) return {}
  return { period: asked['period'] ?? 'opened', ...(from && { from: instant(startOf(from)) }), ...(to && { to: instant(after(to)) }) }
}
/** The filters of the address as the server takes them, for pages, counts and exports alike. */
export function queryOf(asked: Asked): Asked {
  const out: Asked = {}
  for (const [name, value] of Object.entries(asked)) if (isFilter(name)) out[name] = value
  const number = out['q']?.normalize('NFKC').replace(/\s/g, '') ?? ''
  if (/^\d+-\d+$/.test(number)) out['q'] = number
  return { ...out, ...periodOf(asked) }
}
export const registerLink = (query: LocationQueryRaw): { path: string; query: LocationQueryRaw } => ({ path: '/register', query })

/** Where the cases of a figure stand in the register; null: more than one flow, or several states, make it up. */
export function figureLink(figure: string, area?: number): ReturnType<typeof registerLink> | null {
  const of = defs.flows.flatMap((f) => f.measures.filter((m) => m.figure === figure).map((m) => ({ flow: f.flow, ...m })))
  const one = of.length === 1 ? of[0] : undefined
  if (!one) return null
  const where = { flow: one.flow, ...(area && { area: String(area) }) }
  if (one.kind === 'count') return registerLink({ ...where, period: 'opened', span: 'today' })
  if (one.kind === 'open') return registerLink({ ...where, open: '1' })
  if (one.kind === 'late') return registerLink({ ...where, open: '1', late: '1' })
  return one.of?.length === 1 ? registerLink({ ...where, state: one.of[0] }) : null
}

type IndexedField = Flow['fields'][number]
/** Fields that lists filter by: those of the flow asked for; without one, each whose name means the same in every flow that has it. */
export function indexedFields(flow: string): IndexedField[] {
  const all = defs.flows.filter((f) => !flow || f.flow === flow).flatMap((f) => f.fields.filter((x) => x.index))
  const same = (a: IndexedField, b: IndexedField): boolean => a.kind === b.kind && a.list === b.list && JSON.stringify(a.choices) === JSON.stringify(b.choices)
  return all.filter((x, i) => all.findIndex((y) => y.name === x.name) === i && all.every((y) => y.name !== x.name || same(x, y)))
}
/** What a filter lets one pick from; empty while a code list is still being read, and for what is typed. */
export function choicesOf(f: Field): Choice[] {
  if (f.kind === 'code') return defs.lists[f.list ?? '']?.items ?? []
  if (f.kind === 'flag') return ['1', '0'].map((code) => ({ code, title: t(code === '1' ? 'reg.flag_yes' : 'reg.flag_no', { what: f.title }) }))
  return f.choices ?? []
}
