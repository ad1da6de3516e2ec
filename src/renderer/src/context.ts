import { createContext, use } from 'react'
import { type StoreApi, useStore } from 'zustand'
import type { ActivityState } from './features/activity/activity-store.ts'
import type { Conversations } from './features/conversation/conversation-store.ts'
import type { DraftsState } from './features/conversation/drafts-store.ts'
import type { ImportsState } from './features/imports/imports-store.ts'
import type { EgressState } from './features/projects/egress-store.ts'
import type { InspectorState } from './features/projects/inspector-store.ts'
import type { ProjectsState } from './features/projects/projects-store.ts'
import type { AsksState } from './features/providers/asks-store.ts'
import type { PinsState } from './features/providers/pins-store.ts'
import type { PoolsState } from './features/providers/pools-store.ts'
import type { ProvidersState } from './features/providers/providers-store.ts'
import type { QuotaState } from './features/providers/quota-store.ts'
import type { TestsState } from './features/providers/tests-store.ts'
import type { NumbersState } from './features/settings/numbers-store.ts'
import type { SettingsState } from './features/settings/settings-store.ts'
import type { Place, RouteState } from './features/shell/route-store.ts'
import type { StatusState } from './features/shell/status-store.ts'
import type { UiState } from './features/shell/ui-store.ts'
import type { BudgetsState } from './features/usage/budgets-store.ts'
import type { UsageState } from './features/usage/usage-store.ts'
import type { Stores } from './stores.ts'

export const StoresContext = createContext<Stores | null>(null)

/** The window's stores; there are none outside the app. */
export function useStores(): Stores {
  const stores = use(StoresContext)
  if (stores === null) throw new Error('useStores is called outside the app')
  return stores
}

type Select<S, T> = (state: S) => T

const useOf = <S, T>(store: StoreApi<S>, select: Select<S, T>): T => useStore(store, select)

export const useStatus = <T>(select: Select<StatusState, T>): T => useOf(useStores().status, select)
export const useUi = <T>(select: Select<UiState, T>): T => useOf(useStores().ui, select)
export const useProjects = <T>(select: Select<ProjectsState, T>): T => useOf(useStores().projects, select)
export const useInspector = <T>(select: Select<InspectorState, T>): T => useOf(useStores().inspector, select)
export const useProviders = <T>(select: Select<ProvidersState, T>): T => useOf(useStores().providers, select)
export const usePins = <T>(select: Select<PinsState, T>): T => useOf(useStores().pins, select)
export const usePools = <T>(select: Select<PoolsState, T>): T => useOf(useStores().pools, select)
export const useQuota = <T>(select: Select<QuotaState, T>): T => useOf(useStores().quota, select)
export const useUsage = <T>(select: Select<UsageState, T>): T => useOf(useStores().usage, select)
export const useBudgets = <T>(select: Select<BudgetsState, T>): T => useOf(useStores().budgets, select)
export const useEgress = <T>(select: Select<EgressState, T>): T => useOf(useStores().egress, select)
export const useTests = <T>(select: Select<TestsState, T>): T => useOf(useStores().tests, select)
export const useAsks = <T>(select: Select<AsksState, T>): T => useOf(useStores().asks, select)
export const useImports = <T>(select: Select<ImportsState, T>): T => useOf(useStores().imports, select)
export const useActivity = <T>(select: Select<ActivityState, T>): T => useOf(useStores().activity, select)
export const useSettings = <T>(select: Select<SettingsState, T>): T => useOf(useStores().settings, select)
export const useNumbers = <T>(select: Select<NumbersState, T>): T => useOf(useStores().numbers, select)
export const useDrafts = <T>(select: Select<DraftsState, T>): T => useOf(useStores().drafts, select)
export const useConversations = <T>(select: Select<Conversations, T>): T =>
  useOf(useStores().conversations, select)
export const usePlace = (): Place => useOf(useStores().route, (state: RouteState) => state.place)
export const useGo = (): ((place: Place) => void) => useStores().route.getState().go
