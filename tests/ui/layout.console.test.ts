// Every screen of the console in both languages, at 1366 × 768 and with type of 150 %: nothing cut off, nothing sideways,
// nothing that a screen reader stumbles over, no complaint; the same for the gallery of components.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCEPTOR, ADMIN, CONFIRMER } from './harness/center'
import { Chromium } from './harness/browser'
import { makeDemo, type Demo } from './harness/demo'
import { newFolder } from './harness/folder'
import { lookAtAll, sizes } from './harness/looking'
import { wordsOf } from './harness/words'
import { acceptorScreens, adminScreens, confirmerScreens } from './screens'
import { actScreens, itemScreens } from './screens.items'

const folder = newFolder('layout-console')
let demo: Demo
let chromium: Chromium
beforeAll(async () => {
  demo = await makeDemo(folder.path)
  chromium = await Chromium.open()
}, 180_000)
afterAll(async () => {
  await Promise.allSettled([chromium?.close(), demo?.center.stop()])
  folder.remove()
})

describe('the console', () => {
  test.each(sizes)('every screen in %s, type of size %i', async (language, zoom) => {
    const door = await chromium.page(demo.center.console, { language, zoom })
    await door.page.getByRole('button', { name: wordsOf('console', language)('sign.act'), exact: true }).waitFor()
    const found = [...(await door.flaws()), ...(await door.grave())]
    for (const [member, screens] of [
      [ACCEPTOR, [...acceptorScreens, ...actScreens]],
      [CONFIRMER, confirmerScreens],
      [ADMIN, [...adminScreens, ...itemScreens]],
    ] as const) {
      const staff = await chromium.page(demo.center.console, { language, zoom })
      await staff.signIn(member, language)
      found.push(...(await lookAtAll(staff, demo, screens, language, zoom, () => staff.grave())), ...staff.complaints())
      await staff.page.context().close()
    }
    await door.page.context().close()
    expect(found).toEqual([])
  })
})

describe('the measures themselves', () => {
  test('find what is cut off, what lies outside, a button without a name, and a style that the CSP forbids', async () => {
    const staff = await chromium.page(demo.center.console)
    await staff.signIn(ACCEPTOR)
    await staff.go('/inbox')
    expect([...(await staff.flaws()), ...(await staff.grave()), ...staff.complaints()]).toEqual([])
    await staff.page.evaluate(() => {
      const cut = document.createElement('button')
      cut.textContent = '一个比它的框长得多的按钮'
      Object.assign(cut.style, { width: '60px', overflow: 'hidden', whiteSpace: 'nowrap', textOverflow: 'ellipsis' })
      const outside = document.createElement('div')
      Object.assign(outside.style, { position: 'fixed', left: '1300px', width: '300px', height: '40px', top: '0' })
      outside.append(document.createElement('button'))
      document.querySelector('.page-body')?.prepend(cut)
      document.body.append(outside)
      outside.insertAdjacentHTML('beforeend', '<p style="color: red">x</p>')
    })
    const flaws = await staff.flaws()
    expect(flaws.some((flaw) => flaw.startsWith('cut off'))).toBe(true)
    expect(flaws.some((flaw) => flaw.startsWith('outside the window'))).toBe(true)
    expect((await staff.grave()).some((one) => one.startsWith('button-name'))).toBe(true)
    expect(staff.complaints().length).toBeGreaterThan(0)
  })
})

describe('the gallery of components', () => {
  const built = fileURLToPath(new URL('../../ui/dist/gallery/', import.meta.url))

  test.runIf(existsSync(built))('nothing serious for a screen reader, no complaint', async () => {
    const server = createServer((request, response) => void answer(request.url ?? '/', response))
    async function answer(url: string, response: import('node:http').ServerResponse): Promise<void> {
      const types: Record<string, string> = {
        '.html': 'text/html; charset=utf-8',
        '.js': 'text/javascript',
        '.css': 'text/css',
        '.svg': 'image/svg+xml',
      }
      const path = url.split('?')[0] ?? '/'
      const body = await readFile(join(built, path === '/' ? 'index.html' : path)).catch(() => null)
      response.writeHead(body ? 200 : 404, {
        'Content-Type': types[extname(path)] ?? 'text/html; charset=utf-8',
        'Content-Security-Policy':
          "default-src 'self'; img-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'",
      })
      response.end(body ?? '')
    }
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const page = await chromium.page(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
    await page.page.getByRole('heading', { level: 1 }).first().waitFor()
    expect(await page.grave()).toEqual([])
    const kinds = page.page
      .locator('section.card')
      .filter({ has: page.page.getByRole('heading', { name: '所有题型' }) })
    for (const step of await kinds.locator('.steps').getByRole('button').all()) {
      await step.click()
      expect(await page.grave()).toEqual([])
    }
    // On paper a form takes the place of the screen, and one sheet is enough for every kind of question.
    const sheets = (await page.page.pdf({ preferCSSPageSize: true })).toString('latin1')
    expect(sheets.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1)
    // Its photos are samples that only a center has.
    expect(page.complaints()).toEqual([])
    server.close()
  })
})
