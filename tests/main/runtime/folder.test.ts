import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkOwnFolder, containerUser } from '../../../src/main/runtime/folder.ts'
import { removeFolder } from '../../../src/main/runtime/remove-folder.ts'
import { makeTempProject, type TempProject } from '../../support/temp-project.ts'

let project: TempProject
beforeEach(async () => {
  project = await makeTempProject()
})
afterEach(() => project.remove())

describe('containerUser', () => {
  it("is the folder's owner", async () => {
    const { uid, gid } = statSync(project.path)
    expect(await containerUser(project.path, true)).toBe(`${uid}:${gid}`)
  })

  it('is the usual first user where ids do not hold inside', async () => {
    expect(await containerUser(project.path, false)).toBe('1000:1000')
  })

  it('is never root', async () => {
    // The root folder of a system is root's, whoever asks.
    await expect(containerUser('/', true)).rejects.toMatchObject({
      code: 'folder_not_writable',
      message: expect.stringMatching(/belongs to root.*chown/),
    })
  })

  it('is refused for a folder its owner cannot write', async () => {
    chmodSync(project.path, 0o500)
    await expect(containerUser(project.path, true)).rejects.toMatchObject({
      code: 'folder_not_writable',
      message: expect.stringContaining(project.path),
    })
    chmodSync(project.path, 0o700)
  })
})

describe.each([
  ['containerUser', (folder: string): Promise<unknown> => containerUser(folder, true)],
  ['checkOwnFolder', checkOwnFolder],
])('%s', (_name, check) => {
  it('names a folder that is missing', async () => {
    await expect(check(join(project.path, 'none'))).rejects.toMatchObject({
      code: 'folder_missing',
      message: expect.stringContaining('none'),
    })
  })

  it('wants a whole path', async () => {
    await expect(check('some/where')).rejects.toMatchObject({ code: 'folder_missing' })
  })

  it('refuses a file', async () => {
    await expect(check(join(project.path, 'README.md'))).rejects.toMatchObject({
      code: 'folder_missing',
      message: expect.stringContaining('is a file'),
    })
  })
})

describe('removeFolder', () => {
  it('removes what is read-only, and is content with nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-remove-'))
    writeFileSync(join(folder, 'x'), '')
    chmodSync(folder, 0o500)
    await removeFolder(folder)
    await removeFolder(folder)
    expect(() => statSync(folder)).toThrow('ENOENT')
    rmSync(folder, { recursive: true, force: true })
  })
})
