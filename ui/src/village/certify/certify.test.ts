import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import type { CertRow, OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { useUndo } from '../undo'
import CertifyPage from './CertifyPage.vue'
import { certList, certRow, certWritten } from './samples'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let router: Router
let rows: CertRow[] = []

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)
const here = () => document.querySelector('tr[aria-current]')?.getAttribute('data-person')
const line = (person: string) => document.querySelector(`tr[data-person="${person}"]`)?.textContent ?? ''
const panel = () => document.querySelector('tr.here')?.textContent ?? ''
const field = (name: string) => document.querySelector<HTMLInputElement>(`[data-field="${name}"]`)

async function open(at = '/certify', consented = true) {
  const pinia = createPinia()
  useOffice(pinia).state = { ledger: 'open', villages: [{ code: '420704100201', name: '大湖村' }] } as OfficeState
  await router.push(at)
  const screen = mount(RouterView, {
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  // Said once for everyone of the round.
  for (const tick of consented ? screen.findAll('.strip [type=checkbox]') : []) await tick.setValue(true)
  return screen
}
/** Keys as a keyboard sends them: to what has the focus. */
async function press(...keys: string[]) {
  for (const key of keys) {
    const at = document.activeElement ?? document.body
    at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await flushPromises()
  }
}
async function type(name: string, text: string) {
  const input = field(name)
  if (!input) throw new Error(`no field ${name}`)
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-29T02:00:00Z'), toFake: ['Date'] })
  asked.length = 0
  rows = [certRow('a'), certRow('b', { days_left: -3 }), certRow('c'), certRow('z', { written: certWritten() })]
  desk = {
    certification_list: () => certList(rows),
    certify: ({ person, seen }) => {
      const { method, result } = seen as { method: string | null; result: string }
      const done = result === 'passed' || result === 'pending'
      const written = certWritten({ case: `case-${String(person)}`, method: method ?? '', result, done })
      return certRow(String(person), { due: null, days_left: null, written })
    },
    sync_state: () => null,
    today: () => null,
  }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/certify', component: CertifyPage, props: ({ query }) => ({ roll: query.roll ?? null }) },
      { path: '/:rest(.*)', component: { render: () => null } },
    ],
  })
  Element.prototype.scrollIntoView = () => {}
  // Nothing is laid out here: what is hidden has no place.
  Element.prototype.getClientRects = function () {
    const hidden = this.closest<HTMLElement>('[style*="display: none"]')
    return (hidden ? [] : [new DOMRect()]) as unknown as DOMRectList
  }
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.useRealTimers()
})

test('a slip of the keys is taken back whole, and she stands open again', async () => {
  desk.withdraw_case = () => null
  const screen = await open()
  await press('1', 'p', 'Enter')
  expect(here()).not.toBe('a')
  const undo = useUndo()
  expect(undo.done?.words).toContain('已登记')
  desk.certification_list = () => certList(rows)
  await undo.takeBack()
  await flushPromises()
  expect(of('withdraw_case')).toEqual([{ case: 'case-a', reason: '录入有误，当场撤销' }])
  expect(here()).toBe('a')
  undo.drop()
  // A later attempt belongs to a case of another time: that is corrected, not taken back.
  rows = [certRow('d', { written: certWritten({ result: 'unreachable', done: false }) })]
  screen.unmount()
  const again = await open()
  await press('1', 'p', 'Enter')
  expect(of('certify').map(({ person }) => person)).toEqual(['a', 'd'])
  expect(useUndo().done).toBeNull()
  again.unmount()
})

test('a result 疑似去世 offers to note where she is', async () => {
  rows = [certRow('a', { written: certWritten({ result: 'abnormal', done: false }) }), certRow('b')]
  const screen = await open()
  expect(screen.findAll('.offer')).toHaveLength(1)
  await screen.get('.offer button').trigger('click')
  await flushPromises()
  expect(document.querySelector('.el-dialog [aria-checked="true"]')?.textContent?.trim()).toBe('疑似死亡待核实')
  expect(here(), 'the row is not gone to by it').toBe('a')
  screen.unmount()
})

test('a certification that was written down on a later day is marked 补录', async () => {
  const rows: CertRow[] = [
    certRow('a', { written: certWritten({ late: '2026-11-20' }) }),
    certRow('b', { written: certWritten() }),
  ]
  desk.certification_list = () => certList(rows)
  const screen = await open()
  expect(screen.findAll('[data-late]').map((mark) => mark.text())).toEqual([zh['line.late']])
  screen.unmount()
})

test('1 P Enter records one person with what was seen, and moves on', async () => {
  const screen = await open()
  expect(here()).toBe('a')
  await press('1', 'p')
  expect(line('a')).toContain('未记')
  expect(of('certify')).toEqual([])
  await press('Enter')
  expect(of('certify')).toEqual([
    {
      person: 'a',
      seen: {
        method: 'visit',
        result: 'passed',
        met: true,
        met_by: 'agent',
        met_by_name: '余老师',
        day: '2026-11-29',
        receipt: '',
        exception: '',
        paper_seen: true,
        consent_text: '2026-11',
        consent_sensitive_text: '2026-11',
      },
    },
  ])
  expect(here()).toBe('b')
  expect(document.activeElement?.getAttribute('data-person')).toBe('b')
  for (const words of ['已登记', '上门', '系统显示成功', '11月20日', '已协助，待社保确认']) {
    expect(line('a')).toContain(words)
  }
  expect(document.querySelector('tr[data-person="a"] a')?.getAttribute('href')).toBe('/cases/case-a')
  // Her day stays as the list had it; one less is to be done.
  expect(line('a')).toContain('12月8日')
  expect(screen.get('.counts').text()).toMatch(/待认证\s*2.*已登记\s*2/)
  screen.unmount()
})

test('no key records two people: Enter held down, pressed twice, or while one is being recorded', async () => {
  let done: (row: CertRow) => void = () => {}
  desk.certify = () => new Promise<CertRow>((resolve) => (done = resolve))
  const screen = await open()
  await press('ArrowDown', '1', 'p', 'ArrowUp', '1', 'p', 'Enter', 'Enter')
  // Nothing goes to somebody else meanwhile.
  await press('ArrowDown', '4', 'Escape')
  expect(here()).toBe('a')
  done(certRow('a', { written: certWritten() }))
  await flushPromises()
  expect(here()).toBe('b')
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true }),
  )
  await flushPromises()
  expect(of('certify').map(({ person }) => person)).toEqual(['a'])
  expect(line('b')).toContain('未记')
  screen.unmount()
})

test('Enter records nothing while a result is wanting, nor from a button', async () => {
  const screen = await open()
  await press('1', 'Enter')
  expect(panel()).toContain('请选结果')
  await press('p')
  document.querySelector<HTMLElement>('.filter-chips button')?.focus()
  await press('Enter')
  expect(of('certify')).toEqual([])
  screen.unmount()
})

test('who could not be reached needs words; nobody was met then', async () => {
  const screen = await open()
  await press('5')
  expect(document.activeElement).toBe(field('exception'))
  await press('Enter')
  expect(of('certify')).toEqual([])
  expect(panel()).toContain('请写明情况')
  await type('exception', '电话打不通')
  // What is typed are letters, not keys.
  await press('1')
  await press('Enter')
  expect(of('certify')[0]?.seen).toMatchObject({
    method: null,
    result: 'unreachable',
    met: false,
    met_by: '',
    exception: '电话打不通',
    paper_seen: false,
  })
  expect(here()).toBe('b')
  // Not done: it may be recorded again.
  expect(line('a')).toContain('联系不上')
  await press('ArrowUp', '1', 'd', 'Enter')
  expect(of('certify')).toHaveLength(2)
  screen.unmount()
})

test('R asks for the receipt, and Enter in its field records', async () => {
  const screen = await open()
  await press('2', 'p', 'r')
  expect(document.activeElement).toBe(field('receipt'))
  await type('receipt', '一号')
  await press('Enter')
  expect(of('certify')).toEqual([])
  await type('receipt', 'A-2026-0001')
  await press('Enter')
  expect(of('certify')[0]?.seen).toMatchObject({ method: 'face', met: true, receipt: 'A-2026-0001', paper_seen: false })
  screen.unmount()
})

test('Escape clears what is not recorded; only then it leaves', async () => {
  const screen = await open()
  await press('1', 'p', 'Escape')
  expect(line('a')).not.toContain('未记')
  expect(router.currentRoute.value.path).toBe('/certify')
  await press('Enter')
  expect(of('certify')).toEqual([])
  await press('Escape')
  expect(router.currentRoute.value.path).toBe('/due')
  screen.unmount()
})

test('an error stays in its row in words, with what was chosen, and the cursor too', async () => {
  const message = '办理日期不能晚于今天'
  const hindrances = [{ path: '/data/help/cert_date', label: '办理日期', message }]
  desk.certify = () => Promise.reject({ code: 'case_incomplete', facts: { hindrances } })
  const screen = await open()
  await press('3', 'd', 'Enter')
  expect(here()).toBe('a')
  expect(panel()).toContain(`办理日期：${message}`)
  expect(line('a')).toContain('窗口核验')
  desk.certify = () => Promise.reject({ code: 'case_doubled', facts: { case: 'c9' } })
  await press('Enter')
  expect(panel()).toContain('本期已有办件')
  expect(document.querySelector('tr.here .problem a')?.getAttribute('href')).toBe('/cases/c9')
  await press('ArrowDown')
  expect(panel()).not.toContain('本期已有办件')
  await press('ArrowUp')
  expect(panel()).toContain('本期已有办件')
  screen.unmount()
})

test('without both consents nobody is certified; who was not reached is written all the same', async () => {
  const screen = await open('/certify', false)
  const [consent, sensitive] = ['consent', 'sensitive'].map((name) => screen.get(`[data-part=${name}]`))
  expect(consent?.text()).toContain('要收集您的姓名')
  await press('1', 'p', 'Enter')
  expect(of('certify')).toEqual([])
  expect(panel()).toContain('已逐一告知，本人同意')
  const box = consent?.get<HTMLInputElement>('input')
  expect(document.activeElement, 'Enter leads to it').toBe(box?.element)
  await box?.setValue(true)
  await press('Enter', 'Enter')
  expect(of('certify'), 'the sensitive one is said apart').toEqual([])
  expect(document.activeElement).toBe(sensitive?.get('input').element)
  await sensitive?.get('input').setValue(true)
  await press('Enter', 'Enter')
  expect(of('certify')).toHaveLength(1)
  await press('5')
  await type('exception', '电话打不通')
  await press('Enter')
  expect(of('certify')[1]?.seen).toMatchObject({ consent_text: '', consent_sensitive_text: '' })
  screen.unmount()
})

test('who is done is locked', async () => {
  const screen = await open()
  await press('ArrowDown', 'ArrowDown', 'ArrowDown')
  expect(here()).toBe('z')
  await press('1', 'p', 'Enter')
  expect(of('certify')).toEqual([])
  expect(line('z')).not.toContain('未记')
  expect(panel()).toContain('查看')
  expect(document.querySelectorAll('tr.here button')).toHaveLength(0)
  screen.unmount()
})

test('three presses of the mouse do the same', async () => {
  const screen = await open()
  const button = (words: string) => screen.findAll('tr.here button').find((one) => one.text().includes(words))
  await button('窗口核验')?.trigger('click')
  await button('待经办机构确认')?.trigger('click')
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(of('certify')[0]).toMatchObject({ person: 'a', seen: { method: 'window', result: 'pending' } })
  expect(here()).toBe('b')
  screen.unmount()
})

test('who met them holds for everyone after; somebody else has another name', async () => {
  const screen = await open()
  const by = screen.findAll('.strip [role=radio]').find((one) => one.text() === '村干部')
  await by?.trigger('click')
  const name = screen.get<HTMLInputElement>('.strip [data-part=name] input')
  expect(name.element.value).toBe('')
  await press('1', 'p')
  document.querySelector<HTMLElement>('tr[aria-current]')?.focus()
  await press('Enter')
  expect(of('certify')).toEqual([])
  expect(document.activeElement).toBe(name.element)
  await name.setValue('王主任')
  await press('Enter')
  expect(of('certify')).toEqual([])
  await press('Enter', '1', 'd', 'Enter')
  const met = of('certify').map(({ seen }) => seen)
  expect(met).toHaveLength(2)
  for (const one of met) expect(one).toMatchObject({ met_by: 'village', met_by_name: '王主任' })
  screen.unmount()
})

test('leaving with something not recorded asks', async () => {
  const screen = await open()
  await press('1', 'p')
  await router.push('/today')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/certify')
  expect(document.querySelector('.el-dialog')?.textContent).toContain('有 1 人选了还没有登记')
  document.querySelector<HTMLButtonElement>('.el-dialog .el-button--danger')?.click()
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/today')
  expect(of('certify')).toEqual([])
  screen.unmount()
})

test('a roll is asked for whole; where nobody is due the list is taken in', async () => {
  rows = []
  const screen = await open('/certify?roll=l1')
  expect(of('certification_list')).toEqual([{ filter: { within_days: 3650, text: '', roll: 'l1' } }])
  const act = screen.findAll('.empty-state button').find((one) => one.text() === '导入到期名单')
  await act?.trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/due/list')
  screen.unmount()
})
