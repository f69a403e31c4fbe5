// SPDX-License-Identifier: Apache-2.0
// The desk: who sits where and who takes over, blind spots, who sees a case, seats as hats, batches, and all of it by keyboard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFile } from 'node:fs/promises'
import { AXE, client, DESK, open, picture, POINT, serve, signIn } from './house.mjs'

const base = await serve()
const ground = await serve() // where seats change hands
const PLACE = { lon: POINT.longitude, lat: POINT.latitude }
async function file(who, description, more = {}) {
  const got = await who.send('POST', '/cases', { flow: 'hazard', place: PLACE, fields: { category: '21', description }, ...more })
  assert.equal(got.status, 201, JSON.stringify(got.body))
  return got.body
}
async function desk(account, where = base) {
  const who = await open(where, { size: DESK })
  await signIn(who, account, '/')
  return who
}
const seatOf = async (who, role) => (await who.get('/me')).seats.find((s) => s.role === role)
const shows = (page, where, text) => page.waitForFunction(([w, x]) => document.querySelector(w)?.textContent?.includes(x), [where, text])
async function axe(page, where) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'))
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations.map((v) => `${where}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 140)).join(' | ')}`)
}
async function pick(page, name) {
  await page.fill('dialog[open] input[type=search]', name)
  await page.click(`dialog[open] [role=option]:has-text("${name}") >> nth=0`)
}

test('a leaver is refused until a stand-in is named; then the stand-in answers and the open cases stay with the seat', async () => {
  const office = await client(ground, 'office')
  const home = (await (await client(ground, 'chief')).get('/me')).areas[0]
  const seat = (await office.get(`/seats?area=${home.id}&role=grid_member&limit=200`)).items.find((s) => s.holder && !s.holder.absent && !s.stand_in)
  const helper = (await office.get('/persons?q=%E7%8E%8B&limit=5')).items[0]
  const { page } = await desk('chief', ground)
  await page.goto(`${ground}/#/seat/${seat.id}`)
  await page.click('.acts .btn:has-text("交接")')
  await page.click('dialog .btn:has-text("没有人接任")')
  await page.click('dialog .btn.main:has-text("确认离岗")')
  await shows(page, 'dialog .note.late', '将无人负责')
  await page.click('dialog .btn:has-text("先安排替岗人")')
  await pick(page, helper.name)
  await page.click('dialog .btn.main:has-text("确认替岗")')
  await page.click('dialog .btn.main:has-text("确认离岗")')
  await shows(page, '.panel .now', helper.name)
  const after = await office.get(`/seats/${seat.id}`)
  assert.equal(after.holder, undefined)
  assert.equal(after.answers.id, helper.id)
  // and the old holder comes back by an ordinary hand-over
  await page.click('.acts .btn:has-text("交接")')
  await pick(page, seat.holder.person.name)
  await page.click('dialog .btn.main:has-text("确认交接")')
  await shows(page, '.panel .now', seat.holder.person.name)
  assert.equal((await office.get(`/seats/${seat.id}`)).holder.person.name, seat.holder.person.name)
})

test('a chief leaves a seat vacant with a reason: a blind spot at once, with a button that fills it', async () => {
  const officer = await client(ground, 'officer')
  const office = await client(ground, 'office')
  const seat = await seatOf(officer, 'responsible_officer')
  const name = (await officer.get('/me')).person.name
  const { page } = await desk('chief', ground)
  await page.goto(`${ground}/#/seat/${seat.id}?do=hand`)
  await page.click('dialog .btn:has-text("没有人接任")')
  await page.click('dialog .btn.main:has-text("确认离岗")')
  await page.click('dialog .btn:has-text("说明原因,暂时空岗")')
  await page.click('dialog .btn.main:has-text("空岗并列入责任盲区")')
  await shows(page, 'dialog .wrong', '请填写') // beside the field, before anything is sent
  await page.fill('#why-vacant', '调离,已商组织部门补缺')
  await page.click('dialog .btn.main:has-text("空岗并列入责任盲区")')
  await shows(page, '.panel .now', '无人负责')
  await page.click('nav a:has-text("责任盲区")')
  await shows(page, 'tbody', '调离,已商组织部门补缺')
  await page.click('tr:has-text("调离,已商组织部门补缺") a.btn >> nth=0')
  await pick(page, name)
  await page.click('dialog .btn.main:has-text("确认交接")')
  await shows(page, '.panel .now', name)
  assert.ok(!(await office.get('/blindspots?limit=200')).items.some((b) => b.reason === '调离,已商组织部门补缺'))
})

test('a member is away, the stand-in answers, and is back', async () => {
  const member = await client(ground, 'member')
  const seat = await seatOf(member, 'grid_member')
  const { page } = await desk('chief', ground)
  await page.goto(`${ground}/#/seat/${seat.id}`)
  await page.waitForSelector('.acts')
  if (!(await page.locator('.people dt:has-text("替岗人")').count())) {
    await page.click('.acts .btn:has-text("安排替岗人")')
    await pick(page, (await (await client(ground, 'standin')).get('/me')).person.name)
    await page.click('dialog .btn.main:has-text("确认替岗")')
    await page.waitForSelector('.panel .note.fine')
  }
  await page.click('.acts .btn:has-text("请假")')
  await page.click('dialog .btn.main:has-text("确认请假")')
  await shows(page, 'dialog .wrong', '请填写')
  await page.click('dialog label:has-text("病假")')
  await page.click('dialog .btn.main:has-text("确认请假")')
  await shows(page, '.people', '病假')
  assert.ok(!(await page.textContent('.panel .now')).includes((await member.get('/me')).person.name))
  await page.click('.people .btn:has-text("返岗")')
  await shows(page, '.panel .now', (await member.get('/me')).person.name)
})

test('the duty room is filled by shifts, one at a time', async () => {
  const office = await client(ground, 'office')
  const room = (await office.get('/seats?role=duty_room&limit=1')).items[0]
  const helper = (await office.get('/persons?q=%E7%8E%8B&limit=5')).items[0]
  const { page } = await desk('office', ground)
  await page.goto(`${ground}/#/seat/${room.id}`)
  await page.click('.acts .btn:has-text("排一班")')
  await pick(page, helper.name)
  await page.fill('#shift-from', '2029-03-01T18:00')
  await page.fill('#shift-to', '2029-03-02T08:30')
  await page.click('dialog .btn.main:has-text("确认排班")')
  await page.waitForSelector('.panel .note.fine')
  const shifts = await office.get(`/seats/${room.id}/shifts?from=2029-03-01T00:00:00Z&to=2029-03-03T00:00:00Z`)
  assert.deepEqual(shifts.items.map((s) => s.person.id), [helper.id])
})

test('a case says who sees it, why this person, how it was counted; a phone number is shown when it is asked for', async () => {
  const officer = await client(base, 'officer')
  const subject = (await officer.get('/subjects?limit=1')).items[0]
  const one = await file(await client(base, 'member'), '看谁能看到', { subject: subject.id })
  const { page } = await desk('officer')
  await page.goto(`${base}/#/case/${one.id}`)
  await page.click('.sees summary')
  for (const text of ['承办和督办', '属地', '主管和协办部门', '网格长', (await officer.get('/me')).person.name, '其他人看不到']) await shows(page, '.sees', text)
  await shows(page, '.reasons', '答责')
  await shows(page, '.reasons', '24:00')
  assert.match(await page.textContent('.right'), /138\*{4}\d{4}/)
  await page.click('.right .btn:has-text("显示号码")')
  assert.match(await page.textContent('.right'), /138\d{8}/)
  // Buttons stand in the order of the definition; who may not is told whose it is.
  const order = await page.locator('.moves .btn').allTextContents()
  assert.ok(order.indexOf('核实告知') < order.indexOf('不属实') && order.indexOf('不属实') < order.indexOf('移交执法'), order.join())
  const other = await desk('member')
  await other.page.goto(`${base}/#/case/${one.id}`)
  await shows(other.page, '.greyed', '由网格监管责任人办理')
  await other.page.focus('.moves .dim:has-text("核实告知")')
  await other.page.keyboard.press('Enter')
  await shows(other.page, '.detail .note', '核实告知:由网格监管责任人办理')
})

test('subjects: filtered and counted, a site with its chain, opened, changed and closed by who may', async () => {
  const officer = await client(base, 'officer')
  const chief = await client(base, 'chief')
  const { page } = await desk('chief')
  await page.goto(`${base}/#/subjects`)
  const counted = async (query) => (await chief.get(`/subjects/count?${query}`)).count
  const says = (n) => page.waitForFunction((m) => document.querySelector('b[role=status]')?.textContent?.trim().startsWith(`${m} `), n)
  await says(await counted('status=open'))
  await page.selectOption('select[aria-label="类型"]', 'site')
  await says(await counted('status=open&kind=site'))
  await page.selectOption('select[aria-label="风险等级"]', 'red')
  await says(await counted('status=open&kind=site&colour=red'))
  await page.click('.btn:has-text("清空筛选")')
  await says(await counted('status=open'))
  const site = (await chief.get('/subjects?kind=site&limit=1')).items[0]
  await page.goto(`${base}/#/subject/${site.id}`)
  for (const p of site.parties) await shows(page, '.chain', p.name)
  await shows(page, 'main aside', `L ${site.l} × E ${site.e} × C ${site.c}`)
  // opened: what is missing stands beside its field, then what the server says, too
  await page.click('.btn:has-text("登记单位")')
  await page.click('dialog .btn.main:has-text("保存")')
  await page.waitForSelector('#s-name[aria-invalid=true]')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 's-name')
  await page.fill('#s-name', '键盘测试小吃店')
  await page.selectOption('#s-kind', 'catering')
  await page.click('dialog label:has-text("个人")')
  await page.click('dialog .chips button:has-text("燃气")')
  await page.fill('#s-lon', '0')
  await page.fill('#s-lat', '0')
  await page.click('dialog .btn.main:has-text("保存")')
  await shows(page, '#s-place-wrong', '不在任何网格内')
  await page.fill('#s-lon', String(PLACE.lon))
  await page.fill('#s-lat', String(PLACE.lat))
  await page.click('dialog .btn.main:has-text("保存")')
  await shows(page, 'main aside', '键盘测试小吃店')
  const made = (await chief.get('/subjects?q=' + encodeURIComponent('键盘测试小吃店'))).items[0]
  assert.deepEqual(made.matters, ['gas'])
  await page.click('aside .btn:has-text("修改")')
  await page.fill('#s-main_person', '周全')
  await page.click('dialog .btn.main:has-text("保存")')
  await shows(page, 'main aside', '周全')
  await page.click('aside .btn:has-text("停业")')
  await shows(page, 'main aside .note.today', '停业')
  assert.equal((await officer.get(`/subjects/${made.id}`)).status, 'paused')
  await page.click('main aside summary:has-text("登记和修改")')
  await shows(page, '.told', '周全')
  await shows(page, '.told', '停业')
  const other = await desk('leader') // sees it and changes nothing
  await other.page.goto(`${base}/#/subject/${made.id}`)
  await shows(other.page, 'main aside', '键盘测试小吃店')
  assert.equal(await other.page.locator('aside .btn:has-text("修改"), .btn:has-text("登记单位")').count(), 0)
})

test('load factors, key positions, tags and the parties of a site are entered at the desk', async () => {
  const chief = await client(base, 'chief')
  const { page } = await desk('chief')
  await page.goto(`${base}/#/subjects`)
  const name = '桌面登记的工地'
  await page.click('.btn:has-text("登记单位")')
  await page.fill('#s-name', name)
  await page.selectOption('#s-kind', 'site')
  await page.click('dialog label:has-text("个人")')
  const loads = { load_nature: 1, load_danger: 2, load_size: 3, load_weight: 4, load_focus: 5 }
  for (const [field, n] of Object.entries(loads)) await page.fill(`#s-${field}`, String(n))
  await page.fill('#s-key_positions', '基坑\n 塔吊 \n')
  await page.fill('#s-tags', '夜间施工')
  const parties = [['总承包', '甲建设公司'], ['监测', '乙监测公司']]
  for (const [i, [role, firm]] of parties.entries()) {
    await page.click('dialog .btn:has-text("添加参建单位")')
    await page.fill(`#s-party-${i}-role`, role)
    await page.fill(`#s-party-${i}-name`, firm)
  }
  await page.fill('#s-lon', String(PLACE.lon))
  await page.fill('#s-lat', String(PLACE.lat))
  await page.click('dialog .btn.main:has-text("保存")')
  await shows(page, '.chain', '甲建设公司')
  await shows(page, 'main aside', '基坑、塔吊')
  await shows(page, 'main aside', '监管重点 5')
  const list = (await chief.get('/subjects?q=' + encodeURIComponent(name))).items
  const made = await chief.get(`/subjects/${list[0].id}`)
  const entered = { ...loads, key_positions: ['基坑', '塔吊'], tags: ['夜间施工'], parties: [{ role: 'contractor', name: '甲建设公司' }, { role: '监测', name: '乙监测公司' }] }
  for (const [field, value] of Object.entries(entered)) assert.deepEqual(made[field], value, field)
  // changed: what is emptied goes, the rest stays
  await page.click('aside .btn:has-text("修改")')
  assert.equal(await page.inputValue('#s-party-0-role'), '总承包')
  await page.fill('#s-tags', '')
  await page.fill('#s-party-1-role', '')
  await page.fill('#s-party-1-name', '')
  await page.click('dialog .btn.main:has-text("保存")')
  await page.waitForFunction(() => !document.querySelector('.chain')?.textContent?.includes('乙监测公司'))
  const after = await chief.get(`/subjects/${made.id}`)
  assert.deepEqual([after.tags ?? [], after.parties, after.load_focus], [[], entered.parties.slice(0, 1), 5])
})

test('what the field says of subjects is confirmed together', async () => {
  const member = await client(base, 'member')
  const officer = await client(base, 'officer')
  const [gone, renamed, wrong] = (await member.get('/subjects?status=open&limit=60')).items
  const say = async (body) => assert.equal((await member.send('POST', '/proposals', body)).status, 201)
  await say({ kind: 'closed', subject: gone.id, note: '已搬空' })
  await say({ kind: 'renamed', subject: renamed.id, fields: { name: '换了招牌的店' } })
  await say({ kind: 'paused', subject: wrong.id })
  const { page } = await desk('officer')
  await page.goto(`${base}/#/changes`)
  await shows(page, 'main', '换了招牌的店')
  await page.click(`li:has-text("${wrong.name}") .btn:has-text("不采纳")`)
  await page.click(`li:has-text("${wrong.name}") .btn:has-text("不采纳")`)
  await shows(page, 'li .wrong', '请填写')
  await page.fill('.why', '到店看过,正常营业')
  await page.click(`li:has-text("${wrong.name}") .btn:has-text("不采纳")`)
  await page.waitForFunction((n) => ![...document.querySelectorAll('li .tick')].some((x) => x.textContent.includes(n)), wrong.name)
  await page.click('.btn:has-text("全选")')
  await page.click('.bar .btn.main')
  await shows(page, '.note.fine', '2 条已确认')
  await shows(page, '.empty', '没有待确认的变动')
  assert.deepEqual([(await officer.get(`/subjects/${gone.id}`)).status, (await officer.get(`/subjects/${renamed.id}`)).name, (await officer.get(`/subjects/${wrong.id}`)).status], ['closed', '换了招牌的店', 'open'])
})

test('the seat that one acts in is seen and changed at the top, and stands in the ledger', async () => {
  const officer = await client(base, 'officer')
  const one = await file(await client(base, 'member'), '按岗位办理')
  const { page } = await desk('officer')
  const seats = (await officer.get('/me')).seats
  assert.ok(seats.length > 1)
  await page.selectOption('.hat select', String(one.duty.seat))
  await page.waitForFunction((seat) => fetch('/api/v1/me').then((r) => r.json()).then((me) => me.hat === seat), one.duty.seat)
  await page.goto(`${base}/#/case/${one.id}`)
  await page.click('.moves .btn:has-text("退回补充")')
  await page.fill('form.move textarea', '请补一张照片')
  await page.click('form.move .btn.main')
  await page.waitForSelector('.detail .note.fine')
  const entry = (await officer.get(`/cases/${one.id}/ledger`)).items.at(-1)
  assert.deepEqual([entry.verb, entry.seat.id], ['send_back', one.duty.seat])
  await shows(page, 'ol.line', '网格监管责任人')
})

test('spot fixes of one kind are checked at once', async () => {
  const member = await client(base, 'member')
  const who = await desk('member')
  const put = async (name) => {
    const bytes = [...(await readFile(picture(name)))]
    return who.page.evaluate(async (data) => {
      const me = await (await fetch('/api/v1/me')).json()
      const answer = await fetch('/api/v1/files', { method: 'PUT', headers: { 'Content-Type': 'image/png', 'X-CSRF-Token': me.csrf }, body: new Uint8Array(data) })
      return (await answer.json()).hash
    }, bytes)
  }
  const fields = { category: '21', before: [await put('gas-before')], after: [await put('gas-after')] }
  const gas = []
  for (const n of [1, 2]) gas.push(await file(member, `当场关阀${n}`, { move: 'file_fixed', matter: 'gas', fields: { ...fields, description: `当场关阀${n}` } }))
  const fire = await file(member, '通道已清', { move: 'file_fixed', matter: 'fire', fields: { ...fields, description: '通道已清' } })
  const { page } = await desk('officer')
  await page.goto(`${base}/#/case/${gas[0].id}`)
  await page.click('a:has-text("一并核查")')
  await page.waitForSelector('.grid')
  assert.equal(await page.locator('.grid .on').count(), 2) // those of its kind are chosen, the other is not
  await page.click('.btn.main:has-text("核查通过")')
  await shows(page, '.note[role=status]', '2 件通过')
  const officer = await client(base, 'officer')
  for (const c of gas) assert.equal((await officer.get(`/cases/${c.id}`)).state, 'closed')
  assert.equal((await officer.get(`/cases/${fire.id}`)).state, 'submitted')
})

test('an officer informs by keyboard alone', async () => {
  const one = await file(await client(base, 'member'), '只用键盘办理')
  const { page } = await desk('officer')
  await page.waitForFunction((text) => document.querySelector('.left')?.textContent?.includes(text), '只用键盘办理')
  const focused = () => page.evaluate(() => document.activeElement === document.body ? '' : document.activeElement?.textContent?.replace(/\s+/g, ' ').trim() ?? '')
  await page.keyboard.press('?')
  await page.waitForSelector('dialog[open]:has-text("快捷键")')
  await page.keyboard.press('Escape')
  for (let i = 0; i < 60 && !(await focused()).includes('只用键盘办理'); i++) await page.keyboard.press('j')
  assert.match(await focused(), /只用键盘办理/)
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
  assert.notEqual(ring, 'none')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.matches('.detail h2')) // in the case, at its beginning
  await page.keyboard.press('m')
  for (let i = 0; i < 20 && (await focused()) !== '核实告知'; i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.closest('form.move')) // in the form, at its first field
  await page.keyboard.press('Escape') // and out again, back on the button
  assert.equal(await focused(), '核实告知')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.closest('form.move'))
  for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement?.closest('fieldset')?.textContent?.includes('等级'))); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.waitForFunction(() => document.querySelector('form.move .pick.on')?.textContent?.includes('一般'))
  for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement?.matches('form.move .btn.main'))); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.matches('.note.fine')) // told what was done
  const officer = await client(base, 'officer')
  assert.equal((await officer.get(`/cases/${one.id}`)).state, 'informed')
  await page.keyboard.press('Escape')
  assert.ok(await page.evaluate(() => document.activeElement?.closest('.left')))
  await page.keyboard.press('/')
  assert.ok(await page.evaluate(() => document.activeElement?.matches('.left input[type=search]')))
})

for (const [account, pages] of [['chief', ['seat', 'subject', 'case', 'changes']], ['enterprise', ['subjects', 'seats']]])
  test(`axe finds nothing, light and dark, in both languages, with one open: ${account}`, async () => {
    const who = await client(base, account)
    const one = await file(await client(base, 'member'), `给${account}看`)
    const at = { seat: `seat/${(await who.get('/seats?limit=1')).items[0].id}`, subject: `subject/${(await who.get('/subjects?limit=1')).items[0].id}`, case: `case/${one.id}` }
    const faults = []
    for (const [lang, dark] of [['zh-CN', false], ['en', true]]) {
      const { page, complaints, context } = await open(base, { size: DESK, lang, dark })
      await signIn({ page, base }, account, '/')
      for (const p of pages) {
        await page.goto(`${base}/#/${at[p] ?? p}`)
        await page.waitForLoadState('networkidle')
        faults.push(...(await axe(page, `${account} ${lang} ${p}`)))
        if (p === 'seat' && (await page.locator('.acts .btn').count())) {
          await page.click('.acts .btn >> nth=0')
          faults.push(...(await axe(page, `${account} ${lang} ${p} dialog`)))
          await page.keyboard.press('Escape')
        }
        if (lang === 'en') assert.deepEqual((await page.locator('nav a, .btn:visible, thead th, .reasons summary, aside dt').allTextContents()).filter((x) => /[\u4e00-\u9fff]/.test(x) && !/中文|示例|演示/.test(x)), [])
      }
      assert.deepEqual(complaints, [])
      await context.close()
    }
    assert.deepEqual(faults, [])
  })
