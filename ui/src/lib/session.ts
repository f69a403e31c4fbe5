// SPDX-License-Identifier: Apache-2.0
// Who is signed in here, and whether there is signal.
import { reactive, watch } from 'vue'
import { call, get, NoSignal, Problem, setCsrf, whenSignedOut } from '../api/client'
import type { Me } from '../api/types'
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

function setDemo(demo: boolean): void {
  session.demo = demo
  localStorage.setItem('demo', demo ? '1' : '0')
}

async function fetchMe(): Promise<void> {
  const me = await get('/api/v1/me')
  setCsrf(me.csrf)
  setServerNow(me.now)
  setDemo(me.demo)
  session.me = me
  session.out = false
  session.online = true
  await keepPut('me', me)
}
/** Who signed out without signal is signed out there first, before anything else is asked. */
async function ask(): Promise<void> {
  if (await keepGet<boolean>('leave')) {
    await call('DELETE', '/api/v1/session').catch((e: unknown) => {
      if (lost(e)) throw e
    })
    await keepPut('leave', false)
  }
  await fetchMe()
}
/** Who is signed in is asked anew: the session may have been renewed, or somebody else be here, from another tab. */
export async function renewSession(): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (e) {
    session.online = !lost(e)
    return false
  }
}
/** No event tells reliably that signal is back: while there is none, the server is asked again and again. */
function knock(wait: number): void {
  setTimeout(async () => {
    if (session.online) return
    if (document.visibilityState === 'visible') await renewSession()
    if (!session.online) knock(Math.min(wait * 2, 30000))
  }, wait)
}

/** atOnce: who worked here last is there at once, with what is kept; whether the session still stands is asked meanwhile. */
export async function startSession(atOnce = false): Promise<void> {
  whenSignedOut(() => {
    session.out = true
  })
  addEventListener('online', () => {
    session.online = true
    if (session.out) void renewSession()
  })
  addEventListener('offline', () => (session.online = false))
  watch(() => session.online, (on) => on || knock(4000))
  const kept = (await keepGet<Me | null>('me')) ?? null
  const enter = (): void => void (kept && Object.assign(session, { me: kept, out: false }))
  const asking = ask().catch(async (e: unknown) => {
    session.online = !lost(e)
    if (lost(e)) return enter()
    session.me = kept
    session.out = true
    await askDemo()
  })
  if (atOnce) enter()
  if (!atOnce || !kept) await asking
  session.ready = true
}
/** Whether this is a demo store is said before anybody signs in, so that the mark stands on every screen. */
async function askDemo(): Promise<void> {
  try {
    setDemo((await get('/api/v1/house')).demo === true)
  } catch {
    /* as it was known before */
  }
}
export async function signIn(name: string, password: string): Promise<void> {
  await keepPut('leave', false)
  const answer = await call('POST', '/api/v1/session', { body: { name, password } })
  setCsrf(answer.csrf)
  session.online = true
  await fetchMe()
}
/** Nothing that waits is deleted: it is sent when its person signs in again. */
export async function signOut(): Promise<void> {
  // Without signal the server hears of it the next time that it is reached, before anything else is asked.
  const left = await call('DELETE', '/api/v1/session').then(() => false, lost)
  await keepPut('leave', left)
  await keepPut('me', null)
  session.me = null
  session.out = true
}
export async function wearHat(seat: number | null): Promise<void> {
  await call('PUT', '/api/v1/session/hat', { body: { seat } })
  await fetchMe()
}
export const can = (what: string): boolean => session.me?.capabilities.includes(what) ?? false
export const lost = (e: unknown): boolean => e instanceof NoSignal
export { Problem, NoSignal }
