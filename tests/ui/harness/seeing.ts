// What is looked at within a page, in the window and in the browser alike. Everything here runs inside the page.

/** What a person or a screen reader finds: roles and names, among what is visible. */
export const FIND = `
const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0
const roles = { BUTTON: 'button', A: 'link', TEXTAREA: 'textbox', SELECT: 'combobox', H1: 'heading', H2: 'heading', H3: 'heading', FIELDSET: 'group', NAV: 'navigation', MAIN: 'main', LI: 'listitem', UL: 'list', OL: 'list', TR: 'row' }
function roleOf(element) {
  const said = element.getAttribute('role')
  if (said) return said
  if (element.tagName === 'INPUT') return { checkbox: 'checkbox', radio: 'radio', file: 'file' }[element.type] ?? 'textbox'
  return roles[element.tagName] ?? ''
}
const plain = (text) => (text ?? '').replace(/\\s+/g, ' ').trim()
function nameOf(element) {
  const label = element.getAttribute('aria-label')
  if (label) return plain(label)
  const by = element.getAttribute('aria-labelledby')
  if (by) return plain(by.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' '))
  if (element.labels?.length) return plain([...element.labels].map((one) => one.textContent).join(' '))
  if (element.tagName === 'FIELDSET') return plain(element.querySelector('legend')?.textContent)
  return plain(element.textContent) || plain(element.getAttribute('placeholder')) || plain(element.title)
}
function find(role, name, exact, within) {
  const root = within ?? document
  const all = [...root.querySelectorAll('*')].filter((element) => roleOf(element) === role && (role === 'file' || role === 'radio' || role === 'checkbox' || seen(element)))
  const fits = (element) => { const own = nameOf(element); return exact ? own === name : own.includes(name) }
  const found = all.filter(fits)
  return found.sort((a, b) => nameOf(a).length - nameOf(b).length)
}
`

/** What lies outside the window, is cut off, or can be moved sideways. An empty list is what is wanted. */
export const FLAWS = `
const flaws = []
const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
const told = (element) => {
  const words = (element.getAttribute('aria-label') || element.textContent || '').replace(/\\s+/g, ' ').trim().slice(0, 40)
  const kind = typeof element.className === 'string' && element.className ? '.' + element.className.trim().split(/\\s+/).join('.') : ''
  return element.tagName.toLowerCase() + kind + ' "' + words + '"'
}
const scrolls = (element, axis) => ['auto', 'scroll'].includes(getComputedStyle(element)['overflow' + axis])
const hidden = (element) => element.closest('.only-heard, .skip, [aria-hidden="true"]') !== null
const root = document.documentElement
if (root.scrollWidth > window.innerWidth) flaws.push('the page is ' + root.scrollWidth + ' wide in a window of ' + window.innerWidth)
if (root.scrollHeight > window.innerHeight && getComputedStyle(document.body).overflowY === 'hidden') flaws.push('the page is higher than the window')
for (const element of document.body.querySelectorAll('*')) {
  if (!(element instanceof HTMLElement) || !seen(element) || hidden(element)) continue
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  if (box.width <= 1 || box.height <= 1) continue
  const wide = element.scrollWidth - element.clientWidth, high = element.scrollHeight - element.clientHeight
  const inline = style.display === 'inline'
  if (!inline && wide > 1 && scrolls(element, 'X') && !element.matches('textarea, input, [data-sideways]')) flaws.push('moves sideways by ' + wide + ': ' + told(element))
  const cuts = (axis) => ['hidden', 'clip'].includes(style['overflow' + axis])
  const dots = style.textOverflow === 'ellipsis'
  const heldText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
  if (!inline && cuts('X') && wide > 1 && !element.matches('input') && (!dots || element.matches('button, a, label, h1, h2, h3, th, [role="columnheader"]'))) {
    if (heldText || !dots) flaws.push('cut off by ' + wide + ' at its side: ' + told(element))
  }
  if (!inline && cuts('Y') && !scrolls(element, 'Y') && high > 2 && heldText && !element.matches('input')) flaws.push('cut off by ' + high + ' below: ' + told(element))
  // Outside the window, and nothing that could bring it in.
  let holder = element.parentElement, reachable = false
  for (; holder; holder = holder.parentElement) {
    if (scrolls(holder, 'Y') || scrolls(holder, 'X') || ['hidden', 'clip'].includes(getComputedStyle(holder).overflowX)) { reachable = true; break }
  }
  if (holder === document.body || holder === root) reachable = false
  if (!reachable && (box.right > window.innerWidth + 1 || box.left < -1)) flaws.push('outside the window at its side: ' + told(element))
}
// What can be pressed can be seen whole: not below the edge of a part that does not scroll.
for (const element of document.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"]')) {
  if (!seen(element) || hidden(element)) continue
  const box = element.getBoundingClientRect()
  if (box.width === 0) continue
  let holder = element.parentElement, scrolled = false
  for (; holder && holder !== document.body; holder = holder.parentElement) if (scrolls(holder, 'Y')) { scrolled = true; break }
  if (!scrolled && (box.bottom > window.innerHeight + 1 || box.top < -1)) flaws.push('outside the window: ' + told(element))
}
return [...new Set(flaws)]
`

/** Whether everything that was asked for is there: no list without its rows, no picture on its way. */
export const AT_REST = `
const waits = document.querySelector('.loading-state, .coming')
const lists = [...document.querySelectorAll('[role="grid"][aria-rowcount="1"]')].filter((list) => !list.querySelector('.empty'))
const images = [...document.images].every((image) => image.complete)
// A screen that is fetched first leaves the one before it standing, at rest, until it is there.
const router = document.querySelector('#app')?.__vue_app__?.config.globalProperties.$router
const plain = (path) => decodeURI(path.replace(/^#/, ''))
const arrived = !router || location.hash === '' || plain(router.currentRoute.value.fullPath) === plain(location.hash)
return !waits && lists.length === 0 && images && arrived && !!document.querySelector('main')
`

/** Whether nothing moves any more, but for what turns as long as something is awaited. */
export const UNMOVED = `
return document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity)
`

/** What stands on the screen where something else was awaited: titles and whatever it says of trouble. */
export const INSTEAD = `
const all = [...document.querySelectorAll('h1, h2, [role="alert"], [role="status"], [role="dialog"] h3, .hindrances li')]
const told = all.filter((one) => one.getClientRects().length > 0).map((one) => one.innerText.replace(/\\s+/g, ' ').trim())
return [location.hash, ...new Set(told.filter(Boolean))].join(' · ').slice(0, 1500)
`
