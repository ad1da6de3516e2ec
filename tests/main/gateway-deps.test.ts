import { afterEach, beforeEach, expect, it } from 'vitest'
import { createUses } from '../../src/main/audit/uses.ts'
import { createHostDirectory } from '../../src/main/gateway/hosts.ts'
import { gatewayDeps } from '../../src/main/gateway-deps.ts'
import type { Projects } from '../../src/main/projects/types.ts'
import { withoutPools } from '../support/single-accounts.ts'
import { type Harness, newAccount, newKey, openHarness } from './accounts/harness.ts'

let h: Harness
beforeEach(async () => {
  h = await openHarness()
})
afterEach(() => h.close())

/** What the gateway asks of the account directory, with how often every account was read for it. */
function counted() {
  let whole = 0
  const accounts = {
    ...h.accounts,
    list() {
      whole += 1
      return h.accounts.list()
    },
  }
  const deps = gatewayDeps({
    vault: h.vault,
    catalog: h.catalog,
    accounts,
    projects: () => ({ exists: () => true, nameOf: () => 'shop' }) as unknown as Projects,
    traffic: {
      ...withoutPools,
      usage: { record: () => undefined, exhausted: () => undefined, underWay: () => () => undefined },
      served: () => undefined,
      onRoute: () => undefined,
    },
    egress: {
      refusal: async () => undefined,
      refused: () => undefined,
      opened: () => () => undefined,
    },
    uses: createUses({
      audit: { record: () => undefined, list: () => [], export: async () => ({ text: '', entries: 0 }) },
      now: () => 0,
    }),
    notify: () => undefined,
    statusChanged: () => undefined,
  })
  return { deps, whole: () => whole }
}

// With a hundred accounts and every account read for each of the catalog's providers, a second went by without an answer to
// anybody, after every change of an account.
it('does not read every account for each provider of the catalog, nor for a request', async () => {
  const { id } = await h.accounts.add(newAccount())
  const fields = { AZURE_RESOURCE_NAME: 'contoso' }
  await h.accounts.add({ providerId: 'azure', namespace: '', label: 'azure', key: newKey(), fields })
  const { deps, whole } = counted()
  const hosts = createHostDirectory(deps, () => 0)
  expect(hosts.providersOf('contoso.openai.azure.com')).toContain('azure')
  expect(hosts.providersOf('api.anthropic.com')).toContain('anthropic')
  expect(deps.choose('p1', 'anthropic', []).active).toBe(id)
  deps.markRejected(id, 'Anthropic refused the key.', 'p1')
  expect(whole()).toBe(0)
})
