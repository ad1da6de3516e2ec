import { describe, expect, it } from 'vitest'
import { createOsKeychain, type KeychainEntry } from '../../../src/main/vault/keychain.ts'

const entryThat = (over: Partial<KeychainEntry>): KeychainEntry => ({
  getPassword: async () => null,
  setPassword: async () => undefined,
  deletePassword: async () => false,
  ...over,
})

describe('the system keychain', () => {
  it('gives up on one that never answers', async () => {
    const entry = () => entryThat({ getPassword: () => new Promise(() => undefined) })
    const keychain = createOsKeychain('id', { deadlineMs: 20, entry })
    await expect(keychain.get()).rejects.toMatchObject({
      code: 'keychain_unavailable',
      message: expect.stringContaining('did not answer'),
    })
  })

  it('says so when it cannot even be opened', async () => {
    const entry = () => {
      throw new Error('Platform failure: DBus error')
    }
    const keychain = createOsKeychain('id', { entry })
    await expect(keychain.get()).rejects.toMatchObject({ code: 'keychain_unavailable' })
    await expect(keychain.set(Buffer.alloc(32))).rejects.toMatchObject({ code: 'keychain_unavailable' })
    await expect(keychain.remove()).rejects.toMatchObject({ code: 'keychain_unavailable' })
  })

  it('keeps the key as base64 and tells absent from empty', async () => {
    let kept: string | null = null
    const entry = () =>
      entryThat({
        getPassword: async () => kept,
        setPassword: async (text) => {
          kept = text
        },
      })
    const keychain = createOsKeychain('id', { entry })
    expect(await keychain.get()).toBeUndefined()
    await keychain.set(Buffer.alloc(32, 9))
    expect(kept).toBe(Buffer.alloc(32, 9).toString('base64'))
    expect(await keychain.get()).toEqual(Buffer.alloc(32, 9))
  })
})
