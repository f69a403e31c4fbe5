// SPDX-License-Identifier: Apache-2.0
// The rows of one list under one address: its page, its exact count, and the way from page to page. The latest question wins.
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call, filled } from '../api/client'
import type { Page } from '../api/types'
import { lost } from '../lib/session'
import { t } from '../i18n'
import { askedOf, SHOWN, type Asked } from './ask'

/** path, and query of the server for an address; empty path: nothing is asked yet. */
export function useRows<Row>(path: () => string, query: (asked: Asked) => Asked) {
  const route = useRoute()
  const router = useRouter()
  const home = route.matched[0]?.path
  const asked = computed(() => askedOf(route.query))
  const items = ref<Row[]>([])
  const count = ref<{ count: number; at_least?: boolean } | null>(null)
  const next = ref<string | null>(null)
  const wrong = ref('')
  const loading = ref(true)
  const per = computed(() => Number(asked.value['per'] ?? 50))
  const page = computed(() => Number(asked.value['page'] ?? 1))
  /** Cursors of pages that were gone through, for the way back. */
  const cursors = new Map<number, string>()
  const known = computed(() => page.value <= 2 || cursors.has(page.value - 1))
  let turn = 0
  let counted = ''
  async function load(): Promise<void> {
    const where = path()
    if (!where || route.matched[0]?.path !== home) return
    const mine = ++turn
    const what = query(asked.value)
    const filter = where + JSON.stringify(what)
    loading.value = true
    try {
      const shown = { sort: asked.value['sort'] ?? '', limit: per.value, cursor: asked.value['cursor'] ?? '' }
      const [got, all] = await Promise.all([filled(where, { ...what, ...shown }) as Promise<Page<Row>>, call('GET', `${where}/count` as string, { query: what }) as Promise<{ count: number }>])
      if (mine !== turn) return
      if (filter !== counted) cursors.clear()
      counted = filter
      if (asked.value['cursor']) cursors.set(page.value, asked.value['cursor'])
      items.value = got.items
      next.value = got.next
      count.value = all
      wrong.value = ''
    } catch (e) {
      if (mine !== turn) return
      wrong.value = lost(e) ? t('error.no_signal') : (e as Error).message
      items.value = []
      count.value = next.value = null
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  /** Changes the address; null takes a name out. What is asked anew begins at the first page. */
  function set(patch: Record<string, string | null>, push = true): void {
    const to: Asked = { ...asked.value }
    if (!('page' in patch)) delete to['page'], delete to['cursor']
    for (const [name, value] of Object.entries(patch)) if (value) to[name] = value
      else delete to[name]
    void router[push ? 'push' : 'replace']({ query: to })
  }
  function go(to: number): void {
    const cursor = to === page.value + 1 ? next.value : (cursors.get(to) ?? null)
    set({ page: to > 1 ? String(to) : null, cursor: to > 1 ? cursor : null })
    document.querySelector('main')?.scrollTo({ top: 0 })
  }
  /** The other way round when it is sorted by that already. */
  function sortBy(by: string, downFirst: boolean): void {
    const now = asked.value['sort']
    const first = downFirst ? `-${by}` : by
    set({ sort: now === first ? (downFirst ? by : `-${by}`) : first })
  }
  const clear = (): void => void router.push({ query: Object.fromEntries(Object.entries(asked.value).filter(([k]) => k === 'cols' || k === 'per')) })
  const filtered = computed(() => Object.keys(asked.value).some((k) => !SHOWN.includes(k)))
  watch([() => route.query, path], () => void load(), { immediate: true })
  return { asked, items, count, next, wrong, loading, per, page, known, filtered, load, set, go, sortBy, clear }
}
