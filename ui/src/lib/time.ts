// SPDX-License-Identifier: Apache-2.0
// Times as people of the office read them: at UTC+8, whatever the phone's clock is set to.
import { t } from '../i18n'

const DAY = 86400000
const EIGHT = 8 * 3600000
let skew = Number(localStorage.getItem('skew') ?? 0)
/** The server's clock may be a test clock: what is late is late by its time. */
export function setServerNow(text: string | undefined): void {
  if (!text) return
  skew = Date.parse(text) - Date.now()
  localStorage.setItem('skew', String(skew))
}
export const now = (): number => Date.now() + skew
const dayOf = (ms: number): number => Math.floor((ms + EIGHT) / DAY)
const two = (n: number): string => String(n).padStart(2, '0')

export function dateText(ms: number): string {
  const d = new Date(ms + EIGHT)
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
}
/** A span's beginning and its last day, as people write them on a list: 2026-11-23, with the hour when it is not midnight. */
export const sinceText = (text: string): string => dayAndHour(Date.parse(text), 0)
export const untilText = (text: string): string => dayAndHour(Date.parse(text), -1)
function dayAndHour(ms: number, atMidnight: number): string {
  const into = (ms + EIGHT) % DAY
  return into === 0 ? dateText(ms + atMidnight) : `${dateText(ms)} ${two(Math.floor(into / 3600000))}:${two(Math.floor((into % 3600000) / 60000))}`
}
export function whenText(text: string | null | undefined): string {
  if (!text) return ''
  const ms = Date.parse(text)
  const d = new Date(ms + EIGHT)
  const days = dayOf(ms) - dayOf(now())
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
  // 24:00 of a day is 0:00 of the next; people say the day that ends.
  if (clock === '00:00') {
    const before = dayWord(days - 1, new Date(ms + EIGHT - DAY))
    return `${before} 24:00`
  }
  return `${dayWord(days, d)} ${clock}`
}
function dayWord(days: number, d: Date): string {
  if (days === 0) return t('time.today')
  if (days === 1) return t('time.tomorrow')
  if (days === -1) return t('time.yesterday')
  const thisYear = new Date(now() + EIGHT).getUTCFullYear()
  const day = t('time.day', { m: d.getUTCMonth() + 1, d: d.getUTCDate() })
  return d.getUTCFullYear() === thisYear ? day : `${d.getUTCFullYear()} · ${day}`
}
/** 剩1天4小时 / 超期2天 */
export function leftText(due: string | null): string {
  if (!due) return ''
  const left = Date.parse(due) - now()
  const span = spanText(Math.abs(left))
  return left > 0 ? t('time.left', { span }) : t('time.late', { span })
}
export function spanText(ms: number): string {
  const minutes = Math.floor(ms / 60000)
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  if (days) return hours && days < 10 ? t('time.days_hours', { d: days, h: hours }) : t('time.days', { d: days })
  if (hours) return t('time.hours', { h: hours })
  return t('time.minutes', { m: Math.max(0, minutes) })
}
export type Pressing = 'late' | 'today' | 'later' | 'none'
export function pressing(due: string | null): Pressing {
  if (!due) return 'none'
  const ms = Date.parse(due)
  if (ms <= now()) return 'late'
  return dayOf(ms - 1) === dayOf(now()) ? 'today' : 'later'
}
/** 2026-11-22 09:00, as a register has it. */
export const stampText = (text: string | null | undefined): string => (text ? new Date(Date.parse(text) + EIGHT).toISOString().slice(0, 16).replace('T', ' ') : '')
