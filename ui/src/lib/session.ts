// SPDX-License-Identifier: Apache-2.0
// Who is signed in here, and whether there is signal.
import { reactive } from 'vue'
import { call, get, NoSignal, Problem, setCsrf, whenSignedOut } from '../api/client'
import type { Area, Me, MySeat, Named } from '../api/types'
import { keepGet, keepPut } from './keep'
import { setServerNow } from './time'

export const session = reactive({
  ready: false,
  me: null as Me | null,
  /** The session of the server has ended, or there was none; what is kept here stays. */
  out: true,
  online: navigator.onLine,
  demo: localStorage.getItem('demo') === '1',
})

type Raw = Record<string, unknown>
const named = (v: unknown): Named | null => (v && typeof v === 'object' && 'id' in v ? (v as Named) : null)
function seatOf(raw: Raw): MySeat {
  return {
    seat: Number(raw['seat'] ?? raw['id']),
    role: String(raw['role']),
    title: String(raw['title'] ?? raw['role']),
    area: (named(raw['area']) as Area | null) ?? null,
    department: named(raw['department']),
    subject: named(raw['subject']),
    sit: String(raw['sit'] ?? raw['how'] ?? 'holder'),
    for: named(raw['for']),
  }
}
function meOf(raw: Raw): Me {
  return {
    person: named(raw['person']) ?? { id: 0, name: '' },
    login: typeof raw['login'] === 'string' ? raw['login'] : undefined,
    seats: ((raw['seats'] as Raw[] | undefined) ?? []).map(seatOf),
    hat: (raw['hat'] as number | null) ?? null,
    can: (raw['capabilities'] ?? raw['can'] ?? []) as string[],
    region: named(raw['region']),
    demo: raw['demo'] === true,
    csrf: typeof raw['csrf'] === 'string' ? raw['csrf'] : undefined,
    now: typeof raw['now'] === 'string' ? raw['now'] : undefined,
  }
}

function setDemo(demo: boolean): void {
  session.demo = demo
  localStorage.setItem('demo', demo ? '1' : '0')
}

async function fetchMe(): Promise<void> {
  const me = meOf(await get<Raw>('/api/v1/me'))
  if (me.csrf) setCsrf(me.csrf)
  setServerNow(me.now)
  setDemo(me.demo)
  session.me = me
  session.out = false
  await keepPut('me', me)
}

/** Who it was that worked here last stays known without signal. */
export async function startSession(): Promise<void> {
  whenSignedOut(() => {
    session.out = true
  })
  addEventListener('online', () => (session.online = true))
  addEventListener('offline', () => (session.online = false))
  try {
    await fetchMe()
  } catch (e) {
    if (e instanceof NoSignal) {
      session.online = false
      const kept = await keepGet<Me | null>('me')
      if (kept) {
        session.me = kept
        session.out = false
      }
    } else if (e instanceof Problem) {
      session.me = (await keepGet<Me | null>('me')) ?? null
      session.out = true
      await askDemo()
    }
  }
  session.ready = true
}
/** Whether this is a demo store is said before anybody signs in, so that the mark stands on every screen. */
async function askDemo(): Promise<void> {
  try {
    setDemo((await get<{ demo?: boolean }>('/api/v1/house')).demo === true)
  } catch {
    /* as it was known before */
  }
}
export async function signIn(name: string, password: string): Promise<void> {
  const answer = await call<{ csrf: string }>('POST', '/api/v1/session', { body: { name, password } })
  setCsrf(answer.csrf)
  session.online = true
  await fetchMe()
}
/** Nothing that waits is deleted: it is sent when its person signs in again. */
export async function signOut(): Promise<void> {
  await call('DELETE', '/api/v1/session').catch(() => undefined)
  await keepPut('me', null)
  session.me = null
  session.out = true
}
export async function wearHat(seat: number | null): Promise<void> {
  await call('PUT', '/api/v1/session/hat', { body: { seat } })
  await fetchMe()
}
export const can = (what: string): boolean => session.me?.can.includes(what) ?? false
export const lost = (e: unknown): boolean => e instanceof NoSignal
export { Problem, NoSignal }
