import type { Accounts } from '../accounts/types.ts'
import { createDiscovery, type Discovery, type DiscoveryDeps } from '../catalog/discovery.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Log } from '../log/log.ts'
import type { CallUpstream } from '../upstream-call.ts'
import { createActiveKey } from './active-key.ts'
import { type CheckAccount, type CheckAccountDeps, createCheckAccount } from './check-account.ts'
import { createConnectionChecks } from './checks.ts'
import { createFindLocal } from './local-servers.ts'
import { createListModels, type ListModels } from './model-list.ts'
import { type AskQuota, createAskQuota } from './quota.ts'
import type { ConnectionChecks, FindLocal } from './types.ts'

export interface AskingDeps {
  readonly call: CallUpstream
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly env: NodeJS.ProcessEnv
  readonly now: () => number
  readonly onModels: DiscoveryDeps['onChange']
  readonly renewLogin: CheckAccountDeps['renew']
  readonly log: Log
}

/** Everything Berth itself asks a model server or a vendor, outside any project. */
export interface Asking {
  readonly checks: ConnectionChecks
  readonly checkAccount: CheckAccount
  readonly askQuota: AskQuota
  readonly discovery: Discovery
  readonly listModels: ListModels
  readonly findLocal: FindLocal
  /** The secret that requests to this provider use, if there is one. Throws what the vault throws. */
  activeKey(providerId: string): string | undefined
}

export function createAsking(deps: AskingDeps): Asking {
  const { call, catalog, accounts, env, now, onModels, log } = deps
  const listModels = createListModels(call)
  const activeKey = createActiveKey(accounts)
  const discovery = createDiscovery({
    catalog,
    ask: async ({ id, baseUrl }) => listModels(baseUrl, activeKey(id)),
    now,
    onChange: onModels,
    log,
  })
  const checks = createConnectionChecks({ call, catalog, now })
  return {
    checks,
    checkAccount: createCheckAccount({ accounts, checks, renew: deps.renewLogin, now }),
    askQuota: createAskQuota({ call, catalog, accounts, now }),
    discovery,
    listModels,
    findLocal: createFindLocal({ call, env }),
    activeKey,
  }
}
