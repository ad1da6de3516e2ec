import type { VaultStatus } from '../../preload/vault.ts'

/** Where one of the vault's 32-byte keys is kept by the operating system. */
export interface Keychain {
  /** The key, or undefined when there is no entry. Throws `keychain_unavailable` when it cannot be asked. */
  get(): Promise<Buffer | undefined>
  set(key: Buffer): Promise<void>
  remove(): Promise<void>
}

/**
 * The encrypted file that holds every secret, by record id. Several processes may use one file: each write takes in
 * what others wrote before it.
 */
export interface Vault {
  status(): VaultStatus
  /**
   * Opens the vault with the keychain's key, making both on first use. A vault that was locked stays so. Never throws: the status
   * says how it went.
   */
  open(): Promise<VaultStatus>
  /**
   * Opens the vault with its passphrase or recovery passphrase; without one, with the keychain, where that keeps the
   * key. Throws `wrong_passphrase`, more slowly each time, or `bad_request`.
   */
  unlock(passphrase?: string): Promise<VaultStatus>
  /** Throws `conflict` when there is a vault already. */
  createWithPassphrase(passphrase: string): Promise<VaultStatus>
  /** Forgets the key and the records in memory, once what is being written is on the disk. */
  lock(): Promise<VaultStatus>

  /**
   * Undefined only when there is no such record. Throws `vault_locked`, `vault_damaged` or `keychain_unavailable` when
   * the vault is not open, and `vault_damaged` when the record may be among damaged ones.
   */
  read(id: string): string | undefined
  /**
   * Returns once the record is on the disk. Throws what `read` throws for a vault that is not open, `conflict` while another
   * process keeps writing, and `internal` when the disk does not take it; the file then is as it was.
   */
  write(id: string, secret: string): Promise<void>
  remove(id: string): Promise<void>
  /**
   * Whether there is such a record, without a look into it: `damaged` when it may be among damaged ones. Undefined while the
   * vault is not open. Does not count as use.
   */
  holds(id: string): 'whole' | 'damaged' | 'none' | undefined
  /** The ids of every record that opens, sorted. Throws what `read` throws: a vault that is not open is not an empty one. */
  ids(): string[]

  /**
   * Gives the vault a new key. The passphrase is wanted where one opens it, for it must go on to do so. This and the
   * next four throw `wrong_passphrase`, `bad_request` when they do not suit the vault, `keychain_unavailable`, and
   * `vault_damaged` while there are damaged records; the vault then is as it was. Each makes a new key.
   */
  rotateKey(passphrase?: string): Promise<VaultStatus>
  /** Of the passphrase that keeps the key, or of the recovery passphrase. */
  changePassphrase(current: string, next: string): Promise<VaultStatus>
  /** From the keychain to a passphrase alone. */
  keepByPassphrase(passphrase: string): Promise<VaultStatus>
  /** From a passphrase, which must be given, to the keychain. With `recovery` the passphrase goes on to open it. */
  keepByKeychain(passphrase: string, options: { readonly recovery: boolean }): Promise<VaultStatus>
  /** Sets, or without one takes away, the passphrase that opens a keychain's vault when its entry is gone. */
  setRecovery(passphrase: string | undefined): Promise<VaultStatus>

  /** Takes damaged records from the previous generation of the file, where it has them. */
  mendDamaged(): Promise<VaultStatus>
  /** Forgets the damaged records for good. */
  discardDamaged(): Promise<VaultStatus>
  /**
   * Puts the file's previous generation in the place of one that does not open, keeps that beside it, and opens. Throws
   * `not_found`, and `conflict` for a vault that is open or locked.
   */
  restorePrevious(): Promise<VaultStatus>
  /** Keeps a vault that cannot be opened under another name and makes a new one. Throws `conflict` for one that is open. */
  setAside(): Promise<VaultStatus>

  /** To be called when the time after which it locks itself was changed: that holds at once. */
  idleTimeChanged(): void

  /** Calls `listener` when the status changes, until the returned function is called. */
  onChange(listener: (status: VaultStatus) => void): () => void
}
