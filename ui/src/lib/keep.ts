// SPDX-License-Identifier: Apache-2.0
// What this browser keeps: drafts as typed, photos, what waits to be sent, and the package for a day without signal.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Place, Values } from '../api/types'

export interface Photo {
  id: string
  blob: Blob
  hash: string
  at: string
}
export interface Draft {
  key: string
  person: number
  at: string
  form: DraftForm
}
export interface DraftForm {
  flow: string
  move: string
  case?: number
  version?: number
  subject?: number | null
  subjectName?: string
  place?: Place | null
  matter?: string | null
  picture?: string
  fields: Values
  foundAt?: string
}
/** stored 存本机 · sent 已发送 (under way, or the answer was lost) · received 已收到 · refused (to be mended) */
export type SendState = 'stored' | 'sent' | 'received' | 'refused'
export interface Outgoing {
  id: string
  person: number
  state: SendState
  at: string
  form: DraftForm
  title: string
  where: string
  tries: number
  receipt?: { id: number; no?: number; at: string; duty?: string; due?: string }
  problem?: string
  errors?: { field: string; code: string; message: string }[]
}

interface Schema extends DBSchema {
  keep: { key: string; value: unknown }
  drafts: { key: string; value: Draft }
  photos: { key: string; value: Photo }
  outbox: { key: string; value: Outgoing }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined
export function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('gridward', 1, {
    upgrade(base) {
      base.createObjectStore('keep')
      base.createObjectStore('drafts', { keyPath: 'key' })
      base.createObjectStore('photos', { keyPath: 'id' })
      base.createObjectStore('outbox', { keyPath: 'id' })
    },
    // A newer build in another tab wants the store: it gets it, and this tab opens it anew.
    blocking(_now, _next, event) {
      ;(event.target as IDBDatabase).close()
      opened = undefined
    },
    terminated() {
      opened = undefined
    },
  })
  return opened
}

/** IndexedDB clones; a reactive proxy cannot be cloned. */
export function plain<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T)
}
export async function keepGet<T>(key: string): Promise<T | undefined> {
  return (await (await db()).get('keep', key)) as T | undefined
}
/** What is kept here is a copy of what the server says: a full phone does with the older one. */
export async function keepPut(key: string, value: unknown): Promise<void> {
  try {
    await (await db()).put('keep', plain(value), key)
  } catch (e) {
    if ((e as Error).name !== 'QuotaExceededError') throw e
  }
}
/** The newest answer of the server when there is signal, else the one that was kept. */
export async function freshOrKept<T>(key: string, ask: () => Promise<T>, useKept: (e: unknown) => boolean): Promise<T> {
  try {
    const value = await ask()
    await keepPut(key, value)
    return value
  } catch (e) {
    if (!useKept(e)) throw e
    const kept = await keepGet<T>(key)
    if (kept === undefined) throw e
    return kept
  }
}
