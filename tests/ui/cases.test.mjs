// SPDX-License-Identifier: Apache-2.0
// A case open, for every account that has one, on phone and desk, with the form of its first step: axe finds nothing, nothing sticks
// out, and no photo or word comes from elsewhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, client, DESK, open, PHONE, serve, settle, signIn, SMALL } from './house.mjs'

const base = await serve(undefined, { month: true })
const ACCOUNTS = ['member', 'officer', 'department', 'deputy', 'chief', 'office', 'leader', 'inspector', 'enterprise', 'standin']

/** One case of each of a few states, those with a step to take first. */
async function someCases(account, most) {
  const who = await client(base, account)
  const all = [...(await who.get('/cases?open=1&duty=me&limit=100')).items, ...(await who.get('/cases?open=1&limit=100')).items, ...(await who.get('/cases?open=0&limit=20')).items]
  const states = new Map()
  for (const c of all) if (!states.has(c.state)) states.set(c.state, c)
  return [...states.values()].slice(0, most)
}
async function look(who, path, cases, name) {
  const faults = []
  const judge = async (where) => {
    faults.push(...(await axe(who.page, where)))
    const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) faults.push(`${where}: sticks out by ${wide} px`)
  }
  for (const c of cases) {
    const where = `${name} ${path} ${c.flow} ${c.state}`
    await who.page.goto(`${base}${path}#/case/${c.id}`)
    await who.page.waitForFunction(() => [...document.querySelectorAll('p.line')].some((l) => l.textContent.trim()))
    await settle(who.page)
    await judge(where)
    const step = who.page.locator('main .btn.main:visible, .detail .moves .btn.main:visible').first()
    if (!(await step.count())) continue
    await step.click()
    await who.page.waitForSelector('form.move')
    await judge(where + ', first step')
  }
  return faults
}
for (const account of ACCOUNTS)
  test(`${account}: cases on phone and desk`, async () => {
    const cases = await someCases(account, 3)
    const phone = await open(base, { size: PHONE })
    await signIn(phone, account)
    const desk = await open(base, { size: DESK })
    await signIn(desk, account, '/')
    assert.deepEqual([...(await look(phone, '/m/', cases, account)), ...(await look(desk, '/', cases, account))], [])
    for (const who of [phone, desk]) {
      assert.deepEqual(who.complaints, [])
      assert.deepEqual([...who.hosts].filter((h) => h !== base && h !== 'null'), [])
      await who.context.close()
    }
  })
test('every state that an officer meets, at 320 px with large text, in sunlight and in the dark', async () => {
  const cases = await someCases('officer', 8)
  const faults = []
  for (const [theme, lang] of [['sun', 'zh-CN'], ['dark', 'en']]) {
    const phone = await open(base, { size: SMALL, lang })
    await phone.context.addInitScript((t) => Object.entries({ theme: t, text: 'large' }).forEach(([k, v]) => localStorage.setItem(k, v)), theme)
    await signIn(phone, 'officer')
    faults.push(...(await look(phone, '/m/', cases, theme)))
    await phone.context.close()
  }
  assert.deepEqual(faults, [])
})
