// SPDX-License-Identifier: Apache-2.0
// What the server says, as far as these screens read it (design §8).

export type Id = number
export interface Named {
  id: Id
  name: string
}
export interface Chair {
  role: string
  title?: string
  seat: Id | null
  person: Named | null
  name?: string | null
  why?: string[]
  how?: string
  at?: string
}
export interface Area {
  id: Id
  name: string
  code?: string | null
  level?: string
  kind?: string | null
  parent?: Id | null
}
export interface MySeat {
  seat: Id
  role: string
  title: string
  area: Area | null
  department: Named | null
  subject: Named | null
  sit?: string
  for?: Named | null
}
export interface Me {
  person: Named
  login?: string
  seats: MySeat[]
  hat: Id | null
  can: string[]
  region?: Named | null
  demo: boolean
  csrf?: string
  now?: string
}
export interface Place {
  lon: number
  lat: number
  datum?: string
  accuracy_m?: number
}
export type Value = string | number | boolean | string[] | Place | null
export type Values = Record<string, Value>

export interface Choice {
  code: string
  title: string
}
/** A field of a form: the same object in GET /flows and in the ask of GET /cases/{id}/moves. */
export interface Field {
  name: string
  title: string
  kind: string
  max?: number
  scale?: number
  list?: string
  choices?: Choice[]
  required?: boolean
  term?: string
  required_if?: string
  default?: Value
  sense?: string
}
export interface FlowState {
  state: string
  title: string
  end?: string
  duty?: string[]
  party?: string
  watch?: string[]
  clock?: { term?: string; until?: string; limit?: string }[]
}
export interface FlowMove {
  move: string
  title: string
  from?: string[]
  to: { term?: string; state: string }[]
  by: string[]
  ask: Field[]
  document?: string
  opens?: string[]
}
export interface Flow {
  flow: string
  title: string
  version?: number
  states: FlowState[]
  moves: FlowMove[]
  fields: Field[]
}
export interface Code extends Choice {
  retired?: boolean
  [attr: string]: unknown
}
export interface CodeList {
  list: string
  title: string
  items: Code[]
}
export interface Case {
  id: Id
  flow: string
  flow_title?: string
  flow_version: number
  state: string
  state_title?: string
  version: number
  area: Area | null
  place: Place | null
  subject: Id | null
  subject_name?: string | null
  matter: string | null
  duty: Chair | null
  party: Chair | null
  department: Named | null
  filed?: { person: Named | null; mine: boolean }
  opened: string
  entered?: string
  due: string | null
  due_lines: string[]
  late: boolean
  risen: Chair[]
  watch?: Id[]
  similar?: Similar[]
  fields: Values
  parent: Id | null
  origin: string | null
  outcome?: string | null
  ended?: string | null
  merged_into?: Id | null
  ledger_no?: number
}
export interface Similar {
  id: Id
  state: string
  subject: Id | null
  opened: string
  metres: number | null
}
export interface Move {
  move: string
  title: string
  to: string
  targets?: string[]
  ask: Field[]
  document?: string
}
export interface Blocked {
  move: string
  title: string
  code?: string
  reason: string
}
export interface Moves {
  items: Move[]
  blocked: Blocked[]
}
export interface Entry {
  no: number
  at: string
  verb: string
  title?: string
  actor: Named | null
  seat: { id: Id; role: string; title?: string } | null
  for?: Named
  rows: [string, string, Id, number, Record<string, unknown>][]
}
export interface Preview {
  area: Area | null
  duty: Chair | null
  department: Named | null
  due: string | null
  due_lines: string[]
  similar: Similar[]
  party?: Chair | null
}
export interface Located {
  cell: Area
  path: Area[]
  duty: Chair[]
  departments: { matter: string; title: string; lead: Named; why: string[] }[]
}
export interface Subject {
  id: Id
  version?: number
  name: string
  code?: string | null
  kind?: string | null
  status?: string | null
  colour?: string | null
  address?: string | null
  main_person?: string | null
  main_phone?: string | null
  safety_person?: string | null
  safety_phone?: string | null
  matters?: string[]
  place?: Place | null
  lon?: number | null
  lat?: number | null
  area?: Area | null
  department?: Named | null
  key?: boolean | number | null
  key_positions?: string[] | null
  permit?: string | null
  uscc?: string | null
  seen?: string | null
}
export interface Seat {
  id: Id
  role: string
  title: string
  ordinal: number
  area: Id | null
  department: Id | null
  holder: Named | null
  standin?: Named | null
  'stand-in'?: Named | null
  liaison: Named | null
  answers: Named | null
}
export interface Page<T> {
  items: T[]
  next: string | null
}
export interface ProblemBody {
  title?: string
  status?: number
  detail?: string
  code?: string
  errors?: { field: string; code: string; message: string }[]
}
