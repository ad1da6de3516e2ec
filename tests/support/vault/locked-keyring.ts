// Makes a vault with the session's keyring, locks the keyring, and says as JSON what the vault says then.
// Argument: the vault's file. Linux only: the Secret Service is spoken to as its specification says,
// https://specifications.freedesktop.org/secret-service-spec/latest/
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { BerthError } from '../../../src/main/errors.ts'
import { createOsKeychain } from '../../../src/main/vault/keychain.ts'
import { createVault } from '../../../src/main/vault/vault.ts'

const [file = ''] = process.argv.slice(2)
/** Nobody is there to answer what a locked keyring asks. */
const keychainFor = (name: string) => createOsKeychain(name, { deadlineMs: 3000 })
const vault = createVault({ file, keychainFor })
const before = await vault.open()
await vault.write('account/1', 'a secret')
const bytes = readFileSync(file)

const service = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets']
const collections = execFileSync('dbus-send', [
  ...service,
  'org.freedesktop.DBus.Properties.Get',
  'string:org.freedesktop.Secret.Service',
  'string:Collections',
]).toString()
const paths = [...collections.matchAll(/object path "([^"]+)"/g)].map((match) => String(match[1]))
execFileSync('dbus-send', [
  ...service,
  'org.freedesktop.Secret.Service.Lock',
  `array:objpath:${paths.join(',')}`,
])

const again = createVault({ file, keychainFor })
const locked = await again.open()
const refused = await again.write('account/2', 'x').catch((error: unknown) => error)
// Open from before: the new key has no place to go, so the vault keeps the one it has.
const rotated = await vault.rotateKey().catch((error: unknown) => error)
const fresh = await createVault({ file: `${file}-other`, keychainFor }).open()
const result = {
  before,
  locked,
  refused: refused instanceof BerthError ? refused.code : refused,
  rotated: rotated instanceof BerthError ? rotated.code : rotated,
  readable: vault.read('account/1'),
  sameFile: readFileSync(file).equals(bytes),
  fresh,
}
process.stdout.write(JSON.stringify(result))
process.exit(0)
