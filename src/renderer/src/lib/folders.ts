/** Paths as people read them. */

/**
 * Shortens a path in the middle, keeping its first part and as many of its last parts as fit in `max` characters;
 * the last part is never cut.
 */
export function shortenPath(path: string, max = 36): string {
  if (path.length <= max) return path
  const separator = path.includes('\\') ? '\\' : '/'
  const parts = path.split(/[\\/]+/).filter(Boolean)
  const last = parts.at(-1)
  if (last === undefined || parts.length < 3) return path
  const lead = path.startsWith(separator) ? separator : ''
  const head = `${lead}${parts[0]}${separator}…`
  let tail = `${separator}${last}`
  for (let index = parts.length - 2; index > 0; index -= 1) {
    const longer = `${separator}${parts[index]}${tail}`
    if (head.length + longer.length > max) break
    tail = longer
  }
  return `${head}${tail}`
}

/** Splits what is being typed into the folder to list and the beginning of the name to complete. */
export function completionOf(typed: string): { folder: string; start: string } {
  const cut = Math.max(typed.lastIndexOf('/'), typed.lastIndexOf('\\'))
  if (cut < 0) return { folder: '', start: typed }
  return { folder: typed.slice(0, cut + 1), start: typed.slice(cut + 1) }
}

/** Adds a part to a path with the separator the path already uses. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return folder.endsWith(separator) ? `${folder}${name}` : `${folder}${separator}${name}`
}
