import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ImportKind } from '../../../../preload/imports.ts'
import { isImportKind } from '../imports/import-sources.ts'

export type Place =
  | { readonly page: 'projects' }
  | { readonly page: 'new-project' }
  | { readonly page: 'project'; readonly projectId: string }
  | { readonly page: 'providers'; readonly accountId?: string }
  /** `first`: as a step of the first run, which goes on from there. */
  | { readonly page: 'add-provider'; readonly providerId?: string; readonly first?: true }
  | { readonly page: 'import'; readonly kind?: ImportKind }
  | { readonly page: 'activity'; readonly accountId?: string }
  | { readonly page: 'usage' }
  /** `hosts`: at the list of hosts that projects may go to. */
  | { readonly page: 'settings'; readonly part?: 'hosts' }

export interface RouteState {
  readonly place: Place
  go(place: Place): void
}

/** Reads the part of an address after `#`; anything unknown is the projects page. */
export function parsePlace(hash: string): Place {
  const [first, second] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decodeURIComponent)
  if (first === 'new') return { page: 'new-project' }
  if (first === 'projects' && second) return { page: 'project', projectId: second }
  if (first === 'providers') return second ? { page: 'providers', accountId: second } : { page: 'providers' }
  if (first === 'connect' || first === 'first') return addingPlace(second, first === 'first')
  if (first === 'import')
    return second && isImportKind(second) ? { page: 'import', kind: second } : { page: 'import' }
  if (first === 'activity') return second ? { page: 'activity', accountId: second } : { page: 'activity' }
  if (first === 'usage') return { page: 'usage' }
  if (first === 'settings')
    return second === 'hosts' ? { page: 'settings', part: second } : { page: 'settings' }
  return { page: 'projects' }
}

function addingPlace(providerId: string | undefined, first: boolean): Place {
  return {
    page: 'add-provider',
    ...(providerId ? { providerId } : {}),
    ...(first ? { first } : {}),
  }
}

export function formatPlace(place: Place): string {
  const part = encodeURIComponent
  switch (place.page) {
    case 'projects':
      return '#/projects'
    case 'new-project':
      return '#/new'
    case 'project':
      return `#/projects/${part(place.projectId)}`
    case 'providers':
      return place.accountId === undefined ? '#/providers' : `#/providers/${part(place.accountId)}`
    case 'add-provider': {
      const base = place.first ? '#/first' : '#/connect'
      return place.providerId === undefined ? base : `${base}/${part(place.providerId)}`
    }
    case 'import':
      return place.kind === undefined ? '#/import' : `#/import/${part(place.kind)}`
    case 'activity':
      return place.accountId === undefined ? '#/activity' : `#/activity/${part(place.accountId)}`
    case 'usage':
      return '#/usage'
    case 'settings':
      return place.part === undefined ? '#/settings' : `#/settings/${place.part}`
  }
}

/** Which screen is shown; kept in the address, so that reload and back do what one expects. */
export function createRouteStore(window: Window): StoreApi<RouteState> {
  const store = createStore<RouteState>(() => ({
    place: parsePlace(window.location.hash),
    go: (place) => {
      const hash = formatPlace(place)
      if (window.location.hash === hash) return
      window.location.hash = hash
    },
  }))
  window.addEventListener('hashchange', () => store.setState({ place: parsePlace(window.location.hash) }))
  return store
}
