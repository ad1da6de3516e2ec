import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Host, makeHost } from './host.ts'

/** Completion as the shells themselves read it. bash, which runs it, is in `more-commands.test.ts`. */

let folder: string
let host: Host
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-shell-'))
  host = makeHost()
})
afterEach(() => {
  host.end()
  rmSync(folder, { recursive: true })
})

it.each(['zsh', 'fish'])('%s understands its script, and not a broken one', async (shell) => {
  const { out } = await host.run(`completion ${shell}`)
  const file = join(folder, 'script')
  const read = () => execFileSync(shell, ['-n', file], { stdio: 'pipe' })
  writeFileSync(file, out)
  read()
  writeFileSync(file, `${out}\nif true (`)
  expect(read).toThrow()
})
