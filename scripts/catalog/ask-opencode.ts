import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Answers, answers } from './shape.ts'

const BOOT_MS = 60_000

/** Starts OpenCode with an empty home, its own model list, and a port of its choice on loopback. */
function start(binary: string, home: string, password: string): ChildProcess {
  return spawn(binary, ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      OPENCODE_SERVER_PASSWORD: password,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    },
  })
}

/** The address OpenCode says it listens on. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('OpenCode has no output')
  const lines = createInterface({ input: child.stdout, signal: AbortSignal.timeout(BOOT_MS) })
  for await (const line of lines) {
    const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error(`OpenCode did not say where it listens within ${BOOT_MS / 1000} s`)
}

async function ask(address: string, path: string, password: string): Promise<unknown> {
  const login = Buffer.from(`opencode:${password}`).toString('base64')
  const response = await fetch(`${address}${path}`, {
    headers: { authorization: `Basic ${login}` },
    signal: AbortSignal.timeout(BOOT_MS),
  })
  if (!response.ok) throw new Error(`OpenCode answered GET ${path} with ${response.status}`)
  return response.json()
}

/** Runs the OpenCode binary for as long as it takes to ask it for its version, providers and sign-in methods. */
export async function askOpenCode(binary: string): Promise<Answers> {
  const home = await mkdtemp(join(tmpdir(), 'berth-catalog-'))
  const password = randomBytes(16).toString('hex')
  const child = start(binary, home, password)
  const exited = once(child, 'exit')
  try {
    const address = await Promise.race([
      addressOf(child),
      exited.then(([code]) => Promise.reject(new Error(`OpenCode ended with exit code ${code}`))),
    ])
    const [health, provider, auth] = await Promise.all(
      ['/global/health', '/provider', '/provider/auth'].map((path) => ask(address, path, password)),
    )
    const version = typeof health === 'object' && health !== null && 'version' in health ? health.version : ''
    return answers.parse({ version, provider, auth })
  } finally {
    child.kill()
    await exited.catch(() => undefined)
    await rm(home, { recursive: true, force: true })
  }
}
