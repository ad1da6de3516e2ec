import { z } from 'zod'

/** How the vault is. Times are milliseconds since the epoch. */

export const vaultKeeper = z.enum(['keychain', 'passphrase'])

/** The vault's file as it was before its last write. */
export const vaultGeneration = z.object({ savedAt: z.number(), records: z.number().int() })

export const vaultStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    keeper: vaultKeeper,
    /** A passphrase opens it too, should the keychain lose its entry. */
    recovery: z.literal(true).optional(),
    /** Records that do not open, by id or by place in the file. Everything else does. */
    damaged: z.array(z.string()).optional(),
  }),
  /** Exists and waits for its passphrase, or, kept by the keychain, for the user to open it again. */
  z.object({
    state: z.literal('locked'),
    keeper: vaultKeeper,
    /** Wrong passphrases since it was last opened. They cost time and nothing else. */
    failedAttempts: z.number().int().optional(),
  }),
  /** There is none yet and no keychain to keep its key: the user chooses a passphrase, or mends the keychain. */
  z.object({ state: z.literal('needs-passphrase'), reason: z.string() }),
  /** Exists but cannot be opened; it is kept untouched. */
  z.object({
    state: z.literal('unavailable'),
    code: z.enum(['vault_damaged', 'keychain_unavailable']),
    reason: z.string(),
    /** An earlier state of the file that can be put back, if the user wants that. */
    previous: vaultGeneration.optional(),
    /** A newer Berth wrote it: nothing is wrong with it, and Berth has to be updated. */
    newer: z.literal(true).optional(),
    /** A passphrase was set that opens it without the keychain. */
    recovery: z.literal(true).optional(),
  }),
])
export type VaultStatus = z.infer<typeof vaultStatus>
