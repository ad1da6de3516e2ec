import { createHash } from 'node:crypto'
import { z } from 'zod'

/**
 * The vault's file, by lines: a head, one line per record, and the head once more. Everything secret in it is sealed; the
 * head says how to open it. With a line for each, damage costs the record it hits; with the second head, a file
 * that lost its end is known from one that has all its records. The file is of ASCII and is read as bytes (latin1), so that a
 * damaged line can be kept exactly as it was found.
 */

export const FORMAT = 'berth-vault'
export const VERSION = 2

const base64 = z.base64().min(1)

/** Bounds keep a damaged file from asking for all of the machine's memory. */
export const scryptParameters = z
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

/** The vault's key, sealed with a key made from a passphrase. */
const wrap = z.object({ scrypt: scryptParameters, wrappedKey: base64 }).strict()
export type Wrap = z.infer<typeof wrap>

export const keeperSchema = z.discriminatedUnion('type', [
  /** `recovery` opens the vault when the keychain's entry is gone. */
  z.object({ type: z.literal('keychain'), recovery: wrap.optional() }).strict(),
  wrap.extend({ type: z.literal('passphrase') }).strict(),
])
export type Keeper = z.infer<typeof keeperSchema>

export const headSchema = z
  .object({
    id: z.uuid(),
    createdAt: z.number().int(),
    /** Counts the vault's keys. Each has a keychain entry of its own, so that one is never written over another. */
    keyNumber: z.number().int().min(1),
    keeper: keeperSchema,
    /** A known text sealed with the vault's key: tells a wrong key from a damaged record. */
    check: base64,
    /** The keychain holds the key before this one still: a change of the key is not finished. */
    unfinished: z.enum(['keychain', 'passphrase']).optional(),
  })
  .strict()
export type Head = z.infer<typeof headSchema>

const headLine = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  head: headSchema.extend({
    /** Another one in every file, so that a change of it is seen at its beginning. */
    revision: z.string(),
    /** How many lines are between the two heads. */
    records: z.number().int().min(0),
  }),
  checksum: z.string(),
})
type WrittenHead = z.infer<typeof headLine>['head']

/** A sealed record. `version` counts how often it was written; 0 is one that the first format sealed. */
export interface SealedRecord {
  readonly id: string
  readonly version: number
  readonly sealed: string
  /** As it stands in the file. Kept, for a write puts all lines together again. */
  readonly line: string
}

/** What a file holds, as far as it can be told without the key. */
export interface VaultDocument {
  readonly head: Head
  readonly records: readonly SealedRecord[]
  /** Lines that are no records, as they were found. */
  readonly illegible: readonly string[]
  /** How many lines are gone altogether. */
  readonly missing: number
}

/** What a file turned out to be. `reason` completes the sentence "The vault file … ". */
export type ParsedVault =
  | { readonly document: VaultDocument; readonly reason?: never }
  | { readonly document?: never; readonly reason: string }

export const CHANGED = 'is cut off or changed'
/** Why a file of a later version is not read. */
export const NEWER = 'was written by a newer Berth'
const RECORD = /^\["([^"\\]{1,200})",(\d{1,15}),"([A-Za-z0-9+/]+={0,2})"\]$/

/** Tells that a disk lost bits, which would else look like a wrong passphrase. The seals guard against meddling. */
export function checksum(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

export function makeRecord(id: string, version: number, sealed: string): SealedRecord {
  return { id, version, sealed, line: `["${id}",${version},"${sealed}"]` }
}

/** The text of a file. `lines` are the records' and those kept as they are, `revision` is another one each time. */
export function serialise(head: Head, lines: readonly string[], revision: string): string {
  const written = { ...head, revision, records: lines.length }
  const first = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    head: written,
    checksum: checksum(written),
  })
  return `${[first, ...lines, first].join('\n')}\n`
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The version a text gives itself as a vault. */
export function versionOf(json: unknown): number | undefined {
  const header = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(json)
  return header.success ? header.data.version : undefined
}

function readHead(json: unknown): WrittenHead | undefined {
  const parsed = headLine.safeParse(json)
  if (!parsed.success) return undefined
  const raw = z.object({ head: z.unknown() }).parse(json)
  return parsed.data.checksum === checksum(raw.head) ? parsed.data.head : undefined
}

function readRecord(line: string): SealedRecord | undefined {
  const [, id, version, sealed] = RECORD.exec(line) ?? []
  return id === undefined || sealed === undefined ? undefined : { id, version: Number(version), sealed, line }
}

/** Takes a head that does not read away from the lines: at the front or at the end, where there are too many. */
function withoutBrokenHead(lines: readonly string[], wanted: number, atFront: boolean): readonly string[] {
  const rest = [...lines]
  while (rest.length > wanted && readRecord((atFront ? rest[0] : rest.at(-1)) ?? '') === undefined) {
    if (atFront) rest.shift()
    else rest.pop()
  }
  return rest
}

function readLines({ revision: _, records: wanted, ...head }: WrittenHead, lines: readonly string[]) {
  const records: SealedRecord[] = []
  const illegible: string[] = []
  for (const line of lines) {
    const record = readRecord(line)
    if (record === undefined) illegible.push(line)
    else records.push(record)
  }
  return { head, records, illegible, missing: Math.max(0, wanted - lines.length) }
}

/** Reads a file of this format. Never throws, and never takes a damaged or foreign file for an empty vault. */
export function parseLines(text: string): ParsedVault {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  const ends = [parseJson(lines[0] ?? ''), parseJson(lines.at(-1) ?? '')]
  if (ends.some((json) => (versionOf(json) ?? 0) > VERSION)) return { reason: NEWER }
  const first = readHead(ends[0])
  const last = lines.length > 1 ? readHead(ends[1]) : undefined
  const head = first ?? last
  if (head === undefined) {
    return { reason: text.slice(0, 200).includes(FORMAT) ? CHANGED : 'is not a vault' }
  }
  if (first !== undefined && last !== undefined) {
    if (first.revision !== last.revision) return { reason: 'is made of pieces of two files' }
    return { document: readLines(head, lines.slice(1, -1)) }
  }
  const body = first === undefined ? lines.slice(0, -1) : lines.slice(1)
  const rest = withoutBrokenHead(body, head.records, first === undefined)
  const document = readLines(head, rest)
  // Without its second head the file is taken for whole only if it is plain that nothing but that head is broken.
  const whole = document.records.length === head.records || body.length > head.records
  return whole && document.missing === 0 ? { document } : { reason: CHANGED }
}

/** What a seal is bound to: the format, this vault, and one place in it. Version 0 is how the first format sealed. */
export function context(
  vaultId: string,
  place: 'key' | 'check' | 'record',
  recordId = '',
  version = 0,
): string {
  return version === 0
    ? JSON.stringify([FORMAT, 1, vaultId, place, recordId])
    : JSON.stringify([FORMAT, VERSION, vaultId, place, recordId, version])
}
