import type { VaultStatus } from '../../preload/shapes.ts'

/** Where the vault's 32-byte key is kept by the operating system. */
export interface Keychain {
  /** The key, or undefined when there is no entry. Throws `keychain_unavailable` when it cannot be asked. */
  get(): Promise<Buffer | undefined>
  set(key: Buffer): Promise<void>
  remove(): Promise<void>
}

/** The encrypted file that holds every secret, by record id. */
export interface Vault {
  status(): VaultStatus
  /** Opens the vault with the keychain's key, making both on first use. Never throws: the status says how it went. */
  open(): Promise<VaultStatus>
  /** Throws `wrong_passphrase`. */
  unlock(passphrase: string): Promise<VaultStatus>
  /** Throws `conflict` when there is a vault already. */
  createWithPassphrase(passphrase: string): Promise<VaultStatus>
  /** Throws `vault_locked`, `vault_damaged` or `keychain_unavailable` when the vault is not open. */
  read(id: string): string | undefined
  /** Returns once the record is on the disk. */
  write(id: string, secret: string): Promise<void>
  remove(id: string): Promise<void>
  /** The ids of every record, sorted. Throws what `read` throws: a vault that is not open is not an empty one. */
  ids(): string[]
  /** Calls `listener` when the status changes, until the returned function is called. */
  onChange(listener: (status: VaultStatus) => void): () => void
}
