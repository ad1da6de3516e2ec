// A process that changes a vault until it is killed: writes, removals and new keys. Tells each act before and after it.
// Arguments: the vault's file, the keychain's folder, a seed. Starts when its standard input says so.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createVault } from '../../../src/main/vault/vault.ts'
import { createFileKeychain } from './file-keychain.ts'
import { randomFrom } from './random.ts'

const [file = '', keys = '', seed = '0'] = process.argv.slice(2)
const random = randomFrom(Number(seed))
const say = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`)

const vault = createVault({ file, keychainFor: createFileKeychain(keys).keychainFor })
say('up')
await once(process.stdin, 'data')
if ((await vault.open()).state !== 'ready') throw new Error(JSON.stringify(vault.status()))
for (let act = 0; ; act += 1) {
  const id = `account/${Math.floor(random() * 20)}`
  const value = `${seed}-${act}`
  const kind = random()
  if (kind < 0.3) {
    say('begin', 'rotate', '-', '-')
    await vault.rotateKey()
    say('done', 'rotate', '-', '-')
  } else if (kind < 0.4) {
    say('begin', 'remove', id, '-')
    await vault.remove(id)
    say('done', 'remove', id, '-')
  } else {
    say('begin', 'write', id, value)
    await vault.write(id, value)
    say('done', 'write', id, value)
  }
}
