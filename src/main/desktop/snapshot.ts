import { type AnyEvent, type MethodName, methods, type Output } from '../../preload/contract.ts'
import type { Project } from '../../preload/shapes.ts'
import type { Dispatch } from '../rpc/dispatch.ts'
import type { Events } from '../rpc/events.ts'
import type { TraySnapshot } from './tray-menu.ts'

/** What the tray and notifications know: fetched once through the contract, then kept by its events. */
export interface SnapshotFeed {
  current(): TraySnapshot
  close(): void
}

function withProject(
  projects: readonly Project[] | undefined,
  changed: Project,
): readonly Project[] | undefined {
  if (projects === undefined) return undefined
  const known = projects.some((project) => project.id === changed.id)
  return known
    ? projects.map((project) => (project.id === changed.id ? changed : project))
    : [...projects, changed]
}

/** The snapshot after an event, or the same one when the event is none of its concern. */
export function afterEvent(snapshot: TraySnapshot, event: AnyEvent): TraySnapshot {
  switch (event.name) {
    case 'status.changed':
      return { ...snapshot, status: event.payload }
    case 'accounts.changed':
      return { ...snapshot, accounts: event.payload }
    case 'project.changed': {
      const projects = withProject(snapshot.projects, event.payload)
      return projects === undefined ? snapshot : { ...snapshot, projects }
    }
    case 'project.removed': {
      const projects = snapshot.projects?.filter((project) => project.id !== event.payload.projectId)
      return projects === undefined ? snapshot : { ...snapshot, projects }
    }
    default:
      return snapshot
  }
}

/** Calls a method that takes no input; undefined when it failed. */
async function fetchOne<M extends MethodName>(dispatch: Dispatch, method: M): Promise<Output<M> | undefined> {
  const answer = await dispatch(method, {}, 'tray')
  // Dispatch parsed the value by this very schema; parsing again only gives it its type back.
  return answer.ok ? (methods[method].output.parse(answer.value) as Output<M>) : undefined
}

type Part = keyof TraySnapshot
const SOURCES = {
  status: 'app.status',
  providers: 'providers.list',
  accounts: 'accounts.list',
  projects: 'projects.list',
} as const satisfies Record<Part, MethodName>

/** Fetches each part of the snapshot and keeps it current; `onChange` runs after every change. */
export function createSnapshotFeed(deps: {
  readonly dispatch: Dispatch
  readonly events: Events
  readonly onChange: (snapshot: TraySnapshot) => void
}): SnapshotFeed {
  let snapshot: TraySnapshot = {}
  let closed = false

  const set = (next: TraySnapshot) => {
    if (closed || next === snapshot) return
    snapshot = next
    deps.onChange(snapshot)
  }
  const load = async (part: Part) => {
    const value = await fetchOne(deps.dispatch, SOURCES[part])
    if (value !== undefined) set({ ...snapshot, [part]: value })
  }
  const off = deps.events.on((event) => {
    if (event.name === 'providers.changed') void load('providers')
    set(afterEvent(snapshot, event))
  })
  for (const part of ['status', 'providers', 'accounts', 'projects'] as const) void load(part)

  return {
    current: () => snapshot,
    close: () => {
      closed = true
      off()
    },
  }
}
