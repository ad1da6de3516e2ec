import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ConnectionCheck } from '../../../../preload/accounts.ts'
import type { BerthBridge, Failure } from '../../../../preload/contract.ts'

/** How the newest test of an account went. */
export type TestResult =
  | { readonly state: 'testing' }
  | { readonly state: 'done'; readonly check: ConnectionCheck; readonly at: number }
  /** The test itself could not be made. */
  | { readonly state: 'failed'; readonly failure: Failure }

export interface TestsState {
  /** By account. Gone once the user puts it away. */
  readonly results: Readonly<Record<string, TestResult>>
  /** Tests an account, one test at a time each. */
  test(accountId: string): Promise<TestResult>
  dismiss(accountId: string): void
}

/** Tests of accounts and what they showed, wherever they were asked for. */
export function createTestsStore(bridge: BerthBridge): StoreApi<TestsState> {
  return createStore<TestsState>((set, get) => {
    const running = new Map<string, Promise<TestResult>>()
    const put = (accountId: string, result: TestResult) => {
      set({ results: { ...get().results, [accountId]: result } })
      return result
    }
    const run = async (accountId: string): Promise<TestResult> => {
      put(accountId, { state: 'testing' })
      const answer = await bridge.invoke('accounts.check', { accountId })
      running.delete(accountId)
      return put(
        accountId,
        answer.ok
          ? { state: 'done', check: answer.value, at: Date.now() }
          : { state: 'failed', failure: answer.error },
      )
    }
    return {
      results: {},
      test: (accountId) => {
        const under = running.get(accountId) ?? run(accountId)
        running.set(accountId, under)
        return under
      },
      dismiss: (accountId) => {
        const { [accountId]: _gone, ...results } = get().results
        set({ results })
      },
    }
  })
}
