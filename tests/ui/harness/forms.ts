// What is filled in at the door, form by form.
import type { Villager } from './roster'

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date())

/** The question that the township finds wanting. */
export const WANTING = '/data/assets/house_detail'

export const pensionHelp = (agent: string): Record<string, string> => ({
  '/data/help/residence': 'local',
  '/data/help/method': 'visit',
  '/data/help/met_in_person': 'yes',
  '/data/help/met_by': 'agent',
  '/data/help/met_by_name': agent,
  '/data/help/basis': 'in_person self_face',
  '/data/help/cert_date': today(),
  '/data/help/result': 'pending',
  '/data/help/receipt_number': 'YL-2026-0001',
  '/data/condition/ability': 'partial',
})

export const cardVisit = (): Record<string, string> => ({
  '/data/card/matter': 'book_bank',
  '/data/card/card_type': 'gen3',
  '/data/card/bank': '湖北农信',
  '/data/visit/immobile': 'yes',
  '/data/visit/immobile_reason': '腿脚不便',
  '/data/visit/wants_home_visit': 'yes',
})

export function livingAllowance(head: Villager, members: Villager[]): Record<string, string> {
  const rows = members.flatMap((member, at) =>
    Object.entries(memberRow(member, member === head)).map(([question, value]) => [
      `/data/household/member[${at + 1}]/${question}`,
      value,
    ]),
  )
  return {
    '/data/person/hukou_place': '临江乡大湖村',
    '/data/person/applied_by': 'self',
    '/data/person/near_relative': 'no',
    '/data/household/members_checked': 'OK',
    '/data/assets/house_count': '1',
    [WANTING]: '自建平房',
    '/data/assets/has_vehicle': 'no',
    '/data/assets/deposits': '500',
    '/data/assets/securities': '0',
    '/data/assets/has_business': 'no',
    '/data/hardship/medical_cost': '6200',
    '/data/hardship/causes': 'illness no_labour',
    '/data/hardship/reason': '户主年老多病，家中缺少劳动力',
    '/data/supporters/has_supporters': 'no',
    '/data/promise/promise_true': 'OK',
    '/data/promise/consent_check': 'OK',
    '/data/promise/consent_sensitive': 'OK',
    ...Object.fromEntries(rows),
  }
}

/** The standard's code of a relation as the roster writes it. */
const RELATIONS: Record<string, string> = {
  妻: '12',
  长子: '22',
  次子: '23',
  长女: '32',
  次女: '33',
  儿媳: '38',
  孙子: '41',
  孙女: '42',
  父亲: '51',
  母亲: '52',
}

function memberRow(member: Villager, applicant: boolean): Record<string, string> {
  const { age } = member
  const occupation = age < 6 ? 'preschool' : age < 18 ? 'student' : age < 60 ? 'flexible' : 'retired'
  const labour = age < 18 ? 'none' : age < 60 ? 'able' : 'partial'
  return {
    member_name: member.name,
    member_id: member.id,
    relation: applicant ? '01' : (RELATIONS[member.relation] ?? '97'),
    health: age >= 18 ? '20' : '10',
    disabled: 'no',
    labour,
    occupation,
    wage: occupation === 'flexible' ? '900' : '0',
    business: '0',
    property_income: '0',
    transfer: occupation === 'retired' ? '180.50' : '0',
    ...(age >= 18 ? { authorised: 'yes' } : {}),
  }
}
