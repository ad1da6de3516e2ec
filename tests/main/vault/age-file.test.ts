import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { LARGEST_FILE, openAgeFile, sealAgeFile } from '../../../src/main/vault/age-file.ts'

const PASSPHRASE = 'correct horse battery staple'
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
let good: Uint8Array
/** One that takes little work to open. */
let cheap: Uint8Array

beforeAll(async () => {
  good = await sealAgeFile(PASSPHRASE, 'the text')
  const encrypter = new Encrypter()
  encrypter.setPassphrase(PASSPHRASE)
  encrypter.setScryptWorkFactor(8)
  cheap = await encrypter.encrypt('the text')
}, 30_000)

it('gives the text back, and not for another passphrase', async () => {
  expect(await openAgeFile(PASSPHRASE, good)).toBe('the text')
  expect(await openAgeFile(PASSPHRASE, bytesOf(armor.encode(good)))).toBe('the text')
  await expect(openAgeFile('another one', good)).rejects.toMatchObject({ code: 'wrong_passphrase' })
  await expect(sealAgeFile('short', 'x')).rejects.toMatchObject({ code: 'bad_request' })
}, 30_000)

it('leaves the rest of Berth to run meanwhile', async () => {
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 5)
  await openAgeFile(PASSPHRASE, good)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(5)
}, 30_000)

it('refuses what is no passphrase file, and says why', async () => {
  const forKey = new Encrypter()
  forKey.addRecipient(await identityToRecipient(await generateX25519Identity()))
  const cases: [Uint8Array, string][] = [
    [bytesOf(''), 'is not an age file'],
    [bytesOf('{"accounts":[]}'), 'is not an age file'],
    [bytesOf('-----BEGIN AGE ENCRYPTED FILE-----\n!!!\n'), 'is cut off or changed'],
    [await forKey.encrypt('x'), 'is encrypted for a key'],
    [new Uint8Array(LARGEST_FILE + 1), 'is too large'],
    [bytesOf(Buffer.from(cheap).toString('latin1').replace(/ 8\n/, ' 30\n')), 'is cut off or changed'],
    [Buffer.from(Buffer.from(cheap).toString('latin1').replace(/ 8\n/, ' 30\n'), 'latin1'), 'more memory'],
  ]
  for (const [file, reason] of cases) {
    await expect(openAgeFile(PASSPHRASE, file), reason).rejects.toMatchObject({ code: 'bad_request' })
  }
  await expect(openAgeFile(PASSPHRASE, cases.at(-1)?.[0] ?? cheap)).rejects.toThrow('more memory')
})

it('never gives another text, cut or changed anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(cheap.length - 1), fc.integer({ min: 0, max: 255 }), async (at, mask) => {
      const changed = Buffer.from(cheap)
      if (mask > 0) changed.writeUInt8(changed.readUInt8(at) ^ mask, at)
      const file = mask === 0 ? changed.subarray(0, at) : changed
      // A changed work factor may ask for more work than a test has time for.
      if (/ 8\n/.test(file.toString('latin1'))) {
        await expect(openAgeFile(PASSPHRASE, file)).rejects.toMatchObject({
          code: expect.stringMatching(/^(bad_request|wrong_passphrase)$/),
        })
      }
    }),
    { numRuns: 300, seed: 1 },
  )
})
