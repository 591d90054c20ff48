// The agent's window: how the office stands and what she prefers is asked first, then the screens open.
import { call } from '@/shared/api'
import { startProgram } from '@/shared/program'
import { setZoom } from '@/shared/screen'
import helpEn from '@i18n/help.en.json'
import helpZh from '@i18n/help.zh-CN.json'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { makeRouter } from './routes'
import VillageApp from './VillageApp.vue'

const words = { 'zh-CN': { ...zh, ...helpZh }, en: { ...en, ...helpEn } }

async function start(): Promise<void> {
  const preferences = await call('preferences', {}).catch(() => null)
  startProgram(VillageApp, makeRouter(), words, preferences?.language ?? 'zh-CN')
  if (preferences) setZoom(preferences.zoom)
}
void start()
