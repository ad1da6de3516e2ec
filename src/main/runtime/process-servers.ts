import type { Run } from '../engine/types.ts'
import type { Log } from '../log/log.ts'
import { isRunning } from './process-identity.ts'
import { endServer, hashOf, spawnServer, waitForPort } from './process-start.ts'
import {
  readRecord,
  type ServerFiles,
  type ServerRecord,
  writeRecord,
  writeServerFiles,
} from './process-state.ts'
import { findStrays } from './process-strays.ts'
import type { RuntimeSpec } from './types.ts'

/** Servers and their records, kept in step. */
export interface Servers {
  record(files: ServerFiles): ServerRecord | undefined
  /** True while the recorded process itself runs. */
  runs(record: ServerRecord): boolean
  /** Ends the server and notes that it was Berth that did; one that does not run is left as it is. */
  end(files: ServerFiles): Promise<void>
  /** Ends servers that no record tells of. */
  endStrays(files: ServerFiles): Promise<void>
  /** Finds the server running with the same spec, or starts it. Answers with its port. */
  start(spec: RuntimeSpec, files: ServerFiles, run: Run): Promise<number>
}

/** `env` is Berth's own environment, of which little is handed on. */
export function createServers(log: Log, env: Readonly<Record<string, string | undefined>>): Servers {
  const recordOf = (files: ServerFiles): ServerRecord | undefined => readRecord(files, log)
  const runs = (record: ServerRecord): boolean => isRunning(record.pid, record.identity)

  /** Changes the record if it is still that process's. */
  function amend(files: ServerFiles, { pid, identity }: ServerRecord, change: Partial<ServerRecord>): void {
    const current = recordOf(files)
    if (current?.pid === pid && current.identity === identity) writeRecord(files, { ...current, ...change })
  }

  async function launch(spec: RuntimeSpec, files: ServerFiles): Promise<ServerRecord> {
    writeServerFiles(files, { config: spec.config, ca: spec.caCertificate })
    const { child, record } = await spawnServer(spec, files, env)
    writeRecord(files, record)
    child.once('exit', (exitCode) => {
      log.info({ projectId: spec.projectId, exitCode }, 'the server process ended')
      amend(files, record, { exitCode })
    })
    return record
  }

  async function awaitPort(files: ServerFiles, record: ServerRecord, run: Run): Promise<number> {
    try {
      const port = await waitForPort(files, record, () => recordOf(files)?.exitCode ?? null, run)
      amend(files, record, { port })
      return port
    } catch (error) {
      // Timed out or cancelled: what was half-started is not left behind.
      await end(files)
      throw error
    }
  }

  async function end(files: ServerFiles): Promise<void> {
    const record = recordOf(files)
    if (record === undefined || !runs(record)) return
    amend(files, record, { stopped: true })
    await endServer(record)
  }

  /** Two servers at one history would spoil it. */
  async function endStrays(files: ServerFiles): Promise<void> {
    for (const stray of findStrays(files)) {
      log.warn({ pid: stray.pid }, 'a server without a record is ended')
      await endServer(stray)
    }
  }

  async function start(spec: RuntimeSpec, files: ServerFiles, run: Run): Promise<number> {
    const before = recordOf(files)
    if (before !== undefined && runs(before) && before.hash === hashOf(spec) && !before.stopped) {
      return before.port ?? awaitPort(files, before, run)
    }
    await end(files)
    await endStrays(files)
    run.signal.throwIfAborted()
    return awaitPort(files, await launch(spec, files), run)
  }

  return { record: recordOf, runs, end, endStrays, start }
}
