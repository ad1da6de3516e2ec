import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  KeyObject,
  randomBytes,
  scrypt,
} from 'node:crypto'

/** AES-256-GCM and scrypt only: Electron's BoringSSL and plain Node's OpenSSL both have them. */

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** Length of the vault's key, and of the key made from a passphrase. */
export const KEY_BYTES = 32

/** The parameters a key is derived with. The salt is base64. */
export interface ScryptParameters {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly salt: string
}

/**
 * Encrypts `text` under a fresh IV. `context` is not stored but bound: only the same context opens it again, which
 * keeps a sealed text from being moved to another place. Returns base64 of IV, tag and ciphertext.
 */
export function seal(key: Buffer, text: string, context: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
}

/**
 * A key made ready for opening many texts, which takes a quarter of the time then. Its memory is cleared when nobody holds
 * it any more.
 */
export const openerOf = (key: Buffer): KeyObject => createSecretKey(key)

const sizeOf = (key: Buffer | KeyObject): number | undefined =>
  key instanceof KeyObject ? key.symmetricKeySize : key.length

/** The text `seal` was given, or undefined when the key or context is another one or any bit was changed. */
export function unseal(key: Buffer | KeyObject, sealed: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (sizeOf(key) !== KEY_BYTES || bytes.length < IV_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  try {
    const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES))
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** 128 MiB and about half a second: OWASP's first choice for scrypt (N=2^17, r=8, p=1). */
export function freshScrypt(): ScryptParameters {
  return { N: 2 ** 17, r: 8, p: 1, salt: randomBytes(16).toString('base64') }
}

/** Makes a key from a passphrase. The passphrase is brought to NFKC first: keyboards write é in two ways. */
export function deriveKey(passphrase: string, { N, r, p, salt }: ScryptParameters): Promise<Buffer> {
  const maxmem = 128 * N * r * p + 32 * 1024 * 1024
  return new Promise((done, fail) => {
    scrypt(
      passphrase.normalize('NFKC'),
      Buffer.from(salt, 'base64'),
      KEY_BYTES,
      { N, r, p, maxmem },
      (error, key) => (error ? fail(error) : done(key)),
    )
  })
}
