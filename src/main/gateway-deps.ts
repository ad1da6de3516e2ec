import type { Account } from '../preload/accounts.ts'
import type { Notice } from '../preload/shapes.ts'
import { nameOf } from './accounts/resolve.ts'
import type { Accounts } from './accounts/types.ts'
import type { Use, Uses } from './audit/uses.ts'
import type { Catalog } from './catalog/types.ts'
import type { EgressGate } from './egress/types.ts'
import type { CountedRequest, GatewayDeps } from './gateway/types.ts'
import type { Projects } from './projects/types.ts'
import type { UsageBook, UsageEntry } from './usage/types.ts'
import { refusalText } from './usage/words.ts'
import type { Vault } from './vault/types.ts'

/** What is kept of the traffic, as far as the gateway asks and tells. */
export type Given = Pick<
  GatewayDeps,
  | 'standings'
  | 'standingChanged'
  | 'poolOptions'
  | 'switched'
  | 'quota'
  | 'vouched'
  | 'retire'
  | 'canRefresh'
  | 'refresh'
  | 'onRoute'
> & {
  readonly usage: Pick<UsageBook, 'record' | 'exhausted' | 'underWay'>
  /** The account answered a request well. */
  served(accountId: string): void
}

/** The one of a model's names that some account is pinned for; else the likeliest. */
function pinnedName(accounts: Accounts, providerId: string, models: readonly string[]): string | undefined {
  if (models.length < 2) return models[0]
  const pinned = new Set(
    accounts.pins().flatMap((pin) => (pin.providerId === providerId ? [pin.modelId] : [])),
  )
  return models.find((name) => pinned.has(name)) ?? models[0]
}

/** Who used what, as the trail names it; undefined when one of them was removed while the vendor answered. */
export function usageOf(
  { accounts, projects }: { accounts: Accounts; projects: () => Projects },
  projectId: string,
  accountId: string,
): Use | undefined {
  const account = accounts.find(accountId)
  const name = projects().nameOf(projectId)
  if (account === undefined || name === undefined) return undefined
  const { id, providerId } = account
  const project = { id: projectId, name }
  return { project, account: { id, providerId, label: nameOf(account) } }
}

const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

/** A request for the book of usage, with the names of now. */
function usageEntryOf({ projects }: { projects: () => Projects }, request: CountedRequest): UsageEntry {
  const { projectId, account, tokens } = request
  return {
    at: request.at,
    projectId,
    projectName: projects().nameOf(projectId) ?? projectId,
    providerId: account.providerId,
    accountId: account.id,
    accountLabel: nameOf(account),
    modelId: request.modelId,
    status: request.status,
    attempts: request.attempts,
    tokens: tokens ?? NO_TOKENS,
    firstByteMs: request.firstByteMs,
    durationMs: request.durationMs,
  }
}

/** Why a budget keeps a request from an account. */
function budgetRefusal(
  { usage, accounts, projects }: { usage: Given['usage']; accounts: Accounts; projects: () => Projects },
  projectId: string,
  accountId: string,
): ReturnType<GatewayDeps['overBudget']> {
  const found = usage.exhausted(projectId, accountId)
  if (found === undefined) return undefined
  const isProject = found.budget.scope === 'project'
  const whose = isProject ? (projects().nameOf(projectId) ?? projectId) : nameOf(accounts.get(accountId))
  return { message: refusalText(found, whose), isPassing: found.isPassing }
}

/** What the gateway asks of the other rooms. `projects` is made after the gateway, hence the function. */
export function gatewayDeps(rooms: {
  readonly vault: Vault
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly projects: () => Projects
  readonly uses: Uses
  readonly traffic: Given
  readonly egress: EgressGate
  notify(notice: Omit<Notice, 'id'>): void
  statusChanged(): void
}): GatewayDeps {
  const { vault, catalog, accounts, projects, uses } = rooms
  const { usage, served, ...pooled } = rooms.traffic
  /** Each once: of many accounts nearly all have none. */
  const fieldsOf = (providerId: string) =>
    new Map(
      [{}, ...accounts.of(providerId).map(({ fields }) => fields)].map((one) => [JSON.stringify(one), one]),
    )
  /** By the account itself, which is another one when its fields change. */
  const known = new WeakMap<Account, readonly string[]>()
  const hostsOf = (account: Account): readonly string[] => {
    const hosts = known.get(account) ?? catalog.hosts(account.providerId, account.fields)
    known.set(account, hosts)
    return hosts
  }
  return {
    projectExists: (id) => projects().exists(id),
    projectName: (id) => projects().nameOf(id) ?? id,
    choose: (projectId, providerId, models) =>
      accounts.choose(providerId, { projectId, modelId: pinnedName(accounts, providerId, models) }),
    overBudget: (projectId, accountId) => budgetRefusal({ ...rooms, usage }, projectId, accountId),
    underWay: (projectId, { id, providerId }, modelId) =>
      usage.underWay({ projectId, providerId, accountId: id, modelId }),
    ...pooled,
    egress: rooms.egress,
    count: (request) => usage.record(usageEntryOf(rooms, request)),
    credential: accounts.credential,
    providerIds: () => catalog.providers().map((provider) => provider.id),
    hosts: (providerId) => [
      ...new Set([...fieldsOf(providerId).values()].flatMap((fields) => catalog.hosts(providerId, fields))),
    ],
    accountHosts: hostsOf,
    customBaseUrl: catalog.customBaseUrl,
    keyPrefix: (providerId) => catalog.keyShape(providerId).prefix,
    providerName: (providerId) => catalog.provider(providerId).name,
    accountCount: () => accounts.list().length,
    markUsed(accountId, projectId) {
      accounts.markUsed(accountId)
      served(accountId)
      const use = usageOf(rooms, projectId, accountId)
      if (use !== undefined) uses.used(use)
    },
    markRejected(accountId, message, projectId) {
      accounts.markRejected(accountId, message)
      const use = usageOf(rooms, projectId, accountId)
      if (use !== undefined) uses.refused(use, message)
    },
    onNotice: rooms.notify,
    onStatus: rooms.statusChanged,
    readSecret: vault.read,
    writeSecret: vault.write,
  }
}
