/** Berth's own gateway from source. Pools, usage and budgets are on, in memory; it puts a real credential on every request. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createQuotaStore } from '../../src/main/accounts/quota-repo.ts'
import { openDatabase } from '../../src/main/db/database.ts'
import { createGateway } from '../../src/main/gateway/gateway.ts'
import { POOL_DEFAULTS } from '../../src/main/gateway/pool/options.ts'
import { createStandingStore } from '../../src/main/gateway/pool/standing-repo.ts'
import type { GatewayDeps } from '../../src/main/gateway/types.ts'
import { silentLog } from '../../src/main/log/log.ts'
import { createUsageBook } from '../../src/main/usage/usage.ts'
import type { Account } from '../../src/preload/accounts.ts'
import { HOST, PROJECT, REAL_KEY } from './traffic.ts'

const [caFile = '', vendorPlain = '', vendorTls = ''] = process.argv.slice(2)
const hosts: Readonly<Record<string, string[]>> = { openai: [HOST], local: ['local.berth.internal'] }
const records = new Map<string, string>()
const account = (providerId: string, position: number): Account => ({
  id: `account-${providerId}-${position}`,
  providerId,
  namespace: '',
  label: 'bench',
  type: 'api',
  preview: 'sk-…',
  position,
  fields: {},
  state: 'connected',
  active: position === 0,
  createdAt: 0,
})

/** Two accounts each that take over from each other, and the books as Berth keeps them, with budgets to look at. */
const pools = new Map(Object.keys(hosts).map((id) => [id, [account(id, 0), account(id, 1)]]))
const log = silentLog()
const db = openDatabase(':memory:')
const quotas = createQuotaStore(db, log, Date.now)
const usage = createUsageBook({
  ...{ db, log, now: Date.now, newId: randomUUID },
  pricesOf: () => ({ input: 1, output: 10 }),
  onBudget: () => undefined,
  onChange: () => undefined,
})
usage.setBudget({ scope: 'project', targetId: PROJECT, period: 'month', unit: 'usd', limit: 1e12 })
const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

const deps: GatewayDeps = {
  projectExists: (id) => id === PROJECT,
  projectName: (id) => id,
  choose(_, providerId) {
    const accounts = pools.get(providerId) ?? []
    const [first] = accounts
    return { accounts, strategy: 'hybrid', active: first?.id ?? '', reason: 'The active account.' }
  },
  overBudget(projectId, accountId) {
    const found = usage.exhausted(projectId, accountId)
    return found && { message: found.budget.id, isPassing: found.isPassing }
  },
  underWay: (projectId, { id, providerId }, modelId) =>
    usage.underWay({ projectId, providerId, accountId: id, modelId }),
  canRefresh: () => false,
  refresh: async () => false,
  vouched: () => false,
  retire: () => undefined,
  switched: () => undefined,
  quota: (accountId, windows) => quotas.told(accountId, windows),
  count: ({ account: { id, providerId, label }, tokens = NO_TOKENS, ...request }) =>
    usage.record({
      ...request,
      projectName: PROJECT,
      providerId,
      accountId: id,
      accountLabel: label,
      tokens,
    }),
  egress: { refusal: async () => undefined, refused: () => undefined, opened: () => () => undefined },
  standings: createStandingStore(db, log),
  standingChanged: () => undefined,
  poolOptions: () => POOL_DEFAULTS,
  credential: () => ({ type: 'api', key: REAL_KEY }),
  providerIds: () => Object.keys(hosts),
  hosts: (id) => hosts[id] ?? [],
  accountHosts: ({ providerId }) => hosts[providerId] ?? [],
  customBaseUrl: (id) => (id === 'local' ? `http://127.0.0.1:${vendorPlain}/v1` : undefined),
  keyPrefix: () => 'sk-',
  providerName: (id) => id,
  accountCount: () => 1,
  markUsed: () => undefined,
  markRejected: () => undefined,
  onRoute: () => undefined,
  onNotice: () => undefined,
  onStatus: () => undefined,
  readSecret: (id) => records.get(id),
  writeSecret: async (id, secret) => void records.set(id, secret),
}

const gateway = createGateway(deps, {
  hostMap: { [HOST]: `127.0.0.1:${vendorTls}` },
  extraCa: readFileSync(caFile, 'utf8'),
})
const { port } = await gateway.listen(['127.0.0.1'], 0)
const placeholder = (providerId: string): string => {
  const auth = gateway.placeholder(PROJECT, providerId, 'api')
  return auth.type === 'api' ? auth.key : ''
}
process.send?.({
  ready: {
    port,
    login: gateway.login(PROJECT).password,
    plainKey: placeholder('local'),
    tlsKey: placeholder('openai'),
  },
})
