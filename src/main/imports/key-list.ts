import { previewOf } from '../accounts/key.ts'
import { trimEnd } from '../catalog/trim-end.ts'
import type { Found, Reading } from './found.ts'
import type { Guide, Whose } from './guide.ts'
import { foundKey, looksLikeKey } from './key-check.ts'
import { listed, shownName } from './names.ts'

/** Keys, one a line, perhaps with a name before each: `name: key`, `NAME=key`, `provider key`, cells of a table. */

const LONGEST_LINE = 20_000
const SEPARATORS = /[\s,;|"'`]+/
/** `NAME=key` or `name:key` in one word. */
const PAIR = /^([A-Za-z_][\w.-]{0,60})[=:](.+)$/s

interface Line {
  readonly name: string
  readonly keys: readonly string[]
}

/** A word that is a key, or a name and a key joined. */
function wordOf(word: string): { name?: string; key?: string } {
  const pair = PAIR.exec(word)
  // An id and a secret with a colon between them can be a key as well: what is before it then looks like none.
  if (pair?.[1] !== undefined && pair[2] !== undefined && looksLikeKey(pair[2]) && !looksLikeKey(pair[1])) {
    return { name: pair[1], key: pair[2] }
  }
  return looksLikeKey(word) ? { key: word } : { name: word }
}

function parseLine(text: string): Line {
  const words = text
    .replace(/^\s*(?:[-*•]\s+|export\s+)?/, '')
    .split(SEPARATORS)
    .filter((word) => word !== '')
    .map(wordOf)
  const keys = words.flatMap(({ key }) => key ?? [])
  const first = words.findIndex(({ key }) => key !== undefined)
  const before = words.slice(0, first === -1 ? 0 : first + 1).flatMap(({ name }) => name ?? [])
  return { name: trimEnd(before.join(' '), ':= '), keys }
}

function whose(name: string, key: string, guide: Guide): Whose {
  const words = [name, name.split(/[\s_-]/)[0] ?? ''].filter((word) => word !== '')
  const named = words.flatMap((word) => {
    const variable = guide.byVariable(word.toUpperCase())
    return variable.length > 0 ? variable : (guide.byName(word) ?? [])
  })
  return guide.decide([...new Set(named)], key)
}

function isComment(text: string): boolean {
  return text === '' || /^(?:#|\/\/|;)/.test(text)
}

/** A text of keys. Never throws. */
export function readKeyList(text: string, guide: Guide): Reading {
  const found: Found[] = []
  const odd: number[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  lines.forEach((whole, index) => {
    const line = whole.trim()
    if (isComment(line)) return
    const { name, keys } = line.length > LONGEST_LINE ? { name: '', keys: [] } : parseLine(line)
    if (keys.length === 0) odd.push(index + 1)
    for (const key of keys) {
      const label = shownName(name, `Key ${previewOf(key)}`)
      found.push(foundKey(key, { ...whose(name, key, guide), label, place: `line ${index + 1}` }))
    }
  })
  const notes =
    odd.length === 0
      ? []
      : [`Nothing looks like a key on ${odd.length === 1 ? 'line' : 'lines'} ${listed(odd.map(String))}.`]
  return { found, notes }
}
