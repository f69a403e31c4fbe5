// SPDX-License-Identifier: Apache-2.0
// The command map: figures that are the server's and the list's, the chain of a cell, a day that has passed, the keyboard alone,
// masked names on a wall, what others do while one looks.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { AXE, client, DESK, open, POINT, serve, signIn } from './house.mjs'

const base = await serve()
const member = await client(base, 'member')
const file = async (at = POINT, more = {}) => {
  const done = await member.send('POST', '/cases', { flow: 'hazard', place: { lon: at.longitude, lat: at.latitude }, fields: { category: '21', description: '疏散通道堆放酒水,只能侧身过' }, ...more })
  assert.equal(done.status, 201, JSON.stringify(done.body))
  return done.body
}
const first = await file()
await file()
const here = await member.get(`/locate?lon=${POINT.longitude}&lat=${POINT.latitude}`)

async function see(account, { query = '', ...options } = {}) {
  const who = await open(base, { size: DESK, ...options })
  await signIn(who, account, '/')
  await who.page.goto(`${base}/#/map${query}`)
  await who.page.waitForSelector('.map[aria-busy=false]')
  return who
}
const figure = (page, name) => page.locator(`[data-figure=${name}] .value`).innerText()
const column = (page, n) => page.$$eval('#map-list tbody tr', (rows, at) => rows.reduce((sum, r) => sum + Number(r.querySelectorAll('td')[at].textContent), 0), n)
async function faultless(who) {
  await who.page.evaluate(await readFile(AXE, 'utf8'))
  const found = await who.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 140)).join(' | ')}`), [])
  assert.equal(await who.page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth, document.querySelector('#main').scrollWidth - document.querySelector('#main').clientWidth)), 0)
  assert.deepEqual(who.complaints, [])
  assert.deepEqual([...who.hosts].filter((h) => h !== base && h !== 'null'), [])
}

test('the six figures are the server’s and those of the list', async () => {
  for (const account of ['leader', 'chief', 'enterprise']) {
    const who = await see(account)
    const said = await (await client(base, account)).get('/map')
    const f = said.figures
    assert.deepEqual(
      await Promise.all(['open', 'grave', 'late', 'new', 'sites', 'vacant'].map((n) => figure(who.page, n))),
      [`${f.open}`, `${f.suspected} / ${f.major}`, `${f.late}`, `${f.new}`, `${f.sites}`, `${f.vacant}`],
    )
    assert.deepEqual(await Promise.all([0, 1, 2, 3, 4].map((n) => column(who.page, n))), [f.open, f.late, f.suspected, f.major, f.new])
    assert.equal(await who.page.locator('#map-list tbody tr').count(), 248)
    assert.equal(await who.page.locator('#map-list tbody td', { hasText: '无网格员' }).count(), f.vacant)
    await who.context.close()
  }
})

test('a range is one park office: its figures, its cells in the list', async () => {
  const who = await see('leader')
  const office = here.path[1]
  const said = await (await client(base, 'leader')).get(`/map?area=${office.id}`)
  await who.page.selectOption('.middle .bar select', { label: office.name })
  await who.page.waitForFunction((n) => document.querySelectorAll('#map-list tbody tr').length < n, 248)
  await who.page.waitForFunction((n) => document.querySelector('[data-figure=sites] .value')?.textContent === n, String(said.figures.sites))
  assert.equal(await figure(who.page, 'open'), String(said.figures.open))
  assert.equal(await column(who.page, 0), said.figures.open)
  await who.context.close()
})

test('a tap on a cell shows who answers, why, which department leads, and what is open', async () => {
  const who = await see('officer')
  const row = who.page.locator('#map-list tbody tr', { hasText: here.cell.name })
  await row.locator('.cell').click() // the picture goes there; then the picture itself is tapped
  await who.page.locator('.panel .btn').click()
  assert.equal(await who.page.locator('.panel').count(), 0)
  await who.page.evaluate(() => (document.querySelector('#main').scrollTop = 0))
  const box = await who.page.locator('.place').boundingBox()
  await who.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  const panel = who.page.locator('.panel')
  await panel.locator('.open a').first().waitFor()
  assert.equal(await panel.locator('h2').innerText(), here.cell.name)
  const duty = (await (await client(base, 'officer')).get(`/areas/${here.cell.id}/duty`)).duty
  assert.deepEqual(await panel.locator('.link b').allInnerTexts(), duty.map((d) => d.person.name))
  assert.deepEqual(duty.map((d) => d.role), ['grid_member', 'responsible_officer', 'deputy_in_charge', 'grid_chief', 'street_contact'])
  for (const phone of await panel.locator('.phone').allInnerTexts()) assert.match(phone, /^\d{3}\*{4}\d{4}$/)
  await who.page.locator('.tools .btn').first().click()
  assert.deepEqual(await panel.locator('.phone').allInnerTexts(), duty.map((d) => d.phone))
  assert.ok((await panel.locator('.leads').innerText()).includes('消防'))
  await panel.locator('details summary').first().click()
  assert.ok((await panel.locator('details[open] li').count()) > 0)
  const list = (await (await client(base, 'officer')).get(`/cases?area=${here.cell.id}&open=1&flow=hazard&limit=200`)).items
  assert.equal(await panel.locator('.open a').count(), list.length)
  await panel.locator(`.open a[href="#/case/${first.id}"]`).click()
  await who.page.waitForFunction((id) => location.hash === `#/case/${id}`, first.id)
  await who.context.close()
})

test('a drag moves the picture at once, the wheel only when it was clicked', async () => {
  const who = await see('leader')
  const picture = () => who.page.$eval('.place canvas', (c) => c.toDataURL())
  const box = await who.page.locator('.place').boundingBox()
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height / 2]
  const still = await picture()
  await who.page.mouse.move(x, y)
  await who.page.mouse.wheel(0, 200)
  await who.page.waitForFunction(() => document.querySelector('#main').scrollTop > 0)
  await who.page.evaluate(() => (document.querySelector('#main').scrollTop = 0))
  assert.ok(still === (await picture()), 'the wheel moved it')
  await who.page.mouse.down()
  for (let n = 1; n <= 10; n++) await who.page.mouse.move(x + 10 * n, y)
  await who.page.mouse.up()
  await who.page.waitForFunction((was) => document.querySelector('.place canvas').toDataURL() !== was, still)
  await who.context.close()
})

test('what others do shows without asking', async () => {
  const who = await see('leader')
  const before = Number(await figure(who.page, 'open'))
  await file()
  await who.page.waitForFunction((n) => document.querySelector('[data-figure=open] .value')?.textContent === String(n), before + 1)
  await who.context.close()
})

test('what is to be decided stands on the right, the most pressing first: agreed to there, or another body is asked', async () => {
  const officer = await client(base, 'officer')
  const who = await see('officer')
  const waits = []
  for (const c of (await officer.get('/cases?duty=me&open=1&limit=100')).items) {
    const moves = (await officer.get(`/cases/${c.id}/moves`)).items
    if (moves.some((m) => m.decide === 'agree')) waits.push({ ...c, moves })
  }
  assert.ok(waits.length > 0)
  await who.page.waitForFunction((n) => document.querySelectorAll('.decide li').length === n, Math.min(5, waits.length))
  assert.deepEqual(await who.page.locator('.decide a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))), waits.slice(0, 5).map((c) => `#/case/${c.id}`))
  const at = waits.findIndex((c) => c.state === 'reported')
  const row = who.page.locator('.decide li').nth(at)
  const asked = waits[at].moves.find((m) => m.move === 'dispute')
  assert.deepEqual(await row.locator('.ways button').allInnerTexts(), ['同意', `请${asked.whom}研究`])
  await row.locator('.ways button').last().click() // what it asks is asked here
  await who.page.fill('form.move textarea', '权属不清,请研究')
  await who.page.click('form.move button.main')
  await who.page.waitForSelector('.decide [role=status]')
  assert.equal((await officer.get(`/cases/${waits[at].id}`)).state, 'arbitration')
  await who.page.locator('.decide a').first().click()
  await who.page.waitForFunction(() => location.hash.startsWith('#/case/'))
  await who.context.close()
})

test('another day behind a button: what was so then', async () => {
  const who = await see('leader')
  const now = await figure(who.page, 'open')
  assert.equal(await who.page.locator('input[type=date]').count(), 0)
  await who.page.getByRole('button', { name: '看某一天' }).click()
  await who.page.fill('input[type=date]', '2026-11-21')
  await who.page.waitForFunction(() => document.querySelector('[data-figure=open] .value')?.textContent === '0')
  const said = await (await client(base, 'leader')).get('/map?asof=2026-11-21T23:59:59%2B08:00')
  assert.equal(await figure(who.page, 'sites'), String(said.figures.sites))
  assert.match(await who.page.locator('.note.today').innerText(), /2026-11-21/)
  await who.page.locator('#map-list tbody tr', { hasText: here.cell.name }).locator('.cell').click()
  await who.page.locator('.panel .link b').first().waitFor()
  assert.equal(await who.page.locator('.panel .open a').count(), 0)
  await who.page.getByRole('button', { name: '回到现在' }).click()
  await who.page.waitForFunction((n) => document.querySelector('[data-figure=open] .value')?.textContent === n, now)
  await who.context.close()
})

test('the keyboard alone: range, zoom, layers, list, cell, sort', async () => {
  const who = await see('officer')
  const { page } = who
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute('aria-label') || '')
  await page.locator('.middle .bar select').focus()
  const order = []
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab')
    order.push(await focused())
  }
  assert.deepEqual(order.slice(0, 4), ['看列表', '＋', '－', '看全图'])
  assert.match(order[4], /方向键/)
  const zoomed = () => page.evaluate(() => document.querySelector('.place canvas')?.toDataURL().length)
  const before = await zoomed()
  await page.keyboard.press('+') // on the picture itself
  await page.waitForFunction((n) => document.querySelector('.place canvas')?.toDataURL().length !== n, before)
  await page.locator('.middle .bar .btn').first().focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'map-list')
  await page.locator('#map-list input[type=search]').focus()
  await page.keyboard.type(here.cell.name)
  await page.waitForFunction(() => document.querySelectorAll('#map-list tbody tr').length === 1)
  await page.locator('#map-list .cell').focus()
  await page.keyboard.press('Enter')
  await page.locator('.panel .link').first().waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.closest('.panel') !== null), true)
  await page.keyboard.press('Enter') // it stands on the button that closes
  assert.equal(await page.locator('.panel').count(), 0)
  await page.locator('.sort').nth(1).focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.locator('th[aria-sort=descending]').innerText(), '未销号 ▾')
  await page.locator('[data-layer=red]').focus()
  await page.keyboard.press('Space')
  assert.equal(await page.locator('[data-layer=red]').isChecked(), false)
  await who.context.close()
})

test('the list goes out as it is shown, marked as a demo', async () => {
  const who = await see('leader')
  await who.page.fill('#map-list input[type=search]', here.cell.name)
  const [got] = await Promise.all([who.page.waitForEvent('download'), who.page.getByRole('button', { name: '导出表格' }).click()])
  const text = await readFile(await got.path(), 'utf8')
  const lines = text.replace('\ufeff', '').trim().split('\r\n')
  assert.ok(text.startsWith('\ufeff'))
  assert.match(lines[0], /演示数据/)
  assert.equal(lines.length, 3)
  assert.deepEqual(lines[2].split(',').slice(0, 2), [here.cell.name, here.cell.code])
  assert.match(got.suggestedFilename(), /^指挥图-\d{4}-\d\d-\d\d\.csv$/)
  await who.context.close()
})

test('on a wall names and phones are masked until somebody asks', async () => {
  const who = await see('leader', { query: '?wall=1', size: { width: 1920, height: 1080 } })
  const { page } = who
  assert.ok(await page.locator('.demo').isVisible())
  const said = await (await client(base, 'leader')).get('/map')
  const line = await page.locator('.duty').innerText()
  assert.ok(!line.includes(said.duty[0].person.name) && !line.includes(said.duty[0].phone))
  assert.match(line, /××.*\*{4}/)
  await page.locator('#map-list tbody .cell').first().click()
  await page.locator('.panel .link').first().waitFor()
  for (const name of await page.locator('.panel .link b').allInnerTexts()) assert.match(name, /××$/)
  await page.locator('.tools .btn').first().click()
  assert.ok((await page.locator('.duty').innerText()).includes(said.duty[0].person.name))
  await faultless(who)
  await page.getByRole('button', { name: '退出大屏' }).click()
  await page.waitForFunction(() => !document.querySelector('[data-wall]'))
  assert.equal(await page.evaluate(() => document.documentElement.style.getPropertyValue('--base')), '')
  await who.context.close()
})

for (const [name, account, options] of [
  ['Chinese', 'officer', {}],
  ['English, dark', 'leader', { lang: 'en', dark: true }],
  ['a narrow window', 'chief', { size: { width: 900, height: 800 } }],
])
  test(`axe finds nothing: ${name}`, async () => {
    const who = await see(account, options)
    await faultless(who)
    await who.page.locator('#map-list tbody .cell').first().click()
    await who.page.locator('.panel .link').first().waitFor()
    await faultless(who)
    assert.ok(await who.page.locator('.demo').isVisible())
    if (options.lang === 'en') assert.doesNotMatch(await who.page.locator('.six').innerText(), /[\u4e00-\u9fff]/)
    await who.context.close()
  })

test('the desk with the map loads at most 300 kB', async (t) => {
  const who = await open(base, { size: DESK })
  await signIn(who, 'leader', '/')
  const fresh = await open(base, { size: DESK, more: { storageState: await who.context.storageState() } })
  const session = await fresh.context.newCDPSession(fresh.page)
  const ours = new Map()
  let bytes = 0
  await session.send('Network.enable')
  session.on('Network.responseReceived', (e) => ours.set(e.requestId, new URL(e.response.url).pathname))
  session.on('Network.loadingFinished', (e) => {
    if (!ours.get(e.requestId)?.startsWith('/api/')) bytes += e.encodedDataLength
  })
  await fresh.page.goto(base + '/#/map')
  await fresh.page.waitForSelector('.map[aria-busy=false]')
  t.diagnostic(`${bytes} bytes`)
  assert.ok(bytes > 50000 && bytes <= 300000, String(bytes))
})
