// First passwords and scopes of staff.
import { expect, test } from 'vitest'
import { firstPassword } from './password'
import { scopesOf } from './scope'

test('a first password can be read out and would not be refused', () => {
  for (let at = 0; at < 50; at += 1) {
    const password = firstPassword()
    expect(password).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/)
    expect(password).not.toMatch(/[ilo01]/)
    expect(password).toMatch(/\d/)
    expect(password).toMatch(/[a-z]/)
  }
})
test('a draw that would favour some letters is passed over, and so is a password of letters alone', () => {
  const draws = [new Uint8Array(12).fill(255), new Uint8Array(12).fill(0), new Uint8Array(12).map((_, at) => at + 18)]
  expect(firstPassword(() => draws.shift() ?? new Uint8Array(12))).toBe('vwxy-z234-5678')
})

const village = (code: string, name: string) => ({ code, name })
test('in one township the whole of it or a village can be chosen', () => {
  const scopes = scopesOf({ code: '420703200', name: 'Linjiang' }, [village('420703200209', 'Dahu')])
  expect(scopes.map(({ code, kind }) => [code, kind])).toEqual([
    ['420703200', 'whole'],
    ['420703200209', 'village'],
  ])
})
test('in a district its townships too', () => {
  const scopes = scopesOf({ code: '', name: 'Huarong' }, [
    village('420703200209', 'Dahu'),
    village('420703200210', 'Hulin'),
    village('420703201203', 'Guodang'),
  ])
  expect(scopes.filter((one) => one.kind === 'town')).toEqual([
    { code: '420703200', kind: 'town', name: 'Dahu', villages: 2 },
    { code: '420703201', kind: 'town', name: 'Guodang', villages: 1 },
  ])
})
test('who looks after one village can give that village alone', () => {
  expect(scopesOf({ code: '420703200209', name: 'Dahu' }, [village('420703200209', 'Dahu')])).toHaveLength(1)
})
