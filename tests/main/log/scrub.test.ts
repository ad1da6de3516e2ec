import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openLog } from '../../../src/main/log/log.ts'
import { scrub } from '../../../src/main/log/scrub.ts'

it.each([
  ['an Anthropic key', 'refused sk-ant-api03-CANARYCANARY12 today', 'refused [secret] today'],
  ['a Google key', 'key=AIzaCANARYCANARYCANARYCANARY', 'key=[secret]'],
  ['a bearer token', 'authorization: Bearer abcdef0123456789', 'authorization: Bearer [secret]'],
  [
    'a login in an address',
    'via http://p1:tokentoken@berth.internal:1',
    'via http://p1:[secret]@berth.internal:1',
  ],
  ['a JSON web token', 'eyJhbGciOiJI.eyJzdWIiOiIx.sflKxwRJSM', '[secret]'],
  ['a token without a signature', 'x-eyJhbGciOiJub25l.eyJzdWIiOiIx. end', 'x-[secret] end'],
  ['a token behind other words', 'a.b.eyJhbGciOiJI.eyJzdWIiOiIx.sflK.c', 'a.b.[secret].c'],
  ['no token', 'eyJhbGciOiJI.eyJzdWIiOiIx and eyJ.a.b', 'eyJhbGciOiJI.eyJzdWIiOiIx and eyJ.a.b'],
  [
    'plain words',
    'nothing to see in task-list at http://localhost:1/',
    'nothing to see in task-list at http://localhost:1/',
  ],
])('replaces %s', (_what, text, clean) => {
  expect(scrub(text)).toBe(clean)
})

it('is not slowed down by a text made for it', () => {
  // In time that grows with the square of the length this would take a quarter of an hour.
  const text = 'eyJ-'.repeat(250_000)
  expect(scrub(text)).toBe(text)
})

it('scrubs what reaches the log file, errors included', () => {
  const dir = mkdtempSync(join(tmpdir(), 'berth-log-'))
  const log = openLog(dir)
  log.error({ err: new Error('fetch failed for sk-or-v1-CANARYCANARY') }, 'with gsk_CANARYCANARYCANARY')
  const text = readFileSync(join(dir, 'berth.log'), 'utf8')
  expect(text).toContain('[secret]')
  expect(text).not.toContain('CANARY')
  rmSync(dir, { recursive: true })
})
