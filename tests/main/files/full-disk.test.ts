import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/**
 * A disk that takes the beginning of a file and no more, as a full one does. The limit on a file's size has the kernel
 * do exactly that, without a disk of its own; Windows has no such limit.
 */
const root = resolve(import.meta.dirname, '../../..')
const GOOD = '{"gatewayPort":4321}\n'
/** More than the limit leaves room for. */
const LONG = 'x'.repeat(100_000)

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-full-'))
  writeFileSync(join(dir, 'settings.json'), GOOD)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Runs code where no file grows beyond some kilobytes; answers with what it printed. */
function onFullDisk(code: string): string {
  const node = [process.execPath, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', code]
  const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -f 16 && exec "$@"', 'limited', ...node], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FILE: join(dir, 'settings.json'), FOLDER: dir },
  })
  return stdout + stderr
}

describe.runIf(process.platform !== 'win32')('on a full disk', () => {
  it.each(['await writeAtomic', 'writeAtomicSync'])('%s fails and leaves the old file whole', (write) => {
    const said = onFullDisk(`
      import { writeAtomic, writeAtomicSync } from './src/main/files/atomic-file.ts'
      try { ${write}(process.env.FILE, '${LONG}'); console.log('written') } catch (error) { console.log(error.code) }
    `)
    expect(said.trim()).toBe('EFBIG')
    expect(readFileSync(join(dir, 'settings.json'), 'utf8')).toBe(GOOD)
    expect(readdirSync(dir)).toEqual(['settings.json'])
  })

  it('settings say so, stay as they were, and are not lost', () => {
    const said = onFullDisk(`
      import { openSettings } from './src/main/settings/settings.ts'
      const settings = openSettings(process.env.FOLDER, {})
      try { await settings.update({ gatewayPort: 5, defaultImage: '${LONG}' }); console.log('written') }
      catch (error) { console.log(error.message, settings.get().gatewayPort) }
    `)
    expect(said).toMatch(/^The settings file .*settings\.json could not be written \(EFBIG\)\. .* 4321\n$/)
    expect(readFileSync(join(dir, 'settings.json'), 'utf8')).toBe(GOOD)
    expect(readdirSync(dir)).toEqual(['settings.json'])
  })
})
