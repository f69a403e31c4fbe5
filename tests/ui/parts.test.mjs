// SPDX-License-Identifier: Apache-2.0
// Each demo account that has a part in the main job plays it: with a finger on the phone, in both languages and on a small one, and at
// the desk without a mouse. axe looks over every form before it is sent and every page that is left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, client, DESK, Newcomer, open, packed, PATIENCE, picture, serve, signIn, SMALL, speech } from './house.mjs'

/** A finger on a phone. */
class Finger extends Newcomer {
  async find(text) {
    await this.page.goto(this.page.url().replace(/#.*/, '#/'))
    await this.tap(text)
  }
  press = (word) => this.tap(word)
  act = (word) => this.tap(word, { whole: true })
  send = (word) => this.tap(word, { within: 'form.move', last: true })
  choose = (word) => this.tap(word)
  async fill(label, text) {
    await this.page.locator('form.move').getByLabel(label).fill(text)
  }
  async camera(_word, within) {
    const chooser = this.page.waitForEvent('filechooser')
    await this.page.locator(`${within} label.add`).tap()
    await (await chooser).setFiles(picture('exit-after'))
    await this.page.waitForSelector(`${within} .photo img`)
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
    for (const until = Date.now() + PATIENCE; ; ) {
      await this.to(word, within)
      const opened = this.page.waitForEvent('filechooser', { timeout: 5000 }).catch((e) => e)
      await this.page.keyboard.press('Enter')
      const got = await opened
      if (!(got instanceof Error)) return got
      if (Date.now() > until) throw got
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
    // In whatever order the machine writes its dates: any date first, then each part until it is the one that is wanted.
    const parts = () => this.page.evaluate(() => document.activeElement.value.split('-').map(Number))
    for (const part of [1, 2, 3]) {
      await this.page.keyboard.press('Delete')
      await this.page.keyboard.press('ArrowUp')
      if (part < 3) await this.page.keyboard.press('ArrowRight')
    }
    const wanted = text.split('-').map(Number)
    for (const part of [3, 2, 1]) {
      const before = await parts()
      await this.page.keyboard.press('ArrowUp')
      const which = (await parts()).findIndex((n, i) => n !== before[i])
      for (let now = await parts(); now[which] !== wanted[which]; now = await parts())
        await this.page.keyboard.press(now[which] > wanted[which] ? 'ArrowDown' : 'ArrowUp')
      if (part > 1) await this.page.keyboard.press('ArrowLeft')
    }
  }
  async camera(word, within) {
    await (await this.chooser(word, `${within} input[type=file]`)).setFiles(picture('exit-after'))
    await this.page.waitForSelector(`${within} .photo img`)
  }
}
const HANDS = {
  'a finger on the phone': { of: Finger },
  'a finger on the phone, in English': { of: Finger, lang: 'en' },
  'a finger on a phone of 320 px': { of: Finger, size: SMALL },
  'the keyboard at the desk': { of: Keys, path: '/', size: DESK },
}
const place = { lon: 109.06, lat: 34.32 }

/** One play: who comes on, does a part by the words that are seen, and goes; each page that is left is looked over. */
async function stage({ of, path = '/m/', size, lang = 'zh-CN' }) {
  const base = await serve()
  const say = await speech(base, lang)
  const officer = await client(base, 'officer', lang)
  const faults = []
  const play = { base, say, lang, desk: path === '/', keys: of === Keys, member: await client(base, 'member', lang), officer, chief: await client(base, 'chief', lang) }
  let who
  const look = async (where) => {
    faults.push(...(await axe(who.page, where)))
    const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) faults.push(`${where}: sticks out by ${wide} px`)
  }
  play.as = async (account, at = path) => {
    who = await open(base, { lang, ...(size && (at === '/' || !play.desk) ? { size } : {}) })
    await signIn(who, account, at)
    return (play.hand = new of(who))
  }
  play.over = async () => {
    await look(`${lang} ${who.page.url()}`)
    assert.deepEqual(who.complaints, [])
    await who.context.close()
  }
  play.look = look
  play.file = async (description) => (await play.member.send('POST', '/cases', { flow: 'hazard', place, matter: 'fire', fields: { category: '21', description } })).body
  const flows = (await officer.get('/flows')).items
  play.title = (state) => flows.find((f) => f.name === 'hazard' || f.flow.flow === 'hazard').flow.states.find((s) => s.state === state).title
  /** Who gets it and by when stands there before it is sent, as the server says it. */
  play.seesWho = () => who.page.waitForFunction(([lead, by]) => document.querySelector('.to')?.textContent.includes(lead) && new RegExp(by).test(document.querySelector('.to').textContent), [say('report.lead', { name: '' }), lang === 'en' ? ' by ' : '前'])
  /** What was done has arrived, and the page says so. */
  play.arrives = async (id, state) => {
    for (const until = Date.now() + PATIENCE; ; await new Promise((done) => setTimeout(done, 50))) {
      const now = (await officer.get(`/cases/${id}`)).state
      if (now === state) break
      assert.ok(Date.now() < until, `${id} stays ${now}, not ${state}`)
    }
    await who.page.waitForFunction((w) => [...document.querySelectorAll('.line')].some((l) => l.textContent.includes(w)), play.title(state).replace(/^待/, ''))
  }
  /** A move of the open case: its form is looked over, filled in, and sent. */
  play.does = async (word, fill) => {
    await play.hand.act(say.move(word))
    await who.page.waitForSelector('form.move')
    await fill?.(play.hand)
    await look(`${lang} ${word}`)
    await play.hand.send(say.move(word))
  }
  play.newest = async (description) => (await play.member.get('/cases?filed=me&flow=hazard&limit=5')).items.find((c) => c.fields.description === description)
  play.end = () => assert.deepEqual(faults, [])
  return play
}

for (const [how, hands] of Object.entries(HANDS)) {
  test(`the whole main job by ${how}, each in his part`, async () => {
    const p = await stage(hands)
    const { say } = p
    const seen = say('report.see_photo', { what: say('消防通道') })

    // member reports; this page is the phone's, also at the desk
    let hand = await p.as('member', '/m/')
    await packed(hand)
    await hand.press(say('上报隐患'))
    await hand.see(say('有人伤亡、起火、泄漏:先打电话,再点“紧急”'))
    if (p.keys) await (await hand.chooser(say('拍照'), 'input[type=file]')).setFiles(picture('exit-before'))
    else await hand.photo(say('1–3 张;没有可拍的可以不拍'), 'exit-before')
    await hand.page.waitForSelector('.chosen')
    await hand.choose(say('消防通道'))
    await hand.choose(say('已告知,需限期'))
    await p.seesWho()
    await p.look('report')
    await hand.press(say('提交'))
    await hand.page.waitForSelector('.send.received')
    const first = await p.newest(seen)
    await p.over()

    hand = await p.as('officer') // informs
    await hand.find(seen)
    await p.does('核实告知', () => hand.choose(say('一般隐患')))
    await p.arrives(first.id, 'informed')
    await p.over()

    hand = await p.as('enterprise') // signs, rectifies, submits: what waits for them stands first
    await hand.find(seen)
    await p.does('签收')
    await p.arrives(first.id, 'rectifying')
    await p.does('报告已整改', () => hand.camera(say(p.keys ? '整改后照片' : '添加照片'), 'form.move'))
    await p.arrives(first.id, 'submitted')
    await p.over()

    hand = await p.as('officer') // checks and closes
    await hand.find(seen)
    await p.does('核查通过(销号)')
    await p.arrives(first.id, 'closed')

    const grave = await p.file('液化气瓶放在用餐区') // suspected major: the officer reports, the department determines
    await hand.find('液化气瓶放在用餐区')
    await p.does('核实告知', () => hand.choose(say('疑似重大')))
    await p.arrives(grave.id, 'assessing')
    await p.over()
    hand = await p.as('department')
    await hand.find('液化气瓶放在用餐区')
    await p.does('核定', async () => {
      await hand.choose(say('一般隐患'))
      await hand.fill(say('整改期限'), '2027-02-02')
      await hand.fill(say('理由'), '不在判定标准之列')
    })
    await p.arrives(grave.id, 'rectifying')
    await p.over()

    const whose = await p.file('两个园区之间的变压器') // nobody knows whose: the committee's office rules
    hand = await p.as('officer')
    await hand.find('两个园区之间的变压器')
    if (!p.keys) await hand.act(say('更多'))
    await p.does('报请裁定', () => hand.fill(say('理由'), '权属不清'))
    await p.arrives(whose.id, 'arbitration')
    await p.over()
    hand = await p.as('office')
    await hand.find('两个园区之间的变压器')
    await p.does('裁定', async () => {
      await hand.choose(say('由属地办理'))
      await hand.fill(say('裁定单号'), '裁2026-1')
      await hand.fill(say('理由'), '属地兜底')
    })
    await p.arrives(whose.id, 'reported')
    await p.over()

    // member is away: the stand-in sits in, and sees what is the member's to do
    const member = await p.member.get('/me')
    const away = await p.chief.send('POST', `/persons/${member.person.id}/absences`, { reason: 'leave' })
    assert.ok(away.status < 300, JSON.stringify(away.body))
    const left = await p.file('消火栓前停车')
    const told = (await p.officer.send('POST', `/cases/${left.id}/moves/inform`, { version: left.version, fields: { grade: 'general', deadline: '2026-12-01' } })).body
    assert.equal(told.state, 'informed')
    hand = await p.as('standin')
    await hand.find('消火栓前停车')
    await p.does('送达', () => hand.choose(say('见证人在场')))
    await p.arrives(left.id, 'rectifying')
    await p.over()

    // nobody moves: it rises to the deputy, then to the chief, who do what the officer has not done
    const late = [await p.file('疏散指示灯不亮'), await p.file('常闭防火门敞开')]
    const clock = async (now) => assert.equal((await p.chief.send('POST', '/clock', { now })).status, 200)
    await clock('2026-11-25T09:00:00+08:00')
    hand = await p.as('deputy')
    await hand.find('疏散指示灯不亮')
    await p.does('核实告知', () => hand.choose(say('一般隐患')))
    await p.arrives(late[0].id, 'informed')
    await p.over()
    await clock('2026-12-01T09:00:00+08:00')
    hand = await p.as('chief')
    await hand.find('常闭防火门敞开')
    await p.does('核实告知', () => hand.choose(say('一般隐患')))
    await p.arrives(late[1].id, 'informed')
    await p.over()
    p.end()
  })

  test(`fixed on the spot, urgent, and found on a visit, by ${how}`, async () => {
    const p = await stage(hands)
    const { say } = p
    const report = async (photo, what) => {
      await packed(p.hand)
      await p.hand.press(say('上报隐患'))
      await p.hand.camera(say('拍照'), '.part:has(#before)')
      await p.hand.page.waitForSelector('.chosen')
      await p.hand.choose(say(what))
    }
    const goes = async () => {
      await p.look('report')
      await p.hand.press(say('提交'))
      await p.hand.page.waitForSelector('.send.received')
    }
    let hand = await p.as('member', '/m/')
    await report('gas-before', '燃气')
    await hand.choose(say('当场已整改'))
    await hand.camera(say('拍整改后'), '.part:has(#after)')
    await goes()
    await p.over()
    const fixed = await p.newest(say('report.see_photo', { what: say('燃气') }))
    assert.equal(fixed.state, 'submitted')
    hand = await p.as('officer') // somebody who did not fix it
    await hand.find(fixed.fields.description)
    await p.does('核查通过(销号)')
    await p.arrives(fixed.id, 'closed')
    await p.over()

    hand = await p.as('member', '/m/')
    await report('wiring-before', '用电')
    await hand.choose(say('紧急'))
    await p.seesWho()
    await goes()
    await p.over()
    const urgent = await p.newest(say('report.see_photo', { what: say('用电') }))
    assert.equal(urgent.state, 'urgent')
    hand = await p.as('officer')
    if (p.desk) await hand.press(say('全部')) // the duty room has it; the officer near by goes there
    else await hand.see(urgent.fields.description)
    await hand.find(urgent.fields.description)
    await p.does('接报到场')
    await p.arrives(urgent.id, 'attending')
    await p.over()

    hand = await p.as('member', '/m/')
    await packed(hand)
    await hand.press(say('走访'))
    await hand.press(say('附近单位'))
    await hand.page.locator('.found button').first().waitFor()
    if (p.keys) {
      await hand.to('', '.found')
      await hand.page.keyboard.press('Enter')
    } else await hand.page.locator('.found button').first().tap()
    await hand.choose(say.move('发现问题，上报隐患'))
    await hand.choose(say('机器防护'))
    await p.look('visit')
    await hand.press(say('提交'))
    await hand.page.waitForSelector('.send.received')
    await hand.see(say('隐患已一并上报'))
    await p.over()
    assert.equal((await p.newest(say('机器防护')))?.state, 'reported')
    p.end()
  })
}
