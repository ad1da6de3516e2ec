/** How image names are read. Grammar: github.com/distribution/reference. */

/** True for what may be put into the engine's address of an image: no blanks, no `..`, no query. */
export function isImageName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._/:@-]*$/i.test(name) && !name.includes('..') && name.length <= 400
}

/**
 * The name with the tag Docker would take when none is given. Without a tag or digest the engine's pull call would
 * fetch every tag there is.
 */
export function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return name.includes('@') || last.includes(':') ? name : `${name}:latest`
}
