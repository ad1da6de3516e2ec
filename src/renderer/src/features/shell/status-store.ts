import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure, Output } from '../../../../preload/contract.ts'
import type { VaultStatus } from '../../../../preload/vault.ts'

export type AppStatusNow = Output<'app.status'>

export interface StatusState {
  /** Absent until the first answer. */
  readonly status?: AppStatusNow
  readonly info?: Output<'app.info'>
  readonly error?: Failure
  readonly connected: boolean
  /** True once Berth has said that this page is not signed in. */
  readonly signedOut: boolean
  readonly rechecking: boolean
  load(): Promise<void>
  recheck(): Promise<Envelope<AppStatusNow>>
  /** Without a passphrase: by the keychain. */
  unlock(passphrase?: string): Promise<Envelope<VaultStatus>>
  lock(): Promise<Envelope<VaultStatus>>
  restoreVault(): Promise<Envelope<VaultStatus>>
  createVault(passphrase: string): Promise<Envelope<VaultStatus>>
  setVaultAside(): Promise<Envelope<VaultStatus>>
  /** Makes a call that answers with the vault's state, and shows that state. */
  changeVault(call: (bridge: BerthBridge) => Promise<Envelope<VaultStatus>>): Promise<Envelope<VaultStatus>>
  put(status: AppStatusNow): void
  setConnected(connected: boolean): void
  signOut(): void
}

/** The vault's, engine's and gateway's state, and whether Berth can be reached at all. */
export function createStatusStore(bridge: BerthBridge): StoreApi<StatusState> {
  return createStore<StatusState>((set, get) => {
    const putVault = (answer: Envelope<VaultStatus>) => {
      const status = get().status
      if (answer.ok && status !== undefined) set({ status: { ...status, vault: answer.value } })
      return answer
    }
    return {
      connected: true,
      signedOut: false,
      rechecking: false,
      load: async () => {
        const [status, info] = await Promise.all([
          bridge.invoke('app.status', {}),
          bridge.invoke('app.info', {}),
        ])
        if (status.ok) set({ status: status.value })
        else set({ error: status.error })
        if (info.ok) set({ info: info.value })
      },
      recheck: async () => {
        set({ rechecking: true })
        const answer = await bridge.invoke('app.recheck', {})
        set(answer.ok ? { rechecking: false, status: answer.value } : { rechecking: false })
        return answer
      },
      unlock: async (passphrase) =>
        putVault(await bridge.invoke('vault.unlock', passphrase === undefined ? {} : { passphrase })),
      lock: async () => putVault(await bridge.invoke('vault.lock', {})),
      restoreVault: async () => putVault(await bridge.invoke('vault.restorePrevious', {})),
      createVault: async (passphrase) =>
        putVault(await bridge.invoke('vault.createWithPassphrase', { passphrase })),
      setVaultAside: async () => putVault(await bridge.invoke('vault.setAside', {})),
      changeVault: async (call) => putVault(await call(bridge)),
      put: (status) => set({ status }),
      setConnected: (connected) => set({ connected }),
      signOut: () => set({ signedOut: true }),
    }
  })
}
