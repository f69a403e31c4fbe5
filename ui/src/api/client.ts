// SPDX-License-Identifier: Apache-2.0
// One way to the server: language, CSRF, keys, and problems as sentences. It never retries an act by itself.
import type { ProblemBody } from './types'

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: { field: string; code: string; message: string }[]
  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? ''
    this.errors = body.errors ?? []
  }
}
/** The server was not reached, or its answer was lost: whether the act was done is not known. */
export class NoSignal extends Error {}

let csrf = localStorage.getItem('csrf') ?? ''
let language = 'zh-CN'
let onSignedOut: () => void = () => {}

export function setCsrf(token: string): void {
  csrf = token
  localStorage.setItem('csrf', token)
}
export function setApiLanguage(lang: string): void {
  language = lang
}
export function whenSignedOut(tell: () => void): void {
  onSignedOut = tell
}

export interface Options {
  query?: Record<string, string | number | undefined>
  body?: unknown
  raw?: Blob
  key?: string
  clientTime?: string
  signal?: AbortSignal
  timeout?: number
}

export async function call<T>(method: string, path: string, o: Options = {}): Promise<T> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(o.query ?? {})) if (value !== undefined && value !== '') query.set(name, String(value))
  const headers: Record<string, string> = { 'Accept-Language': language }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (o.key) headers['Idempotency-Key'] = o.key
  if (o.clientTime) headers['X-Client-Time'] = o.clientTime
  if (o.raw) headers['Content-Type'] = o.raw.type
  else if (o.body !== undefined) headers['Content-Type'] = 'application/json'
  let answer: Response
  let text: string
  try {
    answer = await fetch(path + (query.size ? '?' + query : ''), {
      method,
      headers,
      body: o.raw ?? (o.body === undefined ? null : JSON.stringify(o.body)),
      signal: o.signal ?? AbortSignal.timeout(o.timeout ?? 30000),
      credentials: 'same-origin',
      cache: 'no-store',
    })
    text = await answer.text()
  } catch (e) {
    throw new NoSignal(String(e))
  }
  let body: unknown = null
  try {
    body = text ? JSON.parse(text) : null
  } catch {
    /* a page of something that stands between us and the server */
    throw new NoSignal('not from our server')
  }
  if (!answer.ok) {
    const problem = new Problem(answer.status, (body ?? {}) as ProblemBody)
    if (answer.status === 401 && !path.endsWith('/session')) onSignedOut()
    throw problem
  }
  return body as T
}

export const get = <T>(path: string, query?: Options['query'], signal?: AbortSignal): Promise<T> => call<T>('GET', path, { query, signal })
