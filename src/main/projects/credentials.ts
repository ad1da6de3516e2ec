import type { Account } from '../../preload/accounts.ts'
import type { Credential } from '../accounts/types.ts'
import { BerthError } from '../errors.ts'
import type { OpenCode } from '../opencode/types.ts'
import type { ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

type CredentialDeps = Pick<ProjectsDeps, 'accounts' | 'catalog' | 'gateway'>
/** What an OpenCode server was given: the form of the placeholder, by provider id. */
export type Given = ReadonlyMap<string, Credential['type']>

/** The project's pinned account, where it is one of this provider and still exists. */
export function pinFor(
  { accounts }: Pick<CredentialDeps, 'accounts'>,
  row: Pick<ProjectRow, 'accountId'>,
  providerId: string,
): string | undefined {
  if (row.accountId === undefined) return undefined
  const pinned = accounts.list().find(({ id }) => id === row.accountId)
  return pinned?.providerId === providerId ? pinned.id : undefined
}

/** The account that would serve this project, or undefined where there is none that can. */
export function accountFor(
  deps: Pick<CredentialDeps, 'accounts'>,
  row: Pick<ProjectRow, 'accountId'>,
  providerId: string,
): Account | undefined {
  try {
    return deps.accounts.resolve(providerId, pinFor(deps, row, providerId)).account
  } catch (error) {
    if (error instanceof BerthError && error.code === 'no_credential') return undefined
    throw error
  }
}

/** The form of the credential that would serve this project, or undefined where there is none. */
function typeFor(deps: CredentialDeps, row: ProjectRow, providerId: string): Credential['type'] | undefined {
  const account = accountFor(deps, row, providerId)
  if (account === undefined) return undefined
  return account.type === 'oauth' ? 'oauth' : 'api'
}

/** A placeholder per provider that has an account, and per custom provider: its own server may want no key. */
export function wantedBy(deps: CredentialDeps, row: ProjectRow): Given {
  const custom = deps.catalog.custom().map(({ id }) => id)
  const ids = new Set([...deps.accounts.list().map(({ providerId }) => providerId), ...custom])
  const wanted = new Map<string, Credential['type']>()
  for (const id of ids) {
    const type = typeFor(deps, row, id) ?? (custom.includes(id) ? 'api' : undefined)
    if (type !== undefined) wanted.set(id, type)
  }
  return wanted
}

async function give(deps: CredentialDeps, row: ProjectRow, openCode: OpenCode, set: Given): Promise<void> {
  for (const [id, type] of set) await openCode.setAuth(id, deps.gateway.placeholder(row.id, id, type))
}

/**
 * Gives a server that just started every placeholder, takes away those of providers without an account, and reads back
 * that the project's own provider is connected. Throws `no_credential` or `opencode_error`.
 */
export async function giveAll(deps: CredentialDeps, row: ProjectRow, openCode: OpenCode): Promise<Given> {
  const wanted = wantedBy(deps, row)
  if (!wanted.has(row.providerId)) deps.accounts.resolve(row.providerId, pinFor(deps, row, row.providerId))
  // Before anything is asked: with an account's fields in its environment and no key, OpenCode answers some questions
  // with an error. It reads credentials when it loads a folder, which an earlier try may have made it do.
  await give(deps, row, openCode, wanted)
  await openCode.reload()
  const found = await openCode.connected()
  const gone = found.filter((id) => !wanted.has(id))
  for (const id of gone) await openCode.removeAuth(id)
  if (gone.length > 0) await openCode.reload()
  if (found.includes(row.providerId)) return wanted
  throw new BerthError(
    'opencode_error',
    `OpenCode in ${row.name} does not list ${row.providerId} as connected. Start the project again; if that does not help, choose another provider.`,
  )
}

/**
 * Brings a running server up to date. Answers what it has now, and whether it must reload to use it. It keeps the
 * placeholders of providers whose accounts are gone until its next start: they are worth nothing, and with them the
 * gateway tells the conversation what is missing, where OpenCode alone would say that there is no such model.
 */
export async function giveChanges(
  deps: CredentialDeps,
  row: ProjectRow,
  server: { readonly openCode: OpenCode; readonly given: Given | undefined },
): Promise<{ readonly given: Given; readonly changed: boolean }> {
  const wanted = wantedBy(deps, row)
  const has = server.given ?? (await assumed(server.openCode, wanted))
  const set = new Map([...wanted].filter(([id, type]) => has.get(id) !== type))
  await give(deps, row, server.openCode, set)
  return { given: new Map([...has, ...wanted]), changed: set.size > 0 }
}

/** A server found running has what it lists, in the form it is wanted. */
async function assumed(openCode: OpenCode, wanted: Given): Promise<Given> {
  const connected = await openCode.connected()
  return new Map(connected.flatMap((id) => (wanted.has(id) ? [[id, wanted.get(id) ?? 'api']] : [])))
}
