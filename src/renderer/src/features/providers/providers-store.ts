import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Account } from '../../../../preload/accounts.ts'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Model, Provider } from '../../../../preload/shapes.ts'
import { createFreshness } from '../../lib/freshness.ts'
import { keepSame } from '../../lib/keep-same.ts'

export interface ProvidersState {
  /** Absent until the first answer. */
  readonly providers?: readonly Provider[]
  readonly accounts?: readonly Account[]
  /** Why what is shown may be out of date, or why nothing is. */
  readonly error: Failure | undefined
  /** By provider, as far as asked for. */
  readonly models: Readonly<Record<string, readonly Model[]>>
  load(): Promise<void>
  reloadProviders(): Promise<void>
  loadModels(providerId: string): Promise<Failure | undefined>
  putAccounts(accounts: readonly Account[]): void
  add(input: Input<'accounts.add'>): Promise<Envelope<Account>>
  activate(accountId: string): Promise<Envelope<Account>>
  rename(input: Input<'accounts.rename'>): Promise<Envelope<Account>>
  setFields(accountId: string, fields: Readonly<Record<string, string>>): Promise<Envelope<Account>>
  replaceKey(accountId: string, key: string): Promise<Envelope<Account>>
  setEnabled(accountId: string, enabled: boolean): Promise<Envelope<Account>>
  /** Shown at once, and taken back if it is refused. */
  reorder(providerId: string, accountIds: readonly string[]): Promise<Envelope<Account[]>>
  remove(accountId: string): Promise<Envelope<null>>
  saveCustom(input: Input<'providers.saveCustom'>): Promise<Envelope<Provider>>
  refreshModels(providerId: string): Promise<Envelope<Provider>>
  removeCustom(providerId: string): Promise<Envelope<null>>
}

const ALL = 'all'

/** The catalog's providers and models, and the user's accounts. */
export function createProvidersStore(bridge: BerthBridge): StoreApi<ProvidersState> {
  return createStore<ProvidersState>((set, get) => {
    const told = createFreshness()
    const show = (accounts: readonly Account[]) => set({ accounts: keepSame(get().accounts, accounts) })
    const reloadAccounts = async () => {
      const outdated = told.begin()
      const answer = await bridge.invoke('accounts.list', {})
      if (answer.ok && !outdated(ALL)) show(answer.value)
      return answer.ok ? undefined : answer.error
    }
    const reloadProviders = async () => {
      const answer = await bridge.invoke('providers.list', {})
      if (answer.ok) set({ providers: answer.value, models: {} })
      return answer.ok ? undefined : answer.error
    }
    const load = async () => {
      const [first, second] = await Promise.all([reloadProviders(), reloadAccounts()])
      set({ error: first ?? second })
    }
    return {
      models: {},
      error: undefined,
      load,
      reloadProviders: load,
      loadModels: async (providerId) => {
        if (get().models[providerId] !== undefined) return undefined
        const answer = await bridge.invoke('providers.models', { providerId })
        if (!answer.ok) return answer.error
        set({ models: { ...get().models, [providerId]: answer.value } })
        return undefined
      },
      putAccounts: (accounts) => {
        told.tell(ALL)
        show(accounts)
      },
      ...changing(bridge, reloadAccounts),
      reorder: async (providerId, accountIds) => {
        set({ accounts: inOrder(get().accounts ?? [], providerId, accountIds) })
        const answer = await bridge.invoke('accounts.reorder', { providerId, accountIds: [...accountIds] })
        await reloadAccounts()
        return answer
      },
      ...customs(bridge, reloadProviders),
    }
  })
}

async function refreshed<T>(answer: Envelope<T>, refresh: () => Promise<unknown>): Promise<Envelope<T>> {
  if (answer.ok) await refresh()
  return answer
}

type Changing = 'add' | 'activate' | 'rename' | 'setFields' | 'replaceKey' | 'setEnabled' | 'remove'

function changing(bridge: BerthBridge, refresh: () => Promise<unknown>): Pick<ProvidersState, Changing> {
  const call = async <M extends `accounts.${Changing}`>(method: M, input: Input<M>) =>
    refreshed(await bridge.invoke(method, input), refresh)
  return {
    add: (input) => call('accounts.add', input),
    activate: (accountId) => call('accounts.activate', { accountId }),
    rename: (input) => call('accounts.rename', input),
    setFields: (accountId, fields) => call('accounts.setFields', { accountId, fields }),
    replaceKey: (accountId, key) => call('accounts.replaceKey', { accountId, key }),
    setEnabled: (accountId, enabled) => call('accounts.setEnabled', { accountId, enabled }),
    remove: (accountId) => call('accounts.remove', { accountId }),
  }
}

type Customs = 'saveCustom' | 'refreshModels' | 'removeCustom'

function customs(bridge: BerthBridge, refresh: () => Promise<unknown>): Pick<ProvidersState, Customs> {
  return {
    saveCustom: async (input) => refreshed(await bridge.invoke('providers.saveCustom', input), refresh),
    refreshModels: async (providerId) => {
      const answer = await bridge.invoke('providers.refreshModels', { providerId })
      // Also after a failure, which the provider's own state then tells of.
      await refresh()
      return answer
    },
    removeCustom: async (providerId) =>
      refreshed(await bridge.invoke('providers.removeCustom', { providerId }), refresh),
  }
}

/** The accounts with those of one provider in the given order. */
function inOrder(accounts: readonly Account[], providerId: string, ids: readonly string[]): Account[] {
  return accounts.map((account) =>
    account.providerId === providerId && ids.includes(account.id)
      ? { ...account, position: ids.indexOf(account.id) }
      : account,
  )
}
