import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import type { TimeCount } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import BarChart from './BarChart.vue'
import BarLine from './BarLine.vue'
import BriefPanel from './BriefPanel.vue'
import { MAIN, OTHERS } from './counting'
import { counts, figuresOf } from './samples'

const plugins = () => [createPinia(), makeI18n({ 'zh-CN': zh, en }, 'zh-CN')]
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
  vi.useRealTimers()
})
const chart = (times: TimeCount[], from: string, to: string) =>
  mount(BarChart, { props: { times, from, to }, global: { plugins: plugins() } })
const heights = (screen: ReturnType<typeof chart>, which: string) =>
  screen.findAll(`.bar.${which}`).map((bar) => (bar.element as HTMLElement).style.height)

test('each day has its bars and says its numbers; a day without anything stands empty', () => {
  const times = [
    { day: '2026-11-02', visits: 8, cases: 2 },
    { day: '2026-11-04', visits: 1000, cases: 4 },
  ]
  const screen = chart(times, '2026-11-01', '2026-11-05')
  const titles = screen.findAll('.step').map((step) => step.attributes('title'))
  expect(titles).toHaveLength(5)
  expect(titles[0]).toMatch(/^11月1日.*：走访 0 次，办件 0 件$/)
  expect(titles[1]).toMatch(/^11月2日.*：走访 8 次，办件 2 件$/)
  expect(titles[3]).toMatch(/^11月4日.*：走访 1000 次，办件 4 件$/)
  // By the highest of all; what is not nothing is seen.
  expect(heights(screen, 'visits')).toEqual(['0%', '2%', '0%', '100%', '0%'])
  expect(heights(screen, 'cases')).toEqual(['0%', '2%', '0%', '2%', '0%'])
  expect(screen.findAll('.under').map((one) => one.text())).toEqual(['1', '2', '3', '4', '5'])
  expect(screen.get('.most').text()).toBe('最高 1000')
  // The same for who does not see it.
  const rows = screen.findAll('.only-heard tbody tr').map((row) => row.findAll('th, td').map((cell) => cell.text()))
  expect(rows.map((row) => row.slice(1))).toEqual([
    ['8', '2'],
    ['1000', '4'],
  ])
})

test('a long time goes by months, and names of days stand as far apart as they have room', () => {
  const year = chart([{ day: '2026-03-01', visits: 3, cases: 1 }], '2026-01-15', '2026-04-20')
  expect(year.findAll('.step').map((step) => step.attributes('title'))).toEqual([
    '2026年1月：走访 0 次，办件 0 件',
    '2026年2月：走访 0 次，办件 0 件',
    '2026年3月：走访 3 次，办件 1 件',
    '2026年4月：走访 0 次，办件 0 件',
  ])
  const month = chart([{ day: '2026-11-30', visits: 1, cases: 0 }], '2026-11-01', '2026-11-30')
  const under = month.findAll('.under').map((one) => one.text())
  expect(under.filter(Boolean)).toHaveLength(10)
  expect(under.slice(0, 4)).toEqual(['1', '', '', '4'])
})

test('of a time without visits and cases no bar stands, and no highest is made up', () => {
  const screen = chart([], '2026-11-01', '2026-11-03')
  expect([...heights(screen, 'visits'), ...heights(screen, 'cases')]).toEqual(Array(6).fill('0%'))
  expect(screen.get('.most').text()).toBe('最高 0')
})

test('a part of a whole is a bar with its words, of nothing none, and never wider than all', () => {
  const width = (part: number, whole: number) => {
    const screen = mount(BarLine, { props: { label: '低保', part, whole, words: `${part} 件`, hint: '口径' } })
    expect(screen.text()).toBe(`低保${part} 件`)
    expect(screen.attributes('title')).toBe('口径')
    return (screen.get('.fill').element as HTMLElement).style.width
  }
  expect([width(3, 12), width(12, 12), width(0, 0), width(5, 0), width(9, 3)]).toEqual([
    '25%',
    '100%',
    '0%',
    '0%',
    '100%',
  ])
})

test('the brief on paper stands with its village, its time and every counter, to be signed', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-26T10:00:00+08:00'), toFake: ['Date'] })
  const print = vi.fn()
  vi.stubGlobal('print', print)
  const figures = figuresOf({
    counts: counts({ events: 2, households: 41, cases: 12, served: 60, late: 3, thanks: 1 }),
  })
  const screen = mount(BriefPanel, {
    props: { figures, village: '大湖村', agent: '余老师' },
    global: { plugins: plugins() },
    attachTo: document.body,
  })
  const brief = screen.get('textarea').element.value
  await screen
    .findAll('button')
    .find((button) => button.text() === zh['case.print'])!
    .trigger('click')
  await flushPromises()
  expect(print).toHaveBeenCalledTimes(1)
  const paper = document.querySelector('.figures-paper')!
  expect(paper.querySelector('h1')?.textContent).toBe('工作简报')
  const facts = [...paper.querySelectorAll('.facts span')].map((fact) => fact.textContent)
  expect(facts).toEqual(['大湖村', `${longOf(figures.from)}至${longOf(figures.to)}`])
  expect(paper.querySelector('.text')?.textContent, 'what is copied').toBe(brief)
  expect(brief).toContain('走访群众 41 户')
  const told = Object.fromEntries(
    [...paper.querySelectorAll('th')].map((head) => [head.textContent, head.nextElementSibling?.textContent]),
  )
  expect(Object.keys(told)).toHaveLength(MAIN.length + OTHERS.length)
  expect(told).toMatchObject({
    活动场次: '2',
    走访户数: '41',
    办件数: '12',
    '服务群众（人次）': '60',
    '宣传资料（份）': '0',
    '感谢信、锦旗、致谢': '1',
    '补录（条）': '3',
  })
  const signers = paper.querySelector('.signers')?.textContent ?? ''
  for (const words of ['填报人：余老师', '审核人', '填报日期：2026年11月26日']) expect(signers).toContain(words)
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  expect(document.querySelector('.figures-paper')).toBeNull()
  screen.unmount()
})
const longOf = (day: string) => {
  const [year, month, of] = day.split('-').map(Number)
  return `${year}年${month}月${of}日`
}
