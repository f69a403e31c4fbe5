// SPDX-License-Identifier: Apache-2.0
// A thumb is faster than a network, and no event is sure to come: no tap is lost, and nothing that waits stays without another try.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, count, cutActs, filed, fill, hand, kept, open, packed, PATIENCE, picture, serve, signIn } from './house.mjs'

async function aPhone() {
  const base = await serve()
  const phone = await open(base)
  await signIn(phone, 'member')
  await packed(phone)
  return { base, phone, page: phone.page, context: phone.context, member: await client(base, 'member') }
}

test('a tap on 提交 that comes before the definitions are read is done when they are', async () => {
  const { base, page, context, member } = await aPhone()
  await page.goto(base + '/m/#/report')
  await fill(page, 'exit-before', '消防通道', '点得太早')
  let read
  const hold = new Promise((go) => (read = go))
  await context.route('**/api/v1/flows', async (route) => {
    await hold
    await route.continue()
  })
  await kept(page, 'delete', 'flows/zh-CN') // a phone that has never been read to the end
  await page.reload()
  await page.waitForSelector('.photos .photo img')
  await page.click('.submit button')
  await page.waitForSelector('.submit button[aria-busy=true]')
  read()
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '点得太早')).length, 1)
})

test('what is kept of the definitions serves until the newest are there', async () => {
  const { base, page, context, member } = await aPhone()
  await page.goto(base + '/m/#/report')
  await fill(page, 'exit-before', '消防通道', '用存下的表单')
  await context.route('**/api/v1/flows', () => new Promise(() => {}))
  await page.reload()
  await page.waitForSelector('.photos .photo img')
  await page.click('.submit button')
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '用存下的表单')).length, 1)
})

test('a photo that is still being shrunk goes with the report, and two taps are one report', async () => {
  const { base, page, member } = await aPhone()
  await page.goto(base + '/m/#/report')
  await page.evaluate(() => {
    const real = window.createImageBitmap
    window.createImageBitmap = async (...given) => {
      await new Promise((go) => (window.shrink = go))
      return real(...given)
    }
  })
  await page.setInputFiles('#before', picture('gas-before'))
  await page.waitForSelector('.chosen')
  await page.click('.pictures label:has-text("燃气")')
  await page.fill('#description', '手快')
  await page.click('.how label:has-text("已告知,需限期")')
  await page.click('.submit button')
  await page.click('.submit button')
  await page.evaluate(() => window.shrink())
  await page.waitForSelector('.send.received')
  const got = await filed(member, '手快')
  assert.equal(got.length, 1)
  assert.equal(got[0].fields.before.length, 1)
})

test('one that the server cannot take now holds up none of the others, and goes when it can, though nothing tells the phone', async () => {
  const { base, page, context, member } = await aPhone()
  let broken = true
  const tries = []
  await context.route('**/api/v1/cases', (route) => {
    const body = route.request().postData() ?? ''
    if (!broken || !body.includes('服务器一时办不了')) return route.continue()
    tries.push(route.request().headers()['idempotency-key'])
    return route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"title":"broken","status":500,"code":"internal"}' })
  })
  await hand(page, base, 'wiring-before', '用电', '服务器一时办不了')
  await page.waitForSelector('.send.stored')
  await page.click('.btn:has-text("再报一处")')
  await fill(page, 'gas-before', '燃气', '后面的照走')
  await page.click('.submit button')
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '后面的照走')).length, 1)
  await page.goto(base + '/m/#/sent')
  const before = tries.length
  for (const until = Date.now() + PATIENCE; tries.length < before + 2 && Date.now() < until; ) await new Promise((go) => setTimeout(go, 50))
  assert.ok(tries.length >= before + 2, 'it is tried again and again')
  assert.equal(new Set(tries).size, 1) // under one key
  broken = false
  await page.waitForFunction(() => document.querySelectorAll('[data-state=received]').length === 2)
  assert.equal((await filed(member, '服务器一时办不了')).length, 1)
})

test('another window that holds the queue and never lets go holds up nothing for ever', async () => {
  const { base, page, context, member } = await aPhone()
  const frozen = await context.newPage()
  await frozen.goto(base + '/m/#/me')
  await frozen.waitForSelector('.tabs')
  await frozen.evaluate(() => void navigator.locks.request('outbox', () => new Promise(() => {})))
  await frozen.waitForFunction(async () => (await navigator.locks.query()).held.some((l) => l.name === 'outbox'))
  await page.clock.install()
  await page.reload()
  await hand(page, base, 'exit-before', '消防通道', '队列被占着')
  await page.waitForSelector('.send.stored')
  assert.equal((await filed(member, '队列被占着')).length, 0)
  await page.clock.fastForward(61000)
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '队列被占着')).length, 1)
})

test('signed in anew in another window: the token of the old session is not the end of it', async () => {
  const { base, page, context, member } = await aPhone()
  const line = await cutActs(context)
  await hand(page, base, 'tidy-before', '消防通道', '换了会话')
  await page.waitForSelector('.send.stored')
  const other = await context.newPage()
  await other.goto(base + '/m/#/me')
  await other.click('.btn:has-text("退出登录")')
  await other.click('[data-account=member]')
  await other.waitForSelector('.tabs')
  await other.close()
  line.cut = false
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '换了会话')).length, 1)
  assert.equal(await count(page, 'outbox'), 1)
})

test('signal comes back without a word: the page finds out by itself', async () => {
  const { page, context } = await aPhone()
  await context.addInitScript(() => ['online', 'offline'].forEach((name) => addEventListener(name, (e) => e.stopImmediatePropagation(), true)))
  await page.reload()
  await packed({ page })
  await context.setOffline(true)
  await page.click('.kept .btn')
  await page.waitForSelector('.bar:has-text("没有信号")')
  await context.setOffline(false)
  await page.waitForSelector('.bar:has-text("没有信号")', { state: 'detached' })
})
