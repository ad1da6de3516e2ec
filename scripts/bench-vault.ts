/**
 * `npm run bench:vault`: what opening the vault, reading one record and writing one costs, at 10, 1,000 and 10,000
 * records, beside a design that seals all records as one text. The rounds of both are interleaved and each figure is
 * a median, in milliseconds. The last line is JSON with two ratios.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replaceKeeping } from '../src/main/files/atomic-file.ts'
import { deriveKey, freshScrypt, seal, unseal } from '../src/main/vault/cipher.ts'
import { freshKey, makeHead } from '../src/main/vault/keys.ts'
import { sealRecord } from '../src/main/vault/opened.ts'
import type { Vault } from '../src/main/vault/types.ts'
import { createVault } from '../src/main/vault/vault.ts'
import { previousOf, saveVault } from '../src/main/vault/vault-file.ts'
import { withWriteLock } from '../src/main/vault/write-lock.ts'

const SIZES = [10, 1000, 10_000]
const ROUNDS = 9
/** Reads and writes of a round: they are short, so that one of each would be mostly chance. */
const REPEATS = 5
const PASSPHRASE = 'correct horse battery staple'
const recordName = (n: number): string => `account/${String(n).padStart(16, '0')}`
const secretOf = (): string =>
  JSON.stringify({ type: 'api', key: `sk-ant-api03-${randomBytes(48).toString('base64url')}` })

type Times = Record<'readAndDerive' | 'open' | 'read' | 'write' | 'wholeOpen' | 'wholeWrite', number[]>

async function timed(into: number[], work: () => unknown): Promise<void> {
  const start = performance.now()
  await work()
  into.push(performance.now() - start)
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

/** The other design: every record in one text, sealed as a whole. Written with the same care and under the same lock. */
function wholeFile(file: string, wrapping: () => Promise<Buffer>) {
  return {
    write: (key: Buffer, records: Record<string, string>) =>
      withWriteLock(file, () =>
        replaceKeeping(file, seal(key, JSON.stringify(records), 'whole'), previousOf(file)),
      ),
    async open(): Promise<Record<string, string>> {
      const text = unseal(await wrapping(), await readFile(file, 'latin1'), 'whole')
      return JSON.parse(text ?? '')
    },
  }
}

async function makeVault(file: string, records: Record<string, string>): Promise<Vault> {
  const key = freshKey()
  const id = crypto.randomUUID()
  const head = await makeHead({ id, createdAt: 0, keyNumber: 1 }, key, {
    type: 'passphrase',
    passphrase: PASSPHRASE,
  })
  const lines = Object.entries(records).map(
    ([name, secret]) => sealRecord({ key, head }, name, 1, secret).line,
  )
  await saveVault(file, head, { lines, damaged: false })
  return openVault(file)
}

async function openVault(file: string): Promise<Vault> {
  const none = () => Promise.reject(new Error('no keychain here'))
  const vault = createVault({ file, keychainFor: () => ({ get: none, set: none, remove: none }) })
  const status = await vault.unlock(PASSPHRASE)
  if (status.state !== 'ready' || status.damaged) throw new Error('the vault did not open')
  return vault
}

async function measure(folder: string, size: number): Promise<Times> {
  const times: Times = { readAndDerive: [], open: [], read: [], write: [], wholeOpen: [], wholeWrite: [] }
  const records = Object.fromEntries(Array.from({ length: size }, (_, n) => [recordName(n), secretOf()]))
  const file = join(folder, `vault-${size}.json`)
  const vault = await makeVault(file, records)
  const scrypt = freshScrypt()
  const whole = wholeFile(join(folder, `whole-${size}`), () => deriveKey(PASSPHRASE, scrypt))
  const wholeKey = await deriveKey(PASSPHRASE, scrypt)
  await whole.write(wholeKey, records)
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = recordName((round * 7919) % size)
    await timed(times.readAndDerive, () =>
      Promise.all([readFile(file)]).then(() => deriveKey(PASSPHRASE, scrypt)),
    )
    await timed(times.open, () => openVault(file))
    await timed(times.wholeOpen, () => whole.open())
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      await timed(times.read, () => vault.read(name))
      await timed(times.write, () => vault.write(name, secretOf()))
      await timed(times.wholeWrite, () => whole.write(wholeKey, { ...records, [name]: secretOf() }))
    }
  }
  return times
}

const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'))
const ratios = { openVsReadAndDerive: Number.NaN, writeOneVsWholeFile: Number.NaN }
try {
  for (const size of SIZES) {
    const times = await measure(folder, size)
    const ms = Object.fromEntries(
      Object.entries(times).map(([what, list]) => [what, Number(median(list).toFixed(3))]),
    )
    const open = median(times.open) / median(times.readAndDerive)
    const write = median(times.write) / median(times.wholeWrite)
    console.log(
      `${size} records`,
      JSON.stringify({ ms, openVsReadAndDerive: open, writeOneVsWholeFile: write }),
    )
    if (size === 1000) {
      ratios.openVsReadAndDerive = Number(open.toFixed(3))
      ratios.writeOneVsWholeFile = Number(write.toFixed(3))
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(JSON.stringify(ratios))
