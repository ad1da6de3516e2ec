import { remember } from '../remember.ts'
import type { Exchange, Pass } from './exchange.ts'
import { modelsInPath } from './model-of.ts'
import { createModelScanner } from './model-scanner.ts'
import { announced, hasBody, type ReadAhead } from './read-ahead.ts'

/** A body that may be JSON and is not packed. */
function isReadable({ req }: Exchange): boolean {
  const type = req.headers['content-type'] ?? 'json'
  return hasBody(req) && req.headers['content-encoding'] === undefined && /json/i.test(type)
}

/** A body of at most so many bytes is sent in one piece, whoever it is for. */
const MOST_IN_ONE_PIECE = 1024 * 1024

/**
 * Pass: reads a body before it is sent. One that goes to a provider is kept whole, up to the limit of `ahead`, so that it
 * can be sent again with another account. Others are read when their length is announced and small: sending those as a
 * stream takes the process half as long again.
 */
export function gatherBody(ahead: ReadAhead): Pass {
  return (exchange) => {
    const { req, res } = exchange
    const length = announced(req)
    if (length === 0 || (exchange.found.length === 0 && length > MOST_IN_ONE_PIECE)) return undefined
    if (req.headers.expect !== undefined) res.writeContinue()
    return ahead
      .read(exchange, () => false)
      .then((read) => {
        exchange.beginning = read
        return undefined
      })
  }
}

/** Paths whose models are remembered. */
const MOST_PATHS = 100

/** Pass: the request's model, from its path or else from what was read of its body. */
export function learnModel(): Pass {
  const inPath = remember(MOST_PATHS, modelsInPath)
  return (exchange) => {
    if (exchange.found.length === 0) return undefined
    exchange.models = inPath(exchange.target.path)
    if (exchange.models.length > 0 || !isReadable(exchange)) return undefined
    const scanner = createModelScanner()
    for (const chunk of exchange.beginning?.chunks ?? []) if (scanner.feed(chunk)) break
    const model = scanner.model()
    if (model !== undefined) exchange.models = [model]
    return undefined
  }
}
