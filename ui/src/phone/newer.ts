// SPDX-License-Identifier: Apache-2.0
// A newer build lies ready: told by the worker, perhaps before the first page stands.
import { ref } from 'vue'

export const newer = ref(false)
export function heedNewer(): void {
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<string>) => (newer.value ||= event.data === 'newer'))
}
