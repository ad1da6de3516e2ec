import type { Exchange } from './exchange.ts'
import { isKept } from './forward.ts'
import { decodeSafely } from './substitute.ts'
import { isPacked } from './unpack.ts'

/** JSON's other way to write plain characters, but for the three that some libraries write so. */
const ESCAPED = /\\u00(?:2[0-57-9a-f]|3[0-9abdf]|[4-7])/

/**
 * Tells whether words of an answer may be the client's own, which a vendor repeats: they are in the request, or could be
 * in a part of it that is not at hand any more.
 */
export function repeatedFrom(exchange: Exchange): (words: string) => boolean {
  let said: string | undefined
  const read = (): string => {
    const { asked, path, headers, beginning } = exchange
    const fields = (asked?.headers ?? headers).join('\n')
    const body = Buffer.concat(beginning?.chunks ?? []).toString('utf8')
    return [decodeSafely((asked?.path ?? path).replaceAll('+', ' ')), fields, body].join('\n').toLowerCase()
  }
  return (words) => {
    if (!isKept(exchange) || isPacked(exchange.req.headers['content-encoding'])) return true
    said ??= read()
    return said.includes(words) || ESCAPED.test(said)
  }
}
