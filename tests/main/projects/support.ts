import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { Place } from '../../../src/main/accounts/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import { BerthError } from '../../../src/main/errors.ts'
import { createJobs } from '../../../src/main/jobs/jobs.ts'
import { silentLog } from '../../../src/main/log/log.ts'
import { createProjects } from '../../../src/main/projects/projects.ts'
import type { Projects, ProjectsDeps } from '../../../src/main/projects/types.ts'
import type { Account, Pin } from '../../../src/preload/accounts.ts'
import type { AnyEvent, ParsedInput } from '../../../src/preload/contract.ts'
import type { EgressPolicy } from '../../../src/preload/egress-policy.ts'
import type { Model, Pipeline, Project, Provider } from '../../../src/preload/shapes.ts'
import { twinConnect } from '../../support/twins/opencode.ts'
import { TwinEngine, twinRuntime } from '../../support/twins/runtime.ts'
import type { TwinServer } from '../../support/twins/server.ts'

function provider(id: string, custom = false): Provider {
  return { id, name: id.toUpperCase(), rank: 0, env: [], methods: [], fields: [], modelCount: 1, custom }
}

export function account(
  id: string,
  providerId: string,
  active = true,
  fields: Account['fields'] = {},
): Account {
  return {
    id,
    providerId,
    namespace: '',
    label: id,
    type: 'api',
    preview: '…',
    fields,
    state: 'connected',
    active,
    position: 0,
    createdAt: 0,
  }
}

/** The real key of an account. */
export const keyOf = (accountId: string): string => `sk-real-${accountId}`

function fakeCatalog(): ProjectsDeps['catalog'] {
  const known = [provider('anthropic'), provider('openai'), provider('mine', true)]
  const find = (id: string) => {
    const found = known.find((one) => one.id === id)
    if (found === undefined) throw new BerthError('unknown_provider', `There is no provider ${id}.`)
    return found
  }
  const model = (providerId: string, id: string): Model => {
    find(providerId)
    if (!id.startsWith('m')) throw new BerthError('unknown_model', `${providerId} has no model ${id}.`)
    return { id, name: id, tools: true, reasoning: false }
  }
  return {
    provider: find,
    model,
    custom: () => [
      { id: 'mine', name: 'Mine', baseUrl: 'http://localhost:1/v1', models: [{ id: 'm1', name: 'M1' }] },
    ],
  }
}

/** The accounts and pins of a world; an account's pins go with it. */
function accountsOver(list: Account[], pins: Pin[]): ProjectsDeps['accounts'] {
  const known = () => pins.filter((pin) => byId(pin.accountId) !== undefined)
  const take = (gone: (pin: Pin) => boolean) =>
    pins.splice(0, pins.length, ...pins.filter((pin) => !gone(pin)))
  const at = (pin: Pin, providerId: string, { projectId, modelId }: Place) =>
    pin.providerId === providerId && pin.projectId === projectId && pin.modelId === modelId
  const byId = (id: string) => list.find((one) => one.id === id)
  return {
    list: () => [...list],
    get(id) {
      const found = byId(id)
      if (found === undefined) throw new BerthError('not_found', 'There is no such account.')
      return found
    },
    pins: known,
    setPin(accountId, place) {
      const providerId = byId(accountId)?.providerId ?? ''
      take((pin) => at(pin, providerId, place))
      const { projectId, modelId } = place
      pins.push({
        accountId,
        providerId,
        ...(projectId ? { projectId } : {}),
        ...(modelId ? { modelId } : {}),
      })
      return known()
    },
    removePin(providerId, place) {
      take((pin) => at(pin, providerId, place))
      return known()
    },
    forgetProject: (projectId) => void take((pin) => pin.projectId === projectId),
    credential: (id) => ({ type: 'api', key: keyOf(id) }),
    resolve(providerId, { projectId, modelId }) {
      fakeCatalog().provider(providerId)
      const places: Place[] = [{ projectId, modelId }, { projectId }, { modelId }]
      const pin = places
        .filter((place) => place.projectId !== undefined || place.modelId !== undefined)
        .flatMap((place) => known().filter((one) => at(one, providerId, place)))[0]
      const found = pin === undefined ? undefined : byId(pin.accountId)
      if (found !== undefined) return { account: found, reason: 'pinned', pinned: true }
      const active = list.find((one) => one.providerId === providerId && one.active)
      if (active === undefined) throw new BerthError('no_credential', `Connect ${providerId} first.`)
      return { account: active, reason: 'active', pinned: false }
    },
  }
}

/** One life of Berth over the world's database and engine. */
export interface Life {
  readonly projects: Projects
  readonly db: Database
  readonly events: AnyEvent[]
}

/** What stays when Berth ends: files, the engine with its servers, the accounts. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'berth-projects-'))
  readonly engine = new TwinEngine()
  readonly accounts: Account[] = [account('acc1', 'anthropic')]
  readonly pins: Pin[] = []
  gatewayPort = 4100
  /** Where new projects may go. */
  defaultEgress: EgressPolicy = 'open'
  /** Called with each event as it is told. */
  onEvent: ((event: AnyEvent) => void) | undefined
  #ids = 0
  #life: Life | undefined

  get life(): Life {
    if (this.#life === undefined) throw new Error('Berth is not open')
    return this.#life
  }

  get projects(): Projects {
    return this.life.projects
  }

  /** Opens Berth; an earlier one is taken for killed: it hears and writes nothing more. */
  open(change: Partial<ProjectsDeps> = {}): Projects {
    this.kill()
    const db = openDatabase(join(this.dir, 'berth.db'))
    const events: AnyEvent[] = []
    const deps = { ...this.#deps(db, events), ...change }
    this.#life = { projects: createProjects(deps), db, events }
    return this.#life.projects
  }

  /** As a `kill -9`: the database closes under it, so that no late write of the old life reaches the new one. */
  kill(): void {
    this.#life?.db.close()
    this.#life = undefined
  }

  end(): void {
    this.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** This world's accounts with some acts of another kind. */
  accountsWith(some: Partial<ProjectsDeps['accounts']>): ProjectsDeps['accounts'] {
    return { ...accountsOver(this.accounts, this.pins), ...some }
  }

  server(projectId: string): TwinServer {
    return this.engine.server(projectId)
  }

  #deps(db: Database, events: AnyEvent[]): ProjectsDeps {
    const now = () => Date.now()
    return {
      db,
      createJobs: (wiring) => createJobs({ db, now, log: silentLog(), random: () => 0, ...wiring }),
      catalog: fakeCatalog(),
      accounts: accountsOver(this.accounts, this.pins),
      runtimes: { docker: twinRuntime(this.engine, 'docker'), process: twinRuntime(this.engine, 'process') },
      binaries: {
        version: '1.18.33',
        ensure: async () => '/opt/opencode',
        find: async () => '/opt/opencode',
      },
      connectOpenCode: twinConnect(this.engine, now),
      openCodeConfig: ({ providerId, modelId }) => JSON.stringify({ model: `${providerId}/${modelId}` }),
      messageIdFor: (requestId) => `msg_${requestId}`,
      gateway: {
        port: () => this.gatewayPort,
        login: (projectId) => ({ user: projectId, password: 'proxy-password' }),
        serverPassword: (projectId) => `server-password-${projectId}`,
        caCertificate: () => 'CERTIFICATE',
        placeholder: (projectId, providerId) => ({ type: 'api', key: `berth-${projectId}-${providerId}` }),
      },
      defaultImage: () => 'debian:bookworm-slim',
      defaultEgress: () => this.defaultEgress,
      emit: (event) => {
        events.push(event)
        this.onEvent?.(event)
      },
      dataDir: this.dir,
      now,
      newId: () => `p${++this.#ids}`,
      log: silentLog(),
      timing: {
        healthPollMs: 5,
        healthDeadlineMs: 400,
        goneGraceMs: [20, 20],
        watchMs: 60_000,
        takeOutMs: 200,
        unsureMs: 20,
        saveDelayMs: 5,
        logBatchMs: 5,
      },
    }
  }
}

export type NewProject = ParsedInput<'projects.create'>

export function newProject(change: Partial<NewProject> = {}): NewProject {
  return {
    name: 'atlas-api',
    folder: '/home/me/atlas',
    providerId: 'anthropic',
    modelId: 'm1',
    runtime: 'docker',
    delivery: 'gateway',
    ...change,
  }
}

/** Waits for the state; fails with what it is instead. */
export async function until(world: World, id: string, state: Project['state']): Promise<Project> {
  return vi.waitFor(
    () => {
      const project = world.projects.get(id)
      if (project.state !== state) {
        throw new Error(`${project.state}, not ${state}: ${JSON.stringify(project.problem)}`)
      }
      return project
    },
    { timeout: 5000, interval: 5 },
  )
}

/** Makes a project and waits until it runs. */
export async function running(world: World, change: Partial<NewProject> = {}): Promise<Project> {
  const { id } = await world.projects.create(newProject(change))
  return until(world, id, change.prompt === undefined ? 'running' : 'working')
}

export function stepStates(pipeline: Pipeline | null): Record<string, string> {
  return Object.fromEntries((pipeline?.jobs ?? []).map((job) => [job.kind, job.state]))
}
