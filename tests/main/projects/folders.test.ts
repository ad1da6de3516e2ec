import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BerthError } from '../../../src/main/errors.ts'
import { checkFolder, listFolders } from '../../../src/main/projects/folders.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-folders-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('lists the folders inside, by name, without files and hidden ones', async () => {
  for (const name of ['b10', 'b2', 'A', '.hidden']) mkdirSync(join(dir, name))
  writeFileSync(join(dir, 'file'), '')
  symlinkSync(join(dir, 'A'), join(dir, 'link'))
  symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'))
  symlinkSync(join(dir, 'file'), join(dir, 'linkToFile'))
  expect(await listFolders(`${dir}/x/..`)).toEqual({
    path: dir,
    parent: tmpdir(),
    folders: ['A', 'b2', 'b10', 'link'].map((name) => join(dir, name)),
  })
})

it('begins at home, and the root has no parent', async () => {
  expect((await listFolders()).path).toBe(homedir())
  expect((await listFolders('/')).parent).toBeUndefined()
})

it.each([
  ['a missing one', () => join(dir, 'none'), 'folder_missing'],
  ['a file', () => join(dir, 'file'), 'folder_missing'],
  ['a path that is not full', () => 'here', 'bad_request'],
  ['a path with a NUL in it', () => `${dir}\0`, 'bad_request'],
])('refuses %s', async (_name, path, code) => {
  writeFileSync(join(dir, 'file'), '')
  await expect(listFolders(path())).rejects.toMatchObject({ code })
})

it('checks by the runtime and suggests a name', async () => {
  const runtime = {
    async checkFolder(folder: string) {
      if (folder !== dir) throw new BerthError('folder_missing', `There is no folder ${folder}.`)
    },
  }
  expect(await checkFolder(`${dir}/`, runtime)).toEqual({ path: dir, suggestedName: dir.split('/').at(-1) })
  await expect(checkFolder('/other', runtime)).rejects.toMatchObject({ code: 'folder_missing' })
})
