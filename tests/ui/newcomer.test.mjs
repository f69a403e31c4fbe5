// SPDX-License-Identifier: Apache-2.0
// Somebody who has read nothing plays the main job on the demo as ./run makes it, by the words on the screen alone: a member reports
// on the phone, an officer informs at the desk, the member submits, the officer closes. The pictures of docs/tour/ are taken here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESK, Newcomer, NOW, open, PHONE, serve, shoot } from './house.mjs'

/** A clear screen, and a clock that stands, so that pictures made anew differ where the pages do. */
async function arrive(base, size, path) {
  const who = await open(base, { size, more: size === PHONE ? { deviceScaleFactor: 2 } : {} })
  await who.context.clock.setFixedTime(new Date(Date.parse(NOW) + 5000))
  await who.page.goto(base + path)
  return { ...who, hand: new Newcomer(who) }
}

test('a newcomer finds the whole main job by the words on the screen', async (t) => {
  const base = await serve(undefined, { month: true })
  const phone = await arrive(base, PHONE, '/m/')
  const { hand } = phone
  await hand.see('演示账号')
  await shoot(phone, 'phone-01-sign-in')
  await hand.tap('网格员')
  await hand.see('要您办的')
  await hand.see('更新于')
  await shoot(phone, 'phone-02-my-day')

  hand.taps = 0
  await hand.tap('上报隐患')
  await hand.see('先打电话')
  await shoot(phone, 'phone-03-report')
  await hand.photo('没有可拍的可以不拍', 'exit-before')
  await hand.see('更改') // the place came with the photo, and the subject that stands there
  await hand.tap('消防通道')
  await hand.tap('已告知,需限期')
  await hand.see('前核实')
  await phone.page.locator('.to').scrollIntoViewIfNeeded()
  await hand.see('主管')
  await shoot(phone, 'phone-04-who-gets-it', { top: false })
  await hand.tap('提交')
  await hand.see('已收到')
  await hand.see('回执号')
  await shoot(phone, 'phone-05-received')
  t.diagnostic(`counted report on the phone: ${hand.taps} taps, 1 photo, ${hand.typed} characters`)
  assert.ok(hand.taps <= 4, `${hand.taps} taps`)

  const desk = await arrive(base, DESK, '/')
  const mouse = desk.hand
  await mouse.see('演示账号')
  await mouse.tap('监管责任人')
  await mouse.see('待我办')
  await mouse.tap('消防通道:见照片')
  await mouse.see('现在由')
  await mouse.see('核实告知')
  await shoot(desk, 'desk-01-to-verify')
  mouse.taps = 0
  await mouse.tap('核实告知')
  await mouse.tap('一般隐患')
  await shoot(desk, 'desk-02-inform')
  await mouse.tap('核实告知', { last: true })
  await mouse.see('已告知')
  t.diagnostic(`counted informing at the desk: ${mouse.taps} clicks, ${mouse.typed} characters`)
  assert.equal(mouse.typed, 0) // the limit comes from the category

  await hand.tap('查看事项')
  hand.taps = 0
  await hand.tap('签收')
  await hand.tap('签收', { last: true })
  await hand.see('整改中')
  await hand.tap('报告已整改')
  await hand.photo('添加照片', 'exit-after')
  await phone.page.waitForSelector('form.move .photo img')
  await shoot(phone, 'phone-06-submit', { top: false })
  await hand.tap('报告已整改', { last: true })
  await phone.page.waitForFunction(() => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes('核查')))
  await phone.page.waitForFunction(() => document.querySelectorAll('.two .pic img').length === 2)
  await shoot(phone, 'phone-07-before-and-after')
  t.diagnostic(`counted signing and submitting on the phone: ${hand.taps} taps, 1 photo, ${hand.typed} characters`)
  assert.equal(hand.typed, 0)

  await mouse.see('核查通过') // told of it by itself
  await desk.page.waitForFunction(() => document.querySelectorAll('.two .pic img').length === 2)
  await shoot(desk, 'desk-03-before-and-after')
  mouse.taps = 0
  await mouse.tap('核查通过')
  await mouse.tap('核查通过', { last: true })
  await mouse.see('已办结')
  await shoot(desk, 'desk-04-closed')
  t.diagnostic(`counted checking at the desk: ${mouse.taps} clicks, ${mouse.typed} characters`)
  await hand.see('已办结') // and so is the phone

  await phone.page.goBack()
  for (const who of [phone, desk]) assert.deepEqual(who.complaints, [])
})

test('pictures of what else the tour shows', { skip: !process.env.GRIDWARD_TOUR }, async () => {
  const base = await serve(undefined, { month: true })
  const phone = await arrive(base, PHONE, '/m/')
  const { hand } = phone
  await hand.tap('网格员')
  await hand.see('更新于')
  await hand.tap('看地图')
  await phone.page.waitForSelector('.spot')
  await shoot(phone, 'phone-08-map')
  await hand.tap('走访')
  await hand.see('走访哪家')
  await hand.tap('附近单位')
  await phone.page.locator('.found button').first().tap()
  await hand.tap('发现问题,上报隐患'.replace(',', '，'))
  await hand.tap('用电')
  await shoot(phone, 'phone-09-visit')
  await phone.context.setOffline(true)
  await phone.page.goto(base + '/m/#/report')
  await hand.photo('没有可拍的可以不拍', 'wiring-before')
  await hand.see('更改')
  await hand.tap('用电')
  await hand.tap('已告知,需限期')
  await hand.tap('存本机,有信号自动发送')
  await hand.see('都存在这部手机上')
  await shoot(phone, 'phone-10-without-signal')
  const dark = await open(base, { size: PHONE, dark: true, more: { deviceScaleFactor: 2 } })
  await dark.context.clock.setFixedTime(new Date(Date.parse(NOW) + 5000))
  await dark.page.goto(base + '/m/')
  const night = new Newcomer(dark)
  await night.tap('监管责任人')
  await night.see('更新于')
  await shoot(dark, 'phone-11-dark')
  for (const [word, to, name, ready] of [
    ['安委办', '#/map', 'desk-05-command-map', 'canvas'],
    ['监管责任人', '#/batch', 'desk-06-batch', '.photo img'],
    ['网格长', '#/seats', 'desk-07-seats', 'table'],
    ['网格长', '#/blind', 'desk-08-blind-spots', 'h1'],
  ]) {
    const desk = await arrive(base, DESK, '/')
    await desk.hand.tap(word)
    await desk.page.waitForSelector('.left')
    await desk.page.goto(base + '/' + to)
    await desk.page.waitForSelector(`main ${ready}`)
    await desk.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'))
    await desk.page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))
    await desk.page.waitForTimeout(1500) // for the eye alone: a picture of a map that is half drawn helps nobody
    await shoot(desk, name)
    await desk.context.close()
  }
})
