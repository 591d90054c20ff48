// The township's console: dist/center, served by the center under `/`.
import { defineConfig } from 'vite'
import { build, gzipped } from './vite.shared.ts'

export default defineConfig(build('center', [gzipped()]))
