import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Platform } from '../../src/main/engine/types.ts'
import { createBinaries } from '../../src/main/opencode/binary.ts'
import { connectOpenCode } from '../../src/main/opencode/client.ts'
import type { OpenCode } from '../../src/main/opencode/types.ts'

/** Kept between runs, so that OpenCode is fetched once per machine. */
export const TEST_BINARY_CACHE = join(homedir(), '.cache', 'berth-tests', 'opencode')

/** The build for this machine that runs on any of its CPUs. */
export const TEST_PLATFORM: Platform = {
  os: process.platform === 'darwin' ? 'darwin' : process.platform === 'win32' ? 'windows' : 'linux',
  arch: process.arch === 'arm64' ? 'arm64' : 'x64',
  libc: process.platform === 'linux' ? 'glibc' : 'none',
  avx2: true,
}

/** The real OpenCode's executable, fetched when it is not there yet. */
export function openCodeBinary(): Promise<string> {
  const run = { signal: AbortSignal.timeout(300_000), progress: () => undefined }
  return createBinaries({ cacheDir: TEST_BINARY_CACHE }).ensure(TEST_PLATFORM, run)
}

export interface OpenCodeProcessOptions {
  /** OpenCode's config as JSON text. */
  readonly config: string
  readonly env?: Readonly<Record<string, string>>
}

/** A real OpenCode server as a plain child process, with a home and a project folder of its own. */
export interface OpenCodeProcess {
  readonly endpoint: string
  readonly password: string
  /** Where it works. */
  readonly folder: string
  readonly home: string
  readonly client: OpenCode
  /** Everything it has said. */
  output(): string
  /** Ends the server; its home and folder stay. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port. Resolves when it is healthy. */
  start(): Promise<void>
  /** Ends it and removes its folders. */
  close(): Promise<void>
}

/** A port that was free a moment ago: the same one must serve again after a restart, so 0 will not do. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilHealthy(client: OpenCode, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  while ((await client.health()) === undefined) {
    if (child.exitCode !== null) throw new Error(`OpenCode ended with ${child.exitCode}: ${output()}`)
    if (Date.now() > deadline) throw new Error(`OpenCode is not healthy after a minute: ${output()}`)
    await pause(100)
  }
}

async function makeFolders(config: string) {
  const root = await mkdtemp(join(tmpdir(), 'berth-opencode-'))
  const home = join(root, 'home')
  const folder = join(root, 'project')
  const configFile = join(root, 'opencode.json')
  await Promise.all([mkdir(home), mkdir(folder), writeFile(configFile, config)])
  return { root, home, folder, configFile }
}

/** Starts it and waits until it is healthy. */
export async function startOpenCodeProcess(options: OpenCodeProcessOptions): Promise<OpenCodeProcess> {
  const binary = await openCodeBinary()
  const { root, home, folder, configFile } = await makeFolders(options.config)
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  const endpoint = `http://127.0.0.1:${port}`
  const client = connectOpenCode({ endpoint, password })
  let child: ChildProcess | undefined
  let said = ''

  const start = async () => {
    const started = spawn(binary, ['serve', '--hostname', '127.0.0.1', '--port', String(port)], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        OPENCODE_CONFIG: configFile,
        OPENCODE_SERVER_PASSWORD: password,
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (data: Buffer) => {
        said += data.toString()
      })
    }
    await untilHealthy(client, started, () => said)
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  const close = async () => {
    await stop('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }

  await start().catch(async (error: unknown) => {
    await close()
    throw error
  })
  return { endpoint, password, folder, home, client, output: () => said, stop, start, close }
}
