// SPDX-License-Identifier: Apache-2.0
// How smoothly ten thousand cells drag on the command map, without a graphics card: the page's own code in Debian's Chromium, its
// own addresses, only that the server's answers for outlines and figures are replaced by a made-up ground of CELLS cells.
// usage: [GRIDWARD=BINARY] [GRIDWARD_TEST_DEMO=STORE] node bench/map.mjs [CELLS]     prints frame times in ms; a test times nothing
import { test } from 'node:test'
import { client, DESK, open, serve, signIn } from '../tests/ui/house.mjs'

const CELLS = Number(process.argv[2] ?? 10000)
const SIDE = Math.ceil(Math.sqrt(CELLS))
const STEP = 0.004 // degrees, some 400 m

/** Corners that neighbours share, moved a little, and edges of several corners: as ragged as a real border. */
function jitter(i, k, salt) {
  let x = (i * 73856093) ^ (k * 19349663) ^ (salt * 83492791)
  x = Math.imul(x ^ (x >>> 15), 2246822519)
  return (((x ^ (x >>> 13)) >>> 0) / 2 ** 32 - 0.5) * STEP * 0.3
}
const PARTS = 5 // corners of an edge: a cell has 20
const corner = (i, k) => [108.9 + i * STEP + jitter(i, k, 1), 34.1 + k * STEP * 0.8 + jitter(i, k, 2)]
function edge([x, y], [u, v], name) {
  return Array.from({ length: PARTS }, (_, n) => [x + ((u - x) * n) / PARTS + (n ? jitter(name, n, 3) * 0.3 : 0), y + ((v - y) * n) / PARTS + (n ? jitter(name, n, 4) * 0.3 : 0)])
}
function square(i, k, size) {
  const across = (a, b) => edge(corner(a, b), corner(a + size, b), a * 7919 + b)
  const along = (a, b) => edge(corner(a, b), corner(a, b + size), a * 6007 + b + 500000)
  const back = (line, end) => [end, ...line.slice(1).reverse()]
  const ring = [...across(i, k), ...along(i + size, k), ...back(across(i, k + size), corner(i + size, k + size)), ...back(along(i, k), corner(i, k + size))]
  return [...ring, ring[0]].map(([x, y]) => [Number(x.toFixed(7)), Number(y.toFixed(7))])
}
const ids = { street: 1, village: 100000, cell: 1000000 }
function ground(level, size, over, width) {
  const features = []
  for (let i = 0; i < SIDE; i += size)
    for (let k = 0; k < SIDE; k += size) {
      const parent = over ? ids[over] + Math.floor(i / width) * 1000 + Math.floor(k / width) : 0
      features.push({ type: 'Feature', id: ids[level] + (i / size) * 1000 + k / size, properties: { name: `${level} ${i}-${k}`, code: String(ids[level] + features.length), level, parent }, geometry: { type: 'Polygon', coordinates: [square(i, k, size)] } })
    }
  return { type: 'FeatureCollection', features }
}
const answers = { cell: ground('cell', 1, 'village', 5), village: ground('village', 5, 'street', 20), street: ground('street', 20) }
const cells = answers.cell.features.filter((_, n) => n % 3 === 0).map((f, n) => ({ area: f.id, open: 1 + (n % 9), late: n % 7 ? 0 : 1, suspected: 0, major: n % 50 ? 0 : 1, new: n % 2 }))

const pick = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
const WAYS = [[1, 1], [-1, -1], [1, -1], [-1, 1]]
async function drag(page, seconds) {
  const box = await page.locator('.place').boundingBox()
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height / 2]
  await page.evaluate(() => {
    window.frames_ = []
    let last = performance.now()
    const tick = (now) => {
      window.frames_.push(now - last)
      last = now
      window.ticking_ = requestAnimationFrame(tick)
    }
    window.ticking_ = requestAnimationFrame(tick)
  })
  const until = Date.now() + seconds * 1000
  for (let turn = 0; Date.now() < until; turn++) {
    await page.mouse.move(x, y)
    await page.mouse.down()
    const [right, down] = WAYS[turn % WAYS.length] // there and back: the ground never leaves the window
    for (let n = 1; n <= 40; n++) await page.mouse.move(x + right * n * 5, y + down * n * 3)
    await page.mouse.up()
  }
  return page.evaluate(() => {
    cancelAnimationFrame(window.ticking_)
    return window.frames_.slice(2)
  })
}

test(`a drag over ${answers.cell.features.length} cells`, { timeout: 300000 }, async (t) => {
  const base = await serve()
  const map = await (await client(base, 'leader')).get('/map')
  const who = await open(base, { size: DESK })
  await who.context.route('**/outlines?**', (r) => r.fulfill({ json: answers[new URL(r.request().url()).searchParams.get('level')] }))
  await who.context.route('**/api/v1/map**', (r) => r.fulfill({ json: { ...map, cells } }))
  await signIn(who, 'leader', '/')
  const began = Date.now()
  await who.page.goto(base + '/#/map')
  await who.page.waitForSelector('.map[aria-busy=false]')
  t.diagnostic(`opened in ${Date.now() - began} ms with ${answers.cell.features.length} cells, ${cells.length} of them with figures`)
  for (const [name, steps] of [['whole ground', 0], ['four times nearer', 2]]) {
    for (let n = 0; n < steps; n++) await who.page.locator('.zooms button').first().click()
    const before = await who.page.locator('.place').screenshot()
    await drag(who.page, 0.01) // one way alone
    if (before.equals(await who.page.locator('.place').screenshot())) throw new Error('the picture did not move')
    const frames = (await drag(who.page, 8)).sort((a, b) => a - b)
    t.diagnostic(`${name}: ${frames.length} frames, p50 ${pick(frames, 0.5).toFixed(1)} p95 ${pick(frames, 0.95).toFixed(1)} p99 ${pick(frames, 0.99).toFixed(1)} most ${frames.at(-1).toFixed(1)} ms`)
  }
  await who.context.close()
})
