// SPDX-License-Identifier: Apache-2.0
// Every page for every account: axe finds nothing, nothing sticks out at 320 px, everything comes from our own house, and the
// first load is small.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, DESK, open, packed, PHONE, serve, settle, signIn, SMALL } from './house.mjs'

const base = await serve()
const ACCOUNTS = ['member', 'officer', 'department', 'deputy', 'chief', 'office', 'leader', 'inspector', 'enterprise', 'standin', 'auditor', 'security', 'system']
const PHONE_PAGES = ['', 'report', 'visit', 'subjects', 'sent', 'me']
const DESK_PAGES = ['', 'register', 'registers', 'batch', 'map', 'subjects', 'changes', 'seats', 'blind']

async function walk(who, path, pages, name, marks = true) {
  const faults = []
  for (const to of pages) {
    await who.page.goto(`${base}${path}#/${to}`)
    await settle(who.page)
    faults.push(...(await axe(who.page, `${name} ${path}#/${to}`)))
    if (marks && !(await who.page.locator('.demo').isVisible())) faults.push(`${name} ${path}#/${to}: no mark 演示数据`)
    const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) faults.push(`${name} ${path}#/${to}: sticks out by ${wide} px`)
  }
  return faults
}

for (const account of ACCOUNTS)
  test(`${account}: phone and desk`, async () => {
    const phone = await open(base, { size: PHONE })
    await signIn(phone, account)
    const desk = await open(base, { size: DESK })
    await signIn(desk, account, '/')
    assert.deepEqual([...(await walk(phone, '/m/', PHONE_PAGES, account)), ...(await walk(desk, '/', DESK_PAGES, account))], [])
    for (const who of [phone, desk]) {
      assert.deepEqual(who.complaints, [])
      assert.deepEqual([...who.hosts].filter((h) => h !== base && h !== 'null'), [])
      await who.context.close()
    }
  })

for (const [name, options, set] of [
  ['English', { lang: 'en' }, {}],
  ['320 px', { size: SMALL }, {}],
  ['320 px, large text, dark, English', { size: SMALL, dark: true, lang: 'en' }, { text: 'large' }],
  ['dark', { dark: true }, {}],
])
  test(`phone: ${name}`, async () => {
    const phone = await open(base, options)
    await phone.context.addInitScript((kept) => Object.entries(kept).forEach(([k, v]) => localStorage.setItem(k, v)), set)
    await phone.page.goto(base + '/m/')
    await phone.page.waitForSelector('[data-account]')
    const faults = await axe(phone.page, 'sign in')
    await signIn(phone, 'member')
    await packed(phone)
    assert.deepEqual([...faults, ...(await walk(phone, '/m/', PHONE_PAGES, name))], [])
    if (options.lang === 'en') {
      const words = await phone.page.evaluate(() => document.querySelector('nav')?.textContent ?? '')
      assert.doesNotMatch(words, /[\u4e00-\u9fff]/)
    }
  })

test('the desk is dark when the system is', async () => {
  const desk = await open(base, { size: DESK, dark: true })
  await signIn(desk, 'officer', '/')
  assert.deepEqual(await walk(desk, '/', DESK_PAGES, 'dark'), [])
})

async function firstLoad(path) {
  const who = await open(base, { size: path === '/' ? DESK : PHONE, more: { serviceWorkers: 'block' } })
  let bytes = 0
  const session = await who.context.newCDPSession(who.page)
  await session.send('Network.enable')
  session.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength))
  await who.page.goto(base + path)
  await who.page.waitForSelector('[data-account]')
  await who.page.waitForLoadState('networkidle')
  await who.context.close()
  return bytes
}
test('first load: phone at most 150 kB, desk at most 300 kB', async (t) => {
  const phone = await firstLoad('/m/')
  const desk = await firstLoad('/')
  t.diagnostic(`phone ${phone} bytes, desk ${desk} bytes`)
  assert.ok(phone <= 150000, `phone ${phone}`)
  assert.ok(desk <= 300000, `desk ${desk}`)
})

test('pages are strict, assets for ever, answers conditional', async () => {
  const page = await fetch(base + '/m/')
  const policy = page.headers.get('content-security-policy')
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe|http|\*/)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const again = await fetch(base + '/m/', { headers: { 'If-None-Match': page.headers.get('etag') } })
  assert.equal(again.status, 304)
  const script = (await page.text()).match(/\/assets\/phone-[^"]+\.js/)[0]
  const asset = await fetch(base + script)
  assert.match(asset.headers.get('cache-control'), /immutable/)
  assert.equal(asset.headers.get('content-encoding'), 'gzip')
  assert.ok((await asset.text()).length > 1000)
  assert.equal((await fetch(base + '/m', { redirect: 'manual' })).status, 308)
  const manifest = await (await fetch(base + '/m/manifest.webmanifest')).json()
  for (const icon of manifest.icons) assert.equal((await fetch(base + icon.src)).status, 200)
  assert.equal((await fetch(base + '/m/sw.js')).headers.get('cache-control'), 'no-cache')
})
