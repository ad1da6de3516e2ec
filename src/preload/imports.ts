import { z } from 'zod'
import { accountId, providerId } from './shapes.ts'

/** Bringing in accounts that other tools, files or an earlier Berth hold. No secret leaves the main side. */

/** A file by its path on this machine, or the text of one that was dropped or chosen in the page. */
const fileOrText = {
  path: z.string().min(1).optional(),
  text: z.string().max(4_000_000).optional(),
}

/** Where accounts are brought in from. Without path and text a tool's usual file is meant. The source is only read. */
export const importSource = z.discriminatedUnion('kind', [
  /** OpenCode's `auth.json`. */
  z.object({ kind: z.literal('opencode'), ...fileOrText }).strict(),
  z.object({ kind: z.literal('env-file'), ...fileOrText }).strict(),
  /** The variables of the shell that asks; without them those that Berth itself was started with. */
  z
    .object({
      kind: z.literal('environment'),
      variables: z.record(z.string(), z.string().max(4_000_000)).optional(),
    })
    .strict(),
  /** A SQLite database of doce.dev. */
  z.object({ kind: z.literal('doce'), path: z.string().min(1) }).strict(),
  /** The accounts file of the Anthropic multi-account plugin of OpenCode. */
  z.object({ kind: z.literal('anthropic-accounts'), ...fileOrText }).strict(),
  z.object({ kind: z.literal('claude-code-router'), ...fileOrText }).strict(),
  /** Keys, one a line, perhaps with a name before them. */
  z.object({ kind: z.literal('keys'), ...fileOrText }).strict(),
  /** An export of Berth: an `age` file in base64, or its path. */
  z
    .object({
      kind: z.literal('berth'),
      path: z.string().min(1).optional(),
      file: z.base64().max(16_000_000).optional(),
      passphrase: z.string().min(1, 'the passphrase of the export is needed'),
    })
    .strict(),
])
export type ImportSource = z.infer<typeof importSource>
export const importKind = z.enum([
  'opencode',
  'env-file',
  'environment',
  'doce',
  'anthropic-accounts',
  'claude-code-router',
  'keys',
  'berth',
])
export type ImportKind = z.infer<typeof importKind>

/** A source Berth sees on this machine. Offered, never taken. */
export const importOffer = z.object({
  kind: importKind,
  path: z.string().optional(),
  /** Accounts in it that are not here yet. */
  fresh: z.number().int(),
})
export type ImportOffer = z.infer<typeof importOffer>

export const importItem = z.object({
  /** Stands for this secret of this source while Berth runs. */
  id: z.string(),
  /** Absent while it is not known. */
  providerId: providerId.optional(),
  /** Likely providers, likeliest first, where it is not known. */
  candidates: z.array(providerId),
  namespace: z.string(),
  label: z.string(),
  type: z.enum(['api', 'oauth', 'wellknown']),
  preview: z.string(),
  fields: z.record(z.string(), z.string()),
  /** Where in the source it stands: a variable's name, a line, a row. */
  place: z.string(),
  /**
   * `new`: it will be added, or gives an account its lost secret back. `same`: that secret is here already. `conflict`:
   * an account of that name has another secret. `unsure`: the user says which provider. `refused`: it cannot be here. A field
   * that is wanted and missing is in the note: it can be given with the choice.
   */
  state: z.enum(['new', 'same', 'conflict', 'unsure', 'refused']),
  existingId: accountId.optional(),
  /** Why it is refused. */
  reason: z.string().optional(),
  /** What follows from taking it, such as that the other tool has to sign in again. */
  note: z.string().optional(),
})
export type ImportItem = z.infer<typeof importItem>

export const importPreview = z.object({
  /** What was read, as a person says it: a path, "the environment", "the pasted keys". */
  source: z.string(),
  items: z.array(importItem),
  /** What was found and left, in sentences: entries that make no sense, a part that is too large. */
  notes: z.array(z.string()),
})
export type ImportPreview = z.infer<typeof importPreview>

/**
 * What to do with one item. Without a choice: `new` ones are added, others left. Where there are choices, what came into
 * the source after its preview is left too.
 */
export const importChoice = z
  .object({
    action: z.enum(['add', 'replace', 'skip']),
    providerId: providerId.optional(),
    namespace: z.string().trim().max(40).optional(),
    label: z.string().trim().min(1).max(80).optional(),
    fields: z.record(z.string(), z.string()).optional(),
  })
  .strict()
export type ImportChoice = z.infer<typeof importChoice>
export const importChoices = z.record(z.string(), importChoice)
export type ImportChoices = z.infer<typeof importChoices>

export const importResult = z.object({
  added: z.number().int(),
  replaced: z.number().int(),
  skipped: z.number().int(),
  items: z.array(
    z.object({
      id: z.string(),
      outcome: z.enum(['added', 'replaced', 'skipped', 'refused']),
      accountId: accountId.optional(),
      reason: z.string().optional(),
    }),
  ),
})
export type ImportResult = z.infer<typeof importResult>
