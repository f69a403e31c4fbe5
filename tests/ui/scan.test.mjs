// SPDX-License-Identifier: Apache-2.0
// 扫码: the camera (a film of a code by the door, played to the browser) finds the subject; without a camera a photo of the code does,
// and without either the number below it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { deflateSync, crc32 } from 'node:zlib'
import { axe, client, launch, open, packed, ROOT, serve, signIn } from './house.mjs'

const encode = (await import(createRequire(join(ROOT, 'ui', 'package.json')).resolve('qr'))).default
const folder = mkdtempSync(join(tmpdir(), 'gridward-scan-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const [WIDE, HIGH] = [640, 480]
/** The code as grey dots in the middle of a wall. */
function picture(text) {
  const rows = encode(text, 'raw', { border: 4 })
  const scale = Math.floor(360 / rows.length)
  const dots = Buffer.alloc(WIDE * HIGH, 150)
  const [x0, y0] = [(WIDE - scale * rows.length) >> 1, (HIGH - scale * rows.length) >> 1]
  rows.forEach((row, y) => row.forEach((dark, x) => {
    for (let i = 0; i < scale; i++) dots.fill(dark ? 20 : 235, (y0 + y * scale + i) * WIDE + x0 + x * scale, (y0 + y * scale + i) * WIDE + x0 + (x + 1) * scale)
  }))
  return dots
}
function film(text) {
  const frame = Buffer.concat([Buffer.from('FRAME\n'), picture(text), Buffer.alloc((WIDE * HIGH) / 2, 128)])
  const file = join(folder, 'door.y4m')
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDE} H${HIGH} F10:1 Ip A1:1 C420jpeg\n`), frame, frame, frame]))
  return file
}
function png(text) {
  const dots = picture(text)
  const lines = Buffer.concat(Array.from({ length: HIGH }, (_, y) => Buffer.concat([Buffer.from([0]), dots.subarray(y * WIDE, (y + 1) * WIDE)])))
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(WIDE, 0)
  head.writeUInt32BE(HIGH, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const file = join(folder, 'photo.png')
  writeFileSync(file, Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]))
  return file
}

async function atTheDoor(base, through, camera) {
  const phone = await open(base, { through })
  if (camera) await phone.context.grantPermissions(['camera', 'geolocation'])
  await signIn(phone, 'member')
  await packed(phone)
  await phone.page.goto(base + '/m/#/report')
  await phone.page.click('.chip:has-text("扫码")')
  return phone
}
const base = await serve()
const member = await client(base, 'member')
const subjects = (await member.get('/subjects?limit=20')).items
const [one, other] = subjects.slice(3)

test('the camera sees the code by the door: the subject is there, and the camera goes out', async () => {
  const browser = await launch('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film(`https://example.invalid/s/${one.id}`)}`)
  const { page, complaints, hosts } = await atTheDoor(base, browser, true)
  await page.waitForSelector('.chosen')
  assert.ok((await page.textContent('.chosen')).includes(one.name))
  assert.equal(await page.locator('video').count(), 0)
  assert.deepEqual(complaints, [])
  assert.deepEqual([...hosts].filter((h) => h !== base && h !== 'null'), []) // what stands in a code is read, never opened
})

test('without leave to use the camera: a photo of the code, or the number below it', async () => {
  const { page, complaints } = await atTheDoor(base, undefined, false)
  await page.waitForSelector('.note:has-text("没有用上相机"), .scan p:has-text("没有用上相机")')
  assert.deepEqual(await axe(page, 'scan'), [])
  await page.setInputFiles('.scan input[type=file]', png(String(one.id)))
  await page.waitForSelector('.chosen')
  assert.ok((await page.textContent('.chosen')).includes(one.name))
  await page.click('.chosen .btn')
  await page.click('.chip:has-text("扫码")')
  await page.getByLabel('或输入码下的编号').fill('没有这个号')
  await page.click('.scan .no .btn')
  await page.waitForSelector('.scan [role=status]:has-text("没有编号为")')
  await page.getByLabel('或输入码下的编号').fill(String(other.id))
  await page.keyboard.press('Enter')
  await page.waitForSelector('.chosen')
  assert.ok((await page.textContent('.chosen')).includes(other.name))
  assert.deepEqual(complaints, [])
})
