/** A provider's mark: the first letters of its name on a neutral tile. */
export function Monogram({ name, size = 28 }: { readonly name: string; readonly size?: number }) {
  return (
    <span
      aria-hidden="true"
      className="inline-flex shrink-0 items-center justify-center rounded-sm border border-line bg-sunken font-semibold text-muted"
      style={{ width: size, height: size, fontSize: size * 0.4 }}
    >
      {initials(name)}
    </span>
  )
}

/** Two letters: of the first two words, or of the one word's capitals, or its beginning. */
export function initials(name: string): string {
  const words = name.split(/[\s\-_.]+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const [first = '?', second] = words
  if (second !== undefined) return `${first[0] ?? ''}${second[0] ?? ''}`.toUpperCase()
  const capitals = first.replace(/[^\p{Lu}\p{N}]/gu, '')
  return capitals.length >= 2 && first.startsWith(capitals[0] ?? '')
    ? capitals.slice(0, 2)
    : first.slice(0, 1).toUpperCase() + first.slice(1, 2)
}
