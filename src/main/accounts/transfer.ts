import type { Account } from '../../preload/accounts.ts'
import type { Catalog } from '../catalog/types.ts'
import { BerthError } from '../errors.ts'
import { openAgeFile, sealAgeFile } from '../vault/age-file.ts'
import type { Vault } from '../vault/types.ts'
import type { AccountsRepo } from './accounts-repo.ts'
import { readCredential, secretsOf, writeCredential } from './credential.ts'
import {
  type ExportedAccount,
  type ExportResult,
  type ImportChoice,
  type ImportChoices,
  type ImportItem,
  type ImportResult,
  readExport,
  writeExport,
} from './export-file.ts'
import { cleanKey, previewOf } from './key.ts'
import { nameOf } from './resolve.ts'

export interface TransferDeps {
  readonly repo: AccountsRepo
  readonly vault: Vault
  readonly catalog: Catalog
  readonly now: () => number
  readonly newId: () => string
}

const secretOf = ({ secret }: ExportedAccount): string => secretsOf(secret)[0] ?? ''

/** The account's secrets here; none when they cannot be told. */
function heldBy({ vault }: TransferDeps, id: string): string[] {
  try {
    const credential = readCredential(vault, id)
    return credential === undefined ? [] : secretsOf(credential)
  } catch {
    return []
  }
}

/** Every account under a passphrase. Throws what `Vault.ids` throws, and `bad_request` for a short passphrase. */
export async function exportFile(deps: TransferDeps, passphrase: string): Promise<ExportResult> {
  const { repo, vault, now } = deps
  vault.ids()
  const accounts: ExportedAccount[] = []
  const left: ExportResult['left'][number][] = []
  for (const account of repo.list()) {
    const { id, providerId, namespace, label, fields, createdAt } = account
    try {
      const secret = readCredential(vault, id)
      if (secret === undefined) left.push({ id, reason: `The vault has no key for ${nameOf(account)}.` })
      else accounts.push({ id, providerId, namespace, label, fields, createdAt, secret })
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      left.push({ id, reason: error.message })
    }
  }
  return {
    file: await sealAgeFile(passphrase, writeExport(accounts, now())),
    accounts: accounts.length,
    left,
  }
}

/** Why an account cannot be here, when it cannot. */
function refusal(
  { catalog }: TransferDeps,
  { providerId, fields, secret }: ExportedAccount,
): string | undefined {
  try {
    if (secret.type === 'api') cleanKey(secret.key)
    return catalog.provider(providerId).unsupported ?? catalog.fieldsProblem(providerId, fields)
  } catch (error) {
    if (error instanceof BerthError) return error.message
    throw error
  }
}

const sameName = (one: Account, other: ExportedAccount): boolean =>
  one.namespace === other.namespace && one.label === other.label

function classify(deps: TransferDeps, given: ExportedAccount): ImportItem {
  const { id, providerId, namespace, label, secret } = given
  const preview = previewOf(secretOf(given))
  const item = { id, providerId, namespace, label, type: secret.type, preview }
  const reason = refusal(deps, given)
  if (reason !== undefined) return { ...item, state: 'refused', reason }
  const own = deps.repo.list().filter((one) => one.providerId === providerId)
  const twin = own.find((one) => heldBy(deps, one.id).includes(secretOf(given)))
  if (twin !== undefined) return { ...item, state: 'same', existingId: twin.id }
  const rival = own.find((one) => one.id === id) ?? own.find((one) => sameName(one, given))
  if (rival === undefined) return { ...item, state: 'new' }
  // A row whose secret is lost takes it back: that is what an export is for.
  const state = heldBy(deps, rival.id).length === 0 ? 'new' : 'conflict'
  return { ...item, state, existingId: rival.id }
}

/** A label that no account of the provider and namespace has. */
function freeLabel({ repo }: TransferDeps, given: ExportedAccount): string {
  const taken = (label: string): boolean =>
    repo.list().some((one) => one.providerId === given.providerId && sameName(one, { ...given, label }))
  let label = given.label
  for (let n = 2; taken(label); n += 1) label = `${given.label} (${n})`
  return label
}

/** As when an account is added by hand: the id is among the leftovers until its row is there. */
async function add(deps: TransferDeps, given: ExportedAccount): Promise<void> {
  const { repo, vault, newId } = deps
  const { providerId, namespace, fields, createdAt, secret } = given
  const id = repo.find(given.id) === undefined ? given.id : newId()
  const label = freeLabel(deps, given)
  const preview = previewOf(secretOf(given))
  repo.addLeftover(id)
  await writeCredential(vault, id, secret)
  repo.insert({
    id,
    providerId,
    namespace,
    label,
    type: secret.type,
    preview,
    fields,
    state: 'connected',
    createdAt,
  })
}

async function replace(deps: TransferDeps, id: string, given: ExportedAccount): Promise<void> {
  await writeCredential(deps.vault, id, given.secret)
  deps.repo.renew(id, given.secret.type, previewOf(secretOf(given)))
}

/** Does one item by the user's choice. A choice that does not suit the item's state leaves it. */
async function applyOne(
  deps: TransferDeps,
  given: ExportedAccount,
  choice: ImportChoice | undefined,
): Promise<keyof ImportResult> {
  const { state, existingId } = classify(deps, given)
  if (choice === 'skip' || state === 'same' || state === 'refused') return 'skipped'
  if (existingId !== undefined && (state === 'new' || choice === 'replace')) {
    await replace(deps, existingId, given)
    return 'replaced'
  }
  if (state === 'conflict' && choice !== 'add') return 'skipped'
  await add(deps, given)
  return 'added'
}

/** How the accounts of an export stand to those there are. Nothing is written. Throws what `openAgeFile` throws. */
export async function previewImport(
  deps: TransferDeps,
  passphrase: string,
  file: Uint8Array,
): Promise<ImportItem[]> {
  deps.vault.ids()
  const accounts = readExport(await openAgeFile(passphrase, file))
  return accounts.map((given) => classify(deps, given))
}

/**
 * Imports the accounts of an export by the user's choices, by id. Each is looked at again at its turn, so that doing it
 * twice, or again after a crash, changes nothing more.
 */
export async function applyImport(
  deps: TransferDeps,
  passphrase: string,
  file: Uint8Array,
  choices: ImportChoices,
): Promise<ImportResult> {
  deps.vault.ids()
  const result = { added: 0, replaced: 0, skipped: 0 }
  for (const given of readExport(await openAgeFile(passphrase, file))) {
    const choice = Object.hasOwn(choices, given.id) ? choices[given.id] : undefined
    result[await applyOne(deps, given, choice)] += 1
  }
  return result
}
