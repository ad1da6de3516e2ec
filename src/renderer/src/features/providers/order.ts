/** `ids` with the one moved by so many places, as far as the list goes. */
export function movedBy(ids: readonly string[], id: string, places: number): string[] {
  const from = ids.indexOf(id)
  if (from < 0) return [...ids]
  const to = Math.min(Math.max(from + places, 0), ids.length - 1)
  return ids.toSpliced(from, 1).toSpliced(to, 0, id)
}

/** `ids` with the one put before or after another. */
export function droppedAt(
  ids: readonly string[],
  id: string,
  target: { readonly id: string; readonly after: boolean },
): string[] {
  if (id === target.id || !ids.includes(id) || !ids.includes(target.id)) return [...ids]
  const others = ids.filter((one) => one !== id)
  return others.toSpliced(others.indexOf(target.id) + (target.after ? 1 : 0), 0, id)
}

export const sameOrder = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index])
