// SPDX-License-Identifier: Apache-2.0
// The one line that says who must do what by when, and other sentences about a case.
import type { Case, Chair, Flow, Move } from '../api/types'
import { t } from '../i18n'
import { flowNamed, stateOf, stateTitle } from '../lib/defs'

/** An id as people read it out: the region and the number in it. */
export function shortNo(id: number): string {
  const two33 = 2 ** 33
  return id >= two33 ? `${Math.floor(id / two33)}-${id % two33}` : String(id)
}
export const chairText = (chair: Chair | null | undefined): string =>
  chair ? [chair.person?.name ?? chair.name ?? t('cases.vacant'), chair.title].filter(Boolean).join(' · ') : t('cases.nobody')
export const titleOf = (c: Case): string => c.state_title ?? stateTitle(c.flow, c.state)
/** 许启航(网格监管责任人) */
export const chairLine = (chair: Chair | null | undefined): string =>
  chair ? t('cases.who', { name: chair.person?.name ?? chair.name ?? t('cases.vacant'), title: chair.title }) : t('cases.nobody')
/** 待核实 → 核实: what is to be done in a state. */
export const deedOf = (title: string): string => title.replace(/^待/, '')
export const isEnded = (c: Case): boolean => Boolean(c.ended) || stateOf(c.flow, c.state)?.end !== undefined
/** The words of the finder: the first long text of the flow that is filled in, else any text. */
export function gist(c: Case): string {
  const flow = flowNamed(c.flow)
  const texts = (flow?.fields ?? []).filter((f) => f.kind === 'text' && typeof c.fields[f.name] === 'string')
  const long = texts.find((f) => (f.max ?? 200) >= 1000) ?? texts[0]
  return (long ? String(c.fields[long.name]) : '') || c.flow_title || flow?.title || c.flow
}
/** Photos before and after: the first two fields of photos that the filing moves ask for, in the order of the definition. */
export function photoFields(flow: Flow | undefined): { before?: string; after?: string } {
  const names = (flow?.fields ?? []).filter((f) => f.kind === 'files').map((f) => f.name)
  return { before: names.find((n) => n === 'before') ?? names[0], after: names.find((n) => n === 'after') ?? undefined }
}
export const hashes = (c: Case, name: string | undefined): string[] => {
  const value = name ? c.fields[name] : undefined
  return Array.isArray(value) ? value : []
}
/** Moves that belong to this state alone are the next steps; what can be done from many states stands behind. */
export function isNext(c: Case, move: string): boolean {
  return flowNamed(c.flow)?.moves.find((m) => m.move === move)?.from?.length === 1
}
export const nextMoves = (c: Case, moves: Move[]): Move[] => moves.filter((m) => isNext(c, m.move))
