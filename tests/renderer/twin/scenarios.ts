import type { Account, Pin } from '../../../src/preload/accounts.ts'
import type { AuditEntry } from '../../../src/preload/audit.ts'
import type { Conversation } from '../../../src/preload/conversation.ts'
import type { EgressDestination, EgressRule } from '../../../src/preload/egress.ts'
import type { ImportOffer } from '../../../src/preload/imports.ts'
import type { Pool } from '../../../src/preload/pools.ts'
import type { AppStatus, Pipeline, Project } from '../../../src/preload/shapes.ts'
import type { UserSettings } from '../../../src/preload/system.ts'
import type { Budget } from '../../../src/preload/usage.ts'
import { budgets, destinations, pools, rules } from './gateway-samples.ts'
import { offers } from './import-samples.ts'
import { pipeline, project, projects } from './projects.ts'
import { accounts, askedAccounts, pins } from './providers.ts'
import { askedPools } from './quota-samples.ts'
import { conversation, longMessages, message, turn } from './talks.ts'
import { trail } from './trail.ts'

export interface World {
  status: AppStatus
  accounts: Account[]
  projects: Project[]
  pipelines: Record<string, Pipeline>
  talks: Record<string, Conversation>
  pins: Pin[]
  audit: AuditEntry[]
  offers: ImportOffer[]
  settings: UserSettings
  pools: Pool[]
  budgets: Budget[]
  rules: EgressRule[]
  destinations: Record<string, EgressDestination[]>
}

const READY: AppStatus = {
  vault: { state: 'ready', keeper: 'keychain' },
  engine: {
    state: 'ready',
    name: 'Docker 27.3',
    version: '27.3.1',
    address: 'unix:///var/run/docker.sock',
    confines: true,
  },
  gateway: { state: 'ready', addresses: ['127.0.0.1:41873', '172.17.0.1:41873'], accounts: 4 },
}

const NO_ENGINE: AppStatus = {
  ...READY,
  engine: {
    state: 'unavailable',
    code: 'engine_unavailable',
    reason: 'Docker is not running. Start it, or run projects without a container.',
  },
}

/** The state each scenario begins in. */
export function world(scenario: string, now: number): World {
  const busy = busyWorld(now)
  const empty: World = {
    status: READY,
    accounts: [],
    projects: [],
    pipelines: {},
    talks: {},
    pins: [],
    audit: [],
    offers: [],
    settings: {
      vaultLockMinutes: 0,
      vaultLockOnSleep: false,
      muteSwitches: false,
      newProjectEgress: 'open',
    },
    pools: [],
    budgets: [],
    rules: rules(),
    destinations: {},
  }
  switch (scenario) {
    case 'first-run':
      return {
        ...empty,
        status: { ...READY, gateway: { state: 'ready', addresses: ['127.0.0.1:41873'], accounts: 0 } },
      }
    case 'first-run-offers':
      return { ...empty, offers: offers() }
    case 'first-run-no-engine':
      return { ...empty, status: NO_ENGINE }
    case 'connected':
      return { ...empty, accounts: accounts(now).slice(0, 1) }
    case 'locked':
      return { ...empty, status: { ...READY, vault: { state: 'locked', keeper: 'passphrase' } } }
    case 'locked-keychain':
      return { ...empty, status: { ...READY, vault: { state: 'locked', keeper: 'keychain' } } }
    case 'partly-damaged':
      return {
        ...busy,
        status: {
          ...READY,
          vault: { state: 'ready', keeper: 'keychain', damaged: ['account:a3', 'record 7'] },
        },
      }
    case 'kept-by-passphrase':
      return { ...busy, status: { ...READY, vault: { state: 'ready', keeper: 'passphrase' } } }
    case 'keychain-gone':
      return {
        ...empty,
        status: {
          ...READY,
          vault: {
            state: 'unavailable',
            code: 'keychain_unavailable',
            reason: 'The keychain has no entry for this vault any more. The vault is kept as it is.',
            recovery: true,
          },
        },
      }
    case 'no-accounts':
      return { ...busy, accounts: [], pins: [] }
    case 'needs-passphrase':
      return {
        ...empty,
        status: {
          ...READY,
          vault: {
            state: 'needs-passphrase',
            reason: 'No keychain answers on this machine: there is no Secret Service on the session bus.',
          },
        },
      }
    case 'damaged':
      return {
        ...empty,
        status: {
          ...READY,
          vault: {
            state: 'unavailable',
            code: 'vault_damaged',
            reason: 'The vault file does not decrypt with the key from the keychain.',
            previous: { savedAt: now - 2 * 3_600_000, records: 4 },
          },
        },
      }
    case 'no-engine':
      return { ...busy, status: NO_ENGINE }
    case 'many':
      return { ...busy, projects: manyProjects(now) }
    case 'many-accounts':
      return { ...busy, accounts: manyAccounts(now) }
    case 'long-trail':
      return { ...busy, audit: trail(now, 10_000) }
    case 'long':
      return {
        ...busy,
        talks: { ...busy.talks, atlas: conversation(now, { messages: longMessages(now, 10_000) }) },
      }
    default:
      return busy
  }
}

function busyWorld(now: number): World {
  return {
    status: READY,
    accounts: [...accounts(now), ...askedAccounts(now)],
    projects: projects(now),
    pipelines: {
      mobile: pipeline(now, 'mobile', 1, {
        progress: {
          text: 'Pulling debian:bookworm-slim',
          unit: 'bytes',
          done: 31_400_000,
          total: 74_000_000,
        },
      }),
      search: pipeline(now, 'search', 1, {
        state: 'failed',
        attempt: 3,
        finishedAt: now - 9000,
        problem: {
          code: 'image_not_found',
          message: 'The image node:24-slim is not on this engine, and the registry did not answer.',
        },
      }),
    },
    talks: {
      atlas: conversation(now),
      billing: asking(now),
      docs: conversation(now, { source: 'saved' }),
      infra: conversation(now, { source: 'saved', messages: [], sessions: [] }),
      scratch: retrying(now),
    },
    pins: pins(),
    audit: trail(now),
    offers: offers(),
    settings: {
      vaultLockMinutes: 30,
      vaultLockOnSleep: true,
      muteSwitches: false,
      newProjectEgress: 'listed',
    },
    pools: [...pools(now), ...askedPools(now)],
    budgets: budgets(now),
    rules: rules(),
    destinations: { atlas: destinations(now) },
  }
}

function asking(now: number): Conversation {
  return conversation(now, {
    messages: turn(now).slice(0, 2),
    activity: { state: 'busy' },
    permissions: [
      {
        id: 'per_1',
        sessionId: 'ses_1',
        kind: 'bash',
        title: 'npx prisma migrate deploy --schema ./prisma/schema.prisma',
        patterns: ['npx prisma migrate deploy --schema ./prisma/schema.prisma'],
        createdAt: now - 5000,
      },
    ],
  })
}

function retrying(now: number): Conversation {
  const broken = message('assistant', now - 60_000, [], {
    completedAt: now - 58_000,
    problem: {
      code: 'credential_rejected',
      message: 'Lab server refused the key of main (401). Replace the key, or switch the account.',
    },
  })
  const spent = message('assistant', now - 50_000, [], {
    completedAt: now - 49_000,
    problem: {
      code: 'budget_reached',
      message:
        "The budget of scratch is used up: 2,014,311 of 2,000,000 tokens a day. Raise it in Berth's Usage to go on, or wait until the day ends.",
    },
  })
  const question = message('user', now - 30_000, [{ type: 'text', text: 'And now?' }])
  return conversation(now, {
    messages: [...turn(now).slice(0, 1), broken, spent, question],
    activity: {
      state: 'retry',
      attempt: 2,
      message: 'Lab server is overloaded (529).',
      nextAt: now + 25_000,
    },
  })
}

function manyProjects(now: number): Project[] {
  const states = ['running', 'stopped', 'stopped', 'working', 'failed', 'waiting'] as const
  return Array.from({ length: 200 }, (_, index) =>
    project(now, {
      id: `p${index}`,
      name: `service-${String(index).padStart(3, '0')}`,
      state: states[index % states.length] ?? 'stopped',
      lastActivityAt: now - index * 3_600_000,
    }),
  )
}

/** All at one provider, the worst case of a card. */
function manyAccounts(now: number): Account[] {
  const [like, ...others] = accounts(now)
  if (like === undefined) return []
  const own = Array.from({ length: 300 }, (_, index) => ({
    ...like,
    id: `many-${index}`,
    label: `seat ${String(index).padStart(3, '0')}`,
    position: index,
    active: index === 0,
    lastUsedAt: now - index * 600_000,
  }))
  return [...own, ...others.filter((one) => one.providerId !== like.providerId)]
}
