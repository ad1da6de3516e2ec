// Opens a vault with the session's keychain and says as JSON what the vault says. Argument: the vault's file.
import { createOsKeychain } from '../../../src/main/vault/keychain.ts'
import { createVault } from '../../../src/main/vault/vault.ts'

const [file = ''] = process.argv.slice(2)
const status = await createVault({ file, keychainFor: (name) => createOsKeychain(name) }).open()
process.stdout.write(JSON.stringify(status))
process.exit(0)
