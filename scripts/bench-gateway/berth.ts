/**
 * Berth's own gateway with the rooms it has in the app: vault, accounts, pools, usage and budgets, over a database on the
 * disk. Two accounts of each provider take over from each other. Only the keychain is made up, and the project has no
 * server: it is a name and a login.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccounts } from '../../src/main/accounts/accounts.ts'
import { createUses } from '../../src/main/audit/uses.ts'
import { createCatalog } from '../../src/main/catalog/catalog.ts'
import type { ConnectionChecks } from '../../src/main/connection/types.ts'
import { openDatabase } from '../../src/main/db/database.ts'
import { createGateway } from '../../src/main/gateway/gateway.ts'
import type { Gateway } from '../../src/main/gateway/types.ts'
import { gatewayDeps } from '../../src/main/gateway-deps.ts'
import { tuneHeap } from '../../src/main/heap.ts'
import { silentLog } from '../../src/main/log/log.ts'
import { createProjectRepo } from '../../src/main/projects/project-repo.ts'
import type { Projects } from '../../src/main/projects/types.ts'
import { createEvents } from '../../src/main/rpc/events.ts'
import { openSettings } from '../../src/main/settings/settings.ts'
import { createTraffic } from '../../src/main/traffic.ts'
import { createVault } from '../../src/main/vault/vault.ts'
import { createFakeKeychain } from '../../tests/support/fake-keychain.ts'
import { HOST, OTHER_KEY, PROJECT, REAL_KEY } from './traffic.ts'

const [caFile = '', snapshotFile = '', vendorPlain = '', vendorTls = ''] = process.argv.slice(2)
tuneHeap()
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-data-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const nothing = (): void => undefined
const common = { now: Date.now, newId: randomUUID, log: silentLog() }
const db = openDatabase(join(folder, 'berth.db'))
const { keychainFor } = createFakeKeychain()
const vault = createVault({ file: join(folder, 'vault.json'), keychainFor })
await vault.open()
const catalog = createCatalog({ db, snapshotFile })
catalog.saveCustom({
  ...{ id: 'local', name: 'Local', discover: false },
  baseUrl: `http://127.0.0.1:${vendorPlain}/v1`,
  models: [{ id: 'gpt-bench', name: 'Bench' }],
})
const accounts = createAccounts({
  ...{ ...common, db, vault, catalog, renews: () => false },
  ...{ onChange: nothing, onPins: nothing, onRenewed: nothing, onReplaced: nothing },
})
for (const providerId of ['openai', 'local']) {
  for (const key of [REAL_KEY, OTHER_KEY])
    await accounts.add({ providerId, namespace: '', label: key.slice(9, 13), fields: {}, key })
  accounts.setPool(providerId, { rotate: true, strategy: 'hybrid' })
}
const rows = createProjectRepo(db)
rows.insert(
  PROJECT,
  {
    ...{ name: PROJECT, folder, providerId: 'openai', modelId: 'gpt-bench' },
    runtime: 'process',
    image: undefined,
    delivery: 'gateway',
    egress: 'open',
  },
  0,
)
const projects: Pick<Projects, 'exists' | 'nameOf'> = {
  exists: (id) => rows.find(id) !== undefined,
  nameOf: (id) => rows.find(id)?.name,
}
const events = createEvents({ log: common.log })
const traffic = createTraffic({
  ...{ ...common, db, catalog, accounts, events, notify: nothing },
  settings: openSettings(folder, {}),
  audit: { record: nothing },
  projects: () => projects as Projects,
  gateway: (): Gateway => gateway,
  checks: () => ({}) as ConnectionChecks,
})
traffic.usage.setBudget({ scope: 'project', targetId: PROJECT, period: 'month', unit: 'usd', limit: 1e12 })

const gateway: Gateway = createGateway(
  gatewayDeps({
    ...{ vault, catalog, accounts, traffic: traffic.given },
    projects: () => projects as Projects,
    uses: createUses({
      audit: { record: nothing, list: () => [], export: async () => ({ text: '', entries: 0 }) },
      now: Date.now,
    }),
    egress: { refusal: async () => undefined, refused: nothing, opened: () => nothing },
    notify: nothing,
    statusChanged: nothing,
  }),
  { hostMap: { [HOST]: `127.0.0.1:${vendorTls}` }, extraCa: readFileSync(caFile, 'utf8') },
)
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
