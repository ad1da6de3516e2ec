import type { Account } from '../../preload/accounts.ts'
import { BerthError } from '../errors.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { DeliveredRepo } from './delivered-repo.ts'
import { type Gift, placeholderGift, realGift } from './gifts.ts'
import type { ProjectLogs } from './logs.ts'
import type { ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

export interface CredentialDeps {
  readonly deps: Pick<ProjectsDeps, 'accounts' | 'catalog' | 'gateway' | 'log' | 'keyGiven'>
  readonly delivered: DeliveredRepo
  readonly logs: Pick<ProjectLogs, 'note'>
}

/** What an OpenCode server was given: a mark of it by provider id. In memory only. */
export type Given = ReadonlyMap<string, string>

type Placed = Pick<ProjectRow, 'id' | 'providerId' | 'modelId'>

/**
 * The account that would serve this project, or undefined where there is none that can: also of a provider that left the
 * catalog, which must not hinder the others.
 */
export function accountFor(
  { accounts }: Pick<ProjectsDeps, 'accounts'>,
  row: Placed,
  providerId: string,
): Account | undefined {
  // Of other providers it is not known which model is asked for.
  const modelId = providerId === row.providerId ? row.modelId : undefined
  try {
    return accounts.resolve(providerId, { projectId: row.id, modelId }).account
  } catch (error) {
    if (error instanceof BerthError && ['no_credential', 'unknown_provider'].includes(error.code))
      return undefined
    throw error
  }
}

/** A placeholder per provider that has an account, and per custom provider: its own server may want no key. */
function placeholdersFor({ deps }: CredentialDeps, row: ProjectRow): Map<string, Gift> {
  const custom = deps.catalog.custom().map(({ id }) => id)
  const ids = new Set([...deps.accounts.list().map(({ providerId }) => providerId), ...custom])
  const wanted = new Map<string, Gift>()
  for (const id of ids) {
    const type = accountFor(deps, row, id)?.type ?? (custom.includes(id) ? 'api' : undefined)
    if (type !== undefined) wanted.set(id, placeholderGift(deps, row, id, type))
  }
  return wanted
}

/** The real key for a project that is to have it. Throws what reading the vault throws. */
function realFor({ deps }: CredentialDeps, row: ProjectRow): Gift | undefined {
  if (row.delivery !== 'direct') return undefined
  const account = accountFor(deps, row, row.providerId)
  return account === undefined ? undefined : realGift(deps, account)
}

/** Written down around the giving: whatever is cut short, no real key is inside that is not in the list. */
async function give(
  { deps, delivered, logs }: CredentialDeps,
  row: ProjectRow,
  openCode: OpenCode,
  set: ReadonlyMap<string, Gift>,
): Promise<void> {
  for (const [id, { auth, real, accountId }] of set) {
    if (real) delivered.add(row.id, id)
    await openCode.setAuth(id, auth())
    if (accountId !== undefined) deps.keyGiven?.(row.id, accountId)
    if (!real) delivered.drop(row.id, id)
    if (!real && row.delivery === 'direct' && id === row.providerId)
      logs.note(
        row.id,
        `No account with a key serves ${id} here now, so its requests go through the gateway.`,
      )
  }
}

const marks = (gifts: ReadonlyMap<string, Gift>): Map<string, string> =>
  new Map([...gifts].map(([id, { mark }]) => [id, mark]))

/**
 * Gives a server that just started every placeholder and the real key it is to have, takes away those of providers
 * without an account, and reads back that the project's own provider is connected. Throws `no_credential`,
 * `opencode_error`, or what the vault throws when a real key is to be read.
 */
export async function giveAll(kit: CredentialDeps, row: ProjectRow, openCode: OpenCode): Promise<Given> {
  const { deps, delivered } = kit
  const wanted = placeholdersFor(kit, row)
  if (!wanted.has(row.providerId))
    deps.accounts.resolve(row.providerId, { projectId: row.id, modelId: row.modelId })
  const real = realFor(kit, row)
  if (real !== undefined) wanted.set(row.providerId, real)
  // Before anything is asked: with an account's fields in its environment and no key, OpenCode answers some questions
  // with an error. It reads credentials when it loads a folder, which an earlier try may have made it do.
  await give(kit, row, openCode, wanted)
  await openCode.reload()
  const found = await openCode.connected()
  const gone = new Set([...found, ...delivered.of(row.id)].filter((id) => !wanted.has(id)))
  for (const id of gone) {
    await openCode.removeAuth(id)
    delivered.drop(row.id, id)
  }
  if (gone.size > 0) await openCode.reload()
  if (found.includes(row.providerId)) return marks(wanted)
  throw new BerthError(
    'opencode_error',
    `OpenCode in ${row.name} does not list ${row.providerId} as connected. Start the project again; if that does not help, choose another provider.`,
  )
}

/** What a running server is to have now. A real key that cannot be read leaves what it has. */
function wantedNow(kit: CredentialDeps, row: ProjectRow): Map<string, Gift> {
  const { deps, delivered } = kit
  const wanted = placeholdersFor(kit, row)
  // The placeholder takes the place of a key whose account is gone.
  for (const id of delivered.of(row.id))
    if (!wanted.has(id)) wanted.set(id, placeholderGift(deps, row, id, 'api'))
  try {
    const real = realFor(kit, row)
    if (real !== undefined) wanted.set(row.providerId, real)
  } catch (error) {
    deps.log.warn({ err: error, projectId: row.id }, 'the key for a project could not be read')
    wanted.delete(row.providerId)
  }
  return wanted
}

/**
 * Brings a running server up to date. Answers what it has now, and whether it must reload to use it. It keeps the
 * placeholders of providers whose accounts are gone until its next start: they are worth nothing, and with them the
 * gateway tells the conversation what is missing, where OpenCode alone would say that there is no such model.
 */
export async function giveChanges(
  kit: CredentialDeps,
  row: ProjectRow,
  server: { readonly openCode: OpenCode; readonly given: Given | undefined },
): Promise<{ readonly given: Given; readonly changed: boolean }> {
  const wanted = wantedNow(kit, row)
  const has = server.given ?? (await assumed(kit, row, server.openCode, wanted))
  const set = new Map([...wanted].filter(([id, { mark }]) => has.get(id) !== mark))
  await give(kit, row, server.openCode, set)
  return { given: new Map([...has, ...marks(wanted)]), changed: set.size > 0 }
}

/** A server found running has what it lists, in the form it is wanted; of real keys nobody knows which they are. */
async function assumed(
  { delivered }: CredentialDeps,
  row: ProjectRow,
  openCode: OpenCode,
  wanted: ReadonlyMap<string, Gift>,
): Promise<Given> {
  const inside = delivered.of(row.id)
  const found = new Map<string, string>()
  for (const id of await openCode.connected()) {
    const gift = wanted.get(id)
    if (gift !== undefined && !gift.real && !inside.includes(id)) found.set(id, gift.mark)
  }
  return found
}
