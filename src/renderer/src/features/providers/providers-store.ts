import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Account } from '../../../../preload/accounts.ts'
import type { BerthBridge, Envelope, Failure, Input } from '../../../../preload/contract.ts'
import type { Model, Provider } from '../../../../preload/shapes.ts'

export interface ProvidersState {
  /** Absent until the first answer. */
  readonly providers?: readonly Provider[]
  readonly accounts?: readonly Account[]
  readonly error?: Failure
  /** By provider, as far as asked for. */
  readonly models: Readonly<Record<string, readonly Model[]>>
  load(): Promise<void>
  reloadProviders(): Promise<void>
  loadModels(providerId: string): Promise<Failure | undefined>
  putAccounts(accounts: readonly Account[]): void
  add(input: Input<'accounts.add'>): Promise<Envelope<Account>>
  activate(accountId: string): Promise<Envelope<Account>>
  rename(input: Input<'accounts.rename'>): Promise<Envelope<Account>>
  replaceKey(accountId: string, key: string): Promise<Envelope<Account>>
  remove(accountId: string): Promise<Envelope<null>>
  saveCustom(input: Input<'providers.saveCustom'>): Promise<Envelope<Provider>>
  removeCustom(providerId: string): Promise<Envelope<null>>
}

/** The catalog's providers and models, and the user's accounts. */
export function createProvidersStore(bridge: BerthBridge): StoreApi<ProvidersState> {
  return createStore<ProvidersState>((set, get) => {
    const reloadAccounts = async () => {
      const answer = await bridge.invoke('accounts.list', {})
      set(answer.ok ? { accounts: answer.value } : { error: answer.error })
    }
    const reloadProviders = async () => {
      const answer = await bridge.invoke('providers.list', {})
      set(answer.ok ? { providers: answer.value, models: {} } : { error: answer.error })
    }
    const refreshed = async <T>(answer: Envelope<T>, refresh: () => Promise<void>) => {
      if (answer.ok) await refresh()
      return answer
    }
    return {
      models: {},
      load: async () => {
        await Promise.all([reloadProviders(), reloadAccounts()])
      },
      reloadProviders,
      loadModels: async (providerId) => {
        if (get().models[providerId] !== undefined) return undefined
        const answer = await bridge.invoke('providers.models', { providerId })
        if (!answer.ok) return answer.error
        set({ models: { ...get().models, [providerId]: answer.value } })
        return undefined
      },
      putAccounts: (accounts) => set({ accounts }),
      add: async (input) => refreshed(await bridge.invoke('accounts.add', input), reloadAccounts),
      activate: async (accountId) =>
        refreshed(await bridge.invoke('accounts.activate', { accountId }), reloadAccounts),
      rename: async (input) => refreshed(await bridge.invoke('accounts.rename', input), reloadAccounts),
      replaceKey: async (accountId, key) =>
        refreshed(await bridge.invoke('accounts.replaceKey', { accountId, key }), reloadAccounts),
      remove: async (accountId) =>
        refreshed(await bridge.invoke('accounts.remove', { accountId }), reloadAccounts),
      saveCustom: async (input) =>
        refreshed(await bridge.invoke('providers.saveCustom', input), reloadProviders),
      removeCustom: async (providerId) =>
        refreshed(await bridge.invoke('providers.removeCustom', { providerId }), reloadProviders),
    }
  })
}
