export interface Searchable {
  readonly label: string
  readonly keywords?: string | undefined
}

/**
 * Items in which every word of the query occurs. A label that begins with the query comes first, then one in which a
 * word begins with it, then the rest; within each, the given order stays.
 */
export function filterItems<T extends Searchable>(items: readonly T[], query: string): T[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return [...items]
  const words = wanted.split(/\s+/)
  const ranked: T[][] = [[], [], []]
  for (const item of items) {
    const label = item.label.toLowerCase()
    const text = `${label} ${item.keywords?.toLowerCase() ?? ''}`
    if (!words.every((word) => text.includes(word))) continue
    ranked[rankOf(label, wanted)]?.push(item)
  }
  return ranked.flat()
}

function rankOf(label: string, wanted: string): 0 | 1 | 2 {
  if (label.startsWith(wanted)) return 0
  return label.split(/[\s\-_./:]+/).some((word) => word.startsWith(wanted)) ? 1 : 2
}
