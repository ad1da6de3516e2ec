import type { Account } from '../../../src/preload/accounts.ts'
import type { MethodName } from '../../../src/preload/contract.ts'
import { modelsOf, providers } from './providers.ts'
import type { Handlers, TwinCore } from './twin.ts'

type AccountMethods = Extract<MethodName, `accounts.${string}` | `providers.${string}`>

export function createAccountHandlers({ world, emit, fail }: TwinCore): Pick<Handlers, AccountMethods> {
  const catalog = providers()
  const find = (id: string): Account =>
    world.accounts.find((one) => one.id === id) ?? fail('not_found', 'There is no such account.')
  const put = (accounts: Account[]) => {
    world.accounts = accounts
    emit({ name: 'accounts.changed', payload: accounts })
  }
  const change = (id: string, next: Partial<Account>): Account => {
    const account = { ...find(id), ...next }
    put(world.accounts.map((one) => (one.id === id ? account : one)))
    return account
  }
  return {
    'providers.list': () => catalog,
    'providers.models': ({ providerId }) => modelsOf(providerId),
    'providers.saveCustom': ({ id, name, baseUrl, models }) => {
      const provider = {
        id,
        name,
        rank: 1000,
        env: [],
        methods: [],
        fields: [],
        modelCount: models.length,
        custom: true,
        baseUrl,
      }
      catalog.push(provider)
      emit({ name: 'providers.changed', payload: {} })
      return provider
    },
    'providers.removeCustom': () => null,
    'accounts.list': () => world.accounts,
    'accounts.add': ({ key, ...input }) => {
      if (world.accounts.some((one) => one.providerId === input.providerId && one.label === input.label))
        fail('conflict', `There is an account called ${input.label} already.`)
      const first = !world.accounts.some((one) => one.providerId === input.providerId)
      const account: Account = {
        ...input,
        id: `a${world.accounts.length + 10}`,
        type: 'api',
        preview: `…${key.slice(-4)}`,
        state: 'connected',
        active: first,
        createdAt: Date.now(),
      }
      put([...world.accounts, account])
      return account
    },
    'accounts.rename': ({ accountId, ...next }) => change(accountId, next),
    'accounts.replaceKey': ({ accountId, key }) =>
      change(accountId, { preview: `…${key.slice(-4)}`, state: 'connected' }),
    'accounts.activate': ({ accountId }) => {
      const { providerId } = find(accountId)
      put(
        world.accounts.map((one) =>
          one.providerId === providerId ? { ...one, active: one.id === accountId } : one,
        ),
      )
      return find(accountId)
    },
    'accounts.remove': ({ accountId }) => {
      put(world.accounts.filter((one) => one.id !== accountId))
      return null
    },
  }
}
