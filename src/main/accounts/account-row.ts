import { z } from 'zod'
import { type Account, account, type VendorIdentity, vendorIdentity } from '../../preload/accounts.ts'

const row = z.object({
  id: z.string(),
  provider_id: z.string(),
  namespace: z.string(),
  label: z.string(),
  type: z.string(),
  preview: z.string(),
  fields: z.string(),
  state: z.string(),
  last_error: z.string().nullable(),
  active: z.number(),
  position: z.number(),
  identity: z.string().nullable(),
  expires_at: z.number().nullable(),
  renewable: z.number(),
  enabled: z.number(),
  created_at: z.number(),
  last_used_at: z.number().nullable(),
  checked_at: z.number().nullable(),
})
type Row = z.infer<typeof row>

/** An identity that cannot be read is not worth losing an account over. */
function readIdentity(text: string | null): VendorIdentity | undefined {
  if (text === null) return undefined
  try {
    return vendorIdentity.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The account as it is before its login has ended. A disabled one is that and nothing else. */
function toAccount(stored: Row): Account {
  const identity = readIdentity(stored.identity)
  return account.parse({
    id: stored.id,
    providerId: stored.provider_id,
    namespace: stored.namespace,
    label: stored.label,
    type: stored.type,
    preview: stored.preview,
    fields: JSON.parse(stored.fields),
    state: stored.enabled === 0 ? 'disabled' : stored.state,
    ...(stored.last_error === null ? {} : { lastError: stored.last_error }),
    active: stored.active === 1,
    position: stored.position,
    ...(identity === undefined ? {} : { identity }),
    ...(stored.expires_at === null ? {} : { expiresAt: stored.expires_at }),
    ...(stored.renewable === 0 ? {} : { renewable: true }),
    createdAt: stored.created_at,
    ...(stored.last_used_at === null ? {} : { lastUsedAt: stored.last_used_at }),
    ...(stored.checked_at === null ? {} : { checkedAt: stored.checked_at }),
  })
}

/** When the login ends by the clock, without a write; undefined where nothing changes then. */
function endOf({ expires_at, renewable }: Row, { state }: Account): number | undefined {
  if (expires_at === null || renewable !== 0) return undefined
  return state === 'connected' || state === 'error' ? expires_at : undefined
}

function ended(one: Account, at: number): Account {
  const day = new Date(at).toISOString().slice(0, 10)
  const lastError = `The login ended on ${day}. Sign in again, or use a key instead.`
  return Object.freeze<Account>({ ...one, state: 'expired', lastError })
}

/** An account whose secret is not to be had, until it is. What speaks louder than that stays. */
function without(one: Account, lack: string | undefined): Account {
  if (lack === undefined || (one.state !== 'connected' && one.state !== 'error')) return one
  return Object.freeze<Account>({ ...one, state: 'error', lastError: lack })
}

/** Why the secret of an account is not to be had, as a sentence; undefined while it is, or nobody can tell. */
export type LackOf = (account: Pick<Account, 'id' | 'type'>) => string | undefined

type Stored = Readonly<Record<string, unknown>>

interface Read {
  readonly stored: Stored
  readonly account: Account
  readonly endsAt: number | undefined
}

function isSame(one: Stored, other: Stored): boolean {
  for (const name in one) if (one[name] !== other[name]) return false
  return true
}

/**
 * Makes accounts out of rows. To check a row takes ten times as long as to fetch it, and rows are read with every request, so
 * what was made of a row is kept until the row is another.
 */
export function createAccountReader(now: () => number, lackOf: LackOf) {
  const known = new Map<string, Read>()
  /** Rows that are kept are asked about over and over, and one account's row may be kept more than once. */
  const byRow = new WeakMap<Stored, Read>()
  const compare = (stored: Stored): Read | undefined => {
    const last = known.get(String(stored.id))
    return last !== undefined && isSame(last.stored, stored) ? last : undefined
  }
  const read = (stored: Stored): Read => {
    const last = byRow.get(stored) ?? compare(stored)
    if (last !== undefined) {
      byRow.set(stored, last)
      return last
    }
    const checked = row.parse(stored)
    const made = toAccount(checked)
    const fresh = { stored, account: Object.freeze(made), endsAt: endOf(checked, made) }
    known.set(made.id, fresh)
    byRow.set(stored, fresh)
    return fresh
  }
  return {
    account(stored: Stored): Account {
      const { account: made, endsAt } = read(stored)
      const current = endsAt !== undefined && endsAt <= now() ? ended(made, endsAt) : made
      return without(current, lackOf(made))
    },
    /** The row is gone. */
    forget: (id: string): void => void known.delete(id),
  }
}
