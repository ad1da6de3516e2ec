/** Berth's own gateway from source. The rooms around it are in memory; it puts a real credential on every request. */
import { readFileSync } from 'node:fs'
import { createGateway } from '../../src/main/gateway/gateway.ts'
import type { GatewayDeps } from '../../src/main/gateway/types.ts'
import type { Account } from '../../src/preload/accounts.ts'
import { HOST, PROJECT, REAL_KEY } from './traffic.ts'

const [caFile = '', vendorPlain = '', vendorTls = ''] = process.argv.slice(2)
const hosts: Readonly<Record<string, string[]>> = { openai: [HOST], local: ['local.berth.internal'] }
const records = new Map<string, string>()
const account = (providerId: string): Account => ({
  id: `account-${providerId}`,
  providerId,
  namespace: '',
  label: 'bench',
  type: 'api',
  preview: 'sk-…',
  position: 0,
  fields: {},
  state: 'connected',
  active: true,
  createdAt: 0,
})

const deps: GatewayDeps = {
  projectExists: (id) => id === PROJECT,
  projectName: (id) => id,
  resolve: (_, providerId) => ({ account: account(providerId), reason: 'The only account.' }),
  pinsModels: () => false,
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
