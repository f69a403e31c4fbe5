// SPDX-License-Identifier: Apache-2.0
// The harness of browser tests: the real server on a demo store with a clock that stands still, and Debian's Chromium.
// environment: GRIDWARD (the binary), GRIDWARD_TEST_DEMO (a demo store made before), GRIDWARD_URL (a server that runs already)
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { request } from 'node:http'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after } from 'node:test'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const require = createRequire(join(ROOT, 'ui', 'package.json'))
const { chromium } = require('playwright-core')
const BINARY = process.env.GRIDWARD ?? join(ROOT, 'build', 'gridward')
export const NOW = '2026-11-23T09:00:00+08:00' // a Monday
export const PHONE = { width: 390, height: 844 }
export const SMALL = { width: 320, height: 640 }
export const DESK = { width: 1440, height: 900 }
export const POINT = { longitude: 109.06, latitude: 34.32 }
export const PATIENCE = 300000 // ms; nothing waits for it that comes sooner, and no machine is so busy
export const AXE = require.resolve('axe-core')
export const picture = (name) => join(ROOT, 'defs', 'demo', 'photos', name + '.png')

export const run = (...args) => execFileSync(BINARY, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const endings = []
after(async () => {
  for (const end of endings.reverse()) await end()
})

/** A server of its own, on a fresh copy of the demo store. change(store): what is done to the store before. month: with a month of
 * work in it, as a newcomer finds it, instead of the empty ground. options: of the server. */
export async function serve(change, { month = false, options = [] } = {}) {
  if (process.env.GRIDWARD_URL) return process.env.GRIDWARD_URL
  const folder = mkdtempSync(join(tmpdir(), 'gridward-ui-'))
  const store = join(folder, 'demo.db')
  const made = !month && process.env.GRIDWARD_TEST_DEMO
  if (month) run('demo', '--quiet', '--store', store, '--now', '2026-11-23T08:30:00+08:00')
  else if (made)
    for (const end of ['', '.key', '.head', '.files']) {
      if (existsSync(made + end)) cpSync(made + end, store + end, { recursive: true })
    }
  else run('demo', '--store', store, '--days', '0', '--now', '2026-11-20T08:00:00+08:00')
  await change?.(store, folder)
  const server = spawn(BINARY, ['serve', '--store', store, '--listen', '127.0.0.1:0', '--test-clock', '--now', NOW, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  endings.push(async () => {
    const gone = new Promise((done) => server.once('exit', done))
    server.kill('SIGTERM')
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  return new Promise((done, fail) => {
    let said = ''
    server.stdout.on('data', (part) => {
      said += part
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/)
      if (found) done(found[0])
    })
    server.once('exit', (code) => fail(new Error(`the server ended with ${code}: ${said}`)))
  })
}

let browser
/** A browser, with more of its own switches where a test needs them. */
export async function launch(...more) {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--lang=zh-CN', ...more]
  const one = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args, timeout: PATIENCE })
  endings.push(() => one.close())
  return one
}
/** A context of its own for each person; whatever it complains about fails the test that asks for it. */
export async function open(base, { size = PHONE, lang = 'zh-CN', dark = false, where = POINT, more = {}, through } = {}) {
  if (!through) browser ??= await launch()
  const context = await (through ?? browser).newContext({
    viewport: size,
    locale: 'zh-CN',
    colorScheme: dark ? 'dark' : 'light',
    hasTouch: size.width < 800,
    geolocation: where ?? undefined,
    permissions: where ? ['geolocation'] : [],
    ...more,
  })
  context.setDefaultTimeout(PATIENCE)
  if (lang !== 'zh-CN') await context.addInitScript((l) => localStorage.setItem('lang', l), lang)
  const page = await context.newPage()
  const complaints = []
  const hosts = new Set()
  page.on('pageerror', (e) => complaints.push(String(e)))
  page.on('console', (m) => /Content Security Policy|Refused to/.test(m.text()) && complaints.push(m.text()))
  context.on('request', (r) => hosts.add(new URL(r.url()).origin))
  return { page, context, complaints, hosts, base }
}
export async function signIn({ page, base }, account, path = '/m/') {
  await page.goto(base + path)
  await page.click(`[data-account=${account}]`)
  await page.waitForSelector(path === '/' ? '.left' : '.tabs')
}
/** Waits until the day's package lies on the phone. */
export async function packed({ page }) {
  await page.waitForFunction(() => /更新于|Updated/.test(document.querySelector('.kept')?.textContent ?? ''))
}
const typescript = require('typescript')
/** The words of the pages in one file of ui/src/i18n, key by key. */
export async function words(file) {
  const { outputText } = typescript.transpileModule(readFileSync(join(ROOT, 'ui', 'src', 'i18n', file), 'utf8'), { compilerOptions: { module: 'ESNext', target: 'ES2022' } })
  return flat((await import('data:text/javascript;charset=utf-8,' + encodeURIComponent(outputText))).default)
}
function flat(value, at = '', out = new Map()) {
  if (Array.isArray(value)) out.set(at, value.join('\n'))
  else if (typeof value === 'object') for (const [key, v] of Object.entries(value)) flat(v, at ? `${at}.${key}` : key, out)
  else out.set(at, value)
  return out
}
/** What a word that is seen in Chinese is in another language: by the words of the pages, the definitions and the pictures. With
 * something to fill in, the sentence under that key. */
export async function speech(base, lang) {
  const [ours, theirs] = [await words('zh-CN.ts'), await words(lang === 'en' ? 'en.ts' : 'zh-CN.ts')]
  const filled = (key, named) => theirs.get(key).replace(/\{(\w+)\}/g, (_, name) => named[name])
  const say = (word, named) => (named ? filled(word, named) : lang === 'zh-CN' ? word : (said.get(word) ?? assert.fail(`no ${lang} word for ${word}`)))
  say.move = (title) => (lang === 'zh-CN' ? title : moves.get(title))
  const said = new Map([...ours].map(([key, zh]) => [zh, theirs.get(key)]))
  const moves = new Map()
  const [zh, other] = await Promise.all(['zh-CN', lang].map(async (language) => {
    const who = await client(base, 'member', language)
    const flows = (await who.get('/flows')).items
    return { all: titles([(await who.get('/codes/hazard-picture')).items, flows]), moves: titles(flows.map((f) => f.flow.moves.map((m) => ({ title: m.title })))) }
  }))
  zh.all.forEach((word, i) => said.has(word) || said.set(word, other.all[i]))
  zh.moves.forEach((word, i) => moves.has(word) || moves.set(word, other.moves[i]))
  return say
}
const titles = (x) => (!x || typeof x !== 'object' ? [] : [...(typeof x.title === 'string' ? [x.title] : []), ...Object.values(x).flatMap(titles)])
/** Speaks to the server beside the browser, as somebody signed in. */
export async function client(base, account, language = 'zh-CN') {
  const answer = await fetch(base + '/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: account, password: 'gridward-demo' }) })
  const cookie = answer.headers.get('set-cookie').split(';')[0]
  const { csrf } = await answer.json()
  const send = (method, path, body) =>
    new Promise((done, fail) => {
      const headers = { Cookie: cookie, 'Accept-Language': language, 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID() }
      if (body !== undefined) headers['Content-Type'] = 'application/json'
      // A connection of its own each time: the server may have closed one that idled while the browser was busy.
      const ask = request(base + '/api/v1' + path, { method, headers, agent: false }, (got) => {
        let text = ''
        got.setEncoding('utf8').on('data', (part) => (text += part))
        got.on('end', () => done({ status: got.statusCode, body: text ? JSON.parse(text) : null }))
      })
      ask.on('error', fail)
      ask.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { send, get: async (path) => (await send('GET', path)).body }
}
/** Counts what a hand does: taps and typed characters. */
export class Hand {
  taps = 0
  typed = 0
  constructor(page) {
    this.page = page
  }
  async tap(what) {
    this.taps++
    await this.page.click(what)
  }
  async type(what, text) {
    this.typed += [...text].length
    await this.page.fill(what, text)
  }
}
/** Somebody who has read nothing: finds by the words that are seen, with a finger or with the mouse. Counts what the hand does. */
export class Newcomer {
  taps = 0
  typed = 0
  constructor(who) {
    this.page = who.page
    this.finger = (who.page.viewportSize()?.width ?? 0) < 800
  }
  thing(word, { last = false, within = '', whole = false } = {}) {
    const text = whole ? new RegExp(`^\\s*${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`) : word
    const all = this.page.locator(`${within} :is(button, a, label, summary):visible`).filter({ hasText: text })
    return last ? all.last() : all.first()
  }
  async tap(word, how) {
    this.taps++
    const thing = this.thing(word, how)
    await thing.waitFor()
    await (this.finger ? thing.tap() : thing.click())
  }
  see(word) {
    return this.page.locator(':visible', { hasText: word }).first().waitFor()
  }
  /** Takes a photo where the words ask for one. */
  async photo(word, name) {
    const chooser = this.page.waitForEvent('filechooser')
    const thing = this.thing(word)
    await (this.finger ? thing.tap() : thing.click())
    await (await chooser).setFiles(picture(name))
  }
  async type(label, text) {
    this.typed += [...text].length
    await this.page.getByLabel(label).first().fill(text)
  }
}
/** A picture for docs/tour/, when they are being made (tools/tour.sh): compressed, at the size of the screen. */
export async function shoot({ page, context }, name, { top = true } = {}) {
  const folder = process.env.GRIDWARD_TOUR
  if (!folder) return
  if (top)
    await page.evaluate(() => {
      scrollTo(0, 0)
      for (const e of document.querySelectorAll('.detail, .detail *')) e.scrollTop = 0
    })
  await page.evaluate(() => Promise.all([...document.images].map((i) => i.decode().catch(() => undefined))))
  await page.mouse.move(0, 0)
  const session = await context.newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 78 })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name + '.webp'), Buffer.from(data, 'base64'))
  await session.detach()
}
/** What axe finds on the page as it stands, each with where it was. */
export async function axe(page, where) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(readFileSync(AXE, 'utf8'))
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined)))) // a colour half-way is none
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations.map((v) => `${where}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 120)).join(' | ')}`)
}
export const settle = (page) => page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[aria-busy=true]'))

/** What a person has filed, by its words: the server's side of a count. */
export const filed = async (who, text) => (await who.get('/cases?filed=me&limit=200')).items.filter((c) => c.fields.description === text)
export const shellKept = (page) => page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration('/m/'))?.active && (await caches.keys()).length > 0)
/** The report's form, all but handing it in. */
export async function fill(page, photo, what, text) {
  await page.setInputFiles('#before', picture(photo))
  await page.waitForSelector('.chosen')
  await page.click(`.pictures label:has-text("${what}")`)
  await page.fill('#description', text)
  await page.click('.how label:has-text("已告知,需限期")')
}
export async function hand(page, base, photo, what, text) {
  await page.goto(base + '/m/#/report')
  await fill(page, photo, what, text)
  await page.click('.submit button')
}
/** How many the phone keeps in one of its stores. */
export const count = (page, store) =>
  page.evaluate(
    (name) =>
      new Promise((done, fail) => {
        const ask = indexedDB.open('gridward')
        ask.onerror = () => fail(ask.error)
        ask.onsuccess = () => {
          const all = ask.result.transaction(name).objectStore(name).count()
          all.onsuccess = () => {
            ask.result.close()
            done(all.result)
          }
        }
      }),
    store,
  )
/** No act reaches the server until the answer says so; everything else does. */
export async function cutActs(context) {
  const line = { cut: true, keys: [] }
  await context.route('**/api/v1/cases', (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    if (line.cut) return route.abort()
    line.keys.push(route.request().headers()['idempotency-key'])
    return route.continue()
  })
  return line
}
/** What the phone keeps under a key: get, or delete. */
export const kept = (page, how, key) =>
  page.evaluate(
    ([how, key]) =>
      new Promise((done, fail) => {
        const ask = indexedDB.open('gridward')
        ask.onsuccess = () => {
          const one = ask.result.transaction('keep', 'readwrite').objectStore('keep')[how](key)
          one.onerror = () => fail(one.error)
          one.onsuccess = () => {
            ask.result.close()
            done(one.result)
          }
        }
      }),
    [how, key],
  )
