import { createStore, type StoreApi } from 'zustand/vanilla'
import { readJson, writeStored } from '../../lib/storage.ts'

export type Theme = 'system' | 'light' | 'dark'
export type InspectorTab = 'requests' | 'network' | 'logs' | 'settings'
export interface InspectorLook {
  readonly open: boolean
  readonly width: number
  readonly tab: InspectorTab
}

interface Kept {
  readonly theme: Theme
  readonly railCollapsed: boolean
  readonly inspectors: Readonly<Record<string, InspectorLook>>
}

export interface UiState extends Kept {
  /** Which overlay is open; one at a time. */
  readonly overlay: 'palette' | 'shortcuts' | undefined
  setTheme(theme: Theme): void
  toggleRail(): void
  setInspector(projectId: string, change: Partial<InspectorLook>): void
  setOverlay(overlay: UiState['overlay']): void
}

export const DEFAULT_INSPECTOR: InspectorLook = { open: true, width: 340, tab: 'requests' }

const isKept = (value: unknown): value is Partial<Kept> => typeof value === 'object' && value !== null

/** How this window looks; remembered by the window itself, never sent anywhere. */
export function createUiStore(storage: Storage): StoreApi<UiState> {
  const kept = readJson(storage, 'ui', isKept)
  const store = createStore<UiState>((set, get) => ({
    theme: kept?.theme === 'light' || kept?.theme === 'dark' ? kept.theme : 'system',
    railCollapsed: kept?.railCollapsed === true,
    inspectors: kept?.inspectors ?? {},
    overlay: undefined,
    setTheme: (theme) => set({ theme }),
    toggleRail: () => set({ railCollapsed: !get().railCollapsed }),
    setInspector: (projectId, change) => {
      const inspectors = get().inspectors
      const before = inspectors[projectId] ?? DEFAULT_INSPECTOR
      set({ inspectors: { ...inspectors, [projectId]: { ...before, ...change } } })
    },
    setOverlay: (overlay) => set({ overlay }),
  }))
  store.subscribe(({ theme, railCollapsed, inspectors }) =>
    writeStored(storage, 'ui', JSON.stringify({ theme, railCollapsed, inspectors })),
  )
  return store
}
