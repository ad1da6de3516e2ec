import { homedir } from 'node:os'
import type { AnyEvent } from '../preload/contract.ts'
import type { EgressPolicy } from '../preload/egress-policy.ts'
import type { Database } from './db/database.ts'
import { createEgress } from './egress/egress.ts'
import { askIn, readRegistries } from './egress/registries.ts'
import type { Egress } from './egress/types.ts'
import type { Gateway } from './gateway/types.ts'
import type { Log } from './log/log.ts'
import { readNpmSettings } from './opencode/npm-settings.ts'
import type { Projects } from './projects/types.ts'
import type { Events } from './rpc/events.ts'

interface Rooms {
  readonly db: Database
  readonly log: Log
  readonly env: NodeJS.ProcessEnv
  readonly now: () => number
  readonly events: Pick<Events, 'emit'>
  readonly projects: () => Pick<Projects, 'get'>
  readonly gateway: () => Pick<Gateway, 'isProviderHost' | 'egressChanged'>
}

/** Where projects go besides their providers. */
export interface GoingOut {
  readonly egress: Egress
  /** To be told what the projects tell: a new policy holds for connections that are open, too. */
  heard(event: AnyEvent): void
}

function openEgress(rooms: Rooms, recheck: () => void): Egress {
  const { db, log, env, now, events, projects, gateway } = rooms
  const home = homedir()
  return createEgress({
    ...{ db, log, now },
    policyOf: (projectId) => projects().get(projectId).egress,
    projectName: (projectId) => projects().get(projectId).name,
    isProvider: (host) => gateway().isProviderHost(host),
    registries: () =>
      readRegistries({
        ...{ env, home, platform: process.platform, etc: '/etc', ask: askIn(home) },
        npmRegistry: async () => (await readNpmSettings()).registry,
      }),
    onRules: recheck,
    onDestinations: (projectId) => events.emit({ name: 'egress.changed', payload: { projectId } }),
  })
}

/** Where projects go besides their providers, with what it asks of the other rooms. */
export function createGoingOut(rooms: Rooms): GoingOut {
  const policies = new Map<string, EgressPolicy>()
  const recheck = (): void => {
    rooms
      .gateway()
      .egressChanged()
      .catch((err: unknown) => rooms.log.error({ err }, 'open connections were not looked at again'))
  }
  return {
    egress: openEgress(rooms, recheck),
    heard(event) {
      if (event.name === 'project.removed') policies.delete(event.payload.projectId)
      if (event.name !== 'project.changed') return
      const { id, egress } = event.payload
      // The first one heard of may have changed already; looking once too often does no harm.
      if (policies.get(id) !== egress) recheck()
      policies.set(id, egress)
    },
  }
}
