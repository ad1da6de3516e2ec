import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BerthBridge, Failure } from '../../../../preload/contract.ts'
import type { LogLine, Route } from '../../../../preload/shapes.ts'

/** Older lines and requests are dropped, so that a window left open for days stays small. */
const MAX_LINES = 5000
const MAX_ROUTES = 500

export interface InspectorState {
  readonly logs: Readonly<Record<string, readonly LogLine[]>>
  readonly routes: Readonly<Record<string, readonly Route[]>>
  readonly errors: Readonly<Record<string, Failure>>
  loadLogs(projectId: string): Promise<void>
  loadRoutes(projectId: string): Promise<void>
  addLines(projectId: string, lines: readonly LogLine[]): void
  putRoutes(routes: readonly Route[]): void
  drop(projectId: string): void
}

/** A project's log lines and the requests that went through the gateway for it. */
export function createInspectorStore(bridge: BerthBridge): StoreApi<InspectorState> {
  return createStore<InspectorState>((set, get) => ({
    logs: {},
    routes: {},
    errors: {},
    loadLogs: async (projectId) => {
      const answer = await bridge.invoke('projects.logs', { projectId, tail: 2000 })
      if (answer.ok) set({ logs: { ...get().logs, [projectId]: answer.value } })
      else set({ errors: { ...get().errors, [projectId]: answer.error } })
    },
    loadRoutes: async (projectId) => {
      const answer = await bridge.invoke('projects.routes', { projectId })
      if (answer.ok) set({ routes: { ...get().routes, [projectId]: newestFirst(answer.value) } })
      else set({ errors: { ...get().errors, [projectId]: answer.error } })
    },
    addLines: (projectId, lines) => {
      const before = get().logs[projectId]
      // Lines of a project nobody has looked at are fetched when somebody does.
      if (before === undefined) return
      set({ logs: { ...get().logs, [projectId]: [...before, ...lines].slice(-MAX_LINES) } })
    },
    putRoutes: (told) => {
      const routes = { ...get().routes }
      for (const route of told) {
        const before = routes[route.projectId]
        if (before !== undefined) routes[route.projectId] = withRoute(before, route)
      }
      set({ routes })
    },
    drop: (projectId) => {
      const { [projectId]: _lines, ...logs } = get().logs
      const { [projectId]: _routes, ...routes } = get().routes
      set({ logs, routes })
    },
  }))
}

function newestFirst(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => b.at - a.at).slice(0, MAX_ROUTES)
}

/** A request that is still under way is reported more than once; its row is kept in place. */
export function withRoute(routes: readonly Route[], route: Route): readonly Route[] {
  const index = routes.findIndex((one) => one.id === route.id)
  return index < 0 ? [route, ...routes].slice(0, MAX_ROUTES) : routes.with(index, route)
}
