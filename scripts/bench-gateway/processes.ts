import { type ChildProcess, fork } from 'node:child_process'
import { connect } from 'node:net'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** What a process has used since it started. */
export interface Usage {
  readonly cpuMicros: number
  readonly rss: number
}

/** A server under measurement, in a process of its own. */
export interface ServerProcess<Ready> {
  readonly ready: Ready
  usage(): Promise<Usage>
  /** Bytes that are reachable in it, everything else collected first; undefined for what is not Node. */
  live?(): Promise<number>
  stop(): void
}

const START_MS = 30_000
export const beside = (name: string): string => join(import.meta.dirname, `${name}.ts`)
const liveMessage = z.object({ live: z.number() })
const usageMessage = z.object({ usage: z.object({ cpuMicros: z.number(), rss: z.number() }) })

function next<T>(child: ChildProcess, shape: z.ZodType<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${what}: no word from it`)), START_MS)
    const onExit = (): void => reject(new Error(`${what} ended`))
    const onMessage = (message: unknown): void => {
      const parsed = shape.safeParse(message)
      if (!parsed.success) return
      clearTimeout(late)
      child.off('message', onMessage).off('exit', onExit)
      resolve(parsed.data)
    }
    child.on('message', onMessage).once('exit', onExit)
  })
}

function begin(
  file: string,
  args: readonly string[],
  options: { quiet?: boolean; preload?: readonly string[] } = {},
): ChildProcess {
  const { quiet = false, preload = [] } = options
  const imports = ['probe', ...preload].flatMap((name) => [
    '--import',
    pathToFileURL(join(import.meta.dirname, `${name}.mjs`)).href,
  ])
  return fork(file, [...args], {
    // Portkey paints a banner and mockttp warns of its own listeners: nobody wants that in the table.
    stdio: ['ignore', process.env.BERTH_STDIO ? 'inherit' : 'ignore', quiet ? 'ignore' : 'inherit', 'ipc'],
    execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning', ...imports],
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

function handle<Ready>(child: ChildProcess, ready: Ready, what: string): ServerProcess<Ready> {
  return {
    ready,
    async usage() {
      const answer = next(child, usageMessage, what)
      child.send('usage')
      return (await answer).usage
    },
    async live() {
      const answer = next(child, liveMessage, what)
      child.send('live')
      return (await answer).live
    },
    stop: () => void child.kill(),
  }
}

/** Starts a file of ours and waits for what it says when it is ready. */
export async function startServer<T>(
  file: string,
  args: readonly string[],
  shape: z.ZodType<T>,
  quiet = false,
): Promise<ServerProcess<T>> {
  const child = begin(file, args, { quiet })
  const name = basename(file)
  const { ready } = await next(child, z.object({ ready: shape }), name)
  return handle(child, ready, name)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Starts a program of somebody else's, after files beside this one, and waits until it listens. */
export async function startForeign(
  file: string,
  args: readonly string[],
  port: number,
  preload: readonly string[],
): Promise<ServerProcess<{ port: number }>> {
  const child = begin(file, args, { quiet: true, preload })
  for (const deadline = Date.now() + START_MS; !(await answers(port)); ) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`${file} does not listen`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return handle(child, { port }, file)
}
