import type { Destination } from '../preload/shapes.ts'
import type { Reach } from './lifecycle.ts'
import type { Keychain } from './vault/types.ts'

/** What a surface gives Berth. */
export interface AppOptions {
  readonly dataDir: string
  /** For what can be fetched again. */
  readonly cacheDir: string
  /** The folder of `catalog.json`. */
  readonly resourcesDir: string
  readonly surface: 'desktop' | 'browser' | 'command'
  /** How far to bring Berth up; absent means all of it. Less serves no other command and touches no project. */
  readonly reach?: Reach
  /** The system's folder dialog, where there is one. */
  readonly pickFolder?: () => Promise<string | null>
  /** The same for a file. */
  readonly pickFile?: () => Promise<string | null>
  /** Shows a place in the window, or answers with the address that does. Absent where nothing is shown. */
  readonly openPlace?: (to: Destination) => { readonly url?: string }
  readonly env?: NodeJS.ProcessEnv
  /** For tests, in the system keychain's place. */
  readonly keychainFor?: (vaultId: string) => Keychain
}
