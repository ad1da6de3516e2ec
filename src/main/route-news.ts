import type { Route } from '../preload/shapes.ts'

/** Requests told of at once, of each project: as many as a screen shows. */
const MOST_TOLD = 200
const SETTLE_MS = 100

/** Tells of requests as they come and go. */
export interface RouteNews {
  /** The route may go on changing. */
  changed(route: Readonly<Route>): void
  close(): void
}

/** The newest of each project, in the order they began to be told of. */
function newest(routes: readonly Readonly<Route>[]): Route[] {
  const room = new Map<string, number>()
  const kept = routes.toReversed().filter(({ projectId }) => {
    const left = room.get(projectId) ?? MOST_TOLD
    room.set(projectId, left - 1)
    return left > 0
  })
  return kept.reverse().map((route) => ({ ...route }))
}

/**
 * Tells of requests a moment late, those of that moment together and each once, as it is by then: a window need not draw every
 * step of thousands.
 */
export function createRouteNews(tell: (routes: Route[]) => void): RouteNews {
  let waiting = new Map<string, Readonly<Route>>()
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    timer = undefined
    const told = newest([...waiting.values()])
    waiting = new Map()
    tell(told)
  }
  return {
    changed(route) {
      waiting.set(route.id, route)
      timer ??= setTimeout(flush, SETTLE_MS).unref()
    },
    close: () => clearTimeout(timer),
  }
}
