import { createStore, type StoreApi } from 'zustand/vanilla'

/** A dialog that can be asked for from anywhere in the app. */
export type Ask =
  | { readonly what: 'pin'; readonly accountId: string; readonly projectId?: string }
  | { readonly what: 'local-servers' }

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
