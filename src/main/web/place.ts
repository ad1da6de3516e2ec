import type { Destination } from '../../preload/shapes.ts'
import { assertNever } from '../errors.ts'

/**
 * The part of the renderer's address, `#` and on, that shows a place. A browser carries it through the login's
 * redirect (https://fetch.spec.whatwg.org/#http-redirect-fetch).
 */
export function placeHash(to: Destination): string {
  switch (to.page) {
    case 'project':
      return `#/projects/${encodeURIComponent(to.projectId)}`
    case 'providers':
      return to.providerId === undefined ? '#/providers' : `#/connect/${encodeURIComponent(to.providerId)}`
    case 'new-project':
      return '#/new'
    case 'import':
      return '#/import'
    default:
      return assertNever(to)
  }
}
