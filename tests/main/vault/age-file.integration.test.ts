import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAgeFile, sealAgeFile } from '../../../src/main/vault/age-file.ts'
import { runAge } from '../../support/age.ts'

const PASSPHRASE = 'correct horse battery staple'
const TEXT = `{"text":"é ${'x'.repeat(200_000)}"}\n`
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-age-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

it("is opened by the system's age", async () => {
  writeFileSync(at('export.age'), await sealAgeFile(PASSPHRASE, TEXT))
  await runAge(['-d', '-o', at('plain'), at('export.age')], [PASSPHRASE])
  expect(readFileSync(at('plain'), 'utf8')).toBe(TEXT)
  await expect(runAge(['-d', '-o', at('other'), at('export.age')], ['another one'])).rejects.toThrow(
    'incorrect passphrase',
  )
})

it("opens what the system's age wrote, binary and as text", async () => {
  writeFileSync(at('plain'), TEXT)
  await runAge(['-p', '-o', at('made.age'), at('plain')], [PASSPHRASE, PASSPHRASE])
  expect(await openAgeFile(PASSPHRASE, readFileSync(at('made.age')))).toBe(TEXT)
  await runAge(['-p', '-a', '-o', at('made.txt'), at('plain')], [PASSPHRASE, PASSPHRASE])
  expect(readFileSync(at('made.txt'), 'utf8')).toContain('BEGIN AGE')
  expect(await openAgeFile(PASSPHRASE, readFileSync(at('made.txt')))).toBe(TEXT)
  await expect(openAgeFile('another one', readFileSync(at('made.age')))).rejects.toMatchObject({
    code: 'wrong_passphrase',
  })
})
