import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CaseMaterial, CaseView, Handling, OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { card } from '../roll/samples'
import { NO_HANDLING } from './handling'
import HandlingPanel from './HandlingPanel.vue'
import { caseRow, caseView } from './samples'

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command }: { command: string }) =>
    Promise.resolve(command === 'reveal_person' ? { phone: '13912340000', id_number: '42070419480315002X' } : null),
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const GIVEN: Partial<Handling> = {
  mode: 'act',
  authority_matters: '低保申请和材料递交',
  authority_power: '代填表、代递交、代领结果',
  authority_until: '2027-06-30',
}
const paperOf = (id: string, name: string, change: Partial<CaseMaterial> = {}): CaseMaterial => ({
  ...caseView().materials[0]!,
  id,
  name,
  ...change,
})
const print = vi.fn()
beforeEach(() => {
  print.mockClear()
  vi.stubGlobal('print', print)
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

/** The paper as it is given to the printer, by its rows and its paragraphs. */
async function printed(handling: Partial<Handling>, change: Partial<CaseView> = {}) {
  const pinia = createPinia()
  useOffice(pinia).state = { villages: [], agent: { id: 'a', name: '余老师' } } as unknown as OfficeState
  const screen = mount(HandlingPanel, {
    props: {
      view: caseView({
        row: caseRow({ person: card('p1', '余桂英') }),
        handling: { ...NO_HANDLING, ...GIVEN, ...handling },
        materials: [
          paperOf('book', '户口簿', { photos: ['d1'] }),
          paperOf('card', '身份证', { picture: false, seen: true }),
          paperOf('proof', '收入证明'),
          paperOf('share', '婚姻登记信息', { ask: 'shared' }),
          paperOf('authority', '授权委托书'),
        ],
        ...change,
      }),
      attempt: () => Promise.resolve(null),
    },
    global: { plugins: [pinia, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await screen.get('.print').trigger('click')
  await flushPromises()
  expect(print).toHaveBeenCalledTimes(1)
  const paper = document.querySelector('.authority-paper')!
  const text = (one: Element | null | undefined) => (one?.textContent ?? '').replace(/\s+/g, ' ').trim()
  const cells = Object.fromEntries(
    [...paper.querySelectorAll('th')].map((head) => [text(head), text(head.nextElementSibling)]),
  )
  const said = [...paper.querySelectorAll(':scope > p')].map(text)
  const signers = [...paper.querySelectorAll('.signers > div')].map(text)
  screen.unmount()
  return { cells, said, signers }
}

test('the authority on paper says who acts, in what, how far and until when, and that it goes no further', async () => {
  const { cells, said, signers } = await printed({ consent_text: '2026-11' })
  expect(cells).toEqual({
    委托人: '余桂英',
    联系电话: '13912340000',
    身份证号: '4207**********002X',
    申请人: '余桂英',
    代办人: '余老师',
    所在村: '大湖村',
    代理事项: '低保申请和材料递交',
    代理权限: '代填表、代递交、代领结果',
    代理期限: '自签名之日起至 2027年6月30日',
    // What the office has itself is not handed over, nor is this paper.
    材料清单: '☑ 户口簿☑ 身份证□ 收入证明',
  })
  expect(said[0]).toContain('代办人不得转委托')
  expect(said[0]).toContain('委托人可以随时取消委托')
  // Each consent by itself, with the words that were read out.
  expect(said[1]).toBe('☑ 个人信息处理同意：要收集您的姓名')
  expect(said[2]).toBe('□ 敏感个人信息单独同意：还要用到身份证照片')
  expect(signers).toHaveLength(2)
  expect(signers[0]).toContain('委托人（签名、按印）')
  expect(signers[1]).toContain('代办人（签名）')
  for (const one of signers) expect(one).toContain('日期')
})

test('who gives it for somebody else writes her own numbers by hand; what is not known stays blank', async () => {
  const { cells, said } = await printed({
    authority_by: '余大山',
    authority_matters: '',
    authority_until: null,
    consent_sensitive_text: '2026-11',
  })
  expect(cells).toMatchObject({ 委托人: '余大山', 联系电话: '', 身份证号: '', 申请人: '余桂英' })
  expect(cells['代理事项'], 'at least the item').toBe('低保')
  expect(cells['代理期限']).toMatch(/^自签名之日起至\s+年\s+月\s+日$/)
  expect(said.slice(1).map((one) => one[0])).toEqual(['□', '☑'])
})
