import { randomBytes, scrypt } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { armor, Decrypter, Encrypter, type Identity, type Recipient, Stanza } from 'age-encryption'
import { BerthError } from '../errors.ts'
import { checkPassphrase } from './keys.ts'

/**
 * Files under a passphrase in the format of the `age` tool, which reads and writes the same ones (`age -d`, `age -p`).
 * The library's own passphrase code derives its key on the main thread, where it stops everything for three seconds;
 * here the system's scrypt does that beside it. https://github.com/C2SP/C2SP/blob/main/age.md#the-scrypt-recipient-type
 */

const LABEL = 'age-encryption.org/v1/scrypt'
const SALT_BYTES = 16
const FILE_KEY_BYTES = 16
const TAG_BYTES = 16
/** What `age` writes: 256 MiB, about a second. */
const WORK_FACTOR = 18
/** What `age` accepts at most is 22; that is 4 GiB. This is 1 GiB. */
const HIGHEST_WORK_FACTOR = 20
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'
/** An export of ten thousand accounts has a quarter of this. */
export const LARGEST_FILE = 16 * 1024 * 1024

class WorkFactorTooHigh extends Error {}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

function derive(passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN
  const maxmem = 128 * N * 8 + 32 * 1024 * 1024
  const full = Buffer.concat([Buffer.from(LABEL), salt])
  return new Promise((done, fail) => {
    scrypt(passphrase, full, 32, { N, r: 8, p: 1, maxmem }, (error, key) => (error ? fail(error) : done(key)))
  })
}

/** The key is used once, so that the format wants no nonce. */
const cipher = (key: Uint8Array) => chacha20poly1305(key, new Uint8Array(12))

const recipient = (passphrase: string): Recipient => ({
  async wrapFileKey(fileKey) {
    const salt = randomBytes(SALT_BYTES)
    const key = await derive(passphrase, salt, WORK_FACTOR)
    return [new Stanza(['scrypt', base64(salt), String(WORK_FACTOR)], cipher(key).encrypt(fileKey))]
  },
})

const identity = (passphrase: string): Identity => ({
  async unwrapFileKey(stanzas) {
    const [stanza] = stanzas
    const [type, salt = '', logN = ''] = stanza?.args ?? []
    if (stanza === undefined || type !== 'scrypt') return null
    const bytes = Buffer.from(salt, 'base64')
    const sound =
      stanzas.length === 1 &&
      stanza.args.length === 3 &&
      bytes.length === SALT_BYTES &&
      stanza.body.length === FILE_KEY_BYTES + TAG_BYTES &&
      /^[1-9]\d?$/.test(logN)
    if (!sound) throw new Error('malformed scrypt stanza')
    if (Number(logN) > HIGHEST_WORK_FACTOR) throw new WorkFactorTooHigh()
    const key = await derive(passphrase, bytes, Number(logN))
    try {
      return cipher(key).decrypt(stanza.body)
    } catch {
      return null
    }
  },
})

/** Encrypts a text. Throws `bad_request` for a passphrase under 8 characters. Takes about a second. */
export async function sealAgeFile(passphrase: string, text: string): Promise<Uint8Array> {
  checkPassphrase(passphrase)
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient(passphrase))
  return encrypter.encrypt(text)
}

const bad = (what: string, cause?: unknown): BerthError =>
  new BerthError('bad_request', `The file ${what}.`, { cause })

/** The file's bytes out of its text form, which `age -a` writes. */
function withoutArmor(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  if (!text.trimStart().startsWith(ARMOR)) return bytes
  try {
    return armor.decode(text)
  } catch (cause) {
    throw bad('is cut off or changed', cause)
  }
}

function problem(error: unknown, isForPassphrase: boolean): BerthError {
  if (error instanceof WorkFactorTooHigh) {
    return bad(`asks for more memory than Berth gives (work factor above ${HIGHEST_WORK_FACTOR})`, error)
  }
  const text = error instanceof Error ? error.message : ''
  if (!text.startsWith('no identity matched')) return bad('is cut off or changed', error)
  if (isForPassphrase) {
    return new BerthError('wrong_passphrase', 'That is not the passphrase of this file. Try again.')
  }
  return bad('is encrypted for a key, not with a passphrase. Encrypt it with a passphrase', error)
}

/**
 * The text of an `age` passphrase file, binary or in its text form. Throws `wrong_passphrase`, and `bad_request` for a
 * file that is none, is damaged, too large, or asks for too much work.
 */
export async function openAgeFile(passphrase: string, file: Uint8Array): Promise<string> {
  if (file.length > LARGEST_FILE) throw bad('is too large for an export')
  const bytes = withoutArmor(file)
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  if (!start.startsWith('age-encryption.org/')) throw bad('is not an age file')
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity(passphrase))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await decrypter.decrypt(bytes))
  } catch (error) {
    throw problem(error, /\n-> scrypt /.test(start))
  }
}
