// Unit and component tests.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { common } from './vite.shared.ts'

export default defineConfig({
  ...common,
  plugins: [vue()],
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } } },
})
