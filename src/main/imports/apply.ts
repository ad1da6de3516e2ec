import type { ImportChoice, ImportChoices, ImportItem, ImportResult } from '../../preload/imports.ts'
import type { Accounts } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'
import type { Directory } from './directory.ts'
import type { Found } from './found.ts'
import { freeLabel, type Identified } from './items.ts'
import { type JudgeDeps, judge, withChoice } from './judge.ts'

export interface ApplyDeps extends Pick<JudgeDeps, 'catalog'> {
  readonly accounts: Pick<Accounts, 'addCredential' | 'replaceCredential' | 'setFields' | 'get'>
  /** The accounts as they are now. Throws when the vault is not open: nothing can be told then. */
  read(): Directory
  /** What the user was shown of an item: the account it was to take the place of. Undefined when it was not shown. */
  shown(id: string): { readonly existingId: string | undefined } | undefined
}

type Deps = ApplyDeps & JudgeDeps
type Outcome = ImportResult['items'][number]

const skipped = (id: string, reason?: string): Outcome => ({
  id,
  outcome: 'skipped',
  ...(reason === undefined ? {} : { reason }),
})

async function add(
  { accounts, directory }: Deps,
  { id, providerId = '', namespace, fields, ...item }: ImportItem,
  { credential, origin }: Found,
): Promise<Outcome> {
  if (credential === undefined) return skipped(id)
  const label = freeLabel(item.label, (one) => directory.isTaken({ providerId, namespace, label: one }))
  const account = await accounts.addCredential({
    providerId,
    namespace,
    label,
    fields,
    credential,
    ...(origin ?? {}),
  })
  directory.put(account, credential)
  return { id, outcome: 'added', accountId: account.id }
}

/** The fields go first: after a crash in between, the secret still differs and the next import does both. */
async function replace(
  { accounts, directory }: Deps,
  { id, fields }: ImportItem,
  found: Found,
  existingId: string,
): Promise<Outcome> {
  if (found.credential === undefined) return skipped(id)
  const before = accounts.get(existingId).fields
  if (Object.entries(fields).some(([name, value]) => before[name] !== value)) {
    accounts.setFields(existingId, { ...before, ...fields })
  }
  const account = await accounts.replaceCredential(existingId, found.credential)
  directory.put(account, found.credential)
  return { id, outcome: 'replaced', accountId: existingId }
}

/** Why the item is left, whatever it is; undefined when something is to be done. */
function leftBecause(item: ImportItem, choice: ImportChoice | undefined): Outcome | undefined {
  const { id, state, reason, existingId } = item
  if (choice?.action === 'skip') return skipped(id)
  if (state === 'same') {
    return {
      ...skipped(id, 'It is here already.'),
      ...(existingId === undefined ? {} : { accountId: existingId }),
    }
  }
  if (state === 'refused') return { id, outcome: 'refused', ...(reason === undefined ? {} : { reason }) }
  if (state === 'unsure') {
    const why = 'It is not known whose this is. Choose its provider.'
    return choice === undefined ? skipped(id, why) : { id, outcome: 'refused', reason: why }
  }
  return state === 'conflict' && choice === undefined
    ? skipped(id, 'An account of that name has another secret. Replace it, or add this one beside it.')
    : undefined
}

async function one(deps: Deps, { id, found: given }: Identified, choice: ImportChoice | undefined) {
  const found = withChoice(given, choice)
  const item = judge(deps, id, found)
  const left = leftBecause(item, choice)
  if (left !== undefined) return left
  const { existingId, state } = item
  const isRestored = state === 'new' && existingId !== undefined
  if (existingId === undefined || !(isRestored || choice?.action === 'replace')) return add(deps, item, found)
  const shown = deps.shown(id)
  if (
    !isRestored &&
    shown !== undefined &&
    choice?.providerId === undefined &&
    shown.existingId !== existingId
  ) {
    return skipped(id, 'Another account has that name since you looked. Look again.')
  }
  return replace(deps, item, found, existingId)
}

function total(items: Outcome[]): ImportResult {
  const count = (outcome: Outcome['outcome']) => items.filter((item) => item.outcome === outcome).length
  return { added: count('added'), replaced: count('replaced'), skipped: count('skipped'), items }
}

/** What was true a moment ago may not be: then the accounts are read anew, and the item looked at once more. */
async function settled(deps: Deps, item: Identified, choice: ImportChoice | undefined): Promise<Outcome> {
  try {
    return await one(deps, item, choice)
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    if (error.code !== 'conflict') return { id: item.id, outcome: 'refused', reason: error.message }
  }
  try {
    return await one({ ...deps, directory: deps.read() }, item, choice)
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    return { id: item.id, outcome: 'refused', reason: error.message }
  }
}

/**
 * Does what was chosen, one item after another, each as it stands at its turn. A fault of one is that one's outcome, and
 * the others go on; so doing it twice, or again after a crash, changes nothing more.
 */
export async function applyItems(
  deps: ApplyDeps,
  items: readonly Identified[],
  choices: ImportChoices,
): Promise<ImportResult> {
  const chosen = new Map(Object.entries(choices))
  const directory = deps.read()
  const done: Outcome[] = []
  for (const item of items) {
    const choice = chosen.get(item.id)
    const isNews = chosen.size > 0 && choice === undefined && deps.shown(item.id) === undefined
    done.push(
      isNews
        ? skipped(item.id, 'It came into the source after you looked. Look again.')
        : await settled({ ...deps, directory }, item, choice),
    )
  }
  const known = new Set(items.map(({ id }) => id))
  for (const [id, { action }] of chosen) {
    if (!known.has(id) && action !== 'skip')
      done.push(skipped(id, 'It is no longer in the source. Look again.'))
  }
  return total(done)
}
