import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LARGEST_TEXT, readText, wholePath } from '../../../src/main/imports/read-file.ts'
import type { ImportKind } from '../../../src/preload/imports.ts'
import { openWorld, secretOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const KINDS = ['opencode', 'env-file', 'anthropic-accounts', 'claude-code-router', 'keys'] as const
const preview = (kind: (typeof KINDS)[number], path: string) => world.imports.preview({ kind, path })

it('follows a link and knows the home folder', async () => {
  const path = world.put('real', secretOf('gsk_'))
  symlinkSync(path, join(world.home, 'link'))
  expect((await preview('keys', '~/link')).items).toHaveLength(1)
  expect(wholePath('~', '/home/ann')).toMatch(/^\/home\/ann\/?$/)
  for (const bad of ['keys.txt', './keys.txt', '~bob/keys.txt', '/a\0b']) {
    expect(() => wholePath(bad, '/home/ann')).toThrow(expect.objectContaining({ code: 'bad_request' }))
  }
})

it('says what is wrong with a path', async () => {
  const folder = join(world.home, 'folder')
  mkdirSync(folder)
  const loop = join(world.home, 'loop')
  symlinkSync(loop, loop)
  const large = world.put('large', '')
  truncateSync(large, LARGEST_TEXT + 1)
  await expect(preview('keys', '/no/such/file')).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no file /no/such/file.',
  })
  await expect(preview('keys', folder)).rejects.toThrow('is a folder')
  await expect(preview('keys', loop)).rejects.toThrow('leads back to itself')
  await expect(preview('keys', large)).rejects.toThrow('larger than 4 MB')
  await expect(preview('keys', '/dev/zero')).rejects.toThrow('a pipe or a device')
  await expect(world.imports.preview({ kind: 'keys' })).rejects.toThrow('Choose a file')
})

it('does not wait for a pipe that nobody writes to', async () => {
  const pipe = join(world.home, 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(preview('keys', pipe)).rejects.toThrow('a pipe or a device')
  await expect(world.imports.preview({ kind: 'doce', path: pipe })).rejects.toThrow('a pipe or a device')
})

it('says that it may not read a file', async () => {
  const path = world.put('closed', 'x')
  chmodSync(path, 0)
  // Root may read everything, so the rule is tried as somebody else.
  if (process.getuid?.() !== 0) return expect(readText(path)).rejects.toThrow('may not read')
  process.seteuid?.(65534)
  try {
    await expect(readText(path)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('may not read'),
    })
  } finally {
    process.seteuid?.(0)
  }
})

it('reads UTF-16 with its mark, as Windows writes it, and no other binary', async () => {
  const line = `GROQ_API_KEY=${secretOf('gsk_')}\r\n`
  const little = world.put('a.env', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, 'utf16le')]))
  const big = world.put(
    'b.env',
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(line, 'utf16le').swap16()]),
  )
  for (const path of [little, big]) {
    expect((await preview('env-file', path)).items).toMatchObject([{ providerId: 'groq', state: 'new' }])
  }
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const foreign = [png, Buffer.from(line, 'utf16le'), Buffer.from([0xc3, 0x28])]
  for (const [index, bytes] of foreign.entries()) {
    for (const kind of KINDS) {
      await expect(preview(kind, world.put(`f${index}`, bytes))).rejects.toThrow('is not a text file')
    }
  }
})

/** What each kind makes of texts that are not its own: an error of ours, or nothing found. */
const outcome = async (kind: ImportKind, text: string) =>
  world.imports.preview({ kind, text } as Parameters<typeof world.imports.preview>[0]).then(
    ({ items }) => items.length,
    (error: unknown) => (error as { code?: string }).code,
  )

it('keeps its sense with empty, deep, huge and foreign texts', async () => {
  const deep = 10_000
  const texts = [
    '',
    ' \n\t',
    'null',
    '5',
    '"text"',
    '[]',
    '{}',
    '['.repeat(deep) + ']'.repeat(deep),
    `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    `{"accounts":${'['.repeat(deep)}${']'.repeat(deep)},"Providers":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    '{"__proto__":{"type":"api"},"constructor":{"type":"oauth"},"Providers":[{"__proto__":{}}],"accounts":[null]}',
    '<html><body>not what you think</body></html>',
    'x'.repeat(LARGEST_TEXT),
    '\n'.repeat(LARGEST_TEXT),
  ]
  for (const text of texts) {
    for (const kind of KINDS) {
      expect([0, 'bad_request'], `${kind}: ${text.slice(0, 40)}`).toContain(await outcome(kind, text))
    }
  }
  expect(Object.hasOwn(Object.prototype, 'type')).toBe(false)
}, 60_000)

it('shows no more than anybody can have, and says so', async () => {
  const lines = Array.from({ length: 20_003 }, (_, index) => `gsk_a1b2c3d4e5f6a7b8${index}`)
  const { items, notes } = await world.imports.preview({ kind: 'keys', text: lines.join('\n') })
  expect(items).toHaveLength(20_000)
  expect(notes).toEqual([expect.stringContaining('3 more')])
}, 60_000)
