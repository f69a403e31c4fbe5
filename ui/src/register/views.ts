// SPDX-License-Identifier: Apache-2.0
// Views of the register that a person has kept by a name: they lie on the server and are there on every machine.
import { ref } from 'vue'
import { call, get } from '../api/client'
import type { Asked } from './ask'

export interface SavedView {
  name: string
  query: string
}
export const views = ref<SavedView[]>([])
export async function loadViews(): Promise<void> {
  views.value = (await get('/api/v1/views')).items
}
/** What a view keeps: filters, order and columns, and not how far somebody has paged. */
export function viewText(asked: Asked): string {
  const kept = Object.entries(asked).filter(([k]) => k !== 'page' && k !== 'cursor')
  return new URLSearchParams(kept.sort(([a], [b]) => (a < b ? -1 : 1))).toString()
}
export const viewAsked = (view: SavedView): Asked => Object.fromEntries(new URLSearchParams(view.query))
export async function keepView(name: string, asked: Asked): Promise<void> {
  views.value = (await call('PUT', '/api/v1/views', { body: { name, query: viewText(asked) } })).items
}
export async function dropView(name: string): Promise<void> {
  views.value = (await call('DELETE', '/api/v1/views', { query: { name } })).items
}
