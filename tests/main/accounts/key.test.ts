import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanKey, previewOf } from '../../../src/main/accounts/key.ts'

describe('a pasted key', () => {
  it('loses white space around it', () => {
    expect(cleanKey(' \tsk-abc123\r\n')).toBe('sk-abc123')
  })

  it.each([
    ['   ', /empty/],
    ['OPENAI_API_KEY=sk-canary', /variable name/],
    ['export OPENAI_API_KEY=sk-canary', /variable name/],
    ['Bearer sk-canary', /header/],
    ['"sk-canary"', /quotation marks/],
    ['\u201csk-canary\u201d', /quotation marks/],
    ['sk-can…ary', /shortened or hidden/],
    ['sk-can...ary', /shortened or hidden/],
    ['sk-••••canary', /shortened or hidden/],
    ['sk-canary\nsk-canary', /line break/],
    ['sk- canary', /space/],
    ['sk-\u00a0canary', /space/],
    ['sk-\u0007canary', /control character/],
    ['sk-\u200bcanary', /control character/],
    ['sk-cänary', /no key has/],
    ['sk-ant-oat01-canary', /Claude subscription.*API key/],
    ['sk-ant-ort01-canary', /Claude subscription/],
  ])('%j is refused with what was found', (pasted, message) => {
    expect(() => cleanKey(pasted)).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(() => cleanKey(pasted)).toThrow(message)
    expect(() => cleanKey(pasted)).not.toThrow(/sk-c/)
  })
})

describe('a preview', () => {
  it('is the known prefix and the last four of a long key', () => {
    expect(previewOf(`sk-ant-api03-${'x'.repeat(91)}x7Qd`)).toBe('sk-ant-api03-…x7Qd')
    expect(previewOf(`AIza${'x'.repeat(31)}x7Qd`)).toBe('AIza…x7Qd')
    expect(previewOf(`${'x'.repeat(40)}x7Qd`)).toBe('…x7Qd')
  })

  it('shows fewer of a short key, and nothing of a very short one', () => {
    expect(previewOf('abcdefgh')).toBe('…gh')
    expect(previewOf('abc')).toBe('…')
    expect(previewOf('sk-ant-api03-abcdefgh')).toBe('…efgh')
  })

  it('never shows more than a quarter of the key, nor more than four of its end', () => {
    const start = fc.constantFrom('', 'sk-', 'sk-ant-api03-', 'gsk_', 'AIza')
    fc.assert(
      fc.property(start, fc.stringMatching(/^[A-Za-z0-9]{1,120}$/), (prefix, rest) => {
        const key = prefix + rest
        const [shown = '', tail = ''] = previewOf(key).split('…')
        expect(shown.length + tail.length).toBeLessThanOrEqual(key.length / 4)
        expect(tail.length).toBeLessThanOrEqual(4)
        expect(key.startsWith(shown) && key.endsWith(tail)).toBe(true)
      }),
      { seed: 1 },
    )
  })
})
