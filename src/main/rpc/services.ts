import type { Output } from '../../preload/contract.ts'
import type { PoolNumber, PoolNumberChange } from '../../preload/pool-numbers.ts'
import type { Pool, QuotaWindow } from '../../preload/pools.ts'
import type { AppStatus, Destination } from '../../preload/shapes.ts'
import type { UserSettings } from '../../preload/system.ts'
import type { Accounts } from '../accounts/types.ts'
import type { AuditTrail } from '../audit/types.ts'
import type { Catalog } from '../catalog/types.ts'
import type { Asking } from '../connection/asking.ts'
import type { Doctor } from '../doctor/doctor.ts'
import type { Egress } from '../egress/types.ts'
import type { Engine } from '../engine/types.ts'
import type { Gateway } from '../gateway/types.ts'
import type { Imports } from '../imports/types.ts'
import type { Projects } from '../projects/types.ts'
import type { Runtime } from '../runtime/types.ts'
import type { SettingsStore } from '../settings/settings.ts'
import type { UsageBook } from '../usage/types.ts'
import type { Vault } from '../vault/types.ts'

/** The pools as a screen shows them, and what a person may change of them. */
export interface PoolBook {
  /** Of every provider that has accounts. */
  list(): Pool[]
  update(providerId: string, change: Partial<Pick<Pool, 'strategy' | 'rotate'>>): Pool
  /** Ends an account's cooldowns, of one family of models or of all. Throws `not_found`. */
  reset(accountId: string, family: string | undefined): Pool
  /**
   * The vendor told of what the account may use. `whole`: these are all it tells when asked, so those it told before when
   * asked are over.
   */
  heard(accountId: string, windows: readonly QuotaWindow[], whole?: boolean): void
  /** What is known of an account's windows. */
  windows(accountId: string): QuotaWindow[]
}

/** The numbers by which pools judge accounts. */
export interface PoolNumberBook {
  list(): PoolNumber[]
  /** Sets them from the next request on and keeps them; throws `bad_request`, naming the number, and sets none then. */
  set(change: PoolNumberChange): Promise<PoolNumber[]>
}

/** The services behind the contract. */
export interface Services extends Asking {
  readonly info: Output<'app.info'>
  status(): AppStatus
  /** Brings up whatever can be brought up now. */
  bringUp(): Promise<AppStatus>
  readonly vault: Vault
  readonly catalog: Catalog
  readonly accounts: Accounts
  readonly imports: Imports
  readonly engine: Engine
  readonly gateway: Gateway
  readonly projects: Projects
  readonly settings: SettingsStore
  readonly audit: AuditTrail
  readonly pools: PoolBook
  readonly poolNumbers: PoolNumberBook
  readonly usage: UsageBook
  readonly egress: Egress
  /** The runtime whose rules a folder must meet just now. */
  folderRuntime(): Runtime
  /** Absent where there is no desktop. */
  readonly pickFolder: (() => Promise<string | null>) | undefined
  /** The same for a file. */
  readonly pickFile: (() => Promise<string | null>) | undefined
  /** Shows a place in the window, or answers with the address that does. Absent where nothing is shown. */
  readonly openPlace: ((to: Destination) => { readonly url?: string }) | undefined
  readonly doctor: Doctor
  /** A person changed settings. */
  settingsChanged(settings: UserSettings): void
  /** Custom providers came, changed or went. */
  providersChanged(): void
  /** Tells what reaches running projects with a restart only; the projects' names are put after the sentence. */
  afterRestart(sentence: string): void
}
