/** Clients choose some of these texts: a long one is worth no memory. */
const LONGEST_KEY = 512

/**
 * `make` with a memory for what every request asks anew. It must answer the same for the same text, always. What is
 * remembered is forgotten as a whole when `most` texts are: whoever asks for the same few never comes so far.
 */
export function remember<T>(most: number, make: (key: string) => T): (key: string) => T {
  let known = new Map<string, { readonly made: T }>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before.made
    const made = make(key)
    if (key.length > LONGEST_KEY) return made
    if (known.size >= most) known = new Map()
    known.set(key, { made })
    return made
  }
}
