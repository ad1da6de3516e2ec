import { createHash } from 'node:crypto'
import { z } from 'zod'

/** The vault's file: one JSON document. Everything secret in it is sealed; the rest says how to open it. */

export const FORMAT = 'berth-vault'
export const VERSION = 1

const base64 = z.base64().min(1)

/** Bounds keep a damaged file from asking for all of the machine's memory. */
const scryptParameters = z
  .object({
    N: z
      .number()
      .int()
      .min(2)
      .max(2 ** 20)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.number().int().min(1).max(16),
    p: z.number().int().min(1).max(4),
    salt: base64,
  })
  .strict()

const body = z
  .object({
    format: z.literal(FORMAT),
    version: z.literal(VERSION),
    id: z.uuid(),
    createdAt: z.number().int(),
    keeper: z.discriminatedUnion('type', [
      z.object({ type: z.literal('keychain') }).strict(),
      z.object({ type: z.literal('passphrase'), scrypt: scryptParameters, wrappedKey: base64 }).strict(),
    ]),
    /** A known text sealed with the vault's key: tells a wrong key from a damaged record. */
    check: base64,
    records: z.record(z.string(), base64),
  })
  .strict()
export type VaultDocument = z.infer<typeof body>

const file = body.extend({ checksum: z.string() })

/** What a file turned out to be. `reason` completes the sentence "The vault file … ". */
export type ParsedVault =
  | { readonly document: VaultDocument; readonly reason?: never }
  | { readonly document?: never; readonly reason: string }

/**
 * SHA-256 over the content, in the order it is written. The seals guard against meddling; the checksum tells that a
 * disk lost bits, which would else look like a wrong passphrase or a record that was never there.
 */
function checksum(document: VaultDocument): string {
  const { format, version, id, createdAt, keeper, check, records } = document
  const content = JSON.stringify([format, version, id, createdAt, keeper, check, Object.entries(records)])
  return createHash('sha256').update(content).digest('hex')
}

export function serialise(document: VaultDocument): string {
  return `${JSON.stringify({ ...document, checksum: checksum(document) }, null, 1)}\n`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads a vault's file. Never throws, and never takes a damaged or foreign file for an empty vault. */
export function parseDocument(text: string): ParsedVault {
  if (text.trim() === '') return { reason: 'is empty' }
  const json = parseJson(text)
  const header = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(json)
  if (json === undefined) return { reason: 'is cut off or changed' }
  if (!header.success) return { reason: 'is not a vault' }
  if (header.data.version > VERSION) return { reason: 'was written by a newer Berth' }
  const parsed = file.safeParse(json)
  if (!parsed.success) return { reason: 'is cut off or changed' }
  const { checksum: written, ...document } = parsed.data
  return written === checksum(document) ? { document } : { reason: 'is cut off or changed' }
}

/** What a seal is bound to: this format, this vault, and one place in it. */
export function context(vaultId: string, place: 'key' | 'check' | 'record', recordId = ''): string {
  return JSON.stringify([FORMAT, VERSION, vaultId, place, recordId])
}
