// The gallery: every shared component with fictitious content, in both languages.
import { createRouter, createWebHashHistory } from 'vue-router'
import { startProgram } from '../shared/program'
import helpEn from '@i18n/help.en.json'
import helpZh from '@i18n/help.zh-CN.json'
import villageEn from '@i18n/village.en.json'
import villageZh from '@i18n/village.zh-CN.json'
import GalleryPage from './GalleryPage.vue'
import en from './words.en.json'
import zh from './words.zh-CN.json'

const router = createRouter({
  history: createWebHashHistory(),
  routes: [{ path: '/:part(.*)', component: GalleryPage }],
})
const language = new URLSearchParams(location.search).get('language') === 'en' ? 'en' : 'zh-CN'
startProgram(
  GalleryPage,
  router,
  { 'zh-CN': { ...villageZh, ...helpZh, ...zh }, en: { ...villageEn, ...helpEn, ...en } },
  language,
)
