import { z } from 'zod'
import { account as accountShape } from '../../preload/accounts.ts'
import { BerthError } from '../errors.ts'
import { credentialSchema } from './credential.ts'

/**
 * What an export holds, as JSON inside its encryption: `format` and `version`, when it was made, and each account's
 * row with its `secret`, the credential as the vault holds it. `docs/export-format.md` describes it.
 */

const EXPORT_FORMAT = 'berth-accounts'
const EXPORT_VERSION = 1
const MOST_ACCOUNTS = 20_000

const exportedAccount = accountShape
  .pick({ id: true, providerId: true, namespace: true, label: true, fields: true, createdAt: true })
  .extend({ secret: credentialSchema })
/** An account with its secret, outside the vault. It is kept in memory for the length of one act. */
export type ExportedAccount = z.infer<typeof exportedAccount>

const envelope = z.object({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(EXPORT_VERSION),
  exportedAt: z.number(),
  accounts: z.array(exportedAccount).max(MOST_ACCOUNTS),
})

export function writeExport(accounts: readonly ExportedAccount[], exportedAt: number): string {
  return `${JSON.stringify({ format: EXPORT_FORMAT, version: EXPORT_VERSION, exportedAt, accounts })}\n`
}

const bad = (message: string): BerthError => new BerthError('bad_request', message)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads an export's text. Throws `bad_request`; the sentence never quotes what was read. */
export function readExport(text: string): ExportedAccount[] {
  const json = parseJson(text)
  if (json === undefined) throw bad('The file opened, but it is not an export of Berth: it is not JSON.')
  const head = z.object({ format: z.literal(EXPORT_FORMAT), version: z.number() }).safeParse(json)
  if (!head.success) throw bad('The file opened, but it is not an export of Berth.')
  if (head.data.version > EXPORT_VERSION) {
    throw bad('The export was written by a newer Berth. Install that version and import it there.')
  }
  const parsed = envelope.safeParse(json)
  if (parsed.success) return parsed.data.accounts
  // Not deeper: names further in are the file's own.
  const place = parsed.error.issues[0]?.path.slice(0, 3).join('.') ?? ''
  throw bad(`The export has a part that makes no sense (${place}). Nothing was imported.`)
}

export interface ExportResult {
  /** In the format of the `age` tool, under the passphrase. */
  readonly file: Uint8Array
  /** How many accounts are in it. */
  readonly accounts: number
  /** Those that are not, for their secret cannot be read. */
  readonly left: readonly { readonly id: string; readonly reason: string }[]
}
