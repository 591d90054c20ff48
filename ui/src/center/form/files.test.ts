// Files are told apart by their names; what was brought before stays until it is brought anew.
import { expect, test } from 'vitest'
import { base64, gathered, sortFiles } from './files'

const file = (name: string, text = name) => new File([text], name)
const chosen = (...files: File[]) => sortFiles(files)

test('a workbook, its tables and pictures, and what is neither', () => {
  const found = chosen(
    file('banks.CSV'),
    file('card.PNG'),
    file('page.svg'),
    file('Form.XLSX'),
    file('old.xls'),
    file('second.xlsx'),
    file('~$Form.xlsx'),
  )
  expect(found.workbook?.name).toBe('Form.XLSX')
  expect(found.others.map(({ name }) => name)).toEqual(['banks.CSV', 'card.PNG'])
  expect(found.left).toEqual(['page.svg', 'old.xls', 'second.xlsx', '~$Form.xlsx'])
})
test('tables alone complete the workbook that was brought before; a mended workbook keeps the tables', async () => {
  const first = await gathered(null, chosen(file('form.xlsx', 'one')))
  expect(first).toEqual({ name: 'form.xlsx', workbook: btoa('one'), files: {} })
  const second = await gathered(first, chosen(file('banks.csv', 'b')))
  const third = await gathered(second, chosen(file('mended.xlsx', 'two')))
  expect(third).toEqual({ name: 'mended.xlsx', workbook: btoa('two'), files: { 'banks.csv': btoa('b') } })
})
test('tables without a workbook are nothing to look at', async () => {
  expect(await gathered(null, chosen(file('banks.csv')))).toBeNull()
})
test('what is too large is not even sent', async () => {
  const large = file('form.xlsx', 'x'.repeat(1_200_000))
  await expect(gathered(null, chosen(large))).rejects.toMatchObject({ code: 'form_too_large' })
})
test('bytes come through whole', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256)
  expect(Buffer.from(base64(bytes), 'base64').equals(bytes)).toBe(true)
})
