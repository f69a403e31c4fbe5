// SPDX-License-Identifier: Apache-2.0
// The queue. The page owns it: what is in it was typed by a person and is deleted by nobody before its receipt. Each item
// bears a key made on the phone, so that the server does it once however often it is sent.
import { reactive } from 'vue'
import { call, NoSignal, Problem } from '../api/client'
import type { Case, Field, Values } from '../api/types'
import { flowNamed } from './defs'
import { db, plain, type Draft, type DraftForm, type Outgoing } from './keep'
import { session } from './session'
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

export async function loadOutbox(): Promise<void> {
  const all = await (await db()).getAll('outbox')
  const me = session.me?.person.id
  outbox.items = all.filter((item) => item.person === me).sort((a, b) => (a.id < b.id ? 1 : -1))
  outbox.others = all.filter((item) => item.person !== me && item.state !== 'received').length
}

/* ---- drafts: saved as typed ---- */

export const draftKey = (what: string): string => `${session.me?.person.id ?? 0}/${what}`
/** Drafts that this tab has written: one that is no longer there was handed in by another tab. */
const written = new Set<string>()
export async function draftPut(what: string, form: DraftForm): Promise<void> {
  const draft: Draft = { key: draftKey(what), person: session.me?.person.id ?? 0, at: new Date().toISOString(), form: plain(form) }
  try {
    await makeRoom(async () => (await db()).put('drafts', draft))
    written.add(draft.key)
    drafts.saved = true
  } catch {
    drafts.saved = false
  }
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
  const fields = await sendPhotosOf(form)
  const options = { key: item.id, clientTime: form.foundAt ?? item.at }
  item.state = 'sent'
  item.tries++
  await save(item)
  if (form.case !== undefined)
    return call('POST', `/api/v1/cases/${form.case}/moves/${form.move}`, { ...options, body: { version: form.version ?? 0, fields } })
  const body = { flow: form.flow, move: form.move, fields, place: form.place, subject: form.subject, matter: form.matter }
  return call('POST', '/api/v1/cases', { ...options, body })
}
/** Refusals that a person can mend; all others (no session, busy, full, broken) are tried again. */
const mendable = (e: Problem): boolean => e.status === 400 || (e.status >= 403 && e.status < 500 && e.status !== 408 && e.status !== 429 && e.code !== 'csrf')

async function sendOne(item: Outgoing): Promise<boolean> {
  try {
    const answer = await send(item)
    item.state = 'received'
    // Done, and out of our sight since: the server tells its number alone.
    const whole = 'state' in answer ? answer : null
    item.receipt = { id: answer.id, at: new Date().toISOString(), duty: whole?.duty?.person?.name ?? whole?.duty?.title, due: whole?.due ?? undefined }
    delete item.problem
    session.online = true
    await save(item)
    for (const tell of listeners) tell(item)
    return true
  } catch (e) {
    if (e instanceof Problem && mendable(e)) {
      item.state = 'refused'
      item.problem = e.message
      item.errors = e.errors
      await saveIfRoom(item)
      return true
    }
    // Whether it arrived is not known: what is known is that it is here, and it goes again under the same key.
    item.state = 'stored'
    await saveIfRoom(item)
    if (e instanceof NoSignal) session.online = false
    return false
  }
}
async function flushAll(): Promise<void> {
  if (!session.me || session.out) return
  // Asked for anew after each: what was handed in meanwhile goes in the same round.
  for (;;) {
    const waiting = (await (await db()).getAll('outbox')).filter((i) => i.person === session.me?.person.id && (i.state === 'stored' || i.state === 'sent')).sort((a, b) => (a.id < b.id ? -1 : 1))
    if (!waiting[0]) return
    if (!(await sendOne(waiting[0]))) return void (waiting[0].tries < 4 && setTimeout(() => void flush(), 2000))
  }
}
/** One tab at a time; anything that waits is sent in the order in which it was written. */
export async function flush(): Promise<void> {
  if (outbox.busy) return
  outbox.busy = true
  try {
    if (navigator.locks) await navigator.locks.request('outbox', { ifAvailable: true }, (lock) => (lock ? flushAll() : undefined))
    else await flushAll()
  } finally {
    outbox.busy = false
    await loadOutbox()
  }
}
export function startSending(): void {
  addEventListener('online', () => void flush())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void flush()
  })
  setInterval(() => {
    if (outbox.items.some((i) => i.state === 'stored' || i.state === 'sent')) void flush()
  }, 15000)
  tabs?.addEventListener('message', (event: MessageEvent<string>) => {
    if (event.data) for (const tell of gone) tell(event.data)
    void loadOutbox()
  })
  void navigator.storage?.persist?.()
  void loadOutbox().then(flush)
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
