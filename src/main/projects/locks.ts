/** Runs acts on the same key one after another, in the order they were asked for. */
export type Lock = <T>(key: string, act: () => Promise<T>) => Promise<T>

export function createLock(): Lock {
  const tails = new Map<string, Promise<unknown>>()
  return async (key, act) => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(act, act)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }
}
