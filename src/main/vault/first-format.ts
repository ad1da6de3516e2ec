import { z } from 'zod'
import { CHANGED, checksum, FORMAT, makeRecord, type ParsedVault, scryptParameters } from './document.ts'

/**
 * The first format: one JSON object, its records by id, one checksum over all. It is read and never written; the next
 * write brings the file to the present format, where its records stay as they were sealed.
 */

const base64 = z.base64().min(1)
const body = z
  .object({
    format: z.literal(FORMAT),
    version: z.literal(1),
    id: z.uuid(),
    createdAt: z.number().int(),
    keeper: z.union([
      z.object({ type: z.literal('keychain') }).strict(),
      z.object({ type: z.literal('passphrase'), scrypt: scryptParameters, wrappedKey: base64 }).strict(),
    ]),
    check: base64,
    records: z.record(z.string(), base64),
    checksum: z.string(),
  })
  .strict()

/** Reads the parsed JSON of a file of the first format. */
export function parseFirstFormat(json: unknown): ParsedVault {
  const parsed = body.safeParse(json)
  if (!parsed.success) return { reason: CHANGED }
  const { format, version, id, createdAt, keeper, check, records, checksum: written } = parsed.data
  const entries = Object.entries(records)
  if (written !== checksum([format, version, id, createdAt, keeper, check, entries]))
    return { reason: CHANGED }
  return {
    document: {
      head: { id, createdAt, keyNumber: 1, keeper, check },
      records: entries.map(([record, sealed]) => makeRecord(record, 0, sealed)),
      illegible: [],
      missing: 0,
    },
  }
}
