import { createHmac } from 'node:crypto'
import type { ImportSource } from '../../preload/imports.ts'
import { type Found, MOST_ITEMS } from './found.ts'
import type { ReadSource } from './sources.ts'

/** A found credential with the id that stands for it. */
export interface Identified {
  readonly id: string
  readonly found: Found
}

const MOST_PLACES = 3
const LONGEST_LABEL = 80

/** What tells one source from another; of a pasted text it is the text itself. */
function sourceMark(source: ImportSource, name: string): unknown[] {
  if (source.kind === 'berth') return [source.kind, name, source.file ?? '']
  if (source.kind === 'environment') return [source.kind, name, JSON.stringify(source.variables ?? '')]
  return [source.kind, name, 'text' in source ? (source.text ?? '') : '']
}

/** Joins what is the same secret for the same provider: it is one item that stands in several places. */
function joined(items: readonly Identified[]): Identified[] {
  const byId = new Map<string, { item: Identified; places: Set<string> }>()
  for (const item of items) {
    const known = byId.get(item.id)
    if (known === undefined) byId.set(item.id, { item, places: new Set([item.found.place]) })
    else known.places.add(item.found.place)
  }
  return [...byId.values()].map(({ item, places }) => {
    const shown = [...places].slice(0, MOST_PLACES).join('; ')
    const place = places.size > MOST_PLACES ? `${shown}; and ${places.size - MOST_PLACES} more` : shown
    return { id: item.id, found: { ...item.found, place } }
  })
}

/** `label`, or with the first number behind it that nobody has. The number of tries is that of the takers. */
export function freeLabel(label: string, isTaken: (label: string) => boolean): string {
  let free = label
  for (let n = 2; isTaken(free); n += 1) {
    const end = ` (${n})`
    free = `${label.slice(0, LONGEST_LABEL - end.length)}${end}`
  }
  return free
}

/** Gives different secrets of one source different names, for they would be rivals otherwise. */
function named(items: readonly Identified[]): Identified[] {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return items.map(({ id, found }) => {
    const nameOf = (label: string) => JSON.stringify([found.providerId ?? '', found.namespace, label])
    const base = nameOf(found.label)
    let label = found.label
    for (let n = next.get(base) ?? 2; taken.has(nameOf(label)); n += 1) {
      label = `${found.label} (${n})`
      next.set(base, n + 1)
    }
    taken.add(nameOf(label))
    return { id, found: { ...found, label } }
  })
}

/**
 * The items of a source. An id stands for this secret in this source as long as `secret`, made at random when Berth
 * starts, is there; nobody can try keys against it.
 */
export function itemsOf(
  source: ImportSource,
  read: ReadSource,
  secret: Buffer,
): { items: Identified[]; notes: string[] } {
  const mark = createHmac('sha256', secret)
    .update(JSON.stringify(sourceMark(source, read.name)))
    .digest('hex')
  const idOf = (found: Found): string => {
    const parts = [
      mark,
      found.type,
      found.providerId ?? '',
      found.candidates,
      found.secret,
      found.origin?.id ?? '',
    ]
    const where = found.secret === '' ? found.place : ''
    return createHmac('sha256', secret)
      .update(JSON.stringify([...parts, where]))
      .digest('hex')
      .slice(0, 32)
  }
  const items = joined(read.found.slice(0, MOST_ITEMS).map((found) => ({ id: idOf(found), found })))
  const over = read.found.length - MOST_ITEMS
  const notes =
    over > 0
      ? [...read.notes, `There are ${over} more, which are left: that is no list of keys.`]
      : read.notes
  return { items: named(items), notes: [...notes] }
}
