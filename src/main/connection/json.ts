/** The value at `a.b.c` of parsed JSON; undefined where there is none. Own properties only. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inside, name) =>
        typeof inside === 'object' && inside !== null && Object.hasOwn(inside, name)
          ? Reflect.get(inside, name)
          : undefined,
      value,
    )
}

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Some text or number at one of these places, as text. */
export function textAt(value: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = at(value, path)
    if (typeof found === 'string' && found.trim() !== '') return found
    if (typeof found === 'number') return String(found)
  }
  return undefined
}
