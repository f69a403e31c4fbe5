// SPDX-License-Identifier: Apache-2.0
// The package for a day without signal: my cases with what can be done to them, my cells with who answers there, their
// subjects, the definitions. Asked for again whenever there is signal; what was kept is shown until then.
import { reactive } from 'vue'
import { filled, get, Problem } from '../api/client'
import type { Area, Case, Chair, Located, Moves, Page, Place, Subject } from '../api/types'
import { nextMoves } from '../case/words'
import { codeList, defs, loadFlows } from './defs'
import { keepGet, keepPut } from './keep'
import { myCases } from './mine'
import { inside, metres, pointInside, type Outline } from './place'
import { lost, session } from './session'

const CELLS_MOST = 12
const SUBJECTS_MOST = 2000
const CASES_MOST = 60

export interface Cell {
  area: Area
  outline: Outline
  located: Located
}
export interface Kept {
  case: Case
  moves: Moves
}
export const pack = reactive({
  cases: [] as Case[],
  filed: [] as Case[],
  /** Cases that wait for this person: the own seat answers, or a next step is the own to take. */
  todo: [] as number[],
  cells: [] as Cell[],
  subjects: [] as Subject[],
  at: '',
  busy: false,
  loaded: false,
})

const mine = (part: string): string => `pack/${session.me?.person.id ?? 0}/${part}`

export async function startPack(): Promise<void> {
  pack.cases = (await keepGet<Case[]>(mine('cases'))) ?? []
  pack.filed = (await keepGet<Case[]>(mine('filed'))) ?? []
  pack.todo = (await keepGet<number[]>(mine('todo'))) ?? []
  pack.cells = (await keepGet<Cell[]>(mine('cells'))) ?? []
  pack.subjects = (await keepGet<Subject[]>(mine('subjects'))) ?? []
  pack.at = (await keepGet<string>(mine('at'))) ?? ''
  pack.loaded = pack.at !== ''
}
export async function refreshCases(): Promise<void> {
  const { duty, near } = await myCases()
  pack.cases = [...duty, ...near].sort((a, b) => (a.due ?? '9').localeCompare(b.due ?? '9'))
  pack.filed = (await filled('/api/v1/cases', { filed: 'me', limit: 30 })).items
  pack.loaded = true
  await keepPut(mine('cases'), pack.cases)
  await keepPut(mine('filed'), pack.filed)
  await sortOut()
}
/** What a case needs to be worked on without signal; only what has changed is asked for. */
async function keepCases(): Promise<void> {
  const ours = [...pack.cases, ...pack.filed].slice(0, CASES_MOST)
  for (const c of ours) {
    const kept = await keepGet<Kept>(`case/${c.id}`)
    if (kept && kept.case.version === c.version && kept.case.late === c.late) continue
    await loadCase(c.id)
  }
  await sortOut()
}
/** Which of the cases wait for me, as far as it is known here. */
async function sortOut(): Promise<void> {
  const seats = new Set((session.me?.seats ?? []).map((s) => s.id))
  const todo: number[] = []
  for (const c of pack.cases) {
    const kept = await keepGet<Kept>(`case/${c.id}`)
    const steps = kept && kept.case.version === c.version ? nextMoves(c, kept.moves.items) : []
    const on = steps.some((m) => (m.targets?.length ? m.targets : [m.to]).some((to) => to !== c.state))
    if (on || (c.duty?.seat != null && seats.has(c.duty.seat)) || c.risen.some((r) => r.seat != null && seats.has(r.seat))) todo.push(c.id)
  }
  pack.todo = todo
  await keepPut(mine('todo'), todo)
}
export async function loadCase(id: number): Promise<Kept> {
  const kept = await keepGet<Kept>(`case/${id}`)
  try {
    const [one, moves] = await Promise.all([get(`/api/v1/cases/${id}`), get(`/api/v1/cases/${id}/moves`)])
    const fresh = { case: one, moves: { items: moves.items, blocked: moves.blocked } }
    await keepPut(`case/${id}`, fresh)
    return fresh
  } catch (e) {
    if (lost(e) && kept) return kept
    throw e
  }
}
async function ownCells(): Promise<Area[]> {
  const found = new Map<number, Area>()
  const walk = async (area: Area): Promise<void> => {
    if (found.size >= CELLS_MOST) return
    if (area.level === 'cell') {
      found.set(area.id, area)
      return
    }
    for (const child of (await get(`/api/v1/areas/${area.id}/children`)).items) await walk(child)
  }
  for (const seat of session.me?.seats ?? []) {
    if (!seat.area) continue
    const area = await get(`/api/v1/areas/${seat.area.id}`)
    // A whole region is no package: who sits above the offices looks at lists.
    if (area.level === 'region') continue
    await walk(area)
  }
  return [...found.values()]
}
async function keepCells(): Promise<void> {
  const cells: Cell[] = []
  const subjects: Subject[] = []
  for (const area of await ownCells()) {
    const outline = (await get(`/api/v1/areas/${area.id}/outline`)).geometry as Outline
    const at = pointInside(outline)
    cells.push({ area, outline, located: await get('/api/v1/locate', { lon: at.lon, lat: at.lat }) })
    let next: string | null = null
    do {
      const page: Page<Subject> = await get('/api/v1/subjects', { area: area.id, limit: 200, cursor: next ?? undefined })
      subjects.push(...page.items)
      next = page.next
    } while (next && subjects.length < SUBJECTS_MOST)
  }
  pack.cells = cells
  pack.subjects = subjects
  await keepPut(mine('cells'), cells)
  await keepPut(mine('subjects'), subjects)
}
async function keepCodes(): Promise<void> {
  const names = new Set(['hazard-picture', 'matter', 'subject-kind', 'document'])
  for (const flow of defs.flows) for (const field of flow.fields) if (field.kind === 'code' && field.list) names.add(field.list)
  for (const name of names) await codeList(name)
}
export async function refreshPack(): Promise<void> {
  if (pack.busy || session.out) return
  pack.busy = true
  try {
    await loadFlows(true)
    await refreshCases()
    await keepCodes()
    await keepCells()
    await keepCases()
    pack.at = new Date().toISOString()
    await keepPut(mine('at'), pack.at)
    session.online = true
  } catch (e) {
    if (lost(e)) session.online = false
    else if (!(e instanceof Problem)) throw e
  } finally {
    pack.busy = false
  }
}

/* ---- asked of the package ---- */

export const placeOf = (s: Subject): Place | null => s.place ?? null
export function cellAt(place: Place | null): Cell | undefined {
  return place ? pack.cells.find((c) => inside(c.outline, place.lon, place.lat)) : undefined
}
export function near(place: Place, most = 8): { subject: Subject; metres: number }[] {
  return pack.subjects
    .map((subject) => ({ subject, at: placeOf(subject) }))
    .filter((x): x is { subject: Subject; at: Place } => x.at !== null)
    .map(({ subject, at }) => ({ subject, metres: Math.round(metres(place, at)) }))
    .sort((a, b) => a.metres - b.metres)
    .slice(0, most)
}
/** Who would answer, as far as this phone knows: the first candidate of the state whose seat somebody holds. */
export function keptDuty(cell: Cell, duty: string[] | undefined): Chair | undefined {
  for (const chair of duty ?? []) {
    const found = cell.located.duty.find((d) => d.role === chair.split('@')[0] && d.person)
    if (found) return found
  }
  return cell.located.duty[0]
}
const names = reactive(new Map<number, string>())
const asked = new Set<number>()
/** The name of a subject that a list of cases gives by id. */
export function subjectName(id: number | null | undefined): string {
  if (!id) return ''
  const kept = pack.subjects.find((s) => s.id === id)
  if (kept) return kept.name
  if (!asked.has(id)) {
    asked.add(id)
    void get(`/api/v1/subjects/${id}`)
      .then((s) => names.set(id, s.name))
      .catch((e) => lost(e) && asked.delete(id))
  }
  return names.get(id) ?? ''
}
export function findSubjects(q: string, most = 20): Subject[] {
  const text = q.trim().toLowerCase()
  if (!text) return []
  return pack.subjects.filter((s) => [s.name, s.address, s.code].some((v) => v?.toLowerCase().includes(text))).slice(0, most)
}
