import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkKeptOut, socketFile } from '../../../src/main/runtime/keep-out.ts'

let root: string
const at = (...parts: string[]): string => join(root, ...parts)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-keep-'))
  await mkdir(at('home', '.config', 'Berth', 'logs'), { recursive: true })
  await mkdir(at('home', '..work'), { recursive: true })
  await symlink(at('home'), at('link'))
})
afterEach(() => rm(root, { recursive: true }))

it.each([
  ['the data folder itself', ['home', '.config', 'Berth']],
  ['a folder in it', ['home', '.config', 'Berth', 'logs']],
  ['a folder it is in', ['home']],
  ['a link to a folder it is in', ['link']],
  ['a missing folder in it', ['home', '.config', 'Berth', 'none']],
])('refuses %s', async (_, parts) => {
  await expect(checkKeptOut(at(...parts), [at('home', '.config', 'Berth')])).rejects.toMatchObject({
    code: 'folder_not_writable',
    message: expect.stringContaining(at(...parts)),
  })
})

it('refuses by a link to the data folder too', async () => {
  await expect(checkKeptOut(at('home'), [at('link', '.config', 'Berth')])).rejects.toThrow('apart from it')
})

it.each([[['home', '..work']], [['home', '.config', 'Berth2']], [['home', '.config', 'Other']]])(
  'has nothing against %j',
  async (parts) => {
    await expect(checkKeptOut(at(...parts), [at('home', '.config', 'Berth')])).resolves.toBeUndefined()
  },
)

it('finds the file of a socket', () => {
  expect(socketFile('unix:///run/user/1000/docker.sock')).toBe('/run/user/1000/docker.sock')
  expect(socketFile('/var/run/docker.sock')).toBe('/var/run/docker.sock')
  expect(socketFile('tcp://127.0.0.1:2375')).toBeUndefined()
})
