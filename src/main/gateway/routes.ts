import { randomBytes } from 'node:crypto'
import type { Route } from '../../preload/shapes.ts'
import { scrub } from '../log/scrub.ts'
import { remember } from '../remember.ts'
import { MAX_ROUTES } from './limits.ts'
import { hideMarks } from './recognise.ts'

/** One request's entry while it is under way. */
export interface RouteRecord {
  readonly route: Readonly<Route>
  /** Something is known that is told with the decision. */
  noted(change: Partial<Route>): void
  /** The decision is made; the request goes out. */
  decided(change: Partial<Route>): void
  /** The first byte of an answer goes to the client. */
  began(): void
  /** It is over, well or badly. Only the first call counts. */
  finished(change: Partial<Route>): void
}

/** The gateway's memory of its decisions, for the Requests tab. */
export interface Routes {
  begin(request: { projectId: string; host: string; method: string; path: string }): RouteRecord
  /** Newest first. */
  list(projectId: string): Route[]
}

/** A path fit for a record: no query, no placeholder, nothing that looks like a key, not long. */
export function recordPath(path: string): string {
  const bare = path.split(/[?#]/, 1)[0] ?? ''
  return scrub(hideMarks(bare)).slice(0, 200)
}

/** Different paths that are remembered as they are recorded: programs ask for the same few over and over. */
const MOST_PATHS = 100

/** `onRoute` is given the route itself, at the decision and at the end: it changes in between. */
export function createRoutes(onRoute: (route: Route) => void, now: () => number): Routes {
  // Hundreds of routes share one text so.
  const record = remember(MOST_PATHS, recordPath)
  const rings = new Map<string, Route[]>()
  const run = randomBytes(4).toString('hex')
  let count = 0

  const keep = (route: Route): void => {
    const ring = rings.get(route.projectId)
    if (!ring) {
      rings.set(route.projectId, [route])
      return
    }
    ring.push(route)
    // Cut in blocks: shifting one by one would copy the ring on every request.
    if (ring.length >= 2 * MAX_ROUTES) ring.splice(0, ring.length - MAX_ROUTES)
  }

  return {
    begin({ projectId, host, method, path }) {
      count += 1
      const route: Route = {
        id: `${run}-${count}`,
        projectId,
        at: now(),
        host,
        method,
        path: record(path),
        outcome: 'sent',
        reason: '',
      }
      keep(route)
      let over = false
      return {
        route,
        noted: (change) => void Object.assign(route, change),
        decided(change) {
          Object.assign(route, change)
          onRoute(route)
        },
        began() {
          route.firstByteMs ??= now() - route.at
        },
        finished(change) {
          if (over) return
          over = true
          Object.assign(route, change)
          route.durationMs = now() - route.at
          onRoute(route)
        },
      }
    },
    list: (projectId) =>
      (rings.get(projectId) ?? [])
        .slice(-MAX_ROUTES)
        .reverse()
        .map((route) => ({ ...route })),
  }
}
