import type { AnyEvent } from '../../preload/contract.ts'
import type { Project, RuntimeKind } from '../../preload/shapes.ts'
import { BerthError } from '../errors.ts'
import type { ProjectRepo, ProjectRow } from './project-repo.ts'
import { type Fact, type Facts, factsFrom, reduce, stateOf, storedStateOf } from './state.ts'

/** The one owner of what state each project is in. Every change is stored, then told. */
export interface States {
  list(): Project[]
  /** Throws `not_found`. */
  project(id: string): Project
  /** Throws `not_found`. */
  row(id: string): ProjectRow
  facts(id: string): Facts
  /** Takes in one fact about a project. An unknown project is no error: it may have been removed meanwhile. */
  apply(id: string, fact: Fact): void
  /** Something happened that people would call activity. */
  touch(id: string): void
  /** Tells of a change of the row that was stored elsewhere. */
  tell(id: string): void
  /** Tells of the projects whose pinned account is another one than was last shown. */
  tellPins(): void
  forget(id: string): void
}

interface StatesDeps {
  readonly rows: ProjectRepo
  isolated(kind: RuntimeKind): boolean
  /** The account pinned for the project and its provider. */
  pinned(row: ProjectRow): string | undefined
  emit(event: AnyEvent): void
  now(): number
}

function toProject(row: ProjectRow, facts: Facts, isolated: boolean, accountId: string | undefined): Project {
  return {
    id: row.id,
    name: row.name,
    folder: row.folder,
    providerId: row.providerId,
    modelId: row.modelId,
    runtime: row.runtime,
    isolated,
    ...(row.image === undefined ? {} : { image: row.image }),
    ...(accountId === undefined ? {} : { accountId }),
    delivery: row.delivery,
    egress: row.egress,
    ...(row.serverEgress === undefined ? {} : { serverEgress: row.serverEgress }),
    state: stateOf(facts),
    ...(facts.problem === undefined ? {} : { problem: facts.problem }),
    createdAt: row.createdAt,
    lastActivityAt: row.lastActivityAt,
  }
}

export function createStates({ rows, isolated, pinned, emit, now }: StatesDeps): States {
  const known = new Map<string, Facts>()
  const shownPins = new Map<string, string | undefined>()

  const factsOf = (row: ProjectRow) => known.get(row.id) ?? factsFrom(row.state, row.problem)

  function shown(row: ProjectRow): Project {
    const accountId = pinned(row)
    shownPins.set(row.id, accountId)
    return toProject(row, factsOf(row), isolated(row.runtime), accountId)
  }

  function row(id: string): ProjectRow {
    const found = rows.find(id)
    if (found === undefined) {
      throw new BerthError('not_found', 'There is no such project any more. Choose another one.')
    }
    return found
  }

  function tell(id: string): void {
    emit({ name: 'project.changed', payload: shown(row(id)) })
  }

  return {
    row,
    tell,
    tellPins() {
      for (const one of rows.list())
        if (shownPins.has(one.id) && shownPins.get(one.id) !== pinned(one)) tell(one.id)
    },
    list: () => rows.list().map(shown),
    project: (id) => shown(row(id)),
    facts: (id) => factsOf(row(id)),
    apply(id, fact) {
      const found = rows.find(id)
      if (found === undefined) return
      const next = reduce(factsOf(found), fact)
      known.set(id, next)
      const state = storedStateOf(next)
      if (state === found.state && JSON.stringify(next.problem) === JSON.stringify(found.problem)) return
      rows.setState(id, state, next.problem)
      tell(id)
    },
    touch(id) {
      rows.touch(id, now())
      if (rows.find(id) !== undefined) tell(id)
    },
    forget(id) {
      known.delete(id)
      shownPins.delete(id)
    },
  }
}
