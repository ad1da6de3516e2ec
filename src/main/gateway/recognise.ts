import { crc32 } from 'node:zlib'

/**
 * The part every placeholder carries: `berth`, 26 characters derived from the installation's secret, and 6 that check
 * them. The check needs no secret, so placeholders of other projects and other installations are known as such too.
 */
const MARK = 'berth'
const BODY = 26
const CHECK = 6
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const FORM = /berth([0-9A-Za-z]{26})([0-9A-Za-z]{6})/g

/** `length` characters of base 62 from a number's low digits. */
function base62(value: bigint, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text += ALPHABET[Number(rest % 62n)]
    rest /= 62n
  }
  return text
}

/** In plain numbers: 32 bits have room in six digits, and every request's placeholders are checked. */
function checkOf(body: string): string {
  let rest = crc32(`berth-placeholder:${body}`)
  let text = ''
  for (let i = 0; i < CHECK; i++) {
    text += ALPHABET[rest % 62]
    rest = Math.floor(rest / 62)
  }
  return text
}

/** Makes a mark from at least 20 random-looking bytes. */
export function makeMark(bytes: Buffer): string {
  const body = base62(BigInt(`0x${bytes.toString('hex')}`), BODY)
  return `${MARK}${body}${checkOf(body)}`
}

/** Every placeholder mark in a text. The quick test comes first: nearly every header has none. */
export function findMarks(text: string): string[] {
  if (!text.includes(MARK)) return []
  const found: string[] = []
  for (const match of text.matchAll(FORM)) {
    if (match[2] === checkOf(match[1] ?? '')) found.push(match[0])
  }
  return found
}

/** True when a text has a placeholder of any project in it. */
export const hasMark = (text: string): boolean => findMarks(text).length > 0

/** A text with every placeholder mark taken out, for records. */
export const hideMarks = (text: string): string =>
  findMarks(text).reduce((clean, mark) => clean.replaceAll(mark, '…'), text)
