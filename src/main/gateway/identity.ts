import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { BerthError } from '../errors.ts'
import { type Authority, caEnds, makeCa, openCa, type StoredCa } from './ca.ts'
import type { GatewayDeps } from './types.ts'

const CA_RECORD = 'gateway/ca'
const SECRET_RECORD = 'gateway/secret'
const SECRET_BYTES = 32
const DAY = 86_400_000
/** This long before its end an authority is given a successor, which projects trust from their next start on. */
const SUCCEED_BEFORE = 60 * DAY
/** This long before its end the successor takes over, so that no leaf outlives its authority. */
const HAND_OVER_BEFORE = 30 * DAY

const onePair = z.object({ certificate: z.string().min(1), privateKey: z.string().min(1) })
const storedCa = onePair.extend({ next: onePair.optional() })
/** The authority that signs, and the one that will. */
type StoredCas = z.output<typeof storedCa>

/** What makes one installation's gateway itself. */
export interface Identity {
  /** The one that signs now. */
  readonly authority: Authority
  /** Certificates of the authorities that projects are to trust: the one that signs, and its successor. PEM. */
  trusted(): string
  /**
   * Makes a successor, or lets it take over, when it is time for that. True when there is a new one, which what runs now
   * does not trust yet. Throws what the vault throws; it may be called again.
   */
  renew(): Promise<boolean>
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

function readCa(text: string): StoredCas {
  try {
    const ca = storedCa.parse(JSON.parse(text))
    for (const one of [ca, ca.next]) if (one !== undefined) caEnds(one)
    return ca
  } catch (error) {
    throw damaged(CA_RECORD, error)
  }
}

const usable = (ca: StoredCa, now: number): boolean => caEnds(ca) > now

/** What is to be in the vault now: the same object when nothing is due. */
async function due(stored: StoredCas, now: number): Promise<StoredCas> {
  const left = caEnds(stored) - now
  if (left > SUCCEED_BEFORE) return stored
  const next = stored.next ?? (await makeCa(now))
  if (left <= HAND_OVER_BEFORE) return next
  return stored.next === undefined ? { ...stored, next } : stored
}

const certificatesOf = (cas: StoredCas): string[] =>
  [cas, cas.next].flatMap((one) => (one === undefined ? [] : [one.certificate]))

const open = (ca: StoredCa, now: () => number): Promise<Authority> =>
  openCa(ca, now).catch((error: unknown) => {
    throw damaged(CA_RECORD, error)
  })

async function loadCa(records: Records, now: () => number): Promise<Omit<Identity, 'secret'>> {
  /** Written before it is used, so that no project trusts an authority that a crash made Berth forget. */
  const write = (cas: StoredCas): Promise<void> => records.writeSecret(CA_RECORD, JSON.stringify(cas))
  const text = records.readSecret(CA_RECORD)
  let kept = text === undefined ? undefined : readCa(text)
  if (kept === undefined || ![kept, kept.next].some((one) => one !== undefined && usable(one, now()))) {
    kept = await makeCa(now())
    await write(kept)
  }
  let current = { cas: kept, signing: await open(kept, now) }
  let turn: Promise<unknown> = Promise.resolve()

  async function renewOnce(): Promise<boolean> {
    const before = certificatesOf(current.cas)
    const cas = await due(current.cas, now())
    if (cas === current.cas) return false
    const signing = cas.certificate === before[0] ? current.signing : await open(cas, now)
    await write(cas)
    current = { cas, signing }
    return certificatesOf(cas).some((certificate) => !before.includes(certificate))
  }

  return {
    authority: {
      get certificate() {
        return current.signing.certificate
      },
      issue: (host) => current.signing.issue(host),
    },
    trusted: () => certificatesOf(current.cas).join('\n'),
    renew() {
      // One after the other: two looks at once must not make two successors.
      const result = turn.then(renewOnce)
      turn = result.catch(() => undefined)
      return result
    },
  }
}

/**
 * Loads the authority and the secret, making each when there is none. Each is one record, written before it is used, so
 * a crash in between leaves nothing half. An unreadable record is an error and stays. Throws what the vault throws.
 */
export async function loadIdentity(records: Records, now: () => number): Promise<Identity> {
  const secret = await loadSecret(records)
  return { secret, ...(await loadCa(records, now)) }
}
