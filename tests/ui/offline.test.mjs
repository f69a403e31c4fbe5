// SPDX-License-Identifier: Apache-2.0
// Without signal it is the same form: nothing is lost, nothing is sent twice, nothing is deleted before its receipt.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, filed, hand, open, packed, picture, serve, shellKept, signIn } from './house.mjs'


test('signal goes in mid-form, the page is loaded again, signal comes back: one case on either side', async () => {
  const base = await serve()
  const member = await client(base, 'member')
  const phone = await open(base)
  const { page, context } = phone
  await signIn(phone, 'member')
  await packed(phone)
  await shellKept(page)
  await page.click('.big.main')
  await page.setInputFiles('#before', picture('wiring-before'))
  await page.waitForSelector('.chosen')
  await context.setOffline(true)
  await page.click('.pictures label:has-text("用电")')
  await page.fill('#description', '私拉乱接电线,两处')
  await page.reload()
  await page.waitForSelector('.photos .photo img') // the photo is still here
  assert.equal(await page.inputValue('#description'), '私拉乱接电线,两处')
  await page.click('.how label:has-text("已告知,需限期")')
  assert.match(await page.textContent('.to'), /将送达[\s\S]*网格监管责任人/) // who answers, from the package
  assert.match(await page.textContent('.submit button'), /存本机/)
  await page.click('.submit button')
  await page.waitForSelector('.send.stored')
  await page.reload() // still without signal
  await page.goto(base + '/m/#/sent')
  await page.waitForSelector('[data-state=stored]')
  assert.equal((await filed(member, '私拉乱接电线,两处')).length, 0)
  await context.setOffline(false)
  await page.waitForSelector('[data-state=received]')
  const got = await filed(member, '私拉乱接电线,两处')
  assert.equal(got.length, 1)
  assert.equal(got[0].fields.before.length, 1)
  assert.match(await page.textContent('[data-state=received]'), /已收到[\s\S]*回执号/)
  assert.deepEqual(phone.complaints, [])
})

test('the answer is lost on the way: it goes again under the same key and is done once', async () => {
  const base = await serve()
  const member = await client(base, 'member')
  const phone = await open(base)
  const { page, context } = phone
  await signIn(phone, 'member')
  await packed(phone)
  let posts = 0
  const keys = new Set()
  await context.route('**/api/v1/cases', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    keys.add(route.request().headers()['idempotency-key'])
    if (posts++ === 0) {
      await route.fetch() // the server does it …
      return route.abort() // … and nobody hears of it
    }
    return route.continue()
  })
  await hand(page, base, 'guard-before', '机器防护', '砂轮机无防护罩,托架间隙约8毫米')
  await page.waitForSelector('.send.received')
  assert.equal(posts, 2)
  assert.equal(keys.size, 1)
  assert.match([...keys][0], /^[0-9a-f]{8}-[0-9a-f]{4}-7/) // time-ordered
  assert.equal((await filed(member, '砂轮机无防护罩,托架间隙约8毫米')).length, 1)
})

test('what waits survives signing out, is not sent by another, and goes when its person is back', async () => {
  const base = await serve()
  const member = await client(base, 'member')
  const phone = await open(base)
  const { page, context } = phone
  await signIn(phone, 'member')
  await packed(phone)
  await shellKept(page)
  let cut = true
  await context.route('**/api/v1/cases', (route) => (cut && route.request().method() === 'POST' ? route.abort() : route.continue()))
  await hand(page, base, 'charging-before', '住人与充电', '电动车推进楼道飞线充电,2辆')
  await page.waitForSelector('.send.stored')
  await page.goto(base + '/m/#/me')
  await page.click('.btn:has-text("退出登录")')
  await page.waitForSelector('[data-account=officer]')
  cut = false
  await page.click('[data-account=officer]')
  await page.waitForSelector('.tabs')
  await page.goto(base + '/m/#/sent')
  await page.waitForSelector('.note:has-text("他人")')
  assert.equal((await filed(member, '电动车推进楼道飞线充电,2辆')).length, 0)
  await page.goto(base + '/m/#/me')
  await page.click('.btn:has-text("退出登录")')
  await page.click('[data-account=member]')
  await page.waitForSelector('.tabs')
  await page.goto(base + '/m/#/sent')
  await page.waitForSelector('[data-state=received]')
  assert.equal((await filed(member, '电动车推进楼道飞线充电,2辆')).length, 1)
})

test('a refused one can be mended and sent', async () => {
  const base = await serve()
  const member = await client(base, 'member')
  const phone = await open(base)
  const { page, context } = phone
  await signIn(phone, 'member')
  await packed(phone)
  let first = true
  await context.route('**/api/v1/cases', (route) => {
    const request = route.request()
    if (request.method() !== 'POST' || !first) return route.continue()
    first = false
    // What a definition published meanwhile would do: the server itself refuses a category that there is not.
    const body = JSON.parse(request.postData())
    body.fields.category = '99'
    return route.continue({ postData: JSON.stringify(body) })
  })
  await hand(page, base, 'extinguisher-before', '消防设施', '灭火器压力指针在红区,6具都过期')
  await page.waitForSelector('.send.refused')
  await page.goto(base + '/m/#/sent')
  await page.click('[data-state=refused] .btn.main')
  await page.waitForSelector('.photos .photo img')
  assert.equal(await page.inputValue('#description'), '灭火器压力指针在红区,6具都过期')
  await page.click('.submit button')
  await page.waitForSelector('.send.received')
  assert.equal((await filed(member, '灭火器压力指针在红区,6具都过期')).length, 1)
})
