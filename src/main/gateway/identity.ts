import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { BerthError } from '../errors.ts'
import { type Authority, caEnds, makeCa, openCa, type StoredCa } from './ca.ts'
import type { GatewayDeps } from './types.ts'

const CA_RECORD = 'gateway/ca'
const SECRET_RECORD = 'gateway/secret'
const SECRET_BYTES = 32
/** An authority this near its end is made anew, so that no leaf outlives it. */
const RENEW_BEFORE = 60 * 86_400_000

const storedCa = z.object({ certificate: z.string().min(1), privateKey: z.string().min(1) })

/** What makes one installation's gateway itself. */
export interface Identity {
  readonly authority: Authority
  /** Logins and placeholders are derived from it. */
  readonly secret: Buffer
}

type Records = Pick<GatewayDeps, 'readSecret' | 'writeSecret'>

function damaged(record: string, cause?: unknown): BerthError {
  return new BerthError(
    'vault_damaged',
    `The vault's record ${record} cannot be read. It was left as it is; restore the vault from a backup.`,
    { cause },
  )
}

async function loadSecret(records: Records): Promise<Buffer> {
  const stored = records.readSecret(SECRET_RECORD)
  if (stored !== undefined) {
    const secret = Buffer.from(stored, 'base64url')
    if (secret.length !== SECRET_BYTES) throw damaged(SECRET_RECORD)
    return secret
  }
  const secret = randomBytes(SECRET_BYTES)
  await records.writeSecret(SECRET_RECORD, secret.toString('base64url'))
  return secret
}

function readCa(text: string): StoredCa {
  try {
    const ca = storedCa.parse(JSON.parse(text))
    caEnds(ca)
    return ca
  } catch (error) {
    throw damaged(CA_RECORD, error)
  }
}

async function loadCa(records: Records, now: () => number): Promise<Authority> {
  const stored = records.readSecret(CA_RECORD)
  const ca = stored === undefined ? undefined : readCa(stored)
  if (ca !== undefined && caEnds(ca) - RENEW_BEFORE > now())
    return openCa(ca, now).catch((error: unknown) => {
      throw damaged(CA_RECORD, error)
    })
  const made = await makeCa(now())
  await records.writeSecret(CA_RECORD, JSON.stringify(made))
  return openCa(made, now)
}

/**
 * Loads the authority and the secret, making each when there is none. Each is one record, written before it is used, so
 * a crash in between leaves nothing half. An unreadable record is an error and stays. Throws what the vault throws.
 */
export async function loadIdentity(records: Records, now: () => number): Promise<Identity> {
  const secret = await loadSecret(records)
  return { secret, authority: await loadCa(records, now) }
}
