import { describe, expect, it } from 'vitest'
import { isOpen, vendorWords } from '../../../src/main/connection/hide.ts'
import { CANARY } from './lab.ts'

describe('a vendor’s own words', () => {
  it.each([
    ['whole', `Incorrect API key provided: ${CANARY}. Look it up.`],
    ['its beginning', `Incorrect API key provided: ${CANARY.slice(0, 20)}…`],
    ['its end', `key ending in ${CANARY.slice(-9)}`],
    ['its middle', `key ${CANARY.slice(8, 22)}`],
    ['in markup', `<p>bad <b>${CANARY}</b></p>`],
    ['twice', `${CANARY} ${CANARY}`],
    ['cut by the limit', `${'x'.repeat(985)} ${CANARY}`],
  ])('lose the key: %s', (_, text) => {
    const words = vendorWords(text, [CANARY])
    for (let at = 0; at + 8 <= CANARY.length; at++) expect(words).not.toContain(CANARY.slice(at, at + 8))
  })

  it.each([
    ['in small letters', CANARY.toLowerCase()],
    ['in capitals', CANARY.toUpperCase()],
    ['in an address', encodeURIComponent(CANARY)],
    ['in hexadecimal', Buffer.from(CANARY).toString('hex')],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['in base64 behind a name', Buffer.from(`me:${CANARY}`).toString('base64')],
    ['with blanks in it', [...CANARY].join(' ')],
    ['with invisible signs in it', [...CANARY].join('\u200b')],
    ['in groups', CANARY.replaceAll(/.{5}/g, '$&-')],
  ])('lose the key %s', (_, text) => {
    const words = vendorWords(`bad key ${text}`, [CANARY])
    expect(words.replaceAll(/[^A-Za-z0-9]/g, '').length).toBeLessThan('badkeysecret'.length + 9)
    expect(isOpen(text, [CANARY])).toBe(false)
  })

  it('are no name when the key is inside markup, or beyond what is shown of other words', () => {
    expect(isOpen(`<${CANARY}>`, [CANARY])).toBe(false)
    expect(isOpen(`${'x'.repeat(195)}${CANARY}`, [CANARY])).toBe(false)
  })

  it('lose a key with stars in it, and what looks like another credential', () => {
    expect(vendorWords('Incorrect API key provided: sk-proj-****************x7Qd.', [])).toBe(
      'Incorrect API key provided: [secret]',
    )
    expect(vendorWords('not hf_abcdefghijklmnopqrst', [])).toBe('not [secret]')
  })

  it('lose a short key, and every secret of a login', () => {
    expect(vendorWords('the key abcd is bad', ['abcd'])).toBe('the key [secret] is bad')
    expect(vendorWords('access-one and refresh-two', ['access-one', 'refresh-two'])).toBe(
      '[secret] and [secret]',
    )
  })

  it('lose markup, line ends, invisible characters, and what is too long', () => {
    expect(vendorWords('<h1>Not\nfound</h1>\u202e\u0007 here.', [])).toBe('Not found here')
    const long = vendorWords('word '.repeat(300), [])
    expect(long.length).toBe(200)
    expect(long.endsWith('…')).toBe(true)
  })

  it('stay as they are otherwise', () => {
    expect(vendorWords('Invalid Authentication', [CANARY])).toBe('Invalid Authentication')
    expect(isOpen('Acme, Inc', [CANARY])).toBe(true)
    expect(isOpen(`of ${CANARY}`, [CANARY])).toBe(false)
  })
})
