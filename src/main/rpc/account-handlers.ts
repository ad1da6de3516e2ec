import type { Handlers } from './dispatch.ts'
import type { Services } from './services.ts'

/** Accounts and pins. */
export function accountHandlers({ catalog, accounts, projects, afterRestart }: Services) {
  return {
    'accounts.list': () => accounts.list(),
    'accounts.add': async (given) => {
      const account = await accounts.add(given)
      const { name } = catalog.provider(account.providerId)
      // Its fields are in an OpenCode's environment, which is made at the start.
      if (Object.keys(account.fields).length > 0)
        afterRestart(`${account.label} of ${name} is usable in running projects after a restart`)
      return account
    },
    'accounts.rename': ({ accountId, ...name }) => accounts.rename(accountId, name),
    'accounts.replaceKey': ({ accountId, key }) => accounts.replaceKey(accountId, key),
    'accounts.activate': ({ accountId }) => accounts.activate(accountId),
    'accounts.remove': async ({ accountId }) => {
      await accounts.remove(accountId)
      return null
    },
    'accounts.setFields': ({ accountId, fields }) => {
      const before = JSON.stringify(accounts.get(accountId).fields)
      const account = accounts.setFields(accountId, fields)
      const { name } = catalog.provider(account.providerId)
      if (JSON.stringify(account.fields) !== before)
        afterRestart(`The new fields of ${account.label} of ${name} reach running projects after a restart`)
      return account
    },
    'accounts.setEnabled': ({ accountId, enabled }) => accounts.setEnabled(accountId, enabled),
    'accounts.reorder': ({ providerId, accountIds }) => accounts.reorder(providerId, accountIds),
    'pins.list': () => accounts.pins(),
    'pins.set': ({ accountId, ...place }) => {
      // Throws for a project that is not there.
      if (place.projectId !== undefined) projects.get(place.projectId)
      return accounts.setPin(accountId, place)
    },
    'pins.remove': ({ providerId, ...place }) => accounts.removePin(providerId, place),
  } satisfies Partial<Handlers>
}
