import { z } from 'zod'
import * as shape from '../shapes.ts'
import * as system from '../system.ts'
import * as vault from '../vault.ts'

/** Berth itself: its status, vault, settings, engine and the folders of this machine. */

const nothing = z.object({}).strict()
const passphrase = z.string().min(8, 'a passphrase has at least 8 characters').max(1000)

export const appMethods = {
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      surface: z.enum(['desktop', 'browser', 'command']),
      platform: z.string(),
      openCodeVersion: z.string(),
      /** Where Berth keeps its files. */
      dataDir: z.string(),
    }),
  },
  'app.status': { input: nothing, output: shape.appStatus },

  /** Tries again whatever is not ready: keychain, engine, gateway. */
  'app.recheck': { input: nothing, output: shape.appStatus },
  /** Without a passphrase: by the keychain that keeps the key. */
  'vault.unlock': {
    input: z.object({ passphrase: z.string().min(1).optional() }).strict(),
    output: vault.vaultStatus,
  },
  /** Forgets the key until it is unlocked again; running projects get no credentials meanwhile. */
  'vault.lock': { input: nothing, output: vault.vaultStatus },
  /** Puts the vault file's previous generation in the place of one that cannot be read, which is kept beside it. */
  'vault.restorePrevious': { input: nothing, output: vault.vaultStatus },
  /** Makes a new vault under a passphrase; refused when there is one already. */
  'vault.createWithPassphrase': {
    input: z.object({ passphrase }).strict(),
    output: vault.vaultStatus,
  },
  /** Gives the vault a new key. The passphrase is wanted where one opens the vault. */
  'vault.rotateKey': {
    input: z.object({ passphrase: z.string().min(1).optional() }).strict(),
    output: vault.vaultStatus,
  },
  /** Of the passphrase that keeps the key, or of the recovery passphrase. */
  'vault.changePassphrase': {
    input: z.object({ current: z.string().min(1), next: passphrase }).strict(),
    output: vault.vaultStatus,
  },
  /** From the keychain to a passphrase alone. */
  'vault.keepByPassphrase': { input: z.object({ passphrase }).strict(), output: vault.vaultStatus },
  /** From a passphrase to the keychain; with `recovery` the passphrase goes on to open it. */
  'vault.keepByKeychain': {
    input: z.object({ passphrase: z.string().min(1), recovery: z.boolean() }).strict(),
    output: vault.vaultStatus,
  },
  /** The passphrase that opens a keychain's vault when its entry is gone; null takes it away. */
  'vault.setRecovery': {
    input: z.object({ passphrase: passphrase.nullable() }).strict(),
    output: vault.vaultStatus,
  },
  /** Takes damaged records from the file's previous generation, where it has them. */
  'vault.mendDamaged': { input: nothing, output: vault.vaultStatus },
  /** Forgets damaged records for good. */
  'vault.discardDamaged': { input: nothing, output: vault.vaultStatus },
  /** Keeps a vault that cannot be opened under another name and makes a new one. */
  'vault.setAside': { input: nothing, output: vault.vaultStatus },

  'settings.get': { input: nothing, output: system.userSettings },
  'settings.update': { input: system.userSettings.partial().strict(), output: system.userSettings },

  /** Looks at everything Berth needs, and says how to mend what is missing. */
  'app.doctor': { input: nothing, output: z.array(system.doctorCheck) },
  /** Shows a place in the window; where Berth is served to a browser, the address that does. */
  'app.open': {
    input: z.object({ to: shape.destination }).strict(),
    output: z.object({ url: z.string().optional() }),
  },

  'engine.images': { input: nothing, output: z.array(shape.localImage) },

  /** Opens the system's folder dialog; null when the user closed it. Only where a desktop is. */
  'folders.pick': { input: nothing, output: z.string().nullable() },
  /** The same for a file. */
  'files.pick': { input: nothing, output: z.string().nullable() },
  /** The folders inside a folder, for choosing one without a system dialog. Absent path: the home folder. */
  'folders.list': { input: z.object({ path: z.string().optional() }).strict(), output: shape.folderListing },
  'folders.check': { input: z.object({ path: z.string().min(1) }).strict(), output: shape.folderCheck },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
