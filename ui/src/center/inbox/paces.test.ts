import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { PaceLine } from '@/shared/bindings/console'
import { makeI18n } from '@/shared/i18n'
import zh from '@i18n/console.zh-CN.json'
import en from '@i18n/console.en.json'
import BatchPaces from './BatchPaces.vue'

const paces = (...pace: PaceLine['pace'][]) =>
  mount(BatchPaces, {
    props: { paces: pace.map((pace) => ({ village: '大湖村', day: '2026-11-28', met_by: '余老师', pace })) },
    global: { plugins: [makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
  })

test('whoever met more than anybody can is named with the day and how many, once', () => {
  expect(paces().text()).toBe('')
  const told = paces({ homes: 61, quick: 40, implausible: true }).text()
  expect(told).toContain('余老师登记上门见到 61 人（大湖村）')
  expect(told).toContain('其中 40 件与前一件相隔不足 10 秒')
  expect(paces({ homes: 61, quick: 0, implausible: true }).text()).not.toContain('不足 10 秒')
})
