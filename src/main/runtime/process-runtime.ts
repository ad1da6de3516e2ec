import type { Run } from '../engine/types.ts'
import type { Log } from '../log/log.ts'
import { checkOwnFolder } from './folder.ts'
import { hostPlatform } from './host-platform.ts'
import { followFile, readTail } from './log-file.ts'
import { isRunning } from './process-identity.ts'
import { endServer, hashOf, lastWords, saidPort, spawnServer, waitForPort } from './process-start.ts'
import {
  readRecord,
  type ServerFiles,
  type ServerRecord,
  serverFiles,
  writeRecord,
  writeServerFiles,
} from './process-state.ts'
import { removeFolder } from './remove-folder.ts'
import type { Runtime, RuntimeSpec, RuntimeState } from './types.ts'

export interface ProcessRuntimeDeps {
  /** Servers are kept in `runtimes/<project id>` under it. */
  readonly dataDir: string
  readonly log: Log
  /** Absent: the process's own. A few harmless variables of it are handed on. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const endpointOf = (port: number): string => `http://127.0.0.1:${port}`

/** Runs each project's OpenCode as a plain process with a HOME of its own. The agent has the user's rights. */
export function createProcessRuntime({ dataDir, log, env = process.env }: ProcessRuntimeDeps): Runtime {
  const filesOf = (projectId: string): ServerFiles => serverFiles(dataDir, projectId)
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

  async function awaitPort(
    files: ServerFiles,
    record: ServerRecord,
    run: Run,
  ): Promise<{ endpoint: string }> {
    try {
      const port = await waitForPort(files, record, () => recordOf(files)?.exitCode ?? null, run)
      amend(files, record, { port })
      return { endpoint: endpointOf(port) }
    } catch (error) {
      // Timed out or cancelled: what was half-started is not left behind.
      if (runs(record)) await end(files, record)
      throw error
    }
  }

  async function end(files: ServerFiles, record: ServerRecord): Promise<void> {
    amend(files, record, { stopped: true })
    await endServer(record)
  }

  async function start(spec: RuntimeSpec, run: Run): Promise<{ endpoint: string }> {
    await checkOwnFolder(spec.folder)
    const files = filesOf(spec.projectId)
    const before = recordOf(files)
    if (before !== undefined && runs(before)) {
      if (before.hash === hashOf(spec) && !before.stopped) {
        return before.port === undefined
          ? awaitPort(files, before, run)
          : { endpoint: endpointOf(before.port) }
      }
      await end(files, before)
    }
    run.signal.throwIfAborted()
    return awaitPort(files, await launch(spec, files), run)
  }

  async function inspect(projectId: string): Promise<RuntimeState> {
    const files = filesOf(projectId)
    const record = recordOf(files)
    if (record === undefined) return { state: 'absent' }
    if (runs(record)) {
      const port = record.port ?? (await saidPort(files))
      // Without a port it serves nobody yet.
      return port === undefined ? { state: 'stopped' } : { state: 'running', endpoint: endpointOf(port) }
    }
    if (record.stopped) return { state: 'stopped' }
    return { state: 'exited', exitCode: record.exitCode ?? null, output: await lastWords(files) }
  }

  async function stop(projectId: string): Promise<void> {
    const files = filesOf(projectId)
    const record = recordOf(files)
    if (record !== undefined && runs(record)) await end(files, record)
  }

  return {
    kind: 'process',
    isolated: false,
    checkFolder: checkOwnFolder,
    prepare: async () => hostPlatform(),
    start,
    inspect,
    stop,
    async remove(projectId) {
      await stop(projectId)
      await removeFolder(filesOf(projectId).folder)
    },
    logs: (projectId, tail) => readTail(filesOf(projectId).log, tail),
    followLogs(projectId, signal, onLine) {
      const files = filesOf(projectId)
      const alive = (): boolean => {
        const record = recordOf(files)
        return record !== undefined && runs(record)
      }
      return followFile(files.log, signal, alive, onLine)
    },
  }
}
