// SPDX-License-Identifier: Apache-2.0
// Large text and light or dark, as chosen here, else as the system says.
import { reactive, watchEffect } from 'vue'

/** sun: black on white with strong edges, for a screen in full sunlight. */
export type Theme = 'auto' | 'light' | 'dark' | 'sun'
export const look = reactive({
  theme: (localStorage.getItem('theme') ?? 'auto') as Theme,
  large: localStorage.getItem('text') === 'large',
})
const dark = matchMedia('(prefers-color-scheme: dark)')
function apply(): void {
  const root = document.documentElement
  root.dataset['theme'] = look.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : look.theme
  root.dataset['text'] = look.large ? 'large' : 'normal'
  root.style.colorScheme = root.dataset['theme'] === 'dark' ? 'dark' : 'light'
}
export function startLook(): void {
  dark.addEventListener('change', apply)
  watchEffect(() => {
    localStorage.setItem('theme', look.theme)
    localStorage.setItem('text', look.large ? 'large' : 'normal')
    apply()
  })
}
