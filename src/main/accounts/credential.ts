import { z } from 'zod'
import { BerthError } from '../errors.ts'
import type { Vault } from '../vault/types.ts'
import { previewOf } from './key.ts'
import type { Credential, Renews } from './types.ts'

/** A credential as the vault holds it. */
export const credentialSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('api'), key: z.string().min(1) }),
  z.object({
    type: z.literal('oauth'),
    access: z.string(),
    refresh: z.string(),
    expires: z.number(),
    accountId: z.string().exactOptional(),
  }),
])

export function recordId(accountId: string): string {
  return `account/${accountId}`
}

/** Why the vault does not give the account's secret; undefined while it does, or is not open. */
export function lackIn(
  vault: Vault,
  { id, type }: { readonly id: string; readonly type: string },
): string | undefined {
  const [what, mend] = type === 'api' ? ['key', 'Replace it'] : ['login', 'Sign in again']
  switch (vault.holds(recordId(id))) {
    case 'damaged':
      return `Its ${what} cannot be read from the vault. ${mend} in Providers, or mend the vault in Settings.`
    case 'none':
      return `The vault has no ${what} for it. ${mend} in Providers.`
    default:
      return undefined
  }
}

function parse(text: string): z.infer<typeof credentialSchema> | undefined {
  try {
    return credentialSchema.parse(JSON.parse(text))
  } catch {
    // Left out of the error on purpose: a parser's message may quote what it read.
    return undefined
  }
}

/** Undefined when there is no record. Throws what `Vault.read` throws, and `vault_damaged` for one that makes no sense. */
export function readCredential(vault: Vault, accountId: string): Credential | undefined {
  const text = vault.read(recordId(accountId))
  if (text === undefined) return undefined
  const found = parse(text)
  if (found === undefined) {
    throw new BerthError(
      'vault_damaged',
      `The vault's record of the account ${accountId} makes no sense. Replace the account's key in Providers.`,
    )
  }
  if (found.type === 'api') return found
  const { accountId: vendorId, ...login } = found
  return { ...login, ...(vendorId === undefined ? {} : { accountId: vendorId }) }
}

export function writeCredential(vault: Vault, accountId: string, credential: Credential): Promise<void> {
  return vault.write(recordId(accountId), JSON.stringify(credential))
}

/** The secret texts of a credential, the one a preview is made of first. None may ever be shown whole. */
export function secretsOf(credential: Credential): string[] {
  const all = credential.type === 'api' ? [credential.key] : [credential.access, credential.refresh]
  return all.filter((secret) => secret !== '')
}

/** What an account's row says of its credential. */
export interface CredentialFacts {
  readonly type: Credential['type']
  readonly preview: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly renewable: boolean
}

/**
 * The facts that may be shown. OpenCode's plugin for Copilot writes 0 for a login without an end.
 * @param renews whether a provider's login can be renewed: not all that have something in the refresh token's place can
 */
export function factsOf(providerId: string, credential: Credential, renews: Renews): CredentialFacts {
  const preview = previewOf(secretsOf(credential)[0] ?? '')
  if (credential.type === 'api') return { type: 'api', preview, expiresAt: undefined, renewable: false }
  const expiresAt = credential.expires > 0 ? credential.expires : undefined
  return { type: 'oauth', preview, expiresAt, renewable: renews(providerId, credential) }
}
