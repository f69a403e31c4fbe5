// SPDX-License-Identifier: Apache-2.0
// A field, a state and a move added to a definition appear on phone and desk, with their words, and work.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { client, DESK, open, packed, picture, ROOT, run, serve, signIn } from './house.mjs'

test('the screens follow the definition', async () => {
  const base = await serve((store, folder) => {
    let text = readFileSync(join(ROOT, 'defs', 'flows', 'hazard.yaml'), 'utf8')
    const swap = (what, by) => {
      assert.ok(text.includes(what), what)
      text = text.replace(what, by)
    }
    swap('  note: {kind: text,', '  lamps: {kind: int, max: 99, title: {zh: 应急灯数量, en: Emergency lamps}}\n  note: {kind: text,')
    swap('    ask: [category!, description!, before, source]', '    ask: [category!, description!, before, lamps!, source]')
    swap('  rectifying:\n', '  on_hold:\n    title: {zh: 等配件, en: Waiting for parts}\n    duty: [responsible_officer@area]\n    clock: 5 workdays\n  rectifying:\n')
    swap('  inform:\n', '  wait:\n    title: {zh: 等配件到货, en: Wait for parts}\n    from: reported\n    to: on_hold\n    by: duty\n    ask: [lamps!, note!]\n  arrived:\n    title: {zh: 配件已到, en: Parts have come}\n    from: on_hold\n    to: reported\n    by: duty\n  inform:\n')
    const defs = join(folder, 'defs')
    mkdirSync(join(defs, 'flows'), { recursive: true })
    writeFileSync(join(defs, 'flows', 'hazard.yaml'), text)
    assert.match(run('defs', 'apply', join(defs, 'flows'), '--store', store), /published 1 /)
  })
  const phone = await open(base)
  await signIn(phone, 'member')
  await packed(phone)
  await phone.page.click('.big.main')
  await phone.page.setInputFiles('#before', picture('exit-before'))
  await phone.page.waitForSelector('.chosen')
  await phone.page.click('.pictures label:has-text("消防设施")')
  await phone.page.click('.how label:has-text("已告知,需限期")')
  await phone.page.click('.submit button')
  assert.match(await phone.page.textContent('.submit .wrong'), /应急灯数量/)
  await phone.page.fill('label:has-text("应急灯数量") + .row input, #r-lamps', '3')
  await phone.page.click('.submit button')
  await phone.page.waitForSelector('.send.received')
  const desk = await open(base, { size: DESK })
  await signIn(desk, 'officer', '/')
  await desk.page.click('.left a:has-text("消防设施:见照片")')
  await desk.page.click('.detail .btn:has-text("等配件到货")')
  await desk.page.fill('form.move textarea, form.move input[type=text]', '后天到')
  await desk.page.click('form.move .btn.main')
  await desk.page.waitForFunction(() => document.querySelector('.detail header')?.textContent?.includes('等配件'))
  const officer = await client(base, 'officer')
  assert.ok((await officer.get('/cases?state=on_hold&limit=50')).items.some((c) => c.fields.lamps === 3))
})
