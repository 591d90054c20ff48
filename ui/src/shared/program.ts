// What both programs begin with: words, stores, routes, the look.
import { createPinia } from 'pinia'
import { createApp, h, type Component } from 'vue'
import type { Router } from 'vue-router'
import { makeI18n, type Language, type Messages } from './i18n'
import ProgramRoot from './ProgramRoot.vue'
import { followScreen } from './screen'
import './theme.css'

/** Mounts a program into the page. */
export function startProgram(screen: Component, router: Router, words: Record<Language, Messages>, language: Language) {
  followScreen()
  const app = createApp({ render: () => h(ProgramRoot, null, () => h(screen)) })
  app.use(makeI18n(words, language))
  app.use(createPinia())
  app.use(router)
  app.mount('#app')
  return app
}
