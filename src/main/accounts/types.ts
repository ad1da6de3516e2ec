import type { Account, ConnectionCheck, Pin, VendorIdentity } from '../../preload/accounts.ts'
import type { Strategy } from '../../preload/pools.ts'
import type { ExportResult } from './export-file.ts'
import type { PoolSettings } from './pools-repo.ts'
import type { Resolved } from './resolve.ts'

/** What the vault holds for an account. It stays inside `accounts/` and `gateway/`. */
export type Credential =
  | { readonly type: 'api'; readonly key: string }
  | {
      readonly type: 'oauth'
      readonly access: string
      readonly refresh: string
      /** Milliseconds since the epoch. */
      readonly expires: number
      /** The vendor's id of the account, when requests must name it. */
      readonly accountId?: string
    }

export type Login = Extract<Credential, { type: 'oauth' }>

/** Whether Berth can renew such a login of the provider. */
export type Renews = (providerId: string, login: Login) => boolean

export interface NewAccount {
  readonly providerId: string
  readonly namespace: string
  readonly label: string
  readonly key: string
  readonly fields: Readonly<Record<string, string>>
}

/** An account whose credential comes from elsewhere. */
export interface NewCredential {
  readonly providerId: string
  readonly namespace: string
  readonly label: string
  readonly fields: Readonly<Record<string, string>>
  readonly credential: Credential
  readonly identity?: VendorIdentity
  /** The id an export gives it; it is kept unless an account here has it. */
  readonly id?: string
  /** When it was made, as an export says; else now. */
  readonly createdAt?: number
}

/** The accounts that may serve one request. */
export interface Choice {
  /** In the pool's order; one when the pool does not rotate, or the account is pinned. */
  readonly accounts: readonly Account[]
  readonly strategy: Strategy
  /** The account requests use unless there is a reason for another. */
  readonly active: string
  /** Why `active` is the one, as a sentence. */
  readonly reason: string
}

/** Where a request comes from, as far as it is known. */
export interface Place {
  readonly projectId?: string | undefined
  readonly modelId?: string | undefined
}

/** The one account directory. */
export interface Accounts {
  list(): Account[]
  /** Those of one provider, in order. */
  of(providerId: string): Account[]
  /** Throws `not_found`. */
  get(id: string): Account
  /** Undefined for one that is not there. */
  find(id: string): Account | undefined
  add(account: NewAccount): Promise<Account>
  /** Like `add`, for any credential. Throws `conflict` too when an account has this login at the vendor already. */
  addCredential(account: NewCredential): Promise<Account>
  rename(id: string, name: { namespace: string; label: string }): Account
  setFields(id: string, fields: Readonly<Record<string, string>>): Account
  replaceKey(id: string, key: string): Promise<Account>
  replaceCredential(id: string, credential: Credential, identity?: VendorIdentity): Promise<Account>
  /**
   * Puts a login's next tokens in the place of `before`. It stays the same account: its state, whose it is and its pins are
   * left as they are. Does nothing and answers false when the account is gone, or has another credential by now. Throws what
   * `Vault.write` throws; the login then is as it was.
   */
  keepRenewed(id: string, before: Login, after: Login): Promise<boolean>
  /** The account of this provider that has this secret, or is this login at the vendor. */
  holderOf(providerId: string, credential: Credential): Account | undefined
  /** False when the account's secret is lost or cannot be read. */
  hasSecret(id: string): boolean
  activate(id: string): Account
  /** A disabled active account hands its place to the next in order that can be used. */
  setEnabled(id: string, enabled: boolean): Account
  /** Throws `bad_request` unless `ids` are all accounts of the provider, once each. */
  reorder(providerId: string, ids: readonly string[]): Account[]
  remove(id: string): Promise<void>
  pins(): Pin[]
  /** Throws `not_found`, and `bad_request` for a pin to neither project nor model. */
  setPin(accountId: string, place: Place): Pin[]
  removePin(providerId: string, place: Place): Pin[]
  /** The project is gone, and its pins with it. */
  forgetProject(projectId: string): void
  /**
   * The account a request uses: the one pinned for this project and model, else for this project, else for this model,
   * else the provider's active one. A pinned account that cannot be used is passed over. Throws `no_credential`, naming
   * the provider and what to do.
   */
  resolve(providerId: string, place: Place): Resolved
  /**
   * The accounts that may serve a request, in order: the one `resolve` gives, or all of the pool that can be used, where
   * the user lets them take over from each other and none is pinned. There another one serves when the active one cannot be
   * used. Throws as `resolve` does.
   */
  choose(providerId: string, place: Place): Choice
  pool(providerId: string): PoolSettings
  setPool(providerId: string, change: Partial<PoolSettings>): PoolSettings
  /** Throws what `Vault.read` throws, and `no_credential` when the record is gone. */
  credential(id: string): Credential
  /** The account's last request was answered; takes an earlier error away. */
  markUsed(id: string): void
  /** The vendor refused the credential. One that is dead already keeps the reason for that. */
  markRejected(id: string, message: string): void
  /** The credential is dead: no request goes by the account until its key is replaced or tested. */
  retire(id: string, message: string): void
  /** Keeps what a test showed: state, identity, when. */
  markChecked(id: string, check: ConnectionCheck): Account
  /**
   * Ends what a crash cut short: takes away vault records that an unfinished add or a removal left behind (those it
   * wrote down beforehand and no others), and brings previews up to date. Does nothing while the vault is not open.
   */
  sweep(): Promise<void>
  /** Every account with its secret, as an `age` file. Throws `bad_request` for a short passphrase. */
  exportFile(passphrase: string): Promise<ExportResult>
}
