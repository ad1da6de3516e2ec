import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFileKeychain } from '../../support/vault/file-keychain.ts'
import { randomFrom } from '../../support/vault/random.ts'

const ROUNDS = 500
/** Each has a vault of its own. As many as keep a small machine busy without slowing one another down. */
const LANES = 4
const LONGEST_LIFE_MS = 90
const support = resolve(import.meta.dirname, '../../support/vault')

let built: string
let folder: string
let children: Set<ChildProcess>
/** In one file each, the writers start twice as fast, and there are five hundred of them. */
beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), 'berth-writers-'))
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: built,
      emptyOutDir: true,
      rollupOptions: { input: ['busy-writer', 'counting-writer'].map((name) => join(support, `${name}.ts`)) },
    },
  })
})
afterAll(() => rmSync(built, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-processes-'))
  children = new Set()
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function start(script: string, args: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(built, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(built, 'cache') },
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** The lines a child says, as they come, and when it has said a second one. */
function listen(child: ChildProcess): { lines: string[]; acting: Promise<void> } {
  const { stdout } = child
  if (stdout === null) throw new Error('the child has no output')
  const lines: string[] = []
  const acting = new Promise<void>((done) => {
    createInterface({ input: stdout })
      .on('line', (line) => {
        if (lines.push(line) > 1) done()
      })
      .on('close', done)
  })
  return { lines, acting }
}

interface Lane {
  readonly file: string
  readonly keychain: ReturnType<typeof createFileKeychain>
  readonly keys: string
  /** What is acknowledged. */
  readonly known: Map<string, string>
  rotations: number
  acts: number
}

/** Takes what a child said into what is known. Answers the act it was killed in. */
function follow(lane: Lane, lines: readonly string[]): { id: string; value: string | undefined } | undefined {
  let open: { id: string; value: string | undefined } | undefined
  for (const line of lines) {
    const [phase, kind, id = '', value = ''] = line.split(' ')
    if (phase === 'up') continue
    open = phase === 'begin' ? { id, value: kind === 'write' ? value : undefined } : undefined
    if (phase !== 'done') continue
    lane.acts += 1
    if (kind === 'rotate') lane.rotations += 1
    else if (kind === 'remove') lane.known.delete(id)
    else lane.known.set(id, value)
  }
  return open
}

/** One life of a writer, and what it left. */
async function round(lane: Lane, seed: number): Promise<void> {
  const child = start('busy-writer.js', [lane.file, lane.keys, String(seed)])
  const { lines, acting } = listen(child)
  await once(child.stdout ?? child, 'data')
  child.stdin?.write('go\n')
  // Every other one while it still opens the vault, where it may end what an earlier one left.
  if (seed % 2 === 0) await acting
  await pause(randomFrom(seed)() * LONGEST_LIFE_MS)
  const ended = once(child, 'close')
  child.kill('SIGKILL')
  expect(await ended, `seed ${seed}: the writer failed by itself`).toEqual([null, 'SIGKILL'])

  const cut = follow(lane, lines)
  const vault = createVault({ file: lane.file, keychainFor: lane.keychain.keychainFor })
  expect(await vault.open(), `seed ${seed}`).toEqual({ state: 'ready', keeper: 'keychain' })
  for (const id of new Set([...lane.known.keys(), ...vault.ids()])) {
    const found = vault.read(id)
    const allowed = cut?.id === id ? [lane.known.get(id), cut.value] : [lane.known.get(id)]
    expect(allowed, `seed ${seed}: ${id}`).toContain(found)
    if (found === undefined) lane.known.delete(id)
    else lane.known.set(id, found)
  }
  // The file's key, and one that a rotation made and did not come to use, or did not come to remove.
  expect(lane.keychain.entries().length, `seed ${seed}: keys kept`).toBeLessThanOrEqual(2)
}

it('loses nothing acknowledged and always opens, killed at random moments of writes and key rotations', async () => {
  const first = Date.now() % 1_000_000
  console.log(`seeds ${first} to ${first + ROUNDS - 1}`)
  let next = first
  const totals = await Promise.all(
    Array.from({ length: LANES }, async (_, n) => {
      const keys = join(folder, `keys-${n}`)
      const lane: Lane = {
        file: join(folder, `lane-${n}`, 'vault.json'),
        keychain: createFileKeychain(keys),
        keys,
        known: new Map(),
        rotations: 0,
        acts: 0,
      }
      await createVault({ file: lane.file, keychainFor: lane.keychain.keychainFor }).open()
      while (next < first + ROUNDS) {
        const seed = next
        next += 1
        await round(lane, seed)
      }
      return lane
    }),
  )
  const sum = (of: (lane: Lane) => number) => totals.reduce((total, lane) => total + of(lane), 0)
  console.log(
    `${ROUNDS} kills, ${sum((lane) => lane.acts)} acts, ${sum((lane) => lane.rotations)} of them rotations`,
  )
  expect(sum((lane) => lane.rotations)).toBeGreaterThan(ROUNDS / 10)
}, 240_000)

it('has 2,000 records when two processes write 1,000 each at once', async () => {
  const file = join(folder, 'vault.json')
  const keys = join(folder, 'keys')
  const keychain = createFileKeychain(keys)
  const vault = createVault({ file, keychainFor: keychain.keychainFor })
  await vault.open()
  const writers = ['one', 'two'].map((name) => start('counting-writer.js', [file, keys, name, '1000']))
  expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ])
  const again = createVault({ file, keychainFor: keychain.keychainFor })
  expect(await again.open()).toEqual({ state: 'ready', keeper: 'keychain' })
  expect(again.ids()).toHaveLength(2000)
  for (const id of again.ids()) {
    const [name, n] = id.split('/')
    expect(again.read(id)).toBe(`secret of ${name} ${n}`)
  }
  // The vault that was open all along takes the others' records in with its next write.
  await vault.write('three/0', 'x')
  expect(vault.ids()).toHaveLength(2001)
}, 240_000)
