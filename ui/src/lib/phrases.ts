// SPDX-License-Identifier: Apache-2.0
// What people say of each picture, to tap instead of typing with gloves on.
import { i18n, t } from '../i18n'

export function phrasesOf(picture: string | undefined): string[] {
  const list = picture ? (i18n.global.tm(`phrase.${picture}`) as unknown) : []
  return Array.isArray(list) ? list.map((p) => i18n.global.rt(p as string)) : []
}
/** The text with the phrase added, or without it when it was there. */
export function withPhrase(text: string, phrase: string): string {
  if (text.includes(phrase)) return text.replace(phrase, '').replace(/^[,、]+|[,、]+$/g, '').replace(/[,、]{2,}/g, ',')
  return [text, phrase].filter(Boolean).join(',')
}
/** Enough for a report when the photo says the rest. */
export const inShort = (what: string, photo: boolean): string => (photo ? t('report.see_photo', { what }) : what)
