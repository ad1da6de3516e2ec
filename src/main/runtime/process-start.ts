import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, renameSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../engine/types.ts'
import { BerthError, systemCode } from '../errors.ts'
import { serverArguments } from './environment.ts'
import { exitedAtBoot, LAST_LINES } from './exited.ts'
import { readHead, readTail } from './log-file.ts'
import { processEnvironment } from './process-environment.ts'
import { factsOf, isRunning, LOOK_EVERY_MS, signalGroup } from './process-identity.ts'
import type { ServerFiles, ServerRecord } from './process-state.ts'
import type { RuntimeSpec } from './types.ts'

const BOOT_DEADLINE_MS = 60_000
const STOP_GRACE_MS = 5_000
const KILL_GRACE_MS = 5_000

/** A hash of all that a server is started with. It covers secrets of high entropy only, so it gives none away. */
export function hashOf(spec: RuntimeSpec): string {
  const { binary, folder, env, config, caCertificate, gateway, serverPassword } = spec
  const sorted = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const login = [gateway.port, gateway.user, gateway.password, serverPassword]
  const whole = [binary.file, binary.version, folder, sorted, config, caCertificate, login]
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex')
}

/** Keeps the log of the time before, once. */
function setLogAside(file: string): void {
  try {
    renameSync(file, `${file}.1`)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

function cannotRun(file: string, cause: unknown): BerthError {
  return new BerthError(
    'opencode_unavailable',
    `OpenCode can't be run from ${file} (${systemCode(cause) ?? 'unknown'}). Start the project again to fetch it anew.`,
    { cause },
  )
}

/**
 * Starts the server in a process group of its own, with its output in a file: it outlives a Berth that is killed, and
 * is found again by its record. Port 0 lets it choose, and it says which.
 */
export async function spawnServer(
  spec: RuntimeSpec,
  files: ServerFiles,
  own: Readonly<Record<string, string | undefined>>,
): Promise<{ child: ChildProcess; record: ServerRecord }> {
  setLogAside(files.log)
  const output = openSync(files.log, 'a', 0o600)
  try {
    const child = spawn(spec.binary.file, serverArguments('127.0.0.1', 0), {
      cwd: spec.folder,
      env: processEnvironment(spec, files, own),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', output, output],
    })
    const { pid } = child
    if (pid === undefined) {
      const [cause] = await once(child, 'error')
      throw cannotRun(spec.binary.file, cause)
    }
    child.on('error', () => {})
    child.unref()
    const identity = factsOf(pid)?.identity ?? 'unknown'
    return { child, record: { pid, identity, hash: hashOf(spec), stopped: false } }
  } finally {
    closeSync(output)
  }
}

/** The last lines of a server's log, as one text. */
export async function lastWords(files: ServerFiles): Promise<string> {
  const lines = await readTail(files.log, LAST_LINES)
  return lines.map((line) => line.text).join('\n')
}

/** The port, once the server said it: `opencode server listening on http://127.0.0.1:4096`. */
export async function saidPort(files: ServerFiles): Promise<number | undefined> {
  const said = /listening on https?:\/\/[^\s/]*:(\d+)/.exec(await readHead(files.log))?.[1]
  return said === undefined ? undefined : Number(said)
}

/** Waits until the server says its port. Throws `opencode_exited` or `opencode_timeout`; ends it on neither. */
export async function waitForPort(
  files: ServerFiles,
  { pid, identity }: ServerRecord,
  exitCode: () => number | null,
  run: Run,
): Promise<number> {
  const start = performance.now()
  for (;;) {
    const running = isRunning(pid, identity)
    const port = await saidPort(files)
    if (port !== undefined && running) return port
    if (!running) {
      // Node tells the exit code a turn after the process is gone.
      await sleep(LOOK_EVERY_MS)
      throw exitedAtBoot(exitCode(), await lastWords(files))
    }
    const seconds = (performance.now() - start) / 1000
    run.progress({ text: 'Starting OpenCode', unit: 'seconds', done: Math.floor(seconds) })
    if (seconds * 1000 > BOOT_DEADLINE_MS) {
      throw new BerthError(
        'opencode_timeout',
        `OpenCode did not come up in ${BOOT_DEADLINE_MS / 1000} seconds. See its log, then start the project again.`,
      )
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: run.signal })
  }
}

async function gone(pid: number, identity: string, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  while (isRunning(pid, identity)) {
    if (performance.now() > end) return false
    await sleep(LOOK_EVERY_MS)
  }
  return true
}

/** Ends a server and all it started; nothing is done to a process that is not the recorded one. */
export async function endServer({ pid, identity }: Pick<ServerRecord, 'pid' | 'identity'>): Promise<void> {
  if (!isRunning(pid, identity)) return
  signalGroup(pid, 'SIGTERM')
  const ended = await gone(pid, identity, STOP_GRACE_MS)
  // What the server started may have outlived it in its group.
  signalGroup(pid, 'SIGKILL')
  if (!ended && !(await gone(pid, identity, KILL_GRACE_MS))) {
    throw new BerthError('internal', `The process ${pid} of OpenCode does not end. End it, then try again.`)
  }
}
