// SPDX-License-Identifier: Apache-2.0
// One way to the server: language, CSRF, keys, and problems as sentences. It never retries an act by itself.
import type { paths } from './schema'
import type { Page, ProblemBody } from './types'

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

/* What a concrete address answers and takes, by the server's own description: `/api/v1/cases/${id}/moves` fits
   "/api/v1/cases/{id}/moves". An address that is put together at run time answers unknown. */
type Fits<K extends string, P extends string> = K extends `${infer A}/${infer R}`
  ? P extends `${infer B}/${infer Q}`
    ? Same<A, B> extends true
      ? Fits<R, Q>
      : false
    : false
  : P extends `${string}/${string}`
    ? false
    : Same<K, P>
type Same<A extends string, B extends string> = A extends `{${string}}` ? (B extends '' ? false : true) : A extends B ? true : false
type Route<P extends string> = P extends keyof paths ? P : { [K in keyof paths]: Fits<K, P> extends true ? K : never }[keyof paths]
type Operation<P extends string, M extends string> = Route<P> extends infer K ? (K extends keyof paths ? (Lowercase<M> extends keyof paths[K] ? paths[K][Lowercase<M>] : never) : never) : never
export type Answer<P extends string, M extends string = 'get'> = [Operation<P, M>] extends [never]
  ? unknown
  : Operation<P, M> extends { responses: { 200: { content: infer C } } }
    ? C[keyof C]
    : unknown
type Asked = Record<string, string | number | undefined>
export type Query<P extends string> = [Operation<P, 'get'>] extends [never] ? Asked : Operation<P, 'get'> extends { parameters: { query?: infer Q } } ? ([Q] extends [undefined] ? Record<string, never> : Q) : Asked
type Body<P extends string, M extends string> = Operation<P, M> extends { requestBody: { content: { 'application/json': infer B } } } ? B : unknown

export interface Options<B = unknown> {
  query?: Asked
  body?: B
  raw?: Blob
  key?: string
  clientTime?: string
  signal?: AbortSignal
  timeout?: number
  /** Answers with a tag may be kept by the browser and asked again by it; nothing else is kept. */
  cache?: 'no-cache'
}

export async function call<M extends string, P extends string>(method: M, path: P, o: Options<Body<P, M>> = {}): Promise<Answer<P, M>> {
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
      cache: o.cache ?? 'no-store',
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
  return body as Answer<P, M>
}

/** Saves what a list gives as a file: read here, because a link would ask in the browser's language and not in the page's. */
export async function download(path: string, query: Asked, name: string): Promise<void> {
  const asked = new URLSearchParams(Object.entries(query).flatMap(([k, v]) => (v === undefined || v === '' ? [] : [[k, String(v)]])))
  const answer = await fetch(`${path}?${asked}`, { headers: { 'Accept-Language': language }, credentials: 'same-origin', cache: 'no-store' }).catch((e: unknown) => {
    throw new NoSignal(String(e))
  })
  if (!answer.ok) throw new Problem(answer.status, (await answer.json().catch(() => ({}))) as ProblemBody)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

export const get = <P extends string>(path: P, query?: Query<P>, signal?: AbortSignal): Promise<Answer<P>> => call('GET', path, { query: query as Asked, signal }) as Promise<Answer<P>>
/** A list that must be whole up to its limit: one that the server could not look through at once is asked on. */
export async function filled<P extends string>(path: P, query: Query<P>): Promise<Answer<P>> {
  const page = (await get(path, query)) as Page<unknown>
  while (page.partial && page.next) {
    const more = (await call('GET', path as string, { query: { ...(query as Asked), cursor: page.next } })) as Page<unknown>
    Object.assign(page, more, { items: [...page.items, ...more.items] })
    if (!more.partial) page.partial = false
  }
  return page as Answer<P>
}
