// The agent's window: dist/village, embedded by the Tauri shell.
import { defineConfig } from 'vite'
import { build } from './vite.shared.ts'

export default defineConfig(build('village'))
