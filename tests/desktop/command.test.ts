import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandArguments } from '../../src/main/command.ts'

/**
 * The command in the packaged app. Electron stands aside here: a program in its place loads the app's entry with the
 * arguments a packaged Electron gives it. That shows the launcher, the arguments and that no window is asked for; not
 * that Electron itself runs the entry before it wants a display.
 */

describe('the command among arguments', () => {
  it.each([
    [['/opt/Berth/berth', '--berth-command', 'accounts', 'list'], false, ['accounts', 'list']],
    [['berth', '--ozone-platform=headless', '--berth-command'], false, []],
    [['electron', '.', '--berth-command', 'doctor', '--json'], true, ['doctor', '--json']],
    [
      ['berth', '--berth-command', 'prompt', 'x', '--berth-command'],
      false,
      ['prompt', 'x', '--berth-command'],
    ],
    [['berth'], false, undefined],
    [['berth', 'accounts', 'list'], false, undefined],
    [['berth', 'berth://project/x', '--berth-command', 'accounts'], false, undefined],
    [['electron', '.'], true, undefined],
  ])('%j', (argv, isDefaultApp, args) => {
    expect(commandArguments(argv, isDefaultApp)).toEqual(args)
  })
})

describe.skipIf(process.platform === 'win32')('the launcher', () => {
  const root = resolve(import.meta.dirname, '../..')
  let top: string
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'berth-packaged-'))
    const bin = join(top, process.platform === 'darwin' ? 'Contents/Resources/bin' : 'Berth/resources/bin')
    const app = join(bin, process.platform === 'darwin' ? '../../MacOS/Berth' : '../../berth')
    mkdirSync(bin, { recursive: true })
    mkdirSync(join(app, '..'), { recursive: true })
    copyFileSync(join(root, 'resources/bin/berth'), join(bin, 'berth'))
    writeFileSync(app, `#!/bin/sh\nexec "${process.execPath}" -e 'import(process.env.BERTH_ENTRY)' -- "$@"\n`)
    chmodSync(app, 0o755)
    symlinkSync(join(bin, 'berth'), join(top, 'link'))
    symlinkSync('link', join(top, 'link to link'))
  })
  afterEach(() => rmSync(top, { recursive: true }))

  it('runs the command in the app, through links, and gives back what it ends with', async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: top,
      BERTH_DATA_DIR: join(top, 'data'),
      BERTH_ENTRY: join(root, 'src/main/index.ts'),
    }
    const run = (args: readonly string[]) =>
      new Promise<{ code: unknown; out: string; err: string }>((done) => {
        execFile(join(top, 'link to link'), args, { env }, (error, out, err) =>
          done({ code: error === null ? 0 : error.code, out, err }),
        )
      })
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
    expect(await run(['accounts', 'list', '--json'])).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await run(['projects', 'open', 'two words'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('"two words"'),
    })
  }, 60_000)
})
