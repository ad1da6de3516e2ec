import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VaultStatus } from '../../src/preload/vault.ts'
import type { TestApp } from './test-app.ts'

export const PASSPHRASE = 'correct horse'
export const READY = { state: 'ready', keeper: 'keychain' }

/** The keys of the accounts that `filled` makes. */
const KEYS = ['sk-ant-api03-0123456789', 'sk-ant-api03-9876543210']

/** The vault of a whole Berth, as a person meets it. */
export interface VaultBench {
  file(): string
  status(): Promise<VaultStatus>
  /** Opens Berth with a vault of two accounts, under the keychain or a passphrase. */
  filled(keeper?: 'keychain' | 'passphrase'): Promise<void>
  /** Whether the vault has the key of the n-th account: a second account with it is refused. */
  holds(n: number): Promise<boolean>
  /** Gives the first account its key anew. */
  enterAgain(): Promise<void>
  /** The trail's acts about the vault, oldest first, with where they came from. */
  acts(): Promise<string[]>
  /** Breaks the seal of an account's record on the disk; answers with the record's name. */
  breakRecord(label: string): Promise<string>
}

export function vaultBench(berth: TestApp): VaultBench {
  const file = () => join(berth.dataDir, 'vault.json')
  const add = (n: number) =>
    berth.call('accounts.add', { providerId: 'anthropic', label: `account ${n}`, key: KEYS[n] ?? '' })
  return {
    file,
    status: async () => (await berth.call('app.status', {})).vault,
    async filled(keeper = 'keychain') {
      if (keeper === 'passphrase') berth.keychain.fault = 'There is no keychain.'
      await berth.open()
      if (keeper === 'passphrase') await berth.call('vault.createWithPassphrase', { passphrase: PASSPHRASE })
      await add(0)
      await add(1)
    },
    async holds(n) {
      const again = { providerId: 'anthropic', label: 'again', key: KEYS[n] ?? '' }
      const answer = await berth.app.dispatch('accounts.add', again, 'browser')
      return !answer.ok && answer.error.code === 'conflict'
    },
    async enterAgain() {
      const [first] = await berth.call('accounts.list', {})
      await berth.call('accounts.replaceKey', { accountId: first?.id ?? '', key: KEYS[0] ?? '' })
    },
    async acts() {
      const entries = await berth.call('audit.list', { filter: { subject: 'vault' } })
      return entries.map(({ action, surface }) => `${action} ${surface}`).reverse()
    },
    async breakRecord(label) {
      const account = (await berth.call('accounts.list', {})).find((one) => one.label === label)
      const name = `account/${account?.id}`
      const text = readFileSync(file(), 'latin1')
      const at = text.indexOf(`"${name}"`) + name.length + 20
      const broken = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      writeFileSync(file(), broken, 'latin1')
      return name
    },
  }
}
