// Screens of the window around people who are one, visits and events, appointments, signatures and papers that go from hand to
// hand. What they show is made once, however often it is looked at.
import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { hurt } from './harness/damage'
import type { Demo } from './harness/demo'
import { cardVisit } from './harness/forms'
import { Key, type Window } from './harness/window'
import { PIN, until } from './harness/programs'
import { writeWorkbook } from './harness/workbook'
import { wordsOf, type Language } from './harness/words'
import { BLANK, escapeWindow, listed, page, type Screen } from './screens'

const say = (language: Language) => wordsOf('village', language)
const ANY = { text: '', village: null, from: null, to: null, open: false }

/** A day so far from today. */
async function dayAt(window: Window, days: number): Promise<string> {
  const { day } = await window.desk('today', {})
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}
/** A recorded line, found again by its title. */
async function written(
  window: Window,
  register: string,
  title: string,
  about: Partial<typeof BLANK | { person: string; case: string; after: string }>,
  answers: () => Promise<Record<string, string>>,
): Promise<string> {
  const { rows } = await window.desk('list_lines', { register, filter: ANY, offset: 0, limit: 200 })
  const known = rows.find((row) => row.title.includes(title))
  if (known) return known.id
  const line = (await window.desk('begin_line', { ...BLANK, ...about, register })).row.id
  await window.desk('answer_line', { line, answers: await answers() })
  await window.desk('record_line', { line })
  return line
}
/** Two people of two households, the second of whom was written down once more, without a number. */
async function doubled(window: Window): Promise<{ person: string; same: string; name: string; household_no: string }> {
  const { rows } = await window.desk('list_people', { offset: 40, limit: 1 })
  const [person] = rows
  if (!person) throw new Error('nobody in the ledger')
  const others = await window.desk('find_people', { text: person.name })
  const same =
    others.find((one) => one.id !== person.id && one.household_no === person.household_no)?.id ??
    (
      await window.desk('add_person', {
        village: null,
        fields: {
          name: person.name,
          id_number: null,
          phone: '13912345678',
          address: null,
          household_no: person.household_no,
          new_household: false,
          household_address: null,
          relation: '非亲属',
          categories: null,
        },
      })
    ).person.id
  return { person: person.id, same, name: person.name, household_no: person.household_no }
}
/** A visit to the wrong door, which counts nowhere. */
async function voided(window: Window, demo: Demo): Promise<string> {
  const known = (await window.desk('list_visits', { limit: 50, household: demo.household })).find(
    (visit) => visit.void !== '',
  )
  if (known) return known.id
  const { visit, notes } = await window.desk('start_visit', { household: demo.household, round: null })
  await window.desk('record_visit', { visit: visit.id, notes: { ...notes, result: 'met', note: '一切都好' } })
  await window.desk('void_visit', { visit: visit.id, reason: '走错了户' })
  return visit.id
}
async function held(window: Window): Promise<string> {
  const ahead = await dayAt(window, 2)
  const before = new Date(`${ahead.slice(0, 7)}-01T00:00:00Z`)
  before.setUTCDate(0)
  const day = `${before.toISOString().slice(0, 8)}${String(Math.min(Number(ahead.slice(8)), before.getUTCDate())).padStart(2, '0')}`
  return written(window, 'DJ_HUODONG', '集中救助帮扶日', {}, async () => ({
    '/data/state': 'held',
    '/data/day': day,
    '/data/kind': 'aid_day',
    '/data/name': '集中救助帮扶日',
    '/data/place': '村委会',
    '/data/each_month': String(Number(ahead.slice(8))),
    '/data/people': '36',
    '/data/leaflet_titles': '高龄津贴问答、医保明白卡',
    '/data/leaflets': '80',
    '/data/consultations': '12',
    '/data/cases': '3',
    '/data/passed_on': '1',
    '/data/responsible': '余秀兰',
  }))
}
/** A talk of today, with what it came to. */
const talk = (window: Window) =>
  written(window, 'DJ_HUODONG', '政策宣讲进三组', {}, async () => ({
    '/data/state': 'held',
    '/data/day': await dayAt(window, 0),
    '/data/kind': 'festival',
    '/data/name': '政策宣讲进三组',
    '/data/place': '三组文化广场',
    '/data/people': '28',
    '/data/leaflets': '45',
    '/data/consultations': '6',
    '/data/responsible': '余秀兰',
  }))
/** What was asked for, whom it concerns, and the round and the event that follow from it. */
async function asked(window: Window): Promise<string> {
  const line = await listed(
    window,
    'DJ_QIUZHU',
    {
      '/data/name': '三组老人反映认证不会办',
      '/data/asked_by': '三组组长',
      '/data/people': '5',
      '/data/channel': 'committee',
    },
    5,
  )
  await written(window, 'DJ_ZOUFANG', '高龄老人专项摸排', { after: line }, async () => ({
    '/data/name': '高龄老人专项摸排',
    '/data/kind': 'survey',
    '/data/until': await dayAt(window, 9),
  }))
  return line
}
async function booked(window: Window): Promise<string> {
  const { rows } = await window.desk('list_people', { offset: 60, limit: 4 })
  const lines: string[] = []
  for (const [at, { id, name }] of rows.entries()) {
    const line = await written(window, 'DJ_YUYUE', name, { person: id }, async () => ({
      '/data/day': await dayAt(window, at === 3 ? 2 : 0),
      '/data/slot': ['morning', 'noon', 'afternoon', 'saturday'][at] ?? 'morning',
      '/data/at': ['09:30', '12:15', '15:00', '10:00'][at] ?? '',
      '/data/matter': ['社保卡待遇', '医保缴费', '残疾人证换领', '婚姻登记'][at] ?? '',
      '/data/place': '1 号窗口',
    }))
    if (at === 1) await window.desk('mark_line', { line, state: 'called' })
    lines.push(line)
  }
  return lines[0] ?? ''
}
/** Papers that were carried to an office, and a result that was handed out. */
async function papers(window: Window, demo: Demo, step: 'carry' | 'hand_out'): Promise<string> {
  const { row } = await window.desk('show_case', { case: demo.cases.confirmed })
  const name = row.person?.name ?? ''
  const known = (await window.desk('case_lines', { case: row.id })).lines.find(
    ({ register, row: line }) => register === 'DJ_JIAOJIE' && line.title.includes(step === 'carry' ? '送办' : '出件'),
  )
  if (known) return known.row.id
  const line = (await window.desk('begin_line', { ...BLANK, register: 'DJ_JIAOJIE', case: row.id })).row.id
  const [paper] = (await window.desk('show_line', { line })).repeats
  await window.desk('answer_line', { line, answers: { '/data/step': step } })
  const answers: Record<string, string> = { '/data/name': name, '/data/purpose': '办理低保，送镇民政办' }
  if (step === 'carry') {
    const path = paper?.path ?? '/data/paper'
    if (!paper?.rows) await window.desk('add_line_row', { line, path })
    Object.assign(answers, {
      '/data/handed_by': '余秀兰',
      '/data/received_by': '镇民政办 王主任',
      [`${path}[1]/paper_title`]: '户口簿',
      [`${path}[1]/paper_copies`]: '1',
      [`${path}[1]/paper_kind`]: 'original',
      '/data/signed_on_paper': 'OK',
      '/data/state': 'delivered',
      '/data/back_by': await dayAt(window, 3),
    })
  } else {
    Object.assign(answers, {
      '/data/handed_by': '余秀兰',
      '/data/received_by': name,
      '/data/result_title': '低保证一本',
      '/data/result_count': '1',
      '/data/seal_no': '2026-117',
    })
  }
  await window.desk('answer_line', { line, answers })
  // A result is handed out once the person has signed: until then it is a draft.
  if (step === 'carry') await window.desk('record_line', { line })
  return line
}
/** An event at the door, for whom the bank is to come; the list names them. */
async function waiting(window: Window): Promise<string> {
  const line = await written(window, 'DJ_HUODONG', '社保卡上门激活', {}, async () => ({
    '/data/state': 'planned',
    '/data/day': await dayAt(window, 5),
    '/data/kind': 'door',
    '/data/name': '社保卡上门激活',
    '/data/place': '各户',
    '/data/responsible': '余秀兰',
  }))
  const { rows: known } = await window.desk('bank_visits', { line, whole: false })
  if (known.length > 0) return line
  const filter = { text: '', standing: null, item: 'SSC', village: null, from: null, to: null }
  const order = { by: 'opened_at' as const, descending: true }
  const { rows } = await window.desk('list_cases', { filter, order, offset: 0, limit: 20 })
  await window.desk('put_on_roll', { line, subjects: [...new Set(rows.flatMap(({ person }) => person?.id ?? []))] })
  return line
}
/** The month before, closed; a line that was written down later is a correction of it. */
async function closedMonth(window: Window): Promise<void> {
  const before = new Date(`${(await dayAt(window, 0)).slice(0, 7)}-01T00:00:00Z`)
  before.setUTCDate(0)
  const day = before.toISOString().slice(0, 10)
  const leaflets = (title: string, copies: string) =>
    written(window, 'DJ_ZILIAO', title, {}, () =>
      Promise.resolve({
        '/data/day': day,
        '/data/title': title,
        '/data/copies': copies,
        '/data/to_kind': 'group',
        '/data/way': 'door',
      }),
    )
  await leaflets('高龄津贴问答', '30')
  const from = `${day.slice(0, 7)}-01`
  const { closed } = await window.desk('figures', { from, to: day, village: null })
  if (closed.length === 0) {
    const { villages } = await window.desk('office_state', {})
    for (const { code } of villages) await window.desk('close_month', { village: code, month: day.slice(0, 7) })
  }
  await leaflets('医保明白卡', '12')
}
/** What she had in hand went to somebody else, before a witness; three signatures. */
async function handedOver(window: Window): Promise<string> {
  const [known] = await window.desk('handovers', {})
  if (known) return known.id
  const sign = (bend: number) =>
    window.script<string>(
      `const paper = document.createElement('canvas')
       Object.assign(paper, { width: 600, height: 240 })
       const pen = paper.getContext('2d')
       pen.fillStyle = '#fff'
       pen.fillRect(0, 0, 600, 240)
       pen.lineWidth = 6
       pen.beginPath()
       pen.moveTo(80, 120)
       for (let at = 1; at <= 9; at += 1) pen.lineTo(80 + 48 * at, 120 + arguments[0] * (at % 2 ? -1 : 1) * (10 - at))
       pen.stroke()
       return paper.toDataURL('image/png').split(',')[1]`,
      bend,
    )
  const { agents } = await window.desk('key_state', {})
  const [record] = await window.desk('hand_over', {
    new: {
      agent: agents[0]?.agent.id ?? '',
      to_name: '吴小芳',
      to_agent: null,
      witness: '王主任',
      papers: [{ name: '户口簿', copies: 1, original: true }],
      note: '三组两户的照片还没有拍',
      from_signature: await sign(6),
      to_signature: await sign(9),
      witness_signature: await sign(12),
    },
  })
  return record?.id ?? ''
}
/** Brings what this selector names, and says this, to the middle of the screen. */
async function toMiddle(window: Window, selector: string, words = ''): Promise<void> {
  await until(`“${words}” at ${selector}`, () =>
    window.script<boolean>(
      `const [selector, words] = arguments
       const found = [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(words))
       found?.scrollIntoView({ block: 'center' })
       return found !== undefined`,
      selector,
      words,
    ),
  )
  await window.settled()
}

export const workScreens: Screen<Window>[] = [
  {
    name: 'today-fixed-day',
    what: { 'zh-CN': '今日：快到的固定日', en: 'Today: a fixed day that is near' },
    open: async (window, _, language) => {
      await held(window)
      await window.go('/people')
      await window.go('/today')
      await toMiddle(window, '.rows li', say(language)('today.kind.fixed_day'))
    },
  },
  {
    name: 'doubled',
    what: { 'zh-CN': '群众：疑似重复', en: 'People: who may be the same' },
    open: async (window) => {
      await doubled(window)
      await window.go('/people/doubled')
    },
  },
  {
    name: 'join',
    what: { 'zh-CN': '群众：对照两条登记，合并', en: 'People: two records side by side, to be joined' },
    open: async (window, _, language) => {
      const { person, same, name } = await doubled(window)
      await window.go(`/people/${person}?join=${same}`)
      await window.find('dialog', say(language)('join.title', { name }))
      await window.reads(say(language)('join.check'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'living-together',
    what: { 'zh-CN': '共同生活家庭成员：添加', en: 'Who lives together: adding somebody' },
    open: async (window, demo, language) => {
      const { name } = await doubled(window)
      await window.go(`/people/${demo.person}`)
      await window.press('button', say(language)('living.add'))
      await window.find('dialog', say(language)('living.add'))
      await window.type(say(language)('living.who'), name)
      await window.find('radiogroup', say(language)('living.who'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'visit-void',
    what: { 'zh-CN': '走访：误录作废', en: 'A visit that was written down by mistake' },
    open: async (window, demo) => window.go(`/visits/${await voided(window, demo)}`),
  },
  {
    name: 'signers',
    what: { 'zh-CN': '办件：几个人一起加签字', en: 'A case: several who must sign, by one press' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.accepted}`)
      await window.press('button', say(language)('signers.several'))
      await window.find('dialog', say(language)('signers.title'))
      await window.script(
        'for (const one of [...document.querySelectorAll(".signers input[type=checkbox]")].slice(0, 2)) one.click()',
      )
      await window.type(say(language)('signers.paper'), '核对授权书')
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'survey',
    what: {
      'zh-CN': '求助：涉及的人、接着的摸排和活动',
      en: 'What was asked for: whom it concerns, the survey that follows',
    },
    open: async (window) => window.go(`/registers/line/${await asked(window)}`),
  },
  {
    name: 'event-held',
    what: { 'zh-CN': '活动：已举办，导出活动记录', en: 'An event that was held, and its report' },
    open: async (window) => window.go(`/registers/line/${await held(window)}`),
  },
  {
    name: 'figures-event',
    what: { 'zh-CN': '统计：一场活动', en: 'Figures of one event' },
    open: async (window, _, language) => {
      await talk(window)
      await window.go('/figures')
      const choice = await window.find('combobox', say(language)('figures.event'))
      await choice.sendKeys('进三组')
      await window.find('option', '政策宣讲进三组')
      await choice.sendKeys(Key.ARROW_DOWN, Key.ENTER)
      await window.reads(say(language)('figures.event_open'))
      await window.settled()
    },
  },
  {
    name: 'appointments',
    what: { 'zh-CN': '预约登记：叫号、到场', en: 'Appointments: called, came' },
    open: async (window, _, language) => {
      await booked(window)
      await window.go('/registers/DJ_YUYUE')
      await window.find('heading', language === 'en' ? 'Register of appointments' : '预约登记簿')
      await window.settled()
    },
  },
  {
    name: 'appointment',
    what: { 'zh-CN': '一个预约：预约号', en: 'An appointment with its number' },
    open: async (window, _, language) => {
      await window.go(`/registers/line/${await booked(window)}`)
      await window.find('button', say(language)('slip.print'))
      await window.settled()
    },
  },
  {
    name: 'certify-round',
    what: { 'zh-CN': '养老认证：本次登记，已告知同意', en: 'Certifications: a round, with consent' },
    open: async (window, _, language) => {
      await window.go('/certify')
      await window.press('radio', say(language)('certify.all'))
      await window.find('checkbox', say(language)('certify.told.consent'))
      await window.script(
        `for (const one of document.querySelectorAll('.strip [data-part=consent] input, .strip [data-part=sensitive] input'))
           if (!one.checked) one.click()
         document.querySelector('tr[data-person]')?.focus()`,
      )
      await window.settled()
    },
  },
  {
    name: 'custody',
    what: { 'zh-CN': '材料交接：送办，待退回', en: 'Papers: carried to the office, to come back' },
    open: async (window, demo) => window.go(`/registers/line/${await papers(window, demo, 'carry')}`),
  },
  {
    name: 'hand-out',
    what: { 'zh-CN': '材料交接：出件', en: 'A result that is handed out' },
    open: async (window, demo) => window.go(`/registers/line/${await papers(window, demo, 'hand_out')}`),
  },
  page('papers', '材料交接与出件登记', 'The register of papers', () => '/registers/DJ_JIAOJIE'),
  {
    name: 'case-lines',
    what: { 'zh-CN': '办件：跟进、交接、签字', en: 'A case: follow-ups, papers, signatures' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.confirmed}`)
      await toMiddle(window, 'section.card', say(language)('case_lines.title'))
    },
  },
  {
    name: 'sheet-checked',
    what: { 'zh-CN': '填表助手：名单逐行核对', en: 'The form helper: a list looked through' },
    open: async (window, _, language) => {
      await window.go('/fill')
      const { rows } = await window.desk('list_people', { offset: 0, limit: 6 })
      await window.type(say(language)('sheet.paste'), [...rows.map(({ name }) => name), '赵不在'].join('、'))
      await window.press('button', say(language)('sheet.check_pasted'))
      await window.find('radiogroup', say(language)('sheet.note.standing'))
      await window.reads('赵不在')
      await window.settled()
    },
    leave: (window) => window.script('document.querySelector(".page-head .acts button").click()'),
  },
  {
    name: 'month-closed',
    what: { 'zh-CN': '统计：已月结，之后的更正', en: 'Figures: a closed month, corrected later' },
    open: async (window, _, language) => {
      await closedMonth(window)
      await window.go('/figures')
      await window.press('radio', say(language)('figures.period.last_month'))
      await window.reads(say(language)('figures.corrected_text'))
      await window.settled()
    },
    leave: async (window) => window.script('document.querySelector("main input[type=radio]")?.click()'),
  },
  {
    name: 'bank-list',
    what: { 'zh-CN': '活动：银行上门名单', en: 'Whom the bank visits at home' },
    open: async (window, _, language) => {
      await window.go(`/registers/line/${await waiting(window)}`)
      await window.press('button', say(language)('bank.open'))
      await window.find('dialog', say(language)('bank.title'))
      await window.reads(cardVisit()['/data/card/bank'] ?? '')
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'withdraw',
    what: { 'zh-CN': '办件：撤回申请前的询问', en: 'Asked before an application is withdrawn' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.pending}`)
      await window.press('button', say(language)('withdraw.act'))
      await window.find('dialog', say(language)('withdraw.title'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'line-void',
    what: { 'zh-CN': '登记簿：作废前的询问', en: 'Asked before a line is made void' },
    open: async (window, _, language) => {
      await window.go(`/registers/line/${await talk(window)}`)
      await window.press('button', say(language)('line.void'), { exact: true })
      await window.find('dialog', say(language)('line.void_title'))
      await window.settled()
    },
    leave: escapeWindow,
  },
]

/** What is looked at when all else was: it changes what the other screens show. */
export const handoverRecord: Screen<Window> = {
  name: 'handover-record',
  what: { 'zh-CN': '离岗交接书：办件、材料、三方签字', en: 'A hand-over that was made, and its signatures' },
  open: async (window) => window.go(`/handovers/${await handedOver(window)}`),
}
/** The ledger is damaged, and that is said at the door. Nothing comes after it. */
export const repairScreen = (ledger: string): Screen<Window> => ({
  name: 'repair',
  what: { 'zh-CN': '台账文件损坏：修复', en: 'Files of the ledger are damaged: the repair' },
  open: async (window, _, language) => {
    if ((await window.desk('office_state', {})).ledger === 'open') {
      await window.desk('sign_out', {})
      hurt(join(ledger, 'ledger.db'), 4, 9)
    }
    await window.reload()
    await window.type(say(language)('sign_in.pin'), PIN, { exact: true })
    await window.keys(Key.ENTER)
    await window.reads(say(language)('repair.title'))
  },
})
/** A laptop whose ledger is gone: what was not reported comes back from the second copy. */
export const restoreScreen: Screen<Window> = {
  name: 'restore',
  what: { 'zh-CN': '从第二份备份恢复', en: 'Restoring from the second copy' },
  open: async (window, _, language) => {
    await window.reads(say(language)('make.title'))
    await window.press('button', say(language)('restore.from_make'))
    await window.reads(say(language)('restore.title'))
  },
  leave: (window) => window.reload(),
}

/** What is only for the gallery: a file is chosen in the system's own dialog, or a sheet is shown as it is printed. */
export const shownOnly: Screen<Window>[] = [
  {
    name: 'roster-doubles',
    what: { 'zh-CN': '导入花名册：可能重复的人', en: 'The roster: who may be somebody else' },
    open: async (window, _, language) => {
      const { name, household_no } = await doubled(window)
      const file = join(mkdtempSync(join(tmpdir(), 'bangban-roster-')), '花名册.xlsx')
      writeWorkbook(file, {
        花名册: [
          ['户号', '姓名', '身份证号', '与户主关系', '住址'],
          [household_no, name, '', '非亲属', ''],
          ['9001', name, '', '户主', '三组'],
          ['9001', '余新生', '', '子', '三组'],
        ],
      })
      await window.go('/roster')
      await window.press('button', say(language)('roster.choose'))
      await window.display.answerDialog(language === 'en' ? 'Choose the roster' : '选择花名册', file)
      await window.reads(say(language)('roster.may_be'))
      await window.settled()
      rmSync(dirname(file), { recursive: true })
    },
    leave: (window) => window.reload(),
  },
  {
    name: 'slip',
    what: { 'zh-CN': '预约单（打印）', en: 'The slip of an appointment, as printed' },
    open: async (window, _, language) => {
      await window.go(`/registers/line/${await booked(window)}`)
      await window.script('window.print = () => undefined')
      await window.press('button', say(language)('slip.print'))
      await until('the sheet', () => window.script<boolean>('return document.querySelector(".paper") !== null'))
      await window.script(AS_PRINTED)
      await window.settled()
    },
    leave: (window) => window.reload(),
  },
]
/** The rules of paper hold on the screen too. */
const AS_PRINTED = `document.querySelector('.paper').style.padding = '10mm'
for (const sheet of document.styleSheets)
  for (const rule of sheet.cssRules)
    if (rule.media?.mediaText === 'print') rule.media.mediaText = 'all'`
