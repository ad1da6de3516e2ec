const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A random id of a-z and 0-9, for requests that must not be carried out twice. */
export function requestId(length = 20): string {
  const random = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join('')
}
