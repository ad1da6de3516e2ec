import type { Log } from '../log/log.ts'
import { checkOwnFolder } from './folder.ts'
import { hostPlatform } from './host-platform.ts'
import { followFile, readTail } from './log-file.ts'
import { createServers } from './process-servers.ts'
import { lastWords, saidPort } from './process-start.ts'
import { type ServerFiles, serverFiles } from './process-state.ts'
import { removeFolder } from './remove-folder.ts'
import type { Runtime, RuntimeState } from './types.ts'

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
  const servers = createServers(log, env)
  const filesOf = (projectId: string): ServerFiles => serverFiles(dataDir, projectId)

  async function inspect(projectId: string): Promise<RuntimeState> {
    const files = filesOf(projectId)
    const record = servers.record(files)
    if (record === undefined) return { state: 'absent' }
    if (servers.runs(record)) {
      const port = record.port ?? (await saidPort(files))
      // Without a port it serves nobody yet.
      return port === undefined ? { state: 'stopped' } : { state: 'running', endpoint: endpointOf(port) }
    }
    if (record.stopped) return { state: 'stopped' }
    return { state: 'exited', exitCode: record.exitCode ?? null, output: await lastWords(files) }
  }

  function isAlive(files: ServerFiles): boolean {
    const record = servers.record(files)
    return record !== undefined && servers.runs(record)
  }

  return {
    kind: 'process',
    isolated: false,
    checkFolder: checkOwnFolder,
    prepare: async () => hostPlatform(),
    async start(spec, run) {
      await checkOwnFolder(spec.folder)
      return { endpoint: endpointOf(await servers.start(spec, filesOf(spec.projectId), run)) }
    },
    inspect,
    stop: async (projectId) => servers.end(filesOf(projectId)),
    async remove(projectId) {
      const files = filesOf(projectId)
      await servers.end(files)
      await servers.endStrays(files)
      await removeFolder(files.folder)
    },
    logs: async (projectId, tail) => readTail(filesOf(projectId).log, tail),
    async followLogs(projectId, signal, onLine) {
      const files = filesOf(projectId)
      await followFile(files.log, signal, () => isAlive(files), onLine)
    },
  }
}
