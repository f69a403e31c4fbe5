// SPDX-License-Identifier: Apache-2.0
// Each demo account that has a part in the main job plays it twice: with a finger on the phone, and at the desk without a mouse.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client, DESK, Newcomer, open, packed, picture, serve, signIn } from './house.mjs'

/** A finger on a phone. */
class Finger extends Newcomer {
  async find(text) {
    await this.page.goto(this.page.url().replace(/#.*/, '#/'))
    await this.tap(text)
  }
  press = (word) => this.tap(word)
  act = (word) => this.tap(word)
  send = (word) => this.tap(word, { within: 'form.move', last: true })
  choose = (word) => this.tap(word)
  async fill(label, text) {
    await this.page.locator('form.move').getByLabel(label).fill(text)
  }
  async camera(name) {
    await this.photo('添加照片', name)
    await this.page.waitForSelector('form.move .photo img')
  }
}
/** Ten fingers and no mouse: Tab until it stands on what the words name, then Enter or Space. */
class Keys {
  constructor(who) {
    this.page = who.page
    this.start = '/'
  }
  here(word, within) {
    return this.page.evaluate(
      ([word, within]) => {
        const on = document.activeElement
        if (!on?.matches('a, button, input, select, textarea, summary') || (within && !on.closest(within))) return null
        const words = (e) => [e.textContent, e.getAttribute('aria-label'), ...[...(e.labels ?? [])].map((l) => l.textContent)].join(' ')
        if (words(on).includes(word)) return on.type === 'radio' ? 'radio' : 'here'
        const group = on.type === 'radio' ? [...document.querySelectorAll(`input[type=radio][name="${on.name}"]`)] : []
        return group.some((r) => words(r).includes(word)) ? 'group' : null
      },
      [word, within ?? ''],
    )
  }
  async to(word, within) {
    for (let turn = 0; turn < 300; turn++) {
      const found = await this.here(word, within)
      if (found === 'group') await this.page.keyboard.press('ArrowDown')
      else if (found) return found
      else await this.page.keyboard.press('Tab')
    }
    throw new Error(`the keyboard does not reach ${word}`)
  }
  async see(word) {
    await this.page.locator(':visible', { hasText: word }).first().waitFor()
  }
  async find(text) {
    await this.see(text)
    await this.to(text)
    await this.page.keyboard.press('Enter')
    await this.page.waitForFunction((t) => [...document.querySelectorAll('.detail, .gist')].some((e) => e.textContent.includes(t)), text)
  }
  async press(word) {
    await this.page.locator('button:visible, a:visible').filter({ hasText: word }).first().waitFor()
    await this.to(word)
    await this.page.keyboard.press('Enter')
  }
  /** A button of the case that is open. */
  async act(word) {
    await this.page.locator('.detail .moves button').filter({ hasText: word }).first().waitFor()
    await this.to(word, '.detail .moves')
    await this.page.keyboard.press('Enter')
    await this.page.waitForSelector('form.move')
  }
  /** The page may put the focus where it belongs while a key is on its way; whoever sits there goes back and presses again. */
  async chooser(word, within) {
    for (let turn = 0; ; turn++) {
      await this.to(word, within)
      const opened = this.page.waitForEvent('filechooser', { timeout: turn < 4 ? 5000 : 60000 }).catch((e) => e)
      await this.page.keyboard.press('Enter')
      const got = await opened
      if (!(got instanceof Error)) return got
      if (turn === 4) throw got
    }
  }
  async send(word) {
    await this.to(word, 'form.move button.main')
    await this.page.keyboard.press('Enter')
  }
  async choose(word) {
    if ((await this.to(word)) === 'radio') await this.page.keyboard.press('Space')
  }
  async fill(label, text) {
    await this.to(label, 'form.move')
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) return this.page.keyboard.type(text)
    // Twice up in each part, in whatever order the machine writes its dates: the second of February of next year.
    for (const part of [1, 2, 3]) {
      for (const _ of [1, 2]) await this.page.keyboard.press('ArrowUp')
      if (part < 3) await this.page.keyboard.press('ArrowRight')
    }
  }
  async camera(name) {
    await (await this.chooser('整改后照片', 'form.move input[type=file]')).setFiles(picture(name))
    await this.page.waitForSelector('form.move .photo img')
  }
}
const HANDS = {
  'a finger on the phone': { of: Finger, path: '/m/', size: undefined },
  'the keyboard at the desk': { of: Keys, path: '/', size: DESK },
}
const place = { lon: 109.06, lat: 34.32 }

for (const [how, { of, path, size }] of Object.entries(HANDS))
  test(`the whole main job by ${how}, each in his part`, async () => {
    const base = await serve()
    const seen = []
    const as = async (account, at = path) => {
      const who = await open(base, size ? { size } : {})
      await signIn(who, account, at)
      seen.push(who)
      return new of(who)
    }
    const over = async () => {
      const who = seen.pop()
      assert.deepEqual(who.complaints, [])
      await who.context.close()
    }
    const api = { member: await client(base, 'member'), officer: await client(base, 'officer'), chief: await client(base, 'chief') }
    const file = async (description) => (await api.member.send('POST', '/cases', { flow: 'hazard', place, matter: 'fire', fields: { category: '21', description } })).body
    /** What was done has arrived, and the page says so. */
    const arrives = async (id, state, words) => {
      for (const until = Date.now() + 60000; ; await new Promise((done) => setTimeout(done, 50))) {
        const now = (await api.officer.get(`/cases/${id}`)).state
        if (now === state) break
        assert.ok(Date.now() < until, `${id} stays ${now}, not ${state}`)
      }
      await hand.page.waitForFunction((w) => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes(w)), words)
    }

    // member reports; this page is the phone's, also at the desk
    let hand = await as('member', '/m/')
    await packed(hand)
    await hand.press('上报隐患')
    await hand.see('先打电话')
    if (of === Finger) await hand.photo('没有可拍的可以不拍', 'exit-before')
    else await (await hand.chooser('拍照', 'input[type=file]')).setFiles(picture('exit-before'))
    await hand.page.waitForSelector('.chosen')
    await hand.choose('消防通道')
    await hand.choose('已告知,需限期')
    await hand.see('前核实')
    await hand.press('提交')
    await hand.see('回执号')
    const first = (await api.member.get('/cases?filed=me&limit=5')).items.find((c) => c.fields.description === '消防通道:见照片')
    await over()

    hand = await as('officer') // informs
    await hand.find('消防通道:见照片')
    await hand.act('核实告知')
    await hand.choose('一般隐患')
    await hand.send('核实告知')
    await arrives(first.id, 'informed', '已告知')
    await over()

    hand = await as('enterprise') // signs, rectifies, submits
    if (of === Keys) await hand.press('全部')
    await hand.find('消防通道:见照片')
    await hand.act('签收')
    await hand.send('签收')
    await arrives(first.id, 'rectifying', '整改')
    await hand.act('报告已整改')
    await hand.camera('exit-after')
    await hand.send('报告已整改')
    await arrives(first.id, 'submitted', '核查')
    await over()

    hand = await as('officer') // checks and closes
    await hand.find('消防通道:见照片')
    await hand.act('核查通过')
    await hand.send('核查通过')
    await arrives(first.id, 'closed', '已办结')

    const grave = await file('液化气瓶放在用餐区') // suspected major: the officer reports, the department determines
    await hand.find('液化气瓶放在用餐区')
    await hand.act('核实告知')
    await hand.choose('疑似重大')
    await hand.send('核实告知')
    await arrives(grave.id, 'assessing', '核定')
    await over()
    hand = await as('department')
    await hand.find('液化气瓶放在用餐区')
    await hand.act('核定')
    await hand.choose('一般隐患')
    await hand.fill('整改期限', '2027-02-02')
    await hand.fill('理由', '不在判定标准之列')
    await hand.send('核定')
    await arrives(grave.id, 'rectifying', '整改')
    await over()

    const whose = await file('两个园区之间的变压器') // nobody knows whose: the committee's office rules
    hand = await as('officer')
    await hand.find('两个园区之间的变压器')
    if (of === Finger) await hand.tap('更多')
    await hand.act('报请裁定')
    await hand.fill('理由', '权属不清')
    await hand.send('报请裁定')
    await arrives(whose.id, 'arbitration', '裁定')
    await over()
    hand = await as('office')
    await hand.find('两个园区之间的变压器')
    await hand.act('裁定')
    await hand.choose('由属地办理')
    await hand.fill('裁定单号', '裁2026-1')
    await hand.fill('理由', '属地兜底')
    await hand.send('裁定')
    await arrives(whose.id, 'reported', '核实')
    await over()

    // member is away: the stand-in sits in, and sees what is the member's to do
    const member = await api.member.get('/me')
    const away = await api.chief.send('POST', `/persons/${member.person.id}/absences`, { reason: 'leave' })
    assert.ok(away.status < 300, JSON.stringify(away.body))
    const left = await file('消火栓前停车')
    const told = (await api.officer.send('POST', `/cases/${left.id}/moves/inform`, { version: left.version, fields: { grade: 'general', deadline: '2026-12-01' } })).body
    assert.equal(told.state, 'informed')
    hand = await as('standin')
    if (of === Keys) await hand.press('全部')
    await hand.find('消火栓前停车')
    await hand.act('送达')
    await hand.choose('见证人在场')
    await hand.send('送达')
    await arrives(left.id, 'rectifying', '整改')
    await over()

    // nobody moves: it rises to the deputy, then to the chief, who do what the officer has not done
    const late = [await file('疏散指示灯不亮'), await file('常闭防火门敞开')]
    const clock = async (now) => assert.equal((await api.chief.send('POST', '/clock', { now })).status, 200)
    await clock('2026-11-25T09:00:00+08:00')
    hand = await as('deputy')
    await hand.find('疏散指示灯不亮')
    await hand.act('核实告知')
    await hand.choose('一般隐患')
    await hand.send('核实告知')
    await arrives(late[0].id, 'informed', '已告知')
    await over()
    await clock('2026-12-01T09:00:00+08:00')
    hand = await as('chief')
    await hand.find('常闭防火门敞开')
    await hand.act('核实告知')
    await hand.choose('一般隐患')
    await hand.send('核实告知')
    await arrives(late[1].id, 'informed', '已告知')
    await over()
  })
