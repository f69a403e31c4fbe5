// SPDX-License-Identifier: Apache-2.0
// The kinds of records of the house, as the server describes them. No kind is known here by name, but for those that have a page
// of their own at the desk.
import { ref } from 'vue'
import { get } from '../api/client'
import type { Field, Noun, Value } from '../api/types'
import { lang } from '../i18n'

export const PAGES: Record<string, string> = { subjects: '/subjects', seats: '/seats', proposals: '/changes' }
/** One record: its id, and its columns by name. */
export type NounRow = Record<string, Value> & { id: number }

export const nouns = ref<Noun[]>([])
let loaded = ''
export async function loadNouns(): Promise<void> {
  const language = lang()
  if (loaded === language) return
  nouns.value = (await get('/api/v1/nouns')).items
  loaded = language
}
/** What can be shown and asked for in a line: no objects, no photos, not the id that stands in the address. */
const isPlain = (f: Field): boolean => f.name !== 'id' && !['object', 'files'].includes(f.kind)
/** A code stands in a column of text where a filter of that name says of which list. */
function worded(noun: Noun, column: Field): Field {
  const filter = noun.filters.find((f) => f.name === column.name)
  return column.kind === 'text' && filter?.kind === 'code' ? { ...column, kind: 'code', list: filter.list } : column
}
export const columnsOf = (noun: Noun): Field[] => noun.columns.filter(isPlain).map((c) => worded(noun, c))
/** A filter in text is picked where the column of that name is. */
export function filtersOf(noun: Noun): Field[] {
  return noun.filters.map((f) => {
    const column = noun.columns.find((c) => c.name === f.name)
    return f.kind === 'text' && column?.choices ? { ...f, kind: 'choice', choices: column.choices } : f
  })
}
/** Which columns a table shows unless somebody chooses: those that come first. */
export const USUAL_COLUMNS = 8
/** By what a record is called: its name, else the first column that each of its kind has. */
export function calledBy(noun: Noun): Field | undefined {
  const columns = columnsOf(noun)
  return columns.find((c) => c.name === 'name') ?? columns.find((c) => c.required) ?? columns[0]
}
