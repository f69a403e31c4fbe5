// SPDX-License-Identifier: Apache-2.0
// The queue. The page owns it: what is in it was typed by a person and is deleted by nobody before its receipt. Each item
// bears a key made on the phone, so that the server does it once however often it is sent.
import { reactive } from 'vue'
import { call, NoSignal, Problem } from '../api/client'
import type { Case, Field, Values } from '../api/types'
import { t } from '../i18n'
import { flowNamed } from './defs'
import { db, plain, type Draft, type DraftForm, type Outgoing } from './keep'
import { lost, renewSession, session } from './session'
import { uuid7 } from './uuid7'

export const outbox = reactive({ items: [] as Outgoing[], others: 0, busy: false })
/** saved: false when the phone has no room left; what is typed then stands on the screen alone, and the form says so. */
export const drafts = reactive({ saved: true })
/** Tabs of one phone: what is handed in or received in one is shown in all. */
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('outbox') : undefined
const gone = new Set<(key: string) => void>()
export function whenHandedIn(what: string, tell: () => void): () => void {
  const hear = (key: string): void => void (key === draftKey(what) && tell())
  gone.add(hear)
  return () => gone.delete(hear)
}
const listeners = new Set<(item: Outgoing) => void>()
export function whenReceived(tell: (item: Outgoing) => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

let turn = 0
export async function loadOutbox(): Promise<void> {
  const mine = ++turn
  const all = await (await db()).getAll('outbox')
  if (mine !== turn) return // one that was asked for later knows better
  const me = session.me?.person.id
  outbox.items = all.filter((item) => item.person === me).sort((a, b) => (a.id < b.id ? 1 : -1))
  outbox.others = all.filter((item) => item.person !== me && item.state !== 'received').length
}

/* ---- drafts: saved as typed ---- */

export const draftKey = (what: string): string => `${session.me?.person.id ?? 0}/${what}`
/** Drafts that this tab has written: one that is no longer there was handed in by another tab. */
const written = new Set<string>()
/** One after the other: none is still being written when the draft is handed in. */
let writing: Promise<void> = Promise.resolve()
export function draftPut(what: string, form: DraftForm): Promise<void> {
  const draft: Draft = { key: draftKey(what), person: session.me?.person.id ?? 0, at: new Date().toISOString(), form: plain(form) }
  writing = writing.then(async () => {
    try {
      await makeRoom(async () => (await db()).put('drafts', draft))
      written.add(draft.key)
      drafts.saved = true
    } catch {
      drafts.saved = false
    }
  })
  return writing
}
export async function draftGet(what: string): Promise<Draft | undefined> {
  const draft = await (await db()).get('drafts', draftKey(what))
  if (draft) written.add(draft.key)
  return draft
}
export async function draftDrop(what: string): Promise<void> {
  written.delete(draftKey(what))
  await (await db()).delete('drafts', draftKey(what))
}

/** This draft was handed in from another tab meanwhile. */
export class HandedIn extends Error {}
/** The draft becomes an outgoing item in one transaction: it is never in neither place, and becomes one item only. */
export async function enqueue(what: string, form: DraftForm, title: string, where: string): Promise<Outgoing> {
  const item: Outgoing = {
    id: uuid7(),
    person: session.me?.person.id ?? 0,
    state: 'stored',
    at: new Date().toISOString(),
    form: plain({ ...form, foundAt: form.foundAt ?? new Date().toISOString() }),
    title,
    where,
    tries: 0,
  }
  const key = draftKey(what)
  await writing
  await makeRoom(async () => {
    const tx = (await db()).transaction(['drafts', 'outbox'], 'readwrite')
    if (written.has(key) && !(await tx.objectStore('drafts').get(key))) {
      await tx.done
      throw new HandedIn(what)
    }
    await Promise.all([tx.objectStore('outbox').put(item), tx.objectStore('drafts').delete(key), tx.done])
  })
  written.delete(key)
  tabs?.postMessage(key)
  await loadOutbox()
  void flush()
  return item
}
/** A refused item is a draft again; its key is not used again, for nothing was done under it. */
export async function reopen(item: Outgoing, what: string): Promise<void> {
  const draft: Draft = { key: draftKey(what), person: item.person, at: new Date().toISOString(), form: plain(item.form) }
  const tx = (await db()).transaction(['drafts', 'outbox'], 'readwrite')
  await Promise.all([tx.objectStore('drafts').put(draft), tx.objectStore('outbox').delete(item.id), tx.done])
  await loadOutbox()
}
export async function forget(item: Outgoing): Promise<void> {
  if (item.state !== 'received') return
  await (await db()).delete('outbox', item.id)
  await loadOutbox()
}

/* ---- sending ---- */

async function save(item: Outgoing): Promise<void> {
  await makeRoom(async () => (await db()).put('outbox', plain(item)))
  tabs?.postMessage('')
  const at = outbox.items.findIndex((i) => i.id === item.id)
  if (at >= 0) outbox.items[at] = plain(item)
}
/** A full phone keeps the item as it was: it goes again under the same key, which is harmless. */
async function saveIfRoom(item: Outgoing): Promise<void> {
  await save(item).catch((e: Error) => {
    if (e.name !== 'QuotaExceededError') throw e
  })
}
function fileFields(form: DraftForm): Field[] {
  return (flowNamed(form.flow)?.fields ?? []).filter((f) => f.kind === 'files')
}
/** Photos first: the case names them by hash. */
export async function sendPhotosOf(form: DraftForm): Promise<Values> {
  const fields: Values = { ...form.fields }
  const base = await db()
  const isFiles = new Set(fileFields(form).map((f) => f.name))
  for (const [name, value] of Object.entries(fields)) {
    if (!Array.isArray(value) || (isFiles.size && !isFiles.has(name))) continue
    const hashes: string[] = []
    for (const id of value) {
      const photo = await base.get('photos', id)
      if (!photo) {
        hashes.push(id)
        continue
      }
      const answer = await call('PUT', '/api/v1/files', { raw: photo.blob, timeout: 120000 })
      if (photo.hash && /^[0-9a-f]{64}$/.test(answer.hash) && answer.hash !== photo.hash) throw new NoSignal('the photo was changed on the way')
      hashes.push(answer.hash)
    }
    fields[name] = hashes
  }
  return fields
}
async function send(item: Outgoing): Promise<Case | { id: number }> {
  const { form } = item
  item.tries++
  const fields = await sendPhotosOf(form)
  const options = { key: item.id, clientTime: form.foundAt ?? item.at }
  item.state = 'sent'
  await saveIfRoom(item)
  if (form.case !== undefined)
    return call('POST', `/api/v1/cases/${form.case}/moves/${form.move}`, { ...options, body: { version: form.version ?? 0, fields } })
  const body = { flow: form.flow, move: form.move, fields, place: form.place, subject: form.subject, matter: form.matter }
  return call('POST', '/api/v1/cases', { ...options, body })
}
/** Refusals that a person can mend; all others (no session, busy, full, broken) are tried again. */
const mendable = (e: Problem): boolean => e.status === 400 || (e.status >= 403 && e.status < 500 && e.status !== 408 && e.status !== 429 && e.code !== 'csrf')

/** The server lets go photos that nothing has named for a week. What lies here goes again by itself, under the same key. These photos
 * the phone has no more, told in words: only its person can help. */
async function photosLost(form: DraftForm, e: Problem): Promise<string[]> {
  const base = await db()
  const words: string[] = []
  for (const [name, ids] of Object.entries(form.fields)) {
    if (!Array.isArray(ids)) continue
    const title = fileFields(form).find((f) => f.name === name)?.title ?? ''
    for (const [i, id] of ids.entries())
      if (e.errors.some((x) => x.message.includes(id)) && !(await base.get('photos', id))) words.push(`${title} ${t('form.photo_n', { n: i + 1 })}`)
  }
  return words
}
const filesGone = (e: Problem): boolean => e.errors.length > 0 && e.errors.every((x) => x.code === 'file-gone')

/** done: it has its receipt, or is its person's to mend. later: not this one, not now. away: the server was not reached. */
type End = 'done' | 'later' | 'away'
async function sendOne(item: Outgoing): Promise<End> {
  try {
    const answer = await send(item)
    item.state = 'received'
    // Done, and out of our sight since: the server tells its number alone.
    const whole = 'state' in answer ? answer : null
    item.receipt = { id: answer.id, at: new Date().toISOString(), duty: whole?.duty?.person?.name ?? whole?.duty?.title, due: whole?.due ?? undefined }
    delete item.problem
    session.online = true
    await saveReceipt(item)
    for (const tell of listeners) tell(item)
    return 'done'
  } catch (e) {
    if (e instanceof Problem) session.online = true
    const lostHere = e instanceof Problem && filesGone(e) ? await photosLost(item.form, e) : undefined
    if (e instanceof Problem && mendable(e) && lostHere?.length !== 0) {
      item.state = 'refused'
      item.problem = lostHere ? t('send.photos_gone', { photos: lostHere.join(t('sep.list')) }) : e.message
      item.errors = lostHere ? [] : e.errors
      await saveIfRoom(item)
      return 'done'
    }
    // Whether it arrived is not known: what is known is that it is here, and it goes again under the same key.
    item.state = 'stored'
    await saveIfRoom(item)
    if (e instanceof Problem && e.code === 'csrf') await renewSession()
    return lost(e) ? 'away' : 'later'
  }
}
/** With its receipt its photos need no longer lie here, when there is no room even for the receipt. */
async function saveReceipt(item: Outgoing): Promise<void> {
  await save(item).catch(async (e: Error) => {
    if (e.name !== 'QuotaExceededError') throw e
    const base = await db()
    for (const value of Object.values(item.form.fields)) if (Array.isArray(value)) for (const id of value) await base.delete('photos', id)
    await saveIfRoom(item)
  })
}
/** Acts on one case go in the order in which they were written; else nothing waits for anything. */
const threadOf = (item: Outgoing): string => (item.form.case === undefined ? item.id : `case/${item.form.case}`)
const waits = (item: Outgoing): boolean => item.state === 'stored' || item.state === 'sent'
/** Sends what can be sent; tells whether something still waits. Asked for anew after each: what is handed in meanwhile goes too. */
async function round(): Promise<boolean> {
  const stopped = new Set<string>()
  for (let misses = 0; ; ) {
    const waiting = (await (await db()).getAll('outbox')).filter((i) => i.person === session.me?.person.id && waits(i)).sort((a, b) => (a.id < b.id ? -1 : 1))
    if (!waiting.length) return false
    if (session.out && !(await renewSession())) return true
    const heads = waiting.filter((i, at) => waiting.findIndex((x) => threadOf(x) === threadOf(i)) === at && !stopped.has(threadOf(i)))
    // What has failed more often lets the others go before it: none of them stands in the way of all.
    const item = heads.sort((a, b) => a.tries - b.tries)[0]
    if (!item) return true
    const end = await sendOne(item)
    if (end !== 'done') stopped.add(threadOf(item))
    misses = end === 'away' ? misses + 1 : 0
    if (misses === 2) {
      session.online = false
      return true
    }
    if (end === 'away' && heads.length === 1) session.online = false
  }
}

/* ---- when: at once, when signal is back, when somebody looks, and again and again while anything waits ---- */

const SOON = 2000
const LATEST = 30000
/** As long may another tab hold the queue before this one goes on beside it: a tab may be frozen, and each key is done once. */
const PATIENCE = 60000
let again = false
let fails = 0
let timer = 0
/** One tab at a time, as far as that can be had. */
async function alone(work: () => Promise<boolean>): Promise<boolean> {
  if (!navigator.locks) return work()
  const enough = new AbortController()
  const tired = setTimeout(() => enough.abort(), PATIENCE)
  try {
    return await navigator.locks.request('outbox', { signal: enough.signal }, () => {
      clearTimeout(tired)
      return work()
    })
  } catch (e) {
    if (!enough.signal.aborted) throw e
    return work()
  }
}
/** Whoever asks is heard: while a round is under way another follows it, and as long as something waits there is a next one. */
export async function flush(): Promise<void> {
  again = true
  if (outbox.busy) return
  outbox.busy = true
  clearTimeout(timer)
  let left = true
  try {
    while (again) {
      again = false
      left = await alone(round)
    }
  } catch {
    left = true // the store of this browser is busy or broken: what it holds is asked for again
  }
  outbox.busy = false
  if (left) timer = window.setTimeout(() => void flush(), Math.min(LATEST, SOON * 2 ** fails++))
  else fails = 0
  await loadOutbox().catch(() => undefined)
}
/** There is reason to think that it goes through now. */
export function flushNow(): void {
  fails = 0
  void flush()
}
export function startSending(): void {
  addEventListener('online', flushNow)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flushNow())
  addEventListener('pageshow', (event) => event.persisted && flushNow())
  tabs?.addEventListener('message', (event: MessageEvent<string>) => {
    if (event.data) for (const tell of gone) tell(event.data)
    void loadOutbox()
  })
  void navigator.storage?.persist?.()
  void loadOutbox().then(flush, flush)
}
const WEEK = 7 * 86400000
/** Does it; when the phone has no room, gives up the photos of what was received and does it again. */
export async function makeRoom<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (e) {
    if ((e as Error).name !== 'QuotaExceededError') throw e
    await tidy(true)
    return work()
  }
}
/** Photos of received items go after a week, or at once when there is no room; nothing that waits is touched. */
export async function tidy(full = false): Promise<void> {
  const base = await db()
  const week = Date.now() - WEEK
  const keep = new Set<string>()
  const done = new Set<string>()
  const note = (form: DraftForm, where: Set<string>): void => {
    for (const value of Object.values(form.fields)) if (Array.isArray(value)) value.forEach((id) => where.add(id))
  }
  for (const draft of await base.getAll('drafts')) note(draft.form, keep)
  for (const item of await base.getAll('outbox')) {
    if (item.state === 'received' && Date.parse(item.receipt?.at ?? item.at) < week) await base.delete('outbox', item.id)
    else note(item.form, item.state === 'received' ? done : keep)
  }
  for (const photo of await base.getAll('photos')) {
    if (keep.has(photo.id)) continue
    if (done.has(photo.id) ? full : Date.parse(photo.at) < week) await base.delete('photos', photo.id)
  }
}
