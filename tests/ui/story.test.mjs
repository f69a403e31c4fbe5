// SPDX-License-Identifier: Apache-2.0
// The main job as people do it: a member reports on the phone, an officer informs at the desk, the member submits, the officer
// closes. Taps and typed characters are counted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, DESK, Hand, open, packed, picture, serve, signIn } from './house.mjs'

test('a hazard goes from the phone to 销号', async () => {
  const base = await serve()
  const phone = await open(base)
  await signIn(phone, 'member')
  await packed(phone)
  const hand = new Hand(phone.page)
  await hand.tap('.big.main')
  await phone.page.setInputFiles('#before', picture('exit-before')) // the one photo
  await phone.page.waitForSelector('.chosen') // the place came with it
  await hand.tap('.pictures label:has-text("消防通道")')
  await hand.tap('.how label:has-text("已告知,需限期")')
  await phone.page.waitForFunction(() => document.querySelector('.to')?.textContent?.includes('24:00前核实')) // not only from the package
  const to = await phone.page.textContent('.to')
  assert.match(to, /网格监管责任人/)
  assert.match(to, /主管/)
  await hand.tap('.submit button')
  await phone.page.waitForSelector('.send.received')
  assert.equal(hand.taps, 4)
  assert.equal(hand.typed, 0)
  assert.match(await phone.page.textContent('[role=status]:has(.send)'), /回执号 \d+-\d+/)

  const desk = await open(base, { size: DESK })
  await signIn(desk, 'officer', '/')
  await desk.page.click('.left a:has-text("消防通道:见照片")')
  await desk.page.waitForSelector('.detail')
  await desk.page.waitForFunction(() => [...document.querySelectorAll('.line')].some((l) => /现在由 .*网格监管责任人.*核实/.test(l.textContent)))
  await desk.page.click('.detail .btn:has-text("核实告知")')
  await desk.page.click('form.move label:has-text("一般隐患")')
  const due = await desk.page.inputValue('form.move input[type=date]')
  assert.match(due, /^2026-1[12]-\d\d$/) // by the category's days
  await desk.page.click('form.move .btn.main')
  await desk.page.waitForFunction(() => document.querySelector('.detail header')?.textContent?.includes('已告知'))

  await phone.page.click('a:has-text("查看事项")')
  const second = new Hand(phone.page)
  await second.tap('.btn.wide:has-text("签收")')
  await second.tap('form.move .btn.main')
  await phone.page.waitForFunction(() => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes('整改中')))
  await second.tap('.btn.wide:has-text("报告已整改")')
  await phone.page.setInputFiles('form.move input[type=file]', picture('exit-after'))
  await phone.page.waitForSelector('form.move .photo')
  await second.tap('form.move .btn.main')
  await phone.page.waitForFunction(() => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes('核查')))
  assert.equal(second.typed, 0)
  assert.ok(second.taps <= 4)

  // The desk was told of it; it shows both photos side by side.
  await desk.page.waitForFunction(() => document.querySelector('.detail header')?.textContent?.includes('待核查'))
  await desk.page.waitForFunction(() => document.querySelectorAll('.two .pic img').length === 2)
  await desk.page.click('.detail .btn:has-text("核查通过")')
  await desk.page.click('form.move .btn.main')
  await desk.page.waitForFunction(() => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes('已办结')))
  assert.match(await desk.page.textContent('ol.line'), /核实告知[\s\S]*上报隐患/)
  for (const who of [phone, desk]) {
    assert.deepEqual(who.complaints, [])
    assert.deepEqual([...who.hosts].filter((h) => h !== base && !h.startsWith('blob:') && h !== 'null'), [])
  }
})

test('who fixed does not check, and the button says so', async () => {
  const base = await serve()
  const member = await open(base)
  await signIn(member, 'member')
  await packed(member)
  await member.page.click('.big.main')
  await member.page.setInputFiles('#before', picture('gas-before'))
  await member.page.waitForSelector('.chosen')
  await member.page.click('.pictures label:has-text("燃气")')
  await member.page.click('.how label:has-text("当场已整改")')
  await member.page.click('.submit button')
  assert.match(await member.page.textContent('.submit .wrong'), /拍整改后/) // says what is still missing
  await member.page.setInputFiles('#after', picture('gas-after'))
  await member.page.waitForSelector('.part .photos:has(#after), .photo >> nth=1')
  await member.page.click('.submit button')
  await member.page.waitForSelector('.send.received')
  const officer = await open(base, { size: DESK })
  await signIn(officer, 'officer', '/')
  await officer.page.click('nav a:has-text("一键核实同类")')
  await officer.page.click('.tick:has-text("燃气") input')
  await officer.page.click('.btn.main:has-text("核查通过")')
  await officer.page.waitForFunction(() => document.querySelector('[role=status].note')?.textContent?.includes('1 件通过'))
  const office = await client(base, 'officer')
  assert.ok((await office.get('/cases?open=0&limit=200')).items.some((c) => c.fields.description === '燃气:见照片' && c.state === 'closed'))
})

test('a finding of a visit becomes a hazard in the same move', async () => {
  const base = await serve()
  const phone = await open(base)
  await signIn(phone, 'member')
  await packed(phone)
  await phone.page.click('.big:has-text("走访")')
  await phone.page.click('.chip:has-text("附近单位")')
  await phone.page.click('.found button >> nth=0')
  await phone.page.click('.how label:has-text("上报隐患")')
  await phone.page.click('.pictures label:has-text("用电")')
  await phone.page.fill('textarea >> nth=0', '配电箱缺盖板')
  await phone.page.click('.submit button')
  await phone.page.waitForSelector('.send.received')
  assert.match(await phone.page.textContent('.note.fine'), /隐患已一并上报/)
  const member = await client(base, 'member')
  const found = (await member.get('/cases?flow=hazard&filed=me&limit=50')).items.filter((c) => c.fields.description === '配电箱缺盖板')
  assert.equal(found.length, 1)
})
