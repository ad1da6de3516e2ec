import type { Account } from '../../../../preload/accounts.ts'
import type { Destination } from '../../../../preload/shapes.ts'
import type { Place } from './route-store.ts'

/**
 * The place something outside the window leads to. A provider that has no account yet leads to where one is added; a
 * folder is filled in by the caller, for a place only shows.
 */
export function placeOf(to: Destination, accounts: readonly Account[]): Place {
  switch (to.page) {
    case 'project':
      return { page: 'project', projectId: to.projectId }
    case 'new-project':
      return { page: 'new-project' }
    case 'import':
      return { page: 'import' }
    case 'providers': {
      const { providerId } = to
      if (providerId === undefined) return { page: 'providers' }
      const own = accounts.filter((one) => one.providerId === providerId)
      const account = own.find((one) => one.active) ?? own[0]
      return account === undefined
        ? { page: 'add-provider', providerId }
        : { page: 'providers', accountId: account.id }
    }
  }
}
