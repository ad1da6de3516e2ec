import { silentLog } from '../../src/main/log/log.ts'
import { createDispatch, type Handlers } from '../../src/main/rpc/dispatch.ts'
import { createEvents } from '../../src/main/rpc/events.ts'
import type { Account } from '../../src/preload/accounts.ts'
import { type MethodName, methods } from '../../src/preload/contract.ts'
import type { AppStatus, Project } from '../../src/preload/shapes.ts'

/** A small Berth for the desktop to be the surface of. */

export const status: AppStatus = {
  vault: { state: 'ready', keeper: 'keychain' },
  engine: {
    state: 'ready',
    name: 'Docker',
    version: '27.3',
    address: 'unix:///var/run/docker.sock',
    confines: true,
  },
  gateway: { state: 'ready', addresses: ['127.0.0.1:4000'], accounts: 2 },
}

export function account(id: string, some: Partial<Account> = {}): Account {
  return {
    id,
    providerId: 'anthropic',
    namespace: '',
    label: id,
    type: 'api',
    preview: 'sk-ant-…x7Qd',
    fields: {},
    state: 'connected',
    active: false,
    position: 0,
    createdAt: 1,
    ...some,
  }
}

export function project(id: string, some: Partial<Project> = {}): Project {
  return {
    id,
    name: `project ${id}`,
    folder: `/work/${id}`,
    providerId: 'anthropic',
    modelId: 'claude-sonnet',
    runtime: 'docker',
    isolated: true,
    delivery: 'gateway',
    egress: 'open',
    state: 'stopped',
    createdAt: 1,
    lastActivityAt: 1,
    ...some,
  }
}

/** Real dispatch and events over made-up services; `calls` is what reached them. */
export function createBerth(some: Partial<Handlers> = {}) {
  const calls: { method: string; input: unknown }[] = []
  const events = createEvents({ log: silentLog(), strict: true })
  const answers: Partial<Handlers> = {
    'app.status': () => status,
    'providers.list': () => [],
    'accounts.list': () => [account('work', { active: true }), account('home')],
    'projects.list': () => [project('p1'), project('p2', { state: 'running' })],
    'projects.start': ({ projectId }) => project(projectId, { state: 'starting' }),
    'projects.stop': ({ projectId }) => project(projectId, { state: 'stopping' }),
    'accounts.activate': ({ accountId }) => account(accountId, { active: true }),
    ...some,
  }
  const handlers = Object.fromEntries(
    (Object.keys(methods) as MethodName[]).map((method) => [
      method,
      (input: unknown) => {
        calls.push({ method, input })
        const answer = answers[method] as ((input: unknown) => unknown) | undefined
        if (answer === undefined) throw new Error(`${method} was not expected`)
        return answer(input)
      },
    ]),
  )
  const dispatch = createDispatch(handlers as unknown as Handlers, { log: silentLog() })
  return { dispatch, events, calls }
}
