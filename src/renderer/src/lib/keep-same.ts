/**
 * `next`, with those that are as they were replaced by the very objects of `before`: what shows one of many then has
 * nothing to do when another changes.
 */
export function keepSame<T extends { readonly id: string }>(
  before: readonly T[] | undefined,
  next: readonly T[],
): readonly T[] {
  if (before === undefined) return next
  const old = new Map(before.map((one) => [one.id, one]))
  const kept = next.map((one) => {
    const was = old.get(one.id)
    return was !== undefined && JSON.stringify(was) === JSON.stringify(one) ? was : one
  })
  return kept.length === before.length && kept.every((one, index) => one === before[index]) ? before : kept
}
