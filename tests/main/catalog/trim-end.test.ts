import { describe, expect, it } from 'vitest'
import { checkBaseUrl } from '../../../src/main/catalog/custom-provider.ts'
import { trimEnd } from '../../../src/main/catalog/trim-end.ts'
import { fillUrl } from '../../../src/main/connection/ask-vendor.ts'
import type { Guide } from '../../../src/main/imports/guide.ts'
import { readKeyList } from '../../../src/main/imports/key-list.ts'
import { shownAddress } from '../../../src/main/imports/names.ts'

it.each([
  ['a//', '/', 'a'],
  ['//a', '/', '//a'],
  ['///', '/', ''],
  ['', '/', ''],
  ['a: =:', ':= ', 'a'],
])('takes the signs from the end of %j', (text, signs, left) => {
  expect(trimEnd(text, signs)).toBe(left)
})

// Each took from ten seconds to an hour with a pattern that ends in `+$`, and Berth answered nobody meanwhile.
describe('a foreign text with a million slashes or colons in it', () => {
  const slashes = '/'.repeat(1_000_000)

  it('is read in no time as a base URL, a field or a place', { timeout: 5000 }, () => {
    expect(checkBaseUrl(`https://x/${slashes}x`)).toHaveLength(1_000_011)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the vendors' table
    expect(fillUrl('${A}', { A: `${slashes}x` })).toHaveLength(1_000_001)
    expect(shownAddress(new URL(`https://x/${slashes}x`))).toHaveLength(1_000_011)
  })

  it('is read in no time as a list of keys', { timeout: 5000 }, () => {
    const guide = { byVariable: () => [], byName: () => undefined, decide: () => ({ candidates: [] }) }
    const line = `${':'.repeat(19_000)}a ABCDEFGH1234567890abcd\n`
    const { found } = readKeyList(line.repeat(200), guide as unknown as Guide)
    expect(found).toHaveLength(200)
  })
})
