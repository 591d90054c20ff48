// What a machine lacks for these tests, said in one line each.
import { existsSync } from 'node:fs'
import { CHROMIUM, have, program, tauriDriver, WEBKIT_DRIVER } from './programs'

const programs = ['bangban', 'bangban-center', 'bangban-desktop'] as const
export const missing = [
  ...[CHROMIUM, WEBKIT_DRIVER].filter((file) => !existsSync(file)),
  ...['Xvfb', 'xdotool', tauriDriver].filter((command) => !have(command)),
  ...programs.map(program).filter((file) => !existsSync(file)),
]
