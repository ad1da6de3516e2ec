import type { Choice } from '../../src/main/accounts/types.ts'
import { POOL_DEFAULTS } from '../../src/main/gateway/pool/options.ts'
import type { GatewayDeps } from '../../src/main/gateway/types.ts'
import type { Account } from '../../src/preload/accounts.ts'

/** A choice of one account and no other. */
export const onlyAccount = (account: Account, reason: string): Choice => ({
  accounts: [account],
  strategy: 'sticky',
  active: account.id,
  reason,
})

/** What a gateway asks about pools and books, where neither is what a test is about. No request waits for an account. */
export const withoutPools: Pick<
  GatewayDeps,
  | 'overBudget'
  | 'underWay'
  | 'canRefresh'
  | 'refresh'
  | 'vouched'
  | 'retire'
  | 'switched'
  | 'quota'
  | 'count'
  | 'egress'
  | 'standings'
  | 'standingChanged'
  | 'poolOptions'
> = {
  overBudget: () => undefined,
  underWay: () => () => undefined,
  canRefresh: () => false,
  refresh: async () => undefined,
  vouched: () => false,
  retire: () => undefined,
  switched: () => undefined,
  quota: () => undefined,
  count: () => undefined,
  egress: { refusal: async () => undefined, refused: () => undefined, opened: () => () => undefined },
  standings: { all: () => [], save: () => undefined, drop: () => undefined },
  standingChanged: () => undefined,
  poolOptions: () => ({ ...POOL_DEFAULTS, wait: 0 }),
}
