import { describe, expect, it } from 'vitest'
import { splitBlocks } from '../../src/renderer/src/features/conversation/blocks.ts'
import { diffCounts, diffLines } from '../../src/renderer/src/features/conversation/diff-lines.ts'
import { filterItems } from '../../src/renderer/src/lib/filter.ts'
import { fixesFor } from '../../src/renderer/src/lib/fixes.ts'
import { completionOf, joinPath, shortenPath } from '../../src/renderer/src/lib/folders.ts'
import { bytes, dollars, duration, relativeTime, tokens } from '../../src/renderer/src/lib/format.ts'
import { foreignKey, providerOfKey } from '../../src/renderer/src/lib/key-shapes.ts'
import { pressed, spelled } from '../../src/renderer/src/lib/keys.ts'
import { initials } from '../../src/renderer/src/ui/monogram.tsx'

describe('format', () => {
  it('writes times relative to now', () => {
    const now = 1_700_000_000_000
    const ago = (ms: number) => relativeTime(now - ms, now)
    expect([ago(0), ago(4 * 60_000), ago(3 * 3_600_000), ago(30 * 3_600_000), ago(5 * 86_400_000)]).toEqual([
      'now',
      '4 min ago',
      '3 h ago',
      'yesterday',
      '5 days ago',
    ])
  })

  it('writes sizes, durations, tokens and sums', () => {
    expect([bytes(0), bytes(999), bytes(74_200_000), bytes(1_120_000_000)]).toEqual([
      '0 B',
      '999 B',
      '74.2 MB',
      '1.1 GB',
    ])
    expect([duration(340), duration(3100), duration(125_000)]).toEqual(['340 ms', '3.1 s', '2 min 05 s'])
    expect([tokens(812), tokens(12_400), tokens(200_000), tokens(1_000_000)]).toEqual([
      '812',
      '12.4k',
      '200k',
      '1M',
    ])
    expect([dollars(0), dollars(0.00001), dollars(0.0042), dollars(0.13), dollars(3)]).toEqual([
      '$0',
      '< $0.0001',
      '$0.0042',
      '$0.130',
      '$3.00',
    ])
  })
})

describe('folders', () => {
  it('shortens in the middle and never cuts the last part', () => {
    expect(shortenPath('/home/mia/atlas-api')).toBe('/home/mia/atlas-api')
    expect(shortenPath('/home/mia/clients/northwind/websites/docs-site', 30)).toBe(
      '/home/…/websites/docs-site',
    )
    expect(shortenPath(`/home/mia/${'x'.repeat(50)}`, 20)).toBe(`/home/…/${'x'.repeat(50)}`)
    expect(shortenPath('C:\\Users\\mia\\work\\clients\\northwind\\site', 24)).toBe('C:\\…\\northwind\\site')
  })

  it('splits what is typed for completion and joins with the same separator', () => {
    expect(completionOf('/home/mi')).toEqual({ folder: '/home/', start: 'mi' })
    expect(completionOf('C:\\Us')).toEqual({ folder: 'C:\\', start: 'Us' })
    expect(completionOf('mi')).toEqual({ folder: '', start: 'mi' })
    expect([joinPath('/', 'home'), joinPath('/home', 'mia'), joinPath('C:\\Users', 'mia')]).toEqual([
      '/home',
      '/home/mia',
      'C:\\Users\\mia',
    ])
  })
})

describe('keys', () => {
  it('tells a vendor from the beginning of a key, and says nothing of others', () => {
    expect(providerOfKey(' sk-ant-api03-x')).toBe('anthropic')
    expect(providerOfKey('sk-or-v1-x')).toBe('openrouter')
    expect(providerOfKey('AIzaSy')).toBe('google')
    expect(providerOfKey('sk-abc')).toBeUndefined()
  })

  it('points to another provider only where it is known and not the chosen one', () => {
    const providers = [{ id: 'anthropic' }, { id: 'openrouter' }]
    expect(foreignKey('sk-or-v1-x', 'anthropic', providers)).toEqual({ id: 'openrouter' })
    expect(foreignKey('sk-ant-x', 'anthropic', providers)).toBeUndefined()
    expect(foreignKey('gsk_x', 'anthropic', providers)).toBeUndefined()
  })

  it('reads combinations on either system', () => {
    const press = { key: 'k', metaKey: false, ctrlKey: true, altKey: false, shiftKey: false }
    expect(pressed(press, 'mod+k', false)).toBe(true)
    expect(pressed(press, 'mod+k', true)).toBe(false)
    expect(pressed({ ...press, shiftKey: true }, 'mod+k', false)).toBe(false)
    expect(pressed({ ...press, ctrlKey: false, shiftKey: true, key: '?' }, '?', false)).toBe(true)
    expect(spelled('mod+shift+a', false)).toEqual(['Ctrl', 'Shift', 'A'])
  })
})

describe('filterItems', () => {
  const items = [
    { label: 'Vercel AI Gateway' },
    { label: 'OpenAI', keywords: 'OPENAI_API_KEY' },
    { label: 'AI21' },
  ]
  it('puts beginnings first, then beginnings of words', () => {
    expect(filterItems(items, 'ai').map((item) => item.label)).toEqual([
      'AI21',
      'Vercel AI Gateway',
      'OpenAI',
    ])
  })
  it('wants every word, in the label or the keywords', () => {
    expect(filterItems(items, 'open key').map((item) => item.label)).toEqual(['OpenAI'])
    expect(filterItems(items, 'zzz')).toEqual([])
  })
})

describe('splitBlocks', () => {
  it('cuts between paragraphs, and not inside fences, lists or quotes', () => {
    expect(splitBlocks('one\n\ntwo')).toHaveLength(2)
    expect(splitBlocks('```\na\n\nb\n```\n\nend')).toEqual(['```\na\n\nb\n```\n', 'end'])
    expect(splitBlocks('- a\n\n- b\n\n  still b')).toHaveLength(1)
    expect(splitBlocks('> a\n\n> b')).toHaveLength(1)
  })
  it('does not close a long fence with a shorter one, and leaves one still open whole', () => {
    expect(splitBlocks('````\n```\n\nx\n````\n\ny')).toHaveLength(2)
    expect(splitBlocks('```ts\nconst a = 1\n\nconst b')).toHaveLength(1)
  })
  it('loses nothing, and keeps definitions with their uses', () => {
    const written = 'a\n\n# b\n\n```\nc\n\nd\n```\n\n1. e\n\n2. f\n\ng\n'
    expect(splitBlocks(written).join('\n')).toBe(written)
    expect(splitBlocks('see [x]\n\n[x]: https://example.com')).toHaveLength(1)
  })
})

describe('diffs', () => {
  const diff = 'Index: a\n===\n--- a\n+++ b\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n--- not a header\n'
  it('counts what was added and removed, headers left out', () => {
    expect(diffCounts(diff)).toEqual({ added: 1, removed: 2 })
    expect(diffLines(diff).map((line) => line.kind)).toEqual(['hunk', 'same', 'remove', 'add', 'remove'])
  })
})

describe('fixes and marks', () => {
  it('offers at most two, and always something', () => {
    expect(fixesFor('image_not_found')).toEqual(['image', 'retry'])
    expect(fixesFor('credential_rejected')[0]).toBe('providers')
    expect(fixesFor('never seen')).toEqual(['retry'])
  })
  it('makes two letters of any name', () => {
    expect(['OpenRouter', 'Amazon Bedrock', 'xAI', 'anthropic', '302.AI'].map(initials)).toEqual([
      'OR',
      'AB',
      'XA',
      'An',
      '3A',
    ])
  })
})
