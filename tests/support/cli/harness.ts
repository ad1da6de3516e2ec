import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs the `berth` command, and Berth itself, as processes on a folder of their own. */

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Its command line as other programs see it, where the system shows it. */
  readonly argv: string
}

export interface CommandWorld {
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  /** The program and its arguments that run a command. */
  commandLine(args: readonly string[]): [string, ...string[]]
  /** Runs a command to its end. `input` is what standard input holds. */
  run(args: readonly string[], input?: string): Promise<Ran>
  /** The value a command prints with `--json`. Throws when it fails. */
  json(args: readonly string[], input?: string): Promise<unknown>
  /** Starts a command that goes on; it is killed at the end of the world. */
  start(args: readonly string[]): ChildProcess
  /** Starts Berth and waits until it serves the command. */
  startBerth(): Promise<{ readonly pid: number; kill(): Promise<void>; quit(): Promise<void> }>
  close(): Promise<void>
}

const here = import.meta.dirname
/** Long enough for a machine with much else to do. */
const DEADLINE_MS = 60_000

function argvOf(child: ChildProcess): string {
  try {
    return readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

export function makeCommandWorld(more: Readonly<Record<string, string>> = {}): CommandWorld {
  const top = mkdtempSync(join(tmpdir(), 'berth-cli-'))
  const dataDir = join(top, 'data')
  const env = {
    PATH: process.env.PATH,
    HOME: top,
    BERTH_DATA_DIR: dataDir,
    BERTH_CACHE_DIR: join(homedir(), '.cache', 'berth-tests'),
    BERTH_ENGINE: join(top, 'no-engine.sock'),
    BERTH_NO_OPEN: '1',
    ...more,
  }
  const children: ChildProcess[] = []
  const spawnNode = (file: string, args: readonly string[], stdin: 'pipe' | 'ignore'): ChildProcess => {
    const child = spawn(process.execPath, [join(here, file), ...args], {
      env,
      stdio: [stdin, 'pipe', 'pipe'],
    })
    children.push(child)
    return child
  }
  const run: CommandWorld['run'] = async (args, input = '') => {
    const child = spawnNode('command.ts', args, 'pipe')
    const out: string[] = []
    const err: string[] = []
    child.stdout?.on('data', (chunk) => out.push(String(chunk)))
    child.stderr?.on('data', (chunk) => err.push(String(chunk)))
    await once(child, 'spawn')
    const argv = argvOf(child)
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    const late = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
    const [code] = (await once(child, 'close')) as [number | null]
    clearTimeout(late)
    return { code, out: out.join(''), err: err.join(''), argv }
  }
  return {
    dataDir,
    env,
    commandLine: (args) => [process.execPath, join(here, 'command.ts'), ...args],
    run,
    async json(args, input) {
      const ran = await run([...args, '--json'], input)
      if (ran.code !== 0) throw new Error(`berth ${args.join(' ')} ended with ${ran.code}: ${ran.err}`)
      return JSON.parse(ran.out)
    },
    start: (args) => spawnNode('command.ts', args, 'ignore'),
    async startBerth() {
      const child = spawnNode('berth.ts', [], 'ignore')
      const said: string[] = []
      child.stderr?.on('data', (chunk) => said.push(String(chunk)))
      const ended = once(child, 'exit').then(() => {
        throw new Error(`Berth ended before it was ready: ${said.join('')}`)
      })
      await Promise.race([once(child.stdout ?? child, 'data'), ended])
      return { pid: Number(child.pid), kill: () => end(child, 'SIGKILL'), quit: () => end(child, 'SIGTERM') }
    },
    async close() {
      for (const child of children) await end(child, 'SIGKILL')
      rmSync(top, { recursive: true, force: true })
    },
  }
}
