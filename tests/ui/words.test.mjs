// SPDX-License-Identifier: Apache-2.0
// Both languages whole: the same keys, the same places to fill in, every key that the pages ask for, no Chinese in English.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT, words } from './house.mjs'

const SOURCE = join(ROOT, 'ui', 'src')
const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join()
const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? files(join(folder, e.name)) : [join(folder, e.name)]))
/** What is said, without comments. */
const code = files(SOURCE).filter((f) => /\.(vue|ts)$/.test(f) && !f.includes('/i18n/') && !f.endsWith('.d.ts')).map((f) => [f, readFileSync(f, 'utf8')])

const all = { zh: new Map(), en: new Map() }
for (const [zh, en] of [['zh-CN.ts', 'en.ts'], ['desk/zh-CN.ts', 'desk/en.ts']]) {
  const a = await words(zh)
  const b = await words(en)
  test(`${zh} and ${en} say the same`, () => {
    assert.deepEqual([...a.keys()].filter((k) => !b.has(k)), [], 'only in Chinese')
    assert.deepEqual([...b.keys()].filter((k) => !a.has(k)), [], 'only in English')
    for (const [key, text] of a) assert.equal(places(b.get(key)), places(text), key)
    for (const [key, text] of b) {
      if (!/^demo/.test(key)) assert.doesNotMatch(text, /[\u4e00-\u9fff]/, key)
      assert.ok(text && a.get(key), key)
    }
  })
  for (const [k, v] of a) all.zh.set(k, v)
  for (const [k, v] of b) all.en.set(k, v)
}
test('every key that the pages ask for is there, and the phone asks for none of the desk', async () => {
  const phone = await words('zh-CN.ts')
  for (const [file, text] of code) {
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
      assert.ok(all.zh.has(key), `${file}: ${key}`)
      if (/\/src\/phone\//.test(file)) assert.ok(phone.has(key), `${file}: ${key} is not loaded on the phone`)
    }
    for (const [, start] of text.matchAll(/\b(?:t|wordFor)\(\s*`([\w.-]+)\./g)) assert.ok([...all.zh.keys()].some((k) => k.startsWith(start + '.')), `${file}: ${start}.…`)
  }
})
