// Figures for tests.
import type { Counts, Figures } from '@/shared/bindings/desk'
import { COUNTERS } from './counting'

export const VILLAGE = '420704100201'

export function counts(change: Partial<Counts> = {}): Counts {
  return { ...(Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as unknown as Counts), ...change }
}

export function figuresOf(change: Partial<Figures> = {}): Figures {
  return {
    from: '2026-10-01',
    to: '2026-10-31',
    counts: counts({ households: 41, visits: 52, cases: 12, proactive: 5, served: 60, decided: 4, granted: 3 }),
    items: [
      { item: 'GAOLING', name: '高龄津贴', cases: 9 },
      { item: 'DIBAO', name: '低保', cases: 3 },
    ],
    items_of_now: false,
    villages: [],
    times: [{ day: '2026-10-08', visits: 3, cases: 1 }],
    month: '2026-10',
    can_close: true,
    closed: [],
    corrected: [],
    ...change,
  }
}
