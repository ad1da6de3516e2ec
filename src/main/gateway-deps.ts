import type { Notice } from '../preload/shapes.ts'
import { nameOf } from './accounts/resolve.ts'
import type { Accounts } from './accounts/types.ts'
import type { Use, Uses } from './audit/uses.ts'
import type { Catalog } from './catalog/types.ts'
import type { GatewayDeps } from './gateway/types.ts'
import type { Projects } from './projects/types.ts'
import type { Events } from './rpc/events.ts'
import type { Vault } from './vault/types.ts'

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
  if (account === undefined || !projects().exists(projectId)) return undefined
  const { id, providerId } = account
  const project = { id: projectId, name: projects().get(projectId).name }
  return { project, account: { id, providerId, label: nameOf(account) } }
}

/** What the gateway asks of the other rooms. `projects` is made after the gateway, hence the function. */
export function gatewayDeps(rooms: {
  readonly vault: Vault
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly projects: () => Projects
  readonly uses: Uses
  readonly events: Events
  notify(notice: Omit<Notice, 'id'>): void
  statusChanged(): void
}): GatewayDeps {
  const { vault, catalog, accounts, projects, uses, events } = rooms
  /** Each once: of many accounts nearly all have none. */
  const fieldsOf = (providerId: string) =>
    new Map(
      [{}, ...accounts.of(providerId).map(({ fields }) => fields)].map((one) => [JSON.stringify(one), one]),
    )
  return {
    projectExists: (id) => projects().exists(id),
    projectName: (id) => projects().get(id).name,
    resolve: (projectId, providerId, models) =>
      accounts.resolve(providerId, { projectId, modelId: pinnedName(accounts, providerId, models) }),
    pinsModels: accounts.pinsModels,
    credential: accounts.credential,
    providerIds: () => catalog.providers().map((provider) => provider.id),
    hosts: (providerId) => [
      ...new Set([...fieldsOf(providerId).values()].flatMap((fields) => catalog.hosts(providerId, fields))),
    ],
    accountHosts: (account) => catalog.hosts(account.providerId, account.fields),
    customBaseUrl: (providerId) => catalog.custom().find((custom) => custom.id === providerId)?.baseUrl,
    keyPrefix: (providerId) => catalog.keyShape(providerId).prefix,
    providerName: (providerId) => catalog.provider(providerId).name,
    accountCount: () => accounts.list().length,
    markUsed(accountId, projectId) {
      accounts.markUsed(accountId)
      const use = usageOf(rooms, projectId, accountId)
      if (use !== undefined) uses.used(use)
    },
    markRejected(accountId, message, projectId) {
      accounts.markRejected(accountId, message)
      const use = usageOf(rooms, projectId, accountId)
      if (use !== undefined) uses.refused(use, message)
    },
    onRoute: (route) => events.emit({ name: 'route.changed', payload: route }),
    onNotice: rooms.notify,
    onStatus: rooms.statusChanged,
    readSecret: vault.read,
    writeSecret: vault.write,
  }
}
