// SPDX-License-Identifier: Apache-2.0
// The register of cases: filters, sorting, pages, export, views, receipt numbers; and the register of any kind of record, with what
// is opened, changed and ended there.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { axe, client, DESK, open, PHONE, POINT, serve, signIn } from './house.mjs'

const base = await serve()
const PLACE = { lon: POINT.longitude, lat: POINT.latitude }
const office = await client(base, 'office')
const member = await client(base, 'member')
const here = await office.get(`/locate?lon=${PLACE.lon}&lat=${PLACE.lat}`)
const street = here.path[1]
const elsewhere = (await office.get('/areas?level=street&limit=20')).items.find((a) => a.id !== street.id)
async function file(who, description, more = {}) {
  const got = await who.send('POST', '/cases', { flow: 'hazard', place: PLACE, fields: { category: '21', description }, ...more })
  assert.equal(got.status, 201, JSON.stringify(got.body))
  return got.body
}
const shopAway = (await office.get(`/subjects?area=${elsewhere.id}&status=open&limit=1`)).items[0]
const first = await file(member, '台账里的第一件')
for (let n = 0; n < 21; n++) await file(member, `十一月第${n}件`)
await file(office, '另一园办的一件', { subject: shopAway.id, place: undefined })
assert.equal((await office.send('POST', '/clock', { now: '2026-12-01T09:00:00+08:00' })).status, 200)
for (let n = 0; n < 3; n++) await file(member, `十二月第${n}件`)

async function desk(account, to, more = {}) {
  const who = await open(base, { size: DESK, ...more })
  await signIn(who, account, '/')
  await who.page.goto(`${base}/#${to}`)
  await settled(who.page)
  return who
}
const settled = (page) => page.waitForFunction(() => document.querySelector('.page h1') && !document.querySelector('.page[aria-busy=true]'))
const says = (page, text) => page.waitForFunction((x) => document.querySelector('h1 .count')?.textContent?.includes(x), text)
const shows = (page, where, text) => page.waitForFunction(([w, x]) => document.querySelector(w)?.textContent?.includes(x), [where, text])
const cells = (page, head) => page.locator(`tbody td[data-head="${head}"]`).allInnerTexts()

test('filtered by area and period the count is that of the rows paged through, and of the lines exported', async () => {
  const { page } = await desk('office', '/register')
  await page.selectOption('select[aria-label="区域"]', String(street.id))
  await page.selectOption('select[aria-label="时段"]', 'last_month')
  await page.selectOption('.pager select', '20')
  const { count } = await office.get(`/cases/count?area=${street.id}&from=2026-11-01T00:00:00%2B08:00&to=2026-12-01T00:00:00%2B08:00`)
  assert.ok(count >= 22)
  await says(page, `共 ${count} 件`)
  const numbers = []
  for (;;) {
    await settled(page)
    numbers.push(...(await cells(page, '受理号')))
    if (await page.locator('.pager .btn:has-text("下一页")').isDisabled()) break
    const before = numbers.at(-1)
    await page.click('.pager .btn:has-text("下一页")')
    await page.waitForFunction((n) => ![...document.querySelectorAll('tbody td:first-child')].some((x) => x.innerText === n), before)
  }
  assert.equal(new Set(numbers).size, count)
  assert.equal(numbers.length, count)
  const coming = page.waitForEvent('download')
  await page.click('.btn:has-text("导出台账")')
  const got = await coming
  assert.match(got.suggestedFilename(), /^事项台账-2026-12-01.*\.csv$/)
  const lines = (await readFile(await got.path(), 'utf8')).trim().split('\r\n')
  assert.match(lines[0], /截至第 \d+ 号记录/)
  assert.equal(lines.length - 2, count) // behind the entry and the heads
  assert.ok(!lines.some((line) => line.includes('另一园办的一件')))
})

test('a head sorts, and sorts the other way when it is pressed again; the order stands in the address', async () => {
  const { page } = await desk('office', '/register?flow=hazard')
  const sorted = async (way) => {
    await page.waitForSelector(`th[aria-sort=${way}]`)
    await settled(page)
    return cells(page, '发现时间')
  }
  await page.click('th .sort:has-text("发现时间")')
  const down = await sorted('descending')
  assert.deepEqual(down, [...down].sort().reverse())
  await page.click('th .sort:has-text("发现时间")')
  const up = await sorted('ascending')
  assert.deepEqual(up, [...up].sort())
  assert.notDeepEqual(up, down)
  await page.reload()
  await settled(page)
  assert.deepEqual(await sorted('ascending'), up)
})

test('the number on the receipt finds its case, and the row opens it', async () => {
  const { page } = await desk('office', '/register')
  const no = `${Math.floor(first.id / 2 ** 33)}-${first.id % 2 ** 33}`
  await page.fill('input[type=search]', no)
  await says(page, '共 1 件')
  await settled(page)
  assert.deepEqual(await cells(page, '受理号'), [no])
  await page.click('tbody .gist')
  await page.waitForSelector('.detail .gist:has-text("台账里的第一件")')
  await page.goBack()
  await says(page, '共 1 件')
})

test('a field that a flow marks for lists is a filter there, and columns are chosen', async () => {
  const { page } = await desk('office', '/register')
  await page.selectOption('select[aria-label="隐患类别"]', '22')
  await says(page, '共 0 件')
  await page.selectOption('select[aria-label="隐患类别"]', '21')
  await says(page, `共 ${(await office.get('/cases/count?fields%5Bcategory%5D=21')).count} 件`)
  await page.click('summary:has-text("显示列")')
  await page.check('.drop label:has-text("隐患类别") input')
  await page.uncheck('.drop label:has-text("承办") input')
  await page.waitForSelector('th:has-text("隐患类别")')
  assert.equal(await page.locator('th:has-text("承办")').count(), 0)
  const words = (await office.get('/codes/hazard-category')).items.find((c) => c.code === '21').title
  assert.ok((await cells(page, '隐患类别')).every((x) => x.trim() === words))
})

test('a saved view comes back on another machine, to its person alone, and can be deleted', async () => {
  const one = await desk('office', `/register?area=${street.id}&open=1&sort=-opened`)
  await one.page.click('.btn:has-text("保存为视图")')
  await one.page.click('.page form .btn.main')
  await shows(one.page, '.page .wrong', '请填写视图名称')
  await one.page.fill('input[aria-label="视图名称"]', '本园办未结')
  await one.page.keyboard.press('Enter')
  await one.page.waitForSelector('.own:has-text("本园办未结")')
  const other = await desk('office', '/register')
  await other.page.click('.own a:has-text("本园办未结")')
  await says(other.page, `共 ${(await office.get(`/cases/count?area=${street.id}&open=1`)).count} 件`)
  assert.equal(await other.page.inputValue('select[aria-label="区域"]'), String(street.id))
  assert.equal(await other.page.locator('th[aria-sort=descending]').count(), 1)
  assert.deepEqual((await (await client(base, 'leader')).get('/views')).items, [])
  await other.page.click('button[aria-label="删除视图“本园办未结”"]')
  await other.page.waitForFunction(() => !document.querySelector('.own'))
  assert.deepEqual((await office.get('/views')).items, [])
})

test('figures of the map lead to the cases that they count', async () => {
  const { page } = await desk('office', '/register')
  const { figures } = await office.get('/map')
  for (const [name, value] of [['open', figures.open], ['late', figures.late], ['new', figures.new]]) {
    await page.goto(`${base}/#/map`)
    await page.click(`a[data-figure=${name}]`)
    await says(page, `共 ${value} 件`)
  }
})

test('an enterprise sees its own cases and nothing else', async () => {
  const who = await client(base, 'enterprise')
  const mine = (await who.get('/me')).seats[0].subject.id
  await file(member, '企业自己的一件', { subject: mine })
  const { page } = await desk('enterprise', '/register')
  const { count } = await who.get('/cases/count')
  await says(page, `共 ${count} 件`)
  const names = await cells(page, '监管对象')
  assert.ok(names.length === count && count > 0)
  assert.equal(new Set(names).size, 1)
  await page.goto(`${base}/#/registers`)
  await page.waitForSelector('.kinds li')
  assert.equal(await page.locator('.kinds li:has-text("人员")').count(), 0) // not theirs to see
})

test('a department is opened, changed and ended, and its history tells of each', async () => {
  const { page } = await desk('office', '/registers')
  await page.click('.kinds a:has-text("17 条")')
  await page.waitForSelector('th:has-text("监管职责")')
  await page.click('.btn.main:has-text("设立部门")')
  await page.fill('#n-open-code', 'emergency')
  await page.click('dialog .btn.main')
  await shows(page, 'dialog .field:has(#n-open-name)', '必填')
  await page.fill('#n-open-name', '低空经济办')
  for (const [group, word] of [['监管职责', '管行业'], ['处罚权', '无'], ['隶属', '本区']]) await page.click(`dialog fieldset:has-text("${group}") label:has-text("${word}")`)
  await page.click('dialog .btn.main')
  await page.waitForSelector('dialog .wrong') // the code is taken: the server says so
  assert.match(await page.innerText('dialog .wrong'), /代码/)
  await page.fill('#n-open-code', 'low-altitude')
  await page.fill('#n-open-from', '2026-11-25T08:00')
  await page.click('dialog .btn.main')
  await shows(page, 'h1', '低空经济办')
  await page.click('.btn.main:has-text("变更部门")')
  assert.equal(await page.inputValue('#n-change-name'), '低空经济办')
  await page.click('dialog .btn.main')
  await shows(page, 'dialog .wrong', '没有改动')
  await page.fill('#n-change-name', '低空经济发展办')
  await page.click('dialog .btn.main')
  await shows(page, 'h1', '低空经济发展办')
  await shows(page, '.told', '变更部门')
  assert.equal((await office.get('/departments?code=low-altitude')).items[0].name, '低空经济发展办')
  await page.click('.btn:has-text("撤并部门")')
  await page.click('dialog .btn.main:has-text("撤并部门")')
  await shows(page, '.note.today', '已终止')
  for (const text of ['设立部门', '变更部门', '撤并部门', '管行业', '低空经济发展办']) await shows(page, '.told', text)
  assert.equal((await office.get('/departments?code=low-altitude')).items.length, 0)
})

test('a register is filtered by its own filters, in words', async () => {
  const { page } = await desk('office', '/registers/rules')
  await page.selectOption('select[aria-label="管理事项"]', 'fire')
  const { count } = await office.get('/rules/count?matter=fire')
  await says(page, `${count} 条`)
  await settled(page)
  const words = (await office.get('/codes/matter')).items.find((c) => c.code === 'fire').title
  assert.ok((await cells(page, '事由')).every((x) => x.trim() === words))
  assert.ok((await cells(page, '分工')).every((x) => ['牵头', '协办'].includes(x.trim())))
})

const PAGES = ['/register', '/register?flow=hazard&from=2026-11-01&to=2026-11-30', '/registers', '/registers/departments', '/registers/areas', '/registers/subjects']
for (const [name, size, more] of [['desk', DESK, {}], ['narrow', PHONE, {}], ['dark, English', DESK, { dark: true, lang: 'en' }], ['narrow, dark, English', PHONE, { dark: true, lang: 'en' }]])
  test(`axe finds nothing on the registers, and nothing sticks out: ${name}`, async () => {
    const who = await desk('office', '/register', { size, ...more })
    const faults = []
    const department = (await office.get('/departments?limit=1')).items[0].id
    for (const to of [...PAGES, `/registers/departments/${department}`]) {
      await who.page.goto(`${base}/#${to}`)
      await settled(who.page)
      await who.page.waitForLoadState('networkidle')
      faults.push(...(await axe(who.page, `${name} ${to}`)))
      const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) faults.push(`${name} ${to}: sticks out by ${wide} px`)
    }
    await who.page.click('.btn.main')
    await who.page.waitForSelector('dialog[open]')
    faults.push(...(await axe(who.page, `${name} the form`)))
    assert.deepEqual(faults, [])
    assert.deepEqual(who.complaints, [])
  })

test('the register is walked by keyboard alone', async () => {
  const { page } = await desk('office', '/register')
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href') ?? document.activeElement?.getAttribute('type') ?? '')
  await page.keyboard.press('/')
  assert.equal(await focused(), 'search')
  await page.keyboard.press('Tab')
  await page.evaluate(() => document.activeElement?.blur())
  await page.keyboard.press('j')
  const to = await focused()
  assert.match(to, /#\/case\/\d+/)
  await page.keyboard.press('Enter')
  await page.waitForSelector('.detail')
  assert.ok(page.url().endsWith(to))
})
