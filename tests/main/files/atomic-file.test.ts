import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeAtomic, writeAtomicSync, writeFailure } from '../../../src/main/files/atomic-file.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-files-'))
  file = join(dir, 'a.json')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const ways: [string, (file: string, text: string) => unknown][] = [
  ['later', (path, text) => writeAtomic(path, text)],
  ['at once', async (path, text) => writeAtomicSync(path, text)],
]

it.each(ways)('%s: makes and replaces a file only the user can read', async (_, write) => {
  await write(file, 'one – first')
  expect(readFileSync(file, 'utf8')).toBe('one – first')
  await write(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['a.json'])
})

it.each(ways)('%s: writes where a link leads, and leaves the link', async (_, write) => {
  writeFileSync(join(dir, 'real.json'), 'old')
  symlinkSync(join(dir, 'real.json'), file)
  await write(file, 'new')
  expect(readFileSync(join(dir, 'real.json'), 'utf8')).toBe('new')
})

it.each(ways)('%s: fails where there is no folder', async (_, write) => {
  await expect(write(join(dir, 'none', 'a.json'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
})

it('does not put a new file in the place of one that is there', async () => {
  await writeAtomic(file, 'one', true)
  await expect(writeAtomic(file, 'two', true)).rejects.toMatchObject({ code: 'EEXIST' })
  expect(readFileSync(file, 'utf8')).toBe('one')
})

it('names a full disk', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  expect(writeFailure('The vault file', '/v', full)).toMatchObject({
    code: 'internal',
    message:
      'The vault file /v could not be written (ENOSPC). The disk is full: free some space and try again.',
  })
})
