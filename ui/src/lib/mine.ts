// SPDX-License-Identifier: Apache-2.0
// What waits for me: cases that my seats answer for, those in my cells, those of my own subject; and which of them have a next step
// that is mine to take, by the definition.
import { filled } from '../api/client'
import type { Case } from '../api/types'
import { flowNamed } from './defs'
import { session } from './session'

const CELLS_MOST = 12
type Filter = { flow?: string; state?: string; q?: string }

/** duty: those that my seats answer for or look on; near: in my cells or of my subject, whoever answers. */
export async function myCases(filter: Filter = {}): Promise<{ duty: Case[]; near: Case[] }> {
  const ask = async (whose: Record<string, string | number>, limit: number): Promise<Case[]> => (await filled('/api/v1/cases', { ...whose, ...filter, open: '1', limit })).items
  const seats = session.me?.seats ?? []
  // A member has no duty of the clock but chases what is open in the own cells: sees to it, submits, serves.
  const cells = new Set(seats.flatMap((s) => (s.role === 'grid_member' && s.area ? [s.area.id] : [])))
  // Nor have the subject's own people: they sign, rectify and submit.
  const subjects = new Set(seats.flatMap((s) => (s.subject ? [s.subject.id] : [])))
  const [duty, ...rest] = await Promise.all([
    ask({ duty: 'me' }, 200),
    ...[...cells].slice(0, CELLS_MOST).map((area) => ask({ area }, 50)),
    ...[...subjects].map((subject) => ask({ subject }, 100)),
  ])
  const known = new Set(duty!.map((c) => c.id))
  const near = new Map(rest.flat().filter((c) => !known.has(c.id)).map((c) => [c.id, c]))
  return { duty: duty!, near: [...near.values()] }
}
/** My seat answers for it, or it has risen to me, or the next step is mine: one that leads on and that the definition gives my role. */
export function waitsForMe(c: Case): boolean {
  const seats = session.me?.seats ?? []
  const ids = new Set(seats.map((s) => s.id))
  if ((c.duty?.seat != null && ids.has(c.duty.seat)) || c.risen.some((r) => r.seat != null && ids.has(r.seat))) return true
  const mine = seats.map((s) => ({ role: s.role, at: s.subject ? 'subject' : '' }))
  const gives = (by: string): boolean => {
    if (by === 'party') return c.party?.seat != null ? ids.has(c.party.seat) : mine.some((s) => s.at && s.role === c.party?.role)
    const [role, at] = by.split('@')
    return mine.some((s) => s.role === role && (at === 'subject') === Boolean(s.at))
  }
  return flowNamed(c.flow)?.moves.some((m) => m.from?.length === 1 && m.from[0] === c.state && m.to.some((to) => to.state !== c.state) && m.by.some(gives)) ?? false
}
