import PQueue from 'p-queue'
import type { Account } from '../../preload/accounts.ts'
import { createAccountsRepo } from './accounts-repo.ts'
import * as adding from './adding.ts'
import { type AccountsDeps, type Context, get } from './context.ts'
import { lackIn } from './credential.ts'
import * as pinning from './pins.ts'
import { createPinsRepo } from './pins-repo.ts'
import { createPoolsRepo } from './pools-repo.ts'
import { pick, usable } from './resolve.ts'
import * as states from './states.ts'
import { exportFile } from './transfer.ts'
import type { Accounts, Place } from './types.ts'

/** Tells of what changed, after it is written. */
function createTelling({ repo, pinsRepo, onChange, onPins, onRenewed }: Context) {
  const told = <T>(value: T): T => {
    onChange(repo.list())
    return value
  }
  const toldPins = <T>(value: T): T => {
    onPins(pinsRepo.list())
    return value
  }
  const tellIf = (changed: boolean): void => {
    if (changed) told(undefined)
  }
  const renewed = (account: Account): Account => {
    onRenewed(account)
    return told(account)
  }
  return { told, toldPins, tellIf, renewed }
}
type Telling = ReturnType<typeof createTelling>

/** Answers whether other accounts lack their secret than at the last look, or lack it otherwise. */
function lackWatch({ repo, vault }: Context): () => boolean {
  let last = ''
  return () => {
    const lacks = repo.list().flatMap((account) => {
      const lack = lackIn(vault, account)
      return lack === undefined ? [] : [[account.id, lack]]
    })
    const before = last
    last = JSON.stringify(lacks)
    return last !== before && !(before === '' && lacks.length === 0)
  }
}

/** The acts that touch the vault. They run one after another. */
function vaultActs(context: Context, { told, toldPins, tellIf, renewed }: Telling) {
  const queue = new PQueue({ concurrency: 1 })
  const lacksChanged = lackWatch(context)
  return {
    add: (account) => queue.add(async () => told(await adding.add(context, account))),
    addCredential: (account) => queue.add(async () => told(await adding.addCredential(context, account))),
    replaceKey: (id, key) =>
      queue.add(async () => renewed(await adding.replaceCredential(context, id, { type: 'api', key }))),
    replaceCredential: (id, credential, identity) =>
      queue.add(async () => renewed(await adding.replaceCredential(context, id, credential, identity))),
    keepRenewed: (id, before, after) =>
      queue.add(async () => {
        const kept = await adding.keepRenewed(context, id, before, after)
        tellIf(kept)
        return kept
      }),
    remove: (id) =>
      queue.add(async () => {
        const account = get(context, id)
        const pinned = context.pinsRepo.list().some(({ accountId }) => accountId === account.id)
        try {
          await adding.remove(context, id)
        } finally {
          // Told even when it fails half-way: the account is gone before its secret is.
          if (context.repo.find(id) === undefined) told(undefined)
          if (pinned && context.repo.find(id) === undefined) toldPins(undefined)
        }
      }),
    exportFile: (passphrase) => queue.add(() => exportFile(context, passphrase)),
    sweep: () =>
      queue.add(async () => {
        const mended = await adding.sweep(context)
        tellIf(lacksChanged() || mended)
      }),
  } satisfies Partial<Accounts>
}

/** The acts that change rows only. */
function rowActs(context: Context, { told, tellIf, renewed }: Telling) {
  return {
    rename: (id, name) => told(states.rename(context, id, name)),
    setFields: (id, fields) => told(states.setFields(context, id, fields)),
    activate: (id) => renewed(states.activate(context, id)),
    setEnabled(id, enabled) {
      const account = states.setEnabled(context, id, enabled)
      return enabled ? renewed(account) : told(account)
    },
    reorder: (providerId, ids) => told(states.reorder(context, providerId, ids)),
    markUsed: (id) => tellIf(states.markUsed(context, id)),
    markRejected: (id, message) => tellIf(states.markRejected(context, id, message)),
    markChecked(id, check) {
      const account = states.markChecked(context, id, check)
      return check.verdict === 'good' ? renewed(account) : told(account)
    },
    retire: (id, message) => tellIf(states.retire(context, id, message)),
  } satisfies Partial<Accounts>
}

function pinActs(context: Context, { toldPins }: Telling) {
  const { pinsRepo } = context
  return {
    pins: pinsRepo.list,
    setPin: (accountId, place) => toldPins(pinning.setPin(context, accountId, place)),
    removePin: (providerId, place) => toldPins(pinning.removePin(context, providerId, place)),
    forgetProject(projectId) {
      if (pinsRepo.forgetProject(projectId)) toldPins(undefined)
    },
  } satisfies Partial<Accounts>
}

/** The one account directory. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const repo = createAccountsRepo(deps.db, deps.now, (account) => lackIn(deps.vault, account))
  const pinsRepo = createPinsRepo(deps.db)
  const context: Context = { ...deps, repo, pinsRepo }
  const telling = createTelling(context)
  const poolsRepo = createPoolsRepo(deps.db)
  const resolve = (providerId: string, place: Place, rotate = false) => {
    const provider = deps.catalog.provider(providerId)
    const active = () => repo.active(providerId)
    const pinnedAt = (here: Place) => pinsRepo.at(providerId, here)
    const own = () => (rotate ? repo.own(providerId) : [])
    return pick(provider, { pinnedAt, find: repo.find, active, mayTakeOver: own }, place)
  }
  return {
    ...vaultActs(context, telling),
    ...rowActs(context, telling),
    ...pinActs(context, telling),
    list: repo.list,
    of: repo.own,
    find: repo.find,
    get: (id) => get(context, id),
    holderOf: (providerId, credential) => adding.findHolder(context, providerId, credential),
    hasSecret: (id) => adding.hasSecret(context, id),
    resolve: (providerId, place) => resolve(providerId, place),
    choose(providerId, place) {
      const { strategy, rotate } = poolsRepo.get(providerId)
      const { account, reason, pinned } = resolve(providerId, place, rotate)
      const accounts = rotate && !pinned ? repo.own(providerId).filter(usable) : [account]
      return { accounts, strategy, active: account.id, reason }
    },
    pool: poolsRepo.get,
    setPool(providerId, change) {
      const { id } = deps.catalog.provider(providerId)
      poolsRepo.set(id, { ...poolsRepo.get(id), ...change })
      return poolsRepo.get(id)
    },
    credential: (id) => adding.credentialOf(context, id),
  }
}
