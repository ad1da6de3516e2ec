import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const root = resolve(import.meta.dirname, '../../..')

/** A Berth run as a person would: its own process, serving the built app. */
export interface RunningBerth {
  /** The address with its one-time login. */
  readonly url: string
  readonly origin: string
  readonly pid: number
  /** Everything it printed so far. */
  output(): string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Asks it to quit, and waits. */
  quit(): Promise<void>
}

export interface BerthOptions {
  readonly dataDir: string
  /** 0 lets the system choose. */
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
  /** Another user to run it as; only root can. */
  readonly uid?: number
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** Starts the built app (`out/main/serve.js`) and waits for the address it prints. */
export async function startBerth(options: BerthOptions): Promise<RunningBerth> {
  const node = join(root, 'node_modules/node/bin/node')
  const args = [join(root, 'out/main/serve.js'), '--port', String(options.port ?? 0)]
  const child = spawn(process.platform === 'win32' ? `${node}.exe` : node, args, {
    env: { ...process.env, BERTH_NO_OPEN: '1', BERTH_DATA_DIR: options.dataDir, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  const url = await new Promise<string>((found, fail) => {
    child.once('exit', (code) => fail(new Error(`Berth ended with ${code} before it was ready:\n${said}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(line)
      if (match) found(match[0])
    })
  })
  return {
    url,
    origin: new URL(url).origin,
    pid: Number(child.pid),
    output: () => said,
    kill: () => end(child, 'SIGKILL'),
    quit: () => end(child, 'SIGTERM'),
  }
}
