// SPDX-License-Identifier: Apache-2.0
// Single keys of the desk. A page says which it knows while it is open; the newest wins. They never act while somebody types,
// and who does not want them turns them off (WCAG 2.2, 2.1.4).
import { onUnmounted, reactive, watchEffect } from 'vue'

export type Keys = Record<string, (() => void) | undefined>
export const keys = reactive({ on: localStorage.getItem('keys') !== 'off', help: false })
const layers: (() => Keys)[] = []

export function onKeys(mine: () => Keys): void {
  layers.push(mine)
  onUnmounted(() => layers.splice(layers.indexOf(mine), 1))
}
const types = (at: EventTarget | null): boolean => at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return
  if (document.querySelector('dialog[open]')) return
  const typing = types(event.target) && !/^(checkbox|radio)$/.test((event.target as HTMLInputElement).type ?? '')
  if (typing && event.key !== 'Escape') return
  if (!keys.on && event.key !== 'Escape') return
  const act = [...layers].reverse().map((l) => l()[event.key]).find((a) => a)
  if (!act) return
  event.preventDefault()
  act()
}
export function startKeys(): void {
  document.addEventListener('keydown', press)
  watchEffect(() => localStorage.setItem('keys', keys.on ? 'on' : 'off'))
}
/** The next or the one before of these, with the focus on it; from nowhere: the first. */
export function step(all: HTMLElement[], by: 1 | -1): void {
  const at = all.findIndex((x) => x === document.activeElement || x.contains(document.activeElement))
  const start = at < 0 ? all.findIndex((x) => x.getAttribute('aria-current') === 'true') : at
  const next = all[start < 0 ? 0 : Math.min(all.length - 1, Math.max(0, start + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
