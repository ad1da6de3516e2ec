import type { Output } from '../../preload/contract.ts'
import type { AppStatus } from '../../preload/shapes.ts'
import type { Accounts } from '../accounts/types.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Engine } from '../engine/types.ts'
import { BerthError } from '../errors.ts'
import type { Gateway } from '../gateway/types.ts'
import { checkFolder, listFolders } from '../projects/folders.ts'
import type { Projects } from '../projects/types.ts'
import type { Runtime } from '../runtime/types.ts'
import type { Vault } from '../vault/types.ts'
import type { Handlers } from './dispatch.ts'

/** The services behind the contract. */
export interface Services {
  readonly info: Output<'app.info'>
  status(): AppStatus
  /** Brings up whatever can be brought up now. */
  bringUp(): Promise<AppStatus>
  readonly vault: Vault
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly engine: Engine
  readonly gateway: Gateway
  readonly projects: Projects
  /** The runtime whose rules a folder must meet just now. */
  folderRuntime(): Runtime
  /** Absent where there is no desktop. */
  readonly pickFolder: (() => Promise<string | null>) | undefined
  /** Custom providers came, changed or went. */
  providersChanged(): void
  /** Tells what reaches running projects with a restart only; the projects' names are put after the sentence. */
  afterRestart(sentence: string): void
}

function appHandlers(services: Services) {
  const { vault, engine, pickFolder } = services
  return {
    'app.info': () => services.info,
    'app.status': services.status,
    'app.recheck': services.bringUp,
    'vault.unlock': async ({ passphrase }) => {
      await vault.unlock(passphrase)
      return (await services.bringUp()).vault
    },
    'vault.lock': () => vault.lock(),
    'vault.restorePrevious': async () => {
      await vault.restorePrevious()
      return (await services.bringUp()).vault
    },
    'vault.createWithPassphrase': async ({ passphrase }) => {
      await vault.createWithPassphrase(passphrase)
      return (await services.bringUp()).vault
    },
    'engine.images': () => engine.images(),
    'folders.pick': () => {
      if (pickFolder === undefined) {
        throw new BerthError(
          'bad_request',
          'There is no system dialog in the browser. Type the path instead.',
        )
      }
      return pickFolder()
    },
    'folders.list': ({ path }) => listFolders(path),
    'folders.check': ({ path }) => checkFolder(path, services.folderRuntime()),
  } satisfies Partial<Handlers>
}

function accountHandlers({ catalog, accounts, providersChanged, afterRestart }: Services) {
  return {
    'providers.list': () => catalog.providers(),
    'providers.models': ({ providerId }) => catalog.models(providerId),
    'providers.saveCustom': (custom) => {
      const provider = catalog.saveCustom(custom)
      providersChanged()
      afterRestart(`${provider.name} is usable in running projects after a restart`)
      return provider
    },
    'providers.removeCustom': ({ providerId }) => {
      if (accounts.list().some((account) => account.providerId === providerId)) {
        throw new BerthError(
          'conflict',
          `${catalog.provider(providerId).name} still has accounts. Disconnect them first, then remove it.`,
        )
      }
      const { name } = catalog.provider(providerId)
      catalog.removeCustom(providerId)
      providersChanged()
      afterRestart(`${name} is gone from running projects after a restart`)
      return null
    },
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
  } satisfies Partial<Handlers>
}

/**
 * Throws what the vault throws while it is not open. The gateway's secrets are in it: a start would wait for it without
 * a word, and nothing is sent.
 */
function needVault(vault: Vault): void {
  vault.ids()
}

function projectHandlers({ projects, gateway, vault }: Services) {
  return {
    'projects.list': () => projects.list(),
    'projects.create': (input) => {
      needVault(vault)
      return projects.create(input)
    },
    'projects.update': (input) => projects.update(input),
    'projects.start': ({ projectId }) => {
      needVault(vault)
      return projects.start(projectId)
    },
    'projects.stop': ({ projectId }) => projects.stop(projectId),
    'projects.restart': ({ projectId }) => {
      needVault(vault)
      return projects.restart(projectId)
    },
    'projects.cancel': ({ projectId }) => projects.cancel(projectId),
    'projects.remove': async ({ projectId }) => {
      await projects.remove(projectId)
      return null
    },
    'projects.pipeline': ({ projectId }) => projects.pipeline(projectId),
    'projects.logs': ({ projectId, tail }) => projects.logs(projectId, tail),
    'projects.routes': ({ projectId }) => {
      projects.get(projectId)
      return gateway.routes(projectId)
    },
  } satisfies Partial<Handlers>
}

function conversationHandlers({ projects: { conversation }, vault }: Services) {
  return {
    'conversation.get': (input) => conversation.get(input),
    'conversation.newSession': ({ projectId }) => conversation.newSession(projectId),
    'conversation.send': (input) => {
      needVault(vault)
      return conversation.send(input)
    },
    'conversation.stop': async (input) => {
      await conversation.stop(input)
      return null
    },
    'conversation.answerPermission': async (input) => {
      await conversation.answerPermission(input)
      return null
    },
  } satisfies Partial<Handlers>
}

/** Every method of the contract, each as one call of a service. */
export function createHandlers(services: Services): Handlers {
  return {
    ...appHandlers(services),
    ...accountHandlers(services),
    ...projectHandlers(services),
    ...conversationHandlers(services),
  }
}
