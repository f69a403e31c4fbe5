// SPDX-License-Identifier: Apache-2.0
// What one request may look at has a bound: the pages say that a count is "at least" and that a list is incomplete, and go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, DESK, open, serve, signIn, words } from './house.mjs'

const FEW = 15000 // rows: as many as there are subjects, of which a search looks at 1,500
const started = serve(undefined, { month: true, options: ['--rows-most', String(FEW)] })
const LANGS = ['zh-CN', 'en']
const said = async (lang) => {
  const all = await words(`${lang}.ts`)
  return { partial: all.get('cases.partial'), on: all.get('cases.go_on'), least: all.get('cases.at_least').replace('{what}', '').trim() }
}
/** Presses on until nothing is left to be looked at. */
async function through(page, word) {
  for (let n = 0; ; n++) {
    const button = page.locator('button', { hasText: word })
    if (!(await button.count())) return n
    const answered = page.waitForResponse((r) => r.url().includes('cursor='))
    await button.click()
    await answered
    await page.evaluate(() => new Promise(requestAnimationFrame)) // what was answered is drawn
  }
}

for (const lang of LANGS) {
  test(`the desk says what was not counted and looked at to the end, and goes on (${lang})`, async () => {
    const base = await started
    const word = await said(lang)
    const who = await open(base, { size: DESK, lang })
    const { page } = who
    await signIn(who, 'leader', '/')
    const asked = await client(base, 'leader')
    const first = (await asked.get('/subjects?limit=1')).items[0].id
    const far = (await asked.get(`/subjects?limit=1&cursor=${first + 14000}`)).items[0] // ids only grow: some are no subject's
    await page.goto(base + '/#/subjects')
    await page.fill('input.q', far.name)
    await page.locator('p[role=status]', { hasText: word.partial }).waitFor()
    assert.match(await page.textContent('b[role=status]'), new RegExp(word.least))
    assert.equal(await page.locator('td a', { hasText: far.name }).count(), 0, 'it lies behind what one request looks at')
    assert.ok((await through(page, word.on)) > 3, 'a request looks at 1,500 of 15,000')
    assert.ok(await page.locator('td a', { hasText: far.name }).count())
    assert.deepEqual(who.complaints, [])
    await who.context.close()
  })

  test(`the phone says that a search is incomplete, and goes on (${lang})`, async () => {
    const base = await started
    const word = await said(lang)
    const who = await open(base, { lang })
    const { page } = who
    await signIn(who, 'leader')
    await page.goto(base + '/m/#/subjects')
    await page.fill('input[type=search]', '没有这样的单位')
    await page.locator('p[role=status]', { hasText: word.partial }).waitFor()
    await through(page, word.on)
    assert.equal(await page.locator('p', { hasText: word.partial }).count(), 0, 'it was looked through to the end')
    assert.deepEqual(who.complaints, [])
    await who.context.close()
  })
}
