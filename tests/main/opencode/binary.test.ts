import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Platform, Run } from '../../../src/main/engine/types.ts'
import { createBinaries } from '../../../src/main/opencode/binary.ts'
import { createPackageFetch } from '../../../src/main/opencode/package-fetch.ts'
import { OPENCODE_VERSION } from '../../../src/main/opencode/types.ts'
import type { Progress } from '../../../src/preload/shapes.ts'
import { type FakeRegistry, startRegistry } from './registry.ts'

const PLATFORM: Platform = { os: 'linux', arch: 'x64', libc: 'glibc', avx2: true }
const NAME = 'opencode-linux-x64'
const CONTENT = randomBytes(3 * 1024 * 1024)

let cacheDir: string
let registry: FakeRegistry

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'berth-binary-'))
  registry = await startRegistry(NAME, OPENCODE_VERSION, CONTENT)
})

afterEach(async () => {
  await registry.close()
  await rm(cacheDir, { recursive: true, force: true })
})

function binaries() {
  return createBinaries({
    cacheDir,
    fetchPackage: createPackageFetch(async () => ({ registry: registry.url })),
    integrity: { [NAME]: registry.integrity },
  })
}

function newRun(controller = new AbortController()): Run & { readonly seen: Progress[] } {
  const seen: Progress[] = []
  return { signal: controller.signal, seen, progress: (progress) => void seen.push(progress) }
}

/** Everything in the cache, by relative path. */
async function cached(): Promise<string[]> {
  const entries = await readdir(cacheDir, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

describe('ensure', () => {
  it('fetches, verifies and keeps the executable, with progress in bytes', async () => {
    const run = newRun()
    const file = await binaries().ensure(PLATFORM, run)
    expect(file).toBe(join(cacheDir, `opencode-${OPENCODE_VERSION}-linux-x64`, 'opencode'))
    expect((await readFile(file)).equals(CONTENT)).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o755)
    expect(run.seen[0]).toMatchObject({ unit: 'bytes', done: 0 })
    expect(run.seen.at(-1)).toMatchObject({ done: CONTENT.length, total: CONTENT.length })
    const steps = run.seen.map((progress) => progress.done)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(await cached()).toEqual(['opencode'])
  })

  it('needs no network once it has it', async () => {
    const first = await binaries().ensure(PLATFORM, newRun())
    const asked = registry.asked.length
    await registry.close()
    expect(await binaries().ensure(PLATFORM, newRun())).toBe(first)
    expect(registry.asked).toHaveLength(asked)
  })

  it('fetches once for callers at the same time', async () => {
    const both = binaries()
    const runs = [newRun(), newRun()]
    const files = await Promise.all(runs.map((run) => both.ensure(PLATFORM, run)))
    expect(new Set(files).size).toBe(1)
    expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1)
    for (const run of runs) expect(run.seen.at(-1)?.done).toBe(CONTENT.length)
  })

  it('is safe between two that do not know of each other', async () => {
    const files = await Promise.all([
      binaries().ensure(PLATFORM, newRun()),
      binaries().ensure(PLATFORM, newRun()),
    ])
    expect(files[0]).toBe(files[1])
    expect((await readFile(files[0] ?? '')).equals(CONTENT)).toBe(true)
    expect(await cached()).toEqual(['opencode'])
  })
})

describe('interruption', () => {
  it('keeps nothing when it is aborted midway, and fetches anew afterwards', async () => {
    registry.fault = 'stall'
    const controller = new AbortController()
    const fetching = binaries().ensure(PLATFORM, newRun(controller))
    await registry.tarballAsked
    controller.abort()
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(cached).toEqual([])
    registry.fault = undefined
    const file = await binaries().ensure(PLATFORM, newRun())
    expect((await readFile(file)).equals(CONTENT)).toBe(true)
  })

  it('goes on for the others when one caller leaves', async () => {
    const both = binaries()
    const leaving = new AbortController()
    const first = both.ensure(PLATFORM, newRun(leaving))
    const second = both.ensure(PLATFORM, newRun())
    leaving.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    expect((await readFile(await second)).equals(CONTENT)).toBe(true)
    expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1)
  })

  it('never uses what a killed process left, and removes it', async () => {
    registry.fault = 'stall'
    const source = new URL('../../../src/main/opencode/', import.meta.url).href
    const script = `
      import { createBinaries } from '${source}binary.ts'
      import { createPackageFetch } from '${source}package-fetch.ts'
      await createBinaries({
        cacheDir: ${JSON.stringify(cacheDir)},
        fetchPackage: createPackageFetch(async () => ({ registry: '${registry.url}' })),
        integrity: { '${NAME}': '${registry.integrity}' },
      }).ensure(${JSON.stringify(PLATFORM)}, { signal: new AbortController().signal, progress() {} })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
    await expect.poll(cached, { timeout: 10_000 }).toContain('opencode')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('.partial-'))).toHaveLength(1)

    registry.fault = undefined
    const file = await binaries().ensure(PLATFORM, newRun())
    expect((await readFile(file)).equals(CONTENT)).toBe(true)
    expect(await readdir(cacheDir)).toEqual([`opencode-${OPENCODE_VERSION}-linux-x64`])
  }, 20_000)

  it('leaves alone what a living process is writing', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const names = [`.partial-${process.ppid}-abc`, `.partial-${dead}-abc`, '.partial-else', 'mine']
    for (const name of names) await mkdir(join(cacheDir, name))
    await writeFile(join(cacheDir, names[1] ?? '', 'opencode'), 'half')
    await binaries().ensure(PLATFORM, newRun())
    const left = await readdir(cacheDir)
    expect(left).toEqual(expect.arrayContaining([names[0], names[2], names[3]]))
    expect(left).not.toContain(names[1])
  })
})

describe('failures are sentences', () => {
  async function failure(): Promise<{ code: string; message: string }> {
    const error: unknown = await binaries()
      .ensure(PLATFORM, newRun())
      .catch((thrown: unknown) => thrown)
    expect(await cached()).toEqual([])
    return error as { code: string; message: string }
  }

  it.each([
    ['missing', /The npm registry has no OpenCode .*opencode-linux-x64/],
    ['altered', /arrived altered and was thrown away/],
    ['altered everywhere', /arrived altered and was thrown away/],
    ['unauthorized', /refused to hand out/],
  ] as const)('%s', async (fault, message) => {
    registry.fault = fault
    const error = await failure()
    expect(error).toMatchObject({ code: 'opencode_unavailable', message: expect.stringMatching(message) })
  })

  it('offline', async () => {
    await registry.close()
    expect(await failure()).toMatchObject({
      code: 'opencode_unavailable',
      message: expect.stringMatching(/registry does not answer \(ECONNREFUSED\)/),
    })
  })

  it.each([
    ['ENOSPC', /disk is full/],
    ['EACCES', /not writable/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate is not trusted/],
    ['EWHATEVER', /could not be fetched \(EWHATEVER\)/],
  ])('%s', async (code, message) => {
    const fetchPackage = () => Promise.reject(Object.assign(new Error('no'), { code }))
    const broken = createBinaries({ cacheDir, fetchPackage })
    await expect(broken.ensure(PLATFORM, newRun())).rejects.toMatchObject({
      code: 'opencode_unavailable',
      message: expect.stringMatching(message),
    })
  })

  it('a package without a pinned hash is checked against the published one', async () => {
    const unpinned = () =>
      createBinaries({
        cacheDir,
        fetchPackage: createPackageFetch(async () => ({ registry: registry.url })),
        integrity: {},
      })
    registry.fault = 'altered'
    await expect(unpinned().ensure(PLATFORM, newRun())).rejects.toMatchObject({
      code: 'opencode_unavailable',
    })
    expect(await cached()).toEqual([])
    registry.fault = undefined
    expect((await readFile(await unpinned().ensure(PLATFORM, newRun()))).equals(CONTENT)).toBe(true)
  })
})
