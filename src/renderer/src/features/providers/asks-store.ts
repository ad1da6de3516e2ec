import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Budget } from '../../../../preload/usage.ts'

/** A dialog that can be asked for from anywhere in the app. */
export type Ask =
  | { readonly what: 'pin'; readonly accountId: string; readonly projectId?: string }
  | { readonly what: 'local-servers' }
  /** Changes a budget, or makes one. */
  | { readonly what: 'budget'; readonly budget?: Budget }

export interface AsksState {
  readonly ask: Ask | undefined
  open(ask: Ask): void
  close(): void
}

export function createAsksStore(): StoreApi<AsksState> {
  return createStore<AsksState>((set) => ({
    ask: undefined,
    open: (ask) => set({ ask }),
    close: () => set({ ask: undefined }),
  }))
}
