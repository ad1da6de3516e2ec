import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../../src/main/errors.ts'
import type { Keychain } from '../../../src/main/vault/types.ts'

/** A keychain that several test processes share: a file per entry, each put in place whole. */
export function createFileKeychain(folder: string) {
  mkdirSync(folder, { recursive: true })
  return {
    entries: (): string[] => readdirSync(folder).filter((name) => !name.endsWith('.tmp')),
    keychainFor: (name: string): Keychain => ({
      async get() {
        try {
          return Buffer.from(readFileSync(join(folder, name), 'utf8'), 'base64')
        } catch (error) {
          if (systemCode(error) === 'ENOENT') return undefined
          throw error
        }
      },
      async set(key) {
        writeFileSync(join(folder, `${name}.tmp`), key.toString('base64'))
        renameSync(join(folder, `${name}.tmp`), join(folder, name))
      },
      async remove() {
        rmSync(join(folder, name), { force: true })
      },
    }),
  }
}
