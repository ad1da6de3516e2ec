import PQueue from 'p-queue'
import type { Account } from '../../preload/accounts.ts'
import type { Provider } from '../../preload/shapes.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Database } from '../db/database.ts'
import { BerthError } from '../errors.ts'
import { scrub } from '../log/scrub.ts'
import type { Vault } from '../vault/types.ts'
import { type AccountsRepo, createAccountsRepo } from './accounts-repo.ts'
import { readCredential, recordId, secretsOf, writeCredential } from './credential.ts'
import { cleanKey, previewOf } from './key.ts'
import { nameOf, pick } from './resolve.ts'
import { applyImport, exportFile, previewImport } from './transfer.ts'
import type { Accounts, Credential, NewAccount } from './types.ts'

export interface AccountsDeps {
  readonly db: Database
  readonly vault: Vault
  readonly catalog: Catalog
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** Called with every account after a change. */
  readonly onChange: (accounts: Account[]) => void
}

/** How often the time of the last use is written, for it changes with every request. */
const USED_STEP_MS = 5000
const LONGEST_ERROR = 500

type Context = AccountsDeps & { readonly repo: AccountsRepo }

function get({ repo }: Context, id: string): Account {
  const found = repo.find(id)
  if (found !== undefined) return found
  throw new BerthError('not_found', `There is no account ${JSON.stringify(id)}. It may have been removed.`)
}

/** Throws `conflict` when another account of the provider has this name. */
function checkName({ repo }: Context, provider: Provider, name: NewAccount | Account, ownId?: string): void {
  const twin = repo
    .list()
    .find(
      (one) =>
        one.id !== ownId &&
        one.providerId === provider.id &&
        one.namespace === name.namespace &&
        one.label === name.label,
    )
  if (twin === undefined) return
  throw new BerthError(
    'conflict',
    `${provider.name} has an account called ${nameOf(name)} already. Choose another label.`,
  )
}

/** The account's credential, or undefined when it cannot be told: a damaged record must not block the others. */
function secretsIfReadable({ vault }: Context, id: string): string[] {
  try {
    const credential = readCredential(vault, id)
    return credential === undefined ? [] : secretsOf(credential)
  } catch {
    return []
  }
}

/** Throws `conflict` when another account of the provider holds this key, and what the vault throws when not open. */
function checkKey(context: Context, provider: Provider, key: string, ownId?: string): void {
  context.vault.ids()
  const twin = context.repo
    .list()
    .filter((one) => one.providerId === provider.id && one.id !== ownId)
    .find((one) => secretsIfReadable(context, one.id).includes(key))
  if (twin === undefined) return
  throw new BerthError(
    'conflict',
    `This key is in the account ${nameOf(twin)} of ${provider.name} already. Use that one, or paste another key.`,
  )
}

function checkProvider({ catalog }: Context, { providerId, fields }: NewAccount): Provider {
  const provider = catalog.provider(providerId)
  const problem = provider.unsupported ?? catalog.fieldsProblem(providerId, fields)
  if (problem !== undefined) throw new BerthError('bad_request', problem)
  return provider
}

/** The id is among the leftovers before the vault has the record and until the row is there. */
async function add(context: Context, given: NewAccount): Promise<Account> {
  const { repo, vault, newId, now } = context
  const provider = checkProvider(context, given)
  const key = cleanKey(given.key)
  checkName(context, provider, given)
  checkKey(context, provider, key)
  const { providerId, namespace, label } = given
  const fields = Object.fromEntries(Object.entries(given.fields).filter(([, value]) => value !== ''))
  const id = newId()
  repo.addLeftover(id)
  await writeCredential(vault, id, { type: 'api', key })
  const preview = previewOf(key)
  repo.insert({
    id,
    providerId,
    namespace,
    label,
    type: 'api',
    preview,
    fields,
    state: 'connected',
    createdAt: now(),
  })
  return get(context, id)
}

async function replaceKey(context: Context, id: string, pasted: string): Promise<Account> {
  const { repo, vault, catalog } = context
  const { providerId } = get(context, id)
  const key = cleanKey(pasted)
  checkKey(context, catalog.provider(providerId), key, id)
  await writeCredential(vault, id, { type: 'api', key })
  repo.renew(id, 'api', previewOf(key))
  return get(context, id)
}

async function clearLeftover({ repo, vault }: Context, id: string): Promise<void> {
  if (repo.find(id) === undefined) await vault.remove(recordId(id))
  repo.dropLeftover(id)
}

async function remove(context: Context, id: string): Promise<void> {
  const account = get(context, id)
  // A vault that is not open would keep the secret of an account that is said to be gone.
  context.vault.ids()
  context.repo.remove(account)
  await clearLeftover(context, id)
}

/** True when something visible changed. */
async function sweep(context: Context): Promise<boolean> {
  const { repo, vault } = context
  if (vault.status().state !== 'ready') return false
  for (const id of repo.leftovers()) await clearLeftover(context, id)
  const stale = repo.list().flatMap((account) => {
    const [secret] = secretsIfReadable(context, account.id)
    const preview = secret === undefined ? account.preview : previewOf(secret)
    return preview === account.preview ? [] : [{ id: account.id, preview }]
  })
  for (const { id, preview } of stale) repo.setPreview(id, preview)
  return stale.length > 0
}

/** Updates the row of an account that may be gone by now. True when something visible changed. */
function markUsed({ repo, now }: Context, id: string): boolean {
  const account = repo.find(id)
  if (account === undefined) return false
  const state = account.state === 'error' || account.state === 'expired' ? 'connected' : account.state
  const fresh = now() - (account.lastUsedAt ?? 0) < USED_STEP_MS
  if (fresh && state === account.state && account.lastError === undefined) return false
  repo.setUsed(id, state, now())
  return true
}

function markRejected(context: Context, id: string, message: string): boolean {
  const account = context.repo.find(id)
  if (account === undefined) return false
  const clean = secretsIfReadable(context, id).reduce(
    (text, secret) => (secret === '' ? text : text.replaceAll(secret, '[secret]')),
    message,
  )
  const lastError = scrub(clean).slice(0, LONGEST_ERROR)
  const state = account.state === 'disabled' || account.state === 'revoked' ? account.state : 'error'
  if (state === account.state && lastError === account.lastError) return false
  context.repo.setState(id, state, lastError)
  return true
}

function rename(context: Context, id: string, name: { namespace: string; label: string }): Account {
  const account = get(context, id)
  checkName(context, context.catalog.provider(account.providerId), { ...account, ...name }, id)
  context.repo.rename(id, name)
  return get(context, id)
}

function credentialOf(context: Context, id: string): Credential {
  const account = get(context, id)
  const credential = readCredential(context.vault, id)
  if (credential !== undefined) return credential
  throw new BerthError(
    'no_credential',
    `The vault has no key for the account ${nameOf(account)}. Replace its key in Providers.`,
    { data: { providerId: account.providerId } },
  )
}

/** The one account directory. Changes that touch the vault run one after another. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const repo = createAccountsRepo(deps.db)
  const context: Context = { ...deps, repo }
  const queue = new PQueue({ concurrency: 1 })
  const told = <T>(value: T): T => {
    deps.onChange(repo.list())
    return value
  }
  const tellIf = (changed: boolean): void => {
    if (changed) told(undefined)
  }
  return {
    list: repo.list,
    get: (id) => get(context, id),
    add: (account) => queue.add(async () => told(await add(context, account))),
    rename: (id, name) => told(rename(context, id, name)),
    replaceKey: (id, key) => queue.add(async () => told(await replaceKey(context, id, key))),
    activate(id) {
      repo.activate(get(context, id))
      return told(get(context, id))
    },
    remove: (id) => queue.add(async () => told(await remove(context, id))),
    resolve: (providerId, pinned) => pick(deps.catalog.provider(providerId), repo.list(), pinned),
    credential: (id) => credentialOf(context, id),
    markUsed: (id) => tellIf(markUsed(context, id)),
    markRejected: (id, message) => tellIf(markRejected(context, id, message)),
    exportFile: (passphrase) => queue.add(() => exportFile(context, passphrase)),
    previewImport: (passphrase, file) => queue.add(() => previewImport(context, passphrase, file)),
    applyImport: (passphrase, file, choices) =>
      // Told even when it fails half-way: what it did until then is there.
      queue.add(() => applyImport(context, passphrase, file, choices).finally(() => told(undefined))),
    sweep: () => queue.add(async () => tellIf(await sweep(context))),
  }
}
