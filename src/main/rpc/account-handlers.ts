import type { Handlers } from './dispatch.ts'
import { notBuilt } from './not-built.ts'
import type { Services } from './services.ts'

/** Accounts and pins. */
export function accountHandlers({ catalog, accounts, afterRestart }: Services) {
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
    'accounts.setFields': notBuilt,
    'accounts.setEnabled': notBuilt,
    'accounts.reorder': notBuilt,
    'accounts.check': notBuilt,
    'accounts.checkKey': notBuilt,
    'pins.list': notBuilt,
    'pins.set': notBuilt,
    'pins.remove': notBuilt,
  } satisfies Partial<Handlers>
}
