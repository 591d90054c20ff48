// How things stand with reporting, in one word and its numbers. The order is that of importance.
import type { SyncState } from '@/shared/bindings/desk'

export type StandingName =
  | 'not_enrolled'
  | 'moving'
  | 'offline'
  | 'offline_kept'
  | 'stopped'
  | 'stopped_kept'
  | 'waiting'
  | 'records'
  | 'photos'
  | 'all_received'
export interface SyncStanding {
  name: StandingName
  mark: string
  numbers: Record<string, number>
}

/** Problems that are no more than the absence of a network. */
const OFFLINE_CODES = new Set(['center_unreachable'])

export function isOffline(state: SyncState): boolean {
  return state.last_problem !== null && OFFLINE_CODES.has(state.last_problem.code)
}

export function standingOf(state: SyncState): SyncStanding {
  const waits = state.pending_entries > 0 || state.pending_photos > 0
  if (state.center === null) return { name: 'not_enrolled', mark: '○', numbers: {} }
  if (state.running) {
    const progress = state.progress
    const done = progress ? progress.entries_received + progress.photos_received : 0
    const total = progress ? progress.entries + progress.photos : 0
    return { name: 'moving', mark: '↑', numbers: { done, total } }
  }
  const kept = state.pending_cases === 0
  const numbers = { n: state.pending_cases }
  if (state.last_problem && isOffline(state)) return { name: kept ? 'offline_kept' : 'offline', mark: '○', numbers }
  if (state.last_problem && waits) return { name: kept ? 'stopped_kept' : 'stopped', mark: '●', numbers }
  if (state.pending_cases > 0) return { name: 'waiting', mark: '●', numbers: { n: state.pending_cases } }
  if (state.pending_entries > 0) return { name: 'records', mark: '●', numbers: { n: state.pending_entries } }
  if (state.pending_photos > 0) return { name: 'photos', mark: '●', numbers: { n: state.pending_photos } }
  return { name: 'all_received', mark: '✓', numbers: {} }
}
