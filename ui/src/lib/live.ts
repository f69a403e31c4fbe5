// SPDX-License-Identifier: Apache-2.0
// What has changed, told by the server as it happens; the browser comes back by itself and says where it left off.
import { onUnmounted, ref } from 'vue'

export const live = ref(false)
type Tell = (kind: string, id: number | undefined) => void
const tells = new Set<Tell>()
let source: EventSource | undefined

export function startLive(): void {
  source?.close()
  source = new EventSource('/api/v1/events')
  source.onopen = () => (live.value = true)
  source.onerror = () => (live.value = false)
  for (const kind of ['case', 'subject', 'epoch', 'defs', 'reset', 'hello'])
    source.addEventListener(kind, (event) => {
      live.value = true
      let id: number | undefined
      try {
        id = (JSON.parse((event as MessageEvent<string>).data) as { id?: number }).id
      } catch {
        /* an event without data */
      }
      for (const tell of tells) tell(kind, id)
    })
}
export function stopLive(): void {
  source?.close()
  source = undefined
  live.value = false
}
export function onLive(tell: Tell): void {
  tells.add(tell)
  onUnmounted(() => tells.delete(tell))
}
