import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createAccounts } from '../../../src/main/accounts/accounts.ts'
import type { Accounts, NewAccount } from '../../../src/main/accounts/types.ts'
import { createCatalog } from '../../../src/main/catalog/catalog.ts'
import type { Catalog } from '../../../src/main/catalog/types.ts'
import { type Database, openDatabase } from '../../../src/main/db/database.ts'
import type { Vault } from '../../../src/main/vault/types.ts'
import { createVault } from '../../../src/main/vault/vault.ts'
import type { Account, Pin } from '../../../src/preload/accounts.ts'
import { createFakeKeychain, type FakeKeychain } from '../../support/fake-keychain.ts'

/** The account directory over a real vault file and database; only the keychain and the clock are made up. */
export interface Harness {
  readonly folder: string
  readonly keychain: FakeKeychain
  readonly db: Database
  readonly vault: Vault
  readonly catalog: Catalog
  readonly accounts: Accounts
  /** What `onChange` was called with. */
  readonly told: Account[][]
  /** What `onPins` was called with. */
  readonly toldPins: Pin[][]
  /** Ids of the accounts `onRenewed` was called with. */
  readonly renewed: string[]
  /** The same of `onReplaced`. */
  readonly replaced: string[]
  time: number
  /** The same directory after a restart of Berth. `vault` takes the place of the opened one. */
  reopen(vault?: Vault): Promise<Harness>
  close(): void
}

export async function openHarness(
  folder = mkdtempSync(join(tmpdir(), 'berth-accounts-')),
  keychain = createFakeKeychain(),
  given?: Vault,
): Promise<Harness> {
  const db = openDatabase(join(folder, 'berth.db'))
  const vault = given ?? createVault({ file: join(folder, 'vault.json'), keychainFor: keychain.keychainFor })
  await vault.open()
  const catalog = createCatalog({
    db,
    snapshotFile: resolve(import.meta.dirname, '../../../resources/catalog.json'),
  })
  const told: Account[][] = []
  const toldPins: Pin[][] = []
  const renewed: string[] = []
  const replaced: string[] = []
  const harness: Harness = {
    folder,
    keychain,
    db,
    vault,
    catalog,
    told,
    toldPins,
    renewed,
    replaced,
    time: 1000,
    accounts: createAccounts({
      db,
      vault,
      catalog,
      now: () => harness.time,
      newId: randomUUID,
      renews: (_, { refresh }) => refresh !== '',
      onChange: (list) => told.push(list),
      onPins: (list) => toldPins.push(list),
      onRenewed: ({ id }) => renewed.push(id),
      onReplaced: (id) => replaced.push(id),
    }),
    reopen(next) {
      db.close()
      return openHarness(folder, keychain, next)
    },
    close() {
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return harness
}

let keys = 0

/** A new key in the form of Anthropic's, 108 characters. */
export function newKey(): string {
  keys += 1
  return `sk-ant-api03-${'canary'.repeat(15)}${String(keys).padStart(5, '0')}`
}

export function newAccount(over: Partial<NewAccount> = {}): NewAccount {
  const key = newKey()
  return { providerId: 'anthropic', namespace: '', label: `key ${key.slice(-5)}`, key, fields: {}, ...over }
}
