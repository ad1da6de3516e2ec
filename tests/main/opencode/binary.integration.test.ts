import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { createBinaries } from '../../../src/main/opencode/binary.ts'
import { OPENCODE_VERSION } from '../../../src/main/opencode/types.ts'
import type { Progress } from '../../../src/preload/shapes.ts'
import { openCodeBinary, TEST_PLATFORM } from '../../support/opencode-process.ts'

const run = promisify(execFile)
let cacheDir: string | undefined

afterEach(async () => {
  if (cacheDir !== undefined) await rm(cacheDir, { recursive: true, force: true })
})

describe('the real package', () => {
  it('is fetched with this machine’s npm settings, matches its pinned hash and runs', async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'berth-binary-'))
    const seen: Progress[] = []
    const progress = (now: Progress) => void seen.push(now)
    const binaries = createBinaries({ cacheDir })
    const file = await binaries.ensure(TEST_PLATFORM, { signal: new AbortController().signal, progress })
    const { stdout } = await run(file, ['--version'], { env: { HOME: cacheDir, PATH: process.env.PATH } })
    expect(stdout.trim()).toBe(OPENCODE_VERSION)
    expect(seen.length).toBeGreaterThan(20)
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total)
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.partial'))).toEqual([])
  })

  it('comes from the cache of earlier runs for the other tests', async () => {
    expect(await openCodeBinary()).toContain(OPENCODE_VERSION)
  })
})
