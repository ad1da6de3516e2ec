/** What a window remembers for itself. A full or forbidden storage costs the memory, never the work. */

export function readStored(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(`berth.${key}`)
  } catch {
    return null
  }
}

export function writeStored(storage: Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(`berth.${key}`)
    else storage.setItem(`berth.${key}`, value)
  } catch {
    // Nothing to do: the value stays in memory for as long as the window is open.
  }
}

/** Parses stored JSON that `accept` recognises; anything else is as good as absent. */
export function readJson<T>(storage: Storage, key: string, accept: (value: unknown) => value is T): T | null {
  const text = readStored(storage, key)
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return accept(value) ? value : null
  } catch {
    return null
  }
}
