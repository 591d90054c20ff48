// Guides for tests and the gallery of parts.
import type { GuideLine, GuideMaterial, GuideView } from '../bindings/desk'

export function guideLine(code: string, change: Partial<GuideLine> = {}): GuideLine {
  return {
    code,
    name: code,
    short_name: code,
    department: '民政',
    category: { word: 'aid', text: '社会救助' },
    tags: [],
    lists: [],
    open: true,
    has_form: true,
    bundle: false,
    closed: null,
    over: false,
    ...change,
  }
}

export function guideMaterial(id: string, change: Partial<GuideMaterial> = {}): GuideMaterial {
  return {
    id,
    name: id,
    required: true,
    conditional: false,
    picture: true,
    kind: '',
    asked: true,
    obtained: '本人提供',
    note: '',
    ...change,
  }
}

export function guideView(change: Partial<GuideView> = {}): GuideView {
  return {
    line: guideLine('DIBAO', { name: '最低生活保障', short_name: '低保' }),
    valid_from: '2026-11-22',
    valid_to: null,
    watch: '',
    applicant: '人均收入低于当地标准的家庭',
    receiving_place: '乡镇便民服务中心',
    responsible_place: '户籍地',
    deciding_body: '县级民政部门',
    level: ['乡', '村'],
    authority: '代收',
    service_ways: ['常规', '上门'],
    channels: [],
    basis: [{ text: '《社会救助暂行办法》第九条', unconfirmed: false }],
    limits: [{ promised: false, name: '全程', text: '30 个工作日', unconfirmed: true }],
    review: null,
    entitled: [],
    steps: ['申请', '受理', '公示 7 天'],
    stages: [
      { name: '申请', by: '申请人', by_agent: true, note: '', pauses_clock: false, parallel: false },
      { name: '公示', by: '乡镇', by_agent: false, note: '', pauses_clock: true, parallel: false },
    ],
    materials: [
      guideMaterial('id_card', { name: '身份证', kind: '复印件' }),
      guideMaterial('household_book', { name: '户口簿', asked: false, obtained: '部门共享' }),
    ],
    agent_does: '帮助填表',
    agent_must_not: ['不得决定资格'],
    consequence: '',
    related: [],
    event: '',
    bundle: [],
    form_version: '1',
    ...change,
  }
}
