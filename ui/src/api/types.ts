// SPDX-License-Identifier: Apache-2.0
// The names under which these screens know what the server says. Each is the server's own shape (schema.d.ts, made from
// docs/openapi.json); here is only what a JSON schema cannot say.
import type { components } from './schema'

type Shapes = components['schemas']
export type Id = number
export type Named = Shapes['Ref']
export type Me = Shapes['Me']
export type MySeat = Shapes['MySeat']
export type Place = Shapes['PlaceIn']
export type Values = Shapes['Fields']
export type Value = Values[string]

export type Choice = Shapes['Choice']
/** A field of a form: what a flow says of it, what a move asks of it, what a case's next moves ask. */
export type Field = Omit<Shapes['Ask'], 'required'> & Partial<Pick<Shapes['Ask'], 'required'> & Pick<Shapes['Asked'], 'term'> & Pick<Shapes['Field'], 'sense'>>
export type FlowState = Shapes['State']
export type FlowMove = Shapes['Move']
export type Flow = Shapes['Flow'] & { version?: number }
export type Code = Shapes['Code']
export type CodeList = Shapes['Codes']

export type Case = Shapes['Case']
/** Whoever stands behind a case: the duty, the party, whom it has risen to. */
export type Chair = Omit<Shapes['Party'], 'name'> & { name?: string | null; why?: string[]; at?: string }
export type Similar = Shapes['Similar']
export type Move = Shapes['Offer']
export type Blocked = Shapes['Blocked']
export type Moves = Shapes['Moves']
/** Of a row: table, what was done, id, the entry before, columns. */
export type Entry = Omit<Shapes['Entry'], 'rows'> & { rows: [string, string, Id, number, Record<string, unknown>][] }
export type Preview = Shapes['Preview']
export type Sights = Shapes['Sights']
export type Paper = Shapes['Paper']

export type Area = Shapes['AreaRef'] & Partial<Pick<Shapes['Area'], 'level' | 'kind' | 'parent'>>
export type Located = Shapes['Located']
export type BlindSpot = Shapes['BlindSpot']
export type Department = Shapes['Department']
export type Seat = Shapes['Seat']
export type Hold = Shapes['Hold']
export type Shift = Shapes['Shift']
export type Person = Shapes['Person']
export type Subject = Shapes['Subject']
export type Noun = Shapes['Noun']
export type NounVerb = Shapes['NounVerb']
export type NounEntry = Shapes['NounEntry']
export type Proposal = Shapes['Proposal']

export interface Page<T> {
  items: T[]
  partial?: boolean
  next: string | null
}
export type ProblemBody = Partial<Shapes['Problem']>
