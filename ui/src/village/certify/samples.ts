// Pensioners for tests: nobody in them exists.
import type { CertList, CertRow, CertWritten } from '@/shared/bindings/desk'
import { CONSENT_TEXTS } from '../case/samples'

export function certRow(id: string, change: Partial<CertRow> = {}): CertRow {
  return {
    person: {
      id,
      name: `余桂英${id}`,
      id_masked: '4207**********002X',
      phone_masked: '',
      age: 78,
      sex: '女',
      address: '大湖村3组',
      household_no: '',
      household: null,
      relation: '',
      whereabouts: { state: 'here', since: null, place: '' },
    },
    due: '2026-12-08',
    days_left: 9,
    written: null,
    ...change,
  }
}

export function certWritten(change: Partial<CertWritten> = {}): CertWritten {
  return {
    case: 'c1',
    result: 'pending',
    method: 'visit',
    day: '2026-11-20',
    late: null,
    met_by_name: '余老师',
    done: true,
    locked: change.done ?? true,
    returned: false,
    ...change,
  }
}

export function certList(rows: CertRow[]): CertList {
  const open = rows.filter(({ written }) => !written?.done).length
  return { rows, open, more: false, agent: '余老师', consent_texts: CONSENT_TEXTS }
}
