import { describe, expect, it } from 'vitest'
import { covers, partsOf, placeOf, plainHost, plainRule } from '../../../src/main/egress/names.ts'

/** Which hosts a rule is for: by whole names, never by how a name ends or begins. */

describe('a host in its plain form', () => {
  const plain: [string, string | undefined][] = [
    ['GitHub.COM', 'github.com'],
    ['github.com.', 'github.com'],
    [' github.com ', 'github.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['my_host.internal', 'my_host.internal'],
    ['10.0.0.7', '10.0.0.7'],
    ['[2001:DB8:0:0::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['', undefined],
    ['.', undefined],
    ['github.com..', undefined],
    ['git hub.com', undefined],
    ['github.com/evil', undefined],
    ['user@github.com', undefined],
    ['github.com:443', undefined],
    ['github.com%2eevil.test', undefined],
    ['github.com\u0000.evil.test', undefined],
    ['*.github.com', undefined],
    ['a'.repeat(64), undefined],
    [Array.from({ length: 70 }, () => 'abc').join('.'), undefined],
  ]
  it.each(plain)('%j → %s', (text, host) => expect(plainHost(text)).toBe(host))
})

describe('a rule', () => {
  it.each([
    ['*.Example.com.', '*.example.com'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['example.com', 'example.com'],
    ['*.com', undefined],
    ['*', undefined],
    ['*.', undefined],
    ['*.*.com', undefined],
    ['git.*.com', undefined],
    ['*.10.0.0.1', undefined],
    ['Example.com.:22', 'example.com:22'],
    ['example.com:0022', 'example.com:22'],
    ['*.Example.com:8443', '*.example.com:8443'],
    ['[2001:DB8:0:0::1]:8443', '[2001:db8::1]:8443'],
    ['[2001:DB8:0:0::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    // The web's own two go together.
    ['example.com:443', 'example.com'],
    ['example.com:80', 'example.com'],
    ['example.com:0', undefined],
    ['example.com:65536', undefined],
    ['example.com:', undefined],
    ['example.com:22:22', undefined],
    ['example.com:ssh', undefined],
    [':22', undefined],
    ['*:22', undefined],
    ['*.com:22', undefined],
  ])('%j is kept as %s', (text, rule) => expect(plainRule(text)).toBe(rule))

  const cases: [string, string, boolean][] = [
    ['github.com', 'github.com', true],
    ['github.com', 'evilgithub.com', false],
    ['github.com', 'github.com.evil.test', false],
    ['github.com', 'api.github.com', false],
    ['github.com', 'github.co', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['*.example.com', 'a.example.com.evil.test', false],
    ['*.example.com', '.example.com', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.10', false],
    ['github.com:22', 'github.com:22', true],
    ['github.com:22', 'github.com', false],
    ['github.com', 'github.com:22', false],
    ['*.example.com', 'a.example.com:22', false],
    ['*.example.com:22', 'a.example.com:22', true],
    ['*.example.com:22', 'a.example.com:2', false],
    ['*.example.com:22', 'a.example.com', false],
    ['*.example.com:22', 'example.com:22', false],
    ['*.example.com:22', 'evilexample.com:22', false],
  ]
  it.each(cases)('%s is for %s: %s', (rule, host, expected) => expect(covers(rule, host)).toBe(expected))

  it.each([
    ['git.test', 443, 'git.test'],
    ['git.test', 80, 'git.test'],
    ['git.test', 22, 'git.test:22'],
    ['fd00::7', 443, 'fd00::7'],
    ['fd00::7', 22, '[fd00::7]:22'],
  ])('%s at %i is the place %s, and read back', (host, port, place) => {
    expect(placeOf(host, port)).toBe(place)
    expect(partsOf(place)).toEqual(place === host ? { host } : { host, port })
  })

  it('meets an address by its whole text only', () => {
    expect(covers('*.0.0.1', '10.0.0.1')).toBe(false)
  })
})
