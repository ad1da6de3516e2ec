// A process that writes records to a vault and ends. Arguments: the vault's file, the keychain's folder, a name, how many.
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFileKeychain } from './file-keychain.ts'

const [file = '', keys = '', name = '', count = '0'] = process.argv.slice(2)
const vault = createVault({ file, keychainFor: createFileKeychain(keys).keychainFor })
if ((await vault.open()).state !== 'ready') throw new Error(JSON.stringify(vault.status()))
for (let n = 0; n < Number(count); n += 1) await vault.write(`${name}/${n}`, `secret of ${name} ${n}`)
