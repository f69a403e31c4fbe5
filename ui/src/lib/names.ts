// SPDX-License-Identifier: Apache-2.0
// What a reference is called: asked of the list that it points into, once, and kept while the page lives.
import { reactive } from 'vue'
import { get } from '../api/client'
import type { Area, Named, Page } from '../api/types'

export const nameIn = (x: Record<string, unknown>): Named => {
  const person = (x['answers'] ?? x['holder']) as Named | null | undefined
  return { id: Number(x['id']), name: String(x['name'] ?? [x['title'], person?.name].filter(Boolean).join(' · ') ?? x['id']) }
}
const names = reactive<Record<string, string>>({})
/** The name, or the number until it is known: of what may not be seen it stays the number. */
export function refName(list: string, id: number): string {
  const key = `${list}/${id}`
  if (names[key] === undefined) {
    names[key] = ''
    void get(`/api/v1/${key}`)
      .then((x) => (names[key] = nameIn(x as Record<string, unknown>).name))
      .catch(() => undefined)
  }
  return names[key] || String(id)
}
let all: Promise<Area[]> | undefined
/** All areas of the region in the order of the tree. */
export function areaTree(): Promise<Area[]> {
  return (all ??= (async () => {
    const out: Area[] = []
    for (let cursor: string | undefined; ; ) {
      const page = (await get('/api/v1/areas', { limit: 200, cursor })) as Page<Area>
      out.push(...page.items)
      if (!page.next) return out
      cursor = page.next
    }
  })().catch((e: unknown) => {
    all = undefined
    throw e
  }))
}
