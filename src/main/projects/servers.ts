import type { Run } from '../engine/types.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { Runtime, RuntimeSpec } from '../runtime/types.ts'
import type { DeliveredRepo } from './delivered-repo.ts'
import { environmentFor } from './environment.ts'
import { exitedAtBoot } from './exits.ts'
import { projectDir, writeEnv } from './files.ts'
import { waitHealthy } from './health.ts'
import { within } from './pause.ts'
import type { ProjectRepo, ProjectRow } from './project-repo.ts'
import type { Timing } from './timing.ts'
import type { ProjectsDeps } from './types.ts'

/** A server that answers. */
export interface Reached {
  readonly endpoint: string
  readonly openCode: OpenCode
}

/** Starts and finds the OpenCode servers of projects, whatever they run on. */
export interface Servers {
  /** What the project's server is on: what it was last started on, until it is started on something else. */
  runtimeOf(row: ProjectRow): Runtime
  /** Gets everything it needs, then starts it or finds it running. */
  start(row: ProjectRow, run: Run): Promise<{ endpoint: string }>
  /** A server that answers: after a crash of Berth it is started again first where it must be. */
  reach(row: ProjectRow, run: Run): Promise<Reached>
  /** Takes real keys out of the server as far as it answers, then stops it. Without a server that is no error. */
  stop(row: ProjectRow): Promise<void>
  connect(row: ProjectRow, endpoint: string): OpenCode
  /** OpenCode's config for the project as it is now. */
  config(row: ProjectRow): string
}

interface ServersDeps {
  readonly deps: ProjectsDeps
  readonly rows: ProjectRepo
  readonly delivered: DeliveredRepo
  readonly timing: Timing
}

function portOf(endpoint: string): number {
  return Number(new URL(endpoint).port)
}

async function specFor(deps: ProjectsDeps, row: ProjectRow, config: string, run: Run): Promise<RuntimeSpec> {
  const { prepare } = deps.runtimes[row.runtime]
  const platform = await prepare({ image: row.image }, run)
  const file = await deps.binaries.ensure(platform, run)
  return {
    projectId: row.id,
    projectName: row.name,
    folder: row.folder,
    image: row.image,
    binary: { file, version: deps.binaries.version, platform },
    env: environmentFor(deps, row),
    config,
    caCertificate: deps.gateway.caCertificate(),
    gateway: { port: deps.gateway.port(), ...deps.gateway.login(row.id) },
    serverPassword: deps.gateway.serverPassword(row.id),
    confined: row.egress !== 'open',
  }
}

export function createServers({ deps, rows, delivered, timing }: ServersDeps): Servers {
  /** Servers this Berth started: one of them that ended did so by itself. */
  const started = new Set<string>()
  const runtimeOf = (row: ProjectRow) => deps.runtimes[row.serverRuntime ?? row.runtime]
  const connect = (row: ProjectRow, endpoint: string) =>
    deps.connectOpenCode({ endpoint, password: deps.gateway.serverPassword(row.id) })
  const config = ({ providerId, modelId }: ProjectRow) =>
    deps.openCodeConfig({ providerId, modelId, custom: deps.catalog.custom() })

  async function takeKeysOut(row: ProjectRow): Promise<void> {
    const state = await runtimeOf(row).inspect(row.id)
    if (state.state !== 'running') return
    const openCode = connect(row, state.endpoint)
    for (const id of delivered.of(row.id)) {
      await openCode.removeAuth(id)
      delivered.drop(row.id, id)
    }
  }

  async function stop(row: ProjectRow): Promise<void> {
    if (delivered.of(row.id).length > 0) {
      // One that could not be taken out stays in the list: the next start overwrites or removes it.
      await within(timing.takeOutMs, takeKeysOut(row)).catch((err: unknown) =>
        deps.log.warn(
          { err, projectId: row.id },
          'a key could not be taken out of a project before its stop',
        ),
      )
    }
    await runtimeOf(row).stop(row.id)
  }

  /** A server is on one runtime at a time. */
  async function leave(row: ProjectRow): Promise<void> {
    if (row.serverRuntime !== undefined && row.serverRuntime !== row.runtime) await stop(row)
  }

  async function start(row: ProjectRow, run: Run): Promise<{ endpoint: string }> {
    const runtime = deps.runtimes[row.runtime]
    await runtime.checkFolder(row.folder)
    const spec = await specFor(deps, row, config(row), run)
    run.signal.throwIfAborted()
    await leave(row)
    // Before the start: a crash in between must find what was started.
    rows.setServer(row.id, row)
    const { endpoint } = await runtime.start(spec, run)
    started.add(row.id)
    await writeEnv(projectDir(deps.dataDir, row.id), {
      gateway: deps.gateway.port(),
      server: portOf(endpoint),
    })
    return { endpoint }
  }

  async function running(row: ProjectRow, run: Run): Promise<{ endpoint: string }> {
    const state = await runtimeOf(row).inspect(row.id)
    if (state.state === 'running') return state
    if (state.state === 'exited' && started.has(row.id)) throw exitedAtBoot(row.name, state)
    return start(row, run)
  }

  return {
    runtimeOf,
    stop,
    connect,
    config,
    start,
    async reach(row, run) {
      const { endpoint } = await running(row, run)
      const openCode = connect(row, endpoint)
      const inspect = () => runtimeOf(row).inspect(row.id)
      await waitHealthy({ name: row.name, openCode, inspect, run, timing, now: deps.now })
      return { endpoint, openCode }
    },
  }
}
