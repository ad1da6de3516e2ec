import type { Account, VendorIdentity } from '../../preload/accounts.ts'
import { BerthError } from '../errors.ts'
import { type Context, checkName, get, providerName, secretsIfReadable } from './context.ts'
import { factsOf, readCredential, recordId, secretsOf, writeCredential } from './credential.ts'
import { checkLength, checkLogin, cleanKey, previewOf } from './key.ts'
import { nameOf } from './resolve.ts'
import type { Credential, Login, NewAccount, NewCredential } from './types.ts'

/** A credential whose form was looked at. Throws `bad_request`. */
function clean(context: Context, providerId: string, credential: Credential): Credential {
  if (credential.type === 'api') {
    const key = cleanKey(credential.key)
    // One that left the catalog was none of the user's own.
    const isOwn = context.catalog.custom().some(({ id }) => id === providerId)
    if (!isOwn) checkLength(key, providerName(context, providerId))
    return { type: 'api', key }
  }
  checkLogin(credential)
  const { name, methods } = context.catalog.provider(providerId)
  if (methods.some(({ type }) => type === 'oauth')) return credential
  throw new BerthError('bad_request', `${name} has no sign-in that Berth can use. Connect it with a key.`)
}

/** The account's login at the vendor, as far as it can be told. */
interface Whose {
  readonly credential: Credential | undefined
  readonly identity: VendorIdentity | undefined
}

/** Whether two are one person's login. Keys are not: a person may have several. */
function sameLogin(one: Whose, other: Whose): boolean {
  if (one.credential?.type !== 'oauth' || other.credential?.type !== 'oauth') return false
  if (one.identity?.kind === 'user' && other.identity?.kind === 'user')
    return one.identity.id === other.identity.id
  const id = one.credential.accountId ?? one.identity?.id
  return id !== undefined && id === (other.credential.accountId ?? other.identity?.id)
}

function loginOf({ vault }: Context, account: Account): Whose {
  try {
    return { credential: readCredential(vault, account.id), identity: account.identity }
  } catch {
    // A damaged record must not block the others.
    return { credential: undefined, identity: account.identity }
  }
}

/**
 * The account of the provider that has one of these secrets or is this login at the vendor. Throws what the vault throws
 * when it is not open: then nobody can tell.
 */
export function findHolder(
  context: Context,
  providerId: string,
  credential: Credential,
  known: { readonly identity?: VendorIdentity | undefined; readonly ownId?: string | undefined } = {},
): Account | undefined {
  context.vault.ids()
  const secrets = secretsOf(credential)
  return context.repo.alike(providerId, secrets.map(previewOf)).find((one) => {
    if (one.id === known.ownId) return false
    const login = loginOf(context, one)
    const held = login.credential === undefined ? [] : secretsOf(login.credential)
    return (
      held.some((secret) => secrets.includes(secret)) ||
      sameLogin(login, { credential, identity: known.identity })
    )
  })
}

/** Throws `conflict` when another account has the credential already. */
function checkHolder(
  context: Context,
  providerId: string,
  ...asked: [Credential, Parameters<typeof findHolder>[3]]
): void {
  const twin = findHolder(context, providerId, ...asked)
  if (twin === undefined) return
  const where = `${nameOf(twin)} of ${providerName(context, providerId)}`
  throw new BerthError(
    'conflict',
    asked[0].type === 'api'
      ? `This key is in the account ${where} already. Use that one, or paste another key.`
      : `This login is the account ${where} already. Replace the login there, or sign in as somebody else.`,
    { data: { accountId: twin.id } },
  )
}

function checkProvider({ catalog }: Context, { providerId, fields }: NewCredential): void {
  const provider = catalog.provider(providerId)
  const problem = provider.unsupported ?? catalog.fieldsProblem(providerId, fields)
  if (problem !== undefined) throw new BerthError('bad_request', problem)
}

export function withoutEmpty(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** The account was removed, or not added after all. */
async function clearLeftover({ repo, vault }: Context, id: string): Promise<void> {
  if (repo.find(id) === undefined) await vault.remove(recordId(id))
  repo.dropLeftover(id)
}

/** The id an export gives, unless an account here has it, or the vault has something else by it. */
function idFor({ repo, vault, newId }: Context, wanted: string | undefined): string {
  if (wanted === undefined || repo.find(wanted) !== undefined) return newId()
  return vault.ids().includes(recordId(wanted)) ? newId() : wanted
}

/** The id is among the leftovers before the vault has the record and until the row is there. */
export async function addCredential(context: Context, given: NewCredential): Promise<Account> {
  const { repo, vault, now } = context
  const { providerId, namespace, identity } = given
  const label = given.label.trim()
  if (label === '') throw new BerthError('bad_request', 'An account needs a label. Give it one.')
  checkProvider(context, given)
  const credential = clean(context, providerId, given.credential)
  checkName(context, { providerId, namespace, label })
  checkHolder(context, providerId, credential, { identity })
  const id = idFor(context, given.id)
  repo.addLeftover(id)
  await writeCredential(vault, id, credential)
  try {
    // Again, for another account may have been given this name meanwhile.
    checkName(context, { providerId, namespace, label })
    const fields = withoutEmpty(given.fields)
    const createdAt = given.createdAt ?? now()
    const facts = {
      ...factsOf(providerId, credential, context.renews),
      identity,
      fields,
      createdAt,
      state: 'connected' as const,
    }
    repo.insert({ id, providerId, namespace, label, ...facts })
  } catch (error) {
    await clearLeftover(context, id)
    throw error
  }
  return get(context, id)
}

export function add(context: Context, { key, ...rest }: NewAccount): Promise<Account> {
  return addCredential(context, { ...rest, credential: { type: 'api', key } })
}

/**
 * Puts another credential in the account's place, of whatever kind: a login becomes a key when a key is given. What was
 * known of whose it is goes, unless the new one is the same login.
 */
export async function replaceCredential(
  context: Context,
  id: string,
  given: Credential,
  identity?: VendorIdentity,
): Promise<Account> {
  const { repo, vault } = context
  const account = get(context, id)
  const credential = clean(context, account.providerId, given)
  checkHolder(context, account.providerId, credential, { identity, ownId: id })
  const kept = sameLogin(loginOf(context, account), { credential, identity })
  await writeCredential(vault, id, credential)
  const { type, preview, ...ending } = factsOf(account.providerId, credential, context.renews)
  repo.renew(id, type, preview, { ...ending, identity: identity ?? (kept ? account.identity : undefined) })
  if (!kept) context.onReplaced(id)
  return get(context, id)
}

/**
 * The tokens go to the vault first and nobody is given them before that. After a crash between the vendor's answer and this
 * write the vault has tokens that the vendor has put out of use: it then refuses the next renewal, and the account says to
 * sign in again. A crash between the two writes here is put right by the sweep.
 */
export async function keepRenewed(
  context: Context,
  id: string,
  before: Login,
  after: Login,
): Promise<boolean> {
  const { repo, vault, renews } = context
  const account = repo.find(id)
  // Its record would be one that nobody finds any more.
  if (account === undefined) return false
  if (JSON.stringify(readCredential(vault, id)) !== JSON.stringify(before)) return false
  await writeCredential(vault, id, after)
  const { type, preview, ...ending } = factsOf(account.providerId, after, renews)
  repo.setFacts(id, type, preview, ending)
  return true
}

export async function remove(context: Context, id: string): Promise<void> {
  const account = get(context, id)
  // A vault that is not open would keep the secret of an account that is said to be gone.
  context.vault.ids()
  context.repo.remove(account)
  await clearLeftover(context, id)
}

/** Puts right what a row says of a credential that came without it: a crash was in between. True when it was wrong. */
function mendFacts({ repo, vault, renews }: Context, account: Account): boolean {
  const { id, type, preview, expiresAt } = account
  const credential = readCredential(vault, id)
  if (credential === undefined) return false
  const facts = factsOf(account.providerId, credential, renews)
  const same = facts.type === type && facts.preview === preview && facts.expiresAt === expiresAt
  if (same && facts.renewable === repo.renewable(id)) return false
  // Another credential is not what the vendor refused.
  if (facts.preview === preview) repo.setFacts(id, facts.type, preview, facts)
  else repo.renew(id, facts.type, facts.preview, { ...facts, identity: account.identity })
  return true
}

/** True when something visible changed. */
export async function sweep(context: Context): Promise<boolean> {
  const { repo, vault } = context
  if (vault.status().state !== 'ready') return false
  for (const id of repo.leftovers()) await clearLeftover(context, id)
  const mended = repo.list().filter((account) => {
    try {
      return mendFacts(context, account)
    } catch {
      // A damaged record is shown as its account's error.
      return false
    }
  })
  return mended.length > 0
}

/** Says of a damaged record whose it is. Throws on what is no such thing. */
function unreadable({ vault, catalog }: Context, account: Account, error: unknown): BerthError {
  const damaged = error instanceof BerthError && error.code === 'vault_damaged'
  if (!damaged || vault.status().state !== 'ready') throw error
  const [what, mend] = account.type === 'api' ? ['key', 'Replace it'] : ['login', 'Sign in again']
  const name = `${nameOf(account)} of ${providerName({ catalog }, account.providerId)}`
  return new BerthError(
    'vault_damaged',
    `The ${what} of the account ${name} cannot be read from the vault. ${mend} in Providers, or mend the vault in Settings.`,
    { data: { providerId: account.providerId } },
  )
}

function readOrSay(context: Context, account: Account): Credential | undefined {
  try {
    return readCredential(context.vault, account.id)
  } catch (error) {
    throw unreadable(context, account, error)
  }
}

/** Throws what `Vault.read` throws, naming the account where its record is damaged, and `no_credential`. */
export function credentialOf(context: Context, id: string): Credential {
  const account = get(context, id)
  const credential = readOrSay(context, account)
  if (credential !== undefined) return credential
  throw new BerthError(
    'no_credential',
    `The vault has no key for the account ${nameOf(account)}. Replace its key in Providers.`,
    { data: { providerId: account.providerId } },
  )
}

/** Throws what the vault throws when it is not open: locked is not lost. */
export function hasSecret(context: Context, id: string): boolean {
  context.vault.ids()
  return secretsIfReadable(context, get(context, id).id).length > 0
}
