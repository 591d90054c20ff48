// Sheets and people for tests: nobody in them exists.
import type {
  FillField,
  FormColumn,
  FormSheetView,
  ListRow,
  ListStanding,
  ListView,
  PersonCard,
  WhoRow,
  WhoView,
} from '@/shared/bindings/desk'

export function card(id: string, change: Partial<PersonCard> = {}): PersonCard {
  return {
    id,
    name: `余桂英${id}`,
    id_masked: '4207**********002X',
    phone_masked: '139****0000',
    age: 78,
    sex: '女',
    address: '大湖村3组',
    household_no: '030012',
    household: null,
    relation: '',
    whereabouts: { state: 'here', since: null, place: '' },
    ...change,
  }
}

export function whoRow(id: string, doubtful = false, change: Partial<PersonCard> = {}): WhoRow {
  return { person: card(id, change), doubtful }
}

export function whoView(people: WhoRow[], change: Partial<WhoView> = {}): WhoView {
  return { people, unknown: [], more: false, ...change }
}

const COLUMNS: [string, FillField | null, boolean][] = [
  ['序号', 'number', false],
  ['姓名', 'name', false],
  ['身份证号', 'identity', false],
  ['家庭住址', 'address', false],
  ['困难情形', 'categories', true],
  ['签名', null, false],
]

export function formColumns(): FormColumn[] {
  return COLUMNS.map(([heading, field, remembered], at) => ({
    at,
    letters: String.fromCodePoint(65 + at),
    heading,
    field,
    remembered,
  }))
}

export function sheetView(change: Partial<FormSheetView> = {}): FormSheetView {
  return {
    file_name: '困难老人摸底表.xlsx',
    sheets: ['摸底表'],
    sheet: '摸底表',
    columns: formColumns(),
    heading_row: 4,
    people: 0,
    free: 2,
    layout_lost: false,
    ...change,
  }
}

export function listRow(row: number, standing: ListStanding, change: Partial<ListRow> = {}): ListRow {
  return {
    row,
    name: `余桂英${row}`,
    id_masked: '4207**********002X',
    standing,
    differing: [],
    since: null,
    person: standing === 'unknown' || standing === 'several' ? null : `p${row}`,
    certified_on: null,
    ...change,
  }
}

export function listView(rows: ListRow[], change: Partial<ListView> = {}): ListView {
  const counts: ListView['counts'] = {}
  for (const { standing } of rows) counts[standing] = (counts[standing] ?? 0) + 1
  return {
    counts,
    certified: rows.filter(({ certified_on }) => certified_on !== null).length,
    rows,
    more: false,
    ...change,
  }
}
