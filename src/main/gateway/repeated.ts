import type { Exchange } from './exchange.ts'
import { isKept } from './forward.ts'
import { isPacked } from './unpack.ts'

/** How deep texts are written inside texts: a tool's arguments are JSON in JSON. */
const DEPTH = 3

const BACKSLASH = 0x5c
const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20
const LETTER_U = 0x75
/** A character that is in no words looked for. */
const OTHER = 0x3f

/** `\b`, `\f`, `\n`, `\r` and `\t`: white space, like any other here. */
const BLANKS: ReadonlySet<number> = new Set([0x62, 0x66, 0x6e, 0x72, 0x74])

/** The number of `count` hexadecimal digits in lower case; undefined when they are none. */
function hexAt(bytes: Buffer, at: number, count: number): number | undefined {
  if (at + count > bytes.length) return undefined
  let value = 0
  for (let i = at; i < at + count; i++) {
    const byte = bytes[i] ?? 0
    const isDigit = byte >= 0x30 && byte <= 0x39
    if (!isDigit && (byte < 0x61 || byte > 0x66)) return undefined
    value = value * 16 + byte - (isDigit ? 0x30 : 0x57)
  }
  return value
}

/** What is written at a place: the byte, and 256 times how many bytes that takes. One number, for bodies may be long. */
type Reading = (bytes: Buffer, at: number) => number
const taking = (length: number, byte: number): number => length * 256 + byte

/** Every byte for itself. */
const asItIs: Reading = (bytes, at) => taking(1, bytes[at] ?? 0)

/** JSON's escapes (RFC 8259 §7). */
const escaped: Reading = (bytes, at) => {
  const byte = bytes[at] ?? 0
  const next = bytes[at + 1]
  if (byte !== BACKSLASH || next === undefined) return taking(1, byte)
  const code = next === LETTER_U ? hexAt(bytes, at + 2, 4) : undefined
  if (code !== undefined) return taking(6, code > 0x7f ? OTHER : code)
  return taking(2, BLANKS.has(next) ? SPACE : next)
}

/** As in addresses and forms. */
const encoded: Reading = (bytes, at) => {
  const byte = bytes[at] ?? 0
  const code = byte === PERCENT ? hexAt(bytes, at + 1, 2) : undefined
  if (code !== undefined) return taking(3, code)
  return taking(1, byte === PLUS ? SPACE : byte)
}

/** Reads a text in lower case, with single blanks. Zeros are left out: between plain letters they are UTF-16's. */
function readAs(bytes: Buffer, reading: Reading): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let size = 0
  for (let i = 0; i < bytes.length; ) {
    const found = reading(bytes, i)
    const byte = found & 0xff
    i += found >> 8
    if (byte === 0) continue
    const isBlank = byte === SPACE || (byte >= 0x09 && byte <= 0x0d)
    if (isBlank && out[size - 1] === SPACE && size > 0) continue
    out[size++] = isBlank ? SPACE : byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
  }
  return out.subarray(0, size)
}

/** A text in every way a vendor may have read it. */
function* readings(bytes: Buffer): Generator<Buffer> {
  let text = readAs(bytes, asItIs)
  for (let depth = 0; ; depth++) {
    yield text
    if (text.includes(PERCENT) || text.includes(PLUS)) yield readAs(text, encoded)
    if (depth === DEPTH || !text.includes(BACKSLASH)) return
    text = readAs(text, escaped)
  }
}

/** All that the client sent, as far as a vendor reads it as text. */
function sentBy({ asked, path, headers, beginning }: Exchange): Buffer {
  const head = [asked?.path ?? path, ...(asked?.headers ?? headers), ''].join('\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), ...(beginning?.chunks ?? [])])
}

/**
 * Tells whether words of an answer may be the client's own, which a vendor repeats: they are in the request, however they
 * are written there, or could be in a part of it that is not at hand any more. The words are ASCII in lower case.
 */
export function repeatedFrom(exchange: Exchange): (words: string) => boolean {
  const read: Buffer[] = []
  let rest: Generator<Buffer> | undefined
  return (said) => {
    if (!isKept(exchange) || isPacked(exchange.req.headers['content-encoding'])) return true
    const words = said.trim().replaceAll(/\s+/g, ' ')
    if (read.some((text) => text.includes(words))) return true
    rest ??= readings(sentBy(exchange))
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      read.push(next.value)
      if (next.value.includes(words)) return true
    }
    return false
  }
}
