import type { Model, Provider } from '../../preload/shapes.ts'
import type { Database } from '../db/database.ts'
import { checkCustomProvider, isStale, toCustom, toModels, toProvider, toStored } from './custom-provider.ts'
import {
  createCustomProviderRepo,
  type StoredCustomProvider,
  type StoredDiscovery,
} from './custom-provider-repo.ts'
import type {
  Catalog,
  CustomProvider,
  DiscoveringProvider,
  DiscoveryOutcome,
  NamedModel,
  NewCustomProvider,
} from './types.ts'

/** The user's own part of the catalog. Undefined answers mean that it has no such provider. */
export interface CustomProviders extends Pick<Catalog, 'discovering' | 'keepDiscovery'> {
  list(): CustomProvider[]
  providers(): Provider[]
  provider(id: string): Provider | undefined
  models(id: string): Model[] | undefined
  baseUrl(id: string): string | undefined
  save(provider: NewCustomProvider): Provider
  remove(id: string): boolean
}

const NOTHING = { models: false, state: false }

type Repo = ReturnType<typeof createCustomProviderRepo>

/** A form may have been filled from the server's own list: with its first answer those are no typed models any more. */
function withoutFound(stored: StoredCustomProvider, found: readonly NamedModel[]): StoredCustomProvider {
  const models = stored.models.filter(
    (typed) => !found.some((model) => model.id === typed.id && model.name === typed.name),
  )
  return { ...stored, models }
}

function keep(repo: Repo, now: number, stored: StoredCustomProvider, outcome: DiscoveryOutcome) {
  const before: StoredDiscovery = stored.discovery ?? { models: [] }
  if ('problem' in outcome) {
    if (outcome.problem === before.problem) return NOTHING
    repo.failed(stored.id, outcome.problem)
    return { models: false, state: true }
  }
  const shown = JSON.stringify(toCustom(stored).models)
  repo.found(stored.id, outcome.models, now)
  if (before.fetchedAt === undefined) repo.save(withoutFound(stored, outcome.models), true)
  const after = repo.list().find(({ id }) => id === stored.id) ?? stored
  const models = JSON.stringify(toCustom(after).models) !== shown
  return { models, state: models || before.problem !== undefined || isStale(before.fetchedAt, now) }
}

export function createCustomProviders(db: Database, now: () => number): CustomProviders {
  const repo = createCustomProviderRepo(db)
  const find = (id: string) => repo.list().find((stored) => stored.id === id)
  const discovering = (): DiscoveringProvider[] =>
    repo.list().flatMap(({ id, name, baseUrl, discovery }) => {
      if (discovery === undefined) return []
      const { models: _, ...state } = discovery
      return [{ id, name, baseUrl, ...state }]
    })
  return {
    list: () => repo.list().map(toCustom),
    providers: () => repo.list().map((stored) => toProvider(stored, now())),
    provider(id) {
      const stored = find(id)
      return stored === undefined ? undefined : toProvider(stored, now())
    },
    models(id) {
      const stored = find(id)
      return stored === undefined ? undefined : toModels(stored)
    },
    baseUrl: (id) => find(id)?.baseUrl,
    save(given) {
      const { stored, keepFound } = toStored(checkCustomProvider(given), find(given.id))
      repo.save(stored, keepFound)
      return toProvider(find(given.id) ?? stored, now())
    },
    remove: repo.remove,
    discovering,
    keepDiscovery(id, baseUrl, outcome) {
      const stored = find(id)
      if (stored?.discovery === undefined || stored.baseUrl !== baseUrl) return NOTHING
      return keep(repo, now(), stored, outcome)
    },
  }
}
