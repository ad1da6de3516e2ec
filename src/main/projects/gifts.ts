import { createHash } from 'node:crypto'
import type { Account } from '../../preload/accounts.ts'
import type { ProviderAuth } from '../opencode/types.ts'
import type { ProjectRow } from './project-repo.ts'
import type { ProjectsDeps } from './types.ts'

/** What OpenCode is given for one provider. */
export interface Gift {
  auth(): ProviderAuth
  /** Tells one gift from another without holding a key. */
  readonly mark: string
  /** A real key, which must be out again when the server stops. */
  readonly real: boolean
  /** Whose real key it is. */
  readonly accountId?: string
}

export function placeholderGift(
  { gateway }: Pick<ProjectsDeps, 'gateway'>,
  { id }: Pick<ProjectRow, 'id'>,
  providerId: string,
  accountType: Account['type'],
): Gift {
  const type = accountType === 'oauth' ? 'oauth' : 'api'
  return { auth: () => gateway.placeholder(id, providerId, type), mark: type, real: false }
}

/** The account's key itself. A login is never given: it would be renewed in two places, and could be copied. */
export function realGift({ accounts }: Pick<ProjectsDeps, 'accounts'>, account: Account): Gift | undefined {
  if (account.type !== 'api') return undefined
  const credential = accounts.credential(account.id)
  if (credential.type !== 'api') return undefined
  const { key } = credential
  const mark = `key ${createHash('sha256').update(key).digest('base64url')}`
  return { auth: () => ({ type: 'api', key }), mark, real: true, accountId: account.id }
}
