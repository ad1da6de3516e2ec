import { BerthError } from '../../../src/main/errors.ts'
import type { Runtime, RuntimeSpec, RuntimeState } from '../../../src/main/runtime/types.ts'
import type { RuntimeKind } from '../../../src/preload/shapes.ts'
import { TwinServer } from './server.ts'

/** An in-memory engine: the servers of all projects, and the faults a test plants. */
export class TwinEngine {
  readonly servers = new Map<string, TwinServer>()
  readonly specs: RuntimeSpec[] = []
  readonly badFolders = new Map<string, BerthError>()
  /** Thrown by the next call of that act, then gone. */
  readonly faults = new Map<'prepare' | 'start' | 'stop' | 'remove', Error>()
  /** While set, the engine answers nothing. */
  down: BerthError | undefined
  /** While set, `start` waits for it, or for the signal. */
  gate: Promise<void> | undefined
  boot: TwinServer['boot'] = 'answers'
  /** Called right after something was done to a server, before the doer hears of it. */
  onDone: ((act: 'start' | 'setAuth' | 'createSession' | 'prompt') => void) | undefined
  #port = 40_000

  server(projectId: string): TwinServer {
    const known = this.servers.get(projectId)
    if (known !== undefined) return known
    const made = new TwinServer()
    this.servers.set(projectId, made)
    return made
  }

  freePort(): number {
    this.#port += 1
    return this.#port
  }

  running(): string[] {
    return [...this.servers].filter(([, server]) => server.state === 'running').map(([id]) => id)
  }

  check(act?: 'prepare' | 'start' | 'stop' | 'remove'): void {
    if (this.down !== undefined) throw this.down
    const fault = act === undefined ? undefined : this.faults.get(act)
    if (act !== undefined) this.faults.delete(act)
    if (fault !== undefined) throw fault
  }
}

function waitFor(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

function stateOf(server: TwinServer): RuntimeState {
  const { state, endpoint, exitCode, output } = server
  if (state === 'running') return { state, endpoint }
  return state === 'exited' ? { state, exitCode, output } : { state }
}

/** A runtime on a `TwinEngine`. It keeps the interface's promises: every act is idempotent. */
export function twinRuntime(engine: TwinEngine, kind: RuntimeKind): Runtime {
  return {
    kind,
    isolated: kind === 'docker',
    async prepare({ image }, run) {
      engine.check('prepare')
      if (image === 'nowhere/none')
        throw new BerthError('image_not_found', `There is no image ${image}. Choose another.`)
      for (const done of [0, 50, 100]) run.progress({ text: 'Pulling', unit: 'bytes', done, total: 100 })
      return { os: 'linux', arch: 'x64', libc: 'glibc', avx2: true }
    },
    async checkFolder(folder) {
      const bad = engine.badFolders.get(folder)
      if (bad !== undefined) throw bad
    },
    async start(spec, run) {
      engine.check('start')
      if (engine.gate !== undefined) await waitFor(engine.gate, run.signal)
      engine.specs.push(spec)
      const server = engine.server(spec.projectId)
      server.boot = engine.boot
      if (server.state !== 'running') server.start(engine.freePort(), spec.serverPassword)
      engine.onDone?.('start')
      return { endpoint: server.endpoint }
    },
    async inspect(projectId) {
      engine.check()
      return stateOf(engine.server(projectId))
    },
    async stop(projectId) {
      engine.check('stop')
      const server = engine.server(projectId)
      if (server.state !== 'absent') server.end('stopped')
    },
    async remove(projectId) {
      engine.check('remove')
      engine.server(projectId).wipe()
      engine.servers.delete(projectId)
    },
    async logs(projectId, tail) {
      engine.check()
      return engine.server(projectId).lines.slice(-tail)
    },
    followLogs(projectId, signal, onLine) {
      const server = engine.server(projectId)
      return new Promise((resolve) => {
        if (signal.aborted || server.state !== 'running') return resolve()
        const known = server.lines.length
        const push = server.lines.push.bind(server.lines)
        server.lines.push = (...lines) => {
          for (const line of lines) if (!signal.aborted) onLine(line)
          return push(...lines)
        }
        server.onEnd(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
        for (const line of server.lines.slice(known)) onLine(line)
      })
    },
  }
}
