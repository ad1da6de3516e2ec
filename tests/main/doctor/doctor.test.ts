import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SCRIPT } from '../../../src/main/doctor/container.ts'
import { checkData } from '../../../src/main/doctor/data.ts'
import { createDoctor, type DoctorDeps } from '../../../src/main/doctor/doctor.ts'
import type { Confinement, TrialSpec } from '../../../src/main/engine/types.ts'
import { BerthError } from '../../../src/main/errors.ts'
import type { EngineStatus } from '../../../src/preload/shapes.ts'
import { createFakeKeychain } from '../../support/fake-keychain.ts'

const GREETING = 'HTTP/1.1 404 Not Found\r\nx-berth-error: not_found\r\n\r\n{}'
const ready: EngineStatus = {
  state: 'ready',
  name: 'Docker 27',
  version: '27.1',
  address: 'unix:///x',
  confines: true,
}

let top: string
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'berth-doctor-'))
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

interface World extends Partial<DoctorDeps> {
  readonly confined?: Confinement
  readonly engineStatus?: EngineStatus
  readonly trial?: (spec: TrialSpec) => Promise<{ exitCode: number | undefined; output: string }>
}

function doctorOf({ engineStatus = ready, trial, confined, ...more }: World = {}) {
  const keychain = createFakeKeychain()
  const trials: TrialSpec[] = []
  const doctor = createDoctor({
    dataDir: top,
    vaultStatus: () => ({ state: 'ready', keeper: 'keychain' }),
    keychainFor: keychain.keychainFor,
    engine: {
      check: async () => engineStatus,
      images: async () => [],
      platform: async () => ({ os: 'linux', arch: 'x64', libc: 'glibc', avx2: true }),
      trial: async (spec) => {
        trials.push(spec)
        return trial === undefined ? { exitCode: 0, output: GREETING } : trial(spec)
      },
      gateways: async () => ({ usual: undefined, confined }),
    },
    binaries: { version: '1.2.3', find: async () => undefined },
    gatewayStatus: () => ({ state: 'ready', addresses: ['127.0.0.1:4000'], accounts: 0 }),
    gatewayPort: () => 4000,
    image: () => 'debian',
    ...more,
  })
  const look = async () => Object.fromEntries((await doctor.examine()).map((check) => [check.id, check]))
  return { doctor, look, keychain, trials }
}

describe('the doctor', () => {
  it('finds everything in order, and leaves nothing behind', async () => {
    const { look, keychain, trials } = doctorOf()
    const found = await look()
    for (const id of ['data', 'vault', 'keychain', 'engine', 'gateway', 'container']) {
      expect(found[id]).toMatchObject({ state: 'ok' })
      expect(found[id]?.mend).toBeUndefined()
    }
    expect(readdirSync(top)).toEqual([])
    expect(keychain.entries.size).toBe(0)
    expect(trials).toMatchObject([
      { image: 'debian', extraHosts: ['berth.internal:host-gateway'], env: { P: '4000' } },
    ])
  })

  it('looks once for two who ask at once', async () => {
    const { doctor, trials } = doctorOf()
    const [one, two] = await Promise.all([doctor.examine(), doctor.examine()])
    expect(one).toEqual(two)
    expect(trials).toHaveLength(1)
  })

  it.each([
    [{ state: 'locked', keeper: 'passphrase' }, 'failed', 'vault unlock'],
    [{ state: 'needs-passphrase', reason: 'No keychain.' }, 'failed', 'vault init'],
    [{ state: 'ready', keeper: 'keychain', damaged: ['account/x'] }, 'failed', 'vault mend'],
    [
      { state: 'unavailable', code: 'vault_damaged', reason: 'Cut.', previous: { savedAt: 1, records: 2 } },
      'failed',
      'vault restore',
    ],
    [
      { state: 'unavailable', code: 'vault_damaged', reason: 'Of a newer Berth.', newer: true },
      'failed',
      'Update Berth',
    ],
    [
      { state: 'unavailable', code: 'keychain_unavailable', reason: 'Gone.', recovery: true },
      'failed',
      'recovery',
    ],
  ] as const)('a vault that is %o says how to mend it', async (status, state, mend) => {
    const found = await doctorOf({
      vaultStatus: () => status as ReturnType<DoctorDeps['vaultStatus']>,
    }).look()
    expect(found.vault).toMatchObject({ state, mend: expect.stringContaining(mend) })
  })

  it('a keychain that refuses is a failure, but not for a vault under a passphrase', async () => {
    const refuses = doctorOf()
    refuses.keychain.fault = 'The system keychain cannot be reached.'
    expect((await refuses.look()).keychain).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('reached'),
    })
    const unneeded = doctorOf({ vaultStatus: () => ({ state: 'ready', keeper: 'passphrase' }) })
    unneeded.keychain.fault = 'The system keychain cannot be reached.'
    expect((await unneeded.look()).keychain).toMatchObject({ state: 'unknown' })
  })

  it('a keychain that gives back something else is a failure', async () => {
    const other = { get: async () => Buffer.alloc(32), set: async () => {}, remove: async () => {} }
    expect((await doctorOf({ keychainFor: () => other }).look()).keychain).toMatchObject({ state: 'failed' })
  })

  it('without an engine or a gateway no container is tried', async () => {
    const engineStatus = { state: 'unavailable', code: 'engine_unavailable', reason: 'Not running.' } as const
    const none = doctorOf({ engineStatus })
    expect(await none.look()).toMatchObject({
      engine: { state: 'failed', detail: 'Not running.', mend: expect.stringContaining('Docker') },
      container: { state: 'unknown' },
    })
    expect(none.trials).toEqual([])
    const waits = doctorOf({ gatewayStatus: () => ({ state: 'starting' }) })
    expect(await waits.look()).toMatchObject({
      gateway: { state: 'unknown' },
      container: { state: 'unknown' },
    })
  })

  it.each([
    ['no answer in time', async () => ({ exitCode: undefined, output: '' }), 'failed', 'firewall'],
    [
      'a refused connection',
      async () => ({ exitCode: 1, output: 'bash: connect: Connection refused' }),
      'failed',
      'firewall',
    ],
    [
      'something else that answers',
      async () => ({ exitCode: 0, output: 'HTTP/1.1 200 OK\n\nhello' }),
      'failed',
      'firewall',
    ],
    [
      'no tool in the image',
      async () => ({ exitCode: 0, output: 'berth-doctor: no tool' }),
      'unknown',
      'Start a project',
    ],
    [
      'no image',
      () => Promise.reject(new BerthError('image_not_found', 'The image debian is not here.')),
      'unknown',
      'docker pull debian',
    ],
    [
      'no shell in the image',
      () => Promise.reject(new BerthError('engine_error', 'exec: "/bin/sh": no such file or directory')),
      'unknown',
      'Start a project',
    ],
  ])('a container with %s', async (_, trial, state, mend) => {
    const found = await doctorOf({ trial }).look()
    expect(found.container).toMatchObject({ state, mend: expect.stringContaining(mend) })
  })

  it('a confined container is tried too where a project needs one, and its own interface is named', async () => {
    const confined = { network: 'berth-confined', id: 'n1', address: '172.30.0.1' }
    const passes = doctorOf({ confined })
    expect((await passes.look()).container).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('A confined one does, too.'),
    })
    expect(passes.trials[1]).toMatchObject({
      confinement: confined,
      extraHosts: ['berth.internal:172.30.0.1'],
    })
    const stopped = doctorOf({
      confined,
      trial: async ({ confinement }) =>
        confinement === undefined ? { exitCode: 0, output: GREETING } : { exitCode: undefined, output: '' },
    })
    expect((await stopped.look()).container).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('A confined container of debian does not reach'),
      mend: expect.stringContaining('allow in on berth0 to any port 4000'),
    })
  })

  it('says of an engine whom it holds', async () => {
    expect((await doctorOf().look()).engine?.detail).toContain('whatever program it runs')
    const { look } = doctorOf({ engineStatus: { ...ready, confines: false } })
    expect((await look()).engine?.detail).toContain('only as far as its programs use the proxy')
  })

  it('an OpenCode that does not run, is of another version, or was not fetched', async () => {
    const fake = (find: string | undefined) =>
      doctorOf({ binaries: { version: '1.2.3', find: async () => find } }).look()
    expect((await fake(undefined)).opencode).toMatchObject({
      state: 'unknown',
      mend: expect.stringContaining('Start a project'),
    })
    expect((await fake(join(top, 'nothing'))).opencode).toMatchObject({
      state: 'failed',
      mend: expect.stringContaining('Delete'),
    })
    expect((await fake(process.execPath)).opencode).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining(`is OpenCode ${process.version}`),
    })
  })

  it('a look that goes wrong in an unforeseen way is a failed check, and the others are there', async () => {
    const gatewayStatus = () => {
      throw new Error('unforeseen')
    }
    const found = await doctorOf({ gatewayStatus }).look()
    expect(found.gateway).toMatchObject({ state: 'failed' })
    expect(found.data).toMatchObject({ state: 'ok' })
  })
})

it('a data folder that is not there is a failure with what to do', async () => {
  expect(await checkData(join(top, 'nothing'))).toMatchObject({
    state: 'failed',
    mend: expect.stringContaining('BERTH_DATA_DIR'),
  })
})

describe.skipIf(process.platform === 'win32')('the script that runs in a container', () => {
  let server: Server
  beforeEach(async () => {
    server = createServer((_, response) => {
      response.writeHead(404, { 'x-berth-error': 'not_found', 'content-type': 'application/json' })
      response.end('{}')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterEach(() => void server.close())

  const where = (tool: string) => ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find(existsSync)

  /** Runs it with only these programs on the path. */
  function run(tools: readonly string[]): Promise<string> {
    const bin = join(top, tools.join('-') || 'none')
    mkdirSync(bin)
    for (const tool of tools) symlinkSync(String(where(tool)), join(bin, tool))
    const env = { PATH: bin, H: '127.0.0.1', P: String((server.address() as AddressInfo).port) }
    return new Promise((done) => {
      execFile('/bin/sh', ['-c', SCRIPT], { env, timeout: 20_000 }, (_, out, err) => done(out + err))
    })
  }

  // Where a tool is not installed, that none was found is what there is to see.
  it.each([
    [['bash', 'timeout', 'head']],
    [['curl']],
    [['wget']],
    [['nc', 'timeout']],
    [['python3']],
    [['perl']],
  ])('reaches the gateway with %j, where it is installed', async (tools) => {
    const there = tools.every((tool) => where(tool) !== undefined)
    expect(await run(there ? tools : [])).toMatch(there ? /x-berth-error: not_found/i : /no tool/)
  })
})
