// SPDX-License-Identifier: Apache-2.0
// Chinese first and in the first load; English when asked for. Words of the definitions come from the server.
import { createI18n } from 'vue-i18n'
import { setApiLanguage } from '../api/client'
import zh from './zh-CN'

export type Lang = 'zh-CN' | 'en'

export const i18n = createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: { 'zh-CN': zh } as Record<string, typeof zh> })

export function t(key: string, named?: Record<string, unknown>): string {
  return i18n.global.t(key, named ?? {})
}
/** A word of ours for a name of the definitions, or nothing: then theirs stands. */
export function wordFor(key: string): string {
  return i18n.global.te(key) ? i18n.global.t(key) : ''
}
/** What a count says, when the server did not count to the end. */
export function counted(what: string, count: { at_least?: boolean }): string {
  return count.at_least ? t('cases.at_least', { what }) : what
}
export function lang(): Lang {
  return i18n.global.locale.value as Lang
}
/** Words that one front alone needs: the other never loads them. */
let more: (() => Promise<{ default: object }>) | undefined
export function moreWords(zhWords: object, en: () => Promise<{ default: object }>): void {
  i18n.global.mergeLocaleMessage('zh-CN', zhWords)
  more = en
}
export async function setLang(next: Lang): Promise<void> {
  if (next === 'en' && !i18n.global.availableLocales.includes('en')) {
    const [words, ours] = await Promise.all([import('./en'), more?.()])
    i18n.global.setLocaleMessage('en', words.default)
    if (ours) i18n.global.mergeLocaleMessage('en', ours.default)
  }
  i18n.global.locale.value = next
  localStorage.setItem('lang', next)
  document.documentElement.lang = next
  document.title = t('app')
  setApiLanguage(next)
}
/** Before the first paint: what was chosen here, else Chinese. */
export function startLang(): Promise<void> {
  return setLang(localStorage.getItem('lang') === 'en' ? 'en' : 'zh-CN')
}
