import { describe, expect, it } from 'vitest'
import type { Account } from '../../src/preload/accounts.ts'
import { lockOptions, lockWords } from '../../src/renderer/src/features/settings/lock-options.ts'
import { placeOf } from '../../src/renderer/src/features/shell/destinations.ts'
import { formatPlace, type Place, parsePlace } from '../../src/renderer/src/features/shell/route-store.ts'
import { fromBase64, toBase64 } from '../../src/renderer/src/lib/download.ts'
import { strengthHint, strengthOf } from '../../src/renderer/src/lib/strength.ts'

describe('strength', () => {
  it('is a word that grows with what has to be guessed', () => {
    expect(strengthOf('abc')).toBe('too short')
    expect(strengthOf('aaaaaaaaaaaaaaaa')).toBe('weak')
    expect(strengthOf('12345678901234567890')).toBe('weak')
    expect(strengthOf('Password1')).toBe('weak')
    expect(strengthOf('mulberry tin')).toBe('fair')
    expect(strengthOf('mulberry tin orchard vow')).toBe('strong')
  })

  it('says what to do', () => {
    expect(strengthHint('')).toContain('At least 8')
    expect(strengthHint('1234567')).toContain('Too short')
    expect(strengthHint('mulberry tin orchard vow')).toBe('Strong.')
  })
})

describe('lock times', () => {
  it('are words, with never last and an unusual one kept', () => {
    expect([lockWords(1), lockWords(15), lockWords(60), lockWords(240), lockWords(0)]).toEqual([
      '1 minute',
      '15 minutes',
      '1 hour',
      '4 hours',
      'Never',
    ])
    expect(lockOptions(0).at(-1)).toEqual({ value: '0', label: 'Never' })
    expect(lockOptions(0).filter((option) => option.value === '0')).toHaveLength(1)
    expect(lockOptions(7).map((option) => option.value)).toContain('7')
  })
})

describe('places', () => {
  it('survive their address', () => {
    const places: Place[] = [
      { page: 'import' },
      { page: 'import', kind: 'claude-code-router' },
      { page: 'activity' },
      { page: 'activity', accountId: 'a/1' },
    ]
    for (const place of places) expect(parsePlace(formatPlace(place))).toEqual(place)
    expect(parsePlace('#/import/nonsense')).toEqual({ page: 'import' })
  })

  it('are what something outside leads to', () => {
    const own = { id: 'a2', providerId: 'groq', active: true } as Account
    const other = { id: 'a1', providerId: 'groq', active: false } as Account
    expect(placeOf({ page: 'import' }, [])).toEqual({ page: 'import' })
    expect(placeOf({ page: 'providers' }, [])).toEqual({ page: 'providers' })
    expect(placeOf({ page: 'providers', providerId: 'groq' }, [other, own])).toEqual({
      page: 'providers',
      accountId: 'a2',
    })
    expect(placeOf({ page: 'providers', providerId: 'groq' }, [])).toEqual({
      page: 'add-provider',
      providerId: 'groq',
    })
    expect(placeOf({ page: 'new-project', folder: '/x' }, [])).toEqual({ page: 'new-project' })
  })
})

it('carries bytes of any length through base64', () => {
  const bytes = Uint8Array.from({ length: 100_003 }, (_, index) => index % 256)
  expect(fromBase64(toBase64(bytes))).toEqual(bytes)
})
