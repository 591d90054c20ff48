// What an official wrote in Excel: a form with the table it reads, a slip of the pen in it where one is asked for.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWorkbook } from './workbook'

export const ITEM = 'JINGLAOJIN'
export const TITLE = '高龄津贴申请'
export const DEPARTMENT = '区民政局'
/** The table that the workbook reads. */
export const GROUPS = 'groups.csv'

type Slips = { function?: boolean; list?: boolean }

const columns = ['type', 'name', 'label', 'required', 'relevant', 'constraint', 'constraint_message', 'calculation']
const survey = ({ function: wrongFunction, list: wrongList }: Slips): string[][] => [
  columns,
  ['begin group', 'person', '一、本人情况'],
  ['text', 'name', '姓名', 'yes'],
  [
    'text',
    'id_number',
    '身份证号',
    'yes',
    '',
    wrongFunction ? 'cn-id-ok(.)' : 'cn-id-valid(.)',
    '身份证号不对，请核对',
  ],
  ['calculate', 'age', '', '', '', '', '', 'cn-id-age(${id_number})'],
  ['end group'],
  ['begin group', 'grant', '二、津贴'],
  [wrongList ? 'select_one bands' : 'select_one band', 'band', '年龄段', 'yes'],
  [`select_one_from_file ${GROUPS}`, 'team', '村民小组', 'yes'],
  ['select_one yes_no', 'has_card', '有没有社保卡', 'yes'],
  ['text', 'card_number', '社保卡账号', 'yes', "${has_card} = 'yes'"],
  ['end group'],
  ['begin repeat', 'member', '三、共同生活的家庭成员'],
  ['text', 'member_name', '成员姓名', 'yes'],
  ['integer', 'income', '月收入（元）', 'yes', '', '. >= 0 and . <= 100000', '请填 0 到 100000'],
  ['end repeat'],
  ['calculate', 'total', '', '', '', '', '', 'sum(${income})'],
]
const choices = [
  ['list_name', 'name', 'label'],
  ['band', '80', '80 至 89 周岁'],
  ['band', '90', '90 周岁以上'],
  ['yes_no', 'yes', '有'],
  ['yes_no', 'no', '没有'],
]

/** Writes the workbook; its path. */
export function writeForm(folder: string, name: string, version: string, slips: Slips = {}): string {
  const file = join(folder, name)
  const settings = [
    ['form_title', 'form_id', 'version'],
    [TITLE, ITEM, version],
  ]
  writeWorkbook(file, { survey: survey(slips), choices, settings })
  return file
}

/** Writes the table beside it; its path. */
export function writeGroups(folder: string): string {
  const file = join(folder, GROUPS)
  writeFileSync(file, 'name,label\n1,一组\n2,二组\n')
  return file
}

/** How an agent fills it in, beside what the roster knows. */
export const grant = (): Record<string, string> => ({
  '/data/grant/band': '90',
  '/data/grant/team': '2',
  '/data/grant/has_card': 'yes',
  '/data/grant/card_number': '6217001234567890122',
  '/data/member[1]/member_name': '余桂英',
  '/data/member[1]/income': '180',
})
