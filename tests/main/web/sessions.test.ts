import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/main/log/log.ts'
import { createSessionFile } from '../../../src/main/web/session-file.ts'
import { createSessions } from '../../../src/main/web/sessions.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-sessions-'))
  path = join(folder, 'web-sessions.json')
})
afterEach(() => rm(folder, { recursive: true }))

const DAY_MS = 24 * 60 * 60 * 1000
const file = () => createSessionFile(path, { log: silentLog() })

async function signIn(now: () => number = Date.now): Promise<string> {
  const sessions = await createSessions({ store: file(), now })
  return String(await sessions.exchange(sessions.newToken()))
}

describe('sessions', () => {
  it('are found again in the file, which only its owner reads', async () => {
    const cookie = await signIn()
    expect((await createSessions({ store: file() })).isValid(cookie)).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).not.toContain(cookie)
  })

  it('end after 90 days', async () => {
    const cookie = await signIn(() => 0)
    const at = async (now: number) =>
      (await createSessions({ store: file(), now: () => now })).isValid(cookie)
    expect(await at(89 * DAY_MS)).toBe(true)
    expect(await at(90 * DAY_MS)).toBe(false)
  })

  it('keep the newest twenty', async () => {
    const sessions = await createSessions({})
    const cookies: (string | undefined)[] = []
    for (let i = 0; i < 21; i++) cookies.push(await sessions.exchange(sessions.newToken()))
    expect(sessions.isValid(cookies[0])).toBe(false)
    expect(cookies.slice(1).every((cookie) => sessions.isValid(cookie))).toBe(true)
  })

  it('give one token to one of two that come at once', async () => {
    const sessions = await createSessions({ store: file() })
    const token = sessions.newToken()
    const both = await Promise.all([sessions.exchange(token), sessions.exchange(token)])
    expect(both.filter((cookie) => cookie !== undefined)).toHaveLength(1)
  })

  it.each(['not json', '{"version":2}', ''])('set a damaged file (%j) aside', async (text) => {
    await writeFile(path, text)
    expect(await file().load()).toEqual([])
    expect(await readdir(folder)).toEqual(['web-sessions.json.damaged'])
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text)
  })

  it('sign a browser in though the file cannot be written', async () => {
    await writeFile(path, 'a file where a folder should be')
    const sessions = await createSessions({
      store: { ...createSessionFile(join(path, 'x.json'), { log: silentLog() }), load: async () => [] },
    })
    expect(sessions.isValid(await sessions.exchange(sessions.newToken()))).toBe(true)
  })

  it('make the folder they are kept in', async () => {
    const deep = createSessionFile(join(folder, 'new', 'sessions.json'), { log: silentLog() })
    await deep.save([{ hash: 'a'.repeat(64), createdAt: 1 }])
    expect(await deep.load()).toEqual([{ hash: 'a'.repeat(64), createdAt: 1 }])
  })

  it('do not take an unreadable file for an empty one', async () => {
    await expect(createSessionFile(folder, { log: silentLog() }).load()).rejects.toThrow(/EISDIR/)
  })
})
