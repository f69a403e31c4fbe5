// SPDX-License-Identifier: Apache-2.0
// Small sentences of the map that are the same on the picture, in the panel and in the list.
import type { components } from '../api/schema'
import { t } from '../i18n'

export type MapAnswer = components['schemas']['Map']
export type Counts = Omit<components['schemas']['MapCell'], 'area'>
export const COLUMNS = ['open', 'late', 'suspected', 'major', 'new'] as const
export const NOTHING: Counts = { open: 0, late: 0, suspected: 0, major: 0, new: 0 }

export interface CellRow {
  id: number
  name: string
  code: string
  village: string
  street: string
  vacant: boolean
  counts: Counts
}

/** 王小明 → 王××; on a wall nobody is named in full unless somebody asks. */
export const maskName = (name: string): string => [...name].slice(0, 1).join('') + (/^[\x20-\x7e]*$/.test(name) ? '…' : '××')
/** 13800001234 → 138****1234 */
export const maskPhone = (phone: string): string => (/^\d{7,}$/.test(phone) ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : phone)

/** What stands on a cell: how many are open, then what presses, in a word and not in a colour: 3 超1 重1. */
export function labelOf(c: Counts, vacant: boolean): string {
  const grave = c.suspected + c.major
  return [c.open ? String(c.open) : '', c.late ? `${t('map.late_mark')}${c.late}` : '', grave ? `${t('map.grave_mark')}${grave}` : '', vacant ? t('map.vacant_mark') : ''].filter(Boolean).join(' ')
}

/** Open items in calm bands: none, few, some, many. */
export const BANDS = [1, 3, 6] as const
export const bandOf = (open: number): number => BANDS.filter((least) => open >= least).length

/** The list as people open it in a spreadsheet: with a byte order mark, the note of a demo store above. */
export function csvOf(head: string[], rows: (string | number)[][], note: string): Blob {
  const cell = (v: string | number): string => (/[",\n]/.test(String(v)) ? `"${String(v).replaceAll('"', '""')}"` : String(v))
  const lines = [...(note ? [[note]] : []), head, ...rows].map((row) => row.map(cell).join(','))
  return new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], { type: 'text/csv;charset=utf-8' })
}
