import type { Account } from '../../preload/shapes.ts'
import type { ExportResult, ImportChoices, ImportItem, ImportResult } from './export-file.ts'

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

export interface NewAccount {
  readonly providerId: string
  readonly namespace: string
  readonly label: string
  readonly key: string
  readonly fields: Readonly<Record<string, string>>
}

/** The one account directory. */
export interface Accounts {
  list(): Account[]
  /** Throws `not_found`. */
  get(id: string): Account
  add(account: NewAccount): Promise<Account>
  rename(id: string, name: { namespace: string; label: string }): Account
  replaceKey(id: string, key: string): Promise<Account>
  activate(id: string): Account
  remove(id: string): Promise<void>
  /**
   * The account a request uses: the pinned one, else the provider's active one. Throws `no_credential`, naming the
   * provider and what to do.
   */
  resolve(providerId: string, pinnedAccountId?: string): { account: Account; reason: string }
  /** Throws what `Vault.read` throws, and `no_credential` when the record is gone. */
  credential(id: string): Credential
  /** The account's last request was answered; takes an earlier error away. */
  markUsed(id: string): void
  /** The vendor refused the credential. */
  markRejected(id: string, message: string): void
  /**
   * Ends what a crash cut short: takes away vault records that an unfinished add or a removal left behind (those it
   * wrote down beforehand and no others), and brings previews up to date. Does nothing while the vault is not open.
   */
  sweep(): Promise<void>
  /** Every account with its secret, as an `age` file. Throws `bad_request` for a short passphrase. */
  exportFile(passphrase: string): Promise<ExportResult>
  /** What an import would do. Throws `wrong_passphrase`, and `bad_request` for a file that is no good export. */
  previewImport(passphrase: string, file: Uint8Array): Promise<ImportItem[]>
  /** Imports by choices, which are by the id in the export. A second time changes nothing. */
  applyImport(passphrase: string, file: Uint8Array, choices: ImportChoices): Promise<ImportResult>
}
