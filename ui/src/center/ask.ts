// Asks the center; whatever it answers about the sign-in is heeded at once.
import { post, type PostOptions } from '../shared/api'
import type { Routes } from '../shared/bindings/console'
import { Failure } from '../shared/failure'
import { useSession } from './session'

export async function ask<R extends keyof Routes>(
  route: R,
  args: Routes[R]['args'],
  options?: PostOptions,
): Promise<Routes[R]['reply']> {
  try {
    return await post(route, args, options)
  } catch (thrown) {
    const failure = Failure.from(thrown)
    useSession().heed(failure)
    throw failure
  }
}

/** What can be passed over where the screen still shows what it had: the line at the bottom left says the rest. */
export function isPassing(thrown: unknown): boolean {
  return ['connection_lost', 'not_signed_in', 'cancelled'].includes(Failure.from(thrown).code)
}
