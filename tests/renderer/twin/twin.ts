import type { AuditEntry } from '../../../src/preload/audit.ts'
import type {
  AnyEvent,
  BerthBridge,
  Envelope,
  ErrorCode,
  MethodName,
  Output,
  ParsedInput,
} from '../../../src/preload/contract.ts'
import { methods } from '../../../src/preload/contract.ts'
import type { Project } from '../../../src/preload/shapes.ts'
import { type World, world } from './scenarios.ts'
import { createAccountHandlers } from './twin-accounts.ts'
import { createAuditHandlers } from './twin-audit.ts'
import { createGatewayHandlers } from './twin-gateway.ts'
import { createImportHandlers } from './twin-imports.ts'
import { createProjectHandlers } from './twin-projects.ts'
import { createProviderHandlers } from './twin-providers.ts'
import { createQuotaHandlers } from './twin-quota.ts'
import { createVaultHandlers } from './twin-vault.ts'

export type Handlers = {
  [M in MethodName]: (input: ParsedInput<M>) => Output<M> | Promise<Output<M>>
}

/** What the handlers of the twin share. */
export interface TwinCore {
  readonly world: World
  readonly emit: (event: AnyEvent) => void
  readonly fail: (code: ErrorCode, message: string) => never
  readonly project: (projectId: string) => Project
  readonly put: (project: Project, change: Partial<Project>) => Project
  /** A project's own pin and its pin in the list are one fact. */
  readonly pinProject: (project: Project, accountId: string | undefined) => void
  readonly record: (entry: Omit<AuditEntry, 'id' | 'at' | 'surface'>) => void
}

class Refusal extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A main side in memory: the same contract, made-up facts, nothing behind it. */
export function createTwin(scenario: string): BerthBridge {
  const listeners = new Set<(event: AnyEvent) => void>()
  const core = createCore(world(scenario, Date.now()), (event) => {
    for (const listener of listeners) listener(event)
  })
  const handlers: Handlers = {
    ...appHandlers(core),
    ...createVaultHandlers(core),
    ...createAccountHandlers(core),
    ...createProviderHandlers(core),
    ...createImportHandlers(core),
    ...createAuditHandlers(core),
    ...createProjectHandlers(core),
    ...createGatewayHandlers(core),
    ...createQuotaHandlers(core),
  }
  return {
    invoke: async <M extends MethodName>(method: M, input: unknown): Promise<Envelope<Output<M>>> => {
      await new Promise((done) => setTimeout(done, 20))
      if (scenario === 'signed-out') return refused('unauthorized', 'signed out')
      if (scenario === 'slow' && method !== 'app.status') await new Promise(() => {})
      const parsed = methods[method].input.safeParse(input)
      if (!parsed.success) return refused('bad_request', parsed.error.issues[0]?.message ?? 'bad request')
      try {
        return { ok: true, value: structuredClone(await handlers[method](parsed.data as ParsedInput<M>)) }
      } catch (error) {
        if (error instanceof Refusal) return refused(error.code, error.message)
        throw error
      }
    },
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onConnection: (listener) => {
      listener(true)
      if (scenario === 'offline') setTimeout(() => listener(false), 50)
      return () => {}
    },
  }
}

function refused(code: ErrorCode, message: string): Envelope<never> {
  return { ok: false, error: { code, message } }
}

function createCore(state: World, emit: (event: AnyEvent) => void): TwinCore {
  const fail = (code: ErrorCode, message: string): never => {
    throw new Refusal(code, message)
  }
  return {
    world: state,
    emit,
    fail,
    project: (projectId) =>
      state.projects.find((one) => one.id === projectId) ?? fail('not_found', 'There is no such project.'),
    put: (project, change) => {
      const next = { ...project, ...change }
      state.projects = state.projects.map((one) => (one.id === project.id ? next : one))
      emit({ name: 'project.changed', payload: next })
      return next
    },
    pinProject: ({ id, providerId }, accountId) => {
      const others = state.pins.filter((pin) => pin.projectId !== id || pin.modelId !== undefined)
      state.pins = accountId === undefined ? others : [...others, { providerId, accountId, projectId: id }]
      emit({ name: 'pins.changed', payload: state.pins })
    },
    record: (entry) => {
      const made = {
        ...entry,
        id: (state.audit[0]?.id ?? 0) + 1,
        at: Date.now(),
        surface: 'browser' as const,
      }
      state.audit = [made, ...state.audit]
      emit({ name: 'audit.added', payload: made })
    },
  }
}

const TREE: Readonly<Record<string, readonly string[]>> = {
  '/home/mia': ['clients', 'notes', 'projects'],
  '/home/mia/projects': ['atlas-api', 'billing-worker', 'infra', 'mobile-app', 'search-index'],
  '/home/mia/projects/atlas-api': ['src', 'tests'],
  '/home/mia/clients': ['northwind'],
  '/home': ['mia'],
  '/': ['home', 'tmp'],
}

type AppMethods = 'app.info' | 'app.status' | 'app.recheck' | 'app.open' | `engine.images` | FolderMethods
type FolderMethods = Extract<MethodName, `folders.${string}` | `files.${string}`>

function appHandlers({ world: state, fail }: TwinCore): Pick<Handlers, AppMethods> {
  const tidy = (path: string) => path.replace(/(.)\/+$/, '$1')
  return {
    'app.info': () => ({
      version: '0.1.0',
      surface: 'browser',
      platform: 'linux',
      openCodeVersion: '1.18.33',
      dataDir: '/home/mia/.local/share/berth',
    }),
    'app.status': () => state.status,
    'app.recheck': () => state.status,
    'app.open': () => ({}),
    'engine.images': () => [
      { name: 'debian:bookworm-slim', size: 74_800_000, createdAt: 0 },
      { name: 'node:24-bookworm', size: 1_120_000_000, createdAt: 0 },
      { name: 'python:3.13-slim', size: 124_000_000, createdAt: 0 },
    ],
    'folders.pick': () => '/home/mia/projects/atlas-api',
    'files.pick': () => '/home/mia/.config/keys.txt',
    'folders.list': ({ path = '/home/mia' }) => {
      const folders = TREE[tidy(path)] ?? fail('folder_missing', `There is no folder ${path}.`)
      const parent = tidy(path).replace(/\/[^/]*$/, '') || '/'
      return { path: tidy(path), folders: [...folders], ...(tidy(path) === '/' ? {} : { parent }) }
    },
    'folders.check': ({ path }) => {
      if (path.includes('missing'))
        fail('folder_missing', `There is no folder ${path}. Make it, or choose another.`)
      return { path, suggestedName: tidy(path).split('/').at(-1) ?? 'project' }
    },
  }
}
