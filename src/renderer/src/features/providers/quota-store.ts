import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge } from '../../../../preload/contract.ts'

/** How the newest asking for what is left of an account went. What was told comes with its pool. */
export interface QuotaAsking {
  readonly under: boolean
  /** Why it could not be asked, as a sentence. */
  readonly problem?: string
  /** True when it was wanted by hand and had been asked less than a minute before. */
  readonly early?: boolean
}

export interface QuotaState {
  /** By account. */
  readonly askings: Readonly<Record<string, QuotaAsking>>
  /** Asks an account's vendor what is left, once at a time. */
  ask(accountId: string, byHand: boolean): Promise<void>
}

/** What vendors are asked about accounts, and why they could not be. */
export function createQuotaStore(bridge: BerthBridge, now: () => number): StoreApi<QuotaState> {
  return createStore<QuotaState>((set, get) => {
    const put = (accountId: string, asking: QuotaAsking) =>
      set({ askings: { ...get().askings, [accountId]: asking } })
    return {
      askings: {},
      ask: async (accountId, byHand) => {
        const before = get().askings[accountId]
        if (before?.under === true) return
        put(accountId, { ...before, under: true })
        const began = now()
        const answer = await bridge.invoke('accounts.quota', { accountId })
        if (!answer.ok) return put(accountId, { under: false, problem: answer.error.message })
        const { askedAt, problem } = answer.value
        const early = byHand && askedAt !== undefined && askedAt < began
        put(accountId, {
          under: false,
          ...(problem === undefined ? {} : { problem }),
          ...(early ? { early } : {}),
        })
      },
    }
  })
}
