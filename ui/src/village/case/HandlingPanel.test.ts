import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '@/shared/api'
import type { CaseView, Handling } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { CHANNELS, MODES, NO_HANDLING, WAYS } from './handling'
import HandlingPanel from './HandlingPanel.vue'
import { caseView } from './samples'

/** What was said anew, and how the ledger has it since. */
const saved: Partial<Handling>[] = []
let kept: Handling = NO_HANDLING
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: { changes: Partial<Handling> } }) => {
    if (command === 'handle_case') saved.push(args.changes)
    kept = { ...kept, ...args.changes }
    return Promise.resolve(caseView({ handling: kept }))
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

function open(change: Partial<CaseView> = {}) {
  kept = change.handling ?? NO_HANDLING
  const screen = mount(HandlingPanel, {
    props: {
      view: caseView(change),
      attempt: async (work: () => Promise<CaseView>) => {
        try {
          await screen.setProps({ view: await work() })
          return null
        } catch (thrown) {
          return Failure.from(thrown)
        }
      },
    },
    global: { plugins: [createPinia(), makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  return screen
}
const said = (change: Partial<Handling>): Handling => ({ ...NO_HANDLING, ...change })

beforeEach(() => {
  vi.useFakeTimers()
  saved.length = 0
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('a line says it; opened it is changed, and what was changed is saved', async () => {
  const screen = open({ handling: said({ mode: 'help', way: 'door', green: true }) })
  expect(screen.text()).toContain('帮办 · 上门 · 绿色通道')
  expect(screen.find('[data-path="handling/outside_no"]').exists()).toBe(false)
  await screen.get('.head .word-button').trigger('click')
  await screen.get('[data-path="handling/outside_no"] input').setValue('浙 123 ')
  await screen.get('[data-path="handling/campaign"] input').setValue('一下三民')
  await screen.get('[data-path="handling/consent_text"] input').setValue(true)
  await vi.advanceTimersByTimeAsync(400)
  expect(saved).toEqual([{ outside_no: '浙 123 ', campaign: '一下三民', consent_text: '2026-11' }])
  expect(screen.text()).toContain('帮办 · 上门 · 绿色通道')
  screen.unmount()
})

test('what is said while the one before is being saved takes nothing of it back', async () => {
  kept = NO_HANDLING
  // The page shows what was saved only a moment later.
  const screen = mount(HandlingPanel, {
    props: {
      view: caseView({ consents: { text: true, sensitive_text: true } }),
      attempt: async (work: () => Promise<CaseView>) => {
        const view = await work()
        await new Promise((done) => setTimeout(done, 400))
        setTimeout(
          () => void screen.setProps({ view: { ...view, consents: { text: true, sensitive_text: true } } }),
          50,
        )
        return null
      },
    },
    global: { plugins: [createPinia(), makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
  })
  for (const name of ['consent_text', 'consent_sensitive_text']) {
    await screen.get(`[data-path="handling/${name}"] input`).setValue(true)
    await vi.advanceTimersByTimeAsync(310)
  }
  await vi.advanceTimersByTimeAsync(2000)
  expect(saved).toEqual([{ consent_text: '2026-11' }, { consent_sensitive_text: '2026-11' }])
  screen.unmount()
})

test('acting for somebody asks for an authority, without opening anything', async () => {
  const screen = open({ handling: said({ mode: 'act' }) })
  expect(screen.get('.authority').text()).toContain('民法典第165条')
  expect(screen.findAll('.authority .required')).toHaveLength(3)
  expect(screen.text()).toContain('打印委托书')
  const day = screen.get('[data-path="handling/authority_until"] input')
  await day.setValue('2027-06-30')
  await vi.advanceTimersByTimeAsync(400)
  expect(saved.at(-1)?.authority_until).toBe('2027-06-30')
  expect(screen.findAll('.authority .required')).toHaveLength(2)
  screen.unmount()
})

test('a day on which it was taken on paper is kept where it is a good one, and says that it is written later', async () => {
  vi.setSystemTime('2026-11-29T10:00:00+08:00')
  const screen = open()
  await screen.get('.head .word-button').trigger('click')
  const place = screen.get('[data-path="handling/taken_on"]')
  expect(place.text()).toContain('当天收的不用填')
  for (const wrong of ['2026-11-30', '2025-11-01']) {
    await place.get('input').setValue(wrong)
    await vi.advanceTimersByTimeAsync(400)
    expect(place.get('[role="alert"]').text()).toContain('不晚于今天')
  }
  expect(saved).toEqual([])
  await place.get('input').setValue('2026-11-26')
  await vi.advanceTimersByTimeAsync(400)
  expect(saved).toEqual([{ taken_on: '2026-11-26' }])
  expect(place.text()).toContain('补录')
  screen.unmount()
})

test('where the form asks for no consent both stand open, each with its own tick and text', async () => {
  const screen = open({ consents: { text: true, sensitive_text: true } })
  const [plain, sensitive] = ['consent_text', 'consent_sensitive_text'].map((name) =>
    screen.get(`[data-path="handling/${name}"]`),
  )
  expect(plain?.text()).toContain('要收集您的姓名')
  expect(sensitive?.text()).toContain('还要用到身份证照片')
  expect(screen.findAll('.asked .required')).toHaveLength(2)
  await (screen.vm as unknown as { show: (path: string) => Promise<void> }).show('handling/consent_sensitive_text')
  expect(document.activeElement?.closest('[data-path]')?.getAttribute('data-path')).toBe(
    'handling/consent_sensitive_text',
  )
  await sensitive?.get('input').setValue(true)
  await vi.advanceTimersByTimeAsync(400)
  expect(saved).toEqual([{ consent_sensitive_text: '2026-11' }])
  screen.unmount()
})

test('what hinders leads to its field', async () => {
  const screen = open()
  await (screen.vm as unknown as { show: (path: string) => Promise<void> }).show('handling/owner')
  expect(document.activeElement?.closest('[data-path]')?.getAttribute('data-path')).toBe('handling/owner')
  screen.unmount()
})

test('a case that is with the township is read alone', async () => {
  const none = open({ can_edit: false })
  expect(none.find('section').exists()).toBe(false)
  none.unmount()
  const screen = open({ can_edit: false, handling: said({ mode: 'act', team: '李老师', campaign: '一下三民' }) })
  await screen.get('.head .word-button').trigger('click')
  expect(screen.get('.told').text()).toContain('专班成员李老师')
  expect(screen.get('.told').text()).toContain('所属实践活动一下三民')
  expect(screen.find('.fields').exists()).toBe(false)
  screen.unmount()
})

test('every choice and field has its words', async () => {
  const keys = [
    ...WAYS.map((word) => `handling.way.${word}`),
    ...CHANNELS.map((word) => `handling.channel.${word}`),
    ...Object.keys(NO_HANDLING).map((name) => `handling.field.${name}`),
  ]
  const { t, te } = makeI18n({ 'zh-CN': zh, en }, 'zh-CN').global
  for (const key of [...keys, ...MODES.map((word) => `handling.mode.${word}`)]) expect(t(key), key).not.toBe(key)
  expect(te('handling.mode.act')).toBe(true)
  await flushPromises()
})

test('an authority that runs out says so, with what to do', async () => {
  const runs_out = { until: '2026-11-20', is_over: true, days_left: -2, in_workdays: false }
  const screen = open({ handling: said({ mode: 'act' }), authority_runs_out: runs_out })
  expect(screen.get('.expiry.over').text()).toBe(
    '代办授权：11月20日（周五）已过期，要重签。请本人重新授权，再改授权期限。',
  )
  await screen.setProps({ view: caseView({ handling: said({ mode: 'help' }), authority_runs_out: runs_out }) })
  expect(screen.find('.expiry').exists()).toBe(false)
  screen.unmount()
})
