import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Envelope, Failure } from '../../../../preload/contract.ts'
import type { EgressDestination, EgressRule } from '../../../../preload/egress.ts'

export interface EgressState {
  /** Absent until asked for. */
  readonly rules?: readonly EgressRule[]
  /** By project, as far as asked for. */
  readonly destinations: Readonly<Record<string, readonly EgressDestination[]>>
  readonly error: Failure | undefined
  loadRules(): Promise<void>
  loadDestinations(projectId: string): Promise<void>
  /** Something has changed: fetched anew where somebody has looked. */
  refresh(projectId: string): Promise<void>
  allow(host: string, purpose?: string): Promise<Envelope<EgressRule[]>>
  disallow(host: string): Promise<Envelope<EgressRule[]>>
  drop(projectId: string): void
}

/** Hosts that projects may go to besides their providers, and those they went to. */
export function createEgressStore(bridge: BerthBridge): StoreApi<EgressState> {
  return createStore<EgressState>((set, get) => {
    const loadDestinations = async (projectId: string) => {
      const answer = await bridge.invoke('egress.destinations', { projectId })
      if (!answer.ok) return set({ error: answer.error })
      set({ destinations: { ...get().destinations, [projectId]: answer.value }, error: undefined })
    }
    /** Whether a host is on the list is told with each destination, so these are asked for again. */
    const changed = async (answer: Envelope<EgressRule[]>) => {
      if (!answer.ok) return answer
      set({ rules: answer.value })
      await Promise.all(Object.keys(get().destinations).map(loadDestinations))
      return answer
    }
    return {
      destinations: {},
      error: undefined,
      loadRules: async () => {
        const answer = await bridge.invoke('egress.rules', {})
        set(answer.ok ? { rules: answer.value, error: undefined } : { error: answer.error })
      },
      loadDestinations,
      refresh: async (projectId) => {
        if (get().destinations[projectId] !== undefined) await loadDestinations(projectId)
      },
      allow: async (host, purpose) =>
        changed(await bridge.invoke('egress.allow', { host, ...(purpose === undefined ? {} : { purpose }) })),
      disallow: async (host) => changed(await bridge.invoke('egress.disallow', { host })),
      drop: (projectId) => {
        const { [projectId]: _gone, ...destinations } = get().destinations
        set({ destinations })
      },
    }
  })
}
