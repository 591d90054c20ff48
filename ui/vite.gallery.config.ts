// The gallery of shared components: dist/gallery, for people who work on the screens.
import { defineConfig } from 'vite'
import { build } from './vite.shared.ts'

export default defineConfig(build('gallery'))
