// What the three builds (window, console, gallery) have in common.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import type { Plugin, UserConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Paths and compile-time switches; the tests share them. */
export const common = {
  resolve: { alias: { '@': resolve(here, 'src'), '@i18n': resolve(here, '../i18n') } },
  define: {
    __VUE_OPTIONS_API__: 'true', // Element Plus still has components written so
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
} satisfies UserConfig

/** The configuration of one build: its root is `src/<name>`, its product `dist/<name>`. */
export function build(name: 'village' | 'center' | 'gallery', plugins: Plugin[] = []): UserConfig {
  return {
    ...common,
    root: resolve(here, 'src', name),
    base: name === 'gallery' ? './' : '/',
    plugins: [vue(), ...plugins],
    server: { fs: { allow: [resolve(here, '..')] } },
    build: {
      outDir: resolve(here, 'dist', name),
      emptyOutDir: true,
      target: ['chrome87', 'safari14'],
      assetsInlineLimit: 0, // the CSP allows no data: addresses
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 900,
    },
  }
}

/** Writes a `.gz` beside every text file of the build, for the center to serve as it is. */
export function gzipped(): Plugin {
  let folder = ''
  return {
    name: 'bangban-gzipped',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|html|svg)$/.test(file)) continue
        const path = join(folder, file)
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    },
  }
}
