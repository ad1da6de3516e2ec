import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { filesWith, processesWith } from '../support/traces.ts'

/** The search that looks for planted secrets must find them, or its silence would say nothing. */

const SECRET = 'sk-CanaryCanary+4711/x7Qd'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-traces-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.each(['', 'a', 'ab', 'abc'])('finds a secret in any form, with %j around it', (around) => {
  const text = `${around}${SECRET}${around}`
  const held = [
    text,
    encodeURIComponent(text),
    ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(text).toString(encoding)),
  ]
  for (const form of held) {
    writeFileSync(join(folder, 'held'), `{"x":"${form}"}`)
    expect(filesWith(folder, 'another secret', SECRET)).toEqual(['held'])
  }
  writeFileSync(join(folder, 'held'), 'nothing')
  expect(filesWith(folder, SECRET)).toEqual([])
})

it('finds what a process was started with', () => {
  expect(processesWith(process.execPath).map((found) => found.split(' ')[0])).toContain(String(process.pid))
  expect(processesWith(SECRET)).toEqual([])
})
