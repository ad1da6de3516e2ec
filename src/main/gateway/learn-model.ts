import type { Exchange, Pass } from './exchange.ts'
import { modelsInPath } from './model-of.ts'
import { createModelScanner } from './model-scanner.ts'
import { hasBody, type ReadAhead } from './read-ahead.ts'
import type { GatewayDeps } from './types.ts'

/** A body that may be JSON and is not packed. */
function isReadable({ req }: Exchange): boolean {
  const type = req.headers['content-type'] ?? 'json'
  return hasBody(req) && req.headers['content-encoding'] === undefined && /json/i.test(type)
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
