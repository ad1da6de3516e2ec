import type { Exchange, Pass } from './exchange.ts'
import { modelsInPath } from './model-of.ts'
import { createModelScanner } from './model-scanner.ts'
import { announced, hasBody, type ReadAhead } from './read-ahead.ts'
import type { GatewayDeps } from './types.ts'

/** A body that may be JSON and is not packed. */
function isReadable({ req }: Exchange): boolean {
  const type = req.headers['content-type'] ?? 'json'
  return hasBody(req) && req.headers['content-encoding'] === undefined && /json/i.test(type)
}

/** A body of at most so many bytes is sent in one piece. */
const MOST_IN_ONE_PIECE = 1024 * 1024

/**
 * Pass: reads a body whose length is announced and small before it is sent. Prompts are; sending one as a stream takes
 * the process half as long again, and would keep a vendor's connection waiting for a slow client.
 */
export function gatherBody(ahead: ReadAhead): Pass {
  return (exchange) => {
    const { req, res, beginning } = exchange
    const length = announced(req)
    if (beginning !== undefined || length === 0 || length > MOST_IN_ONE_PIECE) return undefined
    if (req.headers.expect !== undefined) res.writeContinue()
    return ahead
      .read(req, res, () => false)
      .then((read) => {
        exchange.beginning = read
        return undefined
      })
  }
}

async function readModel(exchange: Exchange, ahead: ReadAhead): Promise<undefined> {
  const { req, res } = exchange
  const scanner = createModelScanner()
  // The client waits to be asked for the body, and it may be refused only now.
  if (req.headers.expect !== undefined) res.writeContinue()
  exchange.beginning = await ahead.read(req, res, scanner.feed)
  const model = scanner.model()
  if (model !== undefined) exchange.models = [model]
}

/**
 * Pass: the request's model, from its path or else from its body. Only where the provider has accounts pinned by model:
 * any other body is not looked at and not held up.
 */
export function learnModel(deps: Pick<GatewayDeps, 'pinsModels'>, ahead: ReadAhead): Pass {
  return (exchange) => {
    const providerId = exchange.found[0]?.providerId
    if (providerId === undefined || !deps.pinsModels(providerId)) return undefined
    exchange.models = modelsInPath(exchange.target.path)
    return exchange.models.length === 0 && isReadable(exchange) ? readModel(exchange, ahead) : undefined
  }
}
